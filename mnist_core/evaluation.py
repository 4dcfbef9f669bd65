"""How well a network reads: test images, stroke sets, folders of pictures.

This module knows nothing of training or pages.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from mnist_core import strokes
from mnist_core.calibration import Calibration, read_logits, score
from mnist_core.datasets import ImageSet
from mnist_core.devices import has_fast_bfloat16
from mnist_core.errors import DataError
from mnist_core.models import DIGITS
from mnist_core.statistics import auroc, expected_calibration_error, wilson_interval
from mnist_core.stroke_sets import StrokeSet

if TYPE_CHECKING:  # a training reads no pictures, and need not wait for what does
    from mnist_core.inference import Recognizer

DRAWINGS_AT_ONCE = 256
CLOSE = 1.0  # difference of two logits; bfloat16 changes it by less than a tenth of that


@dataclass(frozen=True)
class ImageMeasure:
    """Accuracy on labelled images."""

    count: int
    right: int
    calibration_error: float  # expected calibration error of the confidence, a share
    confusion: Tensor  # (10, 10) int64: row the true class, column the one read

    @property
    def accuracy(self) -> float:
        """Share read right, 0 to 1."""
        return self.right / max(1, self.count)

    @property
    def ci95(self) -> tuple[float, float]:
        """95 % interval of the accuracy."""
        return wilson_interval(self.right, self.count)


@dataclass(frozen=True)
class StrokeMeasure:
    """Accuracy and rejection on a stroke set; None where the set has none of that kind."""

    digits: int  # drawings that are digits
    accuracy: float | None  # by the most probable digit, rejected or not
    ci95: tuple[float, float] | None
    others: int  # drawings that are no digit
    others_rejected: float | None  # share of the others that are rejected
    digits_rejected: float | None  # share of the digits that are rejected
    auroc: float | None  # of the confidence, digits against others


def measure_images(model: nn.Module, test: ImageSet, calibration: Calibration) -> ImageMeasure:
    """Measure a network in evaluation mode on images of its device."""
    scores = score(read_logits(model, test.images), calibration)
    read = scores.probabilities.argmax(dim=1)
    right = read == test.labels
    pairs = (test.labels * DIGITS + read).cpu()
    return ImageMeasure(
        count=len(test),
        right=int(right.sum()),
        calibration_error=expected_calibration_error(scores.confidence.cpu(), right.cpu()),
        confusion=torch.bincount(pairs, minlength=DIGITS * DIGITS).reshape(DIGITS, DIGITS),
    )


@torch.inference_mode()
def count_right(model: nn.Module, test: ImageSet) -> int:
    """Count the images of its device that a network in evaluation mode reads right.

    Where bfloat16 is fast, it decides what is not close: in half the time, the same count.
    """
    device = test.images.device
    with torch.autocast(device.type, torch.bfloat16, enabled=has_fast_bfloat16(device)):
        logits = read_logits(model, test.images)[:, :DIGITS]
    best = logits.topk(2, dim=1).values
    close = (best[:, 0] - best[:, 1] < CLOSE).nonzero().squeeze(1)
    if len(close):
        logits[close] = read_logits(model, test.images[close])[:, :DIGITS]
    return int((logits.argmax(dim=1) == test.labels).sum())


def ink_of(drawings: list[strokes.Drawing]) -> Tensor:
    """Frame and draw many drawings: uint8 (N, 28, 28), 255 = full ink, on the CPU."""
    parts = []
    for start in range(0, len(drawings), DRAWINGS_AT_ONCE):
        ink = strokes.ink_from_drawings(drawings[start : start + DRAWINGS_AT_ONCE])
        parts.append((ink.squeeze(1) * 255).round().to(torch.uint8))
    return torch.cat(parts) if parts else torch.zeros((0, 28, 28), dtype=torch.uint8)


def measure_strokes(
    model: nn.Module, stroke_set: StrokeSet, calibration: Calibration
) -> StrokeMeasure:
    """Measure a network in evaluation mode on drawings."""
    images = ink_of(stroke_set.drawings).to(next(model.parameters()).device)
    scores = score(read_logits(model, images), calibration)
    confidence = scores.confidence.cpu()
    rejected = confidence < calibration.reject_below
    is_digit = stroke_set.labels < DIGITS
    digits, others = int(is_digit.sum()), int((~is_digit).sum())
    right = int((scores.probabilities.argmax(dim=1).cpu() == stroke_set.labels)[is_digit].sum())
    return StrokeMeasure(
        digits=digits,
        accuracy=right / digits if digits else None,
        ci95=wilson_interval(right, digits) if digits else None,
        others=others,
        others_rejected=rejected[~is_digit].float().mean().item() if others else None,
        digits_rejected=rejected[is_digit].float().mean().item() if digits else None,
        auroc=auroc(confidence[is_digit], confidence[~is_digit]) if digits and others else None,
    )


def measure_folder(recognizer: "Recognizer", folder: Path) -> tuple[int, int]:
    """Read a folder of pictures that has one sub-folder a digit, ``0`` to ``9``.

    Returns:
        How many pictures there are, and how many are read right by the most probable digit.

    Raises:
        DataError: there are no such sub-folders, or no pictures in them.
        PictureError: a file is no picture.
    """
    count = right = 0
    for digit in range(DIGITS):
        for file in sorted(Path(folder, str(digit)).glob("*")):
            reading = recognizer.read_picture(file)
            count += 1
            right += reading.best == digit
    if count == 0:
        raise DataError(
            f"{folder} holds no pictures in sub-folders 0 to 9: name a folder that does."
        )
    return count, right
