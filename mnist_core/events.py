"""What a training says of itself on its way, and what it can be asked, as plain data.

The events travel between processes. This module knows nothing of how a training goes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_core.weights import WeightInfo


@dataclass(frozen=True)
class Samples:
    """Test images whose reading is looked at again and again."""

    images: np.ndarray  # (N, 28, 28) uint8, 255 = full ink
    labels: tuple[int, ...]  # N classes


@dataclass(frozen=True)
class Progress:
    """Where a training is."""

    fraction: float  # of the steps that will be done, 0 to 1
    epoch: int  # from 1
    epochs: int
    step: int  # within the epoch, from 1
    steps: int  # of the epoch
    images_per_second: float
    seconds_left: float
    loss: float  # cross entropy, running mean over the last steps
    accuracy: float  # on the training images as they were shown, running mean, 0 to 1
    learning_rate: float

    @property
    def of_schedule(self) -> float:
        """Share of the recipe's whole schedule that is done; less than 1 if it is ended early."""
        return (self.epoch - 1 + self.step / self.steps) / self.epochs


@dataclass(frozen=True)
class Look:
    """What the network reads so far."""

    validation: float | None  # share of images held back that are read right; None without any
    samples: tuple[int, ...]  # the classes read in the test images of ``Samples``
    drawing: tuple[float, ...] | None  # ten probabilities for the drawing that is watched


@dataclass(frozen=True)
class Evaluating:
    """The network is trained; it is being calibrated and tested."""


@dataclass(frozen=True)
class Trained:
    """The weight file is written."""

    info: WeightInfo
    output: Path
    seconds: dict[str, float]  # "data", "train", "evaluate"


Event = Samples | Progress | Look | Evaluating | Trained


@dataclass(frozen=True)
class Steering:
    """What somebody who watches a training may ask of it, looked up between two steps."""

    watched: Callable[[], np.ndarray | None]  # a drawing to read: ink (28, 28) uint8, or none
    finishing: Callable[[], bool]  # whether to end the schedule early and keep what is learnt
