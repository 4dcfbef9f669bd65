"""How the program ends: Ctrl+C and a polite kill are heard at any moment, and obeyed in time.

A thread of its own hears them, not an exception in the main one: that would be lost in a garbage
collection, and would leave a traceback in an import. Whatever still goes on after some seconds
ends with the process. Knows nothing of what there is to end.
"""

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, NoReturn

SECONDS_TO_END = 2.5  # for all that is to be done; then the process ends all the same

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """While it is entered, Ctrl+C and SIGTERM end the program with exit status 0.

    It is entered in the main thread. What is to be done at the end is done when it is left, too.
    """

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._steps = contextlib.ExitStack()
        self._ear, self._mouth = socket.socketpair()  # a pipe, for Windows as well
        self._before: list[tuple[signal.Signals, Any]] = []

    def callback(self, step: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        """Have something done at the end, before what was to be done so far."""
        self._steps.callback(step, *arguments, **options)

    def wait(self) -> NoReturn:
        """Wait until the program is ended."""
        while True:
            threading.Event().wait()

    def __enter__(self) -> "Ending":
        self._mouth.setblocking(False)
        # Python itself writes a signal's number there, even while no handler can be called.
        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        self._before = [(each, signal.signal(each, _nothing)) for each in _SIGNALS]
        threading.Thread(target=self._listen, name="ending", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        self._mouth.close()  # the thread reads the end of it
        self._finish()

    def _listen(self) -> None:
        while heard := self._ear.recv(1):
            if heard[0] in _SIGNALS:
                break
        else:
            self._ear.close()
            return
        self._finish()  # the ear stays open: a second signal is written there, too
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)  # whatever a thread still does would hold an ordinary end up

    def _finish(self) -> None:
        """Do what is to be done, as far as there is time for it."""
        steps = threading.Thread(target=self._steps.pop_all().close, daemon=True)
        steps.start()
        steps.join(SECONDS_TO_END)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Stand for a handler, so that the signal does nothing else."""
