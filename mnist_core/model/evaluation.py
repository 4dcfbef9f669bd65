"""How well a network reads: test images, stroke sets, folders of pictures.

This module knows nothing of training or pages.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from mnist_core.data.image_sets import ImageSet
from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.errors import DataError
from mnist_core.ink.raster import images_from_drawings
from mnist_core.labels import DIGITS, NO_DIGIT, Accuracy
from mnist_core.model.calibration import Calibration, read_logits, score
from mnist_core.model.devices import has_fast_bfloat16
from mnist_core.model.metrics import auroc, expected_calibration_error

if TYPE_CHECKING:  # trainings import this module, and need none of what reads pictures
    from mnist_core.model.recognizer import Recognizer

CLOSE = 1.0  # between two logits; bfloat16 changes their difference by less than a tenth of it


@dataclass(frozen=True)
class ImageMeasure:
    """Accuracy on labeled images."""

    accuracy: Accuracy
    calibration_error: float  # expected calibration error of the confidence, a share
    confusion: Tensor  # (10, 10) int64: row the true class, column the one read


@dataclass(frozen=True)
class StrokeMeasure:
    """Accuracy and rejection on a stroke set; None where the set has none of that kind."""

    accuracy: Accuracy  # of the digits, by the most probable one, rejected or not
    others: int  # drawings that are no digit
    others_rejected: float | None  # share of the others that are rejected
    digits_rejected: float | None  # share of the digits that are rejected
    auroc: float | None  # of the confidence, digits against others


def measure_images(model: nn.Module, test: ImageSet, calibration: Calibration) -> ImageMeasure:
    """Measure a network in evaluation mode on images that lie on its device.

    The network gives logits (B, 10) or (B, 11) of ink (B, 1, 28, 28).
    """
    scores = score(read_logits(model, test.images), calibration)
    read = scores.probabilities.argmax(dim=1)
    right = read == test.labels
    pairs = (test.labels * DIGITS + read).cpu()
    return ImageMeasure(
        accuracy=Accuracy(int(right.sum()), len(test)),
        calibration_error=expected_calibration_error(scores.confidence.cpu(), right.cpu()),
        confusion=torch.bincount(pairs, minlength=DIGITS * DIGITS).reshape(DIGITS, DIGITS),
    )


@torch.inference_mode()
def measure_accuracy(model: nn.Module, test: ImageSet) -> Accuracy:
    """Count the images of its device that a network in evaluation mode reads right.

    Where bfloat16 is fast, all images are read in bfloat16 first, and then those again in float32
    whose two best digits are close. That takes half the time of float32 alone, and gives its count.

    Args:
        model: gives logits (B, 10) or (B, 11) of ink (B, 1, 28, 28).
        test: on the model's device.
    """
    device = test.images.device
    with torch.autocast(device.type, torch.bfloat16, enabled=has_fast_bfloat16(device)):
        logits = read_logits(model, test.images)[:, :DIGITS]
    best = logits.topk(2, dim=1).values
    close = (best[:, 0] - best[:, 1] < CLOSE).nonzero().squeeze(1)
    if len(close):
        logits[close] = read_logits(model, test.images[close])[:, :DIGITS]
    return Accuracy(int((logits.argmax(dim=1) == test.labels).sum()), len(test))


def measure_strokes(
    model: nn.Module, stroke_set: StrokeSet, calibration: Calibration
) -> StrokeMeasure:
    """Measure a network in evaluation mode on drawings, those that are no digit included.

    The network gives logits (B, 10) or (B, 11) of ink (B, 1, 28, 28).
    """
    images = images_from_drawings(stroke_set.drawings).to(next(model.parameters()).device)
    scores = score(read_logits(model, images), calibration)
    confidence = scores.confidence.cpu()
    rejected = confidence < calibration.reject_below
    is_digit = stroke_set.labels != NO_DIGIT
    digits, others = int(is_digit.sum()), int((~is_digit).sum())
    right = int((scores.probabilities.argmax(dim=1).cpu() == stroke_set.labels)[is_digit].sum())
    return StrokeMeasure(
        accuracy=Accuracy(right, digits),
        others=others,
        others_rejected=rejected[~is_digit].float().mean().item() if others else None,
        digits_rejected=rejected[is_digit].float().mean().item() if digits else None,
        auroc=auroc(confidence[is_digit], confidence[~is_digit]) if digits and others else None,
    )


def measure_folder(recognizer: "Recognizer", folder: Path) -> Accuracy:
    """Read a folder of pictures that has one sub-folder a digit, ``0`` to ``9``.

    Returns:
        How many are read right by the most probable digit, rejected or not.

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
    return Accuracy(right, count)
