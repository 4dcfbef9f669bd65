"""Limits how much is waited for at once. Knows nothing of what it is."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from mnist_core.errors import MnistCoreError

Result = TypeVar("Result")


class AdmissionLimit:
    """Lets things in while there is room. Its methods may be called from any thread."""

    def __init__(self, room: int) -> None:
        """Take the room, in any unit, for what waits and what is being done."""
        self._free = room
        self._lock = threading.Lock()

    def admit(self, size: int, start: Callable[[], Future[Result]]) -> Future[Result]:
        """Start something of this size; its room is free again when its future is done.

        Raises:
            MnistCoreError: there is no room for it now.
        """
        with self._lock:
            if size > self._free:
                raise MnistCoreError("Too many people are drawing just now: try again in a moment.")
            self._free -= size
        try:
            future = start()
        except BaseException:
            self._free_again(size)
            raise
        future.add_done_callback(lambda _: self._free_again(size))
        return future

    def _free_again(self, size: int) -> None:
        with self._lock:
            self._free += size
