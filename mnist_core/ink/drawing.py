"""A drawing: what a pen left, as strokes of points; checked where it comes from outside.

Knows nothing of images.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from mnist_core.errors import DrawingError

PAD_SIZE = 280.0  # logical px, side of the drawing pad
LEAST_EXTENT = 1e-100  # what is smaller is a dot: to divide by it might give infinity
MAX_STROKES = 500
MAX_POINTS = 20_000
MOST_POINTS_TOGETHER = 250  # of a drawing that is made into ink together with others

Drawing = list[np.ndarray]  # one float64 array (points, 2) a stroke: x to the right, y down
Part = tuple[int, int, int]  # of a drawing: a stroke's position, first point, end (excluded)


def parse_drawing(value: object) -> Drawing:
    """Check a drawing that came from outside.

    Args:
        value: a list of strokes; a stroke is a list of ``[x, y]`` points in any unit, x to the
            right and y down. Strokes without a point are left out.

    Returns:
        One float64 array (points, 2) a stroke. An empty list is a blank pad.

    Raises:
        DrawingError: not such a list, not all finite, more than 500 strokes or 20,000 points.
    """
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise DrawingError("A drawing must be a list of strokes: draw it again.")
    if len(value) > MAX_STROKES:
        raise DrawingError(
            f"The drawing has {len(value)} strokes, more than the {MAX_STROKES} that are read: "
            "clear the pad and draw one digit."
        )
    if not all(isinstance(stroke, list | tuple) for stroke in value):
        raise DrawingError("Each stroke must be a list of [x, y] points: draw it again.")
    points = sum(len(stroke) for stroke in value)
    if points > MAX_POINTS:
        raise DrawingError(
            f"The drawing has {points} points, more than the {MAX_POINTS} that are read: "
            "clear the pad and draw one digit."
        )
    return [_parse_stroke(stroke) for stroke in value if len(stroke) > 0]


def _parse_stroke(stroke: Sequence[Any]) -> np.ndarray:
    # Each type is looked at once, as there are many points.
    are_pairs = _all_are(stroke, (list, tuple)) and set(map(len, stroke)) == {2}
    if not are_pairs or not _all_are(itertools.chain.from_iterable(stroke), (int, float)):
        raise DrawingError("Each point must be a pair [x, y] of numbers: draw it again.")
    try:
        array = np.array(stroke, dtype=np.float64)
    except OverflowError:  # a whole number beyond float64
        array = np.array([[np.inf, np.inf]])
    # Beyond 1e30 the squares that distances need leave float64's comfort and float32's range.
    if not (np.abs(array) < 1e30).all():
        raise DrawingError("A point of the drawing is not a finite number: draw it again.")
    return array


def _all_are(things: Iterable[object], kinds: tuple[type, ...]) -> bool:
    """Whether all are of these kinds; a bool is none of them, though Python takes it for an int."""
    found = set(map(type, things))
    return bool not in found and all(issubclass(each, kinds) for each in found)


def bounding_box(drawing: Drawing) -> tuple[float, float, float, float]:
    """Box x0, y0, x1, y1 around the points of a non-blank drawing."""
    points = np.concatenate(drawing)
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return x0, y0, x1, y1


def whole(drawing: Drawing) -> tuple[Part, ...]:
    """Name all parts of a drawing: its strokes, uncut."""
    return tuple((index, 0, len(stroke)) for index, stroke in enumerate(drawing))


def taken_parts(drawing: Drawing, parts: Sequence[Part]) -> Drawing:
    """Return parts of a drawing as a drawing."""
    return [drawing[stroke][first:end] for stroke, first, end in parts]


def joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Sort parts, and join those that follow each other in one stroke."""
    together: list[Part] = []
    for stroke, first, end in sorted(parts):
        if together and together[-1][0] == stroke and together[-1][2] == first:
            first = together.pop()[1]
        together.append((stroke, first, end))
    return tuple(together)


def thinned(drawing: Drawing, most: int) -> Drawing:
    """Leave out points, evenly along the strokes, until about ``most`` are left; all ends stay."""
    if sum(len(stroke) for stroke in drawing) <= most:
        return drawing
    length = sum(segment_lengths(stroke).sum() for stroke in drawing)
    step = max(float(length) / most, np.finfo(np.float64).tiny)
    return [thinned_path(stroke, step) for stroke in drawing]


def segment_lengths(path: np.ndarray) -> np.ndarray:
    """Return how long a path's (N, 2) segments are: (N - 1,)."""
    return np.hypot(*np.diff(path, axis=0).T)


def thinned_path(path: np.ndarray, step: float) -> np.ndarray:
    """Leave out points of a path (N, 2) until those left are about a step apart along it.

    Both ends stay. So a slow hand, which leaves more points, costs no more than a fast one.
    """
    if len(path) < 3:
        return path
    lengths = segment_lengths(path)
    if lengths.min() >= step:
        return path
    # A point stays where the path so far enters another step.
    steps = np.floor(np.concatenate([[0.0], np.cumsum(lengths)]) / step)
    keep = np.concatenate([[True], np.diff(steps) > 0])
    keep[-1] = True
    return path[keep]
