"""Which device computes, what it is good at, and how a CPU's threads wait for work.

It loads PyTorch only when it is asked about a device, so that programs can offer the names, and
set what has to be set before PyTorch is loaded. Knows nothing of models.
"""

import os
from typing import TYPE_CHECKING

from mnist_core.errors import DeviceError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")

# How often a CPU thread looks for its next piece of work before it goes to sleep. By default it
# looks so often that it takes the cores from everything else, and a training beside the page
# becomes several times slower. If it never looked, it would compute at half the speed.
SPIN_COUNT = 20_000

# What oneDNN, which computes for PyTorch on a CPU, can be told to use no more than, by its own
# variable ONEDNN_MAX_CPU_ISA; these are the sets of instructions without bfloat16.
_WITHOUT_BFLOAT16 = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI")


def limit_spinning() -> None:
    """Let threads that wait leave the cores to others; a count the user has set stays.

    Programs call this first: it has no effect once PyTorch is loaded. It sets an environment
    variable, so processes that this one starts have the setting, too.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", str(SPIN_COUNT))


def pick_device(name: str = "auto") -> "torch.device":
    """Return the device of that name; ``auto`` is CUDA, else MPS, else the CPU.

    Raises:
        DeviceError: there is no such device on this machine.
    """
    import torch

    # On a Space with ZeroGPU no process of this program may touch CUDA: its GPU is lent to single
    # calls, and is not here in between.
    has_cuda = "SPACES_ZERO_GPU" not in os.environ and torch.cuda.is_available()
    present = {"cuda": has_cuda, "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next((kind for kind, is_there in present.items() if is_there), "cpu"))
    if name not in DEVICES:
        raise DeviceError(f"There is no device {name!r}: choose one of {', '.join(DEVICES)}.")
    if name in present and not present[name]:
        raise DeviceError(f"This machine has no {name} device: use --device auto or cpu.")
    return torch.device(name)


def has_fast_bfloat16(device: "torch.device") -> bool:
    """Say whether convolutions in bfloat16 are faster than in float32 on this device.

    A CPU without instructions for it, or that may not use them, is ten times slower.
    """
    import torch

    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu" and hasattr(torch.cpu, "get_capabilities"):
        capabilities = torch.cpu.get_capabilities()
        has_instructions = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
        is_limited = os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper() in _WITHOUT_BFLOAT16
        return bool(has_instructions) and not is_limited
    return False
