"""What one trains by: the recipe and the advanced settings, laid out and taken in.

Knows nothing of who trains.
"""

import json
import re
from collections.abc import Container, Sequence
from typing import Any

import gradio as gr

from mnist_core.data.catalog import DATASETS
from mnist_core.errors import SettingError
from mnist_core.service.run_times import RunTimes
from mnist_core.training.recipes import LIMITS, RECIPES, customize
from mnist_core.training.worker import TrainTask
from mnist_core.web.assets import read_assets
from mnist_core.web.card import PRIVATE
from mnist_core.web.figures import duration
from mnist_core.web.texts import TRAINING

DEFAULT_RECIPE = "balanced"
# Among strangers one run of twenty minutes would keep everybody else from training.
LONG_RECIPES = frozenset({"best"})
EPOCHS_OF_STRANGERS = 10
DEFAULT_SEED = 0
LARGEST_TYPED_SEED = 2**31 - 1  # the shell takes larger ones, which people would not want to read

NETWORKS = {
    "convolutional": TRAINING["convolutional"],
    "simple": TRAINING["simple"],
}
WHOLE = ("epochs", "batch_size", "seed")


def recipe_menu(public: bool, times: RunTimes) -> gr.Dropdown:
    """Lay out the recipes; strangers are not offered what takes so long."""
    return gr.Dropdown(
        recipe_choices(public, times),
        value=DEFAULT_RECIPE,
        label=TRAINING["recipe"],
        elem_id="recipe",
        filterable=False,
        scale=4,
        min_width=240,
    )


def recipe_choices(public: bool, times: RunTimes) -> list[tuple[str, str]]:
    """Return the lines of the menu and their recipes; they say what is known of this machine."""
    hidden = LONG_RECIPES if public else frozenset()
    return [(_menu_line(name, times.seconds(name)), name) for name in RECIPES if name not in hidden]


def advanced_settings(recipe: gr.Dropdown, public: bool, network_note: gr.HTML) -> list[Any]:
    """Lay out what ``task_of`` takes beside the recipe; it follows the recipe that is chosen.

    ``network_note`` then says what the chosen network can't do.
    """
    fewest, most = LIMITS["epochs"]
    most = EPOCHS_OF_STRANGERS if public else most
    smallest, largest = LIMITS["batch_size"]
    with gr.Accordion(TRAINING["advanced"], open=False, elem_id="advanced"):
        with gr.Row():
            epochs = _field("epochs", TRAINING["epochs"].format(fewest=fewest, most=most))
            rate = _field("learning_rate", TRAINING["learning_rate"])
            batch = _field(
                "batch_size", TRAINING["batch_size"].format(fewest=smallest, most=largest)
            )
        with gr.Row():
            network = _menu("network", TRAINING["network"], NETWORKS, "convolutional")
            titles = {name: info.title for name, info in DATASETS.items()}
            dataset = _menu("dataset", TRAINING["dataset"], titles, "mnist")
            seed = _field("seed", TRAINING["seed"], value=str(DEFAULT_SEED))
    of_recipe = [epochs, rate, batch, network]
    for component, value in zip(of_recipe, _shown_settings(DEFAULT_RECIPE), strict=True):
        component.value = value
    recipe.change(None, [recipe, *of_recipe], of_recipe, js=_recipe_script(), **PRIVATE)
    network.change(_note_of, network, network_note, **PRIVATE)
    return [*of_recipe, dataset, seed]


def task_of(settings: Sequence[Any], public: bool, device: str) -> TrainTask:
    """Make a training of what is set; nothing that comes from a browser is taken on trust.

    Args:
        settings: recipe, epochs, learning rate, batch size, network, data set, seed.
        public: whether a stranger asks, who is not offered everything.
        device: where to train.

    Raises:
        SettingError: one is not among those offered, or out of its range.
    """
    name, epochs, rate, batch, network, dataset, seed = settings
    if not _is_in(name, RECIPES) or (public and name in LONG_RECIPES):
        raise SettingError("recipe", TRAINING["no_recipe"])
    if not _is_in(dataset, DATASETS):
        raise SettingError("dataset", TRAINING["no_dataset"])
    recipe = customize(
        RECIPES[name],
        epochs=_number("epochs", epochs),
        learning_rate=_number("learning_rate", rate),
        batch_size=_number("batch_size", batch),
        network=network,
    )
    if public and recipe.epochs > EPOCHS_OF_STRANGERS:
        raise SettingError(
            "epochs",
            TRAINING["too_many_epochs"].format(most=EPOCHS_OF_STRANGERS),
        )
    return TrainTask(recipe, dataset, device, _seed(seed))


