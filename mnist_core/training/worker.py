"""What runs in a training's own process.

That process loads this module before it knows its task, so what takes long to load, PyTorch first
of all, is imported by the task, or by a worker that has time before its task comes. This module
knows nothing of who started the process.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from mnist_core.errors import MnistCoreError
from mnist_core.training.progress import Event, Preparing, TrainingControl

if TYPE_CHECKING:
    from mnist_core.data.stroke_sets import StrokeSet
    from mnist_core.training.recipes import Recipe

WORKER_NICENESS = 10  # readings come first


class Task(Protocol):
    """What the worker does; it travels there, so it is plain data."""

    def run(self, output: Path, control: TrainingControl) -> Iterator[Event]:
        """Do it, in the worker, and write the weight file."""


@dataclass(frozen=True)
class TrainTask:
    """Train a new network: the arguments of ``loop.train``."""

    recipe: "Recipe"
    dataset: str = "mnist"
    device: str = "auto"
    seed: int = 0

    def run(self, output: Path, control: TrainingControl) -> Iterator[Event]:
        """Train, in the worker."""
        from mnist_core.training.loop import train

        return train(output=output, control=control, **vars(self))


@dataclass(frozen=True)
class FineTuneTask:
    """Teach a network somebody's own handwriting: the arguments of ``fine_tuning.fine_tune``."""

    source: Path  # its weight file
    lessons: "StrokeSet"
    device: str = "auto"
    seed: int = 0

    def run(self, output: Path, control: TrainingControl) -> Iterator[Event]:
        """Fine-tune, in the worker."""
        from mnist_core.training.fine_tuning import fine_tune

        return fine_tune(output=output, control=control, **vars(self))


@dataclass(frozen=True)
class Failed:
    """The last thing that a worker sends, if its task fails."""

    message: str  # one sentence


def work(connection: Connection, scratch: str, ready_for: str | None) -> None:
    """Do the task that comes over a connection, send its events there, and end the process.

    Args:
        connection: gives the task and the weight file to write, pickled, and then any number of
            ``TrainingControl``.
        scratch: a folder for temporary files; it is removed.
        ready_for: the device on which to get ready for a training before the task comes; None:
            there is no time for that.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the page's process
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # until here it had to wait
    # While modules load, an exception may be caught and printed instead of ending the process.
    signal.signal(signal.SIGTERM, lambda *_: _end(scratch))
    with contextlib.suppress(OSError, AttributeError):
        os.nice(WORKER_NICENESS)
    tempfile.tempdir = scratch  # the other side clears it too: either may be killed
    control = TrainingControl()
    try:
        connection.send(Preparing("Loading PyTorch"))
        if ready_for is not None:
            from mnist_core.training.loop import get_ready

            for _ in get_ready(ready_for):
                if connection.poll():
                    break  # the task does itself what it needs, and may need less
        task, output = cast(tuple[Task, Path], connection.recv())
        os.makedirs(scratch, mode=0o700, exist_ok=True)  # after a day another server removes it
        events = task.run(output, control)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # unwinds, so that files are closed
        for event in events:
            while connection.poll():
                asked: TrainingControl = connection.recv()
                control.drawing, control.finishing = asked.drawing, asked.finishing
            connection.send(event)
    except (BrokenPipeError, ConnectionResetError, EOFError):
        pass  # nobody is watching any more
    except MnistCoreError as error:
        connection.send(Failed(str(error)))
    except Exception as error:
        traceback.print_exc()
        connection.send(Failed(_explain(error)))
    finally:
        _end(scratch)


def _end(scratch: str) -> NoReturn:
    shutil.rmtree(scratch, ignore_errors=True)
    sys.stderr.flush()
    os._exit(0)  # everything is sent and closed; PyTorch's own end would take half a second


def _explain(error: Exception) -> str:
    if isinstance(error, MemoryError) or "memory" in str(error).lower():
        return "The training ran out of memory: close other programs or choose a smaller recipe."
    return f"The training broke off ({type(error).__name__}): train again, or with another recipe."
