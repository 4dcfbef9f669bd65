"""The classic beginner's workflow of PyTorch and torchvision, one step after the other.

This module knows none of the tricks of the other recipes.
"""

from collections.abc import Iterator

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from mnist_core.data import torchvision_sets
from mnist_core.training.recipes import Recipe
from mnist_core.training.run import Step


def fit(model: nn.Module, recipe: Recipe, dataset: str, seed: int) -> Iterator[Step]:
    """Train a network in place as the tutorial does, and yield each step.

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
    training_data = torchvision_sets.torchvision_dataset(dataset, train=True, transform=transform)
    loader = DataLoader(
        training_data,
        batch_size=recipe.batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=recipe.learning_rate)
    planned = recipe.epochs * len(loader)
    network.train()
    for _ in range(recipe.epochs):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            logits = network(images)
            loss = criterion(logits, labels)
            loss.backward()
            optimizer.step()
            yield Step(loss, logits, labels, recipe.learning_rate, len(loader), planned)
