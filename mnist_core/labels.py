"""What images are labeled with, and how many of them are read right.

Knows nothing of images or networks.
"""

import math
from dataclasses import dataclass

DIGITS = 10  # classes 0 to 9
NO_DIGIT = 10  # the class of what is no digit, after the ten

Z95 = 1.959964  # standard normal quantile of 97.5 %


@dataclass(frozen=True)
class Accuracy:
    """How many were read right, of how many."""

    right: int
    count: int

    @property
    def share(self) -> float:
        """Share that was read right, 0 to 1; 0 of none."""
        return self.right / max(1, self.count)

    @property
    def ci95(self) -> tuple[float, float]:
        """95 % interval of the share, in [0, 1] (Wilson, 1927)."""
        if self.count == 0:
            return 0.0, 1.0
        n, z2 = self.count, Z95 * Z95
        middle = (self.share + z2 / (2 * n)) / (1 + z2 / n)
        spread = math.sqrt(self.share * (1 - self.share) / n + z2 / (4 * n * n))
        half = Z95 / (1 + z2 / n) * spread
        return max(0.0, middle - half), min(1.0, middle + half)

    def is_clearly_above(self, other: "Accuracy") -> bool:
        """Whether the two intervals do not touch, and this one is the higher."""
        return self.ci95[0] > other.ci95[1]
