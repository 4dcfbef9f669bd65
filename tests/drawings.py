"""Drawings that several test modules use: strokes in pad pixels, as a hand would leave them."""

import math

Stroke = list[list[float]]

SEVEN: list[Stroke] = [[[80, 70], [140, 68], [200, 70], [180, 110], [160, 160], [140, 220]]]
ONE: list[Stroke] = [[[140, 50], [140, 230]]]
TWO: list[Stroke] = [
    [[90, 100], [110, 65], [150, 60], [180, 90], [170, 130], [90, 225], [195, 225]]
]
FOUR: list[Stroke] = [[[130, 60], [90, 160], [200, 160]], [[165, 70], [165, 230]]]
PLUS: list[Stroke] = [[[140, 100], [140, 200]], [[90, 150], [190, 150]]]


def circle(points: int = 40, radius: float = 90.0) -> list[Stroke]:
    """One closed stroke around the middle of the pad: a zero."""
    angles = [2 * math.pi * index / points for index in range(points + 1)]
    return [[[140 + radius * 0.7 * math.sin(a), 140 - radius * math.cos(a)] for a in angles]]


def moved(
    drawing: list[Stroke], scale: float = 1.0, right: float = 0.0, down: float = 0.0
) -> list[Stroke]:
    """Scale a drawing about the pad's corner, then move it."""
    return [[[x * scale + right, y * scale + down] for x, y in stroke] for stroke in drawing]


def row(*digits: list[Stroke]) -> list[Stroke]:
    """Digits in a row on the pad."""
    width = 270 / len(digits)
    scale = width / 170
    return [
        stroke
        for index, digit in enumerate(digits)
        for stroke in moved(digit, scale, right=width * index - 60 * scale, down=60)
    ]
