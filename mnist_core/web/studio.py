"""The models in memory, who uses which, and the one training that may run on this server.

Knows nothing of Gradio or pages: a visitor is a string. On a server of one's own every visitor
counts as the same person, so a finished model becomes everybody's. On a public server it becomes
only its starter's, and only the starter may stop the run.
"""

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnist_core.errors import MnistCoreError, TrainingError
from mnist_core.inference import Recognizer
from mnist_core.jobs import JobStatus

MODELS_KEPT = 8  # retrained models in memory; the oldest gives way
VISITORS_KEPT = 1000  # visitors whose choice of model is remembered

_EVERYBODY = ""  # the one visitor of a server that is not public


class Job(Protocol):
    """What the studio needs of a training (``mnist_core.jobs.TrainingJob``)."""

    @property
    def status(self) -> JobStatus:
        """A snapshot of how it goes."""

    def start(self) -> None:
        """Begin, in a process of its own."""

    def stop(self) -> None:
        """Ask for the end, and return at once."""

    def close(self) -> None:
        """Free what the training holds."""


StartJob = Callable[[str, Path], Job]  # recipe, folder for its file


@dataclass(frozen=True)
class Score:
    """Accuracy on MNIST's 10,000 test images, as fractions."""

    accuracy: float
    low: float  # of the 95 % interval
    high: float


@dataclass(frozen=True)
class View:
    """What one visitor may see of the studio at one moment."""

    status: JobStatus | None  # of the latest run; None before the first
    number: int  # of the latest run, 1-based; 0 before the first
    mine: bool  # the visitor started the latest run
    before: Score | None  # of the model that the starter used when the run began
    trained: Score | None  # of the model that the latest run gave; None unless it finished
    message: str  # one sentence when that model could not be loaded, else ""
    in_use: Score  # of the model that reads this visitor's drawings
    model_id: int  # number of the run that made it; 0 for the one the server started with

    @property
    def retrained(self) -> bool:
        """Whether a model trained on this server reads this visitor's drawings."""
        return self.model_id > 0

    @property
    def active(self) -> bool:
        """Whether a run is on."""
        return self.status is not None and self.status.active

    @property
    def may_stop(self) -> bool:
        """Whether this visitor may stop it."""
        return self.active and self.mine


class Studio:
    """Thread-safe: handlers of any number of pages call it at once."""

    def __init__(
        self,
        shipped: Recognizer,
        *,
        start_job: StartJob,
        load_model: Callable[[Path], Recognizer],
        public: bool = False,
    ):
        """Hold a model, and what it takes to train others.

        Args:
            shipped: reads drawings until another model is trained.
            start_job: makes a training of a recipe, not yet started, for a folder.
            load_model: makes a finished file into a recognizer.
            public: visitors are strangers to each other.
        """
        self.public = public
        self._shipped = shipped
        self._start_job = start_job
        self._load_model = load_model
        self._lock = threading.RLock()
        self._folder = tempfile.TemporaryDirectory(prefix="draw-a-digit-")
        self._models: OrderedDict[int, Recognizer] = OrderedDict()  # by the number of their run
        self._chosen: OrderedDict[str, int] = OrderedDict()  # visitor -> number of a run
        self._job: Job | None = None
        self._last: JobStatus | None = None  # the latest run's end
        self._number = 0
        self._starter = _EVERYBODY
        self._before: Score | None = None
        self._trained: Score | None = None
        self._message = ""

    def recognizer(self, visitor: str) -> Recognizer:
        """Return the model that reads this visitor's drawings."""
        with self._lock:
            self._settle()
            return self._model_of(self._key(visitor))

    def retrain(self, recipe: str, visitor: str) -> bool:
        """Start a training; False, with no effect, while one is on.

        Raises:
            TrainingError: the training cannot start.
        """
        with self._lock:
            self._settle()
            if self._job is not None:
                return False
            key = self._key(visitor)
            job = self._start_job(recipe, Path(self._folder.name))
            job.start()
            self._job, self._last, self._message = job, None, ""
            self._number += 1
            self._starter = key
            self._before, self._trained = _score(self._model_of(key)), None
            return True

    def stop(self, visitor: str) -> None:
        """Stop the run that is on, if this visitor started it."""
        with self._lock:
            if self._job is not None and self._key(visitor) == self._starter:
                self._job.stop()

    def use_shipped(self, visitor: str) -> None:
        """Go back to the model that the server started with."""
        with self._lock:
            self._settle()
            self._chosen.pop(self._key(visitor), None)

    def look(self, visitor: str) -> View:
        """Return what this visitor may see now."""
        with self._lock:
            self._settle()
            key = self._key(visitor)
            return View(
                status=self._last if self._job is None else self._job.status,
                number=self._number,
                mine=self._number > 0 and key == self._starter,
                before=self._before,
                trained=self._trained,
                message=self._message,
                in_use=_score(self._model_of(key)),
                model_id=self._chosen_by(key),
            )

    def close(self) -> None:
        """End a run that is on and remove the files. The models in memory go on reading."""
        with self._lock:
            if self._job is not None:
                self._job.stop()
                self._job.close()
                self._job = None
            self._folder.cleanup()

    def _key(self, visitor: str) -> str:
        return visitor if self.public else _EVERYBODY

    def _model_of(self, key: str) -> Recognizer:
        return self._models.get(self._chosen_by(key), self._shipped)

    def _chosen_by(self, key: str) -> int:
        number = self._chosen.get(key, 0)
        return number if number in self._models else 0

    def _settle(self) -> None:
        """Take over what a run that has ended has left."""
        if self._job is None:
            return
        status = self._job.status
        if status.active:
            return
        self._last = status
        if status.state == "finished":
            self._take_over(status)
        self._job.close()
        self._job = None

    def _take_over(self, status: JobStatus) -> None:
        try:
            if status.output is None:
                raise TrainingError("The training left no file: train again.")
            model = self._load_model(status.output)
        except MnistCoreError as error:
            self._message = str(error)
            return
        status.output.unlink(missing_ok=True)  # it lives in memory now
        self._trained = _score(model)
        self._models[self._number] = model
        while len(self._models) > MODELS_KEPT:
            self._models.popitem(last=False)
        self._chosen[self._starter] = self._number
        self._chosen.move_to_end(self._starter)
        while len(self._chosen) > VISITORS_KEPT:
            self._chosen.popitem(last=False)


def _score(model: Recognizer) -> Score:
    return Score(model.info.accuracy, *model.info.ci95)
