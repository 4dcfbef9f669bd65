"""Propose what in a picture may be digits: several ways to see it, each with its pieces of ink.

Takes a gray picture of any size and light. Whether ink is darker or lighter than paper, how deep
it has to be, what is a frame, a rule or another digit: none of it is decided here. Each way to see
the picture answers differently, a network reads what all of them propose, and the reading of least
cost is taken (``picture_choice``). Knows nothing of files, colors or networks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.ink.framing import framed
from mnist_core.ink.picture_choice import Candidate, Terms, Way, price
from mnist_core.ink.proposals import Box

SEARCHED_SIDE = 224  # px, about the longest side of the picture in which pieces are looked for
READ_SIDE = 100  # px: a larger piece is averaged down to about it before it is framed
LEAST_CONTRAST = 10.0  # of 255, between paper and ink: less is no ink
TOP = 0.002  # of a picture's pixels: at least so many are full ink, if any are
DEPTHS = (0.5, 0.22)  # of full ink: how deep a pixel has to be
NOISE = 4.5  # standard deviations that no noise reaches
WIDEST_LINE = 0.15  # of the longest side: what is wider is no line
BLUR = 0.008  # of the longest side: standard deviation
NEAR = 0.02  # of the longest side: how near to ink paper is looked at
LEAST_STEP = 0.3  # of full ink, from what is near outside to what is inside: less is a shadow
STRAIGHT = 0.2  # of the longest side: a straight run that is longer may be a rule
MOST_PIECES = 16  # of one way to see the picture: those with most ink
LEAST_PIECE = 0.012  # of the ink of the largest piece: smaller is dust
HOPELESS = 5.0  # nats: what costs more by its form alone is not read
LONG_LINE = 0.72  # of the side of what it is in
SLIM = 0.14  # width of a line by its length
FULL = 0.3  # share of its box that what a pen wrote leaves free, times how square the box is
WORTHY = 0.15  # of the side of a box: what lies in it and is smaller does not make it a frame
LEAST_SIDE = 0.2  # of the largest piece's side: what is smaller is read for no digit
WIDEST = 1.5  # of its height: what is wider counts as no larger than a digit so wide
FARTHEST = 0.4  # of a digit's side: pieces further apart are not read together
FILLED = 0.85  # of the picture, each way: what is larger was cropped to
RING = (0.04, 0.1)  # of a digit's side: from where to where around its ink there is paper
FAINTEST = 0.04  # of full ink: less is paper
ROBUST = 1.4826  # standard deviation of a normal distribution by its median deviation


@dataclass(frozen=True)
class Seen:
    """Some ways to see a picture."""

    ways: list[Way]
    ink: np.ndarray  # (N, 28, 28) float32 in [0, 1]: what they have framed that is new
    scale: float = 1.0  # px of the picture a px of the gray that its boxes are in


@dataclass(frozen=True)
class Pieces:
    """The N connected pieces of a mask, from left to right."""

    labels: np.ndarray  # (h, w) int, 0 = no piece, else 1 to N
    boxes: np.ndarray  # (N, 4) int: x0, y0, x1, y1
    area: np.ndarray  # (N,) px

    def slimness(self) -> np.ndarray:
        """Tell how wide each piece (N,) is by how long, whichever way it lies, by its moments."""
        y, x = np.nonzero(self.labels)
        index, count = self.labels[y, x], len(self.boxes) + 1

        def mean(values: np.ndarray) -> np.ndarray:
            return np.bincount(index, values, count)[1:] / self.area

        xx, yy = mean(x * x) - mean(x) ** 2, mean(y * y) - mean(y) ** 2
        half = np.hypot((xx - yy) / 2, mean(x * y) - mean(x) * mean(y))
        middle = (xx + yy) / 2 + 1 / 12  # the variance within a pixel
        return np.sqrt((middle - half).clip(0) / (middle + half))

    def within(self, box: np.ndarray) -> np.ndarray:
        """Tell which pieces (N,) lie in a box as a whole."""
        low, high = self.boxes[:, :2], self.boxes[:, 2:]
        return np.all((low >= box[:2]) & (high <= box[2:]), axis=1)

    def held(self, box: np.ndarray) -> np.ndarray:
        """Tell which pieces (N,) have their middle within a box."""
        middles = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2
        return ((middles > box[:2]) & (middles < box[2:])).all(axis=1)


def see(grays: Sequence[np.ndarray], scale: float = 1.0) -> Iterator[Seen]:
    """See gray pictures (H, W) float32, 0 to 255, of one thing in more and more ways.

    Args:
        grays: at least one.
        scale: px of the picture that they come from a px of theirs.

    Yields:
        Ways to see them, and the ink (N, 28, 28) float32 in [0, 1] that they have in addition to
        what was yielded before. First the plain ways, then without straight lines, then blurred.
    """
    uneven = [gray for gray in grays if np.ptp(gray) >= LEAST_CONTRAST]
    sheets = [Sheet(gray, number) for number, gray in enumerate(uneven)]
    inks: list[np.ndarray] = []
    for blurred, unlined in ((False, False), (False, True), (True, False), (True, True)):
        known = len(inks)
        ways = [way for sheet in sheets for way in sheet.ways(inks, blurred, unlined)]
        empty = np.zeros((0, IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
        yield Seen(ways, np.stack(inks[known:]) if len(inks) > known else empty, scale)


class Sheet:
    """A gray picture, and what was framed of it, each thing once."""

    def __init__(self, gray: np.ndarray, number: int) -> None:
        """Take a picture (H, W) float32, the first of its kind or a further one."""
        self.gray, self.number = gray, number
        self.pool = max(1, round(max(gray.shape) / SEARCHED_SIDE))
        self._sizes = {1: gray}
        self.small = self._reduced(self.pool)
        self._masks: set[tuple[float, bytes]] = set()
        self._framed: list[tuple[float, int, np.ndarray, int]] = []  # sign, area, box, position

    def _reduced(self, factor: int) -> np.ndarray:
        if factor not in self._sizes:
            self._sizes[factor] = np.asarray(Image.fromarray(self.gray).reduce(factor))
        return self._sizes[factor]

    def ways(self, inks: list[np.ndarray], blurred: bool, unlined: bool) -> Iterator[Way]:
        """Yield the ways to see it that were not yielded before; their ink is added to a list."""
        seen, noise = self.small, _noise(self.small)
        if blurred:
            deviation = BLUR * max(seen.shape) + 0.3  # px
            seen, noise = ndimage.gaussian_filter(seen, deviation), 0.28 * noise / deviation
        for sign in (1.0, -1.0):
            for soft, depth in _depths(seen, sign, noise):
                for low, least in enumerate(DEPTHS):
                    mask = depth > least
                    if unlined:
                        mask = _without_lines(mask)
                    key = (sign, mask.tobytes())
                    is_new = key not in self._masks and _has_edges(depth, mask)
                    pieces = _pieces(mask) if is_new else None
                    self._masks.add(key)
                    if pieces is not None:
                        terms: Terms = {"soft": soft, "low": low, "laid": self.number}
                        terms |= {"blurred": blurred, "unlined": unlined}
                        yield Way(terms, list(self._candidates(sign, mask, pieces, inks)))

    def _candidates(
        self, sign: float, mask: np.ndarray, pieces: Pieces, inks: list[np.ndarray]
    ) -> Iterator[Candidate]:
        """Yield each piece as left out, and what may be digits."""
        shape = np.array(mask.shape[::-1])  # x, y
        boxes, count = pieces.boxes, len(pieces.boxes)
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
        narrows = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)  # of a row of boxes, a box's side
        sizes = np.minimum(sides, WIDEST * (boxes[:, 3] - boxes[:, 1]))  # of a button, a word
        rim = np.any((boxes[:, :2] <= 0) | (boxes[:, 2:] >= shape), axis=1)
        at_corners = pieces.labels[[0, 0, -1, -1], [0, -1, 0, -1]]
        corner = np.isin(np.arange(1, count + 1), at_corners)
        extents = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        frame = np.array(
            [
                (pieces.within(box) & (extents < 0.8 * extent) & (sides > WORTHY * narrow)).any()
                for box, extent, narrow in zip(boxes, extents, narrows, strict=True)
            ]
        )
        line = pieces.slimness() < SLIM
        aspects = extents / sides**2  # 1 = square
        block = (aspects >= 0.2) & (pieces.area > (1 - FULL * aspects) * extents)
        # A pen on the sheet is longer than what it wrote, but half of it seldom is.
        largest = max(np.where(line, sizes / 2, sizes)[~rim & ~frame], default=sides.max())
        kinds = np.select(
            [corner, line, rim, frame],
            ["left_corner", "left_line", "left_rim", "left_frame"],
            "left",
        ).tolist()
        for index, kind in enumerate(kinds):
            share = 1 / kinds.count(kind) if kind == "left_frame" else 1.0  # a row of boxes is one
            terms = {kind: share * min(1.0, float(sizes[index] / largest))}
            yield Candidate(frozenset([index]), self._scaled(boxes[index]), -1, terms)
        paper = _paper(self.small, mask)
        for group, gap in _groups(pieces, ~rim & ~frame):
            members = np.array(sorted(group))
            box = np.concatenate([boxes[members, :2].min(axis=0), boxes[members, 2:].max(axis=0)])
            size = box[2:] - box[:2]
            side = int(size.max())
            chosen = np.zeros(count + 1, dtype=bool)
            chosen[members + 1] = True
            held = pieces.held(box) & ~chosen[1:] & (sides > WORTHY * side)
            if side < LEAST_SIDE * largest or (held & (extents < size.prod())).any():
                continue
            inside = chosen[pieces.labels]
            fills = (size > FILLED * shape).all()
            around, ring = self._surroundings(sign, paper, pieces, inside, box)
            terms = {
                "gap": gap,
                "rim": float(rim[members].any()),
                "corner": float(not fills and corner[members].any()),
                "around": around,
                "ring": ring,
                "boxed": _boxed(inside, box),
                "block": float(len(group) == 1 and block[members].any()),
            }
            if price(terms) <= HOPELESS:
                position = self._position(sign, paper, inside, box, inks)
                if position >= 0:
                    yield Candidate(frozenset(group), self._scaled(box), position, terms)

    def _scaled(self, box: np.ndarray) -> Box:
        x0, y0, x1, y1 = (float(each * self.pool) for each in box)
        return x0, y0, x1, y1

    def _position(
        self,
        sign: float,
        paper: np.ndarray,
        mask: np.ndarray,
        box: np.ndarray,
        inks: list[np.ndarray],
    ) -> int:
        """Frame what is in a mask (h, w) around a box: its position among the inks, -1 for none.

        What was framed of as good as the same pieces serves again.
        """
        area = int(np.count_nonzero(mask))
        near = 0.03 * max(box[2:] - box[:2])
        for its_sign, its_area, its_box, position in self._framed:
            alike = its_sign == sign and abs(its_area - area) <= 0.08 * area
            if alike and np.abs(its_box - box).max() <= near:
                return position
        image = framed(self._ink(sign, paper, mask, box))
        if image is not None:
            inks.append(image)
        self._framed.append((sign, area, box, -1 if image is None else len(inks) - 1))
        return self._framed[-1][-1]

    def _ink(self, sign: float, paper: np.ndarray, mask: np.ndarray, box: np.ndarray) -> np.ndarray:
        """Cut out the ink (H, W) float32 of what is in a mask, as finely as it has to be read."""
        pool, side = self.pool, int(max(box[2:] - box[:2]))
        factor = min(max(1, side * pool // READ_SIDE), pool)
        gray = self._reduced(factor)
        reach = 1 + round(0.04 * side)
        x0, y0 = np.maximum(box[:2] - 2 * reach, 0)
        x1, y1 = np.minimum(box[2:] + 2 * reach, mask.shape[::-1])
        # Skirts of soft lines belong to them.
        near = ndimage.maximum_filter(mask[y0:y1, x0:x1], 2 * reach + 1)
        rows = np.arange(y0 * pool // factor, min(-(-y1 * pool // factor), gray.shape[0]))
        columns = np.arange(x0 * pool // factor, min(-(-x1 * pool // factor), gray.shape[1]))
        y, x = (rows * factor // pool).clip(y0, y1 - 1), (columns * factor // pool).clip(x0, x1 - 1)
        at = np.ix_(y - y0, x - x0)
        brightness = paper[np.ix_(y, x)]
        depth = sign * (brightness - gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
        if sign > 0:  # dark ink takes away a share of the light, so in a shadow it is less deep
            depth = depth / np.maximum(brightness, 0.2 * brightness.max() + 1e-3)
        values = depth[mask[y0:y1, x0:x1][at]]
        tenth = len(values) // 10 + 1
        level = float(np.partition(values, -tenth)[-tenth]) if len(values) else 0.0
        if level <= 0:
            return np.zeros(depth.shape, dtype=np.float32)
        ink = np.where(near[at], depth / level, 0).clip(0, 1.2).astype(np.float32)
        ink[ink < FAINTEST] = 0
        return ink

    def _surroundings(
        self, sign: float, paper: np.ndarray, pieces: Pieces, mask: np.ndarray, box: np.ndarray
    ) -> tuple[float, float]:
        """Tell which share of what lies around a mask (h, w), and at its edge, is as bright as it.

        Around it there is more of the kind where it is a gap between ink; at its edge, where it is
        part of a larger thing. Other pieces may be as near as they like.
        """
        side = int(max(box[2:] - box[:2]))
        near, far = 3 + 2 * round(RING[0] * side), 5 + 2 * round(RING[1] * side)
        x0, y0 = np.maximum(box[:2] - far - side // 2, 0)
        x1, y1 = np.minimum(box[2:] + far + side // 2, mask.shape[::-1])
        inside, seen = mask[y0:y1, x0:x1], sign * self.small[y0:y1, x0:x1]
        brightness = sign * paper[box[1] : box[3], box[0] : box[2]].mean()
        alike = (seen < (np.median(seen[inside]) + brightness) / 2) & ~inside
        ring = ndimage.maximum_filter(inside, far) & ~ndimage.maximum_filter(inside, near)
        ring &= pieces.labels[y0:y1, x0:x1] == 0
        return float(alike.mean()), float(alike[ring].mean()) if ring.any() else 0.0


def _paper(small: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Tell the brightness of paper under and between ink (h, w): the mean of what is near."""
    free = ~ndimage.maximum_filter(mask, 3)
    free = (free if free.any() else ~mask).astype(np.float32)
    cell = 4 if min(mask.shape) > 64 else 1  # px: paper changes slowly
    known, value = (np.asarray(Image.fromarray(each).reduce(cell)) for each in (free, free * small))
    mean = value.sum() / known.sum() if known.any() else small.max()
    weights, values = np.full_like(known, 1e-6), np.full_like(known, 1e-6 * mean)
    for share, trust in ((0.1, 1.0), (0.3, 0.03), (0.9, 0.001)):
        reach = max(3, round(share * max(known.shape)) | 1)
        weights += trust * ndimage.uniform_filter(known, reach, mode="nearest")
        values += trust * ndimage.uniform_filter(value, reach, mode="nearest")
    image = Image.fromarray(values / weights)
    return np.asarray(image.resize(mask.shape[::-1], Image.Resampling.BILINEAR))


