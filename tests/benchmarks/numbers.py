"""How well numbers are read: digits of a stroke set, composed.

    python -m tests.benchmarks.numbers --strokes FILE [--others FILE] [--count 300] [--json]

Each number is made of digits of the set, drawn at random, brought to about one height and set
beside each other, in one of several ways (``WAYS``). Prints for each way how many are read whole,
and how many with the right number of digits; then how many of the set's own drawings are taken for
a number; and the time that five digits take.
"""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mnist_core.data import stroke_sets
from mnist_core.ink.drawing import Drawing, bounding_box
from mnist_core.labels import NO_DIGIT
from mnist_core.model import weight_file
from mnist_core.model.reading import Reading
from mnist_core.model.recognizer import Recognizer

SEED = 1
TIMED = 200  # drawings
HEIGHT = 100.0  # of a digit, in the unit of what is composed
WIDEST = 1.3  # of a digit, as a share of HEIGHT
FEWEST, MOST = 2, 5  # digits of a number

Random = np.random.Generator


@dataclass(frozen=True)
class Number:
    """A composed number."""

    text: str
    drawing: Drawing


@dataclass(frozen=True)
class Way:
    """How digits are set beside each other; lengths are shares of their height."""

    gap: tuple[float, float] = (0.08, 0.4)  # between the boxes of neighbors
    slope: float = 0.08  # of the row, at most
    late: float = 0.0  # share of numbers whose digits' later strokes come last
    rows: int = 1
    joined: float = 0.0  # chance that the pen stays down between two neighbors
    digits: tuple[int, int] = (FEWEST, MOST)


WAYS = {
    "ordinary": Way(),
    "touching": Way(gap=(-0.2, 0.04)),
    "late strokes": Way(late=1.0),
    "slanted": Way(slope=0.5),
    "two rows": Way(rows=2),
    "joined": Way(joined=0.3, gap=(0.05, 0.4)),
    "long": Way(digits=(8, 12)),
}


def compose(digits: Sequence[Drawing], way: Way, random: Random) -> Drawing:
    """Set digits beside each other."""
    first: Drawing = []
    later: Drawing = []
    slope = random.uniform(-way.slope, way.slope)
    in_row = -(-len(digits) // way.rows)
    right = 0.0
    for index, digit in enumerate(digits):
        place, row = index % in_row, index // in_row
        if place == 0:
            right = 0.0
        placed = _scaled(digit, HEIGHT * random.uniform(0.85, 1.15))
        left = right + (random.uniform(*way.gap) * HEIGHT if place else 0.0)
        y = left * slope + random.normal() * 0.05 * HEIGHT + row * HEIGHT * random.uniform(1.4, 1.7)
        placed = [stroke + np.array([left, y]) for stroke in placed]
        right = bounding_box(placed)[2]
        if first and place and random.uniform() < way.joined and not later:
            first[-1] = np.concatenate([first[-1], placed.pop(0)])
        if random.uniform() < way.late:
            first, later = [*first, *placed[:1]], [*later, *placed[1:]]
        else:
            first = [*first, *placed]
    return [*first, *later]


def _scaled(digit: Drawing, height: float) -> Drawing:
    """Bring a digit's corner to 0, 0 and its height to that given, unless it gets too wide."""
    x0, y0, x1, y1 = bounding_box(digit)
    scale = height / max(y1 - y0, (x1 - x0) / WIDEST, 1e-9)
    middle = height - (y1 - y0) * scale  # of a low digit the foot stands on the line
    return [(stroke - np.array([x0, y0])) * scale + np.array([0.0, middle]) for stroke in digit]


def numbers(digits: dict[int, list[Drawing]], way: Way, count: int, seed: int) -> list[Number]:
    """Compose numbers of the drawings of each digit."""
    random = np.random.default_rng(seed)
    composed = []
    for _ in range(count):
        labels = random.integers(0, 10, size=random.integers(way.digits[0], way.digits[1] + 1))
        chosen = [digits[label][random.integers(len(digits[label]))] for label in labels.tolist()]
        text = "".join(map(str, labels.tolist()))
        composed.append(Number(text, compose(chosen, way, random)))
    return composed


def measure(recognizer: Recognizer, composed: Sequence[Number]) -> dict[str, float]:
    """Return the shares read whole, rejected or not; given as that number; of the right length."""
    readings = [recognizer.read_drawing(number.drawing) for number in composed]
    pairs = list(zip(composed, readings, strict=True))
    return {
        "numbers": len(pairs),
        "right": float(np.mean([read.best_number == each.text for each, read in pairs])),
        "given": float(np.mean([read.number == each.text for each, read in pairs])),
        "length": float(
            np.mean([len(read.best_number or "") == len(each.text) for each, read in pairs])
        ),
    }


def read_all(recognizer: Recognizer, drawings: Sequence[Drawing]) -> Iterable[Reading]:
    """Read drawings in batches."""
    for start in range(0, len(drawings), 64):
        yield from recognizer.read_drawings(drawings[start : start + 64])


def milliseconds(recognizer: Recognizer, drawings: Sequence[Drawing]) -> float:
    """Median time from strokes to reading, on one thread."""
    torch.set_num_threads(1)
    waits = []
    for drawing in drawings:
        value = [stroke.tolist() for stroke in drawing]
        begun = time.perf_counter()
        recognizer.read_strokes(value)
        waits.append(1000 * (time.perf_counter() - begun))
    return statistics.median(waits)


def main() -> None:
    """Measure, and print a few lines or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=Path, required=True, metavar="FILE")
    parser.add_argument("--others", type=Path, metavar="FILE")
    parser.add_argument("--weights", type=Path, default=weight_file.SHIPPED)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    recognizer = Recognizer.load(options.weights, "cpu")
    loaded = stroke_sets.load(options.strokes)
    digits: dict[int, list[Drawing]] = defaultdict(list)
    for drawing, label in zip(loaded.drawings, loaded.labels, strict=True):
        digits[label].append(drawing)
    singles = [
        drawing for label, drawings in digits.items() if label < NO_DIGIT for drawing in drawings
    ]
    result: dict[str, object] = {}
    for name, way in WAYS.items():
        result[name] = measure(recognizer, numbers(digits, way, options.count, SEED))
    split = [len(each.digits) > 1 for each in read_all(recognizer, singles)]
    result["single digits"] = {"n": len(split), "taken for a number": float(np.mean(split))}
    if options.others:
        others = stroke_sets.load(options.others).drawings
        states = [each.state for each in read_all(recognizer, others)]
        result["others"] = {"n": len(states), "rejected": states.count("not-a-digit") / len(states)}
    five = [each.drawing for each in numbers(digits, Way(digits=(5, 5)), TIMED, SEED)]
    result["ms"] = {
        "one digit": milliseconds(recognizer, singles[:: len(singles) // TIMED]),
        "five digits": milliseconds(recognizer, five),
    }
    if options.json:
        print(json.dumps(result))
        return
    for name, values in result.items():
        assert isinstance(values, dict)
        print(f"{name}: " + ", ".join(f"{key} {value:.4g}" for key, value in values.items()))


if __name__ == "__main__":
    main()
