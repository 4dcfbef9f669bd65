"""Pictures of strangers are opened in child processes, with limits of time and memory.

A decoder of pictures can be kept busy for minutes by a small file, and holds Python's lock
meanwhile. A child that takes too long is killed; the next picture gets a new one. Knows nothing of
who sends pictures, or of how they are read.
"""

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_core.errors import MnistCoreError, PictureError

if TYPE_CHECKING:
    from mnist_core.ink.segmentation import Seen

SECONDS_A_PICTURE = 10.0  # for all ways to see it, on a busy machine; a large one is opened in one
MEMORY_A_PICTURE = 1_000_000_000  # bytes, beyond what the child takes at rest
SECONDS_TO_START = 60.0
NICENESS = 5  # drawings come first

_TOO_HARD = (
    "The picture takes too long or too much memory to open: save it as a smaller PNG or JPEG, "
    "and choose that."
)
_GONE = "The server could not open the picture: choose it again in a moment."


class _ChildGoneError(Exception):
    """It was killed, or could not start."""


class PictureProcesses:
    """Opens pictures, a few at once. Its methods may be called from any thread."""

    def __init__(self, count: int, seconds: float = SECONDS_A_PICTURE) -> None:
        """Start no child yet; there will be so many at most.

        Args:
            count: how many pictures are opened at once.
            seconds: for one picture; then its child is killed.
        """
        self._seconds = seconds
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()  # None stands for a new one
        for _ in range(count):
            self._free.put(None)
        self._all: set[_Child] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def see(self, picture: Path) -> Generator["Seen", None, None]:
        """Yield what ``pictures.see_picture`` does of a file, one stage after the other.

        It waits for a free child, and keeps it until it is closed.

        Raises:
            PictureError: as that function does, or it takes too long, or too much memory.
            MnistCoreError: there is no child to be had.
        """
        child = self._free.get()
        try:
            if child is None or not child.is_alive:
                child = self._new_child()
            yield from child.see(picture, self._seconds)
        except _ChildGoneError as error:
            self._drop(child)
            child = None
            raise PictureError(_TOO_HARD) from error
        finally:
            self._free.put(child)

    def prepare(self) -> None:
        """Start a child, if there is none, so that the first picture does not wait for it."""
        with self._lock:
            if self._all:
                return
        with contextlib.suppress(queue.Empty):
            child = self._free.get_nowait()
            with contextlib.suppress(MnistCoreError):
                child = child or self._new_child()
            self._free.put(child)

    def close(self) -> None:
        """Kill the children; what they are opening is lost."""
        with self._lock:
            self._is_closed = True
            for child in self._all:
                child.kill()

    def _new_child(self) -> "_Child":
        with self._lock:
            if self._is_closed:
                raise MnistCoreError(_GONE)
            try:
                child = _Child()
            except OSError as error:
                raise MnistCoreError(_GONE) from error
            self._all.add(child)
            return child

    def _drop(self, child: "_Child | None") -> None:
        if child is not None:
            child.kill()
            with self._lock:
                self._all.discard(child)


class _Child:
    """A process that opens one picture after the other."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        with contextlib.closing(theirs):  # so that the pipe ends when the child does
            self._process.start()
        self._has_started = False

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def see(self, picture: Path, seconds: float) -> Generator["Seen", None, None]:
        try:
            if not self._has_started:  # this may take long where much else goes on
                self._receive(SECONDS_TO_START)
                self._has_started = True
            self._connection.send(picture)
            while True:
                asked = time.monotonic()
                outcome = self._receive(seconds)
                seconds -= time.monotonic() - asked  # of all stages, without what readers take
                if outcome is None:
                    break
                if isinstance(outcome, MnistCoreError):
                    raise outcome
                is_wanted = False
                try:
                    yield outcome
                    is_wanted = True
                finally:
                    self._connection.send(is_wanted)
        except (EOFError, OSError) as error:
            raise _ChildGoneError from error

    def _receive(self, seconds: float) -> Any:
        if not self._connection.poll(max(0.0, seconds)):
            raise EOFError
        return self._connection.recv()

    def kill(self) -> None:
        self._process.kill()  # the kernel closes its end of the pipe


def _work(connection: Connection) -> None:
    """Open the pictures whose paths come over a connection, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the page's process
    from mnist_core.ink.pictures import see_picture  # here, since the parent needs none of it

    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)  # not before, since somebody may be waiting for the start
    _print_nothing()
    _limit_memory()
    with contextlib.suppress(EOFError, OSError):  # nobody waits any more
        connection.send(None)
        while True:
            for outcome in _outcomes(see_picture, connection.recv()):
                connection.send(outcome)
                is_last = outcome is None or isinstance(outcome, MnistCoreError)
                if is_last or not connection.recv():  # whether more is wanted
                    break


def _outcomes(see: Callable[[bytes], Iterator["Seen"]], picture: Path) -> Iterator[Any]:
    """Yield all stages and None, or what is wrong.

    The file's name is not told: an upload has one of the server's own.
    """
    try:
        yield from see(picture.read_bytes())
        yield None
    except OSError:
        yield PictureError(_GONE)
    except PictureError as error:
        # A decoder out of memory raises what damaged files do; its cause tells.
        is_too_large = isinstance(error.__cause__, MemoryError)
        yield PictureError(_TOO_HARD if is_too_large else str(error))
    except Exception:
        yield PictureError(_TOO_HARD)


def _print_nothing() -> None:
    """Keep what decoders print of damaged files, past Python, out of the server's log."""
    with open(os.devnull, "wb") as nowhere:
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)


def _limit_memory() -> None:
    """Let the child take no more than a picture may, where the system can limit that."""
    try:
        import resource

        at_rest = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        most = at_rest + MEMORY_A_PICTURE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, OSError, ValueError):
        pass
