"""Which of a drawing's groups of strokes make a number, by what the network sees in them.

This module knows nothing of the network itself, or of pictures.
"""

import itertools
from collections.abc import Sequence

from mnist_core.ink.drawing import Drawing, bounding_box
from mnist_core.ink.proposals import Box, choose, in_reading_order
from mnist_core.ink.stroke_groups import PRICES, Group, GroupPrices
from mnist_core.model.reading import Reading, Symbol, log_weight

# Of a drawing that may be a number; its shape in widths a height.
PLAIN = 0.5  # confidence from which on it is one digit, and nothing else is tried
PLAIN_WIDTH = 1.2  # and how wide it may be
BAND = 0.2  # height of an empty band from which on it may be two rows
WIDEST_DIGIT = 2.2
LOOSE = 0.2  # gap, in heights, from which on pieces stand apart from each other
CLEAR, LIKELY = 0.95, 0.8  # confidence that each digit needs where they do not, and where they do
COVERED = 0.5  # share of a symbol's box that another's may cover
DOT = 0.7  # of an i's height: how high its dot is at most, and how far beside it
STACKED = 0.5  # share of a symbol's width over which another stands
HAIR = 0.01  # of a symbol's longest side: width that a straight upright line is taken to have
LYING = 0.6  # shape from which on a line is no 1


def is_row(drawing: Drawing) -> bool:
    """Whether a drawing of several strokes is too wide for one digit."""
    if len(drawing) < 2:
        return False
    x0, y0, x1, y1 = bounding_box(drawing)
    return x1 - x0 > WIDEST_DIGIT * (y1 - y0)


def is_plain(symbol: Symbol, drawing: Drawing) -> bool:
    """Whether a drawing that looks like this symbol is plainly one digit."""
    x0, y0, x1, y1 = symbol.box
    if symbol.confidence < PLAIN or x1 - x0 > PLAIN_WIDTH * (y1 - y0):
        return False
    if len(drawing) == 1:
        return True
    reach = sorted(
        (float(ys.min()), float(ys.max())) for ys in (stroke[:, 1] for stroke in drawing)
    )
    lowest = itertools.accumulate((end for _, end in reach), max)
    gaps = (below - above for above, (below, _) in zip(lowest, reach[1:], strict=False))
    return max(gaps) < BAND * (y1 - y0)


def cheapest(
    groups: Sequence[Group], symbols: Sequence[Symbol | None], prices: GroupPrices = PRICES
) -> tuple[int, ...]:
    """Find the positions of the groups that a drawing is taken apart into at the least cost.

    Those that have not been read, whose symbol is None, cost no more than their form. So where
    all that are found have been, no other needs to be.

    Args:
        groups: of the drawing's pieces, all of them together last.
        symbols: what the groups look like; of a row, which is no one digit, but the last one.
        prices: of the groups.
    """
    proposed = groups[: len(symbols)]
    costs = [_cost(*each, prices) for each in zip(proposed, symbols, strict=True)]
    chosen = choose([group.pieces for group in proposed], costs)
    assert chosen is not None  # each piece alone is proposed
    return chosen


def _cost(group: Group, symbol: Symbol | None, prices: GroupPrices) -> float:
    """What a group costs; a speck the same whatever it looks like."""
    form = prices.of_form(group)
    if group.is_speck:
        return form + prices.speck
    if symbol is None:
        return form + min(prices.digit, prices.other)
    digit = prices.digit - log_weight(symbol.confidence)
    return form + min(digit, prices.other - log_weight(symbol.no_digit))


def number(
    groups: Sequence[Group],
    symbols: Sequence[Symbol | None],
    chosen: Sequence[int],
    reject_below: float,
    prices: GroupPrices = PRICES,
) -> Reading | None:
    """Take the groups that a drawing is taken apart into for a number; None where it is none.

    Args:
        groups: as for ``cheapest``.
        symbols: as for ``cheapest``.
        chosen: what it has found; all of these have been read.
        reject_below: the confidence that each digit needs.
        prices: of the groups.
    """
    together = symbols[-1] if len(symbols) == len(groups) else None
    seen = [symbol for symbol in (symbols[index] for index in chosen) if symbol is not None]
    found = [_among_digits(symbol, prices) for symbol in seen]
    if sum(symbol.digit is not None for symbol in found) < 2:
        return None
    if any(_is_over(*pair) for pair in itertools.permutations(found, 2)):
        return None
    is_stacked = _is_stacked(found)
    if together is not None:
        # Letters and signs fall into pieces that look somewhat like digits.
        is_loose = groups[-1].gap >= LOOSE and not is_stacked
        reject_below = max(reject_below, LIKELY if is_loose else CLEAR)
    found = [each if each.confidence >= reject_below else each.rejected() for each in found]
    if is_stacked:
        found = [each.rejected() if _is_lying(each) else each for each in found]
    if not _is_number(found, together):
        return None
    ordered = [found[index] for index in in_reading_order([each.box for each in found])]
    return Reading.of(ordered, shown=_drawn_last(ordered))


def _among_digits(symbol: Symbol, prices: GroupPrices) -> Symbol:
    """Take a symbol for a digit where that is what it cost least as, beside other digits."""
    if symbol.digit is not None or symbol.is_speck:
        return symbol
    costs_less = log_weight(symbol.no_digit) - log_weight(symbol.confidence)
    is_none = costs_less > prices.other - prices.digit
    return symbol if is_none else symbol.doubted()


def _is_number(symbols: Sequence[Symbol], together: Symbol | None) -> bool:
    """Whether symbols make a number, rather than the one symbol that they are together."""
    counted = [each for each in symbols if not each.is_speck]
    digits = [each for each in counted if each.digit is not None]
    if together is None or together.digit is None:
        return len(digits) > 0
    return len(digits) == len(counted) > 1


def _is_over(symbol: Symbol, other: Symbol) -> bool:
    """Whether they are one letter or sign: one over the other, or an i and its dot."""
    x0, y0, x1, y1 = _box(symbol)
    left, top, right, bottom = _box(other)
    if symbol.is_speck:
        return False
    height = y1 - y0
    if symbol.digit == 1 and bottom <= y0 and bottom - top < DOT * height:
        return x0 - DOT * height < right and left < x1 + DOT * height
    wide, high = min(x1, right) - max(x0, left), min(y1, bottom) - max(y0, top)
    return min(wide, high) > 0 and wide * high > COVERED * (x1 - x0) * height


def _is_stacked(symbols: Sequence[Symbol]) -> bool:
    """Whether two of the symbols stand one above the other, or cross."""
    spans = [(each.box[0], each.box[2]) for each in symbols]
    return any(
        min(one[1], other[1]) - max(one[0], other[0])
        > STACKED * min(one[1] - one[0], other[1] - other[0])
        for one, other in itertools.combinations(spans, 2)
    )


def _box(symbol: Symbol) -> Box:
    """Return its box, of some width and height even where it is a straight line."""
    x0, y0, x1, y1 = symbol.box
    hair = HAIR * max(x1 - x0, y1 - y0)
    return x0, y0, max(x1, x0 + hair), max(y1, y0 + hair)


def _is_lying(symbol: Symbol) -> bool:
    """Whether it looks like a 1, but is too wide for one."""
    x0, y0, x1, y1 = symbol.box
    return symbol.digit == 1 and x1 - x0 > LYING * (y1 - y0)


def _drawn_last(symbols: Sequence[Symbol]) -> int:
    return max(range(len(symbols)), key=lambda index: max(symbols[index].parts))
