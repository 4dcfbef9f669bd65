"""How well a network reads: test images, stroke sets, folders of pictures.

This module knows nothing of training or pages.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor, nn

from mnist_core.data.image_sets import ImageSet
from mnist_core.data.stroke_sets import NUMBER, StrokeSet
from mnist_core.errors import DataError, PictureError
from mnist_core.ink.raster import images_from_drawings
from mnist_core.labels import DIGITS, NO_DIGIT, Accuracy
from mnist_core.model.calibration import read_logits, score
from mnist_core.model.devices import has_fast_bfloat16
from mnist_core.model.metrics import auroc, expected_calibration_error
from mnist_core.model.weight_info import Calibration

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


@dataclass(frozen=True)
class NumberMeasure:
    """How well the numbers of a stroke set are read: drawings of several digits."""

    right: Accuracy  # by the most probable digits, rejected or not
    lengths: Accuracy  # as many digits as there are


@dataclass(frozen=True)
class FolderMeasure:
    """Accuracy on a folder of pictures."""

    accuracy: Accuracy  # by the most probable digit or number, rejected or not
    passed_over: int  # files and folders that are no pictures


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
    """Measure a network in evaluation mode on drawings, each read as one symbol.

    Those that are no digit are included; numbers are left to ``measure_numbers``.
    The network gives logits (B, 10) or (B, 11) of ink (B, 1, 28, 28).
    """
    pairs = zip(stroke_set.drawings, stroke_set.labels, strict=True)
    single = [(drawing, label) for drawing, label in pairs if label != NUMBER]
    labels = torch.tensor([label for _, label in single], dtype=torch.int64)
    images = images_from_drawings([drawing for drawing, _ in single])
    images = images.to(next(model.parameters()).device)
    scores = score(read_logits(model, images), calibration)
    confidence = scores.confidence.cpu()
    rejected = confidence < calibration.reject_below
    is_digit = labels != NO_DIGIT
    digits, others = int(is_digit.sum()), int((~is_digit).sum())
    right = int((scores.probabilities.argmax(dim=1).cpu() == labels).sum())  # no digit never is
    return StrokeMeasure(
        accuracy=Accuracy(right, digits),
        others=others,
        others_rejected=rejected[~is_digit].float().mean().item() if others else None,
        digits_rejected=rejected[is_digit].float().mean().item() if digits else None,
        auroc=auroc(confidence[is_digit], confidence[~is_digit]) if digits and others else None,
    )


def measure_numbers(recognizer: "Recognizer", stroke_set: StrokeSet) -> NumberMeasure | None:
    """Measure a recognizer on the numbers of a stroke set; None where it has none."""
    if not stroke_set.numbers:
        return None
    texts = list(stroke_set.numbers.values())
    read = [
        recognizer.read_drawing(stroke_set.drawings[index]).best_number or ""
        for index in stroke_set.numbers
    ]
    pairs = list(zip(read, texts, strict=True))
    return NumberMeasure(
        right=Accuracy(sum(one == text for one, text in pairs), len(pairs)),
        lengths=Accuracy(sum(len(one) == len(text) for one, text in pairs), len(pairs)),
    )


def measure_folder(recognizer: "Recognizer", folder: Path) -> FolderMeasure:
    """Read a folder of pictures that has one sub-folder a digit or number, such as ``7`` or ``42``.

    A blank picture, or one that is refused, is read wrong. Hidden files, folders, and files that
    neither have the name of a picture nor are one, are passed over.

    Raises:
        DataError: there are no such sub-folders, or no pictures in them.
    """
    count = right = passed_over = 0
    known = Image.registered_extensions()
    labeled = [each for each in Path(folder).glob("*") if re.fullmatch("[0-9]+", each.name)]
    for file in sorted(file for each in labeled for file in each.glob("*")):
        if file.name.startswith(".") or not file.is_file():
            passed_over += 1
            continue
        try:
            read = recognizer.read_picture(file).best_number
        except PictureError:
            if file.suffix.lower() not in known:
                passed_over += 1
                continue
            read = None
        count += 1
        right += read == file.parent.name
    if count == 0:
        raise DataError(
            f"{folder} holds no pictures in sub-folders named by digits, such as 7 or 42: name a "
            "folder that does."
        )
    return FolderMeasure(Accuracy(right, count), passed_over)
