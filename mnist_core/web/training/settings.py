"""What one trains by: the recipe and the advanced settings, laid out and taken in.

Knows nothing of who trains.
"""

from collections.abc import Container, Sequence
from typing import Any

import gradio as gr

from mnist_core.data.catalog import DATASETS
from mnist_core.errors import TrainingError
from mnist_core.training.recipes import LIMITS, RECIPES, customize
from mnist_core.training.worker import TrainTask
from mnist_core.web.card import PRIVATE

DEFAULT_RECIPE = "balanced"
# Among strangers one run of twenty minutes would keep everybody else from training.
LONG_RECIPES = frozenset({"best"})
EPOCHS_OF_STRANGERS = 10
LARGEST_SEED = 2**31 - 1

NETWORKS = {
    "convolutional": "Convolutional network",
    "simple": "SimpleNetwork, 784-128-64-10",
}


def recipe_menu(public: bool) -> gr.Dropdown:
    """Lay out the recipes; strangers are not offered what takes so long."""
    hidden = LONG_RECIPES if public else frozenset()
    return gr.Dropdown(
        [(_menu_line(name), name) for name in RECIPES if name not in hidden],
        value=DEFAULT_RECIPE,
        label="Recipe",
        elem_id="recipe",
        filterable=False,
        scale=4,
        min_width=240,
    )


def advanced_settings(recipe: gr.Dropdown, public: bool) -> list[Any]:
    """Lay out what ``task_of`` takes beside the recipe; it follows the recipe that is chosen."""
    fewest, most = LIMITS["epochs"]
    most = EPOCHS_OF_STRANGERS if public else most
    with gr.Accordion("Advanced", open=False, elem_id="advanced"):
        with gr.Row():
            epochs = _number(f"Epochs, {fewest} to {most}", precision=0)
            rate = _number("Learning rate, {:f} to {}".format(*LIMITS["learning_rate"]))
            batch = _number("Batch size, {} to {}".format(*LIMITS["batch_size"]), precision=0)
        with gr.Row():
            network = _menu("Network", NETWORKS, "convolutional")
            titles = {name: info.title for name, info in DATASETS.items()}
            dataset = _menu("Data set", titles, "mnist")
            seed = _number("Seed", value=0, precision=0)
    of_recipe = [epochs, rate, batch, network]
    for component, value in zip(of_recipe, _settings_of(DEFAULT_RECIPE), strict=True):
        component.value = value
    followed = gr.State(DEFAULT_RECIPE)
    recipe.change(_follow, [recipe, followed, *of_recipe], [followed, *of_recipe], **PRIVATE)
    return [*of_recipe, dataset, seed]


def task_of(settings: Sequence[Any], public: bool, device: str) -> TrainTask:
    """Make a training of what is set; nothing that comes from a browser is taken on trust.

    Args:
        settings: recipe, epochs, learning rate, batch size, network, data set, seed.
        public: whether a stranger asks, who is not offered everything.
        device: where to train.

    Raises:
        TrainingError: a setting is not among those offered, or out of its range.
    """
    name, epochs, rate, batch, network, dataset, seed = settings
    if not _is_in(name, RECIPES) or (public and name in LONG_RECIPES):
        raise TrainingError("That recipe is not offered here: choose one from the list.")
    if not _is_in(dataset, DATASETS):
        raise TrainingError("That data set is not offered here: choose one from the list.")
    recipe = customize(
        RECIPES[name], epochs=epochs, learning_rate=rate, batch_size=batch, network=network
    )
    if public and recipe.epochs > EPOCHS_OF_STRANGERS:
        raise TrainingError(
            f"On a shared server {EPOCHS_OF_STRANGERS} epochs are the most: choose fewer."
        )
    if not isinstance(seed, int | float) or not 0 <= seed <= LARGEST_SEED or seed != int(seed):
        raise TrainingError(f"The seed can't be {seed!r}: enter a whole number from 0.")
    return TrainTask(recipe, dataset, device, int(seed))


def _is_in(name: Any, names: Container[str]) -> bool:
    return isinstance(name, str) and name in names


def _settings_of(name: str) -> list[Any]:
    """Return a recipe's epochs, learning rate, batch size and network."""
    recipe = RECIPES[name]
    return [recipe.epochs, recipe.learning_rate, recipe.batch_size, recipe.architecture.name]


def _follow(name: Any, before: str, *values: Any) -> list[Any]:
    """Set what another recipe has, except where the visitor has changed what the last one had."""
    if not _is_in(name, RECIPES):
        return [gr.skip()] * (1 + len(values))
    settings = zip(values, _settings_of(before), _settings_of(name), strict=True)
    return [name, *(new if value == old else gr.skip() for value, old, new in settings)]


def _number(label: str, **options: Any) -> gr.Number:
    return gr.Number(label=label, min_width=150, **options)


def _menu(label: str, choices: dict[str, str], value: str) -> gr.Dropdown:
    pairs = [(text, name) for name, text in choices.items()]
    return gr.Dropdown(pairs, value=value, label=label, filterable=False, min_width=150)


def _menu_line(name: str) -> str:
    text = RECIPES[name].description.rstrip(".")
    return f"{name.capitalize()}: {text[0].lower()}{text[1:]}"
