"""From strokes to ink."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core import strokes
from mnist_core.errors import DrawingError
from tests.drawings import ONE, SEVEN, circle, moved

coordinate = st.floats(0, 280).map(lambda value: round(value, 1))
point = st.tuples(coordinate, coordinate).map(list)
drawings = st.lists(st.lists(point, min_size=1, max_size=12), min_size=1, max_size=4)


def extent(drawing):
    points = np.concatenate([np.array(stroke) for stroke in drawing])
    return float(np.ptp(points, axis=0).max())


def ink_of(drawing, pen_width=strokes.PEN_WIDTH):
    return strokes.ink_from_drawings([strokes.parse_drawing(drawing)], pen_width=pen_width)[0, 0]


def plain_ink(segments, pen_width):
    """Draw as ``rasterize`` promises to, pixel by pixel: slow, and easy to believe."""
    ink = torch.zeros(28, 28)
    for row in range(28):
        for column in range(28):
            nearest = math.inf
            for x0, y0, x1, y1 in segments.tolist():
                dx, dy = x1 - x0, y1 - y0
                length = dx * dx + dy * dy
                t = ((column - x0) * dx + (row - y0) * dy) / length if length > 0 else 0.0
                t = min(1.0, max(0.0, t))
                nearest = min(nearest, math.hypot(column - x0 - t * dx, row - y0 - t * dy))
            ink[row, column] = min(1.0, max(0.0, pen_width / 2 + 0.5 - nearest))
    return ink


@settings(max_examples=15, deadline=None)
@given(drawings)
def test_the_fast_rasterizer_draws_what_the_plain_one_draws(drawing):
    framed = strokes.frame(strokes.segments_of([strokes.parse_drawing(drawing)]))
    assert torch.allclose(
        strokes.rasterize(framed)[0, 0], plain_ink(framed[0], strokes.PEN_WIDTH), atol=2e-3
    )


@settings(max_examples=40, deadline=None)
@given(drawings, st.floats(0.2, 3), st.floats(-500, 500), st.floats(-500, 500))
def test_a_drawing_moved_and_scaled_gives_the_same_ink(drawing, scale, right, down):
    if 0 < extent(drawing) < 1:
        return  # rounding to a tenth of a pixel is no longer small beside the drawing
    here = ink_of(drawing)
    there = ink_of(moved(drawing, scale, right, down))
    assert torch.allclose(here, there, atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(drawings, st.integers(2, 9))
def test_a_slow_hand_with_many_points_gives_the_same_ink(drawing, pieces):
    slow = [
        [
            [a[0] + (b[0] - a[0]) * i / pieces, a[1] + (b[1] - a[1]) * i / pieces]
            for a, b in itertools.pairwise(stroke)
            for i in range(pieces)
        ]
        + [stroke[-1]]
        for stroke in drawing
    ]
    assert torch.allclose(ink_of(drawing), ink_of(slow), atol=0.05)


@pytest.mark.parametrize("pen_width", [2.0, 2.2, 3.5])
@pytest.mark.parametrize("drawing", [SEVEN, ONE, circle()], ids=["seven", "one", "zero"])
def test_the_longest_side_of_the_ink_is_20_px_and_its_mass_is_at_14(drawing, pen_width):
    framed = strokes.frame(strokes.segments_of([strokes.parse_drawing(drawing)]), pen_width)
    points = framed.reshape(-1, 2)
    longest = (points.amax(dim=0) - points.amin(dim=0)).amax().item() + pen_width
    assert longest == pytest.approx(20, abs=1e-3)
    center = strokes.center_of_mass(strokes.rasterize(framed, pen_width))[0]
    assert torch.allclose(center, torch.tensor([14.0, 14.0]), atol=0.1)


@settings(max_examples=40, deadline=None)
@given(drawings)
def test_ink_never_leaves_the_frame(drawing):
    framed = strokes.frame(strokes.segments_of([strokes.parse_drawing(drawing)]))
    half = strokes.PEN_WIDTH / 2
    assert framed.min() - half >= -0.51
    assert framed.max() + half <= 27.51


def test_points_a_million_pixels_away_are_a_drawing_like_any_other():
    assert torch.allclose(ink_of(SEVEN), ink_of(moved(SEVEN, 1, 1e6, -1e6)), atol=1e-3)


def test_a_single_point_is_a_dot_in_the_middle():
    ink = ink_of([[[3, 4]]])
    assert ink[14, 14] == 1
    assert ink.sum() < 12


@pytest.mark.parametrize("direction", [(1, 0), (0, 1), (1, 1)])
def test_one_straight_line_is_drawn_20_px_long(direction):
    ink = ink_of([[[0, 0], [100 * direction[0], 100 * direction[1]]]])
    drawn = (ink >= 0.5).nonzero()
    assert 19 <= (drawn.amax(dim=0) - drawn.amin(dim=0) + 1).amax() <= 21


def test_drawings_in_a_batch_are_drawn_as_each_alone():
    batch = [strokes.parse_drawing(each) for each in (SEVEN, ONE, circle(), [[[1, 1]]])]
    together = strokes.ink_from_drawings(batch)
    for index, drawing in enumerate(batch):
        alone = strokes.ink_from_drawings([drawing])[0]
        assert torch.allclose(together[index], alone, atol=1e-3)


def test_more_segments_than_are_held_at_once_are_all_drawn():
    zigzag = [[[280.0 * (i % 2), i * 280 / 3000] for i in range(3001)]]
    framed = strokes.frame(strokes.segments_of([strokes.parse_drawing(zigzag)]))
    assert framed.shape[1] > 2 * strokes.SEGMENTS_AT_ONCE["cpu"]
    assert (strokes.rasterize(framed)[0, 0, 6:22, 6:22] == 1).all()


def test_a_blank_pad_is_no_strokes():
    assert strokes.parse_drawing([]) == []
    assert strokes.parse_drawing(None) == []
    assert strokes.parse_drawing([[], []]) == []


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
        strokes.parse_drawing(value)
    assert str(caught.value).endswith(".")
    assert str(caught.value).count(". ") == 0


def test_the_largest_drawing_that_is_allowed_is_read():
    random = np.random.default_rng(0)
    largest = [random.uniform(0, 280, (40, 2)).tolist() for _ in range(500)]
    assert ink_of(largest).isfinite().all()


@pytest.mark.parametrize("pen_width", [1.4, 2.2, 3.4])
def test_a_line_is_as_wide_as_the_pen(pen_width):
    assert ink_of([[[0, 0], [0, 100]]], pen_width)[14].sum().item() == pytest.approx(
        pen_width, abs=0.15
    )


def test_the_pen_is_as_wide_as_on_most_of_mnists_digits():
    assert ink_of([[[0, 0], [0, 100]]])[14].sum().item() == pytest.approx(2.2, abs=0.15)


def test_each_drawing_of_a_batch_may_have_a_pen_of_its_own():
    widths = torch.tensor([1.5, 3.0])
    segments = strokes.segments_of([strokes.parse_drawing(ONE), strokes.parse_drawing(SEVEN)])
    together = strokes.rasterize(strokes.frame(segments, widths), widths)
    for index, drawing in enumerate((ONE, SEVEN)):
        alone = ink_of(drawing, pen_width=widths[index].item())
        assert torch.allclose(together[index, 0], alone, atol=1e-3)


def test_segments_are_of_a_box_of_side_1_and_a_shorter_drawing_repeats_its_last():
    segments = strokes.segments_of(
        [strokes.parse_drawing(each) for each in ([[[10, 20], [30, 20], [30, 60]]], [[[7, 7]]])]
    )
    assert segments.dtype == torch.float32
    assert segments[0].tolist() == [[0, 0, 0.5, 0], [0.5, 0, 0.5, 1]]
    assert segments[1].tolist() == [[0, 0, 0, 0]] * 2


def test_points_too_near_to_show_are_left_out_but_no_end_of_a_stroke_is():
    steps = np.linspace(0, 1, 10_001)
    line = strokes.segments_of([[np.stack([steps, steps * 0], axis=1)]])[0]
    assert 450 <= len(line) <= 501  # steps of 0.2 %
    assert line[0, 0] == 0
    assert line[-1, 2] == 1
    assert torch.equal(line[1:, :2], line[:-1, 2:])


def test_thinning_out_keeps_all_ends_and_spreads_what_is_left_evenly():
    steps = np.linspace(0, 100, 3_001)
    drawing = [np.stack([steps, steps * 0], axis=1), np.array([[0.0, 5.0], [0.01, 5.0]])]
    first, second = strokes.thinned(drawing, 50)
    assert len(first) in range(49, 53)
    gaps = np.diff(first[:, 0])
    assert gaps[:-1].max() < 2.2
    assert first[0].tolist() == [0, 0]
    assert first[-1].tolist() == [100, 0]
    assert second.tolist() == [[0, 5], [0.01, 5]]
    assert strokes.thinned(drawing, 3_003) is drawing


def test_500_strokes_and_20000_points_are_read():
    assert len(strokes.parse_drawing([[[1, 2]]] * 500)) == 500
    assert len(strokes.parse_drawing([[[1, 2]] * 20_000])[0]) == 20_000
