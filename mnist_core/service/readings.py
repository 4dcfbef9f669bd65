"""Reads what visitors draw; drawings that come at the same time go through a network together.

Knows nothing of HTTP or of components.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from mnist_core.errors import MnistCoreError, PictureError
from mnist_core.ink.drawing import Drawing, parse_drawing, thinned
from mnist_core.model.reading import Reading
from mnist_core.model.recognizer import Recognizer
from mnist_core.service.limits import AdmissionLimit
from mnist_core.service.micro_batcher import MicroBatcher
from mnist_core.service.network_address import ADDRESS
from mnist_core.service.picture_process import PictureProcesses
from mnist_core.service.recognizers import Recognizers
from mnist_core.service.trainings import Trainings
from mnist_core.service.workspace import BUILT_IN, BUILT_IN_TITLE, Workspace
from mnist_core.service.workspaces import Workspaces

T = TypeVar("T")

DRAWINGS_AT_ONCE = 16  # each takes a sixth less than of 8; of 32 hardly less, and all wait longer
MOST_POINTS = 2_000  # of one drawing; scribbles of more are thinned out evenly, and look the same
POINTS_WAITING = 200_000  # of drawings that wait: some thousand drawings, or three seconds
PICTURES_AT_ONCE = 2  # each in a process of its own, which takes 200 MB at rest
PICTURES_WAITING = 20  # those that are being read among them
# From one address half of these may come.
SECONDS_BETWEEN_CHECKS = 1.0
SECONDS_FOR_CHECK = 5.0  # then nothing is being read, whatever the reason
GONE = Path()  # in place of a picture that is not kept any more
TINY_DRAWING = np.array([[0.0, 0.0], [1.0, 0.0]])


@dataclass(frozen=True)
class PadContent:
    """What lies on the pad, not yet checked."""

    strokes: object  # should be a list of strokes; a blank pad is an empty list
    picture: Path | None  # an uploaded file in place of strokes, or ``GONE``
    number: int = 0  # that the pad gave it: what is drawn later has a higher one


@dataclass(frozen=True)
class SecondReading:
    """How a second model reads the same."""

    name: str  # of that model
    reading: Reading
    dataset: str  # that it was trained on


@dataclass(frozen=True)
class Answer:
    """How one visitor's models read one drawing or picture."""

    reading: Reading
    dataset: str  # that the model was trained on
    second: SecondReading | None
    is_watched: bool  # whether a network that is learning shall read it, too


@dataclass(frozen=True)
class _Models:
    """What reads for one visitor."""

    main: Recognizer
    second: tuple[str, Recognizer] | None  # with its name
    is_watched: bool

    @property
    def all(self) -> set[Recognizer]:
        return {self.main} if self.second is None else {self.main, self.second[1]}

    def answer(self, reading_by: Callable[[Recognizer], Reading]) -> Answer:
        second = None
        if self.second is not None:
            name, model = self.second
            second = SecondReading(name, reading_by(model), model.info.dataset)
        return Answer(reading_by(self.main), self.main.info.dataset, second, self.is_watched)


def readable(strokes: object) -> Drawing:
    """Check the strokes on a pad, and thin them out to what is read of them.

    Raises:
        DrawingError: they are no drawing.
    """
    return thinned(parse_drawing(strokes), MOST_POINTS)


