"""Drawings that several test modules use: strokes in pad pixels, as a hand would leave them."""

import math

Stroke = list[list[float]]

SEVEN: list[Stroke] = [[[80, 70], [140, 68], [200, 70], [180, 110], [160, 160], [140, 220]]]
ONE: list[Stroke] = [[[140, 50], [140, 230]]]


def circle(points: int = 40, radius: float = 90.0) -> list[Stroke]:
    """One closed stroke around the middle of the pad: a zero."""
    angles = [2 * math.pi * index / points for index in range(points + 1)]
    return [[[140 + radius * 0.7 * math.sin(a), 140 - radius * math.cos(a)] for a in angles]]


def moved(
    drawing: list[Stroke], scale: float = 1.0, right: float = 0.0, down: float = 0.0
) -> list[Stroke]:
    """Scale a drawing about the pad's corner, then move it."""
    return [[[x * scale + right, y * scale + down] for x, y in stroke] for stroke in drawing]
