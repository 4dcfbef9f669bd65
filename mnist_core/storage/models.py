"""The kept models of one owner: a folder with one weight file each.

A model's name is in the header of its file. Knows nothing of training or of reading drawings.
"""

import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from mnist_core.errors import ModelStoreError, WeightsError
from mnist_core.model import weight_file
from mnist_core.model.weight_info import WeightInfo
from mnist_core.storage.file_store import FileStore

MODELS_KEPT = 50
LONGEST_NAME = 60  # characters

# Signs that turn the direction of what is written after them, and so could disguise a name.
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_Version = tuple[int, int, int]  # inode, time of change in ns, and size in bytes, of a file


@dataclass(frozen=True)
class StoredModel:
    """One kept model."""

    id: str  # 12 hexadecimal digits
    info: WeightInfo
    path: Path
    size: int  # bytes

    @property
    def title(self) -> str:
        """What its owner calls it; without a name, its recipe and when it was trained."""
        created = self.info.created[:16].replace("T", " ")
        unnamed = self.info.recipe.capitalize()
        return self.info.name or (f"{unnamed} {created} UTC" if created else unnamed)


class ModelStore(FileStore):
    """The models in one folder."""

    suffix = ".safetensors"
    id_pattern = re.compile("[0-9a-f]{12}")
    noun = "model"
    error = ModelStoreError

    def __init__(self, folder: Path) -> None:
        """Open a folder of models; it is made with the first one."""
        super().__init__(folder)
        self._known: dict[str, tuple[_Version, StoredModel]] = {}  # by id

    def entries(self) -> list[StoredModel]:
        """List the models, the newest first; a file that is no whole weight file is left out.

        Raises:
            ModelStoreError: the folder can't be read.
        """
        ids = self.ids()
        models = [model for each in ids if (model := self.find(each)) is not None]
        for gone in self._known.copy().keys() - set(ids):
            self._known.pop(gone, None)
        return sorted(models, key=lambda model: (model.info.created, model.id), reverse=True)

    def find(self, model_id: str) -> StoredModel | None:
        """Return a model, or None; its header is read anew only where its file has changed."""
        if not self.is_id(model_id):
            return None
        path = self._path(model_id)
        try:
            status = os.stat(path)
            version = (status.st_ino, status.st_mtime_ns, status.st_size)
            known = self._known.get(model_id)
            if known is not None and known[0] == version:
                return known[1]
            model = StoredModel(model_id, weight_file.read_info(path), path, status.st_size)
        except (OSError, WeightsError):
            return None
        self._known[model_id] = (version, model)
        return model

    def get(self, model_id: str) -> StoredModel:
        """Return a model.

        Raises:
            ModelStoreError: there is none of that id.
        """
        model = self.find(model_id)
        if model is None:
            raise self._missing()
        return model

    def put(self, file: Path, name: str) -> StoredModel:
        """Move a finished weight file here.

        The renamed copy is whole before the file goes, so nothing is lost at any moment. Where
        the file's own name is an id, the model keeps it, and a second try ends in one model.

        Raises:
            ModelStoreError: the name is none, there are too many models, the file is no weight
                file, or it can't be written.
        """
        name = _checked_name(name)
        is_named_by_id = file.suffix == self.suffix and self.is_id(file.stem)
        model_id = file.stem if is_named_by_id else uuid4().hex[:12]
        if len([model for model in self.entries() if model.id != model_id]) >= MODELS_KEPT:
            raise ModelStoreError(f"{MODELS_KEPT} models are kept already: delete one first.")
        target = self._path(model_id)
        with self._failures_told("kept"), _causes_of_weights_errors():
            info = weight_file.read_info(file)
            created = info.created or weight_file.current_time()
            weight_file.rewrite_info(file, replace(info, name=name, created=created), target)
        with contextlib.suppress(OSError):  # what stays behind would be put under the same id
            if not file.samefile(target):
                file.unlink()
        return self.get(model_id)

    def rename(self, model_id: str, name: str) -> StoredModel:
        """Give a model another name.

        Raises:
            ModelStoreError: the name is none, the model is gone, or its file can't be written.
        """
        name = _checked_name(name)
        model = self.get(model_id)
        with self._failures_told("renamed"), _causes_of_weights_errors():
            weight_file.rewrite_info(model.path, replace(model.info, name=name), model.path)
        return self.get(model_id)


def _checked_name(name: str) -> str:
    kept = [
        character
        for character in name
        if unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        and character not in _TURNING
    ]
    name = "".join(kept).strip()
    if not any(each.isprintable() and not each.isspace() for each in name):
        raise ModelStoreError("The model has no name: type one.")
    if len(name) > LONGEST_NAME:
        raise ModelStoreError(
            f"The name has {len(name)} characters, more than {LONGEST_NAME}: shorten it."
        )
    return name


@contextlib.contextmanager
def _causes_of_weights_errors() -> Iterator[None]:
    """Let the system's error through that is behind a weight file's, for the store to tell."""
    try:
        yield
    except WeightsError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from error
        raise ModelStoreError("The file is no whole weight file: train another model.") from error
