"""The labeled drawings of one owner: a folder with one small file each.

A file is a stroke set of one line. Knows nothing of networks or of training.
"""

import contextlib
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from mnist_core.data import stroke_sets
from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.errors import CorrectionError, DataError
from mnist_core.files import write_atomically
from mnist_core.ink.drawing import PAD_SIZE, Drawing, parse_drawing, thinned
from mnist_core.labels import DIGITS, NO_DIGIT
from mnist_core.storage.file_store import FileStore

DRAWINGS_KEPT = 500
STROKES_KEPT = 50  # of a drawing; a digit has few
POINTS_KEPT = 400  # of a drawing, beside the ends of its strokes; more of them show nothing more
LARGEST_SET = 4_000_000  # bytes of a stroke set to add, unpacked: more than all that is ever kept
HELD_BACK = 5  # one of so many is never taught, to see whether the others carry over
ENOUGH = 10  # drawings from which on any is held back
DECIMALS = 1  # of a point that is kept: a tenth of a pad pixel
SMALLEST = PAD_SIZE / 10  # longest side of a drawing that bears such rounding


@dataclass(frozen=True)
class Correction:
    """A drawing, and the digit that it is."""

    id: str  # 20 digits, the time in ns, and 4 hexadecimal digits: in the order of time
    label: int  # 0 to 9
    strokes: list[list[list[float]]]  # a list of [x, y] a stroke, x to the right and y down

    @property
    def held_back(self) -> bool:
        """Whether it is for testing, and never taught; its id ends in a t, so it stays so."""
        return _is_held_back(self.id)


class Corrections(FileStore):
    """The drawings in one folder."""

    suffix = ".json"
    id_pattern = re.compile("[0-9]{20}-[0-9a-f]{4}t?")
    noun = "drawing"
    error = CorrectionError

    def count(self) -> int:
        """Return how many drawings there are, without reading them.

        Raises:
            CorrectionError: the folder can't be read.
        """
        return len(self.ids())

    def all(self) -> list[Correction]:
        """List the drawings, the oldest first; a file that is no whole drawing is left out.

        Raises:
            CorrectionError: the folder can't be read.
        """
        return [found for each in self.ids() if (found := self._find(each)) is not None]

    def add(self, drawn: object, label: int) -> Correction:
        """Keep a drawing, its points rounded to 0.1, and at most some 400 of them.

        Args:
            drawn: as ``parse_drawing`` takes it; one too small for such rounding is enlarged.
            label: 0 to 9.

        Raises:
            DrawingError: it is not a drawing.
            CorrectionError: it is blank, one too many or of too many strokes, there is no such
                digit, or it can't be written.
        """
        drawing = parse_drawing(drawn)
        if not drawing:
            raise CorrectionError("The drawing is blank: draw a digit first.")
        (new_id,) = self._new_ids(1)
        correction = Correction(new_id, _checked_label(label), _kept(drawing))
        self._write(correction)
        return correction

    def add_set(self, content: bytes) -> int:
        """Keep all drawings of a stroke set, or none of them, and return how many there are.

        Only a process that is killed while it writes them leaves some.

        Raises:
            DataError: it is not a stroke set or too large, or a line of it is wrong.
            CorrectionError: a drawing in it is no digit or has too many strokes, there are too
                many, or they can't be written.
        """
        added = stroke_sets.parse(content, "the file", LARGEST_SET)
        labels: list[int] = added.labels.tolist()
        for line, label in enumerate(labels, start=1):
            if label >= DIGITS:
                what = "is no digit" if label == NO_DIGIT else "holds several digits"
                raise CorrectionError(
                    f"Line {line} of the file {what}: remove it, since only drawings of 0 to 9 are "
                    "kept."
                )
        corrections = [
            Correction(new_id, label, _kept(drawing))
            for new_id, drawing, label in zip(
                self._new_ids(len(labels)), added.drawings, labels, strict=True
            )
        ]
        try:
            for correction in corrections:
                self._write(correction)
        except BaseException:
            for correction in corrections:
                with contextlib.suppress(OSError):
                    self._path(correction.id).unlink()
            raise
        return len(corrections)

    def relabel(self, correction_id: str, label: int) -> Correction:
        """Give a drawing another label.

        Raises:
            CorrectionError: it is gone, there is no such digit, or it can't be written.
        """
        label = _checked_label(label)
        found = self._find(correction_id)
        if found is None:
            raise self._missing()
        correction = replace(found, label=label)
        self._write(correction)
        return correction

    def export(self) -> bytes:
        """Return all drawings as the bytes of a stroke set.

        Raises:
            CorrectionError: the folder can't be read.
        """
        return stroke_sets.dump(as_stroke_set(self.all()))

    def _new_ids(self, wanted: int) -> list[str]:
        """Name some more drawings, a fifth of all as held back, if there is room for them."""
        kept = self.ids()
        if len(kept) + wanted > DRAWINGS_KEPT:
            raise CorrectionError(
                f"There are {len(kept)} drawings, and {wanted} more would be above "
                f"{DRAWINGS_KEPT}: delete some first."
            )
        held_back = sum(map(_is_held_back, kept))
        ids = []
        now = time.time_ns()
        for count, time_ns in enumerate(range(now, now + wanted), start=len(kept) + 1):
            hold = count >= ENOUGH and held_back < count // HELD_BACK - 1
            held_back += hold
            ids.append(f"{time_ns:020d}-{secrets.token_hex(2)}{'t' if hold else ''}")
        return ids

    def _write(self, correction: Correction) -> None:
        line = stroke_sets.dump_line(parse_drawing(correction.strokes), correction.label)
        with self._failures_told("written"):
            write_atomically(self._path(correction.id), line.encode())

    def _find(self, correction_id: str) -> Correction | None:
        if not self.is_id(correction_id):
            return None
        try:
            read = stroke_sets.load(self._path(correction_id))
        except DataError:
            return None
        if len(read.drawings) != 1 or int(read.labels) >= DIGITS:
            return None
        points = [stroke.tolist() for stroke in read.drawings[0]]
        return Correction(correction_id, int(read.labels), points)


def as_stroke_set(corrections: Sequence[Correction]) -> StrokeSet:
    """Put drawings into one stroke set."""
    labels = torch.tensor([each.label for each in corrections], dtype=torch.int64)
    return StrokeSet([parse_drawing(each.strokes) for each in corrections], labels)


def _is_held_back(correction_id: str) -> bool:
    return correction_id.endswith("t")


def _checked_label(label: object) -> int:
    if type(label) is not int or not 0 <= label < DIGITS:
        raise CorrectionError(f"{label!r} is not a digit: choose one from 0 to 9.")
    return label


def _kept(drawing: Drawing) -> list[list[list[float]]]:
    """Thin and round the points; what would lose its shape is first enlarged to the pad's size."""
    if len(drawing) > STROKES_KEPT:
        raise CorrectionError(
            f"The drawing has {len(drawing)} strokes, more than the {STROKES_KEPT} that are kept: "
            "draw one digit."
        )
    drawing = thinned(drawing, POINTS_KEPT)
    points = np.concatenate(drawing)
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    if 0 < extent < SMALLEST:
        drawing = [(stroke - low) / extent * PAD_SIZE for stroke in drawing]
    return [(np.round(stroke, DECIMALS) + 0.0).tolist() for stroke in drawing]  # no -0.0
