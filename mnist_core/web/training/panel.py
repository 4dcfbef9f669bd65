"""How a training goes: a progress bar, curves, what it reads so far, and at the end what it gave.

Knows how to say a visitor's state, not how it comes about.
"""

import base64
import math
import time
from collections.abc import Iterable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from mnist_core.labels import Accuracy
from mnist_core.service.trainings import WorkspaceState
from mnist_core.service.workspace import BUILT_IN_TITLE
from mnist_core.training.job import JobStatus, Point
from mnist_core.training.progress import Progress, Snapshot
from mnist_core.web.assets import markup, script
from mnist_core.web.card import NO_NOTE, Note
from mnist_core.web.figures import bounds, duration, percent, share_right, short
from mnist_core.web.texts import TRAINING
from mnist_core.web.training.verdict import verdict_value

SECONDS_BETWEEN_LOOKS = 0.25  # at a training that is on; who waits looks less often
LONGEST_BETWEEN_LOOKS = 3.0
LOOKS_TO_END = 200  # of a long training; it moves too slowly to be looked at more often

SURE = 0.9  # probability above which the network in training is called sure

_SCRIPTS = (
    "common.js",
    "training/scales.js",
    "training/curves.js",
    "training/live.js",
    "training/strip.js",
    "training/form.js",
    "training/spoken.js",
    "training/look.js",
    "training/training.js",
)


def training_panel() -> gr.HTML:
    """Make the panel; it shows what ``panel_value`` returns.

    While a run is on or waiting it asks ``training_route`` itself. Its ``.run_changed`` fires when
    a run has begun or ended, so that all of the page has to be shown again, and its
    ``.model_changed`` when another model has come into use.
    """
    return gr.HTML(
        elem_id="panel",
        html_template=markup("training/training.html", TRAINING),
        js_on_load=script(*_SCRIPTS, texts=TRAINING),
        apply_default_css=False,
    )


def panel_value(
    state: WorkspaceState, note: Note = NO_NOTE, before: str = BUILT_IN_TITLE
) -> dict[str, Any]:
    """Turn a visitor's state into what ``training.js`` shows.

    Args:
        state: what the visitor may see.
        note: a sentence to add. While a run is on it stays until the run ends.
        before: name of the model that reads where nothing is to be decided.
    """
    # Of a run that is over, and that nothing is to be decided on, only what came of it is left.
    status = state.status if state.active or state.comparison is not None else None
    run_state = "idle" if status is None else status.state
    progress = None if status is None else status.progress
    done = 0.0 if progress is None else round(100 * progress.fraction, 1)
    if run_state in ("evaluating", "finished"):
        done = 100.0
    now = progress if run_state == "training" else None
    return {
        "state": run_state,
        "percent": done,
        "line": _line(state),
        "facts": [] if now is None else _facts(now),
        "result": _result(state, before),
        "failed": _is_failed(state),
        "note": "" if note.setting else note.text,
        "note_failed": note.failed,
        "note_at": time.time() if note.text else None,  # the same may be said twice
        "setting": _refused(note),
        "active": state.active,
        "again": _seconds_between_looks(state),
        "queue_position": state.queue_position,
        "teaches": state.teaches,
        "cancel": TRAINING["leave" if state.queue_position > 0 else "cancel"],
        "model": _model(state),
        "model_id": f"{state.in_use} {state.version}",
        "curves": None if status is None else curves_value(status.history, _planned(progress)),
        "drawing": None if status is None or now is None else _drawing(status.snapshot),
        "samples": _samples(status),
        "comparison": (
            None if state.comparison is None else verdict_value(state.comparison, before)
        ),
    }


def _seconds_between_looks(state: WorkspaceState) -> float:
    """Return how long a page waits until it looks again: the longer, the longer it will take."""
    seconds = SECONDS_BETWEEN_LOOKS * (1 + state.queue_position)
    if state.status is not None and state.status.progress is not None:
        seconds = max(seconds, min(1.0, state.status.progress.seconds_left / LOOKS_TO_END))
    return min(seconds, LONGEST_BETWEEN_LOOKS)


def _refused(note: Note) -> dict[str, Any] | None:
    """Say which setting can't be, and why; the time, since it may be so twice."""
    if not note.setting:
        return None
    return {"name": note.setting, "sentence": note.text, "at": time.time()}


def _is_failed(state: WorkspaceState) -> bool:
    is_failed = state.status is not None and state.status.state == "failed"
    return is_failed or state.message != ""


def _drawing(snapshot: Snapshot | None) -> dict[str, Any]:
    return drawing_value(None if snapshot is None else snapshot.drawing)


