"""How many are read right, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.labels import Accuracy


def test_the_interval_is_wilsons():
    # Worked example: 81 of 263, Newcombe (Statistics in Medicine 17, 1998), table I.
    assert Accuracy(81, 263).ci95 == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Accuracy(0, 20).ci95 == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(right, wrong):
    accuracy = Accuracy(right, right + wrong)
    low, high = accuracy.ci95
    share = accuracy.share
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_nothing_is_known_of_none():
    assert Accuracy(0, 0).share == 0
    assert Accuracy(0, 0).ci95 == (0, 1)


def test_one_is_clearly_above_another_only_where_their_intervals_do_not_touch():
    assert Accuracy(9_990, 10_000).is_clearly_above(Accuracy(9_900, 10_000))
    assert not Accuracy(9_910, 10_000).is_clearly_above(Accuracy(9_900, 10_000))
    assert not Accuracy(9_900, 10_000).is_clearly_above(Accuracy(9_990, 10_000))
