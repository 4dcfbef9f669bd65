"""The process that a training runs in, as the page's process sees it; one can be made ready ahead.

It is spawned, so it shares nothing with this process. What it is told and what it tells are not
known here.
"""

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from mnist_core.training.worker import work

SECONDS_TO_STOP = 0.5  # then the process is killed
MEMORY_OF_SPARE = 2_000_000_000  # bytes: with less to spare, none is kept ready; it takes 0.5 GB

_SCRATCH = "mnist_core-training-"  # begins the name of a process's temporary folder
_ABANDONED_AFTER = 86_400.0  # s, far more than a training takes; who waits longer makes it anew


class WorkerProcess:
    """A process that waits for a task, does it, and ends."""

    def __init__(self, ready_for: str | None = None) -> None:
        """Start it.

        Args:
            ready_for: the device on which it gets ready for a training before its task comes;
                None: its task comes at once.

        Raises:
            OSError: there is no memory, process or disk space left for it.
        """
        context = multiprocessing.get_context("spawn")
        _remove_abandoned_scratch()
        self._scratch = tempfile.mkdtemp(prefix=_SCRATCH)
        with contextlib.ExitStack() as unwound:
            unwound.callback(shutil.rmtree, self._scratch, ignore_errors=True)
            self.connection, theirs = context.Pipe()
            unwound.callback(self.connection.close)
            self.process = context.Process(
                target=work, args=(theirs, self._scratch, ready_for), daemon=True
            )
            # So that the pipe ends when the process does.
            with contextlib.closing(theirs), _deaf_to_interrupts():
                self.process.start()  # it inherits this process's environment variables
            unwound.pop_all()  # it has started

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.is_alive()

    def stop(self) -> None:
        """Ask it to end, and kill it if it does not. Returns at once."""
        if not self.is_alive:
            return
        self.process.terminate()
        killer = threading.Timer(SECONDS_TO_STOP, self.process.kill)
        killer.daemon = True
        killer.start()

    def wait(self) -> int | None:
        """Wait until it is gone, remove what it left, and return its exit code."""
        self.connection.close()
        self.process.join()
        shutil.rmtree(self._scratch, ignore_errors=True)
        return self.process.exitcode


class Workers:
    """Starts processes for trainings. Its methods may be called from any thread."""

    def __init__(self) -> None:
        """Start none yet, and keep none ready."""
        self._lock = threading.Lock()
        self._ready_for: str | None = None
        self._spare: WorkerProcess | None = None
        self._taken: WorkerProcess | None = None  # the last one

    def keep_ready(self, device: str) -> None:
        """From now on, while no training is on, have a process ready for one on the device."""
        self._ready_for = device
        self.refill()

    def refill(self) -> None:
        """Make a process ready, unless there is one, a training is on, or memory is short."""
        with self._lock, contextlib.suppress(OSError):
            is_busy = self._taken is not None and self._taken.is_alive
            if self._ready_for is None or self._spare or is_busy or not _has_memory():
                return
            self._spare = WorkerProcess(self._ready_for)

    def take(self) -> WorkerProcess:
        """Return the process that is ready, or else start one; raises ``OSError``."""
        with self._lock:
            spare, self._spare = self._spare, None
            if spare is not None and not spare.is_alive:
                spare.wait()
                spare = None
            self._taken = spare or WorkerProcess()
            return self._taken

    def close(self) -> None:
        """End the process that is ready, and make no other ready."""
        with self._lock:
            self._ready_for = None
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.stop()
            spare.wait()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let Ctrl+C wait, here and in a process that is started, until that has been told its part.

    In a terminal Ctrl+C reaches it too, while Python still starts there and would complain.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _has_memory() -> bool:
    """Say whether the machine and, in a container, its limit leave enough for a spare."""
    return all(free >= MEMORY_OF_SPARE for free in _free_memory())


def _free_memory() -> Iterator[int]:
    """Yield what is known of the bytes that are left, on Linux."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                yield int(line.split()[1]) * 1024
    with contextlib.suppress(OSError, ValueError):  # ValueError: "max", no limit
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text())
        yield limit - int((group / "memory.current").read_text())


def _remove_abandoned_scratch() -> None:
    """Remove what is left of trainings that were killed together with their server."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError):  # another server may be faster
            if time.time() - os.stat(folder).st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)
