"""Processes items that wait at the same time in one batch.

Nobody waits for a batch to fill: an item that comes alone is processed at once, and those that come
meanwhile make up the next batch. Knows nothing of what the items are.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from mnist_core.service.turns import Turns

Item = TypeVar("Item")
Result = TypeVar("Result")


class MicroBatcher(Generic[Item, Result]):
    """Processes batches; whoever has items waiting takes turns with the others who have."""

    def __init__(
        self,
        process: Callable[[Sequence[Item]], Iterable[tuple[int, Result]]],
        largest_batch: int,
        *,
        threads: int = 1,
    ) -> None:
        """Take what processes a batch.

        Args:
            process: gives each item's position and its result, as soon as that is known. Where it
                raises an error, it is given the items that have none again, one at a time, so that
                each has its own result or error.
            largest_batch: how many items of size 1 it is given at once.
            threads: how many batches are processed at once.
        """
        self._process = process
        self._largest_batch = largest_batch
        self._waiting: Turns[tuple[Item, float, Future[Result]]] = Turns()
        self._executor = ThreadPoolExecutor(threads, "batches")

    def submit(self, item: Item, owner: str = "", size: float = 1.0) -> Future[Result]:
        """Have an item processed, unless its future is canceled before; from any thread.

        Args:
            item: what to process.
            owner: whose turn it takes.
            size: how much longer it takes than others. A large one leaves less room in its batch,
                so that who comes next waits for one of them, not for eight.
        """
        future: Future[Result] = Future()
        self._waiting.put(owner, (item, size, future))
        self._executor.submit(self._process_some)  # finds nothing, where an earlier call took it
        return future

    def _process_some(self) -> None:
        batch: list[tuple[Item, Future[Result]]] = []
        room: float = self._largest_batch
        while room > 0 and (taken := self._waiting.take()):
            [(item, size, future)] = taken
            if future.set_running_or_notify_cancel():
                batch.append((item, future))
                room -= size
        if batch:
            self._fulfill(batch)

    def _fulfill(self, batch: Sequence[tuple[Item, Future[Result]]]) -> None:
        waiting = dict(enumerate(batch))
        try:
            for index, result in self._process([item for item, _ in batch]):
                _, future = waiting.pop(index)
                future.set_result(result)
            if waiting:
                raise RuntimeError("There are items without a result.")
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for each in waiting.values():
                self._fulfill([each])
