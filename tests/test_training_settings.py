"""What one may train by: what is offered, and what is refused whoever asks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import TrainingError
from mnist_core.service.run_times import RunTimes
from mnist_core.training.recipes import LIMITS, RECIPES
from mnist_core.training.worker import TrainTask
from mnist_core.web.training.settings import (
    EPOCHS_OF_STRANGERS,
    LARGEST_TYPED_SEED,
    _note_of,
    _shown_settings,
    recipe_choices,
    task_of,
)
from tests.pages import is_one_sentence
from tests.stubs import JSON

GOOD = {
    "recipe": "fast",
    "epochs": 2,
    "learning_rate": 0.01,
    "batch_size": 64,
    "network": "convolutional",
    "dataset": "mnist",
    "seed": 3,
}


def task(public=False, **changes):
    return task_of([*(GOOD | changes).values()], public, "cpu")


def test_a_training_is_as_it_is_set():
    made = task(epochs=3, learning_rate=0.02, batch_size=32, dataset="fashion-mnist", seed=7)
    assert (made.dataset, made.device, made.seed) == ("fashion-mnist", "cpu", 7)
    assert made.recipe.name == "fast"
    assert (made.recipe.epochs, made.recipe.batch_size) == (3, 32)
    assert made.recipe.learning_rate == 0.02
    assert task(network="simple").recipe.architecture.name == "simple"


def test_what_is_left_empty_is_as_the_recipe_has_it():
    made = task(epochs=None, learning_rate=None, batch_size=None, network=None, seed=None)
    assert (made.recipe, made.seed) == (RECIPES["fast"], 0)


@pytest.mark.parametrize("public", [False, True])
def test_every_recipe_on_offer_can_be_trained_as_it_is(tmp_path, public):
    for _, name in recipe_choices(public, RunTimes(tmp_path / "x")):
        settings = [name, *_shown_settings(name), "mnist", 0]
        assert task_of(settings, public, "cpu").recipe == RECIPES[name]


def test_strangers_are_not_offered_the_recipe_that_takes_twenty_minutes(tmp_path):
    offered = {
        public: {name for _, name in recipe_choices(public, RunTimes(tmp_path / "x"))}
        for public in (False, True)
    }
    assert offered[False] == set(RECIPES)
    assert offered[True] == set(RECIPES) - {"best"}


def test_a_stranger_who_asks_for_it_by_force_is_refused():
    assert task(recipe="best").recipe.name == "best"
    with pytest.raises(TrainingError, match="not offered here"):
        task(public=True, recipe="best")


def test_a_stranger_trains_ten_epochs_at_most():
    assert task(public=True, epochs=10).recipe.epochs == EPOCHS_OF_STRANGERS == 10
    with pytest.raises(TrainingError, match="10 epochs are the most"):
        task(public=True, epochs=11)
    assert task(epochs=LIMITS["epochs"][1]).recipe.epochs == 50


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": "slow"},
        {"recipe": None},
        {"recipe": ["fast"]},
        {"dataset": "letters"},
        {"dataset": None},
        {"dataset": {}},
        {"network": "transformer"},
        {"epochs": 0},
        {"epochs": 51},
        {"epochs": 1.5},
        {"epochs": "two"},
        {"epochs": "1,000"},
        {"epochs": "1.5"},
        {"epochs": "1,5"},
        {"batch_size": "64.5"},
        {"batch_size": "1,024"},
        {"learning_rate": "0,0,2"},
        {"learning_rate": "1_0"},
        {"learning_rate": "nan"},
        {"learning_rate": "0x1"},
        {"learning_rate": "1e999"},
        {"learning_rate": 0},
        {"learning_rate": 1.0},
        {"learning_rate": float("nan")},
        {"batch_size": 8},
        {"batch_size": 10_000},
        {"seed": -1},
        {"seed": LARGEST_TYPED_SEED + 1},
        {"seed": 0.5},
        {"seed": float("inf")},
        {"seed": "7.5"},
        {"seed": "-1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("public", [False, True])
def test_what_is_not_offered_is_refused_in_one_sentence(change, public):
    with pytest.raises(TrainingError) as refusal:
        task(public, **change)
    assert is_one_sentence(str(refusal.value))
    assert [refusal.value.setting] == list(change)


@pytest.mark.parametrize(
    ("typed", "number"), [("0.02", 0.02), ("0,02", 0.02), (" 2e-2 ", 0.02), ("", 0.02)]
)
def test_a_number_is_taken_as_it_is_typed_with_a_comma_too(typed, number):
    assert task(learning_rate=typed).recipe.learning_rate == number


def test_whole_numbers_are_taken_as_they_are_typed():
    made = task(epochs="3", batch_size="32", seed=" 7 ")
    assert (made.recipe.epochs, made.recipe.batch_size, made.seed) == (3, 32, 7)


@pytest.mark.parametrize(
    ("setting", "typed", "told"),
    [
        ("seed", " 5000000000 ", "“5000000000”: enter a whole number from 0 to 2,147,483,647."),
        ("seed", "-1", "“-1”: enter a whole number from 0 to 2,147,483,647."),
        ("seed", "1e999", "“1e999”: enter a whole number from 0 to 2,147,483,647."),
        ("epochs", "5000000", "5000000: choose 1 to 50."),
        ("epochs", "1.5", "1.5: enter a whole number."),
        ("epochs", "999999999999999999999", "999999999999999999999: choose 1 to 50."),
        ("learning rate", "0,6", "0.6: choose 0.00001 to 0.5."),
    ],
)
def test_a_refusal_quotes_what_was_typed(setting, typed, told):
    with pytest.raises(TrainingError) as refusal:
        task(**{setting.replace(" ", "_"): typed})
    assert str(refusal.value) == f"The {setting} can't be {told}"


def test_it_is_told_that_the_simple_network_knows_only_digits():
    assert "never says “not a digit”" in _note_of("simple").value
    assert _note_of("convolutional").value == ""


@given(st.lists(JSON, min_size=7, max_size=7), st.booleans())
def test_junk_is_refused(settings, public):
    with pytest.raises(TrainingError):
        task_of(settings, public, "cpu")


@given(st.sampled_from(list(GOOD)), JSON, st.booleans())
def test_a_setting_that_is_junk_is_refused_or_harmless(name, junk, public):
    try:
        made = task(public, **{name: junk})
    except TrainingError:
        return
    assert isinstance(made, TrainTask)
    assert 1 <= made.recipe.epochs <= (EPOCHS_OF_STRANGERS if public else LIMITS["epochs"][1])
    assert 0 <= made.seed <= LARGEST_TYPED_SEED


@pytest.mark.parametrize("name", list(RECIPES))
def test_what_stands_in_the_fields_of_a_recipe_is_the_recipe(name):
    made = task_of([name, *_shown_settings(name), "mnist", "0"], False, "cpu")
    assert made.recipe == RECIPES[name]
