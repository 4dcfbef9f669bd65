"""Choose between the ways to see a picture: what each property costs, and the cheapest reading.

The prices are fitted by ``tests.benchmarks.picture_prices``, on pictures of synthetic digits, but
for those that are marked. Knows nothing of pixels or networks.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mnist_core.ink.proposals import Box, choose, in_rows

# What each property of a way, of a digit or of a piece left out costs, in nats, a unit of it. An
# asterisk marks what was set by hand, as pictures of the fit hold digits, and few hold several.
PRICES = {
    # of a way to see the picture
    "soft": 0.33,  # the paper is taken to be uneven
    "low": 0.2,  # faint lines are taken for ink
    "blurred": 1.2,
    "laid": 0.8,  # what is partly transparent is seen by its color
    "unlined": 0.9,  # straight lines are taken off
    # of a digit
    "digit": 0.49,
    "gap": 6.18,  # the widest between its pieces, in its sides
    "rim": 1.05,  # it touches the picture's edge
    "corner": 4.0,  # * it covers a corner, as a table under paper, and does not fill the picture
    "around": 3.0,  # share of what lies around that is as bright as its ink: it is a gap in a line
    "ring": 6.0,  # * share of a ring at its edge that is as bright: it is part of a larger thing
    "boxed": 15.0,  # share of its sides that a box in it has, above 0.72
    "block": 3.0,  # * it is a filled rectangle or disc
    # of a reading
    "other": 4.0,  # a symbol that is no digit
    "rows": 1.0,  # each row after the first
    "uneven": 9.29,  # logarithm of how much their heights differ, above 1.5
    "empty": 3.0,  # nothing is read
    # of a piece that is left out, as large as the largest
    "left": 4.0,
    "left_line": 0.8,
    "left_frame": 1.0,
    "left_rim": 3.0,  # it touches the picture's edge
    "left_corner": 1.05,  # it covers a corner of the picture
}
PLAIN = 1.6  # nats: a reading that costs no more is taken without looking further
SURE = 2.2  # * nats: a reading that costs more is not sure
UNCLEAR = 1.0  # nats: of two readings that differ by no more neither is sure
SHARES_LEFT = (1.0, 0.5, 0.25)  # of its price that each costs to leave, of few pieces or many
UNREAD = 0.12  # of the largest piece's side: what is left out and smaller is not worth a word

Terms = dict[str, float]  # how much of each property in ``PRICES``


@dataclass(frozen=True)
class Candidate:
    """Some pieces of a way to see a picture, taken as one symbol or left out."""

    pieces: frozenset[int]
    box: Box  # px of the picture
    ink: int  # its position among all that is framed; -1 where it is left out
    terms: Terms


@dataclass(frozen=True)
class Way:
    """One way to see a picture: what its pieces may be together, and what becomes of it."""

    terms: Terms
    candidates: list[Candidate]


@dataclass(frozen=True)
class Found:
    """The cheapest reading of a picture."""

    symbols: list[tuple[int, Box]]  # the position of each one's ink, in reading order
    cost: float  # nats
    is_clear: bool  # it costs little, and no other reading about as much
    unread: int  # pieces that were left out, without lines, frames and what the edge cuts off


def price(terms: Terms, prices: Terms = PRICES) -> float:
    """What terms cost together, in nats."""
    return sum(prices[key] * amount for key, amount in terms.items())


def cheapest(
    ways: Sequence[Way],
    best: Sequence[int],
    log_digit: Sequence[float],
    log_other: Sequence[float],
    prices: Terms = PRICES,
) -> Found | None:
    """Find the cheapest reading of a picture; None where nothing is found.

    Args:
        ways: to see the picture.
        best: for each ink, the digit that it looks most like.
        log_digit: for each ink, the log-probability of that digit, weighted against the prices.
        log_other: for each ink, the log-probability that it is no digit, weighted likewise.
        prices: of all terms.
    """
    symbol_costs = [
        min(prices["digit"] - digit, prices["other"] - other)
        for digit, other in zip(log_digit, log_other, strict=True)
    ]
    found: dict[tuple[int, ...], tuple[float, list[Candidate]]] = {}
    unread: Counter[tuple[int, ...]] = Counter()
    for way in ways:
        own = [
            price(one.terms, prices) + (symbol_costs[one.ink] if one.ink >= 0 else 0.0)
            for one in way.candidates
        ]
        for chosen in _choices(way, own):
            taken = [(way.candidates[index], own[index]) for index in chosen]
            read = [each for one, each in taken if one.ink >= 0]
            # A number is as good as its worst digit: its length says little against it. A screen
            # full of words is hardly worse than one with a button, and what stands beside several
            # digits says less against them.
            left = math.hypot(*(each for one, each in taken if one.ink < 0))
            left /= math.sqrt(max(1, len(read)))
            cost = price(way.terms, prices) + left + max(read, default=prices["empty"])
            symbols = [one for one, _ in taken if one.ink >= 0]
            if len(symbols) > 1:
                heights = [one.box[3] - one.box[1] for one in symbols]
                cost += prices["uneven"] * max(0.0, math.log(max(heights) / min(heights) / 1.5))
                rows = in_rows([one.box for one in symbols])
                cost += prices["rows"] * (len(rows) - 1)
                symbols = [symbols[index] for row in rows for index in row]
            text = tuple(best[one.ink] for one in symbols)
            if text not in found or cost < found[text][0]:
                found[text] = cost, symbols
            if not (way.terms["low"] or way.terms["unlined"]):  # shadows and rests of lines
                left_out = sum(one.terms.get("left", 0.0) >= UNREAD for one, _ in taken)
                unread[text] = max(unread[text], left_out)
    if not found:
        return None
    (text, (cost, symbols)), *others = sorted(found.items(), key=lambda each: each[1][0])
    is_clear = cost <= SURE and (not others or others[0][1][0] - cost >= UNCLEAR)
    return Found([(one.ink, one.box) for one in symbols], cost, is_clear, unread[text])


def _choices(way: Way, own: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """Yield candidates that take each piece once: positions, given what each candidate costs.

    The cheapest ones, those where each of many pieces costs less to leave, and the best one alone.
    """
    left = {min(one.pieces): index for index, one in enumerate(way.candidates) if one.ink < 0}
    pieces = [one.pieces for one in way.candidates]
    for share in SHARES_LEFT[: len(left)]:
        costs = [
            each * (share if one.ink < 0 else 1.0)
            for one, each in zip(way.candidates, own, strict=True)
        ]
        chosen = choose(pieces, costs)
        assert chosen is not None  # each piece alone can be left out
        yield chosen
    symbols = [index for index, one in enumerate(way.candidates) if one.ink >= 0]
    if symbols:
        alone = min(symbols, key=own.__getitem__)
        taken = way.candidates[alone].pieces
        yield (alone, *(index for piece, index in left.items() if piece not in taken))
