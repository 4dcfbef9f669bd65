"""Synthetic pen strokes: digits in the ways that people write them, and signs that are none.

Templates drawn by hand (``pen_templates``) are mixed, bent and shaken at random, as batches of
tensors, and drawn through the same framing and rasterizer as the pad's strokes. This module knows
nothing of models, training or real drawings.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import pi
from types import MappingProxyType

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Generator, Tensor

from mnist_core import pen_templates
from mnist_core.pen_templates import Stroke, Template
from mnist_core.strokes import IMAGE_SIZE, PEN_WIDTH, Drawing, frame, rasterize, segments_of

NO_DIGIT = 10  # label of what is no digit
UNIT = 100.0  # template units, about the height of a digit
PAD_SCALE = 1.6  # pad pixels a template unit
PAD_MARGIN = 60.0  # pad pixels from the pad's corner to the template's
PEN_WIDTH_SPREAD = 0.22  # standard deviation of the logarithm of the pen's width
THINNEST_PEN, THICKEST_PEN = 1.4, 3.4  # px of the 28 px frame
HASTE = (1, 2, 3)  # of so many points of a drawing one is kept when it is varied
FEWEST_POINTS = 12  # of a stroke from which points are left out
CHUNK = 2048  # drawings computed at once
SHEET_NAME_WIDTH = 150  # px for a style's name on the contact sheet


@dataclass(frozen=True)
class Hand:
    """How hands differ: standard deviations, unless said otherwise; a digit is 100 units high."""

    sharpness: float = 2.0  # of the keyframes' mix: 1 is uniform, more keeps nearer to one of them
    jitter: float = 2.6  # units, of each template point on its own
    stroke_offset: float = 2.2  # units, of a stroke as a whole
    overshoot: float = 0.14  # of the distance to the next point, at both ends of a stroke
    tremor: float = 0.5  # units, of each point drawn
    polygonal: float = 0.25  # share of drawings with straighter lines between template points
    hasty: float = 0.4  # share of drawings with rounder corners
    wave: float = 0.02  # of its length, the height of each of the waves that bend a drawing
    waves: int = 3  # number of them
    shortest_wave: float = 80.0  # units
    longest_wave: float = 240.0  # units
    bulge: float = 5.0  # units by which the middle moves up or down
    taper: float = 0.16  # by which the top is wider or narrower than the middle, at most 0.4
    aspect: float = 0.2  # of the logarithm of width by height
    slant: float = 0.16  # units to the right a unit up
    mean_slant: float = 0.08  # mean of that: most people lean to the right
    rotation: float = 0.09  # radians, 5 degrees; at most 2.3 times that, 12 degrees


HAND = Hand()
# One person's hand from one time to the next.
SAME_HAND = replace(
    HAND, wave=0.012, bulge=3.0, taper=0.1, aspect=0.12, slant=0.1, mean_slant=0.0, rotation=0.07
)
SCRIBBLING = replace(HAND, jitter=34.0)  # strews points that all lie in the middle


@dataclass(frozen=True)
class PenSample:
    """A batch of synthetic drawings.

    Attributes:
        segments: (N, S, 4) float32, x0, y0, x1, y1 in pad pixels, x to the right and y down; a
            drawing with fewer segments repeats its last one.
        labels: (N,) int64, the digit, or 10 where it is none.
        styles: N names, each of ``DIGIT_STYLES`` or ``OTHER_STYLES``.
    """

    segments: Tensor
    labels: Tensor
    styles: list[str]


class _Dice:
    """Random numbers from the generator's device, moved to where they are needed."""

    def __init__(self, generator: Generator, device: torch.device | str) -> None:
        self.generator, self.device = generator, device

    def normal(self, *shape: int) -> Tensor:
        numbers = torch.randn(shape, generator=self.generator, device=self.generator.device)
        return numbers.to(self.device)

    def uniform(self, *shape: int) -> Tensor:
        numbers = torch.rand(shape, generator=self.generator, device=self.generator.device)
        return numbers.to(self.device)

    def choice(self, weights: Tensor, count: int) -> Tensor:
        """Draw indices (count,) in proportion to weights (T,)."""
        steps = weights.to(self.device).cumsum(dim=0)
        drawn = torch.searchsorted(steps / steps[-1], self.uniform(count))
        return drawn.clamp(max=len(weights) - 1)


