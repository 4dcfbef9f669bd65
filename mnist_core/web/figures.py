"""How the page says numbers: percentages, times, and what is read right.

``percent`` of ``common.js`` is the same for the scripts.
"""

from mnist_core.labels import Accuracy
from mnist_core.web.texts import COMMON


def percent(value: float, decimals: int = 0) -> str:
    """Say a percentage, 0 to 100."""
    return COMMON["percent"].format(number=f"{value:.{decimals}f}")


def share_right(accuracy: Accuracy) -> str:
    """Say the share that is read right."""
    return percent(100 * accuracy.share, 2)


def bounds(accuracy: Accuracy) -> dict[str, str]:
    """Say ``low`` and ``high`` of that share's 95 % interval; the first without a sign."""
    low, high = accuracy.ci95
    return {"low": f"{100 * low:.2f}", "high": percent(100 * high, 2)}


def short(accuracy: Accuracy) -> str:
    """Say the share that is read right, with its interval."""
    return COMMON["in_bounds"].format(share=share_right(accuracy), **bounds(accuracy))


def duration(seconds: float) -> str:
    """Say a time in the one or two units that matter: ``12 s``, ``3 min 20 s``, ``1 h 5 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return COMMON["seconds"].format(seconds=whole)
    if whole < 3600:
        return COMMON["minutes"].format(minutes=whole // 60, seconds=whole % 60)
    return COMMON["hours"].format(hours=whole // 3600, minutes=whole % 3600 // 60)
