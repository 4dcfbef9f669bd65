"""One visitor's things: kept models, corrections, and which model reads.

What has to last lies in the visitor's folder. Knows nothing of who the visitor is, or of trainings
that are on.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from mnist_core.errors import MnistCoreError
from mnist_core.files import remove_abandoned, write_atomically
from mnist_core.service.comparison import Comparison
from mnist_core.storage.corrections import Corrections
from mnist_core.storage.models import ModelStore, StoredModel
from mnist_core.training.job import JobStatus

BUILT_IN = "shipped"  # id of the model that comes with the project
BUILT_IN_TITLE = "Built-in model"


@dataclass(frozen=True)
class RunOutcome:
    """What came of the visitor's latest run, as far as this server knows."""

    status: JobStatus | None = None  # None before the first run
    message: str = ""  # one sentence where it came to nothing, and the status does not say so


class Workspace:
    """What a visitor has. Its methods may be called from any thread."""

    def __init__(self, key: str, folder: Path) -> None:
        """Take the visitor's key and folder, which is made with the first thing kept."""
        self.key = key
        self.models = ModelStore(folder / "models")
        self.candidates = ModelStore(folder / "trial")  # trained, and not yet decided on
        self.corrections = Corrections(folder / "corrections")
        self.runs = folder / "runs"  # notes of the trainings that are waited for
        for each in (folder, self.runs):
            remove_abandoned(each)
        self.lock = threading.RLock()  # held while the candidate is compared, kept or deleted
        # Ids of a candidate and of the model before, and how they compare.
        self.compared: tuple[tuple[str, str], Comparison] | None = None
        self.outcome = RunOutcome()
        self.version = 0  # grows with every change of what reads
        self._choice = folder / "choice"
        self._second_id: str | None = None

    @property
    def candidate(self) -> StoredModel | None:
        """The trained model that the visitor has not yet decided on, if there is one."""
        candidates = self.candidates.entries()
        return candidates[0] if candidates else None

    @property
    def chosen(self) -> StoredModel | None:
        """The kept model that was chosen last; None for the built-in one."""
        try:
            model_id = self._choice.read_text()[:40]
        except (OSError, UnicodeDecodeError):
            return None
        return self.models.find(model_id)

    @property
    def in_use(self) -> StoredModel | None:
        """The model that reads; None for the built-in one."""
        return self.candidate or self.chosen

    @property
    def second_id(self) -> str | None:
        """Id of the model that reads beside the one in use, if the visitor asked for another."""
        if self._second_id is None or self._second_id == id_of(self.in_use):
            return None
        return self._second_id

    def use(self, model_id: str) -> None:
        """Read with another model from now on; a candidate is put aside.

        Raises:
            MnistCoreError: there is no such model, or the choice can't be written down.
        """
        self._check(model_id)
        self.put_candidate_aside()
        self._choose(model_id)
        if self._second_id == model_id:
            self._second_id = None

    def read_beside(self, model_id: str | None) -> None:
        """Have another model read beside the one in use, or none.

        Raises:
            ModelStoreError: there is no such model.
        """
        if model_id is not None:
            self._check(model_id)
        self._second_id = model_id
        self.note_change()

    def keep_candidate(self) -> None:
        """Keep the candidate and go on reading with it, if there is one.

        Raises:
            MnistCoreError: too many models are kept, or it can't be written.
        """
        with self.lock:
            candidate = self.candidate
            if candidate is not None:
                self._choose(self.models.put(candidate.path, candidate.title).id)

    def put_candidate_aside(self) -> None:
        """Keep the candidate, if there is one, and read with the model from before again.

        Raises:
            MnistCoreError: too many models are kept, or it can't be written.
        """
        with self.lock:
            candidate = self.candidate
            if candidate is not None:
                self.models.put(candidate.path, candidate.title)
        self.note_change()

    def discard_candidate(self) -> None:
        """Delete the candidate, if there is one; the model from before reads again."""
        with self.lock:
            candidate = self.candidate
            if candidate is not None:
                self.candidates.remove(candidate.id)
        self.note_change()

    def delete(self, model_id: str) -> None:
        """Delete a kept model; the built-in one reads again if it was in use.

        Raises:
            ModelStoreError: there is no such model, or it can't be deleted.
        """
        self.models.remove(model_id)
        self.note_change()

    def note_change(self) -> None:
        """Note that another model may read from now on."""
        with self.lock:
            self.version += 1

    def _check(self, model_id: str) -> None:
        if model_id != BUILT_IN:
            self.models.get(model_id)

    def _choose(self, model_id: str) -> None:
        try:
            write_atomically(self._choice, model_id.encode())
        except OSError as error:
            raise MnistCoreError(
                f"The choice can't be written down ({error.strerror}): free some disk space."
            ) from error
        self.note_change()


def title_of(model: StoredModel | None) -> str:
    """Return what a model is called; None is the built-in one."""
    return BUILT_IN_TITLE if model is None else model.title


def id_of(model: StoredModel | None) -> str:
    """Return the id of a model; None is the built-in one."""
    return BUILT_IN if model is None else model.id
