"""Which device computes."""

import pytest
import torch

from mnist_core.devices import pick_device
from mnist_core.errors import DeviceError


@pytest.fixture
def machine(monkeypatch):
    def has(cuda=False, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return has


@pytest.mark.parametrize(
    ("cuda", "mps", "picked"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_auto_picks_cuda_then_mps_then_the_cpu(machine, cuda, mps, picked):
    machine(cuda, mps)
    assert pick_device("auto").type == picked


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_absent_is_an_error_of_one_line(machine, name):
    machine()
    with pytest.raises(DeviceError, match=f"This machine has no {name} device") as caught:
        pick_device(name)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_no_device_is_an_error():
    with pytest.raises(DeviceError, match="no device 'abacus'"):
        pick_device("abacus")
