"""Read one drawing or picture.

This module knows nothing of data sets, training or pages.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from mnist_core.ink import picture_choice, pictures, raster, stroke_groups
from mnist_core.ink.drawing import Drawing, Part, extent, parse_drawing, taken_parts, whole
from mnist_core.ink.proposals import Box, choose, in_rows
from mnist_core.ink.segmentation import Seen
from mnist_core.ink.stroke_groups import PRICES, Group, GroupPrices
from mnist_core.labels import DIGITS
from mnist_core.model import devices, networks, weight_file
from mnist_core.model.calibration import score
from mnist_core.model.weight_file import WeightInfo

State = Literal["blank", "sure", "unsure", "not-a-digit"]
LEAST_CANDIDATE = 0.05  # share under which a digit is not named as a candidate
MOST_CANDIDATES = 3
MOST_POINTS_TOGETHER = 250  # of a drawing that is read together with others
# Of a drawing that may be a number; its shape in widths a height.
PLAIN = 0.5  # confidence from which on it is one digit, and nothing else is tried
PLAIN_WIDTH = 1.2  # and how wide it may be
BAND = 0.2  # height of an empty band from which on it may be two rows
WIDEST_DIGIT = 2.2
DOUBT = 3.0  # how much a log-probability weighs against the prices of a group's form
LOOSE = 0.2  # gap, in heights, from which on pieces stand apart from each other
CLEAR, LIKELY = 0.95, 0.8  # confidence that each digit needs where they do not, and where they do
COVERED = 0.5  # share of a symbol's box that another's may cover
DOT = 0.7  # of an i's height: how high its dot is at most, and how far beside it
STACKED = 0.5  # share of a symbol's width over which another stands
LYING = 0.6  # shape from which on a line is no 1
_FRAME = (0.0, 0.0, float(raster.IMAGE_SIZE), float(raster.IMAGE_SIZE))  # box of ink alone


@dataclass(frozen=True)
class Symbol:
    """What the network sees in one piece of ink: a digit, or something that is none."""

    state: State  # never blank
    digit: int | None  # None where it is no digit
    confidence: float  # 0 to 1: the chance that it is a digit, and the most probable one
    probabilities: tuple[float, ...]  # ten, sum 1, given that it is a digit
    candidates: tuple[int, ...]  # best first: one if sure, two or three if unsure, else none
    ink: np.ndarray  # (28, 28) uint8, 255 = full ink: what the network saw
    box: Box  # around it: x0, y0, x1, y1 in the drawing's unit, or in pixels of the picture
    parts: tuple[Part, ...] = ()  # of the drawing's strokes; none of a picture
    is_speck: bool = False  # too small to be a digit, or to keep the rest from being a number

    @property
    def no_digit(self) -> float:
        """The chance that it is no digit, 0 to 1."""
        return max(0.0, 1.0 - self.confidence / max(self.probabilities))

    @property
    def best(self) -> int:
        """The most probable digit, whether it is sure or rejected."""
        return int(np.argmax(self.probabilities))

    def as_dict(self) -> dict[str, object]:
        """Return the symbol as the API and the command line give it."""
        return {**_answer(self), "box": list(self.box)}


@dataclass(frozen=True)
class Reading:
    """What the network sees in one drawing or picture.

    Of several symbols ``digit`` is None, unless all but one are specks. ``confidence`` is the
    product of theirs, the chance that all are right; the state is that of the weakest, and with a
    speck never sure. ``probabilities``, ``candidates`` and ``ink`` are those of the symbol that
    is shown, ``digits[shown]``: the one drawn last, or the last of a picture.
    """

    state: State
    digit: int | None  # None where it is blank, no digit, or several
    confidence: float  # 0 to 1
    probabilities: tuple[float, ...]  # ten, sum 1, given that it is a digit; zeros where blank
    candidates: tuple[int, ...]  # best first: one if sure, two or three if unsure, else none
    ink: np.ndarray  # (28, 28) uint8, 255 = full ink: what the network saw
    number: str | None = None  # the text of all digits; None where something in it is no digit
    digits: tuple[Symbol, ...] = ()  # in reading order, with those that are no digit
    shown: int = 0
    unread: int = 0  # pieces of a picture that were left out, though they may be worth reading

    @classmethod
    def of(cls, symbols: Sequence[Symbol], shown: int = 0, unread: int = 0) -> "Reading":
        """Say what symbols, in reading order and at least one, make together."""
        main, counted = symbols[shown], [each for each in symbols if not each.is_speck]
        digits = [str(each.digit) for each in counted if each.digit is not None]
        number = "".join(digits) if counted and len(digits) == len(counted) else None
        states = {each.state for each in counted}
        state: State
        if number is None:
            state = "not-a-digit"
        elif "unsure" in states or len(counted) < len(symbols):
            state = "unsure"
        else:
            state = "sure"
        return cls(
            state=state,
            digit=int(number) if number is not None and len(number) == 1 else None,
            confidence=math.prod(each.confidence for each in counted or symbols),
            probabilities=main.probabilities,
            candidates=main.candidates,
            ink=main.ink,
            number=number,
            digits=tuple(symbols),
            shown=shown,
            unread=unread,
        )

    @property
    def best(self) -> int | None:
        """The most probable digit, whether it is sure or rejected; None for blank or several."""
        text = self.best_number
        return int(text) if text is not None and len(text) == 1 else None

    @property
    def best_number(self) -> str | None:
        """The most probable digit of each symbol, whether it is sure or rejected, as text."""
        if self.state == "blank":
            return None
        counted = [each for each in self.digits if not each.is_speck] or self.digits
        return "".join(str(each.best) for each in counted)

    def as_dict(self) -> dict[str, object]:
        """Return the reading as the API and the command line give it.

        ``unread`` is there only where a picture holds more than was read.
        """
        digits = [each.as_dict() for each in self.digits]
        more = {"unread": self.unread} if self.unread else {}
        return {**_answer(self), "number": self.number, "digits": digits, **more}


def _answer(read: Symbol | Reading) -> dict[str, object]:
    return {
        "digit": read.digit,
        "confidence": read.confidence,
        "probabilities": list(read.probabilities),
        "state": read.state,
    }


BLANK = Reading(
    state="blank",
    digit=None,
    confidence=0.0,
    probabilities=(0.0,) * DIGITS,
    candidates=(),
    ink=np.zeros((raster.IMAGE_SIZE, raster.IMAGE_SIZE), dtype=np.uint8),
)


class Recognizer:
    """A network with its calibration, ready to read. Safe to use from several threads."""

    def __init__(
        self,
        model: nn.Module,
        info: WeightInfo,
        device: torch.device,
        path: Path | None = None,
    ) -> None:
        """Take a network in evaluation mode; it is moved to the device.

        ``path`` is its weight file, if it has one.
        """
        self.model = model.to(device)
        self.info = info
        self.device = device
        self.path = path

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
        picked = devices.pick_device(device)
        file = weight_file.SHIPPED if path is None else Path(path)
        model, info = weight_file.load(file)
        return cls(networks.merged(model), info, picked, file)

    def read_strokes(self, value: object) -> Reading:
        """Read a drawing: a list of strokes, each a list of ``[x, y]``.

        Raises:
            DrawingError: the value is not a drawing, or is too large.
        """
        return self.read_drawing(parse_drawing(value))

    def read_drawing(self, drawing: Drawing) -> Reading:
        """Read a drawing that has been checked."""
        return self.read_drawings([drawing])[0]

    @torch.inference_mode()
    def read_drawings(self, drawings: Sequence[Drawing]) -> list[Reading]:
        """Read drawings that have been checked, together; their readings come in their order.

        Each is read as one symbol, unless it is too wide for one. Where that is not plainly a
        digit, groups of its strokes are read, too, and the cheapest way to take it apart is
        taken.
        """
        symbols: list[Symbol | None] = [None] * len(drawings)
        narrow = [[] if self._is_row(drawing) else drawing for drawing in drawings]
        for indices in _batches(narrow):
            ink = raster.ink_from_drawings([drawings[index] for index in indices])
            for index, symbol in zip(indices, self._symbols(ink), strict=True):
                symbols[index] = _placed(symbol, drawings[index])
        return [
            self._read_apart(drawing, symbol) if drawing else BLANK
            for drawing, symbol in zip(drawings, symbols, strict=True)
        ]

    def _is_row(self, drawing: Drawing) -> bool:
        """Whether a drawing of several strokes is too wide for one digit."""
        if len(drawing) < 2 or not self._knows_numbers:
            return False
        x0, y0, x1, y1 = extent(drawing)
        return x1 - x0 > WIDEST_DIGIT * (y1 - y0)

    @property
    def _knows_numbers(self) -> bool:
        return self.info.dataset == "mnist"

    def _read_apart(self, drawing: Drawing, together: Symbol | None) -> Reading:
        """Read a drawing's digits, given what it is as one symbol; None: it is a row of them."""
        if together is not None and (_is_plain(together, drawing) or not self._knows_numbers):
            return Reading.of([together])
        groups = stroke_groups.groups(drawing)
        if together is not None and len(groups) == 1:
            return Reading.of([together])
        symbols = self._symbols_of_groups(drawing, groups[:-1])
        number = self._number(groups, symbols, together)
        if number is not None:
            return number
        if together is None:
            together = _placed(self._symbols_of([drawing])[0], drawing)
        return Reading.of([together])

    def _symbols_of_groups(self, drawing: Drawing, groups: Sequence[Group]) -> list[Symbol]:
        symbols = self._symbols_of([taken_parts(drawing, group.parts) for group in groups])
        return [
            replace(
                _rejected(symbol) if group.is_speck else symbol,
                box=group.box,
                parts=group.parts,
                is_speck=group.is_speck,
            )
            for symbol, group in zip(symbols, groups, strict=True)
        ]

    def _number(
        self,
        groups: Sequence[Group],
        symbols: Sequence[Symbol],
        together: Symbol | None,
        prices: GroupPrices = PRICES,
    ) -> Reading | None:
        """Take a drawing apart in the cheapest way; None where that makes no number.

        Args:
            groups: of the drawing's pieces, all of them together last.
            symbols: what the groups look like, but for the last one.
            together: what that one looks like; None for a row, which is no one digit.
            prices: of the groups.
        """
        if together is not None:
            symbols = [*symbols, together]
        choice = choose(
            [prices.proposal(group) for group in groups[: len(symbols)]],
            [DOUBT * _log(symbol.confidence) for symbol in symbols],
            [DOUBT * _log(symbol.no_digit) for symbol in symbols],
            prices.symbols,
        )
        assert choice is not None  # each piece alone is proposed
        chosen = [self._among_digits(symbols[index], prices) for index in choice.proposals]
        rows = in_rows([symbol.box for symbol in chosen])
        if sum(symbol.digit is not None for symbol in chosen) < 2:
            return None
        if any(_is_over(*pair) for pair in itertools.permutations(chosen, 2)):
            return None
        is_stacked = _is_stacked(chosen)
        needed = self.info.calibration.reject_below
        if together is not None:
            # Letters and signs fall into pieces that look somewhat like digits.
            is_loose = groups[-1].gap >= LOOSE and not is_stacked
            needed = max(needed, LIKELY if is_loose else CLEAR)
        chosen = [each if each.confidence >= needed else _rejected(each) for each in chosen]
        if is_stacked:
            chosen = [_rejected(each) if _is_lying(each) else each for each in chosen]
        if not _is_number(chosen, together):
            return None
        ordered = [chosen[index] for row in rows for index in row]
        return Reading.of(ordered, shown=_drawn_last(ordered))

    def _among_digits(self, symbol: Symbol, prices: GroupPrices) -> Symbol:
        """Take a symbol for a digit where that is what it cost least as, beside other digits."""
        costs_less = DOUBT * (_log(symbol.no_digit) - _log(symbol.confidence))
        if symbol.digit is not None or symbol.is_speck:
            return symbol
        if costs_less > prices.symbols.other - prices.symbols.digit:
            return symbol
        return replace(
            symbol,
            state="unsure",
            digit=symbol.best,
            candidates=self._doubted(symbol.probabilities),
        )

    def _doubted(self, probabilities: Sequence[float]) -> tuple[int, ...]:
        """The digits that it may be, best first: two or three."""
        ranked = sorted(range(DIGITS), key=lambda digit: -probabilities[digit])
        others = [
            digit for digit in ranked[2:MOST_CANDIDATES] if probabilities[digit] >= LEAST_CANDIDATE
        ]
        return (*ranked[:2], *others)

    def _symbols_of(self, drawings: Sequence[Drawing]) -> list[Symbol]:
        """Read drawings, none of them blank, in one batch."""
        batches = list(_batches(drawings))
        ink = [raster.ink_from_drawings([drawings[i] for i in indices]) for indices in batches]
        read = dict(zip(itertools.chain(*batches), self._symbols(torch.cat(ink)), strict=True))
        return [read[index] for index in range(len(drawings))]

    def read_picture(self, picture: Image.Image | Path | str | bytes) -> Reading:
        """Read a picture: a Pillow image, a file's path, or a file's content.

        Raises:
            PictureError: the picture can't be opened, or is too large.
        """
        return self.read_seen(pictures.see_picture(picture))

    @torch.inference_mode()
    def read_seen(self, stages: Iterable[Seen]) -> Reading:
        """Read a picture that is seen in more and more ways, until one of them reads plainly.

        The cheapest is taken. Where another would read something else for about as much, nothing
        is sure.

        Args:
            stages: of ``pictures.see_picture``, and no more of them than are needed.
        """
        ways: list[picture_choice.Way] = []
        symbols: list[Symbol] = []
        found: picture_choice.Found | None = None
        for seen in stages:
            ways += seen.ways
            if len(seen.ink):
                symbols += self._symbols(torch.from_numpy(seen.ink)[:, None])
            found = picture_choice.cheapest(
                ways,
                [symbol.best for symbol in symbols],
                [_log(symbol.confidence) for symbol in symbols],
                [_log(symbol.no_digit) for symbol in symbols],
            )
            if found is not None and found.cost <= picture_choice.PLAIN:
                break
        if found is None or not found.symbols:
            return BLANK
        chosen = [
            replace(symbols[index], box=_enlarged(box, seen.scale)) for index, box in found.symbols
        ]
        if not found.is_clear:
            chosen = [_unsure(symbol) if symbol.state == "sure" else symbol for symbol in chosen]
        return Reading.of(chosen, shown=len(chosen) - 1, unread=found.unread)

    def _symbols(self, ink: Tensor) -> list[Symbol]:
        """Read framed images (B, 1, 28, 28), each with ink."""
        scores = score(self.model(ink.to(self.device)), self.info.calibration)
        pixels = raster.stored(ink).cpu().numpy()  # (B, 28, 28)
        parts = zip(scores.probabilities.tolist(), scores.confidence.tolist(), pixels, strict=True)
        return [self._symbol(*part) for part in parts]

    def _symbol(self, probabilities: list[float], confidence: float, pixels: np.ndarray) -> Symbol:
        calibration = self.info.calibration
        best = max(range(DIGITS), key=probabilities.__getitem__)
        state: State
        candidates: tuple[int, ...]
        if confidence < calibration.reject_below:
            state, candidates = "not-a-digit", ()
        elif probabilities[best] >= calibration.sure_above:
            state, candidates = "sure", (best,)
        else:
            state, candidates = "unsure", self._doubted(probabilities)
        return Symbol(
            state=state,
            digit=candidates[0] if candidates else None,
            confidence=confidence,
            probabilities=tuple(probabilities),
            candidates=candidates,
            ink=pixels,
            box=_FRAME,
        )


