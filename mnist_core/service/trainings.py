"""The trainings of all visitors: start them, have them watched, and take over what they made.

Knows nothing of Gradio or pages.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mnist_core.errors import MnistCoreError, TrainingError
from mnist_core.files import check_room
from mnist_core.labels import Accuracy
from mnist_core.model.recognizer import Recognizer
from mnist_core.service.comparison import Comparison, compare
from mnist_core.service.network_address import ADDRESS
from mnist_core.service.recognizers import Recognizers
from mnist_core.service.run_record import RunRecord, lost_run, remove_lost
from mnist_core.service.run_times import RunTimes
from mnist_core.service.training_queue import Job, Run, TrainingQueue
from mnist_core.service.workspace import RunOutcome, Workspace, id_of, title_of
from mnist_core.storage.corrections import as_stroke_set
from mnist_core.training.job import JobStatus
from mnist_core.training.recipes import RECIPES
from mnist_core.training.worker import FineTuneTask, Task, TrainTask

# What a training is to find free: 1.2 MB for the largest weight file, of "best", as much for its
# renamed copy when it is kept, and some to spare.
TRAINING_ROOM = 4_000_000  # bytes

MakeJob = Callable[[Task, Path], Job]  # makes a job, not yet started, for a folder


@dataclass(frozen=True)
class WorkspaceState:
    """What one visitor may see of models and training at one moment."""

    status: JobStatus | None  # of the visitor's run, or of its end; None before the first
    queue_position: int  # runs of others that come before it
    comparison: Comparison | None  # None where there is nothing to decide
    message: str  # one sentence where a run came to nothing, and the status does not say so
    in_use: str  # id of the model that reads this visitor's drawings
    name: str  # of that model
    accuracy: Accuracy  # of that model, on the test images of its data set
    version: int  # grows with every change of what reads
    teaches: bool = False  # whether the run that is on or waiting teaches the corrections

    @property
    def active(self) -> bool:
        """Whether the visitor's run is on or waiting."""
        return self.status is not None and self.status.active


