"""All that a page asks for: puts the parts of this room together, and closes them.

Knows nothing of Gradio or pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mnist_core.model.recognizer import Recognizer
from mnist_core.service.readings import ReadingService
from mnist_core.service.recognizers import Recognizers
from mnist_core.service.run_times import RunTimes
from mnist_core.service.trainings import MakeJob, Trainings, WorkspaceState
from mnist_core.service.workspace import Workspace
from mnist_core.service.workspaces import Workspaces

LONGEST_TRAINING = 300.0  # s, of a stranger: while others wait
TIMES = "times.json"  # in the folder: what trainings have taken here


@dataclass(frozen=True)
class Service:
    """What one server has."""

    workspaces: Workspaces
    recognizers: Recognizers
    trainings: Trainings
    readings: ReadingService
    device: str  # where trainings run

    def state(self, workspace: Workspace) -> WorkspaceState:
        """Return what a visitor may see now."""
        self.workspaces.sweep_hourly(self.trainings.is_busy)
        return self.trainings.state(workspace)

    def close(self) -> None:
        """End the run that is on, and refuse readings. What is kept stays."""
        self.readings.close()
        self.trainings.close()


def make_service(
    built_in: Recognizer,
    *,
    folder: Path,
    make_job: MakeJob,
    load: Callable[[Path], Recognizer],
    device: str = "auto",
    public: bool = False,
    forget_after: float = float("inf"),
) -> Service:
    """Make the parts and put them together.

    Args:
        built_in: reads drawings until another model is chosen.
        folder: where visitors' models and corrections lie.
        make_job: makes a training, not yet started, whose file will lie in a folder.
        load: makes a weight file into a recognizer.
        device: where trainings run.
        public: visitors are strangers to each other.
        forget_after: days after which a stranger who has not come back is forgotten.

    Raises:
        OSError: the folder can't be used.
    """
    workspaces = Workspaces(folder, public=public, forget_after=forget_after)
    recognizers = Recognizers(built_in, load)
    longest = LONGEST_TRAINING if public else None
    times = RunTimes(folder / TIMES)
    trainings = Trainings(recognizers, workspaces.of_key, make_job, times, device, longest)
    readings = ReadingService(workspaces, recognizers, trainings)
    workspaces.sweep(trainings.is_busy)
    return Service(workspaces, recognizers, trainings, readings, device)
