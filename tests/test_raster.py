"""From strokes to ink."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mnist_core.ink import raster
from mnist_core.ink.drawing import parse_drawing
from tests.drawings import ONE, SEVEN, circle, moved

coordinate = st.floats(0, 280).map(lambda value: round(value, 1))
point = st.tuples(coordinate, coordinate).map(list)
drawings = st.lists(st.lists(point, min_size=1, max_size=12), min_size=1, max_size=4)


def extent(drawing):
    points = np.concatenate([np.array(stroke) for stroke in drawing])
    return float(np.ptp(points, axis=0).max())


def ink_of(drawing, pen_width=raster.PEN_WIDTH):
    return raster.ink_from_drawings([parse_drawing(drawing)], pen_width=pen_width)[0, 0]


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
    framed = raster.frame(raster.segments_of([parse_drawing(drawing)]))
    assert torch.allclose(
        raster.rasterize(framed)[0, 0], plain_ink(framed[0], raster.PEN_WIDTH), atol=1e-4
    )


def test_what_is_drawn_within_a_margin_is_the_middle_of_what_is_drawn_without():
    segments = raster.frame(raster.segments_of([parse_drawing(SEVEN), parse_drawing(circle())]))
    whole = raster.rasterize(segments)
    assert torch.equal(raster.rasterize(segments, margin=6), whole[..., 6:-6, 6:-6])


@pytest.mark.parametrize("pen_width", [1.4, 3.5])
def test_all_ink_of_a_drawing_counts_for_its_center_of_mass(monkeypatch, pen_width):
    tall = raster.segments_of([parse_drawing([[[0, 0], [0, 100], [3, 100]]])])
    framed = raster.frame(tall, pen_width)
    monkeypatch.setattr(raster, "BOX_MARGIN", 0)
    assert torch.allclose(framed, raster.frame(tall, pen_width), atol=1e-5)


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
    framed = raster.frame(raster.segments_of([parse_drawing(drawing)]), pen_width)
    points = framed.reshape(-1, 2)
    longest = (points.amax(dim=0) - points.amin(dim=0)).amax().item() + pen_width
    assert longest == pytest.approx(20, abs=1e-3)
    center = raster.center_of_mass(raster.rasterize(framed, pen_width))[0]
    assert torch.allclose(center, torch.tensor([14.0, 14.0]), atol=0.1)


@settings(max_examples=40, deadline=None)
@given(drawings)
@example([[*([8.0 * x, 280.0 * (x % 2)] for x in range(9)), [280.0, 0.0]]])  # heavy at its left
def test_ink_never_leaves_the_frame(drawing):
    framed = raster.frame(raster.segments_of([parse_drawing(drawing)]))
    half = raster.PEN_WIDTH / 2
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
    batch = [parse_drawing(each) for each in (SEVEN, ONE, circle(), [[[1, 1]]])]
    together = raster.ink_from_drawings(batch)
    for index, drawing in enumerate(batch):
        alone = raster.ink_from_drawings([drawing])[0]
        assert torch.allclose(together[index], alone, atol=1e-3)


def test_more_drawings_than_are_drawn_at_once_keep_their_order(monkeypatch):
    drawings = [parse_drawing(each) for each in (SEVEN, ONE, circle(), ONE, SEVEN)]
    together = raster.images_from_drawings(drawings)
    assert (together.shape, together.dtype, together.max()) == ((5, 28, 28), torch.uint8, 255)
    monkeypatch.setattr(raster, "DRAWINGS_AT_ONCE", 2)
    assert (raster.images_from_drawings(drawings).int() - together.int()).abs().max() <= 1
    assert raster.images_from_drawings([]).shape == (0, 28, 28)


def test_stored_images_are_ink_again_and_255_is_full_ink():
    images = torch.arange(2 * 784).reshape(2, 28, 28).remainder(256).to(torch.uint8)
    ink = raster.ink_of(images)
    assert (ink.shape, ink.dtype, ink.min(), ink.max()) == ((2, 1, 28, 28), torch.float32, 0, 1)
    assert torch.equal(raster.stored(ink), images)
    for off in (-0.4, 0.4):
        assert torch.equal(raster.stored((ink + off / 255).clamp(0, 1)), images)  # to the nearest


def test_more_segments_than_are_held_at_once_are_all_drawn():
    zigzag = [[[280.0 * (i % 2), i * 280 / 3000] for i in range(3001)]]
    framed = raster.frame(raster.segments_of([parse_drawing(zigzag)]))
    assert framed.shape[1] > 2 * raster.SEGMENTS_AT_ONCE["cpu"]
    assert (raster.rasterize(framed)[0, 0, 6:22, 6:22] == 1).all()


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
    segments = raster.segments_of([parse_drawing(ONE), parse_drawing(SEVEN)])
    together = raster.rasterize(raster.frame(segments, widths), widths)
    for index, drawing in enumerate((ONE, SEVEN)):
        alone = ink_of(drawing, pen_width=widths[index].item())
        assert torch.allclose(together[index, 0], alone, atol=1e-3)


def test_segments_are_of_a_box_of_side_1_and_a_shorter_drawing_repeats_its_last():
    segments = raster.segments_of(
        [parse_drawing(each) for each in ([[[10, 20], [30, 20], [30, 60]]], [[[7, 7]]])]
    )
    assert segments.dtype == torch.float32
    assert segments[0].tolist() == [[0, 0, 0.5, 0], [0.5, 0, 0.5, 1]]
    assert segments[1].tolist() == [[0, 0, 0, 0]] * 2


def test_points_too_near_to_show_are_left_out_but_no_end_of_a_stroke_is():
    steps = np.linspace(0, 1, 10_001)
    line = raster.segments_of([[np.stack([steps, steps * 0], axis=1)]])[0]
    assert 450 <= len(line) <= 501  # steps of 0.2 %
    assert line[0, 0] == 0
    assert line[-1, 2] == 1
    assert torch.equal(line[1:, :2], line[:-1, 2:])
