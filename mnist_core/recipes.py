"""The recipes to train by: data, not code.

This module knows nothing of how they are carried out, so a menu can name them at no cost.
"""

from dataclasses import dataclass, field

from mnist_core.augmentation import Augmentation
from mnist_core.models import Architecture


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
    label_smoothing: float = 0.0  # share of the truth that is spread over all classes
    augmentation: Augmentation = field(default_factory=Augmentation)
    pen_digits: int = 0  # synthetic pen digits mixed into each epoch
    pen_others: int = 0  # synthetic drawings of no digit mixed into each epoch
    redraw: bool = False  # draw new ones for each epoch


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="fast",
            title="Fast",
            description="A small network, a few seconds.",
            architecture=Architecture("convolutional", width=12),
            epochs=2,
            batch_size=256,
            learning_rate=0.02,
            weight_decay=0.02,
            label_smoothing=0.05,
            augmentation=Augmentation(rotation=6, shear=0.1, scale=0.06, shift=1.0),
            pen_digits=6_000,
            pen_others=2_000,
        ),
        Recipe(
            name="balanced",
            title="Balanced",
            description="A good network in well under a minute.",
            architecture=Architecture("convolutional", width=16),
            epochs=5,
            batch_size=256,
            learning_rate=0.02,
            weight_decay=0.02,
            label_smoothing=0.05,
            augmentation=Augmentation(
                rotation=10, shear=0.15, scale=0.1, shift=1.0, elastic=0.6, thickness=0.6
            ),
            pen_digits=15_000,
            pen_others=6_000,
        ),
        Recipe(
            name="best",
            title="Best",
            description="The recipe of the shipped weights: half an hour and more.",
            architecture=Architecture("convolutional", width=48),
            epochs=24,
            batch_size=256,
            learning_rate=0.012,
            weight_decay=0.02,
            label_smoothing=0.05,
            augmentation=Augmentation(
                rotation=12, shear=0.2, scale=0.12, shift=1.0, elastic=0.8, thickness=0.8
            ),
            pen_digits=15_000,
            pen_others=6_000,
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
        ),
    )
}
