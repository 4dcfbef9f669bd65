"""The loops that follow a recipe.

``train`` runs a recipe from the data to the finished weight file and yields what happens on
the way; whoever stops asking for the next event stops the training. This module knows nothing
of processes, pages or terminals.
"""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms

from mnist_core import calibration, datasets, devices, evaluation, models, pen_styles, weights
from mnist_core.augmentation import augment
from mnist_core.datasets import ImageSet
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Event, Progress, Trained
from mnist_core.recipes import Recipe
from mnist_core.strokes import IMAGE_SIZE

SECONDS_BETWEEN_EVENTS = 0.1
MEMORY_OF_MEANS = 30  # training steps that the running loss and accuracy look back on
PENS_TO_ACCEPT = 5_000  # synthetic pen digits beside the 5,000 validation images


def train(
    recipe: Recipe,
    output: Path,
    *,
    dataset: str = "mnist",
    device: str = "auto",
    seed: int = 0,
) -> Iterator[Event]:
    """Train a network by a recipe and write its weight file.

    The convolutional recipes hold back 5,000 of the 60,000 training images to fit temperature
    and threshold on; the test images are only ever reported on.

    Args:
        recipe: what to do.
        output: the file to write, whole or not at all.
        dataset: ``mnist`` or ``fashion-mnist``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        seed: of the weights, the order, the augmentation and the synthetic strokes.

    Yields:
        ``Progress`` about ten times a second, ``Evaluating``, and last ``Trained``.

    Raises:
        DataError, DeviceError, TrainingError, WeightsError: as one sentence each.
    """
    place = devices.pick_device(device)
    clock = [time.perf_counter()]
    torch.manual_seed(seed)
    model = models.build(recipe.architecture).to(place)
    training, validation = datasets.split_validation(datasets.load(dataset, train=True))
    test = datasets.load(dataset, train=False).to(place)
    clock.append(time.perf_counter())

    if recipe.architecture.name == "simple":
        yield from fit_as_tutorial(model, recipe, dataset, seed)
    else:
        if dataset != "mnist":  # pen strokes are digits; clothes have none
            recipe = replace(recipe, pen_digits=0, pen_others=0)
        yield from fit(model, recipe, training.to(place), seed)
    clock.append(time.perf_counter())

    yield Evaluating()
    model.eval()
    validation, pens = validation.to(place), _pens_to_accept(dataset).to(place)
    fitted = calibration.calibrate(model, validation.images, validation.labels, pens)
    measured = evaluation.measure_images(model, test, fitted)
    info = weights.WeightInfo(
        architecture=recipe.architecture,
        recipe=recipe.name,
        dataset=dataset,
        seed=seed,
        epochs=recipe.epochs,
        parameters=models.count_parameters(model),
        calibration=fitted,
        test_images=measured.count,
        test_right=measured.right,
        versions=weights.library_versions(),
        created=weights.current_time(),
    )
    weights.save(model, info, output)
    clock.append(time.perf_counter())
    spans = [after - before for before, after in itertools.pairwise(clock)]
    yield Trained(info, output, dict(zip(("data", "train", "evaluate"), spans, strict=True)))


