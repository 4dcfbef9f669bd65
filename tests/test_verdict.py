"""What is said of a new model beside the one before."""

from dataclasses import replace

import pytest

from mnist_core.labels import Accuracy
from mnist_core.web.training.verdict import verdict_value
from tests.stubs import NEW, comparison


def test_the_comparison_names_only_the_corrections_that_there_are():
    rows = verdict_value(comparison())["rows"]
    assert rows == [{"name": "Your drawings", "before": "1 of 4", "after": "3 of 4"}]
    assert len(verdict_value(comparison(held_back=(Accuracy(0, 2), Accuracy(1, 2))))["rows"]) == 2


def test_two_numbers_stand_side_by_side_the_new_one_first():
    numbers = verdict_value(comparison(), before="Mine")["numbers"]
    assert [(each["name"], each["share"]) for each in numbers] == [
        ("New model", "99.43\u00a0%"),
        ("Mine", "99.66\u00a0%"),
    ]
    assert numbers[0]["what"] == "of 10,000 test images read right"


def test_a_model_that_had_less_training_is_no_failure_and_it_is_said_why():
    fresh = comparison(Accuracy(9_930, 10_000))
    value = verdict_value(fresh)
    assert (value["verdict"], value["tone"]) == (
        "The new model is a little worse, beyond chance.",
        "same",
    )
    assert value["meaning"] == (
        "1 epoch of training: 99.30\u00a0%. Built-in model, 40 epochs: 99.66\u00a0%. "
        "No failure: a longer recipe comes nearer."
    )
    timed = verdict_value(replace(fresh, seconds=(1_200.0, 6.0)))
    assert timed["meaning"].startswith("6 s of training: 99.30\u00a0%. Built-in model, 20 min 0 s:")
    for other in (comparison(), replace(fresh, epochs=(4.0, 4.0))):
        assert verdict_value(other)["meaning"] == ""


@pytest.mark.parametrize(
    ("after", "tone"),
    [
        (NEW, "same"),
        (Accuracy(9_400, 10_000), "worse"),
        (Accuracy(9_995, 10_000), "better"),
    ],
)
def test_the_verdict_follows_the_intervals(after, tone):
    assert verdict_value(comparison(after))["tone"] == tone


def test_models_of_different_data_sets_are_not_compared():
    value = verdict_value(comparison(datasets=("mnist", "fashion-mnist")))
    assert value["tone"] == "same"
    assert "can't be compared" in value["verdict"]
