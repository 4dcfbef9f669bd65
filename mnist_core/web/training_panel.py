"""How a training goes: a progress bar, curves, what it reads so far, and at the end what it gave.

Knows how to say a studio's view, not how it comes about.
"""

import base64
import math
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import gradio as gr
import numpy as np

from mnist_core.events import Progress
from mnist_core.inference import Reading
from mnist_core.web.assets import read_asset
from mnist_core.web.studio import Score, View

POINTS_AT_MOST = 300  # of one curve

_SCRIPTS = ("curves.js", "live.js", "training_panel.js")
_DRAW_SOMETHING = "Draw something: it is read again and again while the model learns."


class Moment(Protocol):
    """A training at one moment, as the curves need it."""

    @property
    def fraction(self) -> float:
        """Of all steps, 0 to 1."""

    @property
    def loss(self) -> float:
        """Cross entropy."""

    @property
    def accuracy(self) -> float:
        """On the training images, 0 to 1."""

    @property
    def validation(self) -> float | None:
        """On the held-back images, 0 to 1; None where they were not read."""


def training_panel(view: View) -> gr.HTML:
    """Make the panel; it shows what ``panel_value`` returns.

    Its ``.model_changed`` fires when another model has come into use.
    """
    return gr.HTML(
        panel_value(view),
        html_template=read_asset("training_panel.html"),
        js_on_load="\n".join(read_asset(name) for name in _SCRIPTS),
        apply_default_css=False,
    )


