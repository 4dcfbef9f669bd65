"""The recipes to train by: data, not code.

This module knows nothing of how they are carried out.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from mnist_core.data.augmentation import Augmentation
from mnist_core.errors import SettingError
from mnist_core.model.weight_info import Architecture

# What may be asked for, least and most.
LIMITS: dict[str, tuple[float, float]] = {
    "epochs": (1, 50),
    "batch_size": (16, 2048),
    "learning_rate": (0.000_01, 0.5),
}
LONGEST_TOLD = 30  # characters of what somebody has asked for


@dataclass(frozen=True)
class Recipe:
    """One way to train: what the network is, what it sees, and for how long."""

    name: str
    description: str  # what it makes
    duration: str  # on most machines
    architecture: Architecture
    epochs: int  # passes over the training images
    batch_size: int  # images a step
    learning_rate: float  # the peak, where it changes
    weight_decay: float = 0.0  # AdamW's
    muon_factor: float = 0.0  # times the learning rate: filters' orthogonal steps; 0: none
    label_smoothing: float = 0.0  # share of the truth that is spread over all classes
    augmentation: Augmentation = field(default_factory=Augmentation)
    cropped_share: float = 0.0  # of the steps, the first ones: images lack their margin
    images: int = 60_000  # of the training images, if there are so many
    pen_digits: int = 0  # synthetic pen digits mixed into each epoch
    pen_others: int = 0  # synthetic drawings of no digit mixed into each epoch
    redraw: bool = False  # draw new ones for each epoch
    tutorial: bool = False  # follow the classic tutorial, step by step


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="fast",
            description="a small network",
            duration="less than a minute",
            architecture=Architecture("convolutional", width=8, growth=2),
            epochs=1,
            batch_size=256,
            learning_rate=0.02,
            weight_decay=0.02,
            muon_factor=5.0,
            label_smoothing=0.05,
            augmentation=Augmentation(rotation=6, shear=0.1, scale=0.06, shift=1.0),
            cropped_share=0.6,
            images=32_000,
            pen_digits=4_000,
            pen_others=1_000,
        ),
        Recipe(
            name="balanced",
            description="a good network",
            duration="a minute or less",
            architecture=Architecture("convolutional", width=16),
            epochs=2,
            batch_size=256,
            learning_rate=0.02,
            weight_decay=0.02,
            muon_factor=5.0,
            label_smoothing=0.05,
            augmentation=Augmentation(
                rotation=6, shear=0.1, scale=0.06, shift=1.0, elastic=0.4, thickness=0.4
            ),
            cropped_share=0.6,
            images=44_000,
            pen_digits=15_500,
            pen_others=4_000,
        ),
        Recipe(
            name="best",
            description="that of the built-in model",
            duration="twenty minutes or more",
            architecture=Architecture("convolutional", width=32),
            epochs=40,
            batch_size=256,
            learning_rate=0.015,
            weight_decay=0.02,
            label_smoothing=0.05,
            augmentation=Augmentation(
                rotation=8, shear=0.12, scale=0.08, shift=1.0, elastic=0.5, thickness=0.3
            ),
            pen_digits=6_000,
            pen_others=2_500,
            redraw=True,
        ),
        Recipe(
            name="tutorial",
            description="the classic workflow",
            duration="a minute or two",
            architecture=Architecture("simple"),
            epochs=5,
            batch_size=64,
            learning_rate=0.01,
            tutorial=True,
        ),
    )
}


def customize(recipe: Recipe, *, network: str | None = None, **numbers: float | None) -> Recipe:
    """Change a recipe as somebody asks; what is None stays.

    Args:
        recipe: what to change.
        network: ``simple`` or ``convolutional``.
        **numbers: for any of ``LIMITS``.

    Raises:
        SettingError: a value is out of its range, or the tutorial is asked for another network.
    """
    changes: dict[str, Any] = {
        name: _checked(name, value) for name, value in numbers.items() if value is not None
    }
    if network not in (None, recipe.architecture.name):
        if network == "convolutional":
            raise SettingError(
                "network",
                f"The recipe {recipe.name} trains the tutorial's own network: "
                "choose another recipe for the convolutional one.",
            )
        if network != "simple":
            raise SettingError(
                "network", f"There is no network {network!r}: choose simple or convolutional."
            )
        changes["architecture"] = Architecture("simple")
    return replace(recipe, **changes)


def suited(recipe: Recipe, dataset: str) -> Recipe:
    """Leave out of a recipe what its data set and its network have no use for."""
    if dataset != "mnist":  # pen strokes are digits; more images of clothes take their place
        count = recipe.images + recipe.pen_digits + recipe.pen_others
        recipe = replace(recipe, images=count, pen_digits=0, pen_others=0)
    # It takes whole images, and has no class "no digit" and no filters.
    if recipe.architecture.name == "simple":
        recipe = replace(recipe, pen_others=0, cropped_share=0.0, muon_factor=0.0)
    return recipe


def _checked(name: str, value: Any) -> float:
    """Return a number that is within its limits, an int where these are whole."""
    least, most = LIMITS[name]
    kind, called = type(least), name.replace("_", " ")
    told = repr(value).removesuffix(".0")
    told = told if len(told) <= LONGEST_TOLD else f"{told[:LONGEST_TOLD]}…"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_within = is_number and least <= value <= most
    if not is_number or (is_within and kind is int and value != int(value)):
        wanted = "a whole number" if kind is int else "a number"
        raise SettingError(name, f"The {called} can't be {told}: enter {wanted}.")
    if not is_within:
        bounds = f"{Decimal(str(least)):f} to {Decimal(str(most)):f}"
        raise SettingError(name, f"The {called} can't be {told}: choose {bounds}.")
    return kind(value)
