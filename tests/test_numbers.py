"""Numbers that are drawn: which strokes are which digit."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mnist_core.ink import raster
from mnist_core.ink.drawing import parse_drawing
from mnist_core.ink.stroke_groups import Group, groups
from mnist_core.model import numbers
from mnist_core.model.calibration import score
from mnist_core.model.recognizer import Recognizer
from tests.drawings import ONE, SEVEN, circle, moved

FOUR = [[[130, 60], [90, 160], [200, 160]], [[165, 70], [165, 230]]]
TWO = [[[90, 100], [110, 65], [150, 60], [180, 90], [170, 130], [90, 225], [195, 225]]]
BAR = [[[120, 150], [200, 145]]]


@pytest.fixture(scope="module")
def shipped():
    return Recognizer.load(device="cpu")


def row(*digits, apart=170.0, slope=0.0):
    """Digits in a row, as one drawing."""
    return [
        stroke
        for index, digit in enumerate(digits)
        for stroke in moved(digit, right=apart * index, down=apart * index * slope)
    ]


def strokes_of(reading):
    return [sorted({stroke for stroke, _, _ in symbol.parts}) for symbol in reading.digits]


def test_digits_in_a_row_are_a_number(shipped):
    reading = shipped.read_strokes(row(FOUR, TWO))
    assert (reading.number, reading.digit, reading.state) == ("42", None, "sure")
    assert strokes_of(reading) == [[0, 1], [2]]
    assert reading.digits[0].box == (90.0, 60.0, 200.0, 230.0)
    assert shipped.read_strokes(row(TWO, circle(), TWO, FOUR)).number == "2024"


def test_a_late_bar_belongs_to_its_seven(shipped):
    reading = shipped.read_strokes([*row(SEVEN, TWO), *BAR])
    assert reading.number == "72"
    assert strokes_of(reading) == [[0, 2], [1]]
    assert reading.shown == 0  # the bar was drawn last
    assert reading.probabilities == reading.digits[0].probabilities


def test_a_row_may_slant_and_a_number_may_have_two_rows(shipped):
    assert shipped.read_strokes(row(FOUR, TWO, SEVEN, TWO, slope=0.4)).number == "4272"
    low = moved(row(SEVEN, circle()), down=260)
    assert shipped.read_strokes([*low, *row(FOUR, TWO)]).number == "4270"


def test_twelve_digits_are_read(shipped):
    assert shipped.read_strokes(row(*[SEVEN, TWO, circle()] * 4)).number == "720" * 4


def test_two_digits_in_one_stroke_are_cut(shipped):
    [seven], [two] = SEVEN, moved(TWO, right=170)
    reading = shipped.read_strokes([seven + two])
    assert reading.number == "72"
    assert [symbol.parts for symbol in reading.digits] == [((0, 0, 6),), ((0, 6, 13),)]


def test_a_stray_dot_is_no_one(shipped):
    reading = shipped.read_strokes([*row(FOUR, TWO), [[400, 100], [402, 102]]])
    assert (reading.number, reading.state) == ("42", "unsure")
    assert [symbol.digit for symbol in reading.digits] == [4, 2, None]


def test_a_speck_costs_the_same_whatever_it_looks_like(shipped):
    [seven] = shipped.read_strokes(SEVEN).digits

    def chosen(gap, looks):
        alone, speck, both = (Group(frozenset(each), (), seven.box) for each in ([0], [1], [0, 1]))
        proposed = [alone, replace(speck, is_speck=True), replace(both, gap=gap)]
        return numbers.cheapest(proposed, [seven, looks, seven])

    for looks in (seven, seven.rejected(), None):
        assert chosen(1.2, looks) == (2,)
        assert chosen(1.5, looks) == (0, 1)


def test_what_is_no_digit_among_digits_is_named(shipped):
    plus = [[[140, 100], [140, 200]], [[90, 150], [190, 150]]]
    reading = shipped.read_strokes(row(FOUR, plus, TWO))
    assert (reading.number, reading.state) == (None, "not-a-digit")
    assert [symbol.digit for symbol in reading.digits] == [4, None, 2]


def test_signs_whose_strokes_look_like_digits_are_no_number(shipped):
    cross = [[[80, 60], [120, 130], [200, 225]], [[205, 70], [130, 150], [75, 230]]]
    apart = [
        [[70, 90], [110, 80], [120, 150], [110, 200], [70, 195]],
        [[220, 85], [180, 90], [165, 150], [185, 200], [225, 195]],
    ]
    n = [[[70, 100], [75, 200]], [[80, 130], [120, 95], [160, 95], [165, 200]]]  # like 1 and 7
    pi = [
        [[100, 60], [103, 120], [98, 190], [110, 200]],
        [[60, 62], [120, 50], [250, 58]],
        [[215, 55], [205, 120], [208, 170], [220, 185]],
    ]
    for sign in (cross, apart, n, pi):
        assert shipped.read_strokes(sign).number is None


@pytest.mark.parametrize("lean", [0, 0.1])
@pytest.mark.parametrize("x", [100, 140, 160])
def test_a_digit_with_a_line_through_it_is_no_number_however_straight_the_line(shipped, x, lean):
    line = [[x - lean, 40], [x + lean, 240]]
    assert shipped.read_strokes([*SEVEN, line]).number is None


def test_strokes_that_cross_belong_together():
    cross = [[[60, 60], [200, 220]], [[200, 70], [70, 230]]]
    assert len(groups(parse_drawing(cross))) == 1
    assert len(groups(parse_drawing([*cross, *moved(TWO, right=200)]))[-1].pieces) == 2


def test_what_stands_between_two_strokes_is_foreign_to_them():
    bars = parse_drawing([[[x, 0], [x, 100]] for x in (0, 14, 28)])
    foreign = {tuple(sorted(group.pieces)): group.foreign for group in groups(bars)}
    assert foreign[0, 2] == pytest.approx(0.5)
    assert [foreign[each] for each in ((0,), (0, 1), (0, 1, 2))] == [0, 0, 0]


def test_hatching_is_not_taken_apart_in_thousands_of_ways():
    assert len(groups(parse_drawing([[[x, 0], [x, 280]] for x in range(0, 100, 5)]))) == 1


def test_a_long_scribble_takes_no_more_memory_than_a_short_one():
    def scribble(left):
        return [[left + i, 280.0 * (i % 2)] for i in range(120)]

    drawing = parse_drawing([scribble(0), scribble(150)])
    tracemalloc.start()
    groups(drawing)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * 2**20


def test_a_one_with_a_long_flag_is_not_cut_in_two(shipped):
    one = [[[30, 222], [65, 202], [110, 168], [172, 112], [212, 68], [206, 100], [196, 150]]]
    assert len(shipped.read_strokes(one).digits) == 1


def test_a_one_with_a_dot_over_it_is_a_letter(shipped):
    i = [[[60, 120], [60, 230]], [[70, 40], [76, 64]]]
    assert shipped.read_strokes([*i, *moved(TWO, right=60), *moved(TWO, right=240)]).number is None


def test_digits_that_touch_are_a_number(shipped):
    for apart in (105.0, 115.0):
        assert shipped.read_strokes(row(FOUR, TWO, apart=apart)).best_number == "42"
        assert shipped.read_strokes(row(TWO, FOUR, SEVEN, apart=apart)).best_number == "247"


def test_a_single_digit_reads_exactly_as_its_ink_does(shipped):
    for drawing in (FOUR, [*SEVEN, *BAR], ONE, circle()):
        reading = shipped.read_strokes(drawing)
        with torch.inference_mode():
            ink = raster.ink_from_drawings([parse_drawing(drawing)])
            alone = score(shipped.model(ink), shipped.info.calibration)
        assert list(reading.probabilities) == alone.probabilities[0].tolist()
        assert reading.confidence == alone.confidence.item()
        assert len(reading.digits) == 1


WIDE_ZERO = [[[1.3 * x, y] for x, y in stroke] for stroke in circle()]


def test_what_costs_least_whole_whatever_its_parts_look_like_is_not_read_in_parts(
    shipped, monkeypatch
):
    monkeypatch.setattr(shipped, "_see", None)  # would fail
    assert shipped.read_strokes(WIDE_ZERO).digit == 0
    far_bar = [*SEVEN, *moved(BAR, right=75)]
    assert shipped.read_strokes(far_bar).digits[0].parts == ((0, 0, len(SEVEN[0])), (1, 0, 2))


def test_of_a_plain_row_no_more_groups_than_digits_are_read(shipped, monkeypatch):
    read = []
    symbols_of = shipped._symbols_of
    monkeypatch.setattr(
        shipped, "_symbols_of", lambda drawings: read.extend(drawings) or symbols_of(drawings)
    )
    assert shipped.read_strokes(row(FOUR, TWO, SEVEN)).number == "427"
    assert len(read) == 3


def test_nothing_is_read_otherwise_for_that(shipped, monkeypatch):
    single = [FOUR, SEVEN, [*SEVEN, *BAR], TWO, ONE, circle(), WIDE_ZERO, BAR]
    near = [
        row(one, other, apart=apart) for one in single for other in single for apart in (60, 120)
    ]
    drawings = [parse_drawing(each) for each in [*single, *near]]
    readings = shipped.read_drawings(drawings)
    cheapest = numbers.cheapest
    monkeypatch.setattr(
        numbers,
        "cheapest",
        lambda groups, symbols: (
            range(len(symbols)) if None in symbols else cheapest(groups, symbols)
        ),
    )
    in_parts = shipped.read_drawings(drawings)
    assert [each.as_dict() for each in readings] == [each.as_dict() for each in in_parts]


def test_the_order_of_strokes_does_not_matter(shipped):
    drawing = row(FOUR, TWO, SEVEN)
    for order in ([3, 2, 1, 0], [1, 3, 0, 2]):
        assert shipped.read_strokes([drawing[index] for index in order]).number == "427"


@pytest.mark.parametrize("scale", [0.01, 0.3, 1000.0])
def test_a_number_reads_the_same_at_any_place_and_size(shipped, scale):
    drawing = moved(row(FOUR, TWO, SEVEN), scale=scale, right=-900 * scale, down=4000 * scale)
    assert shipped.read_strokes(drawing).number == "427"


points = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(points, min_size=1, max_size=6), min_size=1, max_size=7))
@example([[[0.0, 0.0], [0.0, 5e-324]]])  # one over it is infinite
@example([[[0.0, 0.0], [0.0, 1e-306]], [[100.0, 100.0]]])  # and so is 141 over this
@pytest.mark.filterwarnings("error")  # NumPy warns of what is infinite
def test_of_any_drawing_each_point_belongs_to_one_symbol(shipped, drawing):
    reading = shipped.read_strokes(drawing)
    taken = [
        (stroke, point)
        for symbol in reading.digits
        for stroke, first, end in symbol.parts
        for point in range(first, end)
    ]
    assert sorted(taken) == [(i, k) for i, stroke in enumerate(drawing) for k in range(len(stroke))]
    assert reading.probabilities == reading.digits[reading.shown].probabilities
    assert np.isfinite(reading.confidence)
