"""Fit the prices by which one reading of a picture is chosen, on pictures of synthetic digits.

    python -m tests.benchmarks.picture_prices [--count 6] [--seed 3] [--minutes 5]

Sees and reads pictures of all conditions of ``pictures`` once, then changes one price after the
other by up to a half as long as more of them are read right, and fewer wrong though sure; those
without a digit only have to be unsure. Prints the prices, for ``PRICES`` in ``picture_choice``.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from mnist_core.ink import picture_choice
from mnist_core.ink.pictures import see_picture
from mnist_core.model.calibration import score
from mnist_core.model.reading import DOUBT
from mnist_core.model.recognizer import Recognizer
from tests.benchmarks.pictures import CONDITIONS, pictures_of, synthetic

SURE_SHARE = 0.9  # as ``Calibration.sure_above``


@dataclass(frozen=True)
class Example:
    """A picture, seen and read in all ways."""

    condition: str
    number: str
    stages: list[list[picture_choice.Way]]
    best: list[int]  # of each ink: the digit it looks most like,
    share: list[float]  # that digit's share among the ten,
    log_digit: list[float]  # and the weighted log-probabilities that it is that digit
    log_other: list[float]  # or none


def examples(recognizer: Recognizer, count: int, seed: int) -> list[Example]:
    """Make pictures of all conditions, see them and read what was seen."""
    drawings, labels = synthetic(2000, seed + 100)
    made = []
    for name in CONDITIONS:
        for picture, number in pictures_of(name, drawings, labels, count, seed):
            seen = list(see_picture(picture))
            ink = torch.from_numpy(np.concatenate([np.zeros((0, 28, 28)), *(s.ink for s in seen)]))
            with torch.inference_mode():
                logits = recognizer.model(ink.float()[:, None])
            scores = score(logits, recognizer.info.calibration)
            share, best = scores.probabilities.max(dim=1)
            other = 1 - scores.confidence / share.clamp(min=1e-12)
            log_digit = DOUBT * scores.confidence.clamp(min=1e-6).log()
            log_other = DOUBT * other.clamp(min=1e-6).log()
            columns = (each.tolist() for each in (best, share, log_digit, log_other))
            made.append(Example(name, number, [each.ways for each in seen], *columns))
    return made


def worth(example: Example, prices: picture_choice.Terms) -> float:
    """1 for a right reading, a little more for one that is sure, -1 for a wrong one that is."""
    ways: list[picture_choice.Way] = []
    found = None
    for more in example.stages:
        ways = ways + more
        found = picture_choice.cheapest(
            ways, example.best, example.log_digit, example.log_other, prices
        )
        if found is not None and found.cost <= picture_choice.PLAIN:
            break
    if found is None or not found.symbols:
        return 0.0
    inks = [ink for ink, _ in found.symbols]
    text = "".join(str(example.best[ink]) for ink in inks)
    is_sure = found.is_clear and min(example.share[ink] for ink in inks) >= SURE_SHARE
    if text != example.number:
        return -1.0 if is_sure else 0.0
    return 1.02 if is_sure else 1.0


def total(made: Sequence[Example], prices: picture_choice.Terms) -> float:
    """The mean worth of the examples."""
    return float(np.mean([worth(example, prices) for example in made]))


def main() -> None:
    """Fit, and print the prices."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()

    torch.set_num_threads(1)
    made = examples(Recognizer.load(None, "cpu"), options.count, options.seed)
    prices, end = dict(picture_choice.PRICES), time.monotonic() + 60 * options.minutes
    best, shuffled, step = total(made, prices), random.Random(0), 1.5
    while time.monotonic() < end:
        for key in shuffled.sample(list(prices), len(prices)):
            for factor in (step, 1 / step):
                changed = {**prices, key: round(prices[key] * factor, 2)}
                value = total(made, changed) if time.monotonic() < end else best
                if value > best:
                    best, prices = value, changed
                    print(f"{best:.4f} {key} {prices[key]}", flush=True)
                    break
        step = 1 + (step - 1) * 0.75
    print(prices)


if __name__ == "__main__":
    main()
