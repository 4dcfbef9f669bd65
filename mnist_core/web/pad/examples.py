"""Ready drawings for visitors who do not want to draw first.

Knows the pen styles and the drawing's format, nothing of models or Gradio.
"""

import random

import torch
from torch import Tensor

from mnist_core.data.pen_styles import sample_digits

Strokes = list[list[list[float]]]


def example_drawing(seed: int | None = None) -> Strokes:
    """Return a drawn digit as a drawing of ``[x, y]`` points in pad pixels.

    Args:
        seed: the same seed gives the same drawing; None gives a new one each time.
    """
    generator = torch.Generator().manual_seed(random.getrandbits(63) if seed is None else seed)
    return strokes_from_segments(sample_digits(1, generator).segments[0])


def strokes_from_segments(segments: Tensor) -> Strokes:
    """Join segments (S, 4), as x0, y0, x1, y1, into strokes of points rounded to 0.1 px.

    A segment that starts where the one before ended goes on with its stroke. Repeated segments,
    which only pad a batch, are left out.
    """
    strokes: Strokes = []
    previous: list[float] = []
    for segment in (segments * 10).round().div(10).tolist():
        start, end = segment[:2], segment[2:]
        if segment == previous:
            continue
        if strokes and strokes[-1][-1] == start:
            strokes[-1].append(end)
        else:
            strokes.append([start, end])
        previous = segment
    # Back from float32's 12.300000190734863 to 12.3.
    return [[[round(x, 1), round(y, 1)] for x, y in stroke] for stroke in strokes]