def fit(model: nn.Module, recipe: Recipe, training: ImageSet, seed: int) -> Iterator[Progress]:
    """Train a network in place on images, synthetic strokes and augmentation, by one cycle.

    One cycle of the learning rate: Smith and Topin, arXiv 1708.07120.

    Args:
        model: takes ink, gives logits of ten or eleven classes; on the device of ``training``.
        recipe: what to do.
        training: the images, on the device.
        seed: of order, augmentation and strokes.

    Raises:
        TrainingError: the loss is no longer a number.
    """
    place = training.images.device
    generator = torch.Generator(place).manual_seed(seed)
    strokes_generator = torch.Generator().manual_seed(seed)
    mixture = _mixture(recipe, training, strokes_generator)
    steps = len(mixture) // recipe.batch_size
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=recipe.learning_rate, total_steps=recipe.epochs * steps, pct_start=0.2
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    reduced = devices.has_fast_bfloat16(place)
    meter = _Meter(recipe, steps)
    model.train()
    for epoch in range(recipe.epochs):
        if recipe.redraw and epoch > 0:
            mixture = _mixture(recipe, training, strokes_generator)
        order = torch.randperm(len(mixture), generator=generator, device=place)
        for index in order[: steps * recipe.batch_size].split(recipe.batch_size):
            labels = mixture.labels[index]
            ink = mixture.images[index].unsqueeze(1).float().div_(255)
            ink = augment(ink, recipe.augmentation, generator)
            with torch.autocast(place.type, torch.bfloat16, enabled=reduced):
                logits = model(ink)
            loss = criterion(logits.float(), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            progress = meter.after_step(loss, logits, labels, float(schedule.get_last_lr()[0]))
            if progress is not None:
                yield progress


def _mixture(recipe: Recipe, training: ImageSet, generator: torch.Generator) -> ImageSet:
    """Join the images and the recipe's synthetic drawings."""
    parts = [training]
    for count, sample in (
        (recipe.pen_digits, pen_styles.sample_digits),
        (recipe.pen_others, pen_styles.sample_others),
    ):
        if count > 0:
            drawn = sample(count, generator)
            parts.append(ImageSet(pen_styles.render(drawn, generator), drawn.labels))
    place = training.images.device
    return ImageSet(
        torch.cat([part.images.to(place) for part in parts]),
        torch.cat([part.labels.to(place) for part in parts]),
    )


def _pens_to_accept(dataset: str) -> Tensor:
    """Pen digits (N, 28, 28) uint8 that the rejection threshold has to let pass."""
    if dataset != "mnist":
        return torch.zeros((0, IMAGE_SIZE, IMAGE_SIZE), dtype=torch.uint8)
    generator = torch.Generator().manual_seed(PENS_TO_ACCEPT)
    return pen_styles.render(pen_styles.sample_digits(PENS_TO_ACCEPT, generator), generator)


def fit_as_tutorial(
    model: nn.Module, recipe: Recipe, dataset: str, seed: int
) -> Iterator[Progress]:
    """Train in place as the classic tutorial does: one image after the other through torchvision.

    Args:
        model: ``Normalize`` and ``SimpleNetwork``. The tutorial normalizes in its transforms, so
            only the second is trained here.
        recipe: epochs, batch size and learning rate.
        dataset: ``mnist`` or ``fashion-mnist``; all 60,000 training images are used.
        seed: of the order.
    """
    assert isinstance(model, nn.Sequential)
    network = model[1]
    device = next(network.parameters()).device
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    training_data = datasets.torchvision_dataset(dataset, train=True, transform=transform)
    loader = DataLoader(
        training_data,
        batch_size=recipe.batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=recipe.learning_rate)
    meter = _Meter(recipe, len(loader))
    network.train()
    for _ in range(recipe.epochs):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            logits = network(images)
            loss = criterion(logits, labels)
            loss.backward()
            optimizer.step()
            progress = meter.after_step(loss, logits, labels, recipe.learning_rate)
            if progress is not None:
                yield progress


class _Meter:
    """Running means, and when to report them."""

    def __init__(self, recipe: Recipe, steps: int) -> None:
        self.recipe = recipe
        self.steps = steps
        self.done = 0
        self.loss: Tensor | None = None
        self.accuracy: Tensor | None = None
        self.started = self.reported = time.perf_counter()

    def after_step(
        self, loss: Tensor, logits: Tensor, labels: Tensor, learning_rate: float
    ) -> Progress | None:
        """Take in a step; return where the training is if it is time to say so."""
        self.done += 1
        accuracy = (logits.detach().argmax(dim=1) == labels).float().mean()
        if self.loss is None or self.accuracy is None:
            self.loss, self.accuracy = loss.detach(), accuracy
        else:  # kept on the device: a GPU is not made to wait
            self.loss = self.loss.lerp(loss.detach(), 1 / MEMORY_OF_MEANS)
            self.accuracy = self.accuracy.lerp(accuracy, 1 / MEMORY_OF_MEANS)
        now = time.perf_counter()
        last = self.done == self.recipe.epochs * self.steps
        if now - self.reported < SECONDS_BETWEEN_EVENTS and not last:
            return None
        self.reported = now
        if not torch.isfinite(self.loss):
            raise TrainingError(
                f"The loss of recipe {self.recipe.name} is no longer a number: "
                "train again with another seed."
            )
        elapsed = now - self.started
        fraction = self.done / (self.recipe.epochs * self.steps)
        return Progress(
            fraction=fraction,
            epoch=(self.done - 1) // self.steps + 1,
            epochs=self.recipe.epochs,
            step=(self.done - 1) % self.steps + 1,
            steps=self.steps,
            images_per_second=self.done * self.recipe.batch_size / elapsed,
            seconds_left=elapsed * (1 - fraction) / fraction,
            loss=self.loss.item(),
            accuracy=self.accuracy.item(),
            learning_rate=learning_rate,
        )
