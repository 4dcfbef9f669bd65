"""A note on disk of a training that is waited for, so that its visitor hears if its server dies.

A run has a file of its own, with the process that it runs under: servers may share a folder, and
what another one is still training is not lost. Knows nothing of models or of how a training goes.
"""

import contextlib
import json
import os
import socket
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

from mnist_core.files import write_atomically

LONGEST_RUN = timedelta(days=1)  # far longer than any run; so old a note is of none that goes on

_SUFFIX = ".json"


class RunRecord:
    """The note of one run."""

    def __init__(self, folder: Path, what: str) -> None:
        """Prepare the note.

        Args:
            folder: with the notes of one visitor's runs; it is made with the first.
            what: is trained, in the words of the visitor.
        """
        self._path = folder / f"{uuid4().hex}{_SUFFIX}"
        self._content = {"what": what, "submitted": datetime.now(timezone.utc).isoformat()}

    def write(self) -> None:
        """Write it down, as a run of this process.

        Raises:
            OSError: it can't be written.
        """
        process = os.getpid()
        self._write(host=socket.gethostname(), process=process, started=_start_of(process))

    def end(self) -> None:
        """Note that its server has shut down before the run was over."""
        with contextlib.suppress(OSError):
            if self._path.exists():  # else it is over, or was left
                self._write(process=None)

    def remove(self) -> None:
        """Take it away: the run is over, or nobody waits for it any more."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _write(self, **where: object) -> None:
        write_atomically(self._path, json.dumps({**self._content, **where}).encode())


def lost_run(folder: Path) -> str:
    """Say what was trained by the newest run that ended with its server; empty if none did."""
    lost = _lost(folder)
    return max(lost.values(), key=lambda note: note["submitted"])["what"] if lost else ""


def remove_lost(folder: Path) -> None:
    """Take the notes of runs away that ended with their servers."""
    for path in _lost(folder):
        with contextlib.suppress(OSError):
            path.unlink()


def _lost(folder: Path) -> dict[Path, dict[str, Any]]:
    notes = {path: _read(path) for path in folder.glob(f"*{_SUFFIX}")}
    return {path: note for path, note in notes.items() if note and not _goes_on(note)}


def _read(path: Path) -> dict[str, Any] | None:
    """Return what a note says; None for what is none, or has just been taken away."""
    try:
        note = json.loads(path.read_text())
        note["submitted"] = datetime.fromisoformat(note["submitted"]).astimezone(timezone.utc)
        note["what"] = str(note["what"])[:80]
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
    return note


def _goes_on(note: dict[str, Any]) -> bool:
    """Whether the run may still go on, or wait, in the process that has noted it."""
    process = note.get("process")
    if type(process) is not int or process <= 0:
        return False
    # Of other machines nothing is known, and Windows has no harmless way to ask.
    if note.get("host") != socket.gethostname() or sys.platform == "win32":
        return datetime.now(timezone.utc) - note["submitted"] < LONGEST_RUN
    try:
        os.kill(process, 0)
    except PermissionError:  # it is somebody else's
        pass
    except (ProcessLookupError, OverflowError):
        return False
    return _start_of(process) == note.get("started")


def _start_of(process: int) -> str:
    """Return when a process started, as Linux counts it; empty elsewhere.

    It tells a process from a later one with the same number, such as a container's first.
    """
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
