"""What the header of a weight file says.

This module knows nothing of networks or files.
"""

from dataclasses import dataclass

from mnist_core.labels import Accuracy

LARGEST_SEED = 2**64 - 1  # that PyTorch takes


@dataclass(frozen=True)
class Architecture:
    """What a weight file has to say so that its network can be built again."""

    name: str  # "simple" or "convolutional"
    width: int = 0  # channels of the first convolution; "simple" has none
    growth: int = 1  # of "convolutional": how much its layers widen where the image is small

    def __post_init__(self) -> None:
        if self.name not in ("simple", "convolutional"):
            raise ValueError(f"there is no architecture {self.name!r}")
        if self.name == "convolutional" and not 1 <= self.width <= 256:
            raise ValueError(f"a width of {self.width} is not within 1 to 256")
        if self.growth not in (1, 2):
            raise ValueError(f"a growth of {self.growth} is not 1 or 2")


@dataclass(frozen=True)
class Calibration:
    """How to turn a network's logits into a reading."""

    temperature: float = 1.0  # logits are divided by it (Guo et al., arXiv 1706.04599)
    reject_below: float = 0.5  # confidence, 0 to 1, under which a drawing is no digit
    sure_above: float = 0.9  # share, 0 to 1, that the best digit needs among the ten


@dataclass(frozen=True)
class WeightInfo:
    """The header of a weight file; raises ValueError where a count can't be."""

    architecture: Architecture
    recipe: str
    dataset: str
    seed: int
    epochs: float  # not whole where the training was ended early
    parameters: int  # trained numbers
    calibration: Calibration
    test_images: int  # how many it was tested on
    test_right: int  # how many of them it read right
    versions: dict[str, str]  # of Python and the libraries that trained it
    name: str = ""  # what its owner calls it
    created: str = ""  # ISO 8601, UTC, to the second
    seconds: float = 0.0  # that its training's steps took; 0 where that is not known

    def __post_init__(self) -> None:
        counts = (
            self.epochs, self.parameters, self.test_images, self.test_right, self.seconds
        )  # fmt: skip
        if not all(each >= 0 for each in counts) or self.test_right > self.test_images:
            raise ValueError(f"the counts {counts} can't be those of a training")

    @property
    def accuracy(self) -> Accuracy:
        """How many of its data set's test images it reads right."""
        return Accuracy(self.test_right, self.test_images)
