"""The workspaces of all visitors.

A visitor is a string. On a server of one's own every visitor counts as its owner; on a public one
they are strangers to each other. Knows nothing of Gradio or pages.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from mnist_core.service.visitor_folders import VisitorFolders
from mnist_core.service.workspace import Workspace

WORKSPACES_IN_MEMORY = 1000
SECONDS_BETWEEN_SWEEPS = 3600.0


class Workspaces:
    """Those in memory, and the folders of all. Its methods may be called from any thread."""

    def __init__(
        self, folder: Path, *, public: bool = False, forget_after: float = float("inf")
    ) -> None:
        """Open the folder that holds what visitors keep.

        Args:
            folder: it is made with the first thing kept.
            public: visitors are strangers to each other.
            forget_after: days after which a stranger who has not come back is forgotten.

        Raises:
            OSError: the folder can't be used.
        """
        self.public = public
        self._folders = VisitorFolders(folder, public=public, forget_after=forget_after)
        self._open: OrderedDict[str, Workspace] = OrderedDict()  # by key
        self._lock = threading.Lock()
        self._swept = float("-inf")  # s, by the monotonic clock

    def open(self, visitor: str) -> Workspace:
        """Return a visitor's workspace, and note that the visitor is here."""
        key = self._folders.key(visitor)
        self._folders.note_visit(key)
        return self.of_key(key)

    def find(self, visitor: str) -> Workspace | None:
        """Return the workspace of a visitor who has one; note that the visitor is here.

        Who has none gets none, so that made-up names push no visitor out of memory.
        """
        key = self._folders.key(visitor)
        return self.open(visitor) if key in self._open or self._folders.has(key) else None

    def of_key(self, key: str) -> Workspace:
        """Return the workspace with this key."""
        with self._lock:
            workspace = self._open.get(key)
            if workspace is None:
                workspace = self._open[key] = Workspace(key, self._folders.path(key))
            self._open.move_to_end(key)
            while len(self._open) > WORKSPACES_IN_MEMORY:
                self._open.popitem(last=False)
            return workspace

    def sweep(self, is_busy: Callable[[str], bool]) -> None:
        """Forget strangers who have not come back for long.

        Args:
            is_busy: says whether the workspace with this key shall be left alone.
        """
        self._swept = time.monotonic()
        for key in self._folders.sweep(is_busy):
            with self._lock:
                self._open.pop(key, None)

    def sweep_hourly(self, is_busy: Callable[[str], bool]) -> None:
        """Sweep, unless that was done within the hour."""
        if time.monotonic() - self._swept >= SECONDS_BETWEEN_SWEEPS:
            self.sweep(is_busy)
