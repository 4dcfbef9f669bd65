"""The choice of the cheapest reading of a picture, without pixels or a network."""

import math

from mnist_core.ink.picture_choice import Candidate, Way, cheapest

CERTAIN, NEVER = 0.0, -20.0


def way(sizes, *symbols):
    """A way to see pieces of these sizes, of which these sets of pieces are framed."""
    boxes = [(20.0 * index, 0.0, 20.0 * index + 10, 20.0) for index in range(len(sizes))]
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
