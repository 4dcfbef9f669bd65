"""Weight files: safetensors whose header says all that is needed to use them.

This module knows nothing of training or of reading drawings.
"""

import json
import os
import platform
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import nn

from mnist_core import models
from mnist_core.calibration import Calibration
from mnist_core.errors import WeightsError
from mnist_core.models import Architecture
from mnist_core.statistics import wilson_interval

SHIPPED = Path(__file__).parent.parent / "weights" / "digits.safetensors"


@dataclass(frozen=True)
class WeightInfo:
    """The header of a weight file."""

    architecture: Architecture
    recipe: str
    dataset: str
    seed: int
    epochs: int
    parameters: int  # trained numbers
    calibration: Calibration
    test_images: int  # how many it was tested on
    test_right: int  # how many of them it read right
    versions: dict[str, str]  # of Python and the libraries that trained it

    @property
    def accuracy(self) -> float:
        """Share of the test images that are read right, 0 to 1."""
        return self.test_right / max(1, self.test_images)

    @property
    def ci95(self) -> tuple[float, float]:
        """95 % interval of the accuracy."""
        return wilson_interval(self.test_right, self.test_images)


def library_versions() -> dict[str, str]:
    """Name the versions that shape a training's result."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
    }


def save(model: nn.Module, info: WeightInfo, path: Path) -> None:
    """Write a weight file, whole or not at all.

    Raises:
        WeightsError: the folder can't be written to, or the disk is full.
    """
    tensors = {
        name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()
    }
    header = {name: json.dumps(value) for name, value in asdict(info).items()}
    content = safetensors.torch.save(tensors, header)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, staging = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(staging, 0o644)
            os.replace(staging, path)
        except BaseException:
            os.unlink(staging)
            raise
    except OSError as error:
        raise WeightsError(
            f"{path} can't be written ({error.strerror}): free some space, or name another file."
        ) from error


def load(path: Path) -> tuple[nn.Module, WeightInfo]:
    """Read a weight file: the network on the CPU in evaluation mode, and the header.

    Raises:
        WeightsError: the file is missing, damaged, or not of this program.
    """
    remedy = "name another file, or train one with python -m mnist_core train"
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError as error:
        raise WeightsError(f"There is no weight file {path}: {remedy}.") from error
    except (OSError, safetensors.SafetensorError) as error:
        raise WeightsError(f"The weight file {path} is damaged ({error}): {remedy}.") from error
    try:
        info = _parse(header)
        model = models.build(info.architecture)
        model.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError(
            f"The weight file {path} does not describe a network of this program: {remedy}."
        ) from error
    return model.eval(), info


def _parse(header: dict[str, str]) -> WeightInfo:
    values: dict[str, Any] = {
        field.name: json.loads(header[field.name]) for field in fields(WeightInfo)
    }
    values["architecture"] = Architecture(**values["architecture"])
    values["calibration"] = Calibration(**values["calibration"])
    return WeightInfo(**values)
