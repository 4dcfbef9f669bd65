"""Whose models read whose drawings, what is being trained, and what is kept.

Knows nothing of Gradio or pages: a visitor is a string. On a server of one's own every visitor
counts as the same person. On a public server each sees the shipped model and their own.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mnist_core.corrections import Correction, Corrections, as_stroke_set
from mnist_core.errors import MnistCoreError, TrainingError
from mnist_core.files import check_room, remove_abandoned, write_atomically
from mnist_core.inference import Recognizer
from mnist_core.jobs import JobStatus, Task, TeachTask, TrainTask
from mnist_core.shelf import Shelf, ShelfEntry
from mnist_core.web.run_queue import Job, Run, RunQueue
from mnist_core.web.run_record import RunRecord, lost_run, remove_lost
from mnist_core.web.visitor_folders import VisitorFolders
from mnist_core.weights import WeightInfo

SHIPPED_ID = "shipped"
MODELS_IN_MEMORY = 64  # retrained ones; the one used longest ago gives way
VISITORS_IN_MEMORY = 1000
SECONDS_BETWEEN_SWEEPS = 3600.0
# What a training is to find free: 1.2 MB for the largest weight file, of "best", as much for its
# renamed copy on the shelf, and some to spare.
TRAINING_ROOM = 4_000_000  # bytes

StartJob = Callable[[Task, Path], Job]  # makes a job, not yet started, for a folder


@dataclass(frozen=True)
class Score:
    """How many are read right, of how many."""

    right: int
    count: int
    accuracy: float
    low: float  # of the 95 % interval
    high: float


@dataclass(frozen=True)
class Gate:
    """A model that has just been trained, against the one before."""

    test: tuple[Score, Score]  # test images of their data sets: before, after
    corrections: tuple[int, int, int]  # read right before, after, of how many
    held_back: tuple[int, int, int]  # of those, the ones that are never taught
    datasets: tuple[str, str]  # that the two were trained and tested on

    @property
    def is_worse(self) -> bool:
        """Whether the new model is clearly worse: the intervals do not meet."""
        return self.test[1].high < self.test[0].low

    @property
    def is_better(self) -> bool:
        """Whether it is clearly better."""
        return self.test[1].low > self.test[0].high


@dataclass(frozen=True)
class View:
    """What one visitor may see of the studio at one moment."""

    status: JobStatus | None  # of the visitor's run, or of its end; None before the first
    place: int  # runs of others that come before it
    gate: Gate | None  # to keep or to go back from; None where there is nothing to decide
    message: str  # one sentence when a run came to nothing that its status does not tell, else ""
    in_use: str  # id of the model that reads this visitor's drawings
    name: str  # of that model
    score: Score  # of that model, on the test images of its data set
    corrections: int  # how many the visitor has
    version: int  # grows with every change of what reads

    @property
    def active(self) -> bool:
        """Whether the visitor's run is on or waiting."""
        return self.status is not None and self.status.active


