"""How far images are changed while a network learns from them; ``augment`` does it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Augmentation:
    """How far images are changed; the default changes nothing."""

    rotation: float = 0.0  # degrees, largest turn either way
    shear: float = 0.0  # largest slant, px sideways per px of height
    scale: float = 0.0  # largest change of width and of height, as a fraction
    shift: float = 0.0  # px, largest move along x and y
    elastic: float = 0.0  # px, standard deviation of a knot's displacement
    thickness: float = 0.0  # 0 to 1, how far strokes may go to one px thicker or thinner
