"""Records on disk of the runs that are waited for, so that visitors hear if their server dies.

Each run has a file of its own, which names the server's process: servers may share a folder, and
a run that goes on in another one is not lost. Knows nothing of models or of how a training goes.
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

LONGEST_RUN = timedelta(days=1)  # no run takes so long

_SUFFIX = ".json"


class RunRecord:
    """The record of one run."""

    def __init__(self, folder: Path, what: str) -> None:
        """Prepare the record.

        Args:
            folder: with the records of one visitor's runs; it is made with the first.
            what: name of what is trained, for the visitor to read.
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
        """Say in it that the server has shut down before the run was over."""
        with contextlib.suppress(OSError):
            if self._path.exists():  # else the run is over, or nobody waits for it
                self._write(process=None)

    def remove(self) -> None:
        """Delete it: the run is over, or nobody waits for it any more."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _write(self, **where: object) -> None:
        write_atomically(self._path, json.dumps({**self._content, **where}).encode())


def lost_run(folder: Path) -> str:
    """Say what was trained by the newest run that ended with its server; empty if none did."""
    lost = _lost(folder)
    return max(lost.values(), key=lambda record: record["submitted"])["what"] if lost else ""


def remove_lost(folder: Path) -> None:
    """Delete the records of runs that ended with their servers."""
    for path in _lost(folder):
        with contextlib.suppress(OSError):
            path.unlink()


def _lost(folder: Path) -> dict[Path, dict[str, Any]]:
    records = {path: _read(path) for path in folder.glob(f"*{_SUFFIX}")}
    return {path: record for path, record in records.items() if record and not _goes_on(record)}


def _read(path: Path) -> dict[str, Any] | None:
    """Return what a record says; None for what is none, or has just been deleted."""
    try:
        record = json.loads(path.read_text())
        record["submitted"] = datetime.fromisoformat(record["submitted"]).astimezone(timezone.utc)
        record["what"] = str(record["what"])[:80]
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
    return record


def _goes_on(record: dict[str, Any]) -> bool:
    """Whether the run may still go on, or wait, in the process that the record names."""
    process = record.get("process")
    if type(process) is not int or process <= 0:
        return False
    # Another machine's processes can't be seen, and Windows has no harmless way to ask for one.
    if record.get("host") != socket.gethostname() or sys.platform == "win32":
        return datetime.now(timezone.utc) - record["submitted"] < LONGEST_RUN
    try:
        os.kill(process, 0)
    except PermissionError:  # it is somebody else's
        pass
    except (ProcessLookupError, OverflowError):
        return False
    return _start_of(process) == record.get("started")


def _start_of(process: int) -> str:
    """Return when a process started, as Linux counts it; empty elsewhere.

    It tells a process from a later one with the same number, such as a container's first.
    """
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
