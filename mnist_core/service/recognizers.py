"""Models that are ready to read: the built-in one, and stored ones, loaded when they are needed.

Knows nothing of visitors.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from mnist_core.errors import MnistCoreError
from mnist_core.model.recognizer import Recognizer
from mnist_core.storage.models import StoredModel

MODELS_IN_MEMORY = 64  # the one used longest ago gives way


class Recognizers:
    """The models in memory. Its methods may be called from any thread."""

    def __init__(self, built_in: Recognizer, load: Callable[[Path], Recognizer]) -> None:
        """Take the model that reads until another is chosen, and what loads a weight file."""
        self.built_in = built_in
        self._load = load
        self._loaded: OrderedDict[Path, Recognizer] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, model: StoredModel | None) -> Recognizer:
        """Return a stored model, ready to read; the built-in one for None.

        The built-in one also reads in place of a model that has just been deleted, or is damaged.
        """
        if model is None:
            return self.built_in
        try:
            return self.load(model.path)
        except MnistCoreError:
            return self.built_in

    def load(self, path: Path) -> Recognizer:
        """Return the model of a weight file, which stays in memory.

        Raises:
            MnistCoreError: the file is gone or damaged.
        """
        recognizer = self._loaded.get(path) or self._load(path)
        with self._lock:
            recognizer = self._loaded.setdefault(path, recognizer)
            self._loaded.move_to_end(path)
            while len(self._loaded) > MODELS_IN_MEMORY:
                self._loaded.popitem(last=False)
        return recognizer
