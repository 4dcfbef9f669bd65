"""Small statistics."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.statistics import auroc, expected_calibration_error, wilson_interval

scores = st.lists(st.integers(0, 20), min_size=1, max_size=30)


def test_the_interval_is_wilsons():
    # Worked example: 81 of 263, Newcombe (Statistics in Medicine 17, 1998), table I.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(right, wrong):
    low, high = wilson_interval(right, right + wrong)
    share = right / max(1, right + wrong)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


@given(scores, scores)
def test_auroc_is_the_share_of_pairs_in_the_right_order(positive, negative):
    pairs = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    expected = sum(pairs) / len(pairs)
    assert auroc(torch.tensor(positive), torch.tensor(negative)) == pytest.approx(expected)


def test_calibration_error_is_the_gap_of_confidence_and_accuracy():
    confidence = torch.tensor([0.9] * 10 + [0.5] * 10)
    right = torch.tensor([True] * 9 + [False] + [True] * 3 + [False] * 7)
    assert expected_calibration_error(confidence, right) == pytest.approx(0.1)


def test_without_a_single_try_a_share_may_be_anything():
    assert wilson_interval(0, 0) == (0, 1)


def test_gaps_up_and_down_in_different_bins_do_not_make_up_for_each_other():
    confidence = torch.tensor([0.75] * 10 + [0.25] * 10)
    right = torch.tensor([True] * 10 + [False] * 10)
    assert expected_calibration_error(confidence, right) == pytest.approx(0.25)


def test_full_and_no_confidence_have_their_bins():
    right = torch.tensor([True, False])
    assert expected_calibration_error(torch.tensor([1.0, 0.0]), right) == 0


def test_there_are_as_many_bins_as_asked_for():
    confidence, right = torch.tensor([0.95, 0.55]), torch.tensor([False, True])
    assert expected_calibration_error(confidence, right, bins=2) == pytest.approx(0.25)
    assert expected_calibration_error(confidence, right, bins=10) == pytest.approx(0.7)
