"""Read one drawing or picture.

This module knows nothing of data sets, training or pages.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from mnist_core.ink import picture_choice, pictures, stroke_groups
from mnist_core.ink.drawing import Drawing, bounding_box, parse_drawing, taken_parts, whole
from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.ink.proposals import Box
from mnist_core.ink.segmentation import Seen
from mnist_core.ink.stroke_groups import Group
from mnist_core.model import numbers, weight_file
from mnist_core.model.reading import BLANK, Reading, State, Symbol, likely, log_weight
from mnist_core.model.weight_info import WeightInfo

if TYPE_CHECKING:
    import torch
    from torch import nn

    from mnist_core.model.scorer import Score, Scorer

_FRAME = (0.0, 0.0, float(IMAGE_SIZE), float(IMAGE_SIZE))  # box of ink alone


class Recognizer:
    """A network with its calibration, ready to read. Safe to use from several threads."""

    def __init__(
        self, info: WeightInfo, load: "Callable[[], Scorer]", path: Path | None = None
    ) -> None:
        """Take what a weight file says, and what loads its network when that is first needed.

        ``path`` is the weight file, if there is one.
        """
        self.info = info
        self.path = path
        self._load = load
        self._loading = threading.Lock()
        self._scorer: Scorer | None = None
        self.is_loaded = False  # or it has been tried in vain

    @classmethod
    def load(cls, path: Path | str | None = None, device: str = "auto") -> "Recognizer":
        """Load a weight file.

        Args:
            path: the file; by default the weights that come with the project.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.

        Raises:
            WeightsError: the file is missing, damaged, or not of this program.
            DeviceError: there is no such device on this machine.
        """
        from mnist_core.model.scorer import Scorer

        file = weight_file.SHIPPED if path is None else Path(path)
        recognizer = cls(weight_file.read_info(file), lambda: Scorer.load(file, device), file)
        _ = recognizer.scorer
        return recognizer

    @property
    def scorer(self) -> "Scorer":
        """The network, which is loaded now unless it has been.

        Raises:
            WeightsError: its file is damaged.
        """
        with self._loading:
            if self._scorer is None:
                try:
                    self._scorer = self._load()
                finally:
                    self.is_loaded = True
            return self._scorer

    @property
    def model(self) -> "nn.Module":
        """The network itself, on its device."""
        return self.scorer.model

    @property
    def device(self) -> "torch.device":
        """Where the network reads."""
        return self.scorer.device

    def read_strokes(self, value: object) -> Reading:
        """Read a drawing: a list of strokes, each a list of ``[x, y]``.

        Raises:
            DrawingError: the value is not a drawing, or is too large.
        """
        return self.read_drawing(parse_drawing(value))

    def read_drawing(self, drawing: Drawing) -> Reading:
        """Read a drawing that has been checked."""
        return self.read_drawings([drawing])[0]

    def read_drawings(self, drawings: Sequence[Drawing]) -> list[Reading]:
        """Read drawings that have been checked, together; their readings come in their order."""
        readings = dict(self.read_each(drawings))
        return [readings[index] for index in range(len(drawings))]

    def read_each(self, drawings: Sequence[Drawing]) -> Iterator[tuple[int, Reading]]:
        """Read drawings that have been checked; yield each reading, with the drawing's position.

        Each is read as one symbol, all of them together, unless it is too wide for one. Where that
        is not plainly a digit, groups of its strokes are read, too, and the cheapest way to take it
        apart is taken. That takes longer, so these come last.
        """
        single = [at for at, each in enumerate(drawings) if each and not self._is_row(each)]
        symbols = self._symbols_of([drawings[at] for at in single])
        together = {
            at: _placed(symbol, drawings[at]) for at, symbol in zip(single, symbols, strict=True)
        }
        others = []
        for at, drawing in enumerate(drawings):
            if not drawing:
                yield at, BLANK
            elif at in together and self._is_plain(together[at], drawing):
                yield at, Reading.of([together[at]])
            else:
                others.append(at)
        for at in others:
            yield at, self._read_apart(drawings[at], together.get(at))

    @property
    def _knows_numbers(self) -> bool:
        return self.info.dataset == "mnist"

    def _is_row(self, drawing: Drawing) -> bool:
        return self._knows_numbers and numbers.is_row(drawing)

    def _is_plain(self, together: Symbol, drawing: Drawing) -> bool:
        return not self._knows_numbers or numbers.is_plain(together, drawing)

    def _read_apart(self, drawing: Drawing, together: Symbol | None) -> Reading:
        """Read a drawing's digits, given what it is as one symbol; None: it is a row of them."""
        groups = stroke_groups.groups(drawing)
        symbols: list[Symbol | None] = [None] * (len(groups) - 1)
        if together is not None:
            symbols.append(together)
        chosen = numbers.cheapest(groups, symbols)
        for needed in (chosen, range(len(symbols))):
            if not _unread(symbols, chosen):
                break
            self._see(drawing, groups, symbols, _unread(symbols, needed))
            chosen = numbers.cheapest(groups, symbols)
        reject_below = self.info.calibration.reject_below
        number = numbers.number(groups, symbols, chosen, reject_below)
        if number is not None:
            return number
        if together is None:
            together = _placed(self._symbols_of([drawing])[0], drawing)
        return Reading.of([together])

    def _see(
        self,
        drawing: Drawing,
        groups: Sequence[Group],
        symbols: list[Symbol | None],
        positions: Sequence[int],
    ) -> None:
        """Read the groups at some positions, and put what they look like there."""
        chosen = [groups[at] for at in positions]
        read = self._symbols_of([taken_parts(drawing, group.parts) for group in chosen])
        for at, group, symbol in zip(positions, chosen, read, strict=True):
            symbols[at] = replace(
                symbol.rejected() if group.is_speck else symbol,
                box=group.box,
                parts=group.parts,
                is_speck=group.is_speck,
            )

    def _symbols_of(self, drawings: Sequence[Drawing]) -> list[Symbol]:
        """Read drawings, none of them blank, each as one symbol."""
        if not drawings:
            return []  # for that nobody has to wait until the network is loaded
        return [self._symbol(each) for each in self.scorer.of_drawings(drawings)]

    def read_picture(self, picture: Image.Image | Path | str | bytes) -> Reading:
        """Read a picture: a Pillow image, a file's path, or a file's content.

        Raises:
            PictureError: the picture can't be opened, or is too large.
        """
        return self.read_seen(pictures.see_picture(picture))

    def read_seen(self, stages: Iterable[Seen]) -> Reading:
        """Read a picture that is seen in more and more ways, until one of them reads plainly.

        The cheapest is taken. Where it costs much, or another would read something else for about
        as much, nothing is sure.

        Args:
            stages: of ``pictures.see_picture``, and no more of them than are needed.
        """
        ways: list[picture_choice.Way] = []
        symbols: list[Symbol] = []
        found: picture_choice.Found | None = None
        for seen in stages:
            ways += seen.ways
            symbols += map(self._symbol, self.scorer.of_ink(seen.ink))
            found = picture_choice.cheapest(
                ways,
                [symbol.best for symbol in symbols],
                [log_weight(symbol.confidence) for symbol in symbols],
                [log_weight(symbol.no_digit) for symbol in symbols],
            )
            if found is not None and found.cost <= picture_choice.PLAIN:
                break
        if found is None or not found.symbols:
            return BLANK
        chosen = [
            replace(symbols[index], box=_enlarged(box, seen.scale)) for index, box in found.symbols
        ]
        if not found.is_clear:
            chosen = [each.doubted() if each.state == "sure" else each for each in chosen]
        return Reading.of(chosen, shown=len(chosen) - 1, unread=found.unread)

    def _symbol(self, score: "Score") -> Symbol:
        calibration = self.info.calibration
        candidates: tuple[int, ...] = likely(score.probabilities)
        state: State = "unsure"
        if score.confidence < calibration.reject_below:
            state, candidates = "not-a-digit", ()
        elif score.probabilities[candidates[0]] >= calibration.sure_above:
            state, candidates = "sure", candidates[:1]
        return Symbol(
            state=state,
            digit=candidates[0] if candidates else None,
            confidence=score.confidence,
            probabilities=score.probabilities,
            candidates=candidates,
            ink=score.ink,
            box=_FRAME,
        )


def _unread(symbols: Sequence[Symbol | None], positions: Iterable[int]) -> list[int]:
    return [at for at in positions if symbols[at] is None]


def _placed(symbol: Symbol, drawing: Drawing) -> Symbol:
    return replace(symbol, box=bounding_box(drawing), parts=whole(drawing))


def _enlarged(box: Box, scale: float) -> Box:
    x0, y0, x1, y1 = box
    return x0 * scale, y0 * scale, x1 * scale, y1 * scale
