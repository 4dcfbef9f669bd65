"""Reads what visitors draw; drawings that come at the same time go through a network together.

Knows nothing of HTTP or of components.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mnist_core.ink.drawing import Drawing, parse_drawing
from mnist_core.model.recognizer import Reading, Recognizer
from mnist_core.service.limits import AdmissionLimit
from mnist_core.service.micro_batcher import MicroBatcher
from mnist_core.service.recognizers import Recognizers
from mnist_core.service.trainings import Trainings
from mnist_core.service.workspace import BUILT_IN, BUILT_IN_TITLE, Workspace
from mnist_core.service.workspaces import Workspaces

DRAWINGS_AT_ONCE = 8  # more would make them wait for each other, and be no faster on a CPU
POINTS_WAITING = 200_000  # of drawings that wait: some thousand drawings, or three seconds
PICTURES_AT_ONCE = 2  # one of 25 megapixels takes 200 MB while it is read
PICTURES_WAITING = 20  # those that are being read among them


@dataclass(frozen=True)
class PadContent:
    """What lies on the pad, not yet checked."""

    strokes: object  # should be a list of strokes; a blank pad is an empty list
    picture: Path | None  # an uploaded file that Gradio has let through, in place of strokes
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
        self._pictures = ThreadPoolExecutor(PICTURES_AT_ONCE, "pictures")
        self._points_limit = AdmissionLimit(POINTS_WAITING)
        self._pictures_limit = AdmissionLimit(PICTURES_WAITING)

    def submit(self, visitor: str, content: PadContent) -> Future[Answer]:
        """Have what lies on a pad read.

        The future raises ``PictureError`` where a picture can't be read, and ``MnistCoreError``
        where the visitor's models can't be had.

        Raises:
            DrawingError: the strokes are no drawing.
            MnistCoreError: too much is waiting.
        """
        if content.picture is not None:
            picture = content.picture
            return self._pictures_limit.admit(
                1, lambda: self._pictures.submit(self._read_picture, visitor, picture)
            )
        drawing = parse_drawing(content.strokes)
        points = sum(len(stroke) for stroke in drawing)
        return self._points_limit.admit(
            1 + points, lambda: self._drawings.submit((visitor, drawing))
        )

    def read(self, visitor: str, content: PadContent) -> Answer:
        """Read what lies on a pad, and wait for it.

        Raises:
            MnistCoreError: as ``submit`` and its future.
        """
        return self.submit(visitor, content).result()

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

    def _read_picture(self, visitor: str, picture: Path) -> Answer:
        return self._models(visitor).answer(lambda model: model.read_picture(picture))

    def _read_drawings(self, asked: Sequence[tuple[str, Drawing]]) -> list[Answer]:
        """Read drawings of several visitors, those that a model reads in one batch."""
        models_of = {visitor: self._models(visitor) for visitor in {each for each, _ in asked}}
        readings: list[dict[Recognizer, Reading]] = [{} for _ in asked]
        for model in set().union(*(models.all for models in models_of.values())):
            indices = [
                index for index, (visitor, _) in enumerate(asked) if model in models_of[visitor].all
            ]
            read = model.read_drawings([asked[index][1] for index in indices])
            for index, reading in zip(indices, read, strict=True):
                readings[index][model] = reading
        return [
            models_of[visitor].answer(by_model.__getitem__)
            for (visitor, _), by_model in zip(asked, readings, strict=True)
        ]
