"""The kept models of one owner: a folder with one weight file each, and nothing else.

A model's name is in the header of its file. There is no index, so servers may share the folder,
and none of them has to end well: every listing looks at the folder itself, and every change is
one file that appears whole or goes. This module knows nothing of training or of reading drawings.
"""

import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from mnist_core import weights
from mnist_core.errors import ShelfError, WeightsError
from mnist_core.files import remove_abandoned
from mnist_core.weights import WeightInfo

MODELS_KEPT = 50
LONGEST_NAME = 60  # characters

_SUFFIX = ".safetensors"
_ID = re.compile("[0-9a-f]{12}")
# Signs that turn the direction of what is written after them, and so could disguise a name.
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_Version = tuple[int, int, int]  # inode, time of change in ns, and size in bytes, of a file


@dataclass(frozen=True)
class ShelfEntry:
    """One model on the shelf."""

    id: str  # 12 hexadecimal digits
    info: WeightInfo
    path: Path
    size: int  # bytes


class Shelf:
    """The models in one folder. Its methods may be called from any thread, in any process."""

    def __init__(self, folder: Path) -> None:
        """Open a shelf; its folder is made with the first model."""
        self.folder = folder
        self._known: dict[str, tuple[_Version, ShelfEntry]] = {}  # by id
        remove_abandoned(folder)

    def entries(self) -> list[ShelfEntry]:
        """List the models, the newest first; a file that is no whole weight file is left out.

        Raises:
            ShelfError: the folder can't be read.
        """
        with _told("The shelf can't be read", "check its folder"):
            try:
                names = os.listdir(self.folder)
            except FileNotFoundError:
                names = []
        ids = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
        found = [entry for each in ids if (entry := self._find(each)) is not None]
        for gone in self._known.copy().keys() - set(ids):
            self._known.pop(gone, None)
        return sorted(found, key=lambda entry: (entry.info.created, entry.id), reverse=True)

    def entry(self, model_id: str) -> ShelfEntry:
        """Find a model.

        Raises:
            ShelfError: it is not on the shelf.
        """
        entry = self._find(model_id)
        if entry is None:
            raise _missing()
        return entry

    def put(self, file: Path, name: str) -> ShelfEntry:
        """Move a finished weight file to the shelf.

        The renamed copy is whole before the file goes, so nothing is lost at any moment. Where
        the file's own name is an id, the model keeps it, and a second try ends in one model.

        Raises:
            ShelfError: the name is none, the shelf is full, the file is no weight file, or it
                can't be written.
        """
        name = _checked_name(name)
        known = file.suffix == _SUFFIX and _ID.fullmatch(file.stem)
        model_id = file.stem if known else uuid4().hex[:12]
        if len([entry for entry in self.entries() if entry.id != model_id]) >= MODELS_KEPT:
            raise ShelfError(f"The shelf holds {MODELS_KEPT} models: delete one first.")
        target = self._path(model_id)
        with _told("The model can't be kept", "free some space, or check the shelf's folder"):
            info = weights.read_info(file)
            created = info.created or weights.current_time()
            weights.rewrite_info(file, replace(info, name=name, created=created), target)
        with contextlib.suppress(OSError):  # what stays behind would be put under the same id
            if not file.samefile(target):
                file.unlink()
        return self.entry(model_id)

    def rename(self, model_id: str, name: str) -> ShelfEntry:
        """Give a model another name.

        Raises:
            ShelfError: the name is none, the model is gone, or its file can't be written.
        """
        name = _checked_name(name)
        entry = self.entry(model_id)
        with _told("The model can't be renamed", "free some space, or check the shelf's folder"):
            weights.rewrite_info(entry.path, replace(entry.info, name=name), entry.path)
        return self.entry(model_id)

    def remove(self, model_id: str) -> None:
        """Delete a model.

        Raises:
            ShelfError: it is not on the shelf, or can't be deleted.
        """
        if not _is_id(model_id):
            raise _missing()
        with _told("The model can't be deleted", "check the shelf's folder"):
            self._path(model_id).unlink()

    def _path(self, model_id: str) -> Path:
        return self.folder / f"{model_id}{_SUFFIX}"

    def _find(self, model_id: str) -> ShelfEntry | None:
        """Return a model, its header read anew only where its file has changed."""
        if not _is_id(model_id):
            return None
        try:
            status = os.stat(os.path.join(self.folder, model_id + _SUFFIX))
            version = (status.st_ino, status.st_mtime_ns, status.st_size)
            known = self._known.get(model_id)
            if known is not None and known[0] == version:
                return known[1]
            path = self._path(model_id)
            entry = ShelfEntry(model_id, weights.read_info(path), path, status.st_size)
        except (OSError, WeightsError):
            return None
        self._known[model_id] = (version, entry)
        return entry


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _checked_name(name: str) -> str:
    kept = [
        character
        for character in name
        if unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        and character not in _TURNING
    ]
    name = "".join(kept).strip()
    if not any(each.isprintable() and not each.isspace() for each in name):
        raise ShelfError("The model has no name: type one.")
    if len(name) > LONGEST_NAME:
        raise ShelfError(
            f"The name has {len(name)} characters, more than {LONGEST_NAME}: shorten it."
        )
    return name


def _missing() -> ShelfError:
    return ShelfError("That model is no longer on the shelf: choose another.")


@contextlib.contextmanager
def _told(what: str, remedy: str) -> Iterator[None]:
    """Turn what went wrong with a file into one sentence."""
    try:
        yield
    except (OSError, WeightsError) as error:
        cause = error.__cause__ if isinstance(error, WeightsError) else error
        if isinstance(cause, FileNotFoundError):
            raise _missing() from error
        if isinstance(cause, OSError):
            raise ShelfError(f"{what} ({cause.strerror or cause}): {remedy}.") from error
        raise ShelfError(
            f"{what}, since its file is no whole weight file: train another."
        ) from error
