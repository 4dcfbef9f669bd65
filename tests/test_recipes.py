"""Recipes, and what may be asked of them."""

import dataclasses

import pytest

from mnist_core.errors import TrainingError
from mnist_core.model.weight_info import Architecture
from mnist_core.training.recipes import RECIPES, customize


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"epochs": 0}, "The epochs can't be 0: choose 1 to 50."),
        ({"epochs": 2.5}, "The epochs can't be 2.5: enter a whole number."),
        ({"epochs": True}, "The epochs can't be True: enter a whole number."),
        ({"learning_rate": float("nan")}, "The learning rate can't be nan: choose 0.00001 to 0.5."),
        ({"learning_rate": "x"}, "The learning rate can't be 'x': enter a number."),
        ({"batch_size": 1e9}, "The batch size can't be 1000000000: choose 16 to 2048."),
        ({"epochs": float("inf")}, "The epochs can't be inf: choose 1 to 50."),
        ({"epochs": 10**400}, "The epochs can't be 1000000000.*…: choose 1 to 50."),
        ({"network": "../x"}, "There is no network '../x'"),
    ],
)
def test_a_setting_out_of_its_range_is_refused_in_a_sentence(asked, sentence):
    with pytest.raises(TrainingError, match=sentence):
        customize(RECIPES["fast"], **asked)


def test_the_tutorial_keeps_its_network():
    with pytest.raises(TrainingError, match="tutorial's own network"):
        customize(RECIPES["tutorial"], network="convolutional")


@pytest.mark.parametrize(
    ("setting", "bounds"),
    [("epochs", (1, 50)), ("batch_size", (16, 2048)), ("learning_rate", (0.000_01, 0.5))],
)
def test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more(setting, bounds):
    for bound, beyond in zip(bounds, (0.99, 1.01), strict=True):
        assert getattr(customize(RECIPES["fast"], **{setting: bound}), setting) == bound
        outside = (
            bound * beyond if setting == "learning_rate" else bound + (1 if beyond > 1 else -1)
        )
        with pytest.raises(TrainingError, match="choose"):
            customize(RECIPES["fast"], **{setting: outside})


def test_what_is_not_asked_for_stays_as_it_is():
    fast = RECIPES["fast"]
    assert customize(fast) == customize(fast, network="convolutional") == fast
    assert customize(fast, epochs=3.0) == dataclasses.replace(fast, epochs=3)
    assert type(customize(fast, epochs=3.0).epochs) is int
    assert customize(fast, learning_rate=0.1) == dataclasses.replace(fast, learning_rate=0.1)
    assert customize(fast, batch_size=64) == dataclasses.replace(fast, batch_size=64)
    simple = dataclasses.replace(fast, architecture=Architecture("simple"))
    assert customize(fast, network="simple") == simple
