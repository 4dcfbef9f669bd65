"""How a training goes: a progress bar, figures, and at the end what it gave.

Knows how to say a studio's view, not how it comes about.
"""

from typing import Any

import gradio as gr

from mnist_core.events import Progress
from mnist_core.web.assets import read_asset
from mnist_core.web.studio import Score, View


def training_panel(view: View) -> gr.HTML:
    """Make the panel; it shows what ``panel_value`` returns.

    Its ``.model_changed`` fires when another model has come into use.
    """
    return gr.HTML(
        panel_value(view),
        html_template=read_asset("training_panel.html"),
        js_on_load=read_asset("training_panel.js"),
        apply_default_css=False,
    )


def panel_value(view: View, note: str = "") -> dict[str, Any]:
    """Turn a view into what ``training_panel.js`` shows.

    Args:
        view: what the visitor may see.
        note: a sentence to add. While a run is on it stays until the run ends.
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
    }


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
