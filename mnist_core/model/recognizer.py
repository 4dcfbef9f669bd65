"""Read one drawing or picture.

This module knows nothing of data sets, training or pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from mnist_core.ink import pictures, raster
from mnist_core.ink.drawing import Drawing, parse_drawing
from mnist_core.labels import DIGITS
from mnist_core.model import devices, weight_file
from mnist_core.model.calibration import score
from mnist_core.model.weight_file import WeightInfo

State = Literal["blank", "sure", "unsure", "not-a-digit"]
LEAST_CANDIDATE = 0.05  # share under which a digit is not named as a candidate
MOST_CANDIDATES = 3
MOST_POINTS_TOGETHER = 250  # of a drawing that is read together with others


@dataclass(frozen=True)
class Reading:
    """What the network sees in one drawing."""

    state: State
    digit: int | None  # None where the drawing is blank or no digit
    confidence: float  # 0 to 1: the chance that it is a digit, and the most probable one
    probabilities: tuple[float, ...]  # ten, sum 1, given that it is a digit; zeros where blank
    candidates: tuple[int, ...]  # best first: one if sure, two or three if unsure, else none
    ink: np.ndarray  # (28, 28) uint8, 255 = full ink: what the network saw

    @property
    def best(self) -> int | None:
        """The most probable digit, whether it is sure or rejected; None where blank."""
        return None if self.state == "blank" else int(np.argmax(self.probabilities))

    def as_dict(self) -> dict[str, object]:
        """Return the reading as the API and the command line give it."""
        return {
            "digit": self.digit,
            "confidence": self.confidence,
            "probabilities": list(self.probabilities),
            "state": self.state,
        }


BLANK = Reading(
    state="blank",
    digit=None,
    confidence=0.0,
    probabilities=(0.0,) * DIGITS,
    candidates=(),
    ink=np.zeros((raster.IMAGE_SIZE, raster.IMAGE_SIZE), dtype=np.uint8),
)


class Recognizer:
    """A network with its calibration, ready to read. Safe to use from several threads."""

    def __init__(
        self,
        model: nn.Module,
        info: WeightInfo,
        device: torch.device,
        path: Path | None = None,
    ) -> None:
        """Take a network in evaluation mode; it is moved to the device.

        ``path`` is its weight file, if it has one.
        """
        self.model = model.to(device)
        self.info = info
        self.device = device
        self.path = path

    @classmethod
    def load(cls, path: Path | str | None = None, device: str = "auto") -> "Recognizer":
        """Load a weight file.

        Args:
            path: the file; by default the weights that come with the project.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.

        Raises:
            WeightsError: the file is missing, damaged, or not of this program.
            DeviceError: there is no such device on this machine.
        """
        picked = devices.pick_device(device)
        file = weight_file.SHIPPED if path is None else Path(path)
        model, info = weight_file.load(file)
        return cls(model, info, picked, file)

    def read_strokes(self, value: object) -> Reading:
        """Read a drawing: a list of strokes, each a list of ``[x, y]``.

        Raises:
            DrawingError: the value is not a drawing, or is too large.
        """
        return self.read_drawing(parse_drawing(value))

    def read_drawing(self, drawing: Drawing) -> Reading:
        """Read a drawing that has been checked."""
        return self.read_drawings([drawing])[0]

    @torch.inference_mode()
    def read_drawings(self, drawings: Sequence[Drawing]) -> list[Reading]:
        """Read drawings that have been checked, together; their readings come in their order."""
        readings = [BLANK] * len(drawings)
        for indices in _batches(drawings):
            ink = raster.ink_from_drawings([drawings[index] for index in indices])
            for index, reading in zip(indices, self._readings(ink), strict=True):
                readings[index] = reading
        return readings

    def read_picture(self, picture: Image.Image | Path | str | bytes) -> Reading:
        """Read a picture: a Pillow image, a file's path, or a file's content.

        Raises:
            PictureError: the picture can't be opened, or is too large.
        """
        return self.read_ink(pictures.ink_from_picture(picture))

    @torch.inference_mode()
    def read_ink(self, ink: Tensor) -> Reading:
        """Read one framed image (1, 1, 28, 28) float32 in [0, 1]; one without ink is blank."""
        return self._readings(ink)[0]

    def _readings(self, ink: Tensor) -> list[Reading]:
        """Read framed images (B, 1, 28, 28)."""
        scores = score(self.model(ink.to(self.device)), self.info.calibration)
        pixels = raster.stored(ink).cpu().numpy()  # (B, 28, 28)
        parts = zip(scores.probabilities.tolist(), scores.confidence.tolist(), pixels, strict=True)
        return [self._reading(*part) if part[-1].any() else BLANK for part in parts]

    def _reading(
        self, probabilities: list[float], confidence: float, pixels: np.ndarray
    ) -> Reading:
        calibration = self.info.calibration
        ranked = sorted(range(DIGITS), key=lambda digit: -probabilities[digit])
        state: State
        if confidence < calibration.reject_below:
            state, candidates = "not-a-digit", []
        elif probabilities[ranked[0]] >= calibration.sure_above:
            state, candidates = "sure", ranked[:1]
        else:
            state = "unsure"
            candidates = ranked[:2] + [
                digit
                for digit in ranked[2:MOST_CANDIDATES]
                if probabilities[digit] >= LEAST_CANDIDATE
            ]
        return Reading(
            state=state,
            digit=candidates[0] if candidates else None,
            confidence=confidence,
            probabilities=tuple(probabilities),
            candidates=tuple(candidates),
            ink=pixels,
        )


def _batches(drawings: Sequence[Drawing]) -> Iterator[list[int]]:
    """Yield the indices of drawings to read together: the small ones, and each large one alone.

    A batch is padded to its largest drawing. Blank drawings are left out.
    """
    points = [sum(len(stroke) for stroke in drawing) for drawing in drawings]
    small = [index for index, count in enumerate(points) if 0 < count <= MOST_POINTS_TOGETHER]
    if small:
        yield small
    yield from ([index] for index, count in enumerate(points) if count > MOST_POINTS_TOGETHER)
