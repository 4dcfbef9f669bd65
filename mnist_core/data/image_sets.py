"""MNIST and Fashion-MNIST, through torchvision, as tensors that stay in memory.

The files are checked by their content and unpacked in a temporary folder, where torchvision reads
them: nothing is left behind, and two processes never meet in one half-unpacked file. This module
knows nothing of models, strokes or augmentation.
"""

import contextlib
import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError

import torch
import torchvision
from torch import Tensor
from torchvision.datasets import MNIST

from mnist_core.data.catalog import DATASETS, FILES, DatasetInfo
from mnist_core.errors import DataError
from mnist_core.files import cache_home

VALIDATION_IMAGES = 5_000  # of the 60,000 to train on
VALIDATION_SEED = 2026  # one split for all recipes and seeds, so that their figures compare

_BLOCK = 1_000_000  # bytes unpacked at a time


@dataclass(frozen=True)
class ImageSet:
    """Labeled images, all in memory."""

    images: Tensor  # (N, 28, 28) uint8, 255 = full ink
    labels: Tensor  # (N,) int64, 0 to 9

    def __len__(self) -> int:
        return len(self.labels)

    def to(self, device: torch.device | str) -> "ImageSet":
        """Move the images to a device."""
        return ImageSet(self.images.to(device), self.labels.to(device))

    def take(self, index: Tensor) -> "ImageSet":
        """Pick the images at the positions that an int64 tensor (M,) names."""
        index = index.to(self.labels.device)
        return ImageSet(self.images[index], self.labels[index])


def load(name: str, train: bool) -> ImageSet:
    """Load one part of a data set, on the CPU: 60,000 images to train on, or 10,000 to test on.

    Args:
        name: one of ``DATASETS``.
        train: which part.

    Raises:
        DataError: a file is damaged, can't be downloaded, or can't be unpacked.
    """
    dataset = torchvision_dataset(name, train)
    return ImageSet(dataset.data, dataset.targets)


def split_validation(training: ImageSet) -> tuple[ImageSet, ImageSet]:
    """Split off the 5,000 images that choices are made on: (training, validation)."""
    order = torch.randperm(len(training), generator=torch.Generator().manual_seed(VALIDATION_SEED))
    validation = min(VALIDATION_IMAGES, len(training) // 10)
    return training.take(order[validation:]), training.take(order[:validation])


def torchvision_dataset(
    name: str, train: bool, transform: Callable[[Any], Any] | None = None
) -> MNIST:
    """Open a data set as torchvision's own class, with its transforms, all images in memory.

    Raises:
        DataError: as ``load``.
    """
    info = DATASETS[name]
    dataset_class = getattr(torchvision.datasets, info.torchvision_class)
    folder, remedy = _find(name)
    try:
        with tempfile.TemporaryDirectory(prefix="mnist_core-") as root:
            raw = Path(root, info.torchvision_class, "raw")
            raw.mkdir(parents=True)
            if folder is None:
                _download(dataset_class, root, info)
                _keep(raw, _cache(name))
            else:
                _unpack(folder, raw, info, remedy)
            # Where it finds the unpacked files, torchvision asks for no archives.
            return dataset_class(root, train=train, transform=transform)
    except OSError as error:
        raise DataError(
            f"{info.title} can't be unpacked ({error.strerror or error}): free about 70 MB in "
            f"{tempfile.gettempdir()}, or name another folder in TMPDIR."
        ) from error


def _find(name: str) -> tuple[Path | None, str]:
    """Find a data set's folder, and what to do if it is damaged; None: it must be downloaded."""
    info = DATASETS[name]
    named = os.environ.get(info.variable) if info.variable else None
    if named:
        return Path(named), f"name the folder of its four files in {info.variable}"
    if info.variable is None or info.installed.is_dir():
        return info.installed, f"{info.installing} again"
    if _cache(name).is_dir():
        return _cache(name), f"delete {_cache(name)}, and it is downloaded again"
    return None, ""


def _cache(name: str) -> Path:
    return cache_home() / "mnist_core" / name


def _download(dataset_class: type[MNIST], root: str, info: DatasetInfo) -> None:
    try:
        dataset_class(root, download=True)
    # RuntimeError is torchvision's word for an archive that no server had, or none whole.
    except (RuntimeError, URLError, ConnectionError, TimeoutError, HTTPException) as error:
        raise DataError(
            f"{info.title} can't be downloaded: connect to the internet, {info.installing}, or "
            f"name the folder of its four files in {info.variable}."
        ) from error


def _unpack(folder: Path, raw: Path, info: DatasetInfo, remedy: str) -> None:
    """Unpack the four files, or copy those that are unpacked; check the content of each."""
    for name, sha256 in zip(FILES, info.sha256, strict=True):
        source = folder / name
        if not source.is_file():
            source = folder / f"{name}.gz"
        try:
            file = source.open("rb")
        except OSError as error:
            is_missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            problem = "is missing" if is_missing else f"can't be read ({error.strerror})"
            raise DataError(f"{source} {problem}: {remedy}.") from error
        with file, (raw / name).open("wb") as unpacked:
            if _copy(file, unpacked, is_packed=source.suffix == ".gz") != sha256:
                raise DataError(f"{source} is damaged, or not of {info.title}: {remedy}.")


def _copy(file: IO[bytes], unpacked: IO[bytes], is_packed: bool) -> str:
    """Copy what is in a file; return its SHA-256, or nothing if it can't be unpacked."""
    digest = hashlib.sha256()
    content = gzip.GzipFile(fileobj=file) if is_packed else file
    try:
        while block := content.read(_BLOCK):
            digest.update(block)
            unpacked.write(block)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return ""
    return digest.hexdigest()


def _keep(raw: Path, cache: Path) -> None:
    """Keep downloaded archives for the next time; a cache that can't be written is no error."""
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as staging:
            complete = Path(staging, "complete")
            complete.mkdir()
            for archive in raw.glob("*.gz"):
                shutil.copyfile(archive, complete / archive.name)
            complete.rename(cache)  # all four at once