class Trainings:
    """Those that are on or wait. Its methods may be called from any thread."""

    def __init__(
        self,
        recognizers: Recognizers,
        workspace_of: Callable[[str], Workspace],
        make_job: MakeJob,
        times: RunTimes,
        device: str = "auto",
        longest: float | None = None,
    ) -> None:
        """Take what it needs.

        Args:
            recognizers: the models that read.
            workspace_of: returns the workspace with a key.
            make_job: makes a training, not yet started, whose file will lie in a folder.
            times: are told how long each training has taken.
            device: where drawings are taught.
            longest: seconds after which a run is finished early; None on a server of one's own.
        """
        self._recognizers = recognizers
        self._workspace_of = workspace_of
        self._make_job = make_job
        self.times = times
        self._device = device
        self._queue = TrainingQueue(self._take_over, self._give_up, longest)

    def is_busy(self, key: str) -> bool:
        """Whether a run of the workspace with this key is on or waiting."""
        return self._queue.find(key) is not None

    def train(self, workspace: Workspace, task: TrainTask) -> None:
        """Start a training, or let it wait for those of others.

        Raises:
            TrainingError: the visitor has one under way, too many are waiting, or there is no room
                for a model.
            MnistCoreError: a candidate that the visitor has not decided on can't be kept.
        """
        self._prepare(workspace)
        self._submit(workspace, task, task.recipe.name.capitalize())

    def teach(self, workspace: Workspace) -> None:
        """Teach the visitor's corrections to the model that reads for them.

        Raises:
            TrainingError: as ``train``, or there are no corrections, or the model can't learn.
            MnistCoreError: as ``train``.
        """
        taught = [each for each in workspace.corrections.all() if not each.held_back]
        if not taught:
            raise TrainingError(
                "There is nothing to teach yet: draw a digit, and tap the right one under "
                "its reading."
            )
        model_id = id_of(workspace.in_use)  # the one that has misread them
        self._prepare(workspace)
        source = self._recognizers.of(workspace.models.find(model_id)).path
        if source is None:
            raise TrainingError("This model has no file to learn from: choose another one first.")
        task = FineTuneTask(source, as_stroke_set(taught), self._device)
        self._submit(workspace, task, "Handwriting")

    def finish(self, workspace: Workspace) -> None:
        """End the visitor's run early and keep what is learnt."""
        if found := self._queue.find(workspace.key):
            found[0].job.finish()

    def look(self, workspace: Workspace, *, hidden: bool = False) -> None:
        """Note that the visitor's page is there, or is there and hidden."""
        self._queue.look(workspace.key, hidden=hidden)

    def stop(self, workspace: Workspace) -> None:
        """Stop the visitor's run, or leave the queue."""
        self._queue.stop(workspace.key)

    def watch(self, workspace: Workspace, ink: np.ndarray | None) -> None:
        """Have a drawing (28, 28) uint8 read by the network that is learning, or none."""
        if found := self._queue.find(workspace.key):
            found[0].job.watch(ink)

    def state(self, workspace: Workspace) -> WorkspaceState:
        """Return what the visitor may see now."""
        found = self._queue.find(workspace.key)
        run, queue_position = (None, 0) if found is None else found
        comparison = self._comparison(workspace) if run is None else None
        outcome, model = workspace.outcome, workspace.in_use
        lost = _lost_sentence(workspace.runs) if run is None and comparison is None else ""
        info = self._recognizers.built_in.info if model is None else model.info
        return WorkspaceState(
            status=outcome.status if run is None else _status_of(run),
            queue_position=queue_position,
            comparison=comparison,
            message=outcome.message or lost,
            in_use=id_of(model),
            name=title_of(model),
            accuracy=info.accuracy,
            version=workspace.version,
            teaches=run is not None and run.teaches,
        )

    def close(self) -> None:
        """End the run that is on. What is kept stays."""
        self._queue.close()

    def _prepare(self, workspace: Workspace) -> None:
        """Put aside what is not decided on, and see that there is room for what comes."""
        if self.is_busy(workspace.key):
            return  # the queue will refuse the run, and nothing shall have changed
        workspace.put_candidate_aside()
        _check_room(workspace.candidates.folder)
        workspace.outcome = RunOutcome()

    def _submit(self, workspace: Workspace, task: Task, what: str) -> None:
        job = self._make_job(task, workspace.candidates.folder)
        record = RunRecord(workspace.runs, what)
        teaches = isinstance(task, FineTuneTask)
        recipe = _plain_recipe(task)
        self._queue.submit(Run(workspace.key, job, record, ADDRESS.get(), recipe, teaches))
        remove_lost(workspace.runs)

    def _take_over(self, run: Run) -> None:
        """Compare what a run has made, in the thread of its job."""
        workspace, status = self._workspace_of(run.owner), run.job.status
        output, message = status.output, ""
        if status.state == "finished" and run.recipe and not status.finishing:
            self.times.note(run.recipe, status.seconds)
        with workspace.lock:
            # It is gone where its visitor has already gone on, and so kept it.
            if status.state == "finished" and output is not None and output.exists():
                try:
                    self._compare(workspace, output.stem, self._recognizers.load(output))
                except MnistCoreError as error:
                    output.unlink(missing_ok=True)
                    message = str(error)
        workspace.outcome = RunOutcome(status, message)
        workspace.note_change()

    def _give_up(self, run: Run, sentence: str) -> None:
        """Tell a visitor why the run has left the queue without a start."""
        self._workspace_of(run.owner).outcome = RunOutcome(None, sentence)

    def _comparison(self, workspace: Workspace) -> Comparison | None:
        """Return how the candidate compares, if there is one."""
        with workspace.lock:  # so that of many who ask at once one compares
            candidate = workspace.candidate
            if candidate is None:
                return None
            models = (candidate.id, id_of(workspace.chosen))
            if workspace.compared is not None and workspace.compared[0] == models:
                return workspace.compared[1]
            # This server has been restarted, another one has trained it, or the model before is
            # deleted.
            return self._compare(workspace, candidate.id, self._recognizers.of(candidate))

    def _compare(self, workspace: Workspace, candidate_id: str, new: Recognizer) -> Comparison:
        chosen = workspace.chosen
        comparison = compare(self._recognizers.of(chosen), new, workspace.corrections.all())
        workspace.compared = ((candidate_id, id_of(chosen)), comparison)
        return comparison


def _plain_recipe(task: Task) -> str:
    """Name the recipe that a task follows just as it is; empty for any other task."""
    if isinstance(task, TrainTask) and task.recipe == RECIPES.get(task.recipe.name):
        return task.recipe.name if task.dataset == "mnist" else ""
    return ""


def _status_of(run: Run) -> JobStatus:
    """How a run goes. Where its process has ended, its model is still being compared."""
    status = run.job.status
    return status if status.active else replace(status, state="evaluating")


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
