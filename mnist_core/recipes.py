"""The recipes to train by: data, not code.

This module knows nothing of how they are carried out, so a menu can name them at no cost.
"""

import math
from dataclasses import dataclass, field, replace

from mnist_core.augmentation import Augmentation
from mnist_core.errors import TrainingError
from mnist_core.models import Architecture

EPOCHS = (1, 50)  # what may be asked for, least and most
BATCH_SIZES = (16, 2048)  # images a step
LEARNING_RATES = (0.000_01, 0.5)


@dataclass(frozen=True)
class Recipe:
    """One way to train: what the network is, what it sees, and for how long."""

    name: str
    title: str  # a few words for a menu
    description: str  # one sentence
    architecture: Architecture
    epochs: int  # passes over the training images
    batch_size: int  # images a step
    learning_rate: float  # the peak, where it changes
    weight_decay: float = 0.0  # AdamW's
    muon_factor: float = 0.0  # times the learning rate: filters' orthogonal steps; 0: none
    label_smoothing: float = 0.0  # share of the truth that is spread over all classes
    augmentation: Augmentation = field(default_factory=Augmentation)
    cropped: float = 0.0  # share of the steps, the first, that see images without their margin
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
            title="Fast",
            description="A small network, in some seconds.",
            architecture=Architecture("convolutional", width=16),
            epochs=1,
            batch_size=256,
            learning_rate=0.02,
            weight_decay=0.02,
            muon_factor=5.0,
            label_smoothing=0.05,
            augmentation=Augmentation(rotation=6, shear=0.1, scale=0.06, shift=1.0),
            cropped=0.6,
            images=32_000,
            pen_digits=4_000,
            pen_others=1_000,
        ),
        Recipe(
            name="balanced",
            title="Balanced",
            description="A good network in well under a minute.",
            architecture=Architecture("convolutional", width=16),
            epochs=4,
            batch_size=256,
            learning_rate=0.02,
            weight_decay=0.02,
            muon_factor=5.0,
            label_smoothing=0.05,
            augmentation=Augmentation(
                rotation=6, shear=0.1, scale=0.06, shift=1.0, elastic=0.4, thickness=0.4
            ),
            cropped=0.6,
            images=48_000,
            pen_digits=12_000,
            pen_others=4_000,
        ),
        Recipe(
            name="best",
            title="Best",
            description="The recipe of the shipped weights: some twenty minutes.",
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
            title="Tutorial",
            description="The classic beginner's workflow, step by step, without any trick.",
            architecture=Architecture("simple"),
            epochs=5,
            batch_size=64,
            learning_rate=0.01,
            tutorial=True,
        ),
    )
}


def customize(
    recipe: Recipe,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    network: str | None = None,
) -> Recipe:
    """Change a recipe as somebody asks; what is None stays.

    Args:
        recipe: what to change.
        epochs: passes over the images, within ``EPOCHS``.
        learning_rate: the peak, within ``LEARNING_RATES``.
        batch_size: images a step, within ``BATCH_SIZES``.
        network: ``simple`` or ``convolutional``.

    Raises:
        TrainingError: a value is out of its range, or the tutorial is asked for another network.
    """
    changes: dict[str, object] = {}
    for name, value, (least, most), whole in (
        ("epochs", epochs, EPOCHS, True),
        ("learning_rate", learning_rate, LEARNING_RATES, False),
        ("batch_size", batch_size, BATCH_SIZES, True),
    ):
        if value is None:
            continue
        called = name.replace("_", " ")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or (whole and value != int(value)):
            raise TrainingError(f"The {called} can't be {value!r}: enter a number.")
        if not least <= value <= most:
            raise TrainingError(f"The {called} can't be {value:g}: choose {least:g} to {most:g}.")
        changes[name] = int(value) if whole else float(value)
    if network not in (None, recipe.architecture.name):
        changes["architecture"] = _architecture(recipe, network)
    return replace(recipe, **changes)  # type: ignore[arg-type]


def _architecture(recipe: Recipe, network: str | None) -> Architecture:
    if network == "simple":
        return Architecture("simple")
    if network != "convolutional":
        raise TrainingError(f"There is no network {network!r}: choose simple or convolutional.")
    raise TrainingError(
        f"The recipe {recipe.name} trains the tutorial's own network: "
        "choose another recipe for the convolutional one."
    )
