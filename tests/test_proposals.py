"""The choice between several ways to see what was put before the reader."""

import itertools
import math
import random

import pytest

from mnist_core.ink.proposals import MOST_WAYS, Choice, Prices, Proposal, choose, in_reading_order

PRICES = Prices(digit=1.0, other=5.0, speck=0.5)
BOX = (0.0, 0.0, 1.0, 1.0)
CERTAIN, NEVER = 0.0, -50.0


def proposal(*pieces, **about):
    return Proposal(frozenset(pieces), BOX, **about)


def test_every_piece_is_taken_once_at_the_least_cost():
    proposals = [proposal(0), proposal(1), proposal(0, 1), proposal(2)]
    together = choose(proposals, [CERTAIN] * 4, [NEVER] * 4, PRICES)
    assert together == Choice((2, 3), pytest.approx(2.0))
    apart = choose(proposals, [CERTAIN, CERTAIN, -2.0, CERTAIN], [NEVER] * 4, PRICES)
    assert apart == Choice((0, 1, 3), pytest.approx(3.0))


def test_a_late_piece_may_belong_to_the_first():
    proposals = [proposal(0), proposal(1), proposal(2), proposal(0, 2)]
    chosen = choose(proposals, [-3.0, CERTAIN, NEVER, CERTAIN], [NEVER] * 4, PRICES)
    assert chosen is not None
    assert chosen.proposals == (3, 1)


def test_what_is_no_digit_costs_its_own_constant():
    chosen = choose([proposal(0)], [NEVER], [CERTAIN], PRICES)
    assert chosen == Choice((0,), 5.0)


def test_a_speck_costs_the_same_whatever_it_looks_like():
    speck = proposal(0, is_speck=True, price=0.25)
    for log_digit in (CERTAIN, NEVER):
        assert choose([speck], [log_digit], [NEVER], PRICES) == Choice((0,), 0.75)


def test_what_is_nothing_costs_its_price_alone():
    rule = proposal(0, is_nothing=True, price=0.25)
    assert choose([rule], [CERTAIN], [NEVER], PRICES) == Choice((0,), 0.25)


def test_where_a_piece_can_not_be_taken_there_is_no_choice():
    assert choose([proposal(0), proposal(2)], [CERTAIN] * 2, [NEVER] * 2, PRICES) is None


def test_nothing_is_taken_of_nothing():
    assert choose([], [], [], PRICES) == Choice((), 0.0)


def every_cover(proposals, pieces):
    """Slow and plain: all sets of proposals that take each piece once."""
    for size in range(1, pieces + 1):
        for chosen in itertools.combinations(range(len(proposals)), size):
            taken = [piece for index in chosen for piece in proposals[index].pieces]
            if sorted(taken) == list(range(pieces)):
                yield chosen


@pytest.mark.parametrize("seed", range(20))
def test_no_other_set_is_cheaper(seed):
    dice = random.Random(seed)
    proposals = [proposal(piece) for piece in range(5)]
    proposals += [
        proposal(*dice.sample(range(5), dice.randint(2, 3)), price=dice.random()) for _ in range(8)
    ]
    digit = [math.log(dice.random()) for _ in proposals]
    other = [math.log(dice.random()) for _ in proposals]

    def cost(index):
        return proposals[index].price + min(1.0 - digit[index], 5.0 - other[index])

    least = min(sum(map(cost, chosen)) for chosen in every_cover(proposals, 5))
    chosen = choose(proposals, digit, other, PRICES)
    assert chosen is not None
    assert chosen.cost == pytest.approx(least)
    assert sum(map(cost, chosen.proposals)) == pytest.approx(least)


def test_many_ways_to_take_many_pieces_are_not_all_followed():
    pieces = 60  # 2^30 ways to pair each with the next but one or not
    proposals = [proposal(piece) for piece in range(pieces)]
    proposals += [proposal(a, b) for a in range(pieces) for b in range(a + 1, min(a + 8, pieces))]
    chosen = choose(proposals, [CERTAIN] * len(proposals), [NEVER] * len(proposals), PRICES)
    assert chosen is not None
    assert MOST_WAYS == 64
    assert chosen.cost == pieces / 2


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
