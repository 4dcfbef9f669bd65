"""The labeled drawings of one owner: a folder with one small file each.

A file is a stroke set of one line. A drawing has one label, the newest. Knows nothing of networks
or of training.
"""

import contextlib
import json
import re
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

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

Strokes = list[list[list[float]]]  # a list of [x, y] a stroke, x to the right and y down


@dataclass(frozen=True)
class Correction:
    """A drawing, and the digit that it is."""

    id: str  # 20 digits, the time in ns, 4 hexadecimal ones, and maybe a t: in the order of time
    label: int  # 0 to 9
    strokes: Strokes

    @property
    def held_back(self) -> bool:
        """Whether it is for testing, and never taught; its id ends in a t, so it stays so."""
        return _is_held_back(self.id)


@dataclass(frozen=True)
class SetAdded:
    """What came of the drawings of a stroke set."""

    new: int
    relabeled: int  # were there under another label
    known: int  # were there as they are


class Corrections(FileStore):
    """The drawings in one folder."""

    suffix = ".json"
    id_pattern = re.compile("[0-9]{20}-[0-9a-f]{4}t?")
    noun = "drawing"
    error = CorrectionError

    def __init__(self, folder: Path) -> None:
        """Open a folder of drawings; it is made with the first one."""
        super().__init__(folder)
        self._lock = threading.Lock()  # held from the search for a drawing until it is written
        self._latest: tuple[str, int] = ("", 0)  # id of what was added last, and its serial

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

    def find(self, drawn: object) -> Correction | None:
        """Return a drawing that is there already, by its strokes.

        Raises:
            DrawingError, CorrectionError: as ``add``.
        """
        return _by_strokes(self.all()).get(_key(_kept(_checked_drawing(drawn))))

    def add(self, drawn: object, label: int, serial: int = 0) -> Correction:
        """Keep a drawing, its points rounded to 0.1, and at most some 400 of them.

        One that is there already gets the new label, and nothing else of it changes.

        Args:
            drawn: as ``parse_drawing`` takes it; one too small for such rounding is enlarged.
            label: 0 to 9.
            serial: grows with each label that somebody gives a drawing; what comes too late,
                after a newer label of the same drawing, changes nothing.

        Raises:
            DrawingError: it is not a drawing.
            CorrectionError: it is blank, one too many or of too many strokes, there is no such
                digit, or it can't be written.
        """
        strokes, label = _kept(_checked_drawing(drawn)), _checked_label(label)
        with self._lock:
            found = _by_strokes(self.all()).get(_key(strokes))
            if found is None:
                (new_id,) = self._new_ids([None])
                correction = Correction(new_id, label, strokes)
            elif self._latest[0] == found.id and serial < self._latest[1]:
                return found
            else:
                correction = replace(found, label=label)
            self._write(correction)
            self._latest = correction.id, serial
        return correction

    def add_set(self, content: bytes) -> SetAdded:
        """Keep all drawings of a stroke set, or none of them.

        One that is there already gets the label that the set has, and nothing else of it changes.
        Only a process that is killed while it writes them leaves some.

        Raises:
            DataError: it is not a stroke set or too large, or a line of it is wrong.
            CorrectionError: a drawing in it is no digit or has too many strokes, there are too
                many, or they can't be written.
        """
        added = stroke_sets.parse(content, "the file", LARGEST_SET)
        for line, label in enumerate(added.labels, start=1):
            if label >= DIGITS:
                what = "is no digit" if label == NO_DIGIT else "holds several digits"
                raise CorrectionError(
                    f"Line {line} of the file {what}: remove it, since only drawings of 0 to 9 are "
                    "kept."
                )
        with self._lock:
            kept = _by_strokes(self.all())
            wanted: dict[str, tuple[Strokes, int, bool | None]] = {}  # of a drawing the last line
            for drawing, label, held_back in zip(
                added.drawings, added.labels, added.held_back, strict=True
            ):
                strokes = [stroke.tolist() for stroke in drawing]
                if _key(strokes) not in kept:  # thinning what was thinned before could change it
                    strokes = _kept(drawing)
                wanted[_key(strokes)] = (strokes, label, held_back)
            known = [
                replace(kept[key], label=label)
                for key, (_, label, _) in wanted.items()
                if key in kept
            ]
            new = [each for key, each in wanted.items() if key not in kept]
            ids = self._new_ids([held_back for _, _, held_back in new])
            written = [
                Correction(new_id, label, strokes)
                for new_id, (strokes, label, _) in zip(ids, new, strict=True)
            ]
            before = {each.id: each for each in kept.values()}
            relabeled = [each for each in known if each != before[each.id]]
            self._write_all([*written, *relabeled], before)
        return SetAdded(len(written), len(relabeled), len(known) - len(relabeled))

    def relabel(self, correction_id: str, label: int) -> Correction:
        """Give a drawing another label.

        Raises:
            CorrectionError: it is gone, there is no such digit, or it can't be written.
        """
        label = _checked_label(label)
        with self._lock:
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

    def _new_ids(self, marks: Sequence[bool | None]) -> list[str]:
        """Name some more drawings, if there is room for them.

        ``marks`` say of each whether it is held back; None has a fifth of all held back.
        """
        kept, wanted = self.ids(), len(marks)
        if len(kept) + wanted > DRAWINGS_KEPT:
            raise CorrectionError(
                f"There are {len(kept)} drawings, and {wanted} more would be above "
                f"{DRAWINGS_KEPT}: delete some first."
            )
        held_back = sum(map(_is_held_back, kept))
        ids, now = [], time.time_ns()
        for number, mark in enumerate(marks):
            count, time_ns = len(kept) + number + 1, now + number
            hold = count >= ENOUGH and held_back < count // HELD_BACK - 1 if mark is None else mark
            held_back += hold
            ids.append(f"{time_ns:020d}-{secrets.token_hex(2)}{'t' if hold else ''}")
        return ids

    def _write_all(
        self, corrections: Sequence[Correction], before: Mapping[str, Correction]
    ) -> None:
        """Write all or none; ``before`` are those that are there, by id."""
        try:
            for correction in corrections:
                self._write(correction)
        except BaseException:
            for correction in corrections:
                with contextlib.suppress(OSError, CorrectionError):
                    if correction.id in before:
                        self._write(before[correction.id])
                    else:
                        self._path(correction.id).unlink()
            raise

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
        if len(read.drawings) != 1 or read.labels[0] >= DIGITS:
            return None
        points = [stroke.tolist() for stroke in read.drawings[0]]
        return Correction(correction_id, read.labels[0], points)


def as_stroke_set(corrections: Sequence[Correction]) -> StrokeSet:
    """Put drawings into one stroke set."""
    return StrokeSet(
        [parse_drawing(each.strokes) for each in corrections],
        [each.label for each in corrections],
        held_back=[each.held_back for each in corrections],
    )


def _by_strokes(corrections: Sequence[Correction]) -> dict[str, Correction]:
    return {_key(each.strokes): each for each in corrections}


def _key(strokes: Strokes) -> str:
    return json.dumps(strokes)


def _is_held_back(correction_id: str) -> bool:
    return correction_id.endswith("t")


def _checked_drawing(drawn: object) -> Drawing:
    drawing = parse_drawing(drawn)
    if not drawing:
        raise CorrectionError("The drawing is blank: draw a digit first.")
    return drawing


def _checked_label(label: object) -> int:
    if type(label) is not int or not 0 <= label < DIGITS:
        raise CorrectionError(f"{label!r} is not a digit: choose one from 0 to 9.")
    return label


def _kept(drawing: Drawing) -> Strokes:
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
