"""Which strokes of a drawing may be one digit: groups of neighbors in space, not in time.

The bar of a 7 that is drawn last belongs to its 7, and in a row that slants, or in two rows,
neighbors are near each other, whatever their order. Knows nothing of networks.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from mnist_core.ink.drawing import (
    LEAST_EXTENT,
    Drawing,
    Part,
    bounding_box,
    joined,
    segment_lengths,
    taken_parts,
    whole,
)
from mnist_core.ink.proposals import Box

# Lengths below are shares of the height of the tallest stroke, about that of a digit; where all
# are low, of a quarter of the widest one's width.
NEIGHBOR = 0.3  # pieces further apart are not of one digit
MOST_STROKES = 4  # of a digit; very few have more
WIDEST, HIGHEST = 1.5, 1.7  # a digit's box, where it is not all that there is
SPECK = 0.15  # longest side of what is too small to be a digit
SMALL = 0.5  # height of what is small for a digit
FLAT = 1.2  # width over height of what is flat for a digit
TOO_DEAR = 6.0  # nats, by its form alone: no such group is ever chosen
MOST_PARTS = 60  # of strokes: of more no number is made
MOST_SETS = 200  # of neighbors: of 12 digits that touch there are up to 150, of hatching thousands
STEP = 0.06  # between two points at which distances are measured
MOST_STEPS = 1000  # in a drawing: in a longer one they are longer; 12 digits have 500
TOUCHING = 0.05  # points no further apart touch
CROSSING = 0.3  # how far inside both they touch, 0 to 1: beyond it they cross
NARROW = 0.5  # width of what has no middle to cross: a 1

# Two digits in one stroke:
CUT_WIDTH = 0.9  # of a stroke that may be cut
CUT_WHOLE = 1.2  # and of one that is all there is: it may be a letter, or a 1 with a long flag
CUT_HEIGHT = 0.5  # that both ends of the stroke need
CUT_OVERLAP = 0.15  # by which they may stand over each other
MOST_CUTS = 3  # of one stroke


@dataclass(frozen=True)
class Group:
    """Pieces of a drawing that may be one symbol, and its form."""

    pieces: frozenset[int]
    parts: tuple[Part, ...]
    box: Box
    gap: float = 0.0  # widest that has to be bridged between its pieces
    spread: float = 0.0  # how much wider it is than its widest piece
    foreign: float = 0.0  # ink of others in its box, as a share of its own; at most 1
    smallness: float = 0.0  # how far its height is under SMALL
    flatness: float = 0.0  # how far its width over its height is above FLAT, at most 3
    is_speck: bool = False


@dataclass(frozen=True)
class GroupPrices:
    """What a group costs in nats, beside what it looks like."""

    digit: float  # what is taken for one
    other: float  # for none
    speck: float  # what is too small for one
    gap: float
    spread: float
    foreign: float
    smallness: float
    flatness: float

    def of_form(self, group: Group) -> float:
        """Price the form of a group."""
        return (
            self.gap * group.gap
            + self.spread * group.spread
            + self.foreign * group.foreign
            + self.smallness * group.smallness
            + self.flatness * group.flatness
        )


# By tests/benchmarks/fit_numbers.py, on 200 synthetic numbers of each kind: of steps by a quarter
# or a half none reads more, but for ``smallness``, set by hand: the fit knows no stray dots.
PRICES = GroupPrices(
    digit=1.875,
    other=5.0,
    speck=5.0,
    gap=3.75,
    spread=11.0,
    foreign=0.8,
    smallness=25.0,
    flatness=5.0,
)


def groups(drawing: Drawing) -> list[Group]:
    """Propose groups of a non-blank drawing's strokes, or of what they are cut into.

    Strokes that cross are one piece. Each piece alone is among the groups, and, as the last of
    them, all together. There is one group alone where the drawing can't be taken apart, or in too
    many ways for a number.
    """
    alone = Group(frozenset([0]), whole(drawing), bounding_box(drawing))
    parts = _parts(drawing)
    if not 1 < len(parts) <= MOST_PARTS:
        return [alone]
    strokes = taken_parts(drawing, parts)
    scale = _scale(strokes)
    pieces, apart, paths = _pieces(strokes, scale)
    boxes = [bounding_box([strokes[part] for part in piece]) for piece in pieces]
    everything = frozenset(range(len(pieces)))
    connected = _connected(apart <= NEIGHBOR)
    if len(connected) > MOST_SETS:
        return [alone]
    sets = [*(connected - {everything}), everything]
    around = [_around([boxes[piece] for piece in members]) for members in sets]
    foreign = _foreign(sets, around, paths)
    found = []
    for members, box, inside in zip(sets, around, foreign, strict=True):
        width, height = (box[2] - box[0]) / scale, (box[3] - box[1]) / scale
        is_too_large = width > WIDEST or height > HIGHEST
        if is_too_large and 1 < len(members) < len(pieces):
            continue
        own = joined([parts[part] for piece in members for part in pieces[piece]])
        wholes = [boxes[piece] for piece in members]
        if len(own) < sum(len(pieces[piece]) for piece in members):  # what was cut is one again
            wholes += [bounding_box([stroke]) for stroke in taken_parts(drawing, own)]
        group = Group(
            pieces=members,
            parts=own,
            box=box,
            gap=_widest_gap(apart, members),
            spread=width - max(x1 - x0 for x0, _, x1, _ in wholes) / scale,
            foreign=inside,
            smallness=max(0.0, SMALL - height),
            flatness=min(max(0.0, width / max(height, 1e-9) - FLAT), 3.0),
            is_speck=max(width, height) < SPECK,
        )
        is_needed = len(members) in (1, len(pieces))
        if is_needed or PRICES.of_form(group) <= TOO_DEAR:
            found.append(group)
    return found


def _parts(drawing: Drawing) -> list[Part]:
    """Cut a drawing's strokes where two digits may be in one; from left to right."""
    scale = _scale(drawing)
    least_width = CUT_WIDTH if len(drawing) > 1 else CUT_WHOLE
    parts = [
        (index, start, end)
        for index, stroke in enumerate(drawing)
        for start, end in itertools.pairwise([0, *_cuts(stroke, scale, least_width), len(stroke)])
    ]
    middles = {part: _middle(taken_parts(drawing, [part])[0]) for part in parts}
    return sorted(parts, key=middles.__getitem__)