class _Visitor:
    """What is remembered of a visitor; what has to last is in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf(folder / "models")
        self.trials = Shelf(folder / "trial")  # what is trained, and not yet decided on
        self.corrections = Corrections(folder / "corrections")
        self.runs = folder / "runs"  # what is waited for
        for each in (folder, self.runs):
            remove_abandoned(each)
        self.compared: str | None = None
        self.status: JobStatus | None = None  # of the latest run, once it is over
        self.gate: Gate | None = None
        self.judged = ""  # id of the trained model that the gate is about
        self.message = ""
        self.version = 0

    @property
    def chosen(self) -> str:
        """Id of the model that was chosen last; it may be gone."""
        try:
            return (self.folder / "choice").read_text()[:40]
        except (OSError, UnicodeDecodeError):
            return SHIPPED_ID

    def choose(self, model: str) -> None:
        try:
            write_atomically(self.folder / "choice", model.encode())
        except OSError as error:
            raise MnistCoreError(
                f"The choice can't be written down ({error.strerror}): free some disk space."
            ) from error
        self.version += 1

    def trial(self) -> ShelfEntry | None:
        entries = self.trials.entries()
        return entries[0] if entries else None

    def entry(self) -> ShelfEntry | None:
        """The model that reads; None for the shipped one."""
        return self.trial() or self.kept(self.chosen)

    def beside(self) -> str | None:
        """Id of the model that is compared with the one that reads; None where it is the same."""
        if self.compared is None:
            return None
        entry = self.entry()
        return (
            None if self.compared == (SHIPPED_ID if entry is None else entry.id) else self.compared
        )

    def kept(self, model: str | None) -> ShelfEntry | None:
        """A model on the shelf; None for the shipped one, and for one that is gone."""
        if model in (None, SHIPPED_ID):
            return None
        return next((entry for entry in self.shelf.entries() if entry.id == model), None)


class Studio:
    """Thread-safe: handlers of any number of pages call it at once."""

    def __init__(
        self,
        shipped: Recognizer,
        *,
        folder: Path,
        start_job: StartJob,
        load_model: Callable[[Path], Recognizer],
        device: str = "auto",
        public: bool = False,
        forget_after: float = float("inf"),
    ):
        """Hold a model, and what it takes to train others.

        Args:
            shipped: reads drawings until another model is trained.
            folder: where visitors' models and corrections lie.
            start_job: makes a training, not yet started, whose file will lie in a folder.
            load_model: makes a weight file into a recognizer.
            device: where trainings run.
            public: visitors are strangers to each other.
            forget_after: days after which a stranger who has not come back is forgotten.

        Raises:
            OSError: the folder can't be used.
        """
        self.public = public
        self.device = device
        self.shipped = shipped
        self._folders = VisitorFolders(folder, public=public, forget_after=forget_after)
        self._start_job = start_job
        self._load_model = load_model
        self._lock = threading.RLock()
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()
        self._models: OrderedDict[Path, Recognizer] = OrderedDict()
        self._queue = RunQueue(self._take_over, self._give_up)
        self._swept = 0.0
        self.sweep()

    # ---- reading

    def recognizer(self, visitor: str) -> Recognizer:
        """Return the model that reads this visitor's drawings."""
        found = self._known(visitor)
        return self.shipped if found is None else self._recognizer(found.entry())

    def compared(self, visitor: str) -> tuple[str, Recognizer] | None:
        """Return the name and the model that reads beside it, if the visitor asked for one."""
        found = self._known(visitor)
        model = None if found is None else found.beside()
        if found is None or model is None:
            return None
        if model == SHIPPED_ID:
            return "Shipped model", self.shipped
        entry = found.kept(model)
        return None if entry is None else (entry.info.name, self._recognizer(entry))

    def is_training(self, visitor: str) -> bool:
        """Whether a run of this visitor is on or waiting."""
        return self._queue.find(self._folders.key(visitor)) is not None

    def watch(self, visitor: str, ink: np.ndarray | None) -> None:
        """Have the visitor's drawing (28, 28) uint8 read by the network that is learning."""
        found = self._queue.find(self._folders.key(visitor))
        if found is not None:
            found[0].job.watch(ink)

    # ---- training

    def train(self, task: TrainTask, visitor: str) -> None:
        """Start a training, or let it wait for those of others.

        Raises:
            TrainingError: the visitor has one under way, too many are waiting, or there is no room
                for a model.
            ShelfError: a trained model that nobody decided on finds no place on the shelf.
        """
        self._submit(task, visitor, task.recipe.title)

    def teach(self, visitor: str) -> None:
        """Teach the visitor's corrections to the model that reads for them.

        Raises:
            TrainingError: as ``train``, or there are no corrections, or the model can't learn.
            ShelfError: as ``train``.
        """
        found = self._visitor(visitor)
        lessons = as_stroke_set([each for each in found.corrections.all() if not each.held_back])
        if not lessons.drawings:
            raise TrainingError(
                "There is nothing to teach yet: draw a digit, and click the right one under "
                "its reading."
            )
        if self._queue.find(self._folders.key(visitor)) is None:
            self._keep_trial(found)
        entry = found.entry()
        source = self.shipped.path if entry is None else entry.path
        if source is None:
            raise TrainingError("This model has no file to learn from: choose another one first.")
        self._submit(TeachTask(source, lessons, self.device), visitor, "Handwriting")

    def finish(self, visitor: str) -> None:
        """End the visitor's run early and keep what is learnt."""
        found = self._queue.find(self._folders.key(visitor))
        if found is not None:
            found[0].job.finish()

    def stop(self, visitor: str) -> None:
        """Stop the visitor's run, or leave the queue."""
        self._queue.stop(self._folders.key(visitor))

    def keep(self, visitor: str) -> None:
        """Put the trained model on the shelf and go on reading with it."""
        self._keep_trial(self._visitor(visitor))

    def go_back(self, visitor: str) -> None:
        """Drop the trained model; the one from before reads again."""
        found = self._visitor(visitor)
        with self._lock:
            trial = found.trial()  # another may wait, which another server has trained
            if trial is not None:
                found.trials.remove(trial.id)
            found.version += 1

    def _submit(self, task: Task, visitor: str, what: str) -> None:
        key, found = self._folders.key(visitor), self._visitor(visitor)
        output = found.trials.folder
        if self._queue.find(key) is None:
            self._keep_trial(found)  # nothing that is finished is lost
            _check_room(output)
            found.status, found.message = None, ""
        record = RunRecord(found.runs, what)
        self._queue.submit(Run(key, self._start_job(task, output), record))
        remove_lost(found.runs)

    def _keep_trial(self, found: _Visitor) -> None:
        with self._lock:
            trial = found.trial()
            if trial is None:
                return
            kept = found.shelf.put(trial.path, default_name(trial))
            found.choose(kept.id)

    def _take_over(self, run: Run) -> None:
        """Measure what a run has left; in the thread of its job."""
        found = self._visitor_by_key(run.owner)
        status, gate, message = run.job.status, None, ""
        # Where its visitor has already gone on, the file is on the shelf.
        if status.state == "finished" and status.output is not None and status.output.exists():
            try:
                gate = self._gate(found, self._load_model(status.output))
            except MnistCoreError as error:
                status.output.unlink(missing_ok=True)
                message = str(error)
        with self._lock:
            found.status, found.message = status, message
            if gate is not None and status.output is not None:
                found.gate, found.judged = gate, status.output.stem
            found.version += 1

    def _give_up(self, run: Run, sentence: str) -> None:
        """Tell a visitor that a run that has waited can't start."""
        found = self._visitor_by_key(run.owner)
        with self._lock:
            found.status, found.message = None, sentence

    def _gate(self, found: _Visitor, new: Recognizer) -> Gate:
        old = self._recognizer(found.kept(found.chosen))
        kept = found.corrections.all()
        held_back = [each for each in kept if each.held_back]
        return Gate(
            test=(score_of(old.info), score_of(new.info)),
            corrections=(*_read_right(old, new, kept), len(kept)),
            held_back=(*_read_right(old, new, held_back), len(held_back)),
            datasets=(old.info.dataset, new.info.dataset),
        )

    # ---- what is kept

    def corrections(self, visitor: str) -> Corrections:
        """Return the visitor's labelled drawings."""
        return self._visitor(visitor).corrections

    def models(self, visitor: str) -> list[ShelfEntry]:
        """Return the visitor's kept models, newest first."""
        return self._visitor(visitor).shelf.entries()

    def is_compared(self, visitor: str, model: str) -> bool:
        """Whether this model reads beside the one in use."""
        return self._visitor(visitor).beside() == model

    def use(self, visitor: str, model: str) -> None:
        """Read with another model from now on; a trained one not decided on is kept."""
        found = self._visitor(visitor)
        if model != SHIPPED_ID:
            found.shelf.entry(model)
        self._keep_trial(found)
        found.choose(model)
        if found.compared == model:
            found.compared = None

    def compare(self, visitor: str, model: str | None) -> None:
        """Have another model read beside the one in use, or none."""
        found = self._visitor(visitor)
        if model not in (None, SHIPPED_ID):
            found.shelf.entry(str(model))
        found.compared = model
        found.version += 1

    def rename(self, visitor: str, model: str, name: str) -> None:
        """Give a kept model another name."""
        self._visitor(visitor).shelf.rename(model, name)

    def delete(self, visitor: str, model: str) -> None:
        """Delete a kept model; the shipped one reads again if it was in use."""
        found = self._visitor(visitor)
        found.shelf.remove(model)
        found.version += 1

    def file(self, visitor: str, model: str) -> tuple[str, bytes]:
        """Return the name and the content of a model's weight file."""
        if model == SHIPPED_ID and self.shipped.path is not None:
            return "Shipped model", self.shipped.path.read_bytes()
        entry = self._visitor(visitor).shelf.entry(model)
        return entry.info.name, entry.path.read_bytes()

    # ---- looking

    def look(self, visitor: str) -> View:
        """Return what this visitor may see now."""
        key, found = self._folders.key(visitor), self._visitor(visitor)
        running = self._queue.find(key)
        if time.monotonic() - self._swept > SECONDS_BETWEEN_SWEEPS:
            self.sweep()
        trial = found.trial()
        # It was not judged here: this server has been restarted, or another has trained it.
        if running is None and trial is not None and trial.id != found.judged:
            gate = self._gate(found, self._recognizer(trial))
            with self._lock:
                found.gate, found.judged = gate, trial.id
        lost = _lost_sentence(found.runs) if running is None and trial is None else ""
        corrections, entry = found.corrections.count(), found.entry()
        info = self.shipped.info if entry is None else entry.info
        with self._lock:
            status, place = found.status, 0
            if running is not None:
                run, place = running
                status = run.job.status
                if not status.active:  # it is being measured
                    status = replace(status, state="evaluating")
            return View(
                status=status,
                place=place,
                gate=found.gate if running is None and trial is not None else None,
                message=found.message or lost,
                in_use=SHIPPED_ID if entry is None else entry.id,
                name=info.name if entry is None else default_name(entry),
                score=score_of(info),
                corrections=corrections,
                version=found.version,
            )

    def close(self) -> None:
        """End a run that is on. What is kept stays."""
        self._queue.close()

    def sweep(self) -> None:
        """Forget strangers who have not come back for long: their models and corrections go."""
        self._swept = time.monotonic()
        for key in self._folders.sweep(lambda key: self._queue.find(key) is not None):
            with self._lock:
                self._visitors.pop(key, None)

    # ---- visitors and models

    def _visitor(self, visitor: str) -> _Visitor:
        key = self._folders.key(visitor)
        self._folders.note_visit(key)
        return self._visitor_by_key(key)

    def _known(self, visitor: str) -> _Visitor | None:
        """Return a visitor; None for a mere name, which shall push nobody out of memory."""
        key = self._folders.key(visitor)
        if key not in self._visitors and not self._folders.has(key):
            return None
        return self._visitor(visitor)

    def _visitor_by_key(self, key: str) -> _Visitor:
        with self._lock:
            found = self._visitors.get(key)
            if found is None:
                found = self._visitors[key] = _Visitor(self._folders.path(key))
            self._visitors.move_to_end(key)
            while len(self._visitors) > VISITORS_IN_MEMORY:
                self._visitors.popitem(last=False)
            return found

    def _recognizer(self, entry: ShelfEntry | None) -> Recognizer:
        if entry is None:
            return self.shipped
        model = self._models.get(entry.path)
        if model is None:
            try:
                model = self._load_model(entry.path)
            except MnistCoreError:
                return self.shipped  # it has just been deleted, or is damaged
        with self._lock:
            model = self._models.setdefault(entry.path, model)
            self._models.move_to_end(entry.path)
            while len(self._models) > MODELS_IN_MEMORY:
                self._models.popitem(last=False)
            return model


def default_name(entry: ShelfEntry) -> str:
    """A name for a model that has none: its recipe and when it was trained."""
    created = entry.info.created[:16].replace("T", " ")
    return entry.info.name or f"{entry.info.recipe.capitalize()} {created}".strip()


def score_of(info: WeightInfo) -> Score:
    """Say how many test images a model read right, as its weight file has it."""
    return Score(info.test_right, info.test_images, info.accuracy, *info.ci95)


def _check_room(folder: Path) -> None:
    """See that a model can be kept before minutes are spent on it."""
    try:
        check_room(folder, TRAINING_ROOM)
    except OSError as error:
        raise TrainingError(
            f"The training can't start, since its model could not be kept ({error.strerror}): free "
            "some disk space, or check the folder that models are kept in, and train again."
        ) from error


def _lost_sentence(runs: Path) -> str:
    what = lost_run(runs)
    return f"A training ({what}) ended together with its server: start it again." if what else ""


def _read_right(
    old: Recognizer, new: Recognizer, corrections: Sequence[Correction]
) -> tuple[int, int]:
    """How many drawings each of two models reads right."""
    before, after = (
        sum(model.read_strokes(each.strokes).best == each.label for each in corrections)
        for model in (old, new)
    )
    return before, after
