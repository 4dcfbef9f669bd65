"""What a training says of itself on its way, as plain data that travels between processes."""

from dataclasses import dataclass
from pathlib import Path

from mnist_core.weights import WeightInfo


@dataclass(frozen=True)
class Progress:
    """Where a training is."""

    fraction: float  # of all steps, 0 to 1
    epoch: int  # from 1
    epochs: int
    step: int  # within the epoch, from 1
    steps: int  # of the epoch
    images_per_second: float
    seconds_left: float
    loss: float  # cross entropy, running mean over the last steps
    accuracy: float  # on the training images as they were shown, running mean, 0 to 1
    learning_rate: float


@dataclass(frozen=True)
class Evaluating:
    """The network is trained; it is being calibrated and tested."""


@dataclass(frozen=True)
class Trained:
    """The weight file is written."""

    info: WeightInfo
    output: Path
    seconds: dict[str, float]  # "data", "train", "evaluate"


Event = Progress | Evaluating | Trained
