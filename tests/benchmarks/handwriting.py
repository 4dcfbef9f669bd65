"""What teaching somebody's misread digits is worth, for the writers that are read worst.

    python -m tests.benchmarks.handwriting --strokes pen-dev-1.jsonl.gz [--writers 5]

The stroke set names each drawing's writer. Of each writer half of the drawings, chosen at random,
are held back. Up to 20 of the misread ones among the others are taught, as the page does it.
Prints a Markdown table: how many of the held-back drawings are misread, and the accuracy on MNIST's
test images, before and after, and the seconds from the worker's start to the finished file.
"""

import argparse
import gzip
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.ink.drawing import Drawing, parse_drawing
from mnist_core.model import weight_file
from mnist_core.model.recognizer import Recognizer
from mnist_core.training.job import TrainingJob
from mnist_core.training.worker import FineTuneTask

MOST_LESSONS = 20

Labelled = tuple[Drawing, int]


def by_writer(file: Path) -> dict[str, list[Labelled]]:
    """Read a stroke set whose lines name their writers."""
    found = defaultdict(list)
    for line in gzip.decompress(file.read_bytes()).decode().splitlines():
        record = json.loads(line)
        drawing = parse_drawing(record["strokes"])
        found[str(record["writer"])].append((drawing, int(record["label"])))
    return found


def misread(recognizer: Recognizer, drawings: list[Labelled]) -> list[Labelled]:
    """Return the drawings that are misread."""
    return [each for each in drawings if recognizer.read_drawing(each[0]).best != each[1]]


def taught(source: Path, lessons: list[Labelled], folder: Path) -> tuple[Recognizer, float]:
    """Teach in a process of its own; return the model, and the seconds that it took."""
    drawings, labels = zip(*lessons, strict=True)
    begun = time.perf_counter()
    job = TrainingJob(
        FineTuneTask(source, StrokeSet(list(drawings), list(labels)), "cpu"), folder=folder
    )
    job.start()
    while job.status.active:
        time.sleep(0.02)
    seconds = time.perf_counter() - begun
    assert job.status.output is not None, job.status.message
    return Recognizer.load(job.status.output, "cpu"), seconds


def main() -> None:
    """Teach the writers that are read worst, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=Path, required=True, metavar="FILE")
    parser.add_argument("--weights", type=Path, default=weight_file.SHIPPED)
    parser.add_argument("--writers", type=int, default=5)
    options = parser.parse_args()

    before = Recognizer.load(options.weights, "cpu")
    writers = by_writer(options.strokes)
    wrong = {name: len(misread(before, drawings)) for name, drawings in writers.items()}
    worst = sorted(wrong, key=lambda name: -wrong[name] / len(writers[name]))[: options.writers]
    print("| writer | taught | held back | misread before | after | MNIST before | after | s |")
    print("|---|---|---|---|---|---|---|---|")
    total = [0, 0, 0]
    for name in worst:
        order = np.random.default_rng(0).permutation(len(writers[name]))
        half = len(order) // 2
        open_to_teach = [writers[name][index] for index in order[:half]]
        held_back = [writers[name][index] for index in order[half:]]
        lessons = misread(before, open_to_teach)[:MOST_LESSONS]
        with tempfile.TemporaryDirectory() as folder:
            after, seconds = taught(options.weights, lessons, Path(folder))
        errors = [len(misread(each, held_back)) for each in (before, after)]
        total = [sum(pair) for pair in zip(total, [len(held_back), *errors], strict=True)]
        print(
            f"| {name} | {len(lessons)} | {len(held_back)} | {errors[0]} | {errors[1]} "
            f"| {before.info.accuracy.share:.2%} | {after.info.accuracy.share:.2%} "
            f"| {seconds:.1f} |",
            flush=True,
        )
    print(f"| all | | {total[0]} | {total[1]} | {total[2]} | | | |")


if __name__ == "__main__":
    main()