# ---- From a template's points to a curve: matrices, the same for all drawings of a template.


@functools.cache  # few kinds of strokes make up all templates
def _spline_basis(hard: tuple[bool, ...], parts: int) -> Tensor:
    """Weights (P, C) of C template points in P points of a Catmull-Rom spline through them.

    The spline is cut at hard points (ends and corners), where it starts anew. From one template
    point to the next it has ``parts`` segments.
    """
    unit = torch.eye(len(hard))
    rows = [unit[0]]
    for index in range(len(hard) - 1):
        here, there = unit[index], unit[index + 1]
        before = 2 * here - there if hard[index] else unit[index - 1]
        after = 2 * there - here if hard[index + 1] else unit[index + 2]
        for part in range(1, parts + 1):
            t = part / parts
            cubic = (
                2 * here
                + (there - before) * t
                + (2 * before - 5 * here + 4 * there - after) * t**2
                + (3 * here - before - 3 * there + after) * t**3
            )
            rows.append(0.5 * cubic)
    return torch.stack(rows)


def _rounded(basis: Tensor) -> Tensor:
    """The basis of the same curve with rounder corners, its ends kept."""
    for _ in range(2):
        middle = (basis[:-2] + 2 * basis[1:-1] + basis[2:]) / 4
        basis = torch.cat([basis[:1], middle, basis[-1:]])
    return basis


@dataclass(frozen=True)
class _Shapes:
    """Templates as tensors: T templates, K keyframes, C points, P curve points, S segments.

    Those that have fewer are padded: with zeros, but the segments with the last one.
    """

    weights: Tensor  # (T,) relative frequency
    mixable: Tensor  # (T, K) 1 where there is a keyframe
    keyframes: Tensor  # (T, K, C, 2) points
    stroke: Tensor  # (T, C) number of the stroke that a point belongs to
    inner: Tensor  # (T, C) an end's neighbor within its stroke; any other point itself
    bases: Tensor  # (T, 3, P, C) of the curve, of straight lines, of the curve with rounder corners
    segments: Tensor  # (T, S, 2) numbers of the curve points that a segment joins

    def to(self, device: torch.device | str) -> "_Shapes":
        return _Shapes(*(getattr(self, field.name).to(device) for field in fields(self)))


def _shapes(templates: Sequence[Template], parts: int = 3) -> _Shapes:
    """Turn templates into tensors, with ``parts`` segments from one point to the next."""
    strokes = [template.strokes for template in templates]
    return _Shapes(
        weights=torch.tensor([template.weight for template in templates]),
        mixable=_stack([torch.ones(len(one[0].keyframes)) for one in strokes]),
        keyframes=_stack(
            [torch.cat([torch.tensor(s.keyframes) for s in one], dim=1) for one in strokes]
        ),
        stroke=_stack([_stroke_numbers(one) for one in strokes]),
        inner=_stack([_inner(one) for one in strokes]),
        bases=_stack([_bases(one, parts) for one in strokes]),
        segments=_stack([_segments(one, parts) for one in strokes], repeat_last=True),
    )


def _stroke_numbers(strokes: Sequence[Stroke]) -> Tensor:
    """For each point (C,) of a template the number of its stroke."""
    points = torch.tensor([len(stroke.hard) for stroke in strokes])
    return torch.arange(len(strokes)).repeat_interleave(points)


def _inner(strokes: Sequence[Stroke]) -> Tensor:
    """For each point (C,) of a template the number of the point that ``_Shapes.inner`` names."""
    numbers: list[int] = []
    for stroke in strokes:
        first, last = len(numbers), len(numbers) + len(stroke.hard) - 1
        numbers += [min(max(number, first + 1), last - 1) for number in range(first, last + 1)]
    return torch.tensor(numbers)


def _bases(strokes: Sequence[Stroke], parts: int) -> Tensor:
    """The three bases (3, P, C) of a template."""
    curves = [_spline_basis(stroke.hard, parts) for stroke in strokes]
    lines = [_spline_basis((True,) * len(stroke.hard), parts) for stroke in strokes]
    rounded = [_rounded(basis) for basis in curves]
    return torch.stack([torch.block_diag(*bases) for bases in (curves, lines, rounded)])


