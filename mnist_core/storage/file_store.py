"""Files of one kind in one folder, each named by its id: what kept models and corrections share.

There is no index, so servers may share a folder, and one that is killed leaves it in order: every
listing looks at the folder itself, and every change is one file that appears whole or goes.
Knows nothing of what is in the files.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from mnist_core.errors import MnistCoreError
from mnist_core.files import remove_abandoned


class FileStore:
    """The files in one folder. Its methods may be called from any thread, in any process."""

    suffix: ClassVar[str]
    id_pattern: ClassVar[re.Pattern[str]]
    noun: ClassVar[str]  # what one of them is, in a sentence
    error: ClassVar[type[MnistCoreError]]

    def __init__(self, folder: Path) -> None:
        """Open a folder; it is made with the first file."""
        self.folder = folder
        remove_abandoned(folder)

    def ids(self) -> list[str]:
        """List what is there, in the order of the ids.

        Raises:
            MnistCoreError: of the store's kind, if the folder can't be read.
        """
        with self._failures_told("read"):
            try:
                names = os.listdir(self.folder)
            except FileNotFoundError:
                names = []
        ids = (name.removesuffix(self.suffix) for name in names if name.endswith(self.suffix))
        return sorted(each for each in ids if self.is_id(each))

    def remove(self, item_id: str) -> None:
        """Delete one.

        Raises:
            MnistCoreError: of the store's kind, if it is gone or can't be deleted.
        """
        if not self.is_id(item_id):
            raise self._missing()
        with self._failures_told("deleted"):
            self._path(item_id).unlink()

    @classmethod
    def is_id(cls, value: object) -> bool:
        """Whether this could be the id of a file here; what comes from outside may be a path."""
        return isinstance(value, str) and cls.id_pattern.fullmatch(value) is not None

    def _path(self, item_id: str) -> Path:
        return self.folder / f"{item_id}{self.suffix}"

    def _missing(self) -> MnistCoreError:
        return self.error(f"That {self.noun} is no longer there: choose another.")

    @contextlib.contextmanager
    def _failures_told(self, done: str) -> Iterator[None]:
        """Turn what goes wrong with a file or the folder into one sentence."""
        try:
            yield
        except FileNotFoundError as error:
            raise self._missing() from error
        except OSError as error:
            raise self.error(
                f"The {self.noun} can't be {done} ({error.strerror or error}): free some space, or "
                "check its folder."
            ) from error
