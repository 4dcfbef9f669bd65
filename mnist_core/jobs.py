"""A training in a process of its own: start it, watch it, stop it.

The worker is spawned, so it shares nothing with the process that serves the page; events come
over a pipe, the weights as a file that is whole or absent. What is asked of a running training
goes the other way in answer to its events, so that it never piles up. This module knows nothing of
pages, and it imports what trains only inside the worker.
"""

import contextlib
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from mnist_core.errors import MnistCoreError
from mnist_core.events import Evaluating, Event, Look, Progress, Samples, Steering, Trained
from mnist_core.recipes import Recipe
from mnist_core.stroke_sets import StrokeSet

WORKER_NICENESS = 10  # readings come first
SECONDS_TO_STOP = 0.5  # then the worker is killed
MOST_POINTS = 200  # of the curves

_KILLED = -9  # exit code; Windows has no name for the signal
_SCRATCH = "mnist_core-training-"  # begins the name of a worker's temporary folder
_ABANDONED_AFTER = 86_400.0  # s, far more than the longest training takes

JobState = Literal["starting", "training", "evaluating", "finished", "stopped", "failed"]


class Task(Protocol):
    """What the worker does; it travels there, so it is plain data."""

    def run(self, output: Path, steering: Steering) -> Iterator[Event]:
        """Do it, in the worker, and write the weight file."""


@dataclass(frozen=True)
class TrainTask:
    """Train a new network by a recipe."""

    recipe: Recipe
    dataset: str = "mnist"
    device: str = "auto"
    seed: int = 0

    def run(self, output: Path, steering: Steering) -> Iterator[Event]:
        """Train, as ``training.train`` does."""
        from mnist_core.training import train  # torchvision: only the worker needs it

        return train(
            self.recipe,
            output,
            dataset=self.dataset,
            device=self.device,
            seed=self.seed,
            steering=steering,
        )


@dataclass(frozen=True)
class TeachTask:
    """Teach a network somebody's own handwriting."""

    source: Path  # its weight file
    lessons: StrokeSet
    device: str = "auto"
    seed: int = 0

    def run(self, output: Path, steering: Steering) -> Iterator[Event]:
        """Teach, as ``teaching.teach`` does."""
        from mnist_core.teaching import teach

        return teach(
            self.source,
            self.lessons,
            output,
            device=self.device,
            seed=self.seed,
            steering=steering,
        )


@dataclass(frozen=True)
class Point:
    """A place on the curves."""

    fraction: float  # of the recipe's schedule, 0 to 1
    loss: float
    accuracy: float  # on the training images as they were shown, 0 to 1
    validation: float | None = None  # on images held back, where they were looked at just then


@dataclass(frozen=True)
class JobStatus:
    """What is known of a training at one moment."""

    state: JobState = "starting"
    progress: Progress | None = None
    samples: Samples | None = None
    look: Look | None = None
    history: tuple[Point, ...] = ()  # evenly spaced, and last the newest
    finishing: bool = False  # it was asked to end its schedule early
    message: str = ""  # one sentence, where it failed
    output: Path | None = None  # the weight file, once finished

    @property
    def active(self) -> bool:
        """Whether the training goes on."""
        return self.state in ("starting", "training", "evaluating")

    def after(self, event: Event) -> "JobStatus":
        """What is known once the event has come."""
        if isinstance(event, Samples):
            return replace(self, samples=event)
        if isinstance(event, Progress):
            return replace(self, state="training", progress=event, history=self._with(event))
        if isinstance(event, Look):
            history = self.history
            if history:
                history = (*history[:-1], replace(history[-1], validation=event.validation))
            return replace(self, look=event, history=history)
        if isinstance(event, Evaluating):
            return replace(self, state="evaluating")
        return self

    def _with(self, progress: Progress) -> tuple[Point, ...]:
        """The curves, gone on; the newest point takes the place of one that is too near."""
        history, validation = self.history, None
        if len(history) > 1 and history[-1].fraction - history[-2].fraction < 1 / MOST_POINTS:
            history, validation = history[:-1], history[-1].validation
        newest = Point(progress.of_schedule, progress.loss, progress.accuracy, validation)
        return (*history, newest)


@dataclass(frozen=True)
class _Failed:
    """The worker's last words."""

    message: str


@dataclass(frozen=True)
class _Wishes:
    """What is asked of the worker; newer wishes take the place of older ones."""

    ink: np.ndarray | None = None  # (28, 28) uint8, 255 = full ink, to be read again and again
    finishing: bool = False  # end the schedule early


