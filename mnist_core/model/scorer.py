"""A network that says of ink how likely it is each digit, or none: what reading needs PyTorch for.

This module knows nothing of what is made of its scores.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mnist_core.ink import raster
from mnist_core.ink.drawing import MOST_POINTS_TOGETHER, Drawing
from mnist_core.model import devices, networks, weight_file
from mnist_core.model.calibration import score
from mnist_core.model.weight_info import Calibration


@dataclass(frozen=True)
class Score:
    """What a network says of one piece of ink."""

    probabilities: tuple[float, ...]  # ten, sum 1, given that it is a digit
    confidence: float  # 0 to 1: the chance that it is a digit, and the most probable one
    ink: np.ndarray  # (28, 28) uint8, 255 = full ink: what the network saw


class Scorer:
    """A network with its calibration. Safe to use from several threads."""

    def __init__(self, model: nn.Module, calibration: Calibration, device: torch.device) -> None:
        """Take a network in evaluation mode; it is moved to the device."""
        self.model = model.to(device)
        self.device = device
        self._calibration = calibration

    @classmethod
    def load(cls, path: Path, device: str = "auto") -> "Scorer":
        """Load the network of a weight file; the device is as for ``Recognizer.load``.

        Raises:
            WeightsError, DeviceError: as for ``Recognizer.load``.
        """
        picked = devices.pick_device(device)
        model, info = weight_file.load(path)
        return cls(networks.merged(model), info.calibration, picked)

    @torch.inference_mode()
    def of_drawings(self, drawings: Sequence[Drawing]) -> list[Score]:
        """Score drawings, at least one and none of them blank, each as one symbol."""
        batches = list(_batches(drawings))
        ink = [raster.ink_from_drawings([drawings[index] for index in batch]) for batch in batches]
        scored = dict(zip(itertools.chain(*batches), self._of(torch.cat(ink)), strict=True))
        return [scored[index] for index in range(len(drawings))]

    @torch.inference_mode()
    def of_ink(self, ink: np.ndarray) -> list[Score]:
        """Score framed images (B, 28, 28) float32 in [0, 1], each with ink."""
        return self._of(torch.from_numpy(ink)[:, None]) if len(ink) else []

    def _of(self, ink: Tensor) -> list[Score]:
        """Score ink (B, 1, 28, 28)."""
        scores = score(self.model(ink.to(self.device)), self._calibration)
        pixels = raster.stored(ink).cpu().numpy()  # (B, 28, 28)
        parts = zip(scores.probabilities.tolist(), scores.confidence.tolist(), pixels, strict=True)
        return [Score(tuple(shares), confidence, seen) for shares, confidence, seen in parts]


def _batches(drawings: Sequence[Drawing]) -> Iterator[list[int]]:
    """Yield the indices of drawings to draw together: the small ones, and each large one alone.

    A batch is padded to its largest drawing.
    """
    points = [sum(len(stroke) for stroke in drawing) for drawing in drawings]
    by_size = sorted(range(len(drawings)), key=points.__getitem__)
    small = [index for index in by_size if points[index] <= MOST_POINTS_TOGETHER]
    if small:
        yield small
    yield from ([index] for index, count in enumerate(points) if count > MOST_POINTS_TOGETHER)
