"""The choice of the cheapest reading of a picture, without pixels or a network."""

import math

from mnist_core.ink.picture_choice import Candidate, Way, cheapest

CERTAIN, NEVER = 0.0, -20.0


def way(sizes, *symbols, right=20, down=0):
    """A way to see pieces of these sizes, of which these sets of pieces are framed.

    Each stands so many px to the right of the one before, and below it.
    """
    corners = [(right * index, down * index) for index in range(len(sizes))]
    boxes = [(float(x), float(y), x + 10.0, y + 20.0) for x, y in corners]
    left = [
        Candidate(frozenset([index]), box, -1, {"left": size})
        for index, (box, size) in enumerate(zip(boxes, sizes, strict=True))
    ]
    framed = [
        Candidate(frozenset(pieces), boxes[min(pieces)], ink, {})
        for ink, pieces in enumerate(symbols)
    ]
    terms = dict.fromkeys(("soft", "low", "blurred", "laid", "unlined"), 0.0)
    return Way(terms, [*left, *framed])


def inks(found):
    return [ink for ink, _ in found.symbols]


def test_a_digit_among_many_words_is_read_rather_than_all_together_as_something_else():
    seen = way([1.0] + [0.2] * 15, [0], range(16))
    assert inks(cheapest([seen], [7, 3], [CERTAIN, NEVER], [NEVER, CERTAIN])) == [0]


def test_a_doubtful_digit_of_a_long_number_is_not_left_out():
    digits = [math.log(0.15)] + [CERTAIN] * 4
    seen = way([1.0] * 5, *([index] for index in range(5)))
    assert inks(cheapest([seen], [7] * 5, digits, [NEVER] * 5)) == [0, 1, 2, 3, 4]


def test_a_small_doubtful_piece_is_read_beside_a_digit_and_not_below_it():
    digits = [CERTAIN, math.log(0.7)]
    for place, read in (({"right": 20}, [0, 1]), ({"right": 0, "down": 30}, [0])):
        seen = way([1.0, 0.3], [0], [1], **place)
        assert inks(cheapest([seen], [7, 1], digits, [NEVER] * 2)) == read


def test_several_digits_beside_buttons_are_read_where_one_is_not():
    def found(count):
        sharp = way([1.0] * count + [0.9, 0.9], *([index] for index in range(count)))
        blurred = way([0.1])
        blurred.terms["blurred"] = 1.0
        return inks(cheapest([sharp, blurred], [7] * count, [CERTAIN] * count, [NEVER] * count))

    assert found(1) == []
    assert found(3) == [0, 1, 2]


def test_where_much_is_left_out_the_reading_is_not_sure():
    seen = way([1.0, 0.8], [0])
    assert not cheapest([seen], [7], [CERTAIN], [NEVER]).is_clear
    seen = way([1.0, 0.1], [0])
    assert cheapest([seen], [7], [CERTAIN], [NEVER]).is_clear