class TrainingJob:
    """One training. Its methods may be called from any thread."""

    def __init__(self, task: Task, *, folder: Path) -> None:
        """Prepare a training; its weight file will lie in ``folder``."""
        self.output = folder / f"{uuid.uuid4().hex[:12]}.safetensors"
        self._task = task
        self._status = JobStatus()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._watcher: threading.Thread | None = None
        self._wishes = _Wishes()

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
        # By value: a connection would share a tensor's memory, with a socket to be left behind.
        task = pickle.dumps(self._task)
        context = multiprocessing.get_context("spawn")
        _remove_abandoned_scratch()
        scratch = tempfile.mkdtemp(prefix=_SCRATCH)
        with contextlib.ExitStack() as unwound:
            unwound.callback(shutil.rmtree, scratch, ignore_errors=True)
            ours, theirs = context.Pipe()
            unwound.callback(ours.close)
            self._process = context.Process(
                target=_work, args=(theirs, scratch, self.output), daemon=True
            )
            with contextlib.closing(theirs):  # so that the pipe ends when the worker does
                self._process.start()
            unwound.pop_all()  # it has started
        self._watcher = threading.Thread(
            target=self._follow, args=(ours, task, scratch, on_end), daemon=True
        )
        self._watcher.start()

    def watch(self, ink: np.ndarray | None) -> None:
        """Have a drawing (28, 28) uint8 read again and again on the way, or none."""
        with self._lock:
            self._wishes = replace(self._wishes, ink=ink)

    def finish(self) -> None:
        """Have the schedule ended early and what is learnt kept. Returns at once."""
        with self._lock:
            if self._status.active:
                self._status = replace(self._status, finishing=True)
            self._wishes = replace(self._wishes, finishing=True)

    def stop(self) -> None:
        """End the training and keep nothing of it. Returns at once; it takes under a second."""
        self._stopping.set()
        process = self._process
        if process is None or not process.is_alive():
            return
        process.terminate()
        killer = threading.Timer(SECONDS_TO_STOP, process.kill)
        killer.daemon = True
        killer.start()

    def close(self) -> None:
        """Stop the training and wait until its process is gone."""
        self.stop()
        if self._watcher is not None:
            self._watcher.join()

    def _set(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]

    def _follow(
        self, connection: Connection, task: bytes, scratch: str, on_end: Callable[[], None]
    ) -> None:
        """Give the worker its task, and follow its events until its pipe ends."""
        process = self._process
        assert process is not None
        last: Event | _Failed | None = None
        told = _Wishes()
        with contextlib.suppress(EOFError, OSError):
            connection.send_bytes(task)  # here, since it waits until the worker listens
            while True:
                last = connection.recv()
                if not isinstance(last, _Failed):
                    with self._lock:
                        self._status = self._status.after(last)
                        wishes = self._wishes
                    if wishes is not told:
                        told = wishes
                        with contextlib.suppress(OSError):  # it has ended; its last words are left
                            connection.send(wishes)
        connection.close()
        process.join()
        shutil.rmtree(scratch, ignore_errors=True)
        if self._stopping.is_set():
            with contextlib.suppress(OSError):
                self.output.unlink()
            self._set(state="stopped")
        elif isinstance(last, Trained):
            self._set(state="finished", output=last.output)
        elif isinstance(last, _Failed):
            self._set(state="failed", message=last.message)
        else:
            self._set(state="failed", message=_unexplained_end(process.exitcode))
        on_end()


def _remove_abandoned_scratch() -> None:
    """Remove what is left of trainings that were killed together with their server."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError):  # another server may be faster
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)


def _unexplained_end(exit_code: int | None) -> str:
    if exit_code == _KILLED:
        return (
            "The training was killed, perhaps because memory ran out: "
            "close other programs or choose a smaller recipe, and train again."
        )
    return f"The training ended unexpectedly (exit code {exit_code}): train again."


class _Asked:
    """What the worker has been asked so far."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wishes = _Wishes()

    def watched(self) -> np.ndarray | None:
        return self._heard().ink

    def finishing(self) -> bool:
        return self._heard().finishing

    def _heard(self) -> _Wishes:
        while self._connection.poll():
            self._wishes = self._connection.recv()
        return self._wishes


def _work(connection: Connection, scratch: str, output: Path) -> None:
    """Train, in the worker's process, and send what happens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the page's process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # unwinds, so that files are closed
    with contextlib.suppress(OSError, AttributeError):
        os.nice(WORKER_NICENESS)
    tempfile.tempdir = scratch  # the other side clears it too: either may be killed
    asked = _Asked(connection)
    try:
        task: Task = connection.recv()
        for event in task.run(output, Steering(asked.watched, asked.finishing)):
            connection.send(event)
    except (BrokenPipeError, ConnectionResetError, EOFError):
        pass  # nobody is watching any more
    except MnistCoreError as error:
        connection.send(_Failed(str(error)))
    except Exception as error:
        traceback.print_exc()
        connection.send(_Failed(_explain(error)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        sys.stderr.flush()
        os._exit(0)  # everything is sent and closed; PyTorch's own end would take half a second


def _explain(error: Exception) -> str:
    if isinstance(error, MemoryError) or "memory" in str(error).lower():
        return "The training ran out of memory: close other programs or choose a smaller recipe."
    return f"The training broke off ({type(error).__name__}): train again, or with another recipe."
