"""Limits how much is waited for at once, by all and by one owner. Knows nothing of what it is."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from mnist_core.errors import MnistCoreError

Result = TypeVar("Result")


class AdmissionLimit:
    """Lets things in while there is room. Its methods may be called from any thread."""

    def __init__(self, room: int, of_one: int) -> None:
        """Take the room, in any unit, for what waits and is being done, of all and of one owner."""
        self._free = room
        self._of_one = of_one
        self._taken: Counter[str] = Counter()  # by owner
        self._lock = threading.Lock()

    def admit(self, size: int, start: Callable[[], Future[Result]], owner: str) -> Future[Result]:
        """Start something of this size; its room is free again when its future is done.

        Args:
            size: in the unit of the room.
            start: is called where there is room.
            owner: who asks for it.

        Raises:
            MnistCoreError: there is no room for it now.
        """
        with self._lock:
            if size > self._free or self._taken[owner] + size > self._of_one:
                raise MnistCoreError("Too many people are drawing just now: try again in a moment.")
            self._free -= size
            self._taken[owner] += size
        try:
            future = start()
        except BaseException:
            self._free_again(size, owner)
            raise
        future.add_done_callback(lambda _: self._free_again(size, owner))
        return future

    def _free_again(self, size: int, owner: str) -> None:
        with self._lock:
            self._free += size
            self._taken[owner] -= size
            if not self._taken[owner]:
                del self._taken[owner]