def _seed(value: Any) -> int:
    number = _number("seed", value)
    if number is None:
        return DEFAULT_SEED
    is_number = isinstance(number, int | float) and 0 <= number <= LARGEST_TYPED_SEED
    if not is_number or number != int(number):
        complaint = TRAINING["bad_seed"].format(
            value=str(value).strip()[:20], most=LARGEST_TYPED_SEED
        )
        raise SettingError("seed", complaint)
    return int(number)


def _number(setting: str, value: Any) -> Any:
    """Return the number that somebody has typed; None for nothing, and else what it is.

    A comma is a decimal point, as in half of the world. In a whole number it could as well stand
    between thousands, so there it is none.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    decimals = "" if setting in WHOLE and "," in text else r"([.,]\d+)?"
    if text and not re.fullmatch(
        rf"[+-]?\d{{1,30}}{decimals}([eE][+-]?\d{{1,3}})?", text, re.ASCII
    ):
        complaint = TRAINING["bad_whole_number" if setting in WHOLE else "bad_number"]
        called = setting.replace("_", " ")
        raise SettingError(setting, complaint.format(setting=called, value=text[:20]))
    if re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        return int(text)
    return float(text.replace(",", ".")) if text else None


def _is_in(name: Any, names: Container[str]) -> bool:
    return isinstance(name, str) and name in names


def _shown_settings(name: str) -> list[str]:
    """Return what the fields show for a recipe: epochs, learning rate, batch size and network."""
    recipe = RECIPES[name]
    settings = [recipe.epochs, recipe.learning_rate, recipe.batch_size, recipe.architecture.name]
    return list(map(_text, settings))


def _recipe_script() -> str:
    """Return what the browser calls with the chosen recipe and what stands in the fields."""
    offered = {name: _shown_settings(name) for name in RECIPES}
    given = f"{json.dumps(offered)}, {json.dumps(DEFAULT_RECIPE)}"
    return f"(...values) => ({read_assets('training/recipe.js')})({given}, ...values)"


def _note_of(network: str) -> gr.HTML:
    """Say what the chosen network can't do."""
    is_simple = network == "simple"
    return gr.HTML(
        f"<p>{TRAINING['digits_only']}</p>" if is_simple else "", visible=is_simple or "hidden"
    )


def _text(value: Any) -> str:
    """Return what stands in a field for a setting."""
    return f"{value:f}".rstrip("0") if isinstance(value, float) else str(value)


def _field(setting: str, label: str, **options: Any) -> gr.Textbox:
    """Lay out where a number is typed, as it is meant; a browser's own would drop commas."""
    return gr.Textbox(
        label=label, elem_id=_id(setting), elem_classes="setting", max_lines=1, min_width=150,
        **options,
    )  # fmt: skip


def _menu(setting: str, label: str, choices: dict[str, str], value: str) -> gr.Dropdown:
    pairs = [(text, name) for name, text in choices.items()]
    return gr.Dropdown(
        pairs, value=value, label=label, elem_id=_id(setting), elem_classes="setting",
        filterable=False, min_width=150,
    )  # fmt: skip


def _id(setting: str) -> str:
    return f"setting-{setting.replace('_', '-')}"


def _menu_line(name: str, seconds: float | None) -> str:
    recipe = RECIPES[name]
    time = (
        recipe.duration if seconds is None else TRAINING["time_here"].format(time=duration(seconds))
    )
    return TRAINING["recipe_line"].format(
        name=name.capitalize(), description=recipe.description, time=time
    )