def _placed(symbol: Symbol, drawing: Drawing) -> Symbol:
    return replace(symbol, box=extent(drawing), parts=whole(drawing))


def _enlarged(box: Box, scale: float) -> Box:
    x0, y0, x1, y1 = box
    return x0 * scale, y0 * scale, x1 * scale, y1 * scale


def _rejected(symbol: Symbol) -> Symbol:
    return replace(symbol, state="not-a-digit", digit=None, candidates=())


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-6))


def _is_plain(symbol: Symbol, drawing: Drawing) -> bool:
    """Whether a drawing that looks like this symbol is plainly one digit."""
    x0, y0, x1, y1 = symbol.box
    if symbol.confidence < PLAIN or x1 - x0 > PLAIN_WIDTH * (y1 - y0):
        return False
    if len(drawing) == 1:
        return True
    reach = sorted(
        (float(ys.min()), float(ys.max())) for ys in (stroke[:, 1] for stroke in drawing)
    )
    lowest = itertools.accumulate((end for _, end in reach), max)
    gaps = (below - above for above, (below, _) in zip(lowest, reach[1:], strict=False))
    return max(gaps) < BAND * (y1 - y0)


def _is_number(symbols: Sequence[Symbol], together: Symbol | None) -> bool:
    """Whether symbols make a number, rather than the one symbol that they are together."""
    counted = [each for each in symbols if not each.is_speck]
    digits = [each for each in counted if each.digit is not None]
    if together is None or together.digit is None:
        return len(digits) > 0
    return len(digits) == len(counted) > 1