def _depths(small: np.ndarray, sign: float, noise: float) -> Iterator[tuple[bool, np.ndarray]]:
    """Yield how deep each pixel is in ink, 1 = full ink, on even and on uneven paper."""
    threshold = _otsu(small)
    above = small > threshold
    light, dark = float(np.median(small[above])), float(np.median(small[~above]))
    if light - dark > max(LEAST_CONTRAST, NOISE * noise):
        yield False, (light - small if sign > 0 else small - dark) / (light - dark)
    reach = max(3, round(WIDEST_LINE * max(small.shape)) | 1)
    closed = ndimage.grey_closing(np.pad(sign * small, reach, mode="edge"), reach)
    depth = closed[reach:-reach, reach:-reach] - sign * small
    depth -= np.median(depth)
    level = _top(depth, TOP)
    if level > max(LEAST_CONTRAST / 3, 1.5 * NOISE * noise):
        yield True, depth / level


def _has_edges(depth: np.ndarray, mask: np.ndarray) -> bool:
    """Tell whether ink ends as it does on paper: what is near and outside is much less deep."""
    reach = 2 * round(1 + NEAR * max(mask.shape)) + 1
    outside = ndimage.maximum_filter(mask, reach) & ~mask
    inside = mask & ~ndimage.minimum_filter(mask, reach)
    if not (outside.any() and inside.any()):
        return False
    return bool(np.median(depth[inside]) - np.median(depth[outside]) > LEAST_STEP)


