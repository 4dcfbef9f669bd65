"""What a user would otherwise pick to train on MNIST, written from its public descriptions.

``classic_workflow`` is the workflow of PyTorch's MNIST example; ``published_recipe`` is that of
the fastest MNIST run that was published (tuomaso/train_mnist_fast: 99.04 % in 0.76 s on a laptop's
GPU, 12 s of data preparation not counted). Each trains on all 60,000 images and yields the seconds
of training so far and the network, at the moments when it may be tested.
"""

import time
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import transforms

from mnist_core.data import image_sets, torchvision_sets
from mnist_core.data.catalog import MNIST_DEVIATION, MNIST_MEAN
from mnist_core.model.networks import Normalize

Moment = tuple[float, nn.Module]  # seconds of training so far, and the network


def _normalized(network: nn.Module) -> nn.Module:
    """Have a network that expects normalized images take ink in [0, 1]."""
    return nn.Sequential(Normalize(MNIST_MEAN, MNIST_DEVIATION), network)


def classic_workflow(seed: int, epochs: int = 14) -> Iterator[Moment]:
    """Two convolutions with dropout, Adadelta whose rate decays by 0.7, images one by one."""
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.25),
        nn.Flatten(),  # (B, 64 * 12 * 12)
        nn.Linear(64 * 12 * 12, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )
    transform = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize(MNIST_MEAN, MNIST_DEVIATION)]
    )
    data = torchvision_sets.torchvision_dataset("mnist", train=True, transform=transform)
    loader = DataLoader(data, batch_size=64, shuffle=True)
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    seconds = 0.0
    for _ in range(epochs):
        begun = time.perf_counter()
        network.train()
        for images, labels in loader:
            optimizer.zero_grad()
            functional.cross_entropy(network(images), labels).backward()
            optimizer.step()
        schedule.step()
        seconds += time.perf_counter() - begun
        yield seconds, _normalized(network).eval()


def published_recipe(seed: int) -> Iterator[Moment]:
    """One epoch in batches of 256 of a data set held as one tensor, by Adam and one cycle."""
    torch.manual_seed(seed)
    training = image_sets.load("mnist", train=True)
    begun = time.perf_counter()
    network = nn.Sequential(
        nn.Conv2d(1, 24, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(24, 32, 3),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),  # (B, 32 * 5 * 5)
        nn.Linear(32 * 5 * 5, 256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )
    model = _normalized(network)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.7, 0.9))
    batches = torch.randperm(len(training)).split(256)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.01, total_steps=len(batches), cycle_momentum=False
    )
    for index in batches:
        ink = training.images[index].unsqueeze(1).float() / 255
        optimizer.zero_grad()
        functional.cross_entropy(model(ink), training.labels[index]).backward()
        optimizer.step()
        schedule.step()
    yield time.perf_counter() - begun, model.eval()
