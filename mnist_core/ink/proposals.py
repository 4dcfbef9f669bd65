"""The choice between several ways to take apart what was put before the reader.

What was drawn, or what a picture shows, falls into *pieces*, which are numbered from 0. Each
*proposal* takes some of them together as one symbol, or leaves them out, and has its cost in nats:
the negative log-probability of what it is taken for, and the price of its form. ``choose`` finds
the cheapest set of proposals that takes every piece exactly once.

This module knows nothing of strokes, pictures or networks.
"""

from collections.abc import Sequence

MOST_WAYS = 64  # unfinished ways that are followed from each piece: the cheapest

Box = tuple[float, float, float, float]  # x0, y0, x1, y1, y down


def choose(proposals: Sequence[frozenset[int]], costs: Sequence[float]) -> tuple[int, ...] | None:
    """Find the cheapest set of proposals that takes every piece once (shortest path).

    From the piece of lowest number that is not yet taken, every proposal that takes it and no
    taken one leads on. So pieces of one symbol need not be numbered next to each other (the bar
    of a 7 comes last), though near ones should be near in number: of the unfinished ways that
    stand at the same piece only the cheapest 64 are followed.

    Args:
        proposals: the pieces of each; any number of them.
        costs: what each costs, in nats.

    Returns:
        The positions of those chosen; None where no set takes every piece once.
    """
    masks = [sum(1 << piece for piece in proposal) for proposal in proposals]
    count = max((max(proposal) + 1 for proposal in proposals), default=0)
    everything = (1 << count) - 1
    starting: list[list[int]] = [[] for _ in range(count)]  # proposals whose lowest piece it is
    for index, proposal in enumerate(proposals):
        starting[min(proposal)].append(index)
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
    return ways[count][everything][1]


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
