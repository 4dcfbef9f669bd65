"""Measurements that are run by hand; no test asserts a timing."""

from collections.abc import Sequence


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that a share of the values, the least first, do not exceed."""
    return ordered[int(share * (len(ordered) - 1))]