def _samples(status: JobStatus | None) -> list[dict[str, Any]]:
    if status is None or status.previews is None:
        return []
    read = None if status.snapshot is None else status.snapshot.previews
    return sample_value(status.previews.images, status.previews.labels, read)


def _planned(progress: Progress | None) -> float:
    """Share of the schedule that will be done: less than 1 where a run is ended early."""
    if progress is None or progress.fraction == 0:
        return 1.0
    return progress.of_schedule / progress.fraction


def curves_value(history: Sequence[Point], planned: float = 1.0) -> dict[str, Any] | None:
    """Turn the moments of a run, oldest first, into three curves; None where there are none.

    Args:
        history: each a fraction of the schedule.
        planned: share of the schedule that will be done; there the curves end.
    """
    if not history:
        return None
    places = [each.fraction / planned for each in history]
    validation = [None if each.validation is None else 100 * each.validation for each in history]
    return {
        "loss": _curve(places, [each.loss for each in history], 4),
        "accuracy": _curve(places, [100 * each.accuracy for each in history], 2),
        "validation": _curve(places, validation, 2),
    }


def drawing_value(probabilities: Sequence[float] | None) -> dict[str, Any]:
    """Say how the network in training reads the drawing; None where there is no drawing."""
    if probabilities is None:
        return {"probabilities": [0.0] * 10, "digit": "", "note": TRAINING["draw"]}
    likely = max(range(10), key=probabilities.__getitem__)
    return {
        "probabilities": [round(p, 3) for p in probabilities],
        "digit": str(likely),
        "note": TRAINING["is_sure" if probabilities[likely] > SURE else "not_sure"],
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


def _curve(
    places: Sequence[float], values: Sequence[float | None], digits: int
) -> list[list[float]]:
    """Pair and round what was measured and is a number."""
    return [
        [round(x, 4), round(y, digits)]
        for x, y in zip(places, values, strict=True)
        if y is not None and math.isfinite(y)
    ]


def _ink(image: Any) -> str:
    return base64.b64encode(np.asarray(image, dtype=np.uint8).tobytes()).decode()


def _line(state: WorkspaceState) -> str:
    if state.status is None:
        return ""
    run_state, progress = state.status.state, state.status.progress
    if run_state == "starting" and state.queue_position > 0:
        return TRAINING["waiting"].format(place=state.queue_position)
    if run_state == "starting":
        return state.status.phase
    if run_state == "evaluating":
        return TRAINING["testing"]
    if run_state == "training" and progress is not None:
        line = TRAINING["step"].format(
            epoch=progress.epoch, epochs=progress.epochs, step=progress.step, steps=progress.steps
        )
        ending = f"{TRAINING['finishing']} {state.status.reason}"
        return f"{line} {ending}".rstrip() if state.status.finishing else line
    return ""


def _facts(progress: Progress) -> list[tuple[str, str]]:
    return [
        (TRAINING["time_left"], duration(progress.seconds_left)),
        (TRAINING["images_a_second"], f"{progress.images_per_second:,.0f}"),
        (TRAINING["loss"], f"{progress.loss:.3f}"),
        (TRAINING["read_right"], percent(100 * progress.accuracy, 1)),
        (TRAINING["rate"], f"{progress.learning_rate:.2g}"),
    ]


def _result(state: WorkspaceState, before: str) -> str:
    if state.active:
        return ""
    if state.message:
        return f"{state.message} {_goes_on(before)}"
    if state.status is None:
        return ""
    if state.status.state == "failed":
        return f"{state.status.message} {_goes_on(before)}"
    if state.status.state == "stopped":
        stopped = f"{TRAINING['canceled']} {_goes_on(before)}"
        return f"{state.status.reason} {stopped}".lstrip()
    if state.comparison is None:
        return ""
    old, new = state.comparison.test
    read = TRAINING["result"].format(new=_read_right(new), old=short(old))
    return f"{state.status.reason} {read}".lstrip()


def _goes_on(before: str) -> str:
    return TRAINING["goes_on"].format(model=before)


def _model(state: WorkspaceState) -> str:
    if state.comparison is not None:
        return TRAINING["on_trial"]
    return TRAINING["in_use"].format(model=state.name, right=_read_right(state.accuracy))


def _read_right(accuracy: Accuracy) -> str:
    return TRAINING["right_of_images"].format(
        share=share_right(accuracy),
        count=f"{accuracy.count:,}",
        sureness=percent(95),
        **bounds(accuracy),
    )
