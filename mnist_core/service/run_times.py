"""How long a training by each recipe has last taken on this machine, in a file.

Knows nothing of visitors or of how a training goes.
"""

import contextlib
import json
import math
import threading
from pathlib import Path

from mnist_core.files import write_atomically


class RunTimes:
    """What is known. Its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Take the file, which is made with the first time that is noted."""
        self._path = path
        self._lock = threading.Lock()

    def seconds(self, recipe: str) -> float | None:
        """Return the seconds that the last training by a recipe has taken, without any wait."""
        return self._read().get(recipe)

    def note(self, recipe: str, seconds: float) -> None:
        """Note what a training has taken; where that can't be written, it is not known."""
        with self._lock, contextlib.suppress(OSError):
            known = self._read() | {recipe: round(seconds, 1)}
            write_atomically(self._path, json.dumps(known).encode())

    def _read(self) -> dict[str, float]:
        try:
            known = json.loads(self._path.read_text())
            pairs = {str(name): float(seconds) for name, seconds in known.items()}
        except (OSError, ValueError, TypeError, AttributeError, OverflowError):
            return {}
        return {name: each for name, each in pairs.items() if math.isfinite(each) and each > 0}
