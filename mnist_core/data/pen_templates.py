"""Templates of pen strokes: the ways in which people write the digits, and things that are none.

Most are drawn by hand, in the tables of the folder ``templates``; hatchings and scribbles are made
by rule. This module knows nothing of tensors: ``template_tensors`` makes curves of templates.

Notation of the tables. A line without indent names a template and gives its weight among those of
its digit (the name's first character) or of its table. Each indented line below it is a stroke. Its
keyframes, parted by ``|``, are the extremes of the style, which are mixed at random. A keyframe is
a list of points ``x,y`` that the curve goes through, x to the right and y down; a drawing is about
100 units high. ``!`` after a point of the first keyframe makes it a corner in all of them. The
keyframes of a stroke have equally many points, the strokes of a template equally many keyframes.
``#`` begins a line of comment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UNIT = 100.0  # template units, about the height of a digit
_TABLES = Path(__file__).parent / "templates"

Point = tuple[float, float]  # x to the right, y down


@dataclass(frozen=True)
class Stroke:
    """One stroke of a template."""

    keyframes: tuple[tuple[Point, ...], ...]  # each the points that the curve goes through
    hard: tuple[bool, ...]  # a point: whether it is an end or a corner, where the curve is cut


@dataclass(frozen=True)
class Template:
    """A named way of drawing something."""

    name: str
    weight: float  # relative frequency within its digit or table
    strokes: tuple[Stroke, ...]


def table(name: str) -> tuple[Template, ...]:
    """Read a table of the folder ``templates``, or make ``hatchings`` or ``scribbles``."""
    if name == "hatchings":
        return _hatchings()
    if name == "scribbles":
        return _scribbles()
    return parse((_TABLES / f"{name}.txt").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[Template, ...]:
    """Read a table in the notation above."""
    blocks: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            blocks[-1][1].append(line)
        elif line and not line.startswith("#"):
            blocks.append((line, []))
    return tuple(_parse_template(head, lines) for head, lines in blocks)


def _parse_template(head: str, lines: Sequence[str]) -> Template:
    name, weight = head.split()
    return Template(name, float(weight), tuple(_parse_stroke(line) for line in lines))


def _parse_stroke(line: str) -> Stroke:
    keyframes = [keyframe.split() for keyframe in line.split("|")]
    corners = [point.endswith("!") for point in keyframes[0]]
    return _with_middles(
        [[_parse_point(point) for point in keyframe] for keyframe in keyframes],
        [True, *corners[1:-1], True],
    )


def _parse_point(text: str) -> Point:
    x, y = text.rstrip("!").split(",")
    return float(x), float(y)


def _with_middles(keyframes: list[list[Point]], hard: list[bool]) -> Stroke:
    """Put a point halfway between two hard ones, so that the straight line there may bend."""
    for index in range(len(hard) - 2, -1, -1):
        if hard[index] and hard[index + 1]:
            hard.insert(index + 1, False)
            for points in keyframes:
                (x0, y0), (x1, y1) = points[index], points[index + 1]
                points.insert(index + 1, ((x0 + x1) / 2, (y0 + y1) / 2))
    return Stroke(tuple(tuple(points) for points in keyframes), tuple(hard))


def _hatchings() -> tuple[Template, ...]:
    """Strokes to and fro over an area, which leave gaps or fill it."""
    return (
        _hatching("hatching-across", 7, down=False),
        _hatching("hatching-down", 7, down=True),
        _hatching("solid-across", 13, down=False),
        _hatching("solid-down", 13, down=True),
    )


def _hatching(name: str, lines: int, down: bool) -> Template:
    """One stroke in so many lines; its keyframes cover a square, a disk, a triangle and a bar."""
    heights = [line / (lines - 1) for line in range(lines)]  # where the lines lie, 0 to 1
    keyframes = []
    for half_widths in (
        [UNIT / 2] * lines,
        [UNIT * (height * (1 - height)) ** 0.5 for height in heights],
        [UNIT / 2 * height for height in heights],
        [UNIT / 6] * lines,
    ):
        across = [
            (UNIT / 2 + (half if line % 2 else -half), UNIT * height)
            for line, (half, height) in enumerate(zip(half_widths, heights, strict=True))
        ]
        keyframes.append(tuple((y, x) if down else (x, y) for x, y in across))
    return Template(name, 4.0, (Stroke(tuple(keyframes), (True, *[False] * (lines - 2), True)),))


def _scribbles() -> tuple[Template, ...]:
    """Strokes whose points all lie in the middle; the hand that draws them strews them."""
    return (
        _scribble("scribble-short", 1, 4),
        _scribble("scribble", 3, 7),
        _scribble("scribble-long", 2, 14),
        _scribble("scribble-dense", 1, 22),
        _scribble("polyline", 2, 5, angular=True),
        _scribble("polyline-long", 2, 9, angular=True),
        _scribble("scribbles-two", 2, 4, 4),
        _scribble("scribbles-three", 1, 3, 4, 3),
        _scribble("lines-two", 1, 2, 2, angular=True),
        _scribble("lines-three", 2, 2, 2, 2, angular=True),
        _scribble("lines-four", 1, 2, 2, 2, 2, angular=True),
    )


def _scribble(name: str, weight: float, *points: int, angular: bool = False) -> Template:
    """Strokes of so many points each, with corners at all of them or at none."""
    middle = (UNIT / 2, UNIT / 2)
    strokes = [
        Stroke(((middle,) * count,), (True, *[angular] * (count - 2), True)) for count in points
    ]
    return Template(name, float(weight), tuple(strokes))
