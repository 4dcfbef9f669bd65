"""The data sets as torchvision's own classes, for those who follow a tutorial.

It takes as long to load as PyTorch; ``image_sets`` does without it.
"""

from collections.abc import Callable
from typing import Any

from torchvision import datasets
from torchvision.datasets import MNIST

from mnist_core.data.catalog import DATASETS, FILES
from mnist_core.data.image_sets import data_folder, scratch_folder


def torchvision_dataset(
    name: str, train: bool, transform: Callable[[Any], Any] | None = None
) -> MNIST:
    """Open a data set as torchvision's class, with its transforms, all images in memory.

    Args:
        name: one of ``DATASETS``.
        train: the 60,000 images to train on, or the 10,000 to test on.
        transform: takes a Pillow image.

    Raises:
        DataError: as ``image_sets.load``, or the files can't be unpacked.
    """
    info = DATASETS[name]
    with scratch_folder(info) as root:
        raw = root / info.torchvision_class / "raw"
        raw.mkdir(parents=True)
        with data_folder(name) as folder:
            for file in FILES:
                (raw / file).write_bytes(folder.read(file))
        # Where it finds the unpacked files, torchvision asks for no archives.
        return getattr(datasets, info.torchvision_class)(root, train=train, transform=transform)
