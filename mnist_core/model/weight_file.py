"""Weight files: safetensors whose header says all that is needed to use them.

It loads PyTorch only with a network. This module knows nothing of training or of reading drawings.
"""

import contextlib
import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy

from mnist_core.errors import WeightsError
from mnist_core.files import check_room, write_atomically
from mnist_core.model.weight_info import LARGEST_SEED, Architecture, Calibration, WeightInfo

if TYPE_CHECKING:
    from torch import nn

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = _PACKAGE / "shipped"  # where an installation puts the folder ``weights``
SHIPPED = (
    _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "weights"
) / "digits.safetensors"

_REMEDY = "name another file, or train one with python -m mnist_core train"


def current_time() -> str:
    """Return the time as a header's ``created`` has it: ISO 8601, UTC, to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def save(model: "nn.Module", info: WeightInfo, path: Path) -> None:
    """Write a weight file, whole or not at all.

    Raises:
        WeightsError: the folder can't be written to, or the disk is full.
    """
    arrays = {
        name: tensor.detach().cpu().contiguous().numpy()
        for name, tensor in model.state_dict().items()
    }
    _write(arrays, info, path)


def load(path: Path) -> tuple["nn.Module", WeightInfo]:
    """Read a weight file: the network on the CPU in evaluation mode, and the header.

    Raises:
        WeightsError: the file is missing, damaged, or not of this program.
    """
    import torch

    from mnist_core.model import networks

    header, arrays = _read(path)
    info = _parse(header, path)
    try:
        model = networks.build(info.architecture)
        model.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    except (TypeError, ValueError, RuntimeError) as error:
        raise _foreign(path) from error
    return model.eval(), info


def read_info(path: Path) -> WeightInfo:
    """Read the header of a weight file, and none of its tensors.

    Raises:
        WeightsError: the file is missing, cut short, or not of this program.
    """
    header, _ = _read(path, with_arrays=False)
    return _parse(header, path)


def check_writable(path: Path) -> None:
    """See that a weight file can be written, before minutes are spent on what it shall hold.

    Raises:
        WeightsError: ``path`` is a folder, or nothing can be written to its folder.
    """
    with _failures_told(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        check_room(path.parent, 0)


def rewrite_info(path: Path, info: WeightInfo, target: Path) -> None:
    """Write the tensors of a weight file under another header, whole or not at all.

    Args:
        path: the weight file to read.
        info: the new header.
        target: the file to write; may be ``path``.

    Raises:
        WeightsError: ``path`` is missing or damaged, or ``target`` can't be written.
    """
    _, arrays = _read(path)
    _write(arrays, info, target)


def _write(arrays: dict[str, np.ndarray], info: WeightInfo, path: Path) -> None:
    header = {name: json.dumps(value) for name, value in asdict(info).items()}
    with _failures_told(path):
        write_atomically(path, safetensors.numpy.save(arrays, header))


@contextlib.contextmanager
def _failures_told(path: Path) -> Iterator[None]:
    """Turn whatever keeps a file from being written into one sentence."""
    try:
        yield
    except OSError as error:
        raise WeightsError(
            f"{path} can't be written ({error.strerror}): free some space, or name another file."
        ) from error


def _read(path: Path, with_arrays: bool = True) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Read the header, each value as JSON, and the tensors as arrays, or none of them."""
    try:
        with safetensors.safe_open(path, framework="np") as file:
            names = file.keys() if with_arrays else ()
            return file.metadata() or {}, {name: file.get_tensor(name) for name in names}
    except FileNotFoundError as error:
        raise WeightsError(f"There is no weight file {path}: {_REMEDY}.") from error
    except OSError as error:
        raise WeightsError(f"The weight file {path} can't be read ({error}): {_REMEDY}.") from error
    except safetensors.SafetensorError as error:
        raise WeightsError(f"The weight file {path} is damaged ({error}): {_REMEDY}.") from error


def _parse(header: dict[str, str], path: Path) -> WeightInfo:
    try:
        names = {field.name for field in fields(WeightInfo)} & set(header)
        return _checked(WeightInfo, {name: json.loads(header[name]) for name in names})
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _foreign(path) from error


def _checked(kind: Any, value: Any) -> Any:
    """Check a value of the header against its field's type: KeyError, TypeError or ValueError."""
    if kind in (WeightInfo, Architecture, Calibration) and isinstance(value, dict):
        kinds = {field.name: field.type for field in fields(kind)}
        return kind(**{name: _checked(kinds[name], each) for name, each in value.items()})
    if kind == dict[str, str] and isinstance(value, dict):
        return {name: _checked(str, each) for name, each in value.items()}
    if kind in (int, float) and type(value) in (int, kind):
        if not abs(value) <= LARGEST_SEED:  # the largest of all; NaN is refused, too
            raise ValueError(f"{value} is out of range")
        return kind(value)
    if kind is str and isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is not of type {kind}")


def _foreign(path: Path) -> WeightsError:
    return WeightsError(
        f"The weight file {path} does not describe a network of this program: {_REMEDY}."
    )