def _pieces(
    strokes: Sequence[np.ndarray], scale: float
) -> tuple[list[list[int]], np.ndarray, list[np.ndarray]]:
    """Join what crosses.

    Returns:
        Of each of N pieces the strokes that it is made of; how far the pieces are apart at least
        (N, N); and points (M, 2) along each.
    """
    along = [np.concatenate([[0.0], np.cumsum(segment_lengths(stroke))]) for stroke in strokes]
    step = max(STEP * scale, sum(float(each[-1]) for each in along) / MOST_STEPS)
    paths = [_path(stroke, each, step) for stroke, each in zip(strokes, along, strict=True)]
    apart, inside = _touch(paths, scale)
    crosses = (inside > CROSSING) & ~np.eye(len(paths), dtype=bool)
    if not crosses.any():
        return [[index] for index in range(len(paths))], apart, paths
    count, labels = connected_components(crosses, directed=False)
    pieces = [np.flatnonzero(labels == label).tolist() for label in range(count)]
    order = [index for piece in pieces for index in piece]
    starts = np.cumsum([0, *map(len, pieces[:-1])])
    apart = _of_pairs(np.minimum, apart[np.ix_(order, order)], starts)
    return pieces, apart, [np.concatenate([paths[index] for index in piece]) for piece in pieces]


def _cuts(stroke: np.ndarray, scale: float, least_width: float) -> list[int]:
    """Points (their positions) before which a stroke may be cut into digits beside each other.

    Of points that lie together the one after the longest jump of the pen is taken.
    """
    if np.ptp(stroke[:, 0]) < least_width * scale or len(stroke) < 4:
        return []
    (_, y0), (x1, y1) = np.minimum.accumulate(stroke).T, np.maximum.accumulate(stroke).T
    backwards = stroke[::-1]
    (u0, v0), (_, v1) = (
        np.minimum.accumulate(backwards)[::-1].T,
        np.maximum.accumulate(backwards)[::-1].T,
    )
    at = np.arange(2, len(stroke) - 1)
    fits = (
        (x1[at - 1] - u0[at] <= CUT_OVERLAP * scale)
        & (y1[at - 1] - y0[at - 1] >= CUT_HEIGHT * scale)
        & (v1[at] - v0[at] >= CUT_HEIGHT * scale)
    )
    places = at[fits]
    if len(places) == 0:
        return []
    jumps = np.hypot(*(stroke[places] - stroke[places - 1]).T)
    runs = np.split(np.arange(len(places)), np.flatnonzero(np.diff(places) > 1) + 1)
    best = [int(run[jumps[run].argmax()]) for run in runs]
    longest = sorted(best, key=lambda each: -jumps[each])[:MOST_CUTS]
    return sorted(int(places[each]) for each in longest)


