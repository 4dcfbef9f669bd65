"""The data sets there are to train on: the one place where each is described.

It loads nothing, so that menus can name data sets at no cost; ``image_sets`` reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILES = (  # of each data set, unpacked; the names of their archives end in .gz
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)

MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081  # of the ink of the 60,000 training images


@dataclass(frozen=True)
class DatasetInfo:
    """60,000 images to train on and 10,000 to test on, of ten classes, in four files."""

    title: str  # as people know it
    torchvision_class: str  # the one of torchvision.datasets that reads it
    installed: Path  # folder where it lies once it is installed
    installing: str  # what one does for that, as an imperative
    variable: str | None  # environment variable that names another folder; None: it is shipped
    sha256: tuple[str, ...]  # of each of FILES
    class_names: tuple[str, ...] | None = None  # None: its classes are the digits


DATASETS: Mapping[str, DatasetInfo] = {
    "mnist": DatasetInfo(
        title="MNIST",
        torchvision_class="MNIST",
        installed=Path(__file__).parent / "mnist",
        installing="install the project",
        variable=None,
        sha256=(
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    "fashion-mnist": DatasetInfo(
        title="Fashion-MNIST",
        torchvision_class="FashionMNIST",
        installed=Path("/usr/share/datasets/fashion-mnist"),
        installing="install Debian's package dataset-fashion-mnist",
        variable="FASHION_MNIST_DIR",
        # Debian's archives lack the name and the time that the published ones have in their gzip
        # headers. With these put back they have the published md5, so this is the same content.
        sha256=(
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
        class_names=(
            "T-shirt", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
        ),
    ),
}  # fmt: skip


def class_names(dataset: str) -> tuple[str, ...] | None:
    """Name the ten classes of a data set; None where they are digits, or it is not known."""
    return DATASETS[dataset].class_names if dataset in DATASETS else None