class ReadingService:
    """Reads for all visitors. Its methods may be called from any thread."""

    def __init__(
        self, workspaces: Workspaces, recognizers: Recognizers, trainings: Trainings
    ) -> None:
        """Read with the models of visitors' workspaces."""
        self._workspaces = workspaces
        self._recognizers = recognizers
        self._trainings = trainings
        self._drawings = MicroBatcher(self._read_drawings, DRAWINGS_AT_ONCE)
        self._pictures = MicroBatcher(self._read_pictures, 1, threads=PICTURES_AT_ONCE)
        self._picture_processes = PictureProcesses(PICTURES_AT_ONCE)
        self._points_limit = AdmissionLimit(POINTS_WAITING, POINTS_WAITING // 2)
        self._pictures_limit = AdmissionLimit(PICTURES_WAITING, PICTURES_WAITING // 2)
        self._is_closed = False
        self._last_read = float("-inf")  # s, by the monotonic clock
        self._check: Future[Answer] | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether the built-in model is ready, or never will be."""
        return self._recognizers.built_in.is_loaded

    def submit(self, visitor: str, content: PadContent) -> Future[Answer]:
        """Have what lies on a pad read.

        The future raises ``PictureError`` where a picture can't be read, and ``MnistCoreError``
        where the visitor's models can't be had.

        Raises:
            DrawingError: the strokes are no drawing.
            PictureError: the picture is gone.
            MnistCoreError: too much is waiting, or the server is going down.
        """
        if self._is_closed:
            raise MnistCoreError("The server is shutting down: draw again when it is back.")
        address = ADDRESS.get()
        if content.picture is not None:
            picture = content.picture
            if picture == GONE:
                raise PictureError("The picture is no longer on the server: choose it again.")
            return self._pictures_limit.admit(
                1, lambda: self._pictures.submit((visitor, picture), address), address
            )
        drawing = readable(content.strokes)
        points = sum(len(stroke) for stroke in drawing)
        size = max(1.0, DRAWINGS_AT_ONCE * points / MOST_POINTS)  # the largest fill a batch
        return self._points_limit.admit(
            1 + points, lambda: self._drawings.submit((visitor, drawing), address, size), address
        )

    def read(self, visitor: str, content: PadContent) -> Answer:
        """Read what lies on a pad, and wait for it.

        Raises:
            MnistCoreError: as ``submit`` and its future.
        """
        return self.submit(visitor, content).result()

    async def check(self) -> bool:
        """Whether drawings are read; one is, unless one was within the last second."""
        if self._is_closed:
            return False
        if time.monotonic() - self._last_read < SECONDS_BETWEEN_CHECKS:
            return True
        if self._check is None or self._check.done():
            self._check = self._drawings.submit(("", [TINY_DRAWING]))  # of those who ask at once
        try:
            answer = asyncio.wrap_future(self._check)
            await asyncio.wait_for(asyncio.shield(answer), SECONDS_FOR_CHECK)
        except Exception:  # whatever it is, nothing can be read
            return False
        return not self._is_closed

    def prepare_for_pictures(self) -> None:
        """Have the first picture opened as fast as the next ones."""
        self._picture_processes.prepare()

    def close(self) -> None:
        """Refuse what comes from now on, and give up the pictures that are being read."""
        self._is_closed = True
        self._picture_processes.close()

    def watch(self, visitor: str, answer: Answer) -> None:
        """Have what has been read here read by the network that is learning, too."""
        if answer.is_watched:
            reading = answer.reading
            ink = None if reading.state == "blank" else reading.ink
            self._trainings.watch(self._workspaces.open(visitor), ink)

    def _models(self, visitor: str) -> _Models:
        workspace = self._workspaces.find(visitor)
        if workspace is None:
            return _Models(self._recognizers.built_in, None, False)
        return _Models(
            self._recognizers.of(workspace.in_use),
            self._second(workspace),
            self._trainings.is_busy(workspace.key),
        )

    def _second(self, workspace: Workspace) -> tuple[str, Recognizer] | None:
        model_id = workspace.second_id
        if model_id == BUILT_IN:
            return BUILT_IN_TITLE, self._recognizers.built_in
        model = None if model_id is None else workspace.models.find(model_id)
        return None if model is None else (model.title, self._recognizers.of(model))

    def _read_pictures(self, asked: Sequence[tuple[str, Path]]) -> Iterator[tuple[int, Answer]]:
        [(visitor, picture)] = asked
        with contextlib.closing(self._picture_processes.see(picture)) as stages:
            seen = _Kept(stages)
            yield 0, self._models(visitor).answer(lambda model: model.read_seen(seen))

    def _read_drawings(self, asked: Sequence[tuple[str, Drawing]]) -> Iterator[tuple[int, Answer]]:
        """Read drawings of several visitors, those that a model reads in one batch."""
        models_of = {visitor: self._models(visitor) for visitor in {each for each, _ in asked}}
        readings: list[dict[Recognizer, Reading]] = [{} for _ in asked]
        for model in set().union(*(models.all for models in models_of.values())):
            indices = [
                index for index, (visitor, _) in enumerate(asked) if model in models_of[visitor].all
            ]
            for place, reading in model.read_each([asked[index][1] for index in indices]):
                index = indices[place]
                readings[index][model] = reading
                models = models_of[asked[index][0]]
                if len(readings[index]) == len(models.all):
                    self._last_read = time.monotonic()
                    yield index, models.answer(readings[index].__getitem__)


class _Kept(Iterable[T]):
    """What an iterator gives, for several readers: asked for once, when the first needs it."""

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._kept: list[T] = []

    def __iter__(self) -> Iterator[T]:
        for index in itertools.count():
            if index == len(self._kept):
                try:
                    self._kept.append(next(self._source))
                except StopIteration:
                    return
            yield self._kept[index]
