"""What all tests share."""

import pytest
import torch

from mnist_core import datasets

# Tests are small: a second thread would only make them wait for each other.
torch.set_num_threads(1)


@pytest.fixture
def few_images(monkeypatch):
    """Let every training have some thousand images to train on and 1,000 to test on."""
    load, torchvision_dataset = datasets.load, datasets.torchvision_dataset

    def load_few(name, train):
        return load(name, train).take(torch.arange(3_000 if train else 1_000))

    def open_few(*args, **options):
        dataset = torchvision_dataset(*args, **options)
        dataset.data, dataset.targets = dataset.data[:6_400], dataset.targets[:6_400]
        return dataset

    monkeypatch.setattr(datasets, "load", load_few)
    monkeypatch.setattr(datasets, "torchvision_dataset", open_few)
