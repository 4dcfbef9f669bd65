"""The styles of what is no digit: letters and signs, scribbles, and what is composed of several.

Digits that are mirrored or turned are among them, where they are alike to no digit then.
"""

import functools
from collections.abc import Sequence

import torch
from torch import Tensor

from mnist_core.data import digit_styles, hand, template_tensors
from mnist_core.data.hand import SCRIBBLING_HAND, RandomSource
from mnist_core.data.pen_templates import UNIT
from mnist_core.labels import NO_DIGIT

_FIGURES = ("signs", "letters", "hatchings")  # tables
# Which digits are turned, and the matrix that does it.
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


def names() -> tuple[str, ...]:
    """Give the names of the T styles: figures first, then scribbles, then what is composed."""
    return (
        *template_tensors.load(*_FIGURES).names,
        *template_tensors.load("scribbles").names,
        *_COMPOSED_SHARES,
    )


def labels() -> Tensor:
    """Give each style's label, (T,) int64: that of no digit."""
    return torch.full((len(names()),), NO_DIGIT)


@functools.cache
def weights() -> Tensor:
    """Give each style's share of what is no digit, (T,) float32."""
    figures = template_tensors.load(*_FIGURES).weights
    scribbles = template_tensors.load("scribbles").weights
    return torch.cat(
        [
            figures * _FIGURE_SHARE / figures.sum(),
            scribbles * _SCRIBBLE_SHARE / scribbles.sum(),
            torch.tensor(list(_COMPOSED_SHARES.values())),
        ]
    )


def draw(style: Tensor, random: RandomSource) -> Tensor:
    """Draw the styles with the numbers (N,): segments (N, S, 4) in template units."""
    figures, scribbles = template_tensors.load(*_FIGURES), template_tensors.load("scribbles")
    first_scribble = len(figures.names)
    first_composed = first_scribble + len(scribbles.names)
    # Kind 0 is a letter or sign, 1 is a scribble, from 2 on they are composed.
    kinds = (style >= first_scribble).long() + (style - first_composed + 1).clamp(min=0)
    indices, drawn = [], []
    for kind in kinds.unique().tolist():
        index = (kinds == kind).nonzero()[:, 0]
        indices.append(index)
        if kind == 0:
            drawn.append(hand.draw(figures, style[index], random))
        elif kind == 1:
            scribble = style[index] - first_scribble
            drawn.append(hand.draw(scribbles, scribble, random, SCRIBBLING_HAND))
        else:
            drawn.append(_compose(list(_COMPOSED_SHARES)[kind - 2], len(index), random))
    return join(drawn)[torch.cat(indices).argsort()]


def _compose(name: str, count: int, random: RandomSource) -> Tensor:
    """Draw what is composed of digits, letters or lines, ``count`` times."""
    if name == "two-digits":
        left, right = (_boxed(_any("digits", count, random)) for _ in range(2))
        return _beside(left, right, random)
    if name == "digit-crossed-out":
        digit = _boxed(_any("digits", count, random))
        margin = UNIT - digit.reshape(count, -1, 2).amax(dim=1)  # right and below
        digit = digit + margin.repeat(1, 2)[:, None] / 2
        return torch.cat([digit, _any("strikes", count, random)], dim=1)
    if name == "word":
        first, second, third = (_any("word_letters", count, random) for _ in range(3))
        two = _beside(first, second, random)
        three = _beside(two, third, random)
        is_short = (random.uniform(count) < 0.4)[:, None, None]
        return torch.where(is_short, _padded(two, three.shape[1]), three)
    return _turned(*_TURNED[name], count, random)


def _any(table: str, count: int, random: RandomSource) -> Tensor:
    """Draw ``count`` templates of a table, by their weights; with few segments, to be composed."""
    templates = template_tensors.load(table, parts=2)
    return hand.draw(templates, random.choice(templates.weights, count), random)


def _turned(
    digits: str, matrix: tuple[tuple[float, float], ...], count: int, random: RandomSource
) -> Tensor:
    """Draw some of the digits, turned by a matrix about the middle, and bend them then."""
    chosen = torch.tensor([str(label) in digits for label in digit_styles.labels().tolist()])
    style = random.choice(digit_styles.weights() * chosen, count)
    drawn = hand.trace(template_tensors.load("digits"), style, random)
    points = drawn.reshape(count, -1, 2) - UNIT / 2
    points = points @ torch.tensor(matrix).T + UNIT / 2
    return hand.bend(points.reshape(drawn.shape), random)


def _boxed(segments: Tensor) -> Tensor:
    """Scale drawings (N, S, 4) to a longest side of 100, and move their corners to 0, 0."""
    points = segments.reshape(len(segments), -1, 2)
    low, high = points.amin(dim=1, keepdim=True), points.amax(dim=1, keepdim=True)
    scale = UNIT / (high - low).amax(dim=2, keepdim=True).clamp(min=1e-6)
    return ((points - low) * scale).reshape(segments.shape)


def _beside(left: Tensor, right: Tensor, random: RandomSource) -> Tensor:
    """Put the right drawings (N, S, 4) beside the left ones, with gaps of 10 to 50 units."""
    count = len(left)
    edge = left[..., 0::2].flatten(1).amax(dim=1) - right[..., 0::2].flatten(1).amin(dim=1)
    move_right = edge + 10 + 40 * random.uniform(count)
    move_down = random.normal(count, 1)[:, 0] * 6
    move = torch.stack([move_right, move_down], dim=1).repeat(1, 2)[:, None]  # (N, 1, 4)
    return torch.cat([left, right + move], dim=1)


def join(drawn: Sequence[Tensor]) -> Tensor:
    """Join batches (N, S, 4) of drawings; shorter ones repeat their last segment."""
    longest = max(segments.shape[1] for segments in drawn)
    return torch.cat([_padded(segments, longest) for segments in drawn])


def _padded(segments: Tensor, longest: int) -> Tensor:
    missing = longest - segments.shape[1]
    return torch.cat([segments, segments[:, -1:].expand(-1, missing, -1)], dim=1)
