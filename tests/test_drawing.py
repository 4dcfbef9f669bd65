"""Drawings, as they come from outside and as they are thinned out."""

import math

import numpy as np
import pytest

from mnist_core.errors import DrawingError
from mnist_core.ink import drawing
from mnist_core.ink.drawing import parse_drawing


def test_a_blank_pad_is_no_strokes():
    assert parse_drawing([]) == []
    assert parse_drawing(None) == []
    assert parse_drawing([[], []]) == []


@pytest.mark.parametrize(
    "value",
    [
        "abc",
        7,
        {"strokes": []},
        [7],
        ["abc"],
        [[7]],
        [["ab"]],
        [[[1]]],
        [[[1, 2, 3]]],
        [[["1", "2"]]],
        [[[None, 2]]],
        [[[True, 2]]],
        [[[[1, 2], [3, 4]]]],
        [[[math.nan, 2]]],
        [[[math.inf, 2]]],
        [[[1e300, 2]]],
        [[[10**400, 2]]],
        [[[1, 2]]] * 501,
        [[[1, 2]] * 20_001],
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_drawing_is_told_in_one_sentence(value):
    with pytest.raises(DrawingError) as caught:
        parse_drawing(value)
    assert str(caught.value).endswith(".")
    assert str(caught.value).count(". ") == 0


def test_500_strokes_and_20000_points_are_read():
    assert len(parse_drawing([[[1, 2]]] * 500)) == 500
    assert len(parse_drawing([[[1, 2]] * 20_000])[0]) == 20_000


def test_thinning_out_keeps_all_ends_and_spreads_what_is_left_evenly():
    steps = np.linspace(0, 100, 3_001)
    strokes = [np.stack([steps, steps * 0], axis=1), np.array([[0.0, 5.0], [0.01, 5.0]])]
    first, second = drawing.thinned(strokes, 50)
    assert len(first) in range(49, 53)
    gaps = np.diff(first[:, 0])
    assert gaps[:-1].max() < 2.2
    assert first[0].tolist() == [0, 0]
    assert first[-1].tolist() == [100, 0]
    assert second.tolist() == [[0, 5], [0.01, 5]]
    assert drawing.thinned(strokes, 3_003) is strokes
