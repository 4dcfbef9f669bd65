"""Tell the ink of one digit from the paper it is on.

Takes a gray picture of any size and light: even or shaded paper, dark on light or light on dark,
ruled or squared, a sheet on a table, dust and noise. Knows nothing of files, colors or MNIST.
"""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

COARSE_SIDE = 64  # px, longest side on which paper and polarity are estimated
PIECES_SIDE = 256  # px, longest side on which pieces of ink are told apart
PAPER_WINDOWS = (0.45, 0.25, 0.12)  # of the longest side: how far around paper is looked for
CLEARER = 0.05  # by which a smaller window has to tell ink from paper more clearly
WIDEST_INK = 0.4  # of the longest side: wider than any line, so it is paper or shadow
LEAST_CONTRAST = 10.0  # of 255, between paper and ink: less is no ink
LEAST_SIDE = 0.03  # of the longest side: smaller is dust
LEAST_PART = 0.02  # of the digit's ink: a smaller piece near it is dust
NEAREST_PART = 0.3  # of the digit's side: a piece further away is not part of it
MARGIN = 0.08  # of the longest side: pieces within it that touch the edge are the picture's rim
EDGE = 0.3  # of full ink, where a line's edge is taken to be
COARSE_TOP = 0.002  # of a coarse picture's pixels: at least so many are ink, if any are
FINE_TOP = 0.0005  # of a picture's pixels: at least so many are full ink, if any are
ROBUST = 1.4826  # standard deviation of a normal distribution by its median deviation

RULE_BLOCKS = 32  # columns of a picture whose darkness is compared to find ruled lines
RULE_SLOPES = np.linspace(-0.09, 0.09, 73)  # px a px, about 5 degrees either way
RULE_WIDTH = 0.025  # of the longest side: no rule is wider
RULE_TRACE = 0.4  # of the darkest rule: ink has to be darker than what is left of it

Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in px, the ends excluded


@dataclass(frozen=True)
class Digit:
    """The ink of one digit in a picture."""

    ink: np.ndarray  # (H, W) float32, 0 = paper, about 1 = full ink
    box: Box  # around it


@dataclass(frozen=True)
class Paper:
    """A picture's paper, as it would be without ink."""

    brightness: np.ndarray  # (H, W) float32, 0 to 255
    light: np.ndarray  # (H, W) float32: a depth times this is as deep as in mean light
    sign: float  # 1 if ink is darker than paper, -1 if lighter
    even: bool  # the brightness is the same everywhere
    least: float  # of 255: the contrast that ink has on it

    def depth(self, gray: np.ndarray) -> np.ndarray:
        """Tell by how much of 255 each pixel (H, W) differs from paper towards ink."""
        return self.sign * (self.brightness - gray) * self.light

    def enlarged(self, shape: tuple[int, ...]) -> "Paper":
        """Return the same paper for a larger picture (H, W)."""
        how = Image.Resampling.BILINEAR
        brightness, light = (_enlarged(each, shape, how) for each in (self.brightness, self.light))
        return Paper(brightness, light, self.sign, self.even, self.least)


@dataclass(frozen=True)
class Pieces:
    """The N connected pieces of what may be ink."""

    labels: np.ndarray  # (h, w) int, 0 = no piece, else 1 to N
    first: np.ndarray  # (N, 2) int: y, x of the box around each
    last: np.ndarray  # (N, 2) int: the box's ends, excluded
    mass: np.ndarray  # (N,) depth, summed up
    inner_mass: np.ndarray  # (N,) the same, less what is at the picture's rim
    clear: np.ndarray  # (N,) bool: deep enough, and with sharp edges


