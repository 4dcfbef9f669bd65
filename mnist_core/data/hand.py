"""A hand: how it traces templates, and how it bends what it draws, each time in another way.

This module knows nothing of what the templates mean, of pens or of pixels.
"""

from dataclasses import dataclass, replace
from math import pi

import torch
from torch import Generator, Tensor

from mnist_core.data.pen_templates import UNIT
from mnist_core.data.template_tensors import TemplateTensors


@dataclass(frozen=True)
class Hand:
    """How drawings differ: standard deviations, unless said otherwise; a digit is 100 high."""

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


ANY_HAND = Hand()
# One person's hand from one time to the next.
SAME_HAND = replace(
    ANY_HAND, wave=0.012, bulge=3.0, taper=0.1, aspect=0.12, slant=0.1, mean_slant=0, rotation=0.07
)
SCRIBBLING_HAND = replace(ANY_HAND, jitter=34.0)  # strews points that all lie in the middle


class RandomSource:
    """Random numbers of a generator on the CPU."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator

    def normal(self, *shape: int) -> Tensor:
        """Draw from the standard normal distribution."""
        return torch.randn(shape, generator=self._generator)

    def uniform(self, *shape: int) -> Tensor:
        """Draw from [0, 1)."""
        return torch.rand(shape, generator=self._generator)

    def choice(self, weights: Tensor, count: int) -> Tensor:
        """Draw indices (count,) in proportion to weights (T,)."""
        steps = weights.cumsum(dim=0)
        drawn = torch.searchsorted(steps / steps[-1], self.uniform(count))
        return drawn.clamp(max=len(weights) - 1)


def draw(
    templates: TemplateTensors, index: Tensor, random: RandomSource, hand: Hand = ANY_HAND
) -> Tensor:
    """Draw the templates with the numbers (N,): segments (N, S, 4) in template units."""
    return bend(trace(templates, index, random, hand), random, hand)


def trace(
    templates: TemplateTensors, index: Tensor, random: RandomSource, hand: Hand = ANY_HAND
) -> Tensor:
    """Draw as ``draw`` does, but unbent: mix keyframes, shake their points, go along the curves."""
    count, mixable = len(index), templates.mixable[index]
    mix = (-random.uniform(*mixable.shape).clamp(min=1e-6).log()) ** hand.sharpness * mixable
    mix = mix / mix.sum(dim=1, keepdim=True)
    points = torch.einsum("nk,nkcd->ncd", mix, templates.keyframes[index])  # (N, C, 2)

    care = 0.2 + 1.6 * random.uniform(count, 1, 1)  # some hands are neat, some are not
    points = points + random.normal(*points.shape) * hand.jitter * care
    inner = templates.inner[index]
    is_end = inner != torch.arange(inner.shape[1])
    past = random.normal(count, inner.shape[1], 1) * hand.overshoot * is_end[..., None]
    points = points + (points - _pick(points, inner)) * past
    strokes = int(templates.stroke.max()) + 1
    offsets = random.normal(count, strokes, 2) * hand.stroke_offset * care
    points = points + _pick(offsets, templates.stroke[index])

    straight = random.uniform(count) * (random.uniform(count) < hand.polygonal)
    rounded = random.uniform(count) * (random.uniform(count) < hand.hasty) * (1 - straight)
    blend = torch.stack([1 - straight - rounded, straight, rounded], dim=1)
    curve = torch.einsum("nv,nvpc->npc", blend, templates.bases[index]) @ points  # (N, P, 2)
    tremor = random.normal(*curve.shape) * hand.tremor * care
    curve = curve + tremor * random.uniform(count, 1, 1)
    return _pick(curve, templates.segments[index].flatten(1)).reshape(count, -1, 4)


def _pick(points: Tensor, numbers: Tensor) -> Tensor:
    """Of each drawing's points (N, P, 2) those with its numbers (N, Q): (N, Q, 2)."""
    return points.gather(1, numbers[..., None].expand(-1, -1, 2))


def bend(segments: Tensor, random: RandomSource, hand: Hand = ANY_HAND) -> Tensor:
    """Bend, taper, stretch, slant and turn drawings (N, S, 4) as a whole, each its own way."""
    count = len(segments)
    points = segments.reshape(count, -1, 2) - UNIT / 2
    for _ in range(hand.waves):
        angle = random.uniform(count, 1) * 2 * pi
        spread = hand.longest_wave / hand.shortest_wave
        length = hand.shortest_wave * spread ** random.uniform(count, 1)
        frequency = torch.stack([angle.cos(), angle.sin()], dim=-1) / length[..., None]
        phase = (points * frequency).sum(dim=-1, keepdim=True) + random.uniform(count, 1, 1)
        height = random.normal(count, 1, 2) * hand.wave * length[..., None]
        points = points + height * (2 * pi * phase).sin()
    x, y = points.unbind(dim=-1)  # from the middle, within -50 to 50 or nearly so
    y = y + random.normal(count, 1) * hand.bulge * (y * pi / UNIT).cos().clamp(min=0)
    x = x * (1 - (random.normal(count, 1) * hand.taper).clamp(-0.4, 0.4) * y * 2 / UNIT)
    x = x * (random.normal(count, 1) * hand.aspect).exp()
    x = x - y * (random.normal(count, 1) * hand.slant + hand.mean_slant)
    turn = random.normal(count, 1).clamp(-2.3, 2.3) * hand.rotation
    x, y = x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()
    return torch.stack([x, y], dim=-1).reshape(segments.shape) + UNIT / 2