def _segments(strokes: Sequence[Stroke], parts: int) -> Tensor:
    """Pairs (S, 2) of the curve points that follow each other in a stroke."""
    pairs: list[tuple[int, int]] = []
    first = 0
    for stroke in strokes:
        last = first + parts * (len(stroke.hard) - 1)
        pairs += [(point, point + 1) for point in range(first, last)]
        first = last + 1
    return torch.tensor(pairs)


def _stack(tensors: Sequence[Tensor], repeat_last: bool = False) -> Tensor:
    """Stack tensors of differing shapes, padded with zeros or with their last row."""
    shape = [max(sizes) for sizes in zip(*(t.shape for t in tensors), strict=True)]
    out = tensors[0].new_zeros((len(tensors), *shape))
    for place, tensor in zip(out, tensors, strict=True):
        if repeat_last:
            place[:] = tensor[-1]
        place[tuple(slice(size) for size in tensor.shape)] = tensor
    return out


# ---- Drawing.


def _draw(shapes: _Shapes, style: Tensor, dice: _Dice, hand: Hand = HAND) -> Tensor:
    """Draw each template (N,) once: segments (N, S, 4) in template units."""
    return _bend(_trace(shapes.to(dice.device), style, dice, hand), dice, hand)


def _trace(shapes: _Shapes, style: Tensor, dice: _Dice, hand: Hand) -> Tensor:
    """Mix the keyframes of each template (N,), shake its points and draw its curves."""
    count = len(style)
    mixable = shapes.mixable[style]
    mix = (-dice.uniform(*mixable.shape).clamp(min=1e-6).log()) ** hand.sharpness * mixable
    mix = mix / mix.sum(dim=1, keepdim=True)
    points = torch.einsum("nk,nkcd->ncd", mix, shapes.keyframes[style])  # (N, C, 2)

    care = 0.2 + 1.6 * dice.uniform(count, 1, 1)  # some hands are neat, some are not
    points = points + dice.normal(*points.shape) * hand.jitter * care
    inner = shapes.inner[style]
    is_end = inner != torch.arange(inner.shape[1], device=inner.device)
    past = dice.normal(count, inner.shape[1], 1) * hand.overshoot * is_end[..., None]
    points = points + (points - _pick(points, inner)) * past
    strokes = int(shapes.stroke.max()) + 1
    offsets = dice.normal(count, strokes, 2) * hand.stroke_offset * care
    points = points + _pick(offsets, shapes.stroke[style])

    straight = dice.uniform(count) * (dice.uniform(count) < hand.polygonal)
    rounded = dice.uniform(count) * (dice.uniform(count) < hand.hasty) * (1 - straight)
    blend = torch.stack([1 - straight - rounded, straight, rounded], dim=1)
    curve = torch.einsum("nv,nvpc->npc", blend, shapes.bases[style]) @ points  # (N, P, 2)
    tremor = dice.normal(*curve.shape) * hand.tremor * care
    curve = curve + tremor * dice.uniform(count, 1, 1)
    return _pick(curve, shapes.segments[style].flatten(1)).reshape(count, -1, 4)


def _pick(points: Tensor, numbers: Tensor) -> Tensor:
    """Of each drawing's points (N, P, 2) those with its numbers (N, Q): (N, Q, 2)."""
    return points.gather(1, numbers[..., None].expand(-1, -1, 2))


def _bend(segments: Tensor, dice: _Dice, hand: Hand = HAND) -> Tensor:
    """Bend, taper, stretch, slant and turn drawings (N, S, 4) as a whole, each its own way."""
    count = len(segments)
    points = segments.reshape(count, -1, 2) - UNIT / 2
    for _ in range(hand.waves):
        angle = dice.uniform(count, 1) * 2 * pi
        spread = hand.longest_wave / hand.shortest_wave
        length = hand.shortest_wave * spread ** dice.uniform(count, 1)
        frequency = torch.stack([angle.cos(), angle.sin()], dim=-1) / length[..., None]
        phase = (points * frequency).sum(dim=-1, keepdim=True) + dice.uniform(count, 1, 1)
        height = dice.normal(count, 1, 2) * hand.wave * length[..., None]
        points = points + height * (2 * pi * phase).sin()
    x, y = points.unbind(dim=-1)  # from the middle, within -50 to 50 or nearly so
    y = y + dice.normal(count, 1) * hand.bulge * (y * pi / UNIT).cos().clamp(min=0)
    x = x * (1 - (dice.normal(count, 1) * hand.taper).clamp(-0.4, 0.4) * y * 2 / UNIT)
    x = x * (dice.normal(count, 1) * hand.aspect).exp()
    x = x - y * (dice.normal(count, 1) * hand.slant + hand.mean_slant)
    turn = dice.normal(count, 1).clamp(-2.3, 2.3) * hand.rotation
    x, y = x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()
    return torch.stack([x, y], dim=-1).reshape(segments.shape) + UNIT / 2