def panel_value(
    view: View,
    note: str = "",
    *,
    curves: dict[str, Any] | None = None,
    drawing: dict[str, Any] | None = None,
    samples: Sequence[dict[str, Any]] = (),
    gate: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Turn a view into what ``training_panel.js`` shows.

    Args:
        view: what the visitor may see.
        note: a sentence to add. While a run is on it stays until the run ends.
        curves: of ``curves_value``. Like all that follow it is hidden where there is none.
        drawing: of ``drawing_value``.
        samples: of ``sample_value``.
        gate: of ``gate_value``.
    """
    state = "idle" if view.status is None else view.status.state
    progress = None if view.status is None else view.status.progress
    percent = 0.0 if progress is None else round(100 * progress.fraction, 1)
    if state in ("evaluating", "finished"):
        percent = 100.0
    running = state == "training" and progress is not None
    return {
        "state": state,
        "percent": percent,
        "line": _line(view),
        "facts": _facts(progress) if running and progress is not None else [],
        "result": _result(view),
        "failed": state == "failed" or view.message != "",
        "note": note,
        "active": view.active,
        "model": _model(view),
        "model_id": view.model_id,
        "curves": curves,
        "drawing": drawing,
        "samples": list(samples),
        "gate": gate,
    }


def curves_value(history: Sequence[Moment]) -> dict[str, Any] | None:
    """Turn the moments of a run, oldest first, into three curves; None where there are none."""
    if not history:
        return None
    held_back = [(each.fraction, each.validation) for each in history]
    return {
        "loss": _curve([(each.fraction, each.loss) for each in history], 4),
        "accuracy": _curve([(each.fraction, 100 * each.accuracy) for each in history], 2),
        "validation": _curve([(x, 100 * y) for x, y in held_back if y is not None], 2),
    }


def drawing_value(reading: Reading | None) -> dict[str, Any]:
    """Say how the model in training reads the drawing; None where it has not read one yet."""
    if reading is None or reading.state == "blank":
        return {"probabilities": [0.0] * 10, "digit": "", "note": _DRAW_SOMETHING}
    notes = {"sure": "It is sure.", "unsure": "It is not sure yet."}
    likely = max(range(10), key=reading.probabilities.__getitem__)
    return {
        "probabilities": [round(p, 3) for p in reading.probabilities],
        "digit": str(likely),
        "note": notes.get(reading.state, "It takes this for no digit."),
    }


def sample_value(
    images: Iterable[Any], labels: Iterable[int], read: Iterable[int] | None = None
) -> list[dict[str, Any]]:
    """Turn test images into what the grid shows.

    Args:
        images: each 28×28 uint8, 255 = full ink; tensors on the CPU, or arrays.
        labels: what they are.
        read: what the model reads; None before it has read them.
    """
    truths = [int(label) for label in labels]
    answers = [None] * len(truths) if read is None else [int(answer) for answer in read]
    return [
        {"ink": _ink(image), "label": label, "read": answer}
        for image, label, answer in zip(images, truths, answers, strict=True)
    ]


def gate_value(verdict: str, tone: str, rows: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Put a new model beside the one before.

    Args:
        verdict: one sentence.
        tone: ``better``, ``same`` or ``worse``.
        rows: what was measured, before, and now.
    """
    return {
        "verdict": verdict,
        "tone": tone,
        "rows": [{"name": name, "before": old, "after": new} for name, old, new in rows],
    }


def _curve(points: list[tuple[float, float]], digits: int) -> list[list[float]]:
    """Round, and thin out evenly; the newest point stays."""
    points = [point for point in points if math.isfinite(point[1])]
    every = math.ceil(len(points) / (POINTS_AT_MOST - 1)) if len(points) > POINTS_AT_MOST else 1
    kept = points[::every]
    if points and kept[-1] is not points[-1]:
        kept.append(points[-1])
    return [[round(x, 4), round(y, digits)] for x, y in kept]


def _ink(image: Any) -> str:
    return base64.b64encode(np.asarray(image, dtype=np.uint8).tobytes()).decode()


def _line(view: View) -> str:
    if view.status is None:
        return ""
    state, progress = view.status.state, view.status.progress
    whose = "" if view.mine else "Another visitor's training: "
    if state == "starting":
        return f"{whose}starting" if whose else "Starting"
    if state == "evaluating":
        text = "trained; now testing on the 10,000 test images"
        return whose + text if whose else text.capitalize()
    if state == "training" and progress is not None:
        text = (
            f"epoch {progress.epoch} of {progress.epochs}, step {progress.step} of {progress.steps}"
        )
        return whose + text if whose else text.capitalize()
    return ""


def _facts(progress: Progress) -> list[tuple[str, str]]:
    return [
        ("Time left", duration(progress.seconds_left)),
        ("Images a second", f"{progress.images_per_second:,.0f}"),
        ("Loss", f"{progress.loss:.3f}"),
        ("Accuracy", f"{100 * progress.accuracy:.1f} %"),
    ]


def _result(view: View) -> str:
    if view.status is None or view.active:
        return ""
    if view.message:
        return f"{view.message} The model from before goes on reading."
    if view.status.state == "failed":
        return f"{view.status.message} The model from before goes on reading."
    if view.status.state == "stopped":
        return "Stopped. Nothing has changed."
    if view.trained is None:
        return ""
    before = f" The one before: {_short(view.before)}." if view.before else ""
    reader = "The new model reads" if view.mine else "Another visitor's new model reads"
    return f"{reader} {_long(view.trained)}.{before}"


def _model(view: View) -> str:
    which = "the retrained model" if view.retrained else "the shipped model"
    said = view.retrained and view.mine and view.in_use == view.trained  # by the result above
    return f"In use: {which}." if said else f"In use: {which}. It reads {_long(view.in_use)}."


def _long(score: Score) -> str:
    return (
        f"{100 * score.accuracy:.2f} % of MNIST's 10,000 test images right "
        f"(95 % interval {100 * score.low:.2f} to {100 * score.high:.2f} %)"
    )


def _short(score: Score) -> str:
    return f"{100 * score.accuracy:.2f} % ({100 * score.low:.2f} to {100 * score.high:.2f} %)"


def duration(seconds: float) -> str:
    """Say a time in the one or two units that matter: ``12 s``, ``3 min 20 s``, ``1 h 5 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