def find_digit(gray: np.ndarray) -> Digit | None:
    """Find the digit in a gray picture (H, W) float32, 0 to 255; None where there is no ink."""
    if np.ptp(gray) < LEAST_CONTRAST:
        return None
    gray, least = _without_rules(gray)
    coarse = np.asarray(shrunk(Image.fromarray(gray), COARSE_SIDE))
    sheet, everywhere = _sheet(coarse), np.ones_like(coarse, dtype=bool)
    for where in (everywhere,) if sheet is None else (sheet, everywhere):
        seen = np.where(where, coarse, np.median(coarse[where]))
        paper = _paper(seen, least)
        near = _near_ink(seen, paper)
        if near is None:
            continue
        near = ndimage.maximum_filter(near & where, 3) & ndimage.minimum_filter(where, 3)
        inside = _enlarged(near, gray.shape, Image.Resampling.NEAREST) > 0
        digit = _digit(gray, paper.enlarged(gray.shape), inside)
        if digit is not None:
            return digit
    return None


def shrunk(image: Image.Image, side: int) -> Image.Image:
    """Average an image down until its longest side is at most ``side`` px."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)


# --- paper -----------------------------------------------------------------------------------


def _paper(coarse: np.ndarray, least: float) -> Paper:
    """Estimate the paper of a coarse picture (h, w).

    Ink is the rarer of the two, so brightness around the paper's is skewed towards it.
    """
    border = _border(coarse)
    reach = len(border) // 5  # no stroke runs along the edge for as much of it
    around = ndimage.median_filter(border, 2 * reach + 1, mode="wrap")
    even = bool(np.ptp(around) < 0.05 * np.ptp(coarse))  # if the border is, all the paper is
    paper = np.full_like(coarse, np.median(around)) if even else _uneven_paper(coarse)
    sign = 1.0 if _skew(paper - coarse) >= 0 else -1.0
    if not even:
        # Paper is no brighter than what is left when all that is narrower than ink is closed.
        reach = round(WIDEST_INK * max(coarse.shape)) | 1  # odd: as far to either side
        padded = np.pad(sign * coarse, reach, mode="edge")
        closed = ndimage.grey_closing(padded, reach)[reach:-reach, reach:-reach]
        paper = sign * np.minimum(sign * paper, closed)
    light = np.ones_like(paper)
    if sign > 0:  # dark ink takes away a share of the light, so in a shadow it is less deep
        light = np.median(paper) / paper.clip(0.2 * np.median(paper) + 1e-3)
    return Paper(paper, light, sign, even, least)


def _uneven_paper(coarse: np.ndarray) -> np.ndarray:
    """Take the local median (h, w) from which brightness is skewed most clearly."""
    best, clearest = coarse, -math.inf
    for window in PAPER_WINDOWS:
        reach = max(3, int(max(coarse.shape) * window) // 2 * 2 + 1)  # px, odd
        looked_at = np.zeros((reach, reach), dtype=bool)
        step = max(1, reach // 9)  # every few pixels are enough
        start = reach // 2 % step  # so that they lie around the middle
        looked_at[start::step, start::step] = True
        median = ndimage.median_filter(coarse, footprint=looked_at, mode="nearest")
        skew = abs(_skew(median - coarse))
        if skew > clearest + CLEARER:
            best, clearest = median, skew
    return best


def _near_ink(coarse: np.ndarray, paper: Paper) -> np.ndarray | None:
    """Mark where a coarse picture (h, w) holds ink: a mask, or None where it is all noise."""
    apart = paper.sign * (paper.brightness - coarse)
    top = _top(apart, COARSE_TOP)
    noise = _noise(apart) if paper.even else _deviation(apart)
    if top < LEAST_CONTRAST / 3 or top < 4.5 * noise:  # a thin line is faint when averaged
        return None
    depth = paper.depth(coarse)
    return depth > 0.2 * _top(depth, COARSE_TOP)


def _sheet(coarse: np.ndarray) -> np.ndarray | None:
    """Find a light sheet on a dark table: a mask of it (h, w), or None where there is none."""
    light = coarse > _otsu(coarse)
    if light.mean() < 0.2 or light.all():
        return None
    sheet = _spans(light) | _spans(light.T).T
    rest = float((~sheet).mean())
    if _border(sheet).mean() > 0.25 and not 0.02 < rest < 0.25:
        return None
    x0, y0, x1, y1 = _extent(sheet)
    if light[sheet].mean() < 0.75 or sheet.sum() < 0.75 * (x1 - x0) * (y1 - y0):
        return None
    # A sheet has a sharp edge; a shadow fades.
    inner = ndimage.minimum_filter(sheet, 3) & ~ndimage.minimum_filter(sheet, 7)
    outer = ndimage.maximum_filter(sheet, 7) & ~ndimage.maximum_filter(sheet, 3)
    if not inner.any() or not outer.any():
        return None
    step = np.median(coarse[inner]) - np.median(coarse[outer])
    return sheet if step >= 0.6 * (np.median(coarse[sheet]) - np.median(coarse[~sheet])) else None


def _spans(mask: np.ndarray) -> np.ndarray:
    """Fill each row of a mask from its first to its last place."""
    from_left = np.maximum.accumulate(mask, axis=1)
    return from_left & np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values into two classes best (Otsu, 1979)."""
    ordered = np.sort(values.ravel()).astype(np.float64)
    below = np.arange(1, len(ordered))
    total = np.cumsum(ordered)
    low, high = total[:-1] / below, (total[-1] - total[:-1]) / (len(ordered) - below)
    best = int(np.argmax(below * (len(ordered) - below) * (high - low) ** 2))
    return (ordered[best] + ordered[best + 1]) / 2


