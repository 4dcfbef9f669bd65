"""A training in a process of its own, as the page's process sees it: start, watch, finish, stop.

Events come over a pipe, the weights as a file that is whole or absent. What is asked of a running
training goes the other way, in answer to its events, so that it never piles up. This module knows
nothing of pages or of networks.
"""

import contextlib
import pickle
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mnist_core.training.progress import (
    Evaluating,
    Event,
    Preparing,
    PreviewImages,
    Progress,
    Snapshot,
    Trained,
    TrainingControl,
)
from mnist_core.training.worker import Failed, Task
from mnist_core.training.worker_process import WorkerProcess, Workers

if TYPE_CHECKING:
    import numpy as np

MOST_POINTS = 200  # of the curves

_KILLED = -9  # exit code; Windows has no name for the signal

JobState = Literal["starting", "training", "evaluating", "finished", "stopped", "failed"]


@dataclass(frozen=True)
class Point:
    """A place on the curves."""

    fraction: float  # of the recipe's schedule, 0 to 1
    loss: float  # cross entropy
    accuracy: float  # on the training images as they were shown, 0 to 1
    validation: float | None = None  # on held-back images, 0 to 1, if they were read just then


@dataclass(frozen=True)
class JobStatus:
    """What is known of a training at one moment."""

    state: JobState = "starting"
    phase: str = "Starting"  # what is being done before the first step
    progress: Progress | None = None
    previews: PreviewImages | None = None
    snapshot: Snapshot | None = None
    history: tuple[Point, ...] = ()  # evenly spaced, and last the newest
    finishing: bool = False  # it was asked to end its schedule early
    reason: str = ""  # one sentence, where its visitor has not asked for that
    message: str = ""  # one sentence, where it failed
    output: Path | None = None  # the weight file, once finished
    seconds: float = 0.0  # from its start to its end, once finished

    @property
    def active(self) -> bool:
        """Whether the training goes on."""
        return self.state in ("starting", "training", "evaluating")

    def after(self, event: Event) -> "JobStatus":
        """What is known once the event has come."""
        if isinstance(event, Preparing):
            return replace(self, phase=event.phase)
        if isinstance(event, PreviewImages):
            return replace(self, previews=event)
        if isinstance(event, Progress):
            return replace(self, state="training", progress=event, history=self._with(event))
        if isinstance(event, Snapshot):
            history = self.history
            if history:
                history = (*history[:-1], replace(history[-1], validation=event.validation))
            return replace(self, snapshot=event, history=history)
        if isinstance(event, Evaluating):
            return replace(self, state="evaluating")
        return self

    def _with(self, progress: Progress) -> tuple[Point, ...]:
        """Lengthen the curves; the newest point takes the place of one that is too near."""
        history, validation = self.history, None
        if len(history) > 1 and history[-1].fraction - history[-2].fraction < 1 / MOST_POINTS:
            history, validation = history[:-1], history[-1].validation
        newest = Point(progress.of_schedule, progress.loss, progress.accuracy, validation)
        return (*history, newest)


class TrainingJob:
    """One training. Its methods may be called from any thread."""

    def __init__(self, task: Task, *, folder: Path, workers: Workers | None = None) -> None:
        """Prepare a training.

        Args:
            task: what to do.
            folder: where its weight file will lie.
            workers: start the process to do it in, or have one ready.
        """
        self.output = folder / f"{uuid.uuid4().hex[:12]}.safetensors"
        self._task = task
        self._workers = workers or Workers()
        self._status = JobStatus()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._worker: WorkerProcess | None = None
        self._watcher: threading.Thread | None = None
        self._control = TrainingControl()
        self._started = 0.0  # s, by the monotonic clock

    @property
    def status(self) -> JobStatus:
        """A snapshot; ``finished``, ``stopped`` and ``failed`` are final."""
        with self._lock:
            return self._status

    def start(self, on_end: Callable[[], None] = lambda: None) -> None:
        """Start the worker, once; ``on_end`` is called in another thread when it is over.

        Raises:
            OSError: there is no memory, process or disk space left for it.
        """
        # Pickled here: a connection would share a tensor's memory, and leave a socket behind.
        task = pickle.dumps((self._task, self.output))
        self._started = time.monotonic()
        self._worker = self._workers.take()
        self._watcher = threading.Thread(
            target=self._follow, args=(self._worker, task, on_end), daemon=True
        )
        self._watcher.start()

    def watch(self, ink: "np.ndarray | None") -> None:
        """Have a drawing (28, 28) uint8 read again and again on the way, or none."""
        with self._lock:
            self._control = replace(self._control, drawing=ink)

    def finish(self, reason: str = "") -> None:
        """Have the schedule ended early and what is learnt kept. Returns at once.

        ``reason`` is one sentence for a visitor who has not asked for it.
        """
        with self._lock:
            if self._status.active and not self._status.finishing:
                self._status = replace(self._status, finishing=True, reason=reason)
            self._control = replace(self._control, finishing=True)

    def stop(self) -> None:
        """End the training and keep nothing of it. Returns at once; it takes under a second."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.stop()

    def close(self) -> None:
        """Stop the training and wait until its process is gone."""
        self.stop()
        if self._watcher is not None:
            self._watcher.join()

    def _follow(self, worker: WorkerProcess, task: bytes, on_end: Callable[[], None]) -> None:
        """Give the worker its task, and follow its events until its pipe ends."""
        last: Event | Failed | None = None
        sent: TrainingControl | None = None
        with contextlib.suppress(EOFError, OSError):
            worker.connection.send_bytes(task)  # here, since it waits until the worker listens
            while not isinstance(last := worker.connection.recv(), Failed):
                with self._lock:
                    self._status = self._status.after(last)
                    control = self._control
                if control is not sent:
                    sent = control
                    # A worker that has ended can't be asked, but its last events can be read.
                    with contextlib.suppress(OSError):
                        worker.connection.send(control)
        exit_code = worker.wait()
        with self._lock:
            self._status = self._ended(last, exit_code)
        on_end()
        self._workers.refill()

    def _ended(self, last: Event | Failed | None, exit_code: int | None) -> JobStatus:
        """What is known once the worker is gone, by the last that it sent."""
        if self._stopping.is_set():
            with contextlib.suppress(OSError):
                self.output.unlink()
            return replace(self._status, state="stopped")
        if isinstance(last, Trained):
            seconds = time.monotonic() - self._started
            return replace(self._status, state="finished", output=last.output, seconds=seconds)
        message = last.message if isinstance(last, Failed) else _unexplained_end(exit_code)
        return replace(self._status, state="failed", message=message)


def _unexplained_end(exit_code: int | None) -> str:
    if exit_code == _KILLED:
        return (
            "The training was killed, perhaps because memory ran out: "
            "close other programs or choose a smaller recipe, and train again."
        )
    return f"The training ended unexpectedly (exit code {exit_code}): train again."
