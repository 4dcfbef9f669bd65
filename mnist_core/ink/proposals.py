"""Several ways to see what was put before the reader, and the choice between them.

Propose, read, choose: what was drawn, or what a picture shows, is taken apart into *pieces*, which
are numbered from 0. Each *proposal* takes some pieces together as one symbol, or as nothing that
counts (a rule on the paper, dust). The ink of all proposals is read in one batch, and ``choose``
finds the cheapest set of proposals that takes every piece exactly once:

    proposals, ink = ...                    # P proposals, and ink (P, 1, 28, 28), a row for each
    log_digit, log_other = ...              # (P,) each: log-probabilities that it is the digit it
                                            # looks most like, and that it is no digit
    chosen = choose(proposals, log_digit, log_other, prices)
    chosen.cost                             # to compare two ways to find pieces in one picture
    in_reading_order([proposals[index].box for index in chosen.proposals])

What a proposal costs is the negative log-probability of what it is taken for, the constant of
``Prices`` for that, and its own price, which whoever proposes it sets from its form: gaps between
its pieces, what else lies inside its box, how small it is. A *speck* is too small to be a digit,
and is never one.

Where one picture can be taken apart in several ways (light on dark or dark on light), each way has
its own pieces and proposals: choose within each, and take the one of least cost. Their costs
compare where all ways account for the same ink: what a way leaves out has its price, too.

This module knows nothing of strokes, pictures or networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_WAYS = 64  # unfinished ways that are followed from each piece: the cheapest

Box = tuple[float, float, float, float]  # x0, y0, x1, y1, y down


@dataclass(frozen=True)
class Proposal:
    """Some pieces, taken as one symbol, or as nothing that counts."""

    pieces: frozenset[int]  # numbers from 0 on
    box: Box  # around its ink, in the unit of what was drawn or of the picture's pixels
    price: float = 0.0  # nats, by its form alone
    is_speck: bool = False  # too small to be a digit
    is_nothing: bool = False  # costs its price alone, whatever it looks like


@dataclass(frozen=True)
class Prices:
    """What each symbol costs in nats, whatever it looks like."""

    digit: float
    other: float  # a piece that is no digit
    speck: float  # one that is too small to be one


@dataclass(frozen=True)
class Choice:
    """The cheapest way to take all pieces."""

    proposals: tuple[int, ...]  # their positions in what was proposed
    cost: float  # nats


def choose(
    proposals: Sequence[Proposal],
    log_digit: Sequence[float],
    log_other: Sequence[float],
    prices: Prices,
) -> Choice | None:
    """Find the cheapest set of proposals that takes every piece once (shortest path).

    From the piece of lowest number that is not yet taken, every proposal that takes it and no
    taken one leads on. So pieces of one symbol need not be numbered next to each other (the bar
    of a 7 comes last), though near ones should be near in number: of the unfinished ways that
    stand at the same piece only the cheapest 64 are followed.

    Args:
        proposals: any number of them.
        log_digit: log-probability of the digit that each looks most like.
        log_other: log-probability that each is no digit.
        prices: what is added for each symbol.

    Returns:
        The choice; None where no set takes every piece once.
    """
    costs = [
        _cost(proposal, digit, other, prices)
        for proposal, digit, other in zip(proposals, log_digit, log_other, strict=True)
    ]
    masks = [sum(1 << piece for piece in proposal.pieces) for proposal in proposals]
    count = max((max(proposal.pieces) + 1 for proposal in proposals), default=0)
    everything = (1 << count) - 1
    starting: list[list[int]] = [[] for _ in range(count)]  # proposals whose lowest piece it is
    for index, proposal in enumerate(proposals):
        starting[min(proposal.pieces)].append(index)
    # ways[piece]: taken pieces -> (cost, proposals), where piece is the lowest that is not taken
    ways: list[dict[int, tuple[float, tuple[int, ...]]]] = [{} for _ in range(count + 1)]
    ways[0][0] = (0.0, ())
    for piece in range(count):
        cheapest = sorted(ways[piece].items(), key=lambda way: way[1][0])[:MOST_WAYS]
        for taken, (cost, path) in cheapest:
            for index in starting[piece]:
                if masks[index] & taken:
                    continue
                now_taken = taken | masks[index]
                free = ~now_taken
                following = (free & -free).bit_length() - 1
                known = ways[following].get(now_taken)
                if known is None or cost + costs[index] < known[0]:
                    ways[following][now_taken] = (cost + costs[index], (*path, index))
    if everything not in ways[count]:
        return None
    cost, path = ways[count][everything]
    return Choice(path, cost)


def _cost(proposal: Proposal, log_digit: float, log_other: float, prices: Prices) -> float:
    if proposal.is_nothing:
        return proposal.price
    if proposal.is_speck:
        return proposal.price + prices.speck
    return proposal.price + min(prices.digit - log_digit, prices.other - log_other)


def in_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Sort boxes as they are read: rows from top to bottom, in each from left to right.

    A box stands in a row with its left neighbor if the two share a fifth of the less tall
    one's height; so a row may slant.

    Returns:
        For each row the positions of its boxes.
    """
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda each: boxes[each][0] + boxes[each][2]):
        shared = [_shared_height(boxes[row[-1]], boxes[index]) for row in rows]
        best = max(range(len(rows)), key=shared.__getitem__, default=None)
        if best is not None and shared[best] >= 0.2:
            rows[best].append(index)
        else:
            rows.append([index])
    return sorted(
        rows, key=lambda row: sum(boxes[each][1] + boxes[each][3] for each in row) / len(row)
    )


def in_reading_order(boxes: Sequence[Box]) -> list[int]:
    """Return the positions of boxes as they are read, row by row."""
    return [index for row in in_rows(boxes) for index in row]


def _shared_height(one: Box, other: Box) -> float:
    """Share of the less tall one's height at which the other is, too; below 0 if apart."""
    height = max(min(one[3] - one[1], other[3] - other[1]), 1e-9)
    return (min(one[3], other[3]) - max(one[1], other[1])) / height
