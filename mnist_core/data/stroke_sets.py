"""Stroke sets: labeled drawings in one file, as gzipped JSON lines.

A line is ``{"label": "7", "strokes": [[[x, y], …], …]}``; the label of what is no digit is
``"other"``, that of a number its digits. A line may have ``"held_back"`` beside: whether the
drawing is for testing. This module knows nothing of networks, or of who drew the drawings.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mnist_core.errors import DataError, DrawingError
from mnist_core.ink.drawing import PAD_SIZE, Drawing, parse_drawing
from mnist_core.labels import DIGITS

PLACING_SEED = 7
OTHER = "other"  # the label of what is no digit
LARGEST = 64_000_000  # bytes of a stroke set, unpacked: some 100,000 drawings
LONGEST_LINE = 4_000_000  # characters; 20,000 points are 1,000,000 when written in full

NUMBER = 11  # among the labels of a set, after those of the digits and of what is none
MOST_DIGITS = 50  # of a number

_LABELS = [*(str(digit) for digit in range(DIGITS)), OTHER]
_GZIPPED = b"\x1f\x8b"


@dataclass(frozen=True)
class StrokeSet:
    """Labeled drawings."""

    drawings: list[Drawing]
    labels: list[int]  # N, each 0 to 9, ``NO_DIGIT``, or ``NUMBER``
    numbers: dict[int, str] = field(default_factory=dict)  # text of each number, by its position
    held_back: Sequence[bool | None] = ()  # N, whether for testing, None: not said; or empty


def load(path: Path) -> StrokeSet:
    """Read a stroke set from a file.

    Raises:
        DataError: as ``parse``, or the file can't be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(str(path)) from error
    return parse(content, str(path))


def parse(content: bytes, name: str, largest: int = LARGEST) -> StrokeSet:
    """Read a stroke set: JSON lines, gzipped or not, one ``{"label", "strokes"}`` a line.

    Blank drawings are an error: nobody can read them.

    Args:
        content: the bytes of the file.
        name: what errors call it.
        largest: bytes that it may have unpacked.

    Raises:
        DataError: it is damaged or too large, or a line is not a labeled drawing.
    """
    drawings: list[Drawing] = []
    labels: list[int] = []
    numbers: dict[int, str] = {}
    held_back: list[bool | None] = []
    for number, line in enumerate(
        io.StringIO(_unpack(content, name, largest), newline="\n"), start=1
    ):
        try:
            drawing, label, is_held_back = _parse_line(line)
        except (ValueError, KeyError, TypeError, RecursionError, DrawingError) as error:
            raise DataError(
                f"Line {number} of {name} is not a labeled drawing: mend or remove it."
            ) from error
        if not drawing:
            raise DataError(f"Line {number} of {name} is a blank drawing: remove it.")
        if label not in _LABELS:
            numbers[len(drawings)] = label
        drawings.append(drawing)
        labels.append(_LABELS.index(label) if label in _LABELS else NUMBER)
        held_back.append(is_held_back)
    return StrokeSet(drawings, labels, numbers, held_back)


def dump(stroke_set: StrokeSet) -> bytes:
    """Write a stroke set as gzipped JSON lines: the same bytes for the same drawings."""
    texts = [
        stroke_set.numbers.get(index) or _LABELS[label]
        for index, label in enumerate(stroke_set.labels)
    ]
    lines = map(_line, stroke_set.drawings, texts, stroke_set.held_back or [None] * len(texts))
    return gzip.compress("".join(lines).encode(), mtime=0)


def dump_line(drawing: Drawing, label: int) -> str:
    """Write one labeled drawing, its label 0 to 9 or 10, as a line of JSON."""
    return _line(drawing, _LABELS[label])


def _line(drawing: Drawing, text: str, held_back: bool | None = None) -> str:
    record: dict[str, object] = {
        "label": text,
        "strokes": [stroke.tolist() for stroke in drawing],
    }
    if held_back is not None:
        record["held_back"] = held_back
    return json.dumps(record, separators=(",", ":")) + "\n"


def join(stroke_sets: list[StrokeSet]) -> StrokeSet:
    """Put several stroke sets into one."""
    joined = StrokeSet([], [])
    for each in stroke_sets:
        before = len(joined.drawings)
        joined.numbers.update({before + index: text for index, text in each.numbers.items()})
        joined.drawings.extend(each.drawings)
        joined.labels.extend(each.labels)
    return joined


def place_anywhere(stroke_set: StrokeSet, seed: int = PLACING_SEED) -> StrokeSet:
    """Scale each drawing to 15 to 95 % of the pad and move it to a random place on it."""
    random = np.random.default_rng(seed)
    placed = []
    for drawing in stroke_set.drawings:
        points = np.concatenate(drawing)
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = random.uniform(0.15, 0.95) * PAD_SIZE / max(float(extent.max()), 1e-9)
        corner = random.uniform(0, 1, size=2) * (PAD_SIZE - extent * scale)
        placed.append([(stroke - low) * scale + corner for stroke in drawing])
    return replace(stroke_set, drawings=placed)


def _unpack(content: bytes, name: str, largest: int) -> str:
    """Return the text of a stroke set, without ever unpacking more than ``largest`` bytes."""
    try:
        if content.startswith(_GZIPPED):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(largest + 1)
        if len(content) > largest:
            raise DataError(
                f"The stroke set {name} is larger than {largest // 1_000_000} MB unpacked: "
                "split it."
            )
        return content.decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _unreadable(name) from error


def _parse_line(line: str) -> tuple[Drawing, str, bool | None]:
    if len(line) > LONGEST_LINE:
        raise ValueError("the line is too long")
    record = json.loads(line)
    label, held_back = str(record["label"]), record.get("held_back")
    if label not in _LABELS and not re.fullmatch(f"[0-9]{{2,{MOST_DIGITS}}}", label):
        raise ValueError("the label is neither digits nor other")
    if not isinstance(held_back, bool | None):
        raise ValueError("held_back is neither true nor false")
    return parse_drawing(record["strokes"]), label, held_back


def _unreadable(name: str) -> DataError:
    return DataError(f"The stroke set {name} can't be read: check the file.")
