"""Ready drawings for visitors who do not want to draw first: ordinary digits, in many hands.

It loads PyTorch with the first. Knows the pen styles and how a digit is read, nothing of Gradio.
"""

import functools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnist_core.ink.drawing import parse_drawing
from mnist_core.labels import DIGITS
from mnist_core.model.recognizer import Recognizer

if TYPE_CHECKING:
    from torch import Tensor

Strokes = list[list[list[float]]]

# Of the styles that a network learns from these are what anybody takes for a digit at once.
ORDINARY_STYLES = (  # a line a digit
    "0-round", "0-overlap", "0-from-left", "0-clockwise", "0-loop-top",
    "1-bare", "1-short-flag", "1-long-flag", "1-serif", "1-flag-base", "1-narrow-flag",
    "2-round", "2-loop", "2-wave", "2-z", "2-open-base", "2-narrow", "2-curl",
    "3-round", "3-smooth-middle", "3-flat-top", "3-flat-top-smooth", "3-flat-base", "3-curl-start",
    "4-open", "4-open-round", "4-closed", "4-rounded-closed", "4-narrow-closed",
    "5-two-strokes", "5-one-stroke", "5-bar-through", "5-flag-body", "5-small-body",
    "6-curved", "6-overlap", "6-spiral", "6-two-strokes", "6-big-loop",
    "7-plain", "7-curved", "7-barred", "7-curved-barred", "7-hook", "7-hook-barred",
    "8-one-stroke", "8-mirrored", "8-two-circles", "8-curl-start", "8-from-middle",
    "9-straight", "9-curved", "9-flat-top", "9-lens", "9-two-strokes", "9-rounded",
)  # fmt: skip
CANDIDATES = 3  # drawn at once, of which one is taken
LEAST_CONFIDENCE = 0.99


@dataclass(frozen=True)
class Example:
    """A drawn digit."""

    digit: int
    strokes: Strokes  # of ``[x, y]`` points in pad pixels


def example_drawing(recognizer: Recognizer, seed: int | None = None) -> Example:
    """Draw a digit, all ten equally often, that is read as what it is.

    Args:
        recognizer: reads it. Where it reads none of the candidates rightly and with confidence,
            the first is taken.
        seed: the same seed gives the same drawing; None gives a new one each time.
    """
    import torch

    from mnist_core.data import digit_styles
    from mnist_core.data.hand import RandomSource
    from mnist_core.data.pen_styles import draw_styles

    generator = torch.Generator().manual_seed(random.getrandbits(63) if seed is None else seed)
    source = RandomSource(generator)
    digit = int(torch.randint(DIGITS, (), generator=generator))
    numbers = _ordinary()[digit_styles.labels()[_ordinary()] == digit]
    chosen = numbers[source.choice(digit_styles.weights()[numbers], CANDIDATES)]
    sample = draw_styles(digit_styles, chosen, source)
    drawings = [strokes_from_segments(segments) for segments in sample.segments]
    readings = recognizer.read_drawings([parse_drawing(drawing) for drawing in drawings])
    for drawing, reading in zip(drawings, readings, strict=True):
        if reading.digit == digit and reading.confidence >= LEAST_CONFIDENCE:
            return Example(digit, drawing)
    return Example(digit, drawings[0])


@functools.cache
def _ordinary() -> "Tensor":
    """Give the numbers (N,) of the ordinary styles."""
    import torch

    from mnist_core.data import digit_styles

    return torch.tensor([digit_styles.names().index(name) for name in ORDINARY_STYLES])


def strokes_from_segments(segments: "Tensor") -> Strokes:
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
