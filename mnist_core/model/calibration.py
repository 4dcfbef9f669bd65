"""From logits to honest probabilities, and to the confidence below which nothing is read.

This module knows nothing of files, strokes or pages.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist_core.ink.raster import ink_of
from mnist_core.labels import DIGITS
from mnist_core.model.weight_info import Calibration

IMAGES_AT_ONCE = 100  # so few that what is computed of them stays in a CPU's cache
REJECTED_SHARE = 0.003  # of the digits calibrated on: the least confident ones are rejected


@dataclass(frozen=True)
class Scores:
    """What logits say, for a batch."""

    probabilities: Tensor  # (B, 10), sum 1: the ten digits, given that it is a digit
    confidence: Tensor  # (B,), 0 to 1: the chance that it is a digit, and the most probable one


def score(logits: Tensor, calibration: Calibration) -> Scores:
    """Turn logits (B, 10), or (B, 11) with "no digit" last, into probabilities and confidence."""
    shares = functional.softmax(logits.float() / calibration.temperature, dim=1)
    digits = shares[:, :DIGITS]
    confidence = digits.amax(dim=1)
    return Scores(digits / digits.sum(dim=1, keepdim=True).clamp(min=1e-12), confidence)


@torch.inference_mode()
def read_logits(model: nn.Module, images: Tensor) -> Tensor:
    """Run a network in evaluation mode over images (N, 28, 28) uint8, in chunks: (N, classes)."""
    parts = [model(ink_of(part)).float() for part in images.split(IMAGES_AT_ONCE)]
    return torch.cat(parts)


def calibrate(model: nn.Module, images: Tensor, labels: Tensor, pens: Tensor) -> Calibration:
    """Fit temperature and rejection threshold on digits.

    The network was not trained on them; the tutorial's was, as it holds none back.

    Args:
        model: in evaluation mode, on the device of the images.
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
        pens: more digits (M, 28, 28) uint8, which only the threshold depends on; M may be 0.
    """
    logits = read_logits(model, images)
    unset = Calibration(temperature=_fit_temperature(logits, labels))
    everything = torch.cat([logits, read_logits(model, pens)]) if len(pens) else logits
    threshold = score(everything, unset).confidence.quantile(REJECTED_SHARE).item()
    return replace(unset, reject_below=threshold)


def _fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """Find the temperature of least cross entropy, to 1 %, between 0.1 and 10."""
    candidates = torch.logspace(-1, 1, 463, device=logits.device)
    losses = torch.stack(
        [functional.cross_entropy(logits / candidate, labels) for candidate in candidates]
    )
    return candidates[losses.argmin()].item()
