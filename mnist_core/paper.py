"""Tell the ink of one digit from the paper it is on.

Takes a gray picture of any size and light: even or shaded paper, dark on light or light on dark,
ruled or squared, a sheet on a table, dust and noise. Knows nothing of files, colors or MNIST.
"""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

COARSE_SIDE = 64  # px, longest side on which paper and polarity are judged
PIECES_SIDE = 256  # px, longest side on which pieces of ink are told apart
PAPER_WINDOWS = (0.45, 0.25, 0.12)  # of the longest side: how far around paper is looked for
CLEARER = 0.05  # by which a smaller window has to tell ink from paper more clearly
WIDEST_INK = 0.4  # of the longest side: wider than any line, so it is paper or shadow
LEAST_CONTRAST = 10.0  # of 255, between paper and ink: less is no ink
LEAST_SIDE = 0.03  # of the longest side: smaller is dust
LEAST_PART = 0.02  # of the digit's ink: a smaller piece beside it is dust
NEAREST_PART = 0.3  # of the digit's side: a piece further away is not part of it
MARGIN = 0.08  # of the longest side: pieces within it that touch the edge are the picture's rim
EDGE = 0.3  # of full ink, where a line's edge is taken to be
ROBUST = 1.4826  # standard deviation of a normal distribution by its median deviation

RULE_BLOCKS = 32  # columns of a picture whose darkness is compared to find ruled lines
RULE_SLOPES = np.linspace(-0.09, 0.09, 73)  # px a px, about 5 degrees either way
RULE_TRACE = 0.4  # of the darkest rule: ink has to be darker than what is left of it

Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in px, the ends excluded


@dataclass(frozen=True)
class Digit:
    """The ink of one digit in a picture."""

    ink: np.ndarray  # (H, W) float32, 0 = paper, about 1 = full ink
    box: Box  # around it


def find_digit(gray: np.ndarray) -> Digit | None:
    """Find the digit in a gray picture (H, W) float32, 0 to 255; None where there is no ink."""
    if np.ptp(gray) < LEAST_CONTRAST:
        return None
    gray, least = _without_rules(gray)
    coarse = np.asarray(shrunk(Image.fromarray(gray), COARSE_SIDE))
    sheet = _sheet(coarse)
    if sheet is not None:
        digit = _digit_on(gray, np.where(sheet, coarse, np.median(coarse[sheet])), sheet, least)
        if digit is not None:
            return digit
    return _digit_on(gray, coarse, np.ones_like(coarse, dtype=bool), least)


