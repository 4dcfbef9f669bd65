"""What a training tells on its way, and what can be asked of it: plain data between processes.

This module loads no PyTorch, and knows nothing of how a training goes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from mnist_core.model.weight_info import WeightInfo


@dataclass(frozen=True)
class Preparing:
    """What is being done before the first step."""

    phase: str  # a few words


@dataclass(frozen=True)
class PreviewImages:
    """Test images that the network reads again and again while it learns."""

    images: "np.ndarray"  # (N, 28, 28) uint8, 255 = full ink
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
class Snapshot:
    """What the network reads so far."""

    validation: float | None  # share of held-back images that are read right; None without any
    previews: tuple[int, ...]  # the classes read in ``PreviewImages``
    drawing: tuple[float, ...] | None  # ten probabilities for the drawing that is watched


@dataclass(frozen=True)
class Evaluating:
    """The network is trained; it is being calibrated and tested."""


@dataclass(frozen=True)
class Trained:
    """The weight file is written."""

    info: "WeightInfo"
    output: Path
    seconds: dict[str, float]  # "data", "train", "evaluate"


Event = Preparing | PreviewImages | Progress | Snapshot | Evaluating | Trained


@dataclass(eq=False)
class TrainingControl:
    """What is asked of a training, which looks here between two steps."""

    drawing: "np.ndarray | None" = None  # to be read again and again: ink (28, 28) uint8
    finishing: bool = False  # end the schedule early and keep what is learnt
