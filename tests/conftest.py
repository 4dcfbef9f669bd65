"""What all tests share."""

import functools

import pytest
import torch

from tests.stubs import Server, show_few_images

# Tests are small: a second thread would only make them wait for each other.
torch.set_num_threads(1)


@pytest.fixture
def few_images(monkeypatch):
    """Let every training have some thousand images to train on and 1,000 to test on."""
    show_few_images(monkeypatch)


@pytest.fixture
def make_server(tmp_path):
    """Make a server that keeps what it has in the test's folder, as do all that one test makes."""
    return functools.partial(Server, tmp_path)