def shrunk(image: Image.Image, side: int) -> Image.Image:
    """Average an image down until its longest side is at most ``side`` px."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)


# --- paper -----------------------------------------------------------------------------------


def _digit_on(
    gray: np.ndarray, coarse: np.ndarray, where: np.ndarray, least: float
) -> Digit | None:
    """Find the digit on paper whose brightness is estimated on ``coarse``, within ``where``."""
    paper, sign, even = _paper(coarse)
    apart = paper - coarse
    top = _top(sign * apart)
    spread = ROBUST * float(np.median(np.abs(apart - np.median(apart))))
    noise = _noise(apart) if even else spread
    if top < LEAST_CONTRAST / 3 or top < 4.5 * noise:  # a thin line is faint when averaged
        return None
    # Dark ink takes away a share of the light, so in a shadow its depth is scaled up.
    light = np.ones_like(paper)
    if sign > 0:
        light = np.median(paper) / paper.clip(0.2 * np.median(paper) + 1e-3)
    near = sign * apart * light > 0.2 * _top(sign * apart * light)
    mask = _highest(near & where, 3)
    if not where.all():
        mask &= _lowest(where, 3)
    size = gray.shape[::-1]
    light, paper = (_enlarged(each, size, Image.Resampling.BILINEAR) for each in (light, paper))
    inside = _enlarged(mask, size, Image.Resampling.NEAREST) > 0
    depth = np.where(inside, sign * (paper - gray) * light, 0).clip(0)
    return _digit(depth, gray * light, even, least)


def _paper(coarse: np.ndarray) -> tuple[np.ndarray, float, bool]:
    """Estimate the paper's brightness everywhere, and whether ink is darker (1) or lighter (-1).

    Ink is the rarer of the two, so brightness around the paper's is skewed towards it; of
    several ways to estimate the paper, the one with the clearest skew is taken. The third value
    says whether the paper is the same everywhere.
    """
    border = np.concatenate([coarse[0], coarse[1:, -1], coarse[-1, -2::-1], coarse[-2:0:-1, 0]])
    reach = len(border) // 5  # no stroke runs along the edge for as much of it
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(border, reach, mode="wrap"), 2 * reach + 1
    )
    around = np.median(windows, axis=1)
    if np.ptp(around) < 0.05 * np.ptp(coarse):  # an even border: the paper is even too
        paper = np.full_like(coarse, np.median(around))
        return paper, 1.0 if _skew(paper - coarse) >= 0 else -1.0, True
    papers = [_local_median(coarse, window) for window in PAPER_WINDOWS]
    paper, skew = papers[0], _skew(papers[0] - coarse)
    for other in papers[1:]:
        if abs(_skew(other - coarse)) > abs(skew) + CLEARER:
            paper, skew = other, _skew(other - coarse)
    sign = 1.0 if skew >= 0 else -1.0
    # Nor is the paper brighter than what is left when all that is narrower than ink is closed.
    reach = round(WIDEST_INK * max(coarse.shape)) | 1  # odd: as far to either side
    padded = np.pad(sign * coarse, reach, mode="edge")
    closing = -_highest(-_highest(padded, reach), reach)[reach:-reach, reach:-reach]
    return sign * np.minimum(sign * paper, closing), sign, False


def _skew(values: np.ndarray) -> float:
    cubed = values**3
    return float(cubed.sum() / max(np.abs(cubed).sum(), 1e-9))


def _top(values: np.ndarray) -> float:
    """Mean of the highest 0.2 % of the values."""
    return _mean_of_highest(values, max(3, values.size // 500))


def _mean_of_highest(values: np.ndarray, count: int) -> float:
    count = min(count, values.size)
    return float(np.partition(values.ravel(), -count)[-count:].mean())


def _local_median(values: np.ndarray, window: float) -> np.ndarray:
    """Median over a square window, a share of the longest side wide, of every few values in it."""
    reach = max(3, int(max(values.shape) * window) // 2 * 2 + 1)
    step = max(1, reach // 9)
    padded = np.pad(values, reach // 2, mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, (reach, reach))[:, :, ::step, ::step]
    return np.median(views.reshape(*values.shape, -1), axis=2)


def _sheet(coarse: np.ndarray) -> np.ndarray | None:
    """Find a light sheet on a dark table: a mask of it, or None where there is none."""
    light = coarse > _otsu(coarse)
    if light.mean() < 0.2 or light.all():
        return None
    sheet = _spans(light) | _spans(light.T).T
    border = np.concatenate([sheet[0], sheet[-1], sheet[1:-1, 0], sheet[1:-1, -1]])
    rest = float((~sheet).mean())
    if (border.mean() > 0.25 and not 0.02 < rest < 0.25) or light[sheet].mean() < 0.75:
        return None
    x0, y0, x1, y1 = _extent(sheet)
    if sheet.sum() < 0.75 * (x1 - x0) * (y1 - y0):
        return None
    # A sheet has a sharp edge; a shadow fades.
    inner = _lowest(sheet, 3) & ~_lowest(sheet, 7)
    outer = _highest(sheet, 7) & ~_highest(sheet, 3)
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
    if min(gray.shape) < 4 * RULE_BLOCKS:
        return gray, LEAST_CONTRAST
    black, paper = np.percentile(gray[::3, ::3], [0.1, 50])
    level = paper - black
    if level < LEAST_CONTRAST:
        return gray, LEAST_CONTRAST
    reach = max(3, round(0.025 * max(gray.shape)) | 1)
    depths = [_closed(gray, reach) - gray, (_closed(gray.T, reach) - gray.T).T]
    found = [_rules(depths[0], level), _rules(depths[1].T, level).T]  # across and down
    rules = np.maximum(*found)
    if not rules.any():
        return gray, LEAST_CONTRAST
    # What is darker than a rule is drawn over it: the darker, the less of the rule comes off.
    drawn = (paper - rules - gray) / np.maximum(level - rules, 0.3 * level)
    lifts = (np.minimum(each, depth) for each, depth in zip(found, depths, strict=True))
    least = max(LEAST_CONTRAST, RULE_TRACE * float(rules.max()))
    return gray + np.maximum(*lifts) * (1 - drawn.clip(0, 1)), least


def _rules(depth: np.ndarray, level: float) -> np.ndarray:
    """Find lines that cross the whole picture: how dark they are (H, W), and 0 elsewhere.

    A rule is dark in most blocks of columns at once, along some slope; a digit only in a few.
    """
    height, width = depth.shape
    step = width // RULE_BLOCKS
    blocks = depth[:, : RULE_BLOCKS * step].reshape(height, RULE_BLOCKS, step).mean(axis=2)
    middle = (np.arange(RULE_BLOCKS) + 0.5) * step - width / 2
    slope = 0.0
    for slopes in (RULE_SLOPES, RULE_SLOPES[::8] / 36):  # coarsely, then around the best
        slope = max(slope + slopes, key=lambda each: _row_means(blocks, middle, each).var())
    few, most, out = _row_quantiles(blocks, middle, slope)
    few = few - np.median(few)
    mask = few > max(0.06 * level, 4 * ROBUST * float(np.median(np.abs(few))))
    starts = np.flatnonzero(np.diff(np.pad(mask.astype(np.int8), 1)) == 1)
    if len(starts) < 2 or mask.mean() > 0.4:
        return np.zeros_like(depth)
    # A little more, and a pixel wider, than was measured.
    profile = np.where(np.convolve(mask, np.ones(7), mode="same") > 0, 1.25 * most, 0)
    profile = _highest_down(profile[:, None], 3)[:, 0]
    row = np.arange(height)[:, None] - slope * (np.arange(width) - width / 2) + out
    rules = np.interp(row.ravel(), np.arange(len(profile)), profile)
    return rules.reshape(depth.shape).astype(np.float32)


def _row_means(blocks: np.ndarray, middle: np.ndarray, slope: float) -> np.ndarray:
    """Mean darkness along each sloped row that crosses the picture's middle."""
    return _sheared(blocks, middle, slope, 0)[0].mean(axis=1)


