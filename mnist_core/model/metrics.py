"""How well confidences tell two kinds apart, and how well they are calibrated."""

import torch
from torch import Tensor


def auroc(positive: Tensor, negative: Tensor) -> float:
    """Chance that a positive's score is above a negative's, ties counting half.

    This is the area under the receiver operating characteristic, by ranks (Mann and Whitney,
    1947).

    Args:
        positive: scores (N,), N > 0.
        negative: scores (M,), M > 0.
    """
    negative = negative.double().sort().values
    below = torch.searchsorted(negative, positive.double())
    up_to = torch.searchsorted(negative, positive.double(), right=True)
    return ((below + up_to).double().mean() / (2 * len(negative))).item()


def expected_calibration_error(confidence: Tensor, right: Tensor, bins: int = 15) -> float:
    """Mean gap of confidence and accuracy over equal bins of confidence (Guo et al., 2017).

    Args:
        confidence: (N,) in [0, 1].
        right: (N,) bool.
        bins: how many, between 0 and 1.

    Returns:
        A share: 0.005 is half a percentage point.
    """
    index = (confidence.double() * bins).long().clamp(0, bins - 1)
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, index, confidence.double() - right.double())
    return (gaps.abs().sum() / len(confidence)).item()
