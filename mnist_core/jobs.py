"""A training in a process of its own: start it, watch it, stop it.

The worker is spawned, so it shares nothing with the process that serves the page; events come
over a pipe, the weights as a file that is whole or absent. This module knows nothing of pages,
and it imports what trains only inside the worker.
"""

import contextlib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
import uuid
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from mnist_core.errors import MnistCoreError, TrainingError
from mnist_core.events import Evaluating, Event, Progress, Trained
from mnist_core.recipes import RECIPES
from mnist_core.weights import WeightInfo

WORKER_NICENESS = 10  # readings come first
SECONDS_TO_STOP = 0.7  # then the worker is killed

JobState = Literal["starting", "training", "evaluating", "finished", "stopped", "failed"]


@dataclass(frozen=True)
class JobStatus:
    """What is known of a training at one moment."""

    recipe: str
    state: JobState = "starting"
    progress: Progress | None = None
    message: str = ""  # one sentence, where it failed
    output: Path | None = None  # the weight file, once finished
    info: WeightInfo | None = None  # its header

    @property
    def active(self) -> bool:
        """Whether the training goes on."""
        return self.state in ("starting", "training", "evaluating")

    @property
    def accuracy(self) -> float | None:
        """Share of the test images read right, once finished."""
        return self.info.accuracy if self.info else None

    @property
    def ci95(self) -> tuple[float, float] | None:
        """95 % interval of the accuracy, once finished."""
        return self.info.ci95 if self.info else None


@dataclass(frozen=True)
class _Failed:
    """The worker's last words."""

    message: str


class TrainingJob:
    """One training. Its methods may be called from any thread."""

    def __init__(
        self,
        recipe: str,
        *,
        folder: Path,
        dataset: str = "mnist",
        device: str = "auto",
        seed: int = 0,
    ) -> None:
        """Prepare a training; its weight file will lie in ``folder``.

        Raises:
            TrainingError: there is no recipe of that name.
        """
        if recipe not in RECIPES:
            raise TrainingError(
                f"There is no recipe {recipe!r}: choose one of {', '.join(RECIPES)}."
            )
        self.output = folder / f"{recipe}-{uuid.uuid4().hex[:12]}.safetensors"
        self._arguments = (recipe, self.output, dataset, device, seed)
        self._status = JobStatus(recipe)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._watcher: threading.Thread | None = None

    @property
    def status(self) -> JobStatus:
        """A snapshot; ``finished``, ``stopped`` and ``failed`` are final."""
        with self._lock:
            return self._status

    def start(self) -> None:
        """Start the worker. Call it once."""
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        scratch = tempfile.mkdtemp(prefix="mnist_core-training-")
        self._process = context.Process(
            target=_work, args=(sender, scratch, *self._arguments), daemon=True
        )
        self._process.start()
        sender.close()  # so that the pipe ends when the worker does
        self._watcher = threading.Thread(target=self._watch, args=(receiver, scratch), daemon=True)
        self._watcher.start()

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

    def _watch(self, receiver: Connection, scratch: str) -> None:
        """Follow the worker's events until its pipe ends."""
        process = self._process
        assert process is not None
        last: Event | _Failed | None = None
        with contextlib.suppress(EOFError, OSError):
            while True:
                last = receiver.recv()
                if isinstance(last, Progress):
                    self._set(state="training", progress=last)
                elif isinstance(last, Evaluating):
                    self._set(state="evaluating")
        receiver.close()
        process.join()
        shutil.rmtree(scratch, ignore_errors=True)
        if self._stopping.is_set():
            self.output.unlink(missing_ok=True)
            self._set(state="stopped")
        elif isinstance(last, Trained):
            self._set(state="finished", output=last.output, info=last.info)
        elif isinstance(last, _Failed):
            self._set(state="failed", message=last.message)
        else:
            self._set(state="failed", message=_unexplained_end(process.exitcode))


def _unexplained_end(exit_code: int | None) -> str:
    if exit_code == -signal.SIGKILL:
        return (
            "The training was killed, perhaps because memory ran out: "
            "close other programs or choose a smaller recipe, and train again."
        )
    return f"The training ended unexpectedly (exit code {exit_code}): train again."


def _work(
    sender: Connection,
    scratch: str,
    recipe: str,
    output: Path,
    dataset: str,
    device: str,
    seed: int,
) -> None:
    """Train, in the worker's process, and send what happens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the page's process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # unwinds, so that files are closed
    with contextlib.suppress(OSError, AttributeError):
        os.nice(WORKER_NICENESS)
    tempfile.tempdir = scratch  # the other side clears it, however this one ends
    try:
        from mnist_core.training import train  # torchvision: only the worker needs it

        for event in train(RECIPES[recipe], output, dataset=dataset, device=device, seed=seed):
            sender.send(event)
    except BrokenPipeError:
        sys.exit(0)  # nobody is watching any more
    except MnistCoreError as error:
        sender.send(_Failed(str(error)))
    except Exception as error:
        traceback.print_exc()
        sender.send(_Failed(_explain(error)))


def _explain(error: Exception) -> str:
    if isinstance(error, MemoryError) or "memory" in str(error).lower():
        return "The training ran out of memory: close other programs or choose a smaller recipe."
    return f"The training broke off ({type(error).__name__}): train again, or with another recipe."