def _row_quantiles(
    blocks: np.ndarray, middle: np.ndarray, slope: float
) -> tuple[np.ndarray, np.ndarray, int]:
    """20 % and 40 % quantile along each sloped row, and how many rows start above the picture.

    Rows are counted in the middle column; 0 for a row of which less than a quarter is inside.
    """
    out = math.ceil(abs(slope) * middle[-1])
    values, inside = _sheared(blocks, middle, slope, out)
    ordered = np.sort(np.where(inside, values, np.inf), axis=1)
    count = inside.sum(axis=1)
    rows = np.arange(len(ordered))
    few, most = (ordered[rows, (share * count).astype(int)] for share in (0.2, 0.4))
    enough = count >= 0.25 * len(middle)
    return np.where(enough, few, 0), np.where(enough, most, 0), out


def _sheared(
    blocks: np.ndarray, middle: np.ndarray, slope: float, out: int
) -> tuple[np.ndarray, np.ndarray]:
    """Blocks along sloped rows, from ``out`` rows above the picture, and which are inside."""
    height = len(blocks)
    index = np.arange(-out, height + out)[:, None] + np.rint(slope * middle).astype(int)
    inside = (index >= 0) & (index < height)
    return blocks[index.clip(0, height - 1), np.arange(len(middle))] * inside, inside


def _closed(values: np.ndarray, reach: int) -> np.ndarray:
    """Grey closing down the columns: dark lines narrower than ``reach`` are gone."""
    return -_highest_down(-_highest_down(values, reach), reach)


# --- the digit among the pieces --------------------------------------------------------------


def _digit(depth: np.ndarray, gray: np.ndarray, even: bool, least: float) -> Digit | None:
    """Pick the digit's pieces out of a depth (H, W): how much each pixel differs from paper."""
    noise, level = _noise(gray), _level(depth)
    while noise > level / 12 and max(depth.shape) > PIECES_SIDE:
        depth = np.asarray(Image.fromarray(depth).reduce(2))
        gray = np.asarray(Image.fromarray(gray).reduce(2))
        noise, level = _noise(gray), _level(depth)
    if level < least:
        return None
    low, high = max(0.15 * level, 3 * noise), max(0.45 * level, 6 * noise, least)
    pool = math.ceil(max(depth.shape) / PIECES_SIDE)
    chosen = _chosen_pieces(depth, gray, low, high, pool, even)
    if chosen is None:
        return None
    near = np.kron(_highest(chosen, 3), np.ones((pool, pool), dtype=bool))
    kept = np.where(near[: depth.shape[0], : depth.shape[1]], depth, 0)
    ink = kept / level
    ink[ink < min(0.04, low / level)] = 0
    return Digit(ink.astype(np.float32), _extent(kept > max(low, EDGE * level)))


