"""Templates as tensors: from a template's points to a curve by one matrix product.

The matrices are the same for all drawings of a template. This module knows nothing of chance.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mnist_core.data import pen_templates
from mnist_core.data.pen_templates import Stroke


@dataclass(frozen=True)
class TemplateTensors:
    """T templates of at most K keyframes, C points, P curve points and S segments.

    Those that have fewer are padded: with zeros, but the segments with the last one.
    """

    names: tuple[str, ...]  # T of them
    weights: Tensor  # (T,) relative frequency
    mixable: Tensor  # (T, K) 1 where there is a keyframe
    keyframes: Tensor  # (T, K, C, 2) points
    stroke: Tensor  # (T, C) number of the stroke that a point belongs to
    inner: Tensor  # (T, C) an end's neighbor within its stroke; any other point itself
    bases: Tensor  # (T, 3, P, C) of the curve, of straight lines, of the curve with rounder corners
    segments: Tensor  # (T, S, 2) numbers of the curve points that a segment joins


@functools.cache
def load(*tables: str, parts: int = 3) -> TemplateTensors:
    """Load tables of templates as one, with ``parts`` segments from one point to the next."""
    templates = [template for table in tables for template in pen_templates.table(table)]
    strokes = [template.strokes for template in templates]
    return TemplateTensors(
        names=tuple(template.name for template in templates),
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
    """For each point (C,) of a template the number that ``TemplateTensors.inner`` has for it."""
    numbers: list[int] = []
    for stroke in strokes:
        first, last = len(numbers), len(numbers) + len(stroke.hard) - 1
        numbers += [min(max(number, first + 1), last - 1) for number in range(first, last + 1)]
    return torch.tensor(numbers)


def _bases(strokes: Sequence[Stroke], parts: int) -> Tensor:
    """The three bases (3, P, C) of a template."""
    curves = [spline_basis(stroke.hard, parts) for stroke in strokes]
    lines = [spline_basis((True,) * len(stroke.hard), parts) for stroke in strokes]
    rounded = [_rounded(basis) for basis in curves]
    return torch.stack([torch.block_diag(*bases) for bases in (curves, lines, rounded)])


@functools.cache  # all templates are made of few kinds of strokes
def spline_basis(hard: tuple[bool, ...], parts: int) -> Tensor:
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
    for row, tensor in zip(out, tensors, strict=True):
        if repeat_last:
            row[:] = tensor[-1]
        row[tuple(slice(size) for size in tensor.shape)] = tensor
    return out