# --- ruled and squared paper -----------------------------------------------------------------


def _without_rules(gray: np.ndarray) -> tuple[np.ndarray, float]:
    """Take printed lines off, across and down, and leave what is drawn over them.

    Returns the picture (H, W), and the least contrast that ink now has to have: where rules
    were, traces of them remain.
    """
    black, paper = np.percentile(gray[::3, ::3], [0.1, 50])
    level = paper - black
    if min(gray.shape) < 4 * RULE_BLOCKS or level < LEAST_CONTRAST:
        return gray, LEAST_CONTRAST
    reach = max(3, round(RULE_WIDTH * max(gray.shape)) | 1)
    across = ndimage.grey_closing(gray, (reach, 1)) - gray  # depth of what is narrow
    down = ndimage.grey_closing(gray, (1, reach)) - gray
    rules_across, rules_down = _rules(across, level), _rules(down.T, level).T
    rules = np.maximum(rules_across, rules_down)
    if not rules.any():
        return gray, LEAST_CONTRAST
    # What is darker than a rule is drawn over it: the darker, the less of the rule comes off.
    drawn = (paper - rules - gray) / np.maximum(level - rules, 0.3 * level)
    lift = np.maximum(np.minimum(rules_across, across), np.minimum(rules_down, down))
    least = max(LEAST_CONTRAST, RULE_TRACE * float(rules.max()))
    return gray + lift * (1 - drawn.clip(0, 1)), least


def _rules(depth: np.ndarray, level: float) -> np.ndarray:
    """Find lines that cross the whole picture: how dark they are (H, W), and 0 elsewhere.

    A rule is dark in most blocks of columns at once, along some slope; a digit only in a few.
    """
    height, width = depth.shape
    step = width // RULE_BLOCKS
    blocks = depth[:, : RULE_BLOCKS * step].reshape(height, RULE_BLOCKS, step).mean(axis=2)
    middle = (np.arange(RULE_BLOCKS) + 0.5) * step - width / 2  # px, of each block
    slope = _rule_slope(blocks, middle)
    out = math.ceil(abs(slope) * middle[-1])  # so many rows start above the picture
    rows = np.sort(_sheared(blocks, slope * middle, out, np.inf), axis=1)
    few, most = _row_quantile(rows, 0.2), _row_quantile(rows, 0.4)
    few = few - np.median(few)
    mask = few > max(0.06 * level, 4 * _deviation(few))
    if ndimage.label(mask)[1] < 2 or mask.mean() > 0.4:
        return np.zeros_like(depth)
    # A little more, and a pixel wider, than was measured.
    profile = np.where(ndimage.maximum_filter(mask, 7), 1.25 * most, 0)
    profile = ndimage.maximum_filter(profile, 3)
    row = np.arange(height)[:, None] - slope * (np.arange(width) - width / 2) + out
    rules = np.interp(row.ravel(), np.arange(len(profile)), profile)
    return rules.reshape(depth.shape).astype(np.float32)


