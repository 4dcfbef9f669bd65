"""Fit the prices by which a number is taken apart, on synthetic numbers alone.

    python -m tests.benchmarks.fit_numbers [--count 300] [--rounds 2]

Composes numbers of synthetic digits, reads all groups of their strokes once, and then changes one
price after the other as long as more is read right: numbers whole, single digits and what is no
digit not taken for numbers. Prints the prices, which belong into ``stroke_groups.PRICES``.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from mnist_core.data import pen_styles
from mnist_core.ink import stroke_groups
from mnist_core.ink.drawing import Drawing, parse_drawing
from mnist_core.ink.stroke_groups import Group, GroupPrices
from mnist_core.model import numbers as number_reading
from mnist_core.model import recognizer as reading
from mnist_core.model.reading import Symbol
from mnist_core.model.recognizer import Recognizer
from mnist_core.web.pad.examples import strokes_from_segments
from tests.benchmarks.numbers import WAYS, numbers

WEIGHTS = {"ordinary": 2.0, "touching": 1.0, "late strokes": 0.5, "slanted": 0.5, "two rows": 0.5}
WRONG_SINGLE = 0.01  # what a single digit that is taken for a number costs
WRONG_OTHER = 0.004  # and what is no digit
STEPS = (-1.0, -0.5, 0.5, 1.0)


@dataclass(frozen=True)
class Case:
    """A drawing whose groups have been read."""

    text: str  # nothing where it is no digit
    groups: list[Group]
    symbols: list[Symbol | None]  # as for numbers.cheapest


def read(recognizer: Recognizer, drawing: Drawing, text: str) -> Case | None:
    """Read all groups of a drawing; None where no price matters to it."""
    [together] = recognizer._symbols_of([drawing])
    together = reading._placed(together, drawing)
    groups = stroke_groups.groups(drawing)
    if len(groups) == 1 or number_reading.is_plain(together, drawing):
        return None
    symbols: list[Symbol | None] = [None] * (len(groups) - 1)
    recognizer._see(drawing, groups, symbols, range(len(symbols)))
    return Case(text, groups, symbols + [together] * (not number_reading.is_row(drawing)))


def loss(reject_below: float, cases: dict[str, list[Case]], prices: GroupPrices) -> float:
    """Say how much is read wrong."""
    total = 0.0
    for name, made in cases.items():
        for case in made:
            chosen = number_reading.cheapest(case.groups, case.symbols, prices)
            read_as = number_reading.number(case.groups, case.symbols, chosen, reject_below, prices)
            if name == "singles":
                total += WRONG_SINGLE * (read_as is not None)
            elif name == "others":
                total += WRONG_OTHER * (read_as is not None and read_as.number is not None)
            else:
                is_right = read_as is not None and read_as.best_number == case.text
                total += (not is_right) * WEIGHTS[name] / len(made)
    return total


def changes(prices: GroupPrices) -> list[Callable[[GroupPrices, float], GroupPrices]]:
    """Return what changes each price, by a share of itself."""

    def of(name: str) -> Callable[[GroupPrices, float], GroupPrices]:
        return lambda now, step: replace(now, **{name: getattr(now, name) * (1 + step / 2)})

    return [of(name) for name in vars(prices)]


def main() -> None:
    """Fit, and print the prices."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()

    recognizer = Recognizer.load(device="cpu")
    generator = torch.Generator().manual_seed(5)
    sample = pen_styles.sample_digits(10 * options.count, generator)
    digits: dict[int, list[Drawing]] = {label: [] for label in range(10)}
    for segments, label in zip(sample.segments, sample.labels.tolist(), strict=True):
        digits[label].append(parse_drawing(strokes_from_segments(segments)))
    others = pen_styles.sample_others(3 * options.count, generator)
    drawn = {
        name: [(each.drawing, each.text) for each in numbers(digits, WAYS[name], options.count, 2)]
        for name in WEIGHTS
    }
    drawn["singles"] = [
        (drawing, str(label)) for label, drawings in digits.items() for drawing in drawings
    ]
    drawn["others"] = [
        (parse_drawing(strokes_from_segments(segments)), "")
        for segments, style in zip(others.segments, others.styles, strict=True)
        if style != "two-digits"
    ]
    cases = {
        name: [case for each in pairs if (case := read(recognizer, *each))]
        for name, pairs in drawn.items()
    }
    reject_below = recognizer.info.calibration.reject_below
    prices = stroke_groups.PRICES
    least = loss(reject_below, cases, prices)
    for _ in range(options.rounds):
        for change in changes(prices):
            tried = [change(prices, step) for step in STEPS]
            losses = [loss(reject_below, cases, each) for each in tried]
            if min(losses) < least:
                least = min(losses)
                prices = tried[losses.index(least)]
        print(f"{least:.4f} {prices}", flush=True)


if __name__ == "__main__":
    main()
