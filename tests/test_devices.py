"""Which device computes."""

import pytest
import torch

from mnist_core.errors import DeviceError
from mnist_core.model.devices import has_fast_bfloat16, pick_device


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


def test_on_zerogpu_cuda_is_not_even_asked_for(monkeypatch):
    monkeypatch.setenv("SPACES_ZERO_GPU", "1")
    monkeypatch.setattr(torch.cuda, "is_available", None)  # would fail if it were called
    assert pick_device("auto").type in ("cpu", "mps")
    with pytest.raises(DeviceError):
        pick_device("cuda")


def test_a_name_that_is_no_device_is_an_error():
    with pytest.raises(DeviceError, match="no device 'abacus'"):
        pick_device("abacus")


def test_a_device_that_is_there_can_be_named(machine):
    machine(cuda=True, mps=True)
    for name in ("cpu", "cuda", "mps"):
        assert pick_device(name).type == name


@pytest.mark.parametrize(
    ("capabilities", "fast"),
    [
        ({"avx512_bf16": True, "amx_bf16": False}, True),
        ({"avx512_bf16": False, "amx_bf16": True}, True),
        ({"avx512_f": True, "avx512_fp16": True, "amx_int8": True}, False),
        ({}, False),
    ],
)
def test_bfloat16_is_fast_on_a_cpu_with_instructions_for_it(monkeypatch, capabilities, fast):
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    assert has_fast_bfloat16(torch.device("cpu")) is fast


@pytest.mark.parametrize(
    ("most", "fast"), [("AVX2", False), ("avx512_core", False), ("AVX512_CORE_BF16", True)]
)
def test_bfloat16_is_not_fast_where_its_instructions_may_not_be_used(monkeypatch, most, fast):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", most)
    assert has_fast_bfloat16(torch.device("cpu")) is fast


def test_bfloat16_is_fast_on_cuda_only_where_it_is_not_emulated(monkeypatch):
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation
    )
    assert not has_fast_bfloat16(torch.device("cuda"))
    assert not has_fast_bfloat16(torch.device("mps"))
