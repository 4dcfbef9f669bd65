"""MNIST and Fashion-MNIST, through torchvision, as tensors that stay in memory.

MNIST's four archives ship in the folder ``data`` beside this file, so nothing has to be
downloaded. torchvision checks, unpacks and reads them in a temporary folder: nothing is left
behind, and two processes never meet in one half-unpacked file. This module knows nothing of
models, strokes or augmentation.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

import torch
from torch import Tensor
from torchvision.datasets import MNIST, FashionMNIST
from torchvision.datasets.utils import check_integrity

from mnist_core.errors import DataError

VALIDATION_IMAGES = 5_000  # of the 60,000 to train on
VALIDATION_SEED = 2026  # one split for all recipes and seeds, so that their figures compare

FASHION_MNIST_FOLDER = "FASHION_MNIST_DIR"  # environment variable: where its archives lie
_SHIPPED = Path(__file__).parent / "data"


@dataclass(frozen=True)
class ImageSet:
    """Labelled images, all in memory."""

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
        name: ``mnist`` or ``fashion-mnist``.
        train: which part.

    Raises:
        DataError: an archive is damaged, can't be downloaded, or can't be unpacked.
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
    dataset_class = DATASETS[name]
    try:
        with tempfile.TemporaryDirectory(prefix="mnist_core-") as root:
            raw = Path(root, dataset_class.__name__, "raw")
            raw.mkdir(parents=True)
            archives = _archives(name)
            for file, _ in dataset_class.resources:
                if archives is not None:
                    shutil.copyfile(archives / file, raw / file)
            dataset = dataset_class(root, train=train, transform=transform, download=True)
            if archives is None:
                _keep(raw, dataset_class)
            return dataset
    except OSError as error:
        if isinstance(error, URLError):
            raise _not_downloaded(name, error) from error
        raise DataError(
            f"{name} can't be unpacked ({error.strerror or error}): free about 70 MB in "
            f"{tempfile.gettempdir()}, or name another folder in TMPDIR."
        ) from error
    except RuntimeError as error:  # torchvision's word for a download that failed
        raise _not_downloaded(name, error) from error


DATASETS: dict[str, type[MNIST]] = {"mnist": MNIST, "fashion-mnist": FashionMNIST}


def _archives(name: str) -> Path | None:
    """Folder of the checked archives, or None where they have to be downloaded first."""
    named = os.environ.get(FASHION_MNIST_FOLDER)
    if name == "mnist":
        folder, remedy = _SHIPPED, "install the project again"
    elif named:
        folder, remedy = Path(named), f"name the folder of its archives in {FASHION_MNIST_FOLDER}"
    else:
        folder, remedy = _cache(), "delete it, and it is downloaded again"
        if not folder.is_dir():
            return None
    for file, md5 in DATASETS[name].resources:
        if not (folder / file).is_file():
            raise DataError(f"{folder / file} is missing: {remedy}.")
        if not check_integrity(folder / file, md5):
            raise DataError(f"{folder / file} is damaged: {remedy}.")
    return folder


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or _home_cache(), "mnist_core", "fashion-mnist")


def _home_cache() -> Path:
    try:
        return Path.home() / ".cache"
    except RuntimeError:  # the user has no home
        return Path(tempfile.gettempdir())


def _keep(raw: Path, dataset_class: type[MNIST]) -> None:
    """Keep downloaded archives for the next time; a cache that can't be written is no error."""
    try:
        _cache().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_cache().parent) as staging:
            complete = Path(staging, "complete")
            complete.mkdir()
            for file, _ in dataset_class.resources:
                shutil.copyfile(raw / file, complete / file)
            complete.rename(_cache())  # all four at once
    except OSError:
        return


def _not_downloaded(name: str, error: Exception) -> DataError:
    reason = str(error).strip().splitlines()[-1].removesuffix(":")
    return DataError(
        f"{name} could not be downloaded ({reason}): connect to the internet, or name a folder "
        f"with its four archives in {FASHION_MNIST_FOLDER}."
    )
