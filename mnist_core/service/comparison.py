"""A model that has just been trained, against the one before.

Knows nothing of where models come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.labels import Accuracy
from mnist_core.model.recognizer import Recognizer
from mnist_core.storage.corrections import Correction


@dataclass(frozen=True)
class Comparison:
    """What the model before and the new one read right; pairs are in this order."""

    test: tuple[Accuracy, Accuracy]  # test images of their data sets
    corrections: tuple[Accuracy, Accuracy]  # the visitor's
    held_back: tuple[Accuracy, Accuracy]  # of those, the ones that are never taught
    datasets: tuple[str, str]  # that the two were trained and tested on

    @property
    def is_worse(self) -> bool:
        """Whether the new model is clearly worse."""
        return self.test[0].is_clearly_above(self.test[1])

    @property
    def is_better(self) -> bool:
        """Whether the new model is clearly better."""
        return self.test[1].is_clearly_above(self.test[0])


def compare(before: Recognizer, new: Recognizer, corrections: Sequence[Correction]) -> Comparison:
    """Compare two models by what their weight files say and by how they read corrections."""
    held_back = [each for each in corrections if each.held_back]
    return Comparison(
        test=(before.info.accuracy, new.info.accuracy),
        corrections=(_accuracy(before, corrections), _accuracy(new, corrections)),
        held_back=(_accuracy(before, held_back), _accuracy(new, held_back)),
        datasets=(before.info.dataset, new.info.dataset),
    )


def _accuracy(model: Recognizer, corrections: Sequence[Correction]) -> Accuracy:
    right = sum(model.read_strokes(each.strokes).best == each.label for each in corrections)
    return Accuracy(right, len(corrections))
