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
from mnist_core.ink.drawing import Drawing, parse_drawing, taken_parts
from mnist_core.ink.proposals import choose, in_reading_order
from mnist_core.ink.stroke_groups import Group, GroupPrices
from mnist_core.model import recognizer as reading
from mnist_core.model.recognizer import Recognizer, Symbol
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
    symbols: list[Symbol]


def read(recognizer: Recognizer, drawing: Drawing, text: str) -> Case:
    """Read all groups of a drawing."""
    groups = stroke_groups.groups(drawing)
    parts = [taken_parts(drawing, group.parts) for group in groups]
    return Case(text, groups, recognizer._symbols_of(parts))


def read_as(case: Case, prices: GroupPrices) -> list[int]:
    """Return the chosen groups in reading order, those apart that are too small for a digit."""
    choice = choose(
        [prices.proposal(group) for group in case.groups],
        [reading.DOUBT * reading._log(symbol.confidence) for symbol in case.symbols],
        [reading.DOUBT * reading._log(symbol.no_digit) for symbol in case.symbols],
        prices.symbols,
    )
    assert choice is not None
    order = in_reading_order([case.groups[index].box for index in choice.proposals])
    chosen = [choice.proposals[place] for place in order]
    return [index for index in chosen if not case.groups[index].is_speck]


def loss(cases: dict[str, list[Case]], prices: GroupPrices) -> float:
    """Say how much is read wrong."""
    total = 0.0
    for name, weight in WEIGHTS.items():
        wrong = 0
        for case in cases[name]:
            best = [str(case.symbols[index].best) for index in read_as(case, prices)]
            wrong += "".join(best) != case.text
        total += weight * wrong / len(cases[name])
    for case in cases["singles"]:
        total += WRONG_SINGLE * (len(read_as(case, prices)) > 1)
    for case in cases["others"]:
        chosen = read_as(case, prices)
        is_number = all(case.symbols[index].digit is not None for index in chosen)
        total += WRONG_OTHER * (len(chosen) > 1 and is_number)
    return total


def changes(prices: GroupPrices) -> list[Callable[[GroupPrices, float], GroupPrices]]:
    """Return what changes each price, by a share of itself."""

    def of_symbols(name: str) -> Callable[[GroupPrices, float], GroupPrices]:
        return lambda now, step: replace(
            now,
            symbols=replace(now.symbols, **{name: getattr(now.symbols, name) * (1 + step / 2)}),
        )

    def of_form(name: str) -> Callable[[GroupPrices, float], GroupPrices]:
        return lambda now, step: replace(now, **{name: getattr(now, name) * (1 + step / 2)})

    form = [name for name in vars(prices) if name != "symbols"]
    return [*map(of_symbols, vars(prices.symbols)), *map(of_form, form)]


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
    cases = {
        name: [
            read(recognizer, each.drawing, each.text)
            for each in numbers(digits, WAYS[name], options.count, 2)
        ]
        for name in WEIGHTS
    }
    cases["singles"] = [
        read(recognizer, drawing, str(label))
        for label, drawings in digits.items()
        for drawing in drawings
        if len(drawing) > 1
    ]
    cases["others"] = [
        read(recognizer, parse_drawing(strokes_from_segments(segments)), "")
        for segments, style in zip(others.segments, others.styles, strict=True)
        if style != "two-digits"
    ]
    prices = stroke_groups.PRICES
    least = loss(cases, prices)
    for _ in range(options.rounds):
        for change in changes(prices):
            tried = [change(prices, step) for step in STEPS]
            losses = [loss(cases, each) for each in tried]
            if min(losses) < least:
                least = min(losses)
                prices = tried[losses.index(least)]
        print(f"{least:.4f} {prices}", flush=True)


if __name__ == "__main__":
    main()
