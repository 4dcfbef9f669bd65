"""Tasks that stand in for trainings where a test is about the process that they run in.

They travel to that process, so they live in a module that it can import quickly.
"""

import contextlib
import os
import signal
import tempfile
import time
from dataclasses import dataclass

from mnist_core.errors import TrainingError
from mnist_core.training.progress import Progress, Snapshot, Trained
from mnist_core.training.worker import Task, work


def progress(step, steps=1_000):
    """A training's progress whose other figures say nothing."""
    return Progress(
        fraction=step / steps, epoch=1, epochs=1, step=step, steps=steps, images_per_second=1.0,
        seconds_left=1.0, loss=1.0, accuracy=0.5, learning_rate=0.1,
    )  # fmt: skip


@dataclass(frozen=True)
class OfFewImages:
    """Does another task, a real one, with few images."""

    task: Task

    def run(self, output, control):
        import pytest

        from tests.stubs import show_few_images

        show_few_images(pytest.MonkeyPatch())
        return self.task.run(output, control)


@dataclass(frozen=True)
class Endless:
    """Writes its file, then goes on until it is asked to finish, and looks at what is drawn.

    The file says how nice the process is and which temporary folder it has.
    """

    stubborn: bool = False  # deaf to the polite signal

    def run(self, output, control):
        if self.stubborn:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(f"{os.nice(0)} {tempfile.mkdtemp()}")
        step = 0
        while not control.finishing:
            step = min(step + 1, 999)
            yield progress(step)
            ink = control.drawing
            yield Snapshot(None, (), None if ink is None else tuple(ink[0].tolist()))
            time.sleep(0.005)  # as long as a step takes
        yield Trained(None, output, {})


@dataclass(frozen=True)
class Loading:
    """Loads what it needs for ever, and takes no exception for an answer, as imports may do."""

    def run(self, output, control):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.touch()
        while True:
            with contextlib.suppress(BaseException):
                time.sleep(1)


@dataclass(frozen=True)
class Failing:
    """Breaks off."""

    def run(self, output, control):
        yield progress(1)
        raise RuntimeError("no words for people")


@dataclass(frozen=True)
class Refusing:
    """Refuses to begin, in a sentence that tells the worker's value of an environment variable."""

    variable: str

    def run(self, output, control):
        raise TrainingError(f"{self.variable} is {os.environ.get(self.variable)}.")


@dataclass(frozen=True)
class FullDisk:
    """Writes the shipped weights to a disk that has no room for them."""

    def run(self, output, control):
        import resource

        from mnist_core.model import weight_file

        model, info = weight_file.load(weight_file.SHIPPED)
        yield progress(1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        weight_file.save(model, info, output)


def work_that_prepares(connection, scratch, noted):
    """Be a worker that gets ready in three steps, and writes down each that it takes."""
    from mnist_core.training import loop

    def get_ready(device):
        for step in ("load", "draw", "compile"):
            with open(noted, "a") as file:
                file.write(f"{step} on {device}\n")
            yield

    loop.get_ready = get_ready
    work(connection, scratch, "cpu")