def _middle(stroke: np.ndarray) -> float:
    return float(stroke[:, 0].min() + stroke[:, 0].max())


def _scale(pieces: Sequence[np.ndarray]) -> float:
    sides = [np.ptp(piece, axis=0) for piece in pieces]
    height = max(float(side[1]) for side in sides)
    width = max(float(side[0]) for side in sides)
    scale = max(height, width / 4)
    return scale if scale > LEAST_EXTENT else 1.0


def _path(stroke: np.ndarray, along: np.ndarray, step: float) -> np.ndarray:
    """Points (N, 2) along a stroke, about a step apart, given how far along its points are."""
    at = np.linspace(0.0, along[-1], max(2, int(along[-1] / step) + 1))
    return np.stack([np.interp(at, along, stroke[:, axis]) for axis in (0, 1)], axis=1)


def _touch(paths: Sequence[np.ndarray], scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Tell how far N paths are apart at least, and how far inside they touch: (N, N) each.

    Digits beside each other touch where one ends and the other begins, from left to right; the
    strokes of a sign cross in the middle of both.
    """
    starts = np.cumsum([0, *(len(path) for path in paths[:-1])])
    points = np.concatenate(paths)
    apart = cdist(points, points) / scale
    inside = np.concatenate([_inside(path[:, 0], scale) for path in paths])
    touching = np.where(apart <= TOUCHING, np.multiply.outer(inside, inside), 0.0)
    return _of_pairs(np.minimum, apart, starts), _of_pairs(np.maximum, touching, starts)


def _inside(x: np.ndarray, scale: float) -> np.ndarray:
    """Tell how far from the ends of a path's width each of its points is: 0, to 1 in its middle."""
    low, high = x.min(), x.max()
    return np.minimum(x - low, high - x) * 2 / max(high - low, NARROW * scale)


def _of_pairs(reduce: np.ufunc, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Reduce values (M, M) of M points to one of each two of N paths: (N, N)."""
    return reduce.reduceat(reduce.reduceat(values, starts, axis=0), starts, axis=1)


def _connected(near: np.ndarray) -> set[frozenset[int]]:
    """Sets of at most four that hang together, by what is near what (N, N).

    All of them, or somewhat more than ``MOST_SETS``, where they are that many.
    """
    neighbors = [set(np.flatnonzero(row).tolist()) for row in near]
    last = {frozenset([piece]) for piece in range(len(near))}
    found = set(last)
    for _ in range(MOST_STROKES - 1):
        larger: set[frozenset[int]] = set()
        for members in last:
            others = set().union(*(neighbors[piece] for piece in members)) - members
            larger.update(members | {other} for other in others)
            if len(found) + len(larger) > MOST_SETS:
                return found | larger
        last = larger
        found |= last
    return found


def _around(boxes: Sequence[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _widest_gap(apart: np.ndarray, members: Collection[int]) -> float:
    """The longest edge of the shortest tree that joins the members, by all distances (N, N)."""
    first, *rest = members
    nearest = {piece: float(apart[first, piece]) for piece in rest}
    widest = 0.0
    while nearest:
        added = min(nearest, key=nearest.__getitem__)
        widest = max(widest, nearest.pop(added))
        for piece, distance in nearest.items():
            nearest[piece] = min(distance, float(apart[added, piece]))
    return widest


def _foreign(
    sets: Sequence[Collection[int]], boxes: Sequence[Box], paths: Sequence[np.ndarray]
) -> list[float]:
    """Ink of other pieces inside the box of each set, as a share of the set's own; at most 1."""
    x, y = np.concatenate(paths).T
    x0, y0, x1, y1 = np.array(boxes).T[:, :, None]
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)  # (sets, points)
    lengths = np.array([len(path) for path in paths])
    of_pieces = np.add.reduceat(inside, np.cumsum(lengths) - lengths, axis=1, dtype=int)
    is_own = np.array([[piece in members for piece in range(len(paths))] for members in sets])
    return np.minimum(1.0, (of_pieces * ~is_own).sum(axis=1) / (is_own @ lengths)).tolist()
