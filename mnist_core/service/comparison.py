"""A model that has just been trained, against the one before.

Knows nothing of where models come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mnist_core.labels import Accuracy
from mnist_core.model.recognizer import Recognizer
from mnist_core.storage.corrections import Correction

LITTLE = 0.01  # of the test images: a model that reads so many fewer right is still a good one


@dataclass(frozen=True)
class Comparison:
    """What the model before and the new one read right; pairs are in this order."""

    test: tuple[Accuracy, Accuracy]  # test images of their data sets
    corrections: tuple[Accuracy, Accuracy]  # the visitor's
    held_back: tuple[Accuracy, Accuracy]  # of those, the ones that are never taught
    datasets: tuple[str, str]  # that the two were trained and tested on
    epochs: tuple[float, float]
    seconds: tuple[float, float]  # of training; 0 where that is not known

    @property
    def is_comparable(self) -> bool:
        """Whether the two were tested on the same images."""
        return self.datasets[0] == self.datasets[1]

    @property
    def is_worse(self) -> bool:
        """Whether the new model is clearly worse."""
        return self.test[0].is_clearly_above(self.test[1])

    @property
    def is_better(self) -> bool:
        """Whether the new model is clearly better."""
        return self.test[1].is_clearly_above(self.test[0])

    @property
    def is_little_worse(self) -> bool:
        """Whether the new model is clearly worse, but not by much."""
        return self.is_worse and self.test[0].share - self.test[1].share < LITTLE

    @property
    def sensible(self) -> Literal["keep", "discard"] | None:
        """What to do with the new model; None where the two can't be compared."""
        if not self.is_comparable:
            return None
        reads_fewer = self.corrections[1].right < self.corrections[0].right
        return "discard" if self.is_worse or (reads_fewer and not self.is_better) else "keep"


def compare(before: Recognizer, new: Recognizer, corrections: Sequence[Correction]) -> Comparison:
    """Compare two models by what their weight files say and by how they read corrections."""
    held_back = [each for each in corrections if each.held_back]
    return Comparison(
        test=(before.info.accuracy, new.info.accuracy),
        corrections=(_accuracy(before, corrections), _accuracy(new, corrections)),
        held_back=(_accuracy(before, held_back), _accuracy(new, held_back)),
        datasets=(before.info.dataset, new.info.dataset),
        epochs=(before.info.epochs, new.info.epochs),
        seconds=(before.info.seconds, new.info.seconds),
    )


def _accuracy(model: Recognizer, corrections: Sequence[Correction]) -> Accuracy:
    right = sum(model.read_strokes(each.strokes).best == each.label for each in corrections)
    return Accuracy(right, len(corrections))
