"""Gathers calls that wait at the same time and has them done together.

There is no window of waiting: a call that comes alone is done at once, and those that come
meanwhile are done together after it. Knows nothing of what the calls do.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gathering(Generic[Item, Result]):
    """Does things together in one thread, in the order in which they came."""

    def __init__(
        self, together: Callable[[Sequence[Item]], Sequence[Result | Exception]], most: int
    ) -> None:
        """Take what does it.

        Args:
            together: does some items; returns a result for each, in their order, or the error
                that is the answer to this one alone.
            most: how many items it is given at once.
        """
        self._together = together
        self._most = most
        self._waiting: deque[tuple[Item, Future[Result]]] = deque()
        self._executor = ThreadPoolExecutor(1, "gathering")

    def submit(self, item: Item) -> Future[Result]:
        """Have an item done; may be called from any thread. A canceled one is left out."""
        future: Future[Result] = Future()
        self._waiting.append((item, future))
        self._executor.submit(self._do_some)
        return future

    def _do_some(self) -> None:
        """Do what is waiting; there is one such call for each item, and later ones find none."""
        taken: list[tuple[Item, Future[Result]]] = []
        while self._waiting and len(taken) < self._most:
            item, future = self._waiting.popleft()
            if future.set_running_or_notify_cancel():
                taken.append((item, future))
        if not taken:
            return
        items, futures = zip(*taken, strict=True)
        for future, result in zip(futures, self._results(items), strict=True):
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _results(self, items: Sequence[Item]) -> Sequence[Result | Exception]:
        try:
            return self._together(items)
        except Exception as error:
            if len(items) == 1:
                return [error]
            # One of them is to blame; the others shall not suffer for it.
            return [result for item in items for result in self._results([item])]