# ---- What there is to draw.


def _scribble(name: str, weight: float, points: Sequence[int], angular: bool) -> Template:
    """Strokes of so many points each, all in the middle; ``SCRIBBLING`` strews them."""
    middle = (UNIT / 2, UNIT / 2)
    return Template(
        name,
        weight,
        tuple(
            Stroke(((middle,) * count,), (True, *[angular] * (count - 2), True)) for count in points
        ),
    )


def _hatching(name: str, weight: float, lines: int, down: bool) -> Template:
    """One stroke to and fro over a square, a disk, a triangle or a bar, in so many lines."""
    keyframes = []
    for half_width in (
        [UNIT / 2] * lines,
        [UNIT * (part * (1 - part)) ** 0.5 for part in _parts(lines)],
        [UNIT / 2 * part for part in _parts(lines)],
        [UNIT / 6] * lines,
    ):
        across = [
            (UNIT / 2 + (half if line % 2 else -half), UNIT * part)
            for line, (half, part) in enumerate(zip(half_width, _parts(lines), strict=True))
        ]
        keyframes.append(tuple((y, x) if down else (x, y) for x, y in across))
    return Template(name, weight, (Stroke(tuple(keyframes), (True, *[False] * (lines - 2), True)),))


def _parts(lines: int) -> list[float]:
    """Where each of the lines lies, from 0 to 1."""
    return [line / (lines - 1) for line in range(lines)]


_HATCHINGS = (
    _hatching("hatching-across", 4, 7, down=False),
    _hatching("hatching-down", 4, 7, down=True),
    _hatching("solid-across", 4, 13, down=False),
    _hatching("solid-down", 4, 13, down=True),
)
_FIGURES = pen_templates.SIGNS + pen_templates.LETTERS + _HATCHINGS
_SCRIBBLES = (
    _scribble("scribble-short", 1, [4], angular=False),
    _scribble("scribble", 3, [7], angular=False),
    _scribble("scribble-long", 2, [14], angular=False),
    _scribble("scribble-dense", 1, [22], angular=False),
    _scribble("polyline", 2, [5], angular=True),
    _scribble("polyline-long", 2, [9], angular=True),
    _scribble("scribbles-two", 2, [4, 4], angular=False),
    _scribble("scribbles-three", 1, [3, 4, 3], angular=False),
    _scribble("lines-two", 1, [2, 2], angular=True),
    _scribble("lines-three", 2, [2, 2, 2], angular=True),
    _scribble("lines-four", 1, [2, 2, 2, 2], angular=True),
)

_DIGIT_SHAPES = _shapes(pen_templates.DIGITS)
_FIGURE_SHAPES = _shapes(_FIGURES)
_SCRIBBLE_SHAPES = _shapes(_SCRIBBLES)
# Coarser, for drawings that are composed of several.
_SMALL_DIGIT_SHAPES = _shapes(pen_templates.DIGITS, parts=2)
_SMALL_LETTER_SHAPES = _shapes(pen_templates.WORD_LETTERS, parts=2)
_STRIKE_SHAPES = _shapes(pen_templates.STRIKES, parts=2)

_LABELS = torch.tensor([int(template.name[0]) for template in pen_templates.DIGITS])
_DIGIT_WEIGHTS = (
    _DIGIT_SHAPES.weights / torch.zeros(10).index_add(0, _LABELS, _DIGIT_SHAPES.weights)[_LABELS]
)  # (T,), those of each digit add up to 1

