"""A recipe as a short program in plain PyTorch, for people to read, run and change.

Knows nothing of how this project trains; the numbers are the recipe's own.
"""

import json
import math
from collections.abc import Iterator

from mnist_core.data.augmentation import Augmentation
from mnist_core.data.catalog import DATASETS, MNIST_DEVIATION, MNIST_MEAN
from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.training.recipes import Recipe, suited

_BEGIN = """\
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS, BATCH_SIZE, LEARNING_RATE = {epochs}, {batch_size}, {learning_rate:g}
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed({seed})

transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize({mean}, {deviation})])
{changes}training_data = datasets.{dataset}(
    "data", train=True, download=True, transform={training_transform})
test_data = datasets.{dataset}("data", train=False, download=True, transform=transform)
order = torch.Generator().manual_seed({seed})
loader = DataLoader(training_data, BATCH_SIZE, shuffle=True, generator=order)
"""

_SIMPLE = """
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 128), nn.ReLU(),
    nn.Linear(128, 64), nn.ReLU(),
    nn.Linear(64, 10),
).to(device)
"""

_CONVOLUTIONAL = """
def convolution(inputs, outputs, *pooling, kernel=3, padding=1):
    layer = nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False)
    return nn.Sequential(layer, *pooling, nn.BatchNorm2d(outputs), nn.ReLU())

model = nn.Sequential(
    convolution(1, {one}, nn.MaxPool2d(2), kernel=5, padding=0),
    convolution({one}, {two}),
    convolution({two}, {three}, nn.MaxPool2d(2)),
    convolution({three}, {four}),
    convolution({four}, {five}),
    nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear({five}, 10),
).to(device)
"""

_SGD = """
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE)
"""

_ADAM = """
criterion = nn.CrossEntropyLoss(label_smoothing={label_smoothing:g})
optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay={weight_decay:g})
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, LEARNING_RATE, EPOCHS * len(loader), pct_start=0.2)
"""

_TRAIN = """
for epoch in range(EPOCHS):
    model.train()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
"""

_TEST = """
model.eval()
right = 0
with torch.no_grad():
    for images, labels in DataLoader(test_data, 1000):
        answers = model(images.to(device)).argmax(dim=1)
        right += (answers == labels.to(device)).sum().item()
print(f"{right / len(test_data):.2%} of {len(test_data):,} test images read right")
"""


def as_code(recipe: Recipe, dataset: str, seed: int) -> str:
    """Return a program that trains and tests as a recipe does, as far as that is short.

    What the recipe does beyond the program is named in its first lines.

    Args:
        recipe: what to train, and how.
        dataset: one of ``DATASETS``; the program downloads it into a folder ``data``.
        seed: of the weights, the order and the changes.

    Returns:
        Python that needs torch and torchvision alone.
    """
    info, architecture = DATASETS[dataset], recipe.architecture
    mean, deviation = (0.5, 0.5) if architecture.name == "simple" else (MNIST_MEAN, MNIST_DEVIATION)
    changes = _changes(recipe.augmentation)
    begin = _BEGIN.format(
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        seed=seed,
        mean=mean,
        deviation=deviation,
        changes=changes,
        training_transform="changed" if changes else "transform",
        dataset=info.torchvision_class,
    )
    model = _SIMPLE
    if architecture.name == "convolutional":
        width, growth = architecture.width, architecture.growth
        two, four = 2 * width, 4 * width
        model = _CONVOLUTIONAL.format(
            one=width, two=two, three=two * growth, four=four, five=four * growth
        )
    learning, train = _SGD, _TRAIN
    if not recipe.tutorial:
        learning = _ADAM.format(
            label_smoothing=recipe.label_smoothing, weight_decay=recipe.weight_decay
        )
        train += "        schedule.step()\n"
    train += '    print(f"Epoch {epoch + 1}: loss {loss.item():.3f}")\n'
    title = f"# The recipe {recipe.name!r} on {info.title}, in plain PyTorch.\n"
    left_out = "".join(f"# Left out: {each}.\n" for each in _left_out(suited(recipe, dataset)))
    return title + left_out + begin + model + learning + train + _TEST


def as_notebook(code: str) -> str:
    """Return a Jupyter notebook, as JSON text, with one cell of code (nbformat 4.5)."""
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "recipe",
        "metadata": {},
        "source": code.splitlines(keepends=True),
        "outputs": [],
        "execution_count": None,
    }
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": [cell],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1)


def _changes(augmentation: Augmentation) -> str:
    """Write the random changes of an image that torchvision makes at once; nothing for none."""
    if augmentation == Augmentation():
        return ""
    shift = augmentation.shift / IMAGE_SIZE
    slant = math.degrees(math.atan(augmentation.shear))
    return (
        "changed = transforms.Compose([transforms.RandomAffine(\n"
        f"    {augmentation.rotation:g}, translate=({shift:.3f}, {shift:.3f}), "
        f"scale=({1 - augmentation.scale:g}, {1 + augmentation.scale:g}), "
        f"shear={slant:.1f}), transform])\n"
    )


def _left_out(recipe: Recipe) -> Iterator[str]:
    """Name what a recipe does and its program does not."""
    if not recipe.tutorial:
        yield "5,000 validation images to choose what is called no digit"
    if recipe.images < 55_000:
        yield f"the limit of {recipe.images:,} images an epoch"
    if recipe.muon_factor:
        yield "orthogonal steps for the filters of convolutions (Muon)"
    if recipe.cropped_share:
        yield "images without their margin in the first steps, which saves time"
    if recipe.augmentation.elastic or recipe.augmentation.thickness:
        yield "elastic changes, and strokes made thicker or thinner"
    if recipe.pen_digits:
        yield f"{recipe.pen_digits:,} synthetic pen digits"
    if recipe.pen_others:
        yield f"{recipe.pen_others:,} drawings of no digit, and a class for them"
