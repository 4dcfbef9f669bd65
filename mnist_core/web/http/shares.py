"""Shares out a room among its users: when it is full, who has most loses their oldest.

So one who fills it harms nobody else. Knows nothing of what is in it.
"""

import contextlib
from collections import Counter, OrderedDict
from collections.abc import Iterator


@contextlib.contextmanager
def counted(underway: Counter[str], owner: str) -> Iterator[None]:
    """Count an owner's thing that is under way; who has none is no longer in the count."""
    underway[owner] += 1
    try:
        yield
    finally:
        underway[owner] -= 1
        if not underway[owner]:
            del underway[owner]


class Shares:
    """What is in the room. Not for several threads at once."""

    def __init__(self, room: int, *, of_one: int):
        """Make room for so much in all, and for so much of one owner, in any unit."""
        self._room = room
        self._of_one = of_one
        self._things: dict[str, OrderedDict[str, int]] = {}  # sizes by name, by owner
        self._sizes: dict[str, int] = {}  # in all, by owner

    def add(self, owner: str, name: str, size: int) -> list[str]:
        """Put something in, and return the names of what has to go for it."""
        self._things.setdefault(owner, OrderedDict())[name] = size
        self._sizes[owner] = self._sizes.get(owner, 0) + size
        gone = []
        while self._sizes.get(owner, 0) > self._of_one:
            gone.append(self._drop_oldest(owner))
        while sum(self._sizes.values()) > self._room:
            # What has just been put in stays.
            losers = [each for each in self._things if each != owner or len(self._things[each]) > 1]
            gone.append(self._drop_oldest(max(losers, key=self._sizes.__getitem__)))
        return gone

    def remove(self, name: str) -> None:
        """Take something out, if it is there."""
        for owner, things in self._things.items():
            if name in things:
                self._drop(owner, name)
                return

    def _drop_oldest(self, owner: str) -> str:
        name = next(iter(self._things[owner]))
        self._drop(owner, name)
        return name

    def _drop(self, owner: str, name: str) -> None:
        self._sizes[owner] -= self._things[owner].pop(name)
        if not self._things[owner]:
            del self._things[owner], self._sizes[owner]
