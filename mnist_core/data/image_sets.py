"""MNIST and Fashion-MNIST, as tensors that stay in memory.

The files are checked by their content. torchvision, which takes as long to load as PyTorch, is
needed for a download only. This module knows nothing of models, strokes or augmentation.
"""

import contextlib
import gzip
import hashlib
import os
import shutil
import socket
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import torch
from torch import Tensor

from mnist_core.data.catalog import DATASETS, FILES, DatasetInfo
from mnist_core.errors import DataError
from mnist_core.files import cache_home
from mnist_core.ink.frame import IMAGE_SIZE

VALIDATION_IMAGES = 5_000  # of the 60,000 to train on
VALIDATION_SEED = 2026  # one split for all recipes and seeds, so that their figures compare
SECONDS_WITHOUT_DATA = 30.0  # of a download; then it is given up

_kept: dict[tuple[str, bool], "ImageSet"] = {}  # what ``keep`` has loaded

# Bytes before the values of an IDX file: a magic number, and the size along each axis.
_IMAGES_HEADER, _LABELS_HEADER = 16, 8


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
        DataError: there is no such data set, or a file is damaged or missing, or can't be
            downloaded.
    """
    if (name, train) in _kept:
        return _kept[name, train]
    with data_folder(name) as folder:
        images, labels = map(folder.read, FILES[:2] if train else FILES[2:])
    pixels = torch.frombuffer(images, dtype=torch.uint8, offset=_IMAGES_HEADER)
    numbers = torch.frombuffer(labels, dtype=torch.uint8, offset=_LABELS_HEADER)
    return ImageSet(pixels.reshape(-1, IMAGE_SIZE, IMAGE_SIZE), numbers.long())


def keep(name: str) -> None:
    """Keep a data set in memory, so that it need not be loaded again; raises as ``load``."""
    for train in (True, False):
        _kept[name, train] = load(name, train)


def split_validation(training: ImageSet) -> tuple[ImageSet, ImageSet]:
    """Split off the 5,000 images that choices are made on: (training, validation)."""
    order = torch.randperm(len(training), generator=torch.Generator().manual_seed(VALIDATION_SEED))
    validation = min(VALIDATION_IMAGES, len(training) // 10)
    return training.take(order[validation:]), training.take(order[:validation])


@dataclass(frozen=True)
class DataFolder:
    """Where the four files of a data set lie, unpacked or as archives."""

    info: DatasetInfo
    path: Path
    remedy: str  # what to do if a file is damaged

    def read(self, name: str) -> bytearray:
        """Return what is in one of ``FILES``, unpacked; raises ``DataError``."""
        source = self.path / name
        if not os.path.isfile(source):  # raises nothing, whatever is in the way
            source = self.path / f"{name}.gz"
        try:
            content = source.read_bytes()
        except OSError as error:
            is_missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            problem = "is missing" if is_missing else f"can't be read ({error.strerror})"
            raise DataError(f"{source} {problem}: {self.remedy}.") from error
        with contextlib.suppress(gzip.BadGzipFile, EOFError, zlib.error):
            unpacked = bytearray(gzip.decompress(content) if source.suffix == ".gz" else content)
            if hashlib.sha256(unpacked).hexdigest() == self.info.sha256[FILES.index(name)]:
                return unpacked
        raise DataError(f"{source} is damaged, or not of {self.info.title}: {self.remedy}.")


@contextlib.contextmanager
def data_folder(name: str) -> Iterator[DataFolder]:
    """Find a data set, or download it; raises ``DataError``."""
    if name not in DATASETS:  # such as that of somebody's weight file
        raise DataError(f"There is no data set {name!r}: choose {' or '.join(DATASETS)}.")
    info = DATASETS[name]
    named = os.environ.get(info.variable) if info.variable else None
    if named:
        remedy = f"name the folder of its four files in {info.variable}"
        yield DataFolder(info, Path(named), remedy)
    elif info.variable is None or info.installed.is_dir():
        yield DataFolder(info, info.installed, f"{info.installing} again")
    elif _cache(name).is_dir():
        remedy = f"delete {_cache(name)}, and it is downloaded again"
        yield DataFolder(info, _cache(name), remedy)
    else:
        with scratch_folder(info) as root:
            raw = _download(root, info)
            _put_in_cache(raw, _cache(name))
            yield DataFolder(info, raw, "download it again")


@contextlib.contextmanager
def scratch_folder(info: DatasetInfo) -> Iterator[Path]:
    """Make a temporary folder for a data set; a disk that is full or read-only is told."""
    try:
        with tempfile.TemporaryDirectory(prefix="mnist_core-") as root:
            yield Path(root)
    except OSError as error:
        raise DataError(
            f"{info.title} can't be unpacked ({error.strerror or error}): free about 70 MB for "
            "temporary files, or name another folder in TMPDIR."
        ) from error


def _cache(name: str) -> Path:
    return cache_home() / "mnist_core" / name


def _download(root: Path, info: DatasetInfo) -> Path:
    """Have torchvision download the archives, and return the folder in which they lie then."""
    from torchvision import datasets

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS_WITHOUT_DATA)  # torchvision sets none
    try:
        return Path(getattr(datasets, info.torchvision_class)(root, download=True).raw_folder)
    # RuntimeError is torchvision's word for an archive that no server had, or none whole.
    except (RuntimeError, URLError, ConnectionError, TimeoutError, HTTPException) as error:
        raise DataError(
            f"{info.title} can't be downloaded: connect to the internet, {info.installing}, or "
            f"name the folder of its four files in {info.variable}."
        ) from error
    finally:
        socket.setdefaulttimeout(before)


def _put_in_cache(raw: Path, cache: Path) -> None:
    """Keep downloaded archives for the next time; a cache that can't be written is no error."""
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as staging:
            complete = Path(staging, "complete")
            complete.mkdir()
            for archive in raw.glob("*.gz"):
                shutil.copyfile(archive, complete / archive.name)
            complete.rename(cache)  # all four at once
