"""How the page says numbers: percentages, times, and what is read right.

``percent`` of ``common.js`` is the same for the scripts.
"""

from mnist_core.labels import Accuracy


def percent(value: float, decimals: int = 0) -> str:
    """Say a percentage, 0 to 100; no line breaks before its sign."""
    return f"{value:.{decimals}f}\u00a0%"


def share_right(accuracy: Accuracy) -> str:
    """Say the share that is read right."""
    return percent(100 * accuracy.share, 2)


def interval(accuracy: Accuracy) -> str:
    """Say the 95 % interval of that share, as ``99.58 to 99.80 %``."""
    low, high = accuracy.ci95
    return f"{100 * low:.2f} to {percent(100 * high, 2)}"


def short(accuracy: Accuracy) -> str:
    """Say the share that is read right, with its interval."""
    return f"{share_right(accuracy)} ({interval(accuracy)})"


def duration(seconds: float) -> str:
    """Say a time in the one or two units that matter: ``12 s``, ``3 min 20 s``, ``1 h 5 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
