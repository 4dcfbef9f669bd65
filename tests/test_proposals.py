"""The choice between several ways to see what was put before the reader."""

import itertools
import math
import random

import pytest

from mnist_core.ink.proposals import MOST_WAYS, choose, in_reading_order


def sets(*proposals):
    return [frozenset(pieces) for pieces in proposals]


def test_every_piece_is_taken_once_at_the_least_cost():
    proposals = sets([0], [1], [0, 1], [2])
    assert choose(proposals, [1.0, 1.0, 1.0, 1.0]) == (2, 3)
    assert choose(proposals, [1.0, 1.0, 3.0, 1.0]) == (0, 1, 3)


def test_a_late_piece_may_belong_to_the_first():
    assert choose(sets([0], [1], [2], [0, 2]), [3.0, 0.0, 50.0, 0.0]) == (3, 1)


def test_where_a_piece_can_not_be_taken_there_is_no_choice():
    assert choose(sets([0], [2]), [0.0, 0.0]) is None


def test_nothing_is_taken_of_nothing():
    assert choose([], []) == ()


def every_cover(proposals, pieces):
    """Slow and plain: all sets of proposals that take each piece once."""
    for size in range(1, pieces + 1):
        for chosen in itertools.combinations(range(len(proposals)), size):
            taken = [piece for index in chosen for piece in proposals[index]]
            if sorted(taken) == list(range(pieces)):
                yield chosen


@pytest.mark.parametrize("seed", range(20))
def test_no_other_set_is_cheaper(seed):
    dice = random.Random(seed)
    together = [dice.sample(range(5), dice.randint(2, 3)) for _ in range(8)]
    proposals = sets(*([piece] for piece in range(5)), *together)
    costs = [-math.log(dice.random()) for _ in proposals]

    def cost(chosen):
        return sum(costs[index] for index in chosen)

    chosen = choose(proposals, costs)
    assert tuple(sorted(chosen)) in every_cover(proposals, 5)
    assert cost(chosen) == pytest.approx(min(map(cost, every_cover(proposals, 5))))


def test_many_ways_to_take_many_pieces_are_not_all_followed():
    pieces = 60  # 2^30 ways to pair each with the next but one or not
    pairs = [(a, b) for a in range(pieces) for b in range(a + 1, min(a + 8, pieces))]
    proposals = sets(*([piece] for piece in range(pieces)), *pairs)
    chosen = choose(proposals, [1.0] * len(proposals))
    assert MOST_WAYS == 64
    assert len(chosen) == pieces / 2


def row(*corners, height=10.0):
    return [(x, y, x + 5.0, y + height) for x, y in corners]


def test_boxes_are_read_row_by_row():
    assert in_reading_order(row((20, 0), (0, 1), (10, -1))) == [1, 2, 0]
    two_rows = row((10, 20), (0, 0), (10, 1), (0, 21), (20, 19))
    assert in_reading_order(two_rows) == [1, 2, 3, 0, 4]


def test_a_row_may_slant_by_more_than_its_height():
    slanted = row(*((8 * index, 4 * index) for index in range(6)))
    assert in_reading_order(slanted[::-1]) == [5, 4, 3, 2, 1, 0]


def test_a_low_box_stands_in_the_row_that_it_is_within():
    assert in_reading_order([(0, 0, 5, 10), (6, 4, 9, 5), (10, 0, 15, 10)]) == [0, 1, 2]


def test_no_boxes_have_no_order():
    assert in_reading_order([]) == []
