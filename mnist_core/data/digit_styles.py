"""The styles of the ten digits: each a template, whose name begins with its digit."""

import functools

import torch
from torch import Tensor

from mnist_core.data import hand, template_tensors
from mnist_core.data.hand import RandomSource
from mnist_core.labels import DIGITS


def names() -> tuple[str, ...]:
    """Give the names of the T styles."""
    return template_tensors.load("digits").names


@functools.cache
def labels() -> Tensor:
    """Give each style's digit, (T,) int64."""
    return torch.tensor([int(name[0]) for name in names()])


@functools.cache
def weights() -> Tensor:
    """Give each style's frequency, (T,) float32; those of each digit add up to 1."""
    weights = template_tensors.load("digits").weights
    return weights / torch.zeros(DIGITS).index_add(0, labels(), weights)[labels()]


def draw(style: Tensor, random: RandomSource) -> Tensor:
    """Draw the styles with the numbers (N,): segments (N, S, 4) in template units."""
    return hand.draw(template_tensors.load("digits"), style, random)