# Digits that, mirrored or turned, are alike to none; and the matrix that does it.
_TURNED = {
    "digit-mirrored": ("34679", ((-1.0, 0.0), (0.0, 1.0))),
    "digit-upside-down": ("347", ((-1.0, 0.0), (0.0, -1.0))),
    "digit-turned-left": ("234589", ((0.0, 1.0), (-1.0, 0.0))),
    "digit-turned-right": ("2345689", ((0.0, -1.0), (1.0, 0.0))),
}
# Shares of what is no digit; letters and signs have the rest.
_SCRIBBLE_SHARE = 0.12
_COMPOSED_SHARES = {
    "two-digits": 0.07,
    "digit-crossed-out": 0.05,
    "word": 0.05,
    **dict.fromkeys(_TURNED, 0.015),
}
_FIGURE_SHARE = 1 - _SCRIBBLE_SHARE - sum(_COMPOSED_SHARES.values())


def _shares(templates: Sequence[Template], weights: Tensor, whole: float) -> dict[str, float]:
    parts = (weights * whole / weights.sum()).tolist()
    return {template.name: part for template, part in zip(templates, parts, strict=True)}


DIGIT_STYLES: Mapping[str, float] = MappingProxyType(
    _shares(pen_templates.DIGITS, _DIGIT_WEIGHTS, 1.0)
)
"""Each digit style's share of the digits; the name's first character is the digit."""

OTHER_STYLES: Mapping[str, float] = MappingProxyType(
    _shares(_FIGURES, _FIGURE_SHAPES.weights, _FIGURE_SHARE)
    | _shares(_SCRIBBLES, _SCRIBBLE_SHAPES.weights, _SCRIBBLE_SHARE)
    | _COMPOSED_SHARES
)
"""Each style's share of what is no digit."""


def _draw_digits(style: Tensor, dice: _Dice) -> Tensor:
    """Draw each style (N,), numbered as in ``DIGIT_STYLES``."""
    return _draw(_DIGIT_SHAPES, style, dice)


def _draw_others(style: Tensor, dice: _Dice) -> Tensor:
    """Draw each style (N,), numbered as in ``OTHER_STYLES``."""
    first_scribble, first_composed = len(_FIGURES), len(_FIGURES) + len(_SCRIBBLES)
    # Kind 0 is a letter or sign, 1 is a scribble, from 2 on they are composed.
    kinds = (style >= first_scribble).long() + (style - first_composed + 1).clamp(min=0)
    indices, drawn = [], []
    for kind in kinds.unique().tolist():
        index = (kinds == kind).nonzero()[:, 0]
        indices.append(index)
        if kind == 0:
            drawn.append(_draw(_FIGURE_SHAPES, style[index], dice))
        elif kind == 1:
            drawn.append(_draw(_SCRIBBLE_SHAPES, style[index] - first_scribble, dice, SCRIBBLING))
        else:
            drawn.append(_compose(list(_COMPOSED_SHARES)[kind - 2], len(index), dice))
    return _joined(drawn)[torch.cat(indices).argsort()]


def _compose(name: str, count: int, dice: _Dice) -> Tensor:
    """Draw what is composed of digits, letters or lines, ``count`` times."""
    if name == "two-digits":
        left, right = (_boxed(_any(_SMALL_DIGIT_SHAPES, count, dice)) for _ in range(2))
        return _beside(left, right, dice)
    if name == "digit-crossed-out":
        digit = _boxed(_any(_SMALL_DIGIT_SHAPES, count, dice))
        margin = UNIT - digit.reshape(count, -1, 2).amax(dim=1)  # right and below
        digit = digit + margin.repeat(1, 2)[:, None] / 2
        return torch.cat([digit, _any(_STRIKE_SHAPES, count, dice)], dim=1)
    if name == "word":
        first, second, third = (_any(_SMALL_LETTER_SHAPES, count, dice) for _ in range(3))
        two = _beside(first, second, dice)
        three = _beside(two, third, dice)
        is_short = (dice.uniform(count) < 0.4)[:, None, None]
        return torch.where(is_short, _padded(two, three.shape[1]), three)
    return _turn(*_TURNED[name], count, dice)


def _any(shapes: _Shapes, count: int, dice: _Dice) -> Tensor:
    """Draw ``count`` templates, chosen by their weights."""
    return _draw(shapes, dice.choice(shapes.weights, count), dice)


