"""What is said of a new model before somebody keeps or discards it.

Knows how to say a comparison, not how it comes about.
"""

from typing import Any

from mnist_core.service.comparison import Comparison
from mnist_core.service.workspace import BUILT_IN_TITLE
from mnist_core.web.figures import duration, share_right
from mnist_core.web.texts import TRAINING


def verdict_value(comparison: Comparison, before: str = BUILT_IN_TITLE) -> dict[str, Any]:
    """Say what a new model is worth beside the one before, which is called ``before``."""
    verdict, tone = _verdict(comparison)
    rows = []
    for name, (old, new) in (
        (TRAINING["your_drawings"], comparison.corrections),
        (TRAINING["aside"], comparison.held_back),
    ):
        if old.count:
            counts = [{"right": each.right, "count": each.count} for each in (old, new)]
            rows.append((name, *(TRAINING["right_of"].format(**each) for each in counts)))
    numbers = zip((TRAINING["new_model"], before), reversed(comparison.test), strict=True)
    return {
        "verdict": verdict,
        "tone": tone,
        "meaning": _meaning(comparison, before),
        "numbers": [
            {
                "name": name,
                "share": share_right(accuracy),
                "what": TRAINING["of_images"].format(count=f"{accuracy.count:,}"),
            }
            for name, accuracy in numbers
        ],
        "rows": [{"name": name, "before": old, "after": new} for name, old, new in rows],
    }


def _verdict(comparison: Comparison) -> tuple[str, str]:
    if not comparison.is_comparable:
        return TRAINING["not_comparable"], "same"
    if comparison.is_little_worse:
        return TRAINING["little_worse"], "same"
    if comparison.is_worse:
        return TRAINING["worse"], "worse"
    if comparison.is_better:
        return TRAINING["better"], "better"
    return TRAINING["same"], "same"


def _meaning(comparison: Comparison, before: str) -> str:
    """Say what more training the better model had, if it had."""
    if not comparison.is_comparable or not comparison.is_worse:
        return ""
    (old, new), (old_seconds, new_seconds) = comparison.epochs, comparison.seconds
    if new >= old:
        return ""
    known = old_seconds > 0 and new_seconds > 0
    old_share, new_share = map(share_right, comparison.test)
    meaning = TRAINING["meaning"].format(
        new=_length(new, new_seconds, known),
        new_share=new_share,
        model=before,
        old=_length(old, old_seconds, known),
        old_share=old_share,
    )
    return f"{meaning} {TRAINING['no_failure']}" if comparison.is_little_worse else meaning


def _length(epochs: float, seconds: float, in_seconds: bool) -> str:
    """Say how long a training was; both models' in one unit."""
    if in_seconds:
        return duration(seconds)
    return TRAINING["one_epoch" if epochs == 1 else "many_epochs"].format(count=f"{epochs:.3g}")
