"""Which device computes, and what it is good at. Knows nothing of models."""

import torch

from mnist_core.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


def pick_device(name: str = "auto") -> torch.device:
    """Return the device of that name; ``auto`` is CUDA, else MPS, else the CPU.

    Raises:
        DeviceError: there is no such device on this machine.
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next((kind for kind, is_there in present.items() if is_there), "cpu"))
    if name not in DEVICES:
        raise DeviceError(f"There is no device {name!r}: choose one of {', '.join(DEVICES)}.")
    if name in present and not present[name]:
        raise DeviceError(f"This machine has no {name} device: use --device auto or cpu.")
    return torch.device(name)


def has_fast_bfloat16(device: torch.device) -> bool:
    """Say whether convolutions in bfloat16 are faster than in float32 on this device.

    A CPU without instructions for it is ten times slower.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu" and hasattr(torch.cpu, "get_capabilities"):
        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return False
