"""Items that wait: each owner's in the order in which they came, and the owners take turns.

So who brings many waits longest. Knows nothing of what the items are, or who their owners.
"""

import threading
from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Turns(Generic[Item]):
    """What waits. Its methods may be called from any thread."""

    def __init__(self) -> None:
        """Begin with nothing that waits."""
        self._waiting: OrderedDict[str, deque[Item]] = OrderedDict()  # whose turn is next is first
        self._lock = threading.Lock()

    def put(self, owner: str, item: Item) -> None:
        """Let an item wait."""
        with self._lock:
            self._waiting.setdefault(owner, deque()).append(item)

    def take(self) -> tuple[Item] | tuple[()]:
        """Take out the item whose turn it is; nothing where none waits."""
        with self._lock:
            if not self._waiting:
                return ()
            owner, items = self._waiting.popitem(last=False)
            item = items.popleft()
            if items:
                self._waiting[owner] = items  # the last from now on
            return (item,)
