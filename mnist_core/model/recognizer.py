"""Read one drawing or picture.

This module knows nothing of data sets, training or pages.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from mnist_core.ink import picture_choice, pictures, raster, stroke_groups
from mnist_core.ink.drawing import Drawing, extent, parse_drawing, taken_parts, whole
from mnist_core.ink.proposals import Box
from mnist_core.ink.segmentation import Seen
from mnist_core.ink.stroke_groups import Group
from mnist_core.labels import DIGITS
from mnist_core.model import devices, networks, numbers, weight_file
from mnist_core.model.calibration import score
from mnist_core.model.reading import BLANK, Reading, State, Symbol, likely, log_chance
from mnist_core.model.weight_file import WeightInfo

MOST_POINTS_TOGETHER = 250  # of a drawing that is read together with others
_FRAME = (0.0, 0.0, float(raster.IMAGE_SIZE), float(raster.IMAGE_SIZE))  # box of ink alone


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
        can_be_row = self._knows_numbers
        narrow = [[] if can_be_row and numbers.is_row(each) else each for each in drawings]
        for indices in _batches(narrow):
            ink = raster.ink_from_drawings([drawings[index] for index in indices])
            for index, symbol in zip(indices, self._symbols(ink), strict=True):
                symbols[index] = _placed(symbol, drawings[index])
        return [
            self._read_apart(drawing, symbol) if drawing else BLANK
            for drawing, symbol in zip(drawings, symbols, strict=True)
        ]

    @property
    def _knows_numbers(self) -> bool:
        return self.info.dataset == "mnist"

    def _read_apart(self, drawing: Drawing, together: Symbol | None) -> Reading:
        """Read a drawing's digits, given what it is as one symbol; None: it is a row of them."""
        if together is not None and (
            numbers.is_plain(together, drawing) or not self._knows_numbers
        ):
            return Reading.of([together])
        groups = stroke_groups.groups(drawing)
        if together is not None and len(groups) == 1:
            return Reading.of([together])
        symbols = self._symbols_of_groups(drawing, groups[:-1])
        reject_below = self.info.calibration.reject_below
        number = numbers.number(groups, symbols, together, reject_below)
        if number is not None:
            return number
        if together is None:
            together = _placed(self._symbols_of([drawing])[0], drawing)
        return Reading.of([together])

    def _symbols_of_groups(self, drawing: Drawing, groups: Sequence[Group]) -> list[Symbol]:
        symbols = self._symbols_of([taken_parts(drawing, group.parts) for group in groups])
        return [
            replace(
                symbol.rejected() if group.is_speck else symbol,
                box=group.box,
                parts=group.parts,
                is_speck=group.is_speck,
            )
            for symbol, group in zip(symbols, groups, strict=True)
        ]

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
                [log_chance(symbol.confidence) for symbol in symbols],
                [log_chance(symbol.no_digit) for symbol in symbols],
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
            state, candidates = "unsure", likely(probabilities)
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


def _batches(drawings: Sequence[Drawing]) -> Iterator[list[int]]:
    """Yield the indices of drawings to read together: the small ones, and each large one alone.

    A batch is padded to its largest drawing. Blank drawings are left out.
    """
    points = [sum(len(stroke) for stroke in drawing) for drawing in drawings]
    small = [index for index, count in enumerate(points) if 0 < count <= MOST_POINTS_TOGETHER]
    if small:
        yield small
    yield from ([index] for index, count in enumerate(points) if count > MOST_POINTS_TOGETHER)