def _turn(digits: str, matrix: tuple[tuple[float, float], ...], count: int, dice: _Dice) -> Tensor:
    """Draw some of the digits, turned by a matrix about the middle, and bend them then."""
    chosen = torch.tensor([str(label) in digits for label in _LABELS.tolist()])
    style = dice.choice(_DIGIT_WEIGHTS * chosen, count)
    drawn = _trace(_DIGIT_SHAPES.to(dice.device), style, dice, HAND)
    points = drawn.reshape(count, -1, 2) - UNIT / 2
    points = points @ torch.tensor(matrix, device=drawn.device).T + UNIT / 2
    return _bend(points.reshape(drawn.shape), dice)


def _boxed(segments: Tensor) -> Tensor:
    """Scale drawings (N, S, 4) to a longest side of 100, and move their corners to 0, 0."""
    points = segments.reshape(len(segments), -1, 2)
    low, high = points.amin(dim=1, keepdim=True), points.amax(dim=1, keepdim=True)
    scale = UNIT / (high - low).amax(dim=2, keepdim=True).clamp(min=1e-6)
    return ((points - low) * scale).reshape(segments.shape)


def _beside(left: Tensor, right: Tensor, dice: _Dice) -> Tensor:
    """Put the right drawings (N, S, 4) beside the left ones, with gaps of 10 to 50 units."""
    count = len(left)
    edge = left[..., 0::2].flatten(1).amax(dim=1) - right[..., 0::2].flatten(1).amin(dim=1)
    move_right = edge + 10 + 40 * dice.uniform(count)
    move_down = dice.normal(count, 1)[:, 0] * 6
    move = torch.stack([move_right, move_down], dim=1).repeat(1, 2)[:, None]  # (N, 1, 4)
    return torch.cat([left, right + move], dim=1)


def _padded(segments: Tensor, longest: int) -> Tensor:
    """Repeat each drawing's last segment until there are ``longest``."""
    missing = longest - segments.shape[1]
    return torch.cat([segments, segments[:, -1:].expand(-1, missing, -1)], dim=1)


def _joined(drawn: Sequence[Tensor]) -> Tensor:
    """Join batches of drawings, padded to the longest."""
    longest = max(segments.shape[1] for segments in drawn)
    return torch.cat([_padded(segments, longest) for segments in drawn])


# ---- What others use.


def sample_digits(
    count: int, generator: Generator, device: torch.device | str = "cpu"
) -> PenSample:
    """Draw digits, all ten equally often and each in the styles of ``DIGIT_STYLES``.

    Args:
        count: how many, at least 1.
        generator: on any device; the same state gives the same drawings on the same device.
        device: where the sample shall live.
    """
    dice = _Dice(generator, device)
    style = dice.choice(_DIGIT_WEIGHTS, count)
    segments = _on_pad([_draw_digits(part, dice) for part in style.split(CHUNK)])
    return PenSample(segments, _LABELS.to(device)[style], _names(DIGIT_STYLES, style))


def sample_others(
    count: int, generator: Generator, device: torch.device | str = "cpu"
) -> PenSample:
    """Draw letters, signs and scribbles that are no digit, in the styles of ``OTHER_STYLES``.

    Args:
        count: how many, at least 1.
        generator: on any device; the same state gives the same drawings on the same device.
        device: where the sample shall live.
    """
    dice = _Dice(generator, device)
    style = dice.choice(torch.tensor(list(OTHER_STYLES.values())), count)
    segments = _on_pad([_draw_others(part, dice) for part in style.split(CHUNK)])
    return PenSample(segments, torch.full_like(style, NO_DIGIT), _names(OTHER_STYLES, style))


