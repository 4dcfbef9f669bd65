"""Measurements that are run by hand; no test asserts a timing."""

from collections.abc import Sequence

from mnist_core.model.devices import limit_spinning

limit_spinning()  # as the programs do that are measured


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that a share of the values, the least first, do not exceed."""
    return ordered[int(share * (len(ordered) - 1))]
