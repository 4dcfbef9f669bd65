"""A model that has just been trained, against the one before."""

from dataclasses import replace

import pytest

from mnist_core.labels import Accuracy
from mnist_core.service.comparison import compare
from mnist_core.storage.corrections import Correction
from tests.drawings import ONE, SEVEN
from tests.stubs import reader


def model(right=9_910, dataset="mnist", **logits):
    """A model with what its weight file says; it reads as its logits have it."""
    made = reader(**logits)
    made.info = replace(made.info, test_right=right, dataset=dataset)
    return made


@pytest.mark.parametrize(
    ("right", "worse", "better"),
    [(9_000, True, False), (9_910, False, False), (9_990, False, True)],
)
def test_a_comparison_says_whether_the_new_model_is_clearly_worse_or_better(right, worse, better):
    comparison = compare(model(), model(right), [])
    assert comparison.test == (Accuracy(9_910, 10_000), Accuracy(right, 10_000))
    assert (comparison.is_worse, comparison.is_better) == (worse, better)


@pytest.mark.parametrize(
    ("right", "little", "sensible"),
    [(8_500, False, "discard"), (9_850, True, "discard"), (9_910, False, "keep")],
)
def test_a_model_that_is_worse_beyond_chance_is_sensibly_discarded(right, little, sensible):
    comparison = compare(model(), model(right), [])
    assert (comparison.is_little_worse, comparison.sensible) == (little, sensible)


def test_a_model_that_reads_fewer_of_the_visitors_drawings_is_kept_only_if_it_is_better():
    corrections = [Correction("1", 7, SEVEN)]
    for right, sensible in ((9_910, "discard"), (9_990, "keep")):
        comparison = compare(model(d7=30.0), model(right, d1=30.0), corrections)
        assert comparison.sensible == sensible


def test_where_the_images_differ_nothing_is_advised():
    assert compare(model(), model(dataset="fashion-mnist"), []).sensible is None


def test_a_comparison_counts_the_corrections_that_each_model_reads_right():
    corrections = [
        Correction("1", 7, SEVEN),
        Correction("2", 1, ONE),
        Correction("3", 1, ONE),
        Correction("4t", 1, ONE),  # held back
    ]
    comparison = compare(model(d7=30.0), model(d1=30.0), corrections)
    assert comparison.corrections == (Accuracy(1, 4), Accuracy(3, 4))
    assert comparison.held_back == (Accuracy(0, 1), Accuracy(1, 1))


def test_a_drawing_that_is_rejected_counts_by_its_most_probable_digit():
    rejecting = model(d7=5.0, d10=30.0)
    assert rejecting.read_strokes(SEVEN).digit is None
    comparison = compare(rejecting, rejecting, [Correction("1", 7, SEVEN)])
    assert comparison.corrections[0] == Accuracy(1, 1)


def test_a_comparison_names_the_data_set_of_each_model():
    assert compare(model(), model(dataset="fashion-mnist"), []).datasets == (
        "mnist",
        "fashion-mnist",
    )