def _rule_slope(blocks: np.ndarray, middle: np.ndarray) -> float:
    """Find the slope, in px a px, whose rows of blocks (H, B) differ most in darkness."""

    def contrast(slope: float) -> float:
        return _sheared(blocks, slope * middle, 0, 0).mean(axis=1).var()

    coarse = max(RULE_SLOPES, key=contrast)
    return max(coarse + RULE_SLOPES[::8] / 36, key=contrast)


def _sheared(blocks: np.ndarray, shifts: np.ndarray, out: int, outside: float) -> np.ndarray:
    """Move each column of blocks (H, B) up by its shift, and add ``out`` rows above and below.

    Shifts are in px; ``outside`` is the value of what is not in the picture.
    """
    height, columns = blocks.shape
    rows = np.arange(-out, height + out)[:, None] + np.rint(shifts).astype(int)
    inside = (rows >= 0) & (rows < height)
    return np.where(inside, blocks[rows.clip(0, height - 1), np.arange(columns)], outside)


def _row_quantile(ordered: np.ndarray, share: float) -> np.ndarray:
    """Quantile of what is finite in each sorted row; 0 where less than a quarter is."""
    count = np.isfinite(ordered).sum(axis=1)
    values = ordered[np.arange(len(ordered)), (share * count).astype(int)]
    return np.where(count >= 0.25 * ordered.shape[1], values, 0)


# --- the digit among the pieces --------------------------------------------------------------


def _digit(gray: np.ndarray, paper: Paper, inside: np.ndarray) -> Digit | None:
    """Find the digit in a picture (H, W), given its paper and a mask of where ink can be."""
    depth = np.where(inside, paper.depth(gray), 0).clip(0)
    gray = gray * paper.light
    noise, level = _noise(gray), _top(depth, FINE_TOP)  # level: the depth of full ink
    while noise > level / 12 and max(depth.shape) > PIECES_SIDE:  # averaging takes noise away
        depth, gray = (np.asarray(Image.fromarray(each).reduce(2)) for each in (depth, gray))
        noise, level = _noise(gray), _top(depth, FINE_TOP)
    # A piece goes as far as ``low`` and somewhere has to be deeper than ``high``.
    low, high = max(0.15 * level, 3 * noise), max(0.45 * level, 6 * noise, paper.least)
    if level < paper.least or depth.max() <= high:
        return None
    pool = math.ceil(max(depth.shape) / PIECES_SIDE)
    chosen = _chosen(_pieces(depth, gray, low, high, pool), paper.even)
    if chosen is None:
        return None
    near = ndimage.maximum_filter(chosen, 3).repeat(pool, axis=0).repeat(pool, axis=1)
    kept = np.where(near[: depth.shape[0], : depth.shape[1]], depth, 0)
    ink = kept / level
    ink[ink < min(0.04, low / level)] = 0
    return Digit(ink.astype(np.float32), _extent(kept > max(low, EDGE * level)))


def _pieces(depth: np.ndarray, gray: np.ndarray, low: float, high: float, pool: int) -> Pieces:
    """Tell apart the pieces deeper than ``low``, on cells of ``pool``² px.

    At least one pixel of the depth (H, W) has to be deeper than ``low``.
    """
    cells = _cells(depth, pool)
    peak, mass = cells.max(axis=(1, 3)), np.where(cells > low, cells, 0).sum(axis=(1, 3))
    labels, count = ndimage.label(peak > low, np.ones((3, 3)))
    index, found = np.arange(1, count + 1), labels > 0
    boxes = [[(side.start, side.stop) for side in box] for box in ndimage.find_objects(labels)]
    first, last = np.moveaxis(np.array(boxes), 2, 0)
    rim = int(MARGIN * max(labels.shape)) + 1
    inner_mass = np.zeros_like(mass)
    inner_mass[rim:-rim, rim:-rim] = mass[rim:-rim, rim:-rim]

    def highest(values: np.ndarray) -> np.ndarray:
        return ndimage.maximum(values[found], labels[found], index)

    # Ink has edges: near it, brightness changes by about its depth. Shading changes slowly.
    brightness = _cells(gray, pool).mean(axis=(1, 3))
    change = ndimage.maximum_filter(brightness, 5) - ndimage.minimum_filter(brightness, 5)
    sharp = highest(change) > 0.5 * highest(cells.mean(axis=(1, 3)))
    return Pieces(
        labels,
        first,
        last,
        mass=ndimage.sum_labels(mass, labels, index),
        inner_mass=ndimage.sum_labels(inner_mass, labels, index),
        clear=sharp & (highest(peak) > high),
    )


