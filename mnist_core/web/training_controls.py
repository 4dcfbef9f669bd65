"""What one trains by: the recipe, the advanced settings, and the buttons of a run.

Lays them out and says what they show. Knows nothing of who clicks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from mnist_core.errors import TrainingError
from mnist_core.jobs import TrainTask
from mnist_core.recipes import BATCH_SIZES, EPOCHS, LEARNING_RATES, RECIPES, customize
from mnist_core.web.studio import Studio, View
from mnist_core.web.training_panel import panel_value, training_panel

DEFAULT_RECIPE = "balanced"
LOOK_EVERY = 0.25  # s between two looks at a training
# Among strangers one run of twenty minutes would keep everybody else from training.
LONG_RECIPES = frozenset({"best"})
EPOCHS_OF_STRANGERS = 10
LARGEST_SEED = 2**31 - 1

DATASETS = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
NETWORKS = {
    "convolutional": "Convolutional network",
    "simple": "SimpleNetwork, 784-128-64-10",
}


@dataclass(frozen=True)
class Controls:
    """The components of the training card."""

    panel: gr.HTML
    timer: gr.Timer
    retrain: gr.Button
    finish: gr.Button
    stop: gr.Button
    keep: gr.Button
    back: gr.Button
    settings: list[Any]  # recipe, epochs, learning rate, batch size, network, data set, seed

    @property
    def outputs(self) -> list[Any]:
        """What ``show`` fills, in its order."""
        return [
            self.panel, self.timer, self.retrain, self.finish, self.stop, self.keep, self.back
        ]  # fmt: skip


def lay_out(public: bool) -> Controls:
    """Lay out the card; strangers are not offered what takes so long."""
    hidden = LONG_RECIPES if public else frozenset()
    with gr.Column(elem_id="training", elem_classes="card"):
        gr.HTML(
            "<h2>Retrain</h2><p>Trains a new model from nothing on MNIST's handwritten "
            "digits. The old one goes on reading meanwhile.</p>"
        )
        with gr.Row(elem_classes="controls"):
            recipe = gr.Dropdown(
                [(_menu_line(name), name) for name in RECIPES if name not in hidden],
                value=DEFAULT_RECIPE,
                label="Recipe",
                elem_id="recipe",
                filterable=False,
                scale=4,
                min_width=240,
            )
            retrain = _button("Retrain", "retrain", variant="primary")
            finish = _button("Finish now", "finish", interactive=False)
            stop = _button("Stop", "stop", interactive=False)
        advanced = _advanced(public)
        panel = training_panel()
        with gr.Row(elem_classes="controls"):
            keep = _button("Keep", "keep", variant="primary", visible=False)
            back = _button("Go back", "back", visible=False)
        timer = gr.Timer(LOOK_EVERY, active=False)
    followed = gr.State(DEFAULT_RECIPE)
    recipe.change(
        _follow,
        [recipe, followed, *advanced[:4]],
        [followed, *advanced[:4]],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    return Controls(panel, timer, retrain, finish, stop, keep, back, [recipe, *advanced])


def _button(text: str, name: str, **options: Any) -> gr.Button:
    return gr.Button(text, elem_id=name, scale=1, min_width=120, **options)


def _advanced(public: bool) -> list[Any]:
    most = EPOCHS_OF_STRANGERS if public else EPOCHS[1]
    with gr.Accordion("Advanced", open=False, elem_id="advanced"):
        with gr.Row():
            epochs = _number(f"Epochs, {EPOCHS[0]} to {most}", precision=0)
            rate = _number(f"Learning rate, {LEARNING_RATES[0]:f} to {LEARNING_RATES[1]}")
            batch = _number(f"Batch size, {BATCH_SIZES[0]} to {BATCH_SIZES[1]}", precision=0)
        with gr.Row():
            network = _menu("Network", NETWORKS, "convolutional")
            dataset = _menu("Data set", DATASETS, "mnist")
            seed = _number("Seed", value=0, precision=0)
    settings = [epochs, rate, batch, network]
    for component, value in zip(settings, _settings_of(DEFAULT_RECIPE), strict=True):
        component.value = value
    return [*settings, dataset, seed]


def _number(label: str, **options: Any) -> gr.Number:
    return gr.Number(label=label, min_width=150, **options)


def _menu(label: str, choices: dict[str, str], value: str) -> gr.Dropdown:
    pairs = [(text, name) for name, text in choices.items()]
    return gr.Dropdown(pairs, value=value, label=label, filterable=False, min_width=150)


def _settings_of(name: str) -> list[Any]:
    """Return a recipe's epochs, learning rate, batch size and network."""
    recipe = RECIPES[name]
    return [recipe.epochs, recipe.learning_rate, recipe.batch_size, recipe.architecture.name]


def _follow(name: str, before: str, *values: Any) -> list[Any]:
    """Set what another recipe has, except where the visitor has changed what the last one had."""
    return [
        name,
        *(
            new if value == old else gr.skip()
            for value, old, new in zip(
                values, _settings_of(before), _settings_of(name), strict=True
            )
        ),
    ]


def task(settings: Sequence[Any], studio: Studio) -> TrainTask:
    """Make a training of what is set; nothing that comes from a browser is taken on trust.

    Raises:
        TrainingError: a setting is not among those offered, or out of its range.
    """
    name, epochs, rate, batch, network, dataset, seed = settings
    if name not in RECIPES or (studio.public and name in LONG_RECIPES):
        raise TrainingError("That recipe is not offered here: choose one from the list.")
    if dataset not in DATASETS:
        raise TrainingError("That data set is not offered here: choose one from the list.")
    recipe = customize(
        RECIPES[name], epochs=epochs, learning_rate=rate, batch_size=batch, network=network
    )
    if studio.public and recipe.epochs > EPOCHS_OF_STRANGERS:
        raise TrainingError(
            f"On a shared server {EPOCHS_OF_STRANGERS} epochs are the most: choose fewer."
        )
    if not isinstance(seed, int | float) or not 0 <= seed <= LARGEST_SEED or seed != int(seed):
        raise TrainingError(f"The seed can't be {seed!r}: enter a whole number from 0.")
    return TrainTask(recipe, dataset, studio.device, int(seed))


def show(view: View, note: str = "") -> list[Any]:
    """Fill ``Controls.outputs``."""
    running = view.active and view.place == 0
    return [
        panel_value(view, note),
        gr.Timer(active=view.active),
        gr.Button(interactive=not view.active),
        gr.Button(interactive=running),
        gr.Button("Stop" if running or not view.active else "Leave", interactive=view.active),
        gr.Button(visible=view.gate is not None),
        gr.Button(visible=view.gate is not None),
    ]


def _menu_line(name: str) -> str:
    recipe = RECIPES[name]
    return f"{recipe.title}: {recipe.description[0].lower()}{recipe.description[1:].rstrip('.')}"