def vary(
    drawings: Sequence[Drawing], labels: Tensor, count: int, generator: Generator
) -> PenSample:
    """Draw given drawings again as the same person might have: bent, slanted, stretched, faster.

    Args:
        drawings: non-blank drawings of real people.
        labels: (N,) int64, one a drawing.
        count: how many to make; each drawing serves equally often, or once more than another.
        generator: on the CPU.

    Returns:
        ``count`` drawings on the CPU, with the labels of those they came from.
    """
    dice = _Dice(generator, "cpu")
    hasty = [_thinned_out(drawing, keep_one_of) for keep_one_of in HASTE for drawing in drawings]
    segments = segments_of(hasty) * UNIT
    points = segments.reshape(len(hasty), -1, 2)
    points = points + (UNIT - points.amax(dim=1, keepdim=True)) / 2  # into the middle
    segments = points.reshape(segments.shape)
    number = torch.randperm(count, generator=generator) % len(drawings)
    haste = (dice.uniform(count) * len(HASTE)).long().clamp(max=len(HASTE) - 1)
    chosen = segments[haste * len(drawings) + number]
    drawn = torch.cat([_bend(part, dice, SAME_HAND) for part in chosen.split(CHUNK)])
    return PenSample(drawn * PAD_SCALE + PAD_MARGIN, labels[number], ["given"] * count)


def _thinned_out(drawing: Drawing, keep_one_of: int) -> Drawing:
    """Leave points out, as a faster hand does; a stroke keeps its ends and enough to be curved."""
    parts = []
    for stroke in drawing:
        step = min(keep_one_of, max(1, len(stroke) // FEWEST_POINTS))
        parts.append(np.concatenate([stroke[:-1:step], stroke[-1:]]))
    return parts


def _on_pad(drawn: Sequence[Tensor]) -> Tensor:
    return _joined(drawn) * PAD_SCALE + PAD_MARGIN


def _names(styles: Mapping[str, float], style: Tensor) -> list[str]:
    names = list(styles)
    return [names[number] for number in style.tolist()]


def render(sample: PenSample, generator: Generator) -> Tensor:
    """Frame a sample as MNIST framed its digits and draw it, each with a pen of random width.

    Returns:
        Ink (N, 28, 28) uint8, 255 = full ink, on the sample's device.
    """
    return _render(sample.segments, _Dice(generator, sample.segments.device))


def _render(segments: Tensor, dice: _Dice) -> Tensor:
    widths = PEN_WIDTH * (dice.normal(len(segments)) * PEN_WIDTH_SPREAD).exp()
    widths = widths.clamp(THINNEST_PEN, THICKEST_PEN)
    # Drawings of like length go together, so that none is drawn with much padding.
    lengths = (segments != segments[:, -1:]).any(dim=2).sum(dim=1) + 1
    size = (len(segments), IMAGE_SIZE, IMAGE_SIZE)
    ink = torch.empty(size, dtype=torch.uint8, device=segments.device)
    for index in lengths.argsort(stable=True).split(CHUNK):
        width = widths[index]
        framed = frame(segments[index, : int(lengths[index[-1]])], width)
        ink[index] = (rasterize(framed, width)[:, 0] * 255).round().to(torch.uint8)
    return ink


def contact_sheet(generator: Generator, per_style: int = 12, columns: int = 4) -> Image.Image:
    """A picture of all styles: beside its name ``per_style`` drawings of each, dark on light."""
    names = [*DIGIT_STYLES, *OTHER_STYLES]
    dice = _Dice(generator, "cpu")

    def strips(styles: Mapping[str, float], draw: Callable[[Tensor, _Dice], Tensor]) -> Tensor:
        style = torch.arange(len(styles)).repeat_interleave(per_style)
        ink = _render(_on_pad([draw(part, dice) for part in style.split(CHUNK)]), dice)
        ink = ink.reshape(len(styles), per_style, IMAGE_SIZE, IMAGE_SIZE)
        return 255 - ink.transpose(1, 2).flatten(2)  # (styles, 28, per_style * 28)

    pictures = torch.cat([strips(DIGIT_STYLES, _draw_digits), strips(OTHER_STYLES, _draw_others)])
    rows = -(-len(names) // columns)
    width = SHEET_NAME_WIDTH + per_style * IMAGE_SIZE
    sheet = Image.new("L", (columns * width, rows * IMAGE_SIZE), 255)
    pen = ImageDraw.Draw(sheet)
    for place, (name, picture) in enumerate(zip(names, pictures, strict=True)):
        x, y = place // rows * width, place % rows * IMAGE_SIZE
        pen.text((x + 4, y + IMAGE_SIZE // 3), name, fill=0)
        sheet.paste(Image.fromarray(picture.numpy()), (x + SHEET_NAME_WIDTH, y))
    return sheet
