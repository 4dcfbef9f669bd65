"""Where each visitor's things lie, and when those of strangers go.

    <root>/owner            of the owner of a server of their own: they never go
    <root>/visitors/<key>   of a stranger, and when that one was last seen
    <root>/forgotten/<key>  of a stranger who stayed away, and since when; a week later they go

A file holds the time at which somebody was last seen. The date of a folder does not count, since
copying a folder changes it and using it does not. A file that holds no time, or one in the future,
is written anew. So a wrong clock deletes nothing at once: at worst it puts things away, and who
comes back within the week has them again. Servers may share the folders. Knows nothing of what lies
in them.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from mnist_core.files import write_atomically

OWNER = "owner"  # key of the one visitor of a server that is not public
DAYS_IN_FORGOTTEN = 7.0

_DAY = timedelta(days=1)
_BETWEEN_RECORDS = timedelta(minutes=1)
_SEEN = "seen"  # the file that says when a stranger was here last
_FORGOTTEN = "forgotten"  # the file that says since when a stranger's things lie with the forgotten
_STRANGER = re.compile("[0-9a-f]{32}")


class VisitorFolders:
    """The folders of all visitors. Its methods may be called from any thread, in any process."""

    def __init__(self, root: Path, *, public: bool, forget_after: float = float("inf")) -> None:
        """Take the folder that holds them all; it is made with the first visitor's things.

        Args:
            root: the folder.
            public: visitors are strangers to each other.
            forget_after: days after which a stranger who has not come back is forgotten.

        Raises:
            OSError: what an earlier version has kept of the owner can't be moved to its place.
        """
        self._public = public
        self._forget_after = forget_after
        self._owner = root / OWNER
        self._visitors = root / "visitors"
        self._forgotten = root / "forgotten"
        # What the owner has here already is newer.
        _move(self._visitors / "everybody", self._owner, replace=False)

    def key(self, visitor: str) -> str:
        """Return what a visitor is called on disk."""
        # A name is what lets somebody in, so it is not written down.
        return hashlib.sha256(visitor.encode()).hexdigest()[:32] if self._public else OWNER

    def path(self, key: str) -> Path:
        """Return the folder with a visitor's things; it may not be there yet."""
        return self._owner if key == OWNER else self._visitors / key

    def has(self, key: str) -> bool:
        """Whether there is anything of a visitor."""
        return any(map(os.path.exists, (self.path(key), self._forgotten / key)))

    def note_visit(self, key: str) -> None:
        """Note that a visitor is here who has something here, and give back what was forgotten."""
        if key == OWNER:
            return
        folder, forgotten = self.path(key), self._forgotten / key
        # What can't be written now is written at the next visit.
        with contextlib.suppress(OSError):
            if (age := _age(folder / _SEEN)) is not None and age < _BETWEEN_RECORDS:
                return
            if forgotten.exists():
                (forgotten / _FORGOTTEN).unlink(missing_ok=True)
                _move(forgotten, folder, replace=True)
            if folder.exists():
                _write_now(folder / _SEEN)

    def sweep(self, is_busy: Callable[[str], bool]) -> list[str]:
        """Put away the things of strangers who stayed away, and delete what lay so for a week.

        Args:
            is_busy: says whether the visitor with this key shall be left alone.

        Returns:
            The keys of those who were put away.
        """
        if not self._public:
            return []
        for folder in _strangers(self._forgotten):  # first, since a full disk gains by it
            if _days(folder / _FORGOTTEN) > DAYS_IN_FORGOTTEN:
                shutil.rmtree(folder, ignore_errors=True)
        away = [
            folder
            for folder in _strangers(self._visitors)
            if _days(folder / _SEEN) > self._forget_after and not is_busy(folder.name)
        ]
        for folder in away:
            forgotten = self._forgotten / folder.name
            with contextlib.suppress(OSError):  # the next sweep goes on with it
                _write_now(forgotten / _FORGOTTEN)
                _move(folder, forgotten, replace=True)
        return [folder.name for folder in away]


def _strangers(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if _STRANGER.fullmatch(path.name)]


def _days(record: Path) -> float:
    """Return how many days ago a record was written; one that does not say so is written anew."""
    age = _age(record)
    if age is None:
        with contextlib.suppress(OSError):
            _write_now(record)
        return 0.0
    return age / _DAY


def _age(record: Path) -> timedelta | None:
    """Return how long ago a record was written; None where it says none, or one still to come."""
    try:
        age = datetime.now(timezone.utc) - datetime.fromisoformat(record.read_text()[:40])
    except (OSError, ValueError, TypeError):  # the last, where it names no time zone
        return None
    return age if age >= timedelta() else None


def _write_now(record: Path) -> None:
    write_atomically(record, datetime.now(timezone.utc).isoformat().encode())


def _move(source: Path, target: Path, *, replace: bool) -> None:
    """Move all that a folder holds to another, if it is there.

    A file whose name is taken takes that place where ``replace`` says so, and stays otherwise.

    Raises:
        OSError: something can't be moved. That another server has been faster is no error.
    """
    try:
        names = os.listdir(source)
    except FileNotFoundError:
        return
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        path, there = source / name, target / name
        if path.is_dir() and there.is_dir():
            _move(path, there, replace=replace)
        elif replace or not there.exists():
            with contextlib.suppress(FileNotFoundError):
                os.replace(path, there)
    with contextlib.suppress(OSError):  # it is not empty
        source.rmdir()
