"""One training at a time: the others wait in the order in which they came.

Knows nothing of models, visitors' folders or pages.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mnist_core.errors import TrainingError
from mnist_core.service.run_record import RunRecord
from mnist_core.training.job import JobStatus

MOST_WAITING = 50
MOST_OF_ADDRESS = 4  # that are on or wait: one would do, but a school or a home shares its address
SECONDS_WITHOUT_LOOK = 15.0  # then the page of one who waits has gone, and so has the place
SECONDS_WITHOUT_LOOK_HIDDEN = 90.0  # of a page in the background, which browsers seldom let look
SECONDS_TO_FINISH = 2.0  # times those of a whole run: then one that does not finish is stopped
TOO_LONG = "A training on a shared server may take {minutes:.0f} minutes: it ends early."
_LEFT = (
    "Your page has not been there for a while, so your place in the queue has gone to others: "
    "start the training again."
)


class Job(Protocol):
    """What the queue needs of a training (``mnist_core.training.job.TrainingJob``)."""

    @property
    def status(self) -> JobStatus:
        """A snapshot of how it goes."""

    def start(self, on_end: Callable[[], None]) -> None:
        """Begin, in a process of its own; ``on_end`` is called once, when it is over."""

    def watch(self, ink: np.ndarray | None) -> None:
        """Have a drawing (28, 28) uint8 read again and again on the way."""

    def finish(self, reason: str = "") -> None:
        """Ask for an early end that keeps what is learnt; a sentence tells who did not ask why."""

    def stop(self) -> None:
        """Ask for the end, and return at once."""

    def close(self) -> None:
        """Stop it and wait until it is over."""


@dataclass(frozen=True, eq=False)
class Run:
    """A training that somebody asked for."""

    owner: str
    job: Job
    record: RunRecord  # lies on disk while the run is in the queue
    address: str = ""  # from which it was asked for
    recipe: str = ""  # that it follows without a change
    teaches: bool = False  # its owner's corrections, and does not begin from nothing


class TrainingQueue:
    """Holds at most one run of an owner. Its methods may be called from any thread."""

    def __init__(
        self,
        on_end: Callable[[Run], None],
        on_failure: Callable[[Run, str], None],
        longest: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what shall happen when a run ends, or leaves the queue without a start.

        Args:
            on_end: is given the run, which stays in the queue until that is done.
            on_failure: is given a run that can't start, or whose page has gone, and one sentence;
                it has left the queue.
            longest: seconds after which a run is finished early, so that others have their turn.
                On such a server a place in the queue belongs to a page that still looks.
            now: tells the time in seconds.
        """
        self._on_end, self._on_failure = on_end, on_failure
        self._longest, self._now = longest, now
        self._gone_at: dict[Run, float] = {}  # when the page of one who waits counts as gone
        self._timers: dict[Run, threading.Timer] = {}  # of runs that are on
        self._lock = threading.Lock()
        self._runs: list[Run] = []  # the first is the one that is on
        self._closed = False

    def submit(self, run: Run) -> None:
        """Start a run, or let it wait.

        Raises:
            TrainingError: its owner has one in the queue, too many are waiting, or it can't start.
        """
        self._drop_those_gone()
        with self._lock:
            if self._closed:
                raise TrainingError("The server is shutting down: train again when it is back.")
            if self._of(run.owner):
                raise TrainingError("A training is already under way, one at a time: this is it.")
            if len(self._runs) > MOST_WAITING:
                raise TrainingError(
                    f"{MOST_WAITING} trainings are waiting already: try again in some minutes."
                )
            if run.address and self._count_of(run.address) >= MOST_OF_ADDRESS:
                raise TrainingError(
                    f"{MOST_OF_ADDRESS} trainings from your network address are on or waiting, "
                    "and others shall have their turn: try again when one is over."
                )
            with _failures_told():
                run.record.write()
            self._runs.append(run)
            self._gone_at[run] = self._now() + SECONDS_WITHOUT_LOOK
            if len(self._runs) == 1:
                self._start(run)

    def find(self, owner: str) -> tuple[Run, int] | None:
        """Return an owner's run and how many are to be over before it; None without a run."""
        with self._lock:
            run = self._of(owner)
            return None if run is None else (run, self._runs.index(run))

    def look(self, owner: str, *, hidden: bool = False) -> None:
        """Note that the page of an owner is there, or is there and hidden."""
        seconds = SECONDS_WITHOUT_LOOK_HIDDEN if hidden else SECONDS_WITHOUT_LOOK
        with self._lock:
            if run := self._of(owner):
                self._gone_at[run] = self._now() + seconds
        self._drop_those_gone()

    def _of(self, owner: str) -> Run | None:
        return next((run for run in self._runs if run.owner == owner), None)

    def _count_of(self, address: str) -> int:
        return sum(run.address == address for run in self._runs)

    def _is_gone(self, run: Run) -> bool:
        """Whether the page of one who waits on a shared server is no longer there."""
        return self._longest is not None and self._gone_at[run] < self._now()

    def _drop_those_gone(self) -> None:
        """Take those out who wait and whose page has gone."""
        with self._lock:
            gone = [run for run in self._runs[1:] if self._is_gone(run)]
            for run in gone:
                self._forget(run)
        for run in gone:  # without the lock, since who is told may ask the queue
            self._on_failure(run, _LEFT)

    def _remove(self, run: Run) -> None:
        self._runs.remove(run)
        del self._gone_at[run]
        if timer := self._timers.pop(run, None):
            timer.cancel()

    def _forget(self, run: Run) -> None:
        self._remove(run)
        run.record.remove()

    def stop(self, owner: str) -> None:
        """Stop an owner's run, or take it out if it is still waiting."""
        with self._lock:
            run = self._of(owner)
            if run is None:
                return
            run.record.remove()
            if run is not self._runs[0]:
                self._remove(run)
                return
        run.job.stop()

    def close(self) -> None:
        """Stop the run that is on, wait until it is over, and forget the others.

        Their records stay, and say that they were lost.
        """
        with self._lock:
            self._closed = True
            for run in self._runs:
                run.record.end()
            for run in self._runs[1:]:
                self._remove(run)
            current = self._runs[:1]
        for run in current:
            run.job.close()

    def _start(self, run: Run) -> None:
        try:
            with _failures_told():
                run.job.start(lambda: self._job_ended(run))
            if self._longest is not None:
                self._after(self._longest, run, self._finish)
        except TrainingError:
            self._forget(run)
            raise

    def _after(self, seconds: float, run: Run, act: Callable[[Run], None]) -> None:
        timer = self._timers[run] = threading.Timer(seconds, act, [run])
        timer.daemon = True
        timer.start()

    def _finish(self, run: Run) -> None:
        """Finish a run whose time is over; stop it where it does not get round to that."""
        assert self._longest is not None
        run.job.finish(TOO_LONG.format(minutes=self._longest / 60))
        with self._lock:
            if run in self._runs:
                seconds = self._longest * (SECONDS_TO_FINISH - 1)
                self._after(seconds, run, lambda run: run.job.stop())

    def _job_ended(self, run: Run) -> None:
        """Hand the run over, in the thread of its job, and start the next one."""
        with self._lock:
            if not (self._closed and run.job.status.state == "stopped"):
                run.record.remove()
        try:
            self._on_end(run)
        finally:
            with self._lock:
                if run in self._runs:
                    self._remove(run)
                failures = self._start_next()
            for failed, sentence in failures:  # without the lock, since they may ask the queue
                self._on_failure(failed, sentence)

    def _start_next(self) -> list[tuple[Run, str]]:
        """Start the first run that can start; return those before it, and why they can't."""
        failures = []
        while self._runs and not self._closed:
            run = self._runs[0]
            if self._is_gone(run):
                self._forget(run)
                failures.append((run, _LEFT))
                continue
            try:
                self._start(run)
                break
            except TrainingError as error:  # it has left the queue
                failures.append((run, str(error)))
        return failures


@contextlib.contextmanager
def _failures_told() -> Iterator[None]:
    """Turn whatever keeps a training from starting into one sentence."""
    try:
        yield
    except Exception as error:
        cause = getattr(error, "strerror", None) or error
        raise TrainingError(
            f"The training can't start ({cause}): close other programs, or free some disk "
            "space, and train again."
        ) from error
