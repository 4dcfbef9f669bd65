"""Keeps Gradio's queue from waking the processor all the time while nobody calls.

Gradio 6.31.0 looks for work every millisecond (``gradio.queueing.Queue``), which costs 6 to 8 % of
a core at rest. Here it does so only within a second after a call. The first call after a pause
waits 25 ms in the mean for it; the page's own events do not go through it.
``test_gradios_queue_looks_every_millisecond`` tells when this can go.
"""

import time
from typing import Any

import gradio as gr
from gradio.queueing import Queue

SECONDS_BETWEEN_LOOKS = 0.05  # while nobody calls
SECONDS_BETWEEN_PROGRESS = 0.1  # this page's calls have no progress bar
SECONDS_OF_CALLS = 1.0  # after a call, more of them are likely


class QuietQueue(Queue):
    """Looks for work as often as Gradio's own queue does, but less often while nobody calls."""

    _called = float("-inf")  # s, by the monotonic clock
    _between_looks = 0.0  # s, while somebody calls

    @property
    def sleep_when_free(self) -> float:
        """Seconds until the next look."""
        if time.monotonic() - self._called < SECONDS_OF_CALLS:
            return self._between_looks
        return max(self._between_looks, SECONDS_BETWEEN_LOOKS)

    @sleep_when_free.setter
    def sleep_when_free(self, seconds: float) -> None:
        self._between_looks = seconds

    async def push(self, *arguments: Any, **options: Any) -> Any:
        """Take a call."""
        self._called = time.monotonic()
        return await super().push(*arguments, **options)


def look_less_often(page: gr.Blocks) -> None:
    """Have the queue of a page sleep for longer; after each call of ``page.queue``."""
    queue = page._queue
    seconds = vars(queue).pop("sleep_when_free")
    queue.__class__ = QuietQueue  # Gradio offers no way to make the queue
    queue.sleep_when_free = seconds
    queue.progress_update_sleep_when_free = SECONDS_BETWEEN_PROGRESS