def _cells(values: np.ndarray, pool: int) -> np.ndarray:
    """Part a picture (H, W) into cells (h, pool, w, pool), its edge repeated to fill the last."""
    padded = np.pad(values, [(0, -length % pool) for length in values.shape], mode="edge")
    return padded.reshape(padded.shape[0] // pool, pool, -1, pool)


def _chosen(pieces: Pieces, even: bool) -> np.ndarray | None:
    """Choose the piece with most ink and those near it: a mask (h, w), or None for dust."""
    shape = pieces.labels.shape
    first, last = pieces.first, pieces.last
    touching = (first == 0).any(axis=1) | (last == shape).any(axis=1)
    hugging = touching & (pieces.inner_mass < 0.2 * pieces.mass)
    good = pieces.clear
    if not even or (good & ~hugging).any():
        good = good & ~hugging
    large = (last - first).max(axis=1) >= max(2, LEAST_SIDE * max(shape))
    if not (good & large).any():
        return None
    mass = np.where(good, pieces.mass, 0)
    chosen = np.arange(len(mass)) == np.argmax(mass)
    while True:  # a detached bar belongs to its 5; what is far away belongs to nothing
        start, end = first[chosen].min(axis=0), last[chosen].max(axis=0)
        gap = np.maximum(first - end, start - last).max(axis=1)
        near = gap < NEAREST_PART * (end - start).max()
        new = ~chosen & good & near & (mass > LEAST_PART * mass[chosen].sum())
        if not new.any():
            return np.concatenate([[False], chosen])[pieces.labels]
        chosen |= new


# --- small tools -----------------------------------------------------------------------------


def _border(values: np.ndarray) -> np.ndarray:
    """Values along a picture's edge, once around."""
    return np.concatenate([values[0], values[1:, -1], values[-1, -2::-1], values[-2:0:-1, 0]])


def _skew(values: np.ndarray) -> float:
    """Tell how much values lean to one side of 0: -1 to 1."""
    cubed = values**3
    return float(cubed.sum() / max(np.abs(cubed).sum(), 1e-9))


def _top(values: np.ndarray, share: float) -> float:
    """Mean of the highest share of the values, of three at least."""
    count = min(max(3, int(share * values.size)), values.size)
    positive = values[values > 0]  # fewer: with many zeros, partition takes long
    few = positive if len(positive) >= count else values.ravel()
    return float(np.partition(few, -count)[-count:].mean())


def _deviation(values: np.ndarray) -> float:
    """Standard deviation of normally distributed values, whatever a minority of them is."""
    return ROBUST * float(np.median(np.abs(values - np.median(values))))


def _noise(gray: np.ndarray) -> float:
    """Standard deviation of the noise, from second differences, which edges hardly touch."""
    lag = max(1, max(gray.shape) // 200)
    across = gray[:, lag:] - gray[:, :-lag]
    both = across[lag:] - across[:-lag]
    return ROBUST / 2 * float(np.median(np.abs(both[::3, ::3]))) if both.size else 0.0


def _extent(mask: np.ndarray) -> Box:
    """Box around what is set in a mask (H, W)."""
    y, x = ndimage.find_objects(mask.astype(np.int8))[0]
    return x.start, y.start, x.stop, y.stop


def _enlarged(values: np.ndarray, shape: tuple[int, ...], how: Image.Resampling) -> np.ndarray:
    """Resample values to another shape (H, W), as float32."""
    image = Image.fromarray(values.astype(np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), how))
