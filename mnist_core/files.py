"""Files that are whole or absent, at whatever moment the process that writes them dies.

Also the folders in which a user's programs keep their files, as the XDG base directories have it.

This module knows nothing of what is in the files.
"""

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_STAGING = ".part-"  # begins the name of a file that is not yet whole
_ABANDONED_AFTER = 3600.0  # s, far more than a write takes
# What Windows and some network drives, which can't sync a folder, answer to it.
_UNABLE_TO_SYNC = {errno.EACCES, errno.EINVAL, errno.ENOTSUP}


def data_home() -> Path | None:
    """Return the folder where programs keep what is their user's own; None without a home."""
    return _home("XDG_DATA_HOME", ".local/share")


def cache_home() -> Path:
    """Return the folder where programs keep what they can make or fetch again."""
    return _home("XDG_CACHE_HOME", ".cache") or Path(tempfile.gettempdir())


def _home(variable: str, below_home: str) -> Path | None:
    for name in (variable, "LOCALAPPDATA"):  # the latter on Windows
        folder = Path(os.environ.get(name, ""))
        if folder.is_absolute():  # the standard has relative ones passed over
            return folder
    try:
        return Path.home() / below_home
    except RuntimeError:  # the user has none, as in some containers
        return None


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, so that it outlives a power cut; make its folders.

    Until it is whole it lies in the same folder under a name that begins with a dot.

    Raises:
        OSError: the folder can't be written to, or the disk is full; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _staged(path.parent, content) as staging:
        os.chmod(staging, 0o644)
        os.replace(staging, path)
    _sync_folder(path.parent)


def write_first(path: Path, content: bytes) -> None:
    """Write a file for its owner's eyes alone, whole, unless it is there by then; make its folders.

    Raises:
        OSError: the folder can't be written to, or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _staged(path.parent, content) as staging, contextlib.suppress(FileExistsError):
        os.link(staging, path)


def check_room(folder: Path, size: int) -> None:
    """Make sure that a file of so many bytes can be written to a folder, which is made if need be.

    Raises:
        OSError: the folder can't be made or written to, or the disk is too full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # At random, since some file systems need no room for zeros.
    with _staged(folder, os.urandom(size)):
        pass


def remove_abandoned(folder: Path) -> None:
    """Remove, where that is possible, the unfinished files of writers killed over an hour ago."""
    with contextlib.suppress(OSError):
        for file in folder.glob(f"{_STAGING}*"):
            with contextlib.suppress(OSError):  # another process may be faster
                if time.time() - file.stat().st_mtime > _ABANDONED_AFTER:
                    file.unlink()


@contextlib.contextmanager
def _staged(folder: Path, content: bytes) -> Iterator[str]:
    """Write a file for the time being, with mode 0600, and put it on the disk; give its path."""
    handle, staging = tempfile.mkstemp(dir=folder, prefix=_STAGING)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield staging
    finally:
        with contextlib.suppress(OSError):  # it may have got its name
            os.unlink(staging)


def _sync_folder(folder: Path) -> None:
    """Put the folder's names on the disk, where the system does that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _UNABLE_TO_SYNC:
            raise