def _without_lines(mask: np.ndarray) -> np.ndarray:
    """Take straight lines off, across and down, and leave what crosses them."""
    least = max(8, STRAIGHT * max(mask.shape))
    across, down = _runs(mask), _runs(mask.T).T
    left = mask.copy()
    for along, thick in ((across, down), (down, across)):
        line = along >= least
        width = float(np.percentile(thick[line], 25)) if line.any() else least
        if width < 0.25 * least:
            left &= ~(line & (thick <= 1.5 * width + 1))
    return left


def _runs(mask: np.ndarray) -> np.ndarray:
    """Length of the run along its row that each pixel (H, W) of a mask belongs to."""
    width = mask.shape[1]
    index = np.arange(width)
    before = np.maximum.accumulate(np.where(mask, -1, index), axis=1)
    after = np.minimum.accumulate(np.where(mask, width, index)[:, ::-1], axis=1)[:, ::-1]
    return np.where(mask, after - before - 1, 0)


def _pieces(mask: np.ndarray) -> Pieces | None:
    """Find the connected pieces of a mask, those with most ink."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count == 0:
        return None
    area = np.bincount(labels.ravel())[1:]
    found = ndimage.find_objects(labels)
    boxes = np.array([[x.start, y.start, x.stop, y.stop] for y, x in found])
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    inner = ((boxes[:, :2] > 0) & (boxes[:, 2:] < mask.shape[::-1])).all(axis=1)
    largest = area[inner].max() if inner.any() else area.max()
    kept = np.nonzero((area >= LEAST_PIECE * largest) & (sides > 1 + 0.008 * max(mask.shape)))[0]
    if len(kept) == 0:
        return None
    kept = kept[np.argsort(-area[kept])][:MOST_PIECES]
    kept = kept[np.argsort(boxes[kept, 0] + boxes[kept, 2])]
    new = np.zeros(count + 1, dtype=int)
    new[kept + 1] = np.arange(1, len(kept) + 1)
    return Pieces(new[labels], boxes[kept], area[kept])


def _groups(pieces: Pieces, inner: np.ndarray) -> Iterator[tuple[frozenset[int], float]]:
    """Yield which pieces may be one digit, and the gap between them in the digit's sides.

    Each alone, then the near ones of the inner (N,) together (single linkage), and all of these.
    """
    count = len(pieces.boxes)
    groups = {frozenset([index]): 0.0 for index in range(count)}
    clusters = [
        (frozenset([index]), pieces.boxes[index].astype(float))
        for index in np.nonzero(inner)[0].tolist()
    ]
    while len(clusters) > 1:
        low = np.array([box[:2] for _, box in clusters])
        high = np.array([box[2:] for _, box in clusters])
        gaps = np.maximum(low[:, None] - high[None], low[None] - high[:, None]).max(axis=2)
        np.fill_diagonal(gaps, np.inf)
        pair = np.unravel_index(np.argmin(gaps), gaps.shape)
        start, end = low[list(pair)].min(axis=0), high[list(pair)].max(axis=0)
        gap = max(0.0, float(gaps[pair])) / float((end - start).max())
        group = clusters[pair[0]][0] | clusters[pair[1]][0]
        clusters = [each for index, each in enumerate(clusters) if index not in pair]
        clusters.append((group, np.concatenate([start, end])))
        if gap < FARTHEST:
            groups.setdefault(group, gap)
    groups.setdefault(frozenset(np.nonzero(inner)[0].tolist() or [0]), FARTHEST)
    yield from groups.items()


def _boxed(mask: np.ndarray, box: np.ndarray) -> float:
    """Tell how long the shortest of a box's four lines in a mask (h, w) is, of what it may be.

    A digit has no long straight lines at the top, at the bottom, left and right.
    """
    part = mask[box[1] : box[3], box[0] : box[2]]
    if max(part.shape) > 3 * min(part.shape) and part.mean() > 0.85:  # a 1, no frame
        return 0.0
    lines = []
    for each in (part, part.T):
        longest = _runs(each).max(axis=1) / each.shape[1]
        reach = 1 + len(longest) // 5  # a line lies near the edge
        lines += [float(longest[:reach].max()), float(longest[-reach:].max())]
    return max(0.0, min(lines) - LONG_LINE)


# --- small tools -----------------------------------------------------------------------------


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values, 0 to 255, into two classes best (Otsu, 1979)."""
    counts, edges = np.histogram(values, 256)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    total = np.cumsum(counts * middles)
    above = values.size - below
    low, high = total[:-1] / below.clip(1), (total[-1] - total[:-1]) / above.clip(1)
    return float(edges[1 + int(np.argmax(below * above * (high - low) ** 2))])


def _top(values: np.ndarray, share: float) -> float:
    """Mean of the highest share of the values, of three at least."""
    count = min(max(3, int(share * values.size)), values.size)
    return float(np.partition(values.ravel(), -count)[-count:].mean())


def _noise(gray: np.ndarray) -> float:
    """Standard deviation of the noise, from second differences, which edges hardly touch."""
    across = gray[:, 1:] - gray[:, :-1]
    both = across[1:] - across[:-1]
    return ROBUST / 2 * float(np.median(np.abs(both))) if both.size else 0.0