def _is_over(symbol: Symbol, other: Symbol) -> bool:
    """Whether they are one letter or sign: one over the other, or an i and its dot."""
    x0, y0, x1, y1 = symbol.box
    left, top, right, bottom = other.box
    if symbol.is_speck:
        return False
    height = y1 - y0
    if symbol.digit == 1 and bottom <= y0 and bottom - top < DOT * height:
        return x0 - DOT * height < right and left < x1 + DOT * height
    wide, high = min(x1, right) - max(x0, left), min(y1, bottom) - max(y0, top)
    return min(wide, high) > 0 and wide * high > COVERED * (x1 - x0) * height


def _is_stacked(symbols: Sequence[Symbol]) -> bool:
    """Whether two of the symbols stand one above the other, or cross."""
    spans = [(each.box[0], each.box[2]) for each in symbols]
    return any(
        min(one[1], other[1]) - max(one[0], other[0])
        > STACKED * min(one[1] - one[0], other[1] - other[0])
        for one, other in itertools.combinations(spans, 2)
    )


def _is_lying(symbol: Symbol) -> bool:
    """Whether it looks like a 1, but is too wide for one."""
    x0, y0, x1, y1 = symbol.box
    return symbol.digit == 1 and x1 - x0 > LYING * (y1 - y0)


def _drawn_last(symbols: Sequence[Symbol]) -> int:
    return max(range(len(symbols)), key=lambda index: max(symbols[index].parts))


def _unsure(symbol: Symbol) -> Symbol:
    """Take certainty from a symbol that is sure."""
    ranked = sorted(range(DIGITS), key=lambda digit: -symbol.probabilities[digit])
    return replace(symbol, state="unsure", candidates=tuple(ranked[:2]))


def _batches(drawings: Sequence[Drawing]) -> Iterator[list[int]]:
    """Yield the indices of drawings to read together: the small ones, and each large one alone.

    A batch is padded to its largest drawing. Blank drawings are left out.
    """
    points = [sum(len(stroke) for stroke in drawing) for drawing in drawings]
    small = [index for index, count in enumerate(points) if 0 < count <= MOST_POINTS_TOGETHER]
    if small:
        yield small
    yield from ([index] for index, count in enumerate(points) if count > MOST_POINTS_TOGETHER)