def _chosen_pieces(
    depth: np.ndarray, gray: np.ndarray, low: float, high: float, pool: int, even: bool
) -> np.ndarray | None:
    """Choose the piece with most ink and those near it: a mask, one place a ``pool``² px."""
    pad = [(0, -length % pool) for length in depth.shape]
    padded = np.pad(depth, pad)
    cells = padded.reshape(padded.shape[0] // pool, pool, -1, pool)
    peak = cells.max(axis=(1, 3))
    mass = np.where(cells > low, cells, 0).sum(axis=(1, 3))
    labels, count = _pieces(peak > low)
    if count == 0:
        return None
    height, width = labels.shape
    longest = max(height, width)
    y, x = np.nonzero(labels)
    piece = labels[y, x] - 1
    masses = np.bincount(piece, mass[y, x], count)
    peaks = np.zeros(count)
    np.maximum.at(peaks, piece, peak[y, x])
    low_corner, high_corner = np.full((count, 2), longest), np.zeros((count, 2), dtype=int)
    np.minimum.at(low_corner, piece, np.stack([x, y], axis=1))
    np.maximum.at(high_corner, piece, np.stack([x, y], axis=1) + 1)

    # Ink has edges: near it, brightness changes by about its depth. Shading changes slowly.
    brightness = np.pad(gray, pad, mode="edge").reshape(cells.shape).mean(axis=(1, 3))
    change = _highest(brightness, 5) + _highest(-brightness, 5)
    changes, depths = np.zeros(count), np.zeros(count)
    np.maximum.at(changes, piece, change[y, x])
    np.maximum.at(depths, piece, cells.mean(axis=(1, 3))[y, x])
    good = (peaks > high) & (changes > 0.5 * depths)
    rim = MARGIN * longest
    inner = (x > rim) & (x < width - 1 - rim) & (y > rim) & (y < height - 1 - rim)
    touches = (low_corner == 0).any(axis=1) | (high_corner == [width, height]).any(axis=1)
    hugging = touches & (np.bincount(piece, mass[y, x] * inner, count) < 0.2 * masses)
    if not even or (good & ~hugging).any():
        good &= ~hugging
    sides = (high_corner - low_corner).max(axis=1)
    if not (good & (sides >= max(2, LEAST_SIDE * longest))).any():
        return None
    masses = np.where(good, masses, 0)
    chosen = np.zeros(count, dtype=bool)
    chosen[np.argmax(masses)] = True
    while True:  # a detached bar belongs to its 5; what is far away belongs to nothing
        first, last = low_corner[chosen].min(axis=0), high_corner[chosen].max(axis=0)
        gap = np.maximum(low_corner - last, first - high_corner).max(axis=1)
        near = gap < NEAREST_PART * (last - first).max()
        new = ~chosen & good & near & (masses > LEAST_PART * masses[chosen].sum())
        if not new.any():
            return np.concatenate([[False], chosen])[labels]
        chosen |= new


def _level(depth: np.ndarray) -> float:
    """Depth of full ink: the mean of the deepest 0.05 %."""
    return _mean_of_highest(depth, max(3, depth.size // 2000))


def _noise(gray: np.ndarray) -> float:
    """Standard deviation of the noise, from second differences, which edges hardly touch."""
    lag = max(1, max(gray.shape) // 200)
    across = gray[:, lag:] - gray[:, :-lag]
    both = across[lag:] - across[:-lag]
    return ROBUST / 2 * float(np.median(np.abs(both[::3, ::3]))) if both.size else 0.0


def _pieces(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Label the 8-connected pieces of a mask, by runs and union-find: (H, W) from 1, and count."""
    height, width = mask.shape
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edges == 1)
    end = np.nonzero(edges == -1)[1]
    parent = list(range(len(row)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    first = np.searchsorted(row, np.arange(height + 1))
    for y in range(1, height):
        above, here = first[y - 1], first[y]
        while above < first[y] and here < first[y + 1]:
            if start[above] <= end[here] and start[here] <= end[above]:
                parent[root(here)] = root(above)
            if end[above] < end[here]:
                above += 1
            else:
                here += 1
    roots = np.array([root(run) for run in range(len(row))], dtype=int)
    names, numbers = np.unique(roots, return_inverse=True)
    change = np.zeros((height, width + 1), dtype=np.int64)
    change[row, start] += numbers + 1
    change[row, end] -= numbers + 1
    return np.cumsum(change, axis=1)[:, :width], len(names)


# --- small tools -----------------------------------------------------------------------------


def _highest_down(values: np.ndarray, reach: int) -> np.ndarray:
    """Highest value of each ``reach`` rows around a place, by doubling windows."""
    values = np.pad(values, ((reach // 2, reach - 1 - reach // 2), (0, 0)), mode="edge")
    width = 1
    while width < reach:
        step = min(width, reach - width)
        values = np.maximum(values[:-step], values[step:])
        width += step
    return values


def _highest(values: np.ndarray, reach: int) -> np.ndarray:
    """Highest value in a square window (grey dilation)."""
    return _highest_down(_highest_down(values, reach).T, reach).T


def _lowest(mask: np.ndarray, reach: int) -> np.ndarray:
    """Erosion of a mask by a square window."""
    return ~_highest(~mask, reach)


def _extent(mask: np.ndarray) -> Box:
    x, y = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(x[0]), int(y[0]), int(x[-1]) + 1, int(y[-1]) + 1


def _enlarged(values: np.ndarray, size: tuple[int, ...], how: Image.Resampling) -> np.ndarray:
    image = Image.fromarray(values.astype(np.float32))
    return np.asarray(image.resize((size[0], size[1]), how))
