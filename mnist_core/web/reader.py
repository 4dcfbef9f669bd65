"""Reads what visitors draw; drawings that come at the same time go through a network together.

Knows nothing of HTTP or of components.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_core import strokes
from mnist_core.errors import MnistCoreError
from mnist_core.inference import Reading, Recognizer
from mnist_core.web.gathering import Gathering
from mnist_core.web.pad import PadContent
from mnist_core.web.reading import other_value, reading_value, refusal_value
from mnist_core.web.studio import Studio

DRAWINGS_AT_ONCE = 8  # more would make them wait for each other, and be no faster on a CPU
POINTS_WAITING = 200_000  # of drawings that wait: some thousand drawings, or three seconds
PICTURES_AT_ONCE = 2  # one of 25 megapixels takes 200 MB while it is read
PICTURES_WAITING = 20  # those that are being read among them
CLASS_NAMES = {  # of the data sets whose classes are no digits
    "fashion-mnist": (
        "T-shirt", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How one visitor's models read one drawing."""

    reading: Reading
    dataset: str  # that the model was trained on
    other: tuple[str, Reading, str] | None  # a second model's name, reading and data set, if any
    is_watched: bool  # whether a network that is learning shall read the drawing, too


class Reader:
    """Reads for all visitors of a studio. Thread-safe."""

    def __init__(self, studio: Studio) -> None:
        """Read with a studio's models."""
        self._studio = studio
        self._drawings = Gathering(self._read_together, DRAWINGS_AT_ONCE)
        self._pictures = ThreadPoolExecutor(PICTURES_AT_ONCE, "pictures")
        self._points_room = _Room(POINTS_WAITING)
        self._pictures_room = _Room(PICTURES_WAITING)

    def submit(self, visitor: str, content: PadContent) -> Future[Outcome]:
        """Have what lies on a pad read.

        The future raises ``PictureError`` where a picture can't be read, and ``MnistCoreError``
        where the visitor's models can't be had.

        Raises:
            DrawingError: the strokes are no drawing.
            MnistCoreError: too much is waiting.
        """
        if content.picture is not None:
            picture = content.picture
            return self._pictures_room.admit(
                1, lambda: self._pictures.submit(self._read_picture, visitor, picture)
            )
        drawing = strokes.parse_drawing(content.strokes)
        points = sum(len(stroke) for stroke in drawing)
        return self._points_room.admit(
            1 + points, lambda: self._drawings.submit((visitor, drawing))
        )

    def read(self, visitor: str, content: PadContent) -> Outcome:
        """Read what lies on a pad, and wait for it.

        Raises:
            MnistCoreError: as ``submit`` and its future.
        """
        return self.submit(visitor, content).result()

    def _read_picture(self, visitor: str, picture: Path) -> Outcome:
        return self._models(visitor).outcome(lambda model: model.read_picture(picture))

    def watch(self, visitor: str, outcome: Outcome) -> None:
        """Have a drawing that has been read here read by the network that is learning, too."""
        reading = outcome.reading
        if outcome.is_watched:
            self._studio.watch(visitor, None if reading.state == "blank" else reading.ink)

    def _models(self, visitor: str) -> "_Models":
        studio = self._studio
        return _Models(
            studio.recognizer(visitor), studio.compared(visitor), studio.is_training(visitor)
        )

    def _read_together(
        self, asked: Sequence[tuple[str, strokes.Drawing]]
    ) -> list[Outcome | Exception]:
        # A visitor's models are looked up once for all their drawings.
        models = {visitor: _tried(self._models, visitor) for visitor, _ in asked}
        read: dict[tuple[Recognizer, int], Reading] = {}  # by model and index of the drawing
        wanted: defaultdict[Recognizer, list[int]] = defaultdict(list)
        for index, (visitor, _) in enumerate(asked):
            found = models[visitor]
            if isinstance(found, _Models):
                for recognizer in found.recognizers:
                    wanted[recognizer].append(index)
        for recognizer, indices in wanted.items():
            readings = recognizer.read_drawings([asked[index][1] for index in indices])
            read |= {(recognizer, i): reading for i, reading in zip(indices, readings, strict=True)}

        def outcome(index: int) -> Outcome | Exception:
            found = models[asked[index][0]]
            if isinstance(found, Exception):
                return found
            return found.outcome(lambda model: read[model, index])

        return [outcome(index) for index in range(len(asked))]


class _Room:
    """Limits how much waits at once, those that are being read among it. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._lock = threading.Lock()

    def admit(self, size: int, start: Callable[[], Future[Outcome]]) -> Future[Outcome]:
        with self._lock:
            if size > self._free:
                raise MnistCoreError("Too many people are drawing just now: try again in a moment.")
            self._free -= size
        future = start()
        future.add_done_callback(lambda _: self._leave(size))
        return future

    def _leave(self, size: int) -> None:
        with self._lock:
            self._free += size


@dataclass(frozen=True)
class _Models:
    """What reads one visitor's drawings."""

    main: Recognizer
    other: tuple[str, Recognizer] | None
    is_watched: bool

    @property
    def recognizers(self) -> set[Recognizer]:
        return {self.main} if self.other is None else {self.main, self.other[1]}

    def outcome(self, reading_by: Callable[[Recognizer], Reading]) -> Outcome:
        other = None
        if self.other is not None:
            name, model = self.other
            other = name, reading_by(model), model.info.dataset
        return Outcome(reading_by(self.main), self.main.info.dataset, other, self.is_watched)


def _tried(function: Callable[[Any], Any], argument: object) -> Any:
    """Return what a function returns, or the error that it raises for people."""
    try:
        return function(argument)
    except MnistCoreError as error:
        return error


def shown(outcome: Outcome, content: PadContent) -> dict[str, Any]:
    """Say what the page shows of what lies on its pad."""
    other = None
    if outcome.other is not None:
        name, reading, dataset = outcome.other
        other = other_value(name, reading, CLASS_NAMES.get(dataset))
    value = reading_value(
        outcome.reading,
        names=CLASS_NAMES.get(outcome.dataset),
        correctable=outcome.dataset == "mnist",
        other=other,
    )
    return {**value, "drawing": content.number}


def refused(error: MnistCoreError, content: PadContent) -> dict[str, Any]:
    """Say why what lies on the pad was not read."""
    return {**refusal_value(str(error)), "drawing": content.number}
