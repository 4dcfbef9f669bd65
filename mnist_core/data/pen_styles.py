"""Synthetic pen strokes: digits in the ways that people write them, and signs that are none.

They are drawn at random, as batches of tensors, and go through the same framing and rasterizer as
the pad's strokes. This module knows nothing of networks, training or real drawings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import torch
from torch import Generator, Tensor

from mnist_core.data import digit_styles, other_styles
from mnist_core.data.hand import SAME_HAND, RandomSource, bend
from mnist_core.data.pen_templates import UNIT
from mnist_core.ink.drawing import Drawing
from mnist_core.ink.frame import IMAGE_SIZE, PEN_WIDTH
from mnist_core.ink.raster import frame, rasterize, segments_of, stored

PAD_SCALE = 1.6  # pad pixels a template unit
PAD_MARGIN = 60.0  # pad pixels from the pad's corner to the template's
PEN_WIDTH_SPREAD = 0.22  # standard deviation of the logarithm of the pen's width
THINNEST_PEN, THICKEST_PEN = 1.4, 3.4  # px of the 28 px frame
HASTE = (1, 2, 3)  # of so many points of a drawing one is kept when it is varied
FEWEST_POINTS = 12  # of a stroke from which points are left out
CHUNK = 2048  # drawings computed at once


@dataclass(frozen=True)
class PenSample:
    """A batch of synthetic drawings, on the CPU.

    Attributes:
        segments: (N, S, 4) float32, x0, y0, x1, y1 in pad pixels, x to the right and y down; a
            drawing with fewer segments repeats its last one.
        labels: (N,) int64, the digit, or 10 where it is none.
        styles: N names, of ``digit_styles`` or ``other_styles``.
    """

    segments: Tensor
    labels: Tensor
    styles: list[str]


def sample_digits(count: int, generator: Generator) -> PenSample:
    """Draw digits, all ten equally often and each in the styles of ``digit_styles``.

    Args:
        count: how many, at least 1.
        generator: on the CPU; the same state gives the same drawings.
    """
    random = RandomSource(generator)
    return draw_styles(digit_styles, random.choice(digit_styles.weights(), count), random)


def sample_others(count: int, generator: Generator) -> PenSample:
    """Draw what is no digit, in the styles of ``other_styles``; otherwise as ``sample_digits``."""
    random = RandomSource(generator)
    return draw_styles(other_styles, random.choice(other_styles.weights(), count), random)


def draw_styles(styles: ModuleType, numbers: Tensor, random: RandomSource) -> PenSample:
    """Draw the styles with the numbers (N,) of ``digit_styles`` or ``other_styles``."""
    drawn = [styles.draw(part, random) for part in numbers.split(CHUNK)]
    segments = other_styles.join(drawn) * PAD_SCALE + PAD_MARGIN
    names = styles.names()
    return PenSample(segments, styles.labels()[numbers], [names[n] for n in numbers.tolist()])


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
        ``count`` drawings, with the labels of those they came from.
    """
    random = RandomSource(generator)
    hasty = [_thinned_out(drawing, keep_one_of) for keep_one_of in HASTE for drawing in drawings]
    segments = segments_of(hasty) * UNIT
    points = segments.reshape(len(hasty), -1, 2)
    points = points + (UNIT - points.amax(dim=1, keepdim=True)) / 2  # into the middle
    segments = points.reshape(segments.shape)
    number = torch.randperm(count, generator=generator) % len(drawings)
    haste = (random.uniform(count) * len(HASTE)).long().clamp(max=len(HASTE) - 1)
    chosen = segments[haste * len(drawings) + number]
    drawn = torch.cat([bend(part, random, SAME_HAND) for part in chosen.split(CHUNK)])
    return PenSample(drawn * PAD_SCALE + PAD_MARGIN, labels[number], ["given"] * count)


def _thinned_out(drawing: Drawing, keep_one_of: int) -> Drawing:
    """Leave points out, as a faster hand does; a stroke keeps its ends and enough to be curved."""
    parts = []
    for stroke in drawing:
        step = min(keep_one_of, max(1, len(stroke) // FEWEST_POINTS))
        parts.append(np.concatenate([stroke[:-1:step], stroke[-1:]]))
    return parts


def render(sample: PenSample, generator: Generator) -> Tensor:
    """Frame a sample as MNIST framed its digits and draw it, each with a pen of random width.

    Returns:
        Ink (N, 28, 28) uint8, 255 = full ink.
    """
    segments = sample.segments
    random = RandomSource(generator)
    widths = PEN_WIDTH * (random.normal(len(segments)) * PEN_WIDTH_SPREAD).exp()
    widths = widths.clamp(THINNEST_PEN, THICKEST_PEN)
    # Drawings of like length go together, so that none is drawn with much padding.
    lengths = (segments != segments[:, -1:]).any(dim=2).sum(dim=1) + 1
    size = (len(segments), IMAGE_SIZE, IMAGE_SIZE)
    ink = torch.empty(size, dtype=torch.uint8)
    for index in lengths.argsort(stable=True).split(CHUNK):
        width = widths[index]
        framed = frame(segments[index, : int(lengths[index[-1]])], width)
        ink[index] = stored(rasterize(framed, width))
    return ink
