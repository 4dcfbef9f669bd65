"""Train and run networks that read handwritten digits.

    from mnist_core import Recognizer

    reading = Recognizer.load().read_picture("photo.jpg")
    print(reading.digit, reading.confidence)

These names are for other programs; all else may change. Each is imported when it is first used, so
that importing the package loads nothing heavy, and changes nothing in the process.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors; ``_SOURCES`` says the same to Python
    from mnist_core.data.stroke_sets import StrokeSet
    from mnist_core.data.stroke_sets import load as load_strokes
    from mnist_core.errors import MnistCoreError
    from mnist_core.labels import Accuracy
    from mnist_core.model.evaluation import measure_strokes
    from mnist_core.model.export import export
    from mnist_core.model.reading import Reading
    from mnist_core.model.recognizer import Recognizer
    from mnist_core.training.fine_tuning import fine_tune
    from mnist_core.training.loop import train
    from mnist_core.training.recipes import RECIPES

__all__ = [
    "RECIPES",
    "Accuracy",
    "MnistCoreError",
    "Reading",
    "Recognizer",
    "StrokeSet",
    "export",
    "fine_tune",
    "load_strokes",
    "measure_strokes",
    "train",
]

_SOURCES = {  # public name: the module that has it, and its name there
    "RECIPES": ("mnist_core.training.recipes", "RECIPES"),
    "Accuracy": ("mnist_core.labels", "Accuracy"),
    "MnistCoreError": ("mnist_core.errors", "MnistCoreError"),
    "Reading": ("mnist_core.model.reading", "Reading"),
    "Recognizer": ("mnist_core.model.recognizer", "Recognizer"),
    "StrokeSet": ("mnist_core.data.stroke_sets", "StrokeSet"),
    "export": ("mnist_core.model.export", "export"),
    "fine_tune": ("mnist_core.training.fine_tuning", "fine_tune"),
    "load_strokes": ("mnist_core.data.stroke_sets", "load"),
    "measure_strokes": ("mnist_core.model.evaluation", "measure_strokes"),
    "train": ("mnist_core.training.loop", "train"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _SOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _SOURCES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    """List the public names, whether or not they have been used."""
    return sorted({*globals(), *__all__})
