"""What all tests share.

PyTorch is loaded by what needs it: the process that hands out the tests reads this file, too.
"""

import functools

import pytest


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Let PyTorch have one: tests are small, and a second would only make them wait."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def few_images(monkeypatch):
    """Let every training have some thousand images to train on and 1,000 to test on."""
    from tests.stubs import show_few_images

    show_few_images(monkeypatch)


@pytest.fixture
def make_server(tmp_path):
    """Make a server that keeps what it has in the test's folder, as do all that one test makes."""
    from tests.stubs import Server

    return functools.partial(Server, tmp_path)
