"""How well confidences part two kinds, and how well they are calibrated."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.model.metrics import auroc, expected_calibration_error

scores = st.lists(st.integers(0, 20), min_size=1, max_size=30)


@given(scores, scores)
def test_auroc_is_the_share_of_pairs_in_the_right_order(positive, negative):
    pairs = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    expected = sum(pairs) / len(pairs)
    assert auroc(torch.tensor(positive), torch.tensor(negative)) == pytest.approx(expected)


def test_calibration_error_is_the_gap_of_confidence_and_accuracy():
    confidence = torch.tensor([0.9] * 10 + [0.5] * 10)
    right = torch.tensor([True] * 9 + [False] + [True] * 3 + [False] * 7)
    assert expected_calibration_error(confidence, right) == pytest.approx(0.1)


def test_gaps_up_and_down_in_different_bins_do_not_make_up_for_each_other():
    confidence = torch.tensor([0.75] * 10 + [0.25] * 10)
    right = torch.tensor([True] * 10 + [False] * 10)
    assert expected_calibration_error(confidence, right) == pytest.approx(0.25)


def test_full_and_no_confidence_have_their_bins():
    right = torch.tensor([True, False])
    assert expected_calibration_error(torch.tensor([1.0, 0.0]), right) == 0
    lowest_two = expected_calibration_error(torch.tensor([0.0, 0.1]), right)
    assert lowest_two == pytest.approx((1 + 0.1) / 2)


def test_there_are_as_many_bins_as_asked_for():
    confidence, right = torch.tensor([0.95, 0.55]), torch.tensor([False, True])
    assert expected_calibration_error(confidence, right, bins=2) == pytest.approx(0.25)
    assert expected_calibration_error(confidence, right, bins=10) == pytest.approx(0.7)
