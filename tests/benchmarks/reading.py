"""How fast drawings are read in this process, and whether pictures keep MNIST's accuracy.

    python -m tests.benchmarks.reading [--weights FILE] [--pictures 10000] [--json]

Reads synthetic drawings on one thread of the CPU, one at a time, from strokes to reading, and then
in batches. Then turns MNIST's test images into pictures (8 to 12 times as large, anywhere on a
canvas of 400 to 1000 px, either polarity) and reads those and the images as they are;
``--pictures 0`` leaves that out.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

from mnist_core.data import image_sets, pen_styles
from mnist_core.ink.drawing import parse_drawing
from mnist_core.ink.raster import images_from_drawings
from mnist_core.labels import DIGITS
from mnist_core.model import calibration, weight_file
from mnist_core.model.recognizer import Recognizer
from mnist_core.web.pad.examples import Strokes, strokes_from_segments
from tests.benchmarks import percentile

DRAWINGS = 2_000
WARM_UP = 50
BATCH = 256  # drawings


def drawings(count: int) -> list[Strokes]:
    """Synthetic digits as a pad sends them: each stroke a list of points."""
    sample = pen_styles.sample_digits(count, torch.Generator().manual_seed(1))
    return [strokes_from_segments(segments) for segments in sample.segments]


def measure_drawings(recognizer: Recognizer, count: int = DRAWINGS) -> dict[str, float]:
    """Return milliseconds from strokes to reading, one at a time, and readings a second at most."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _measure_drawings(recognizer, count)
    finally:
        torch.set_num_threads(threads)


def _measure_drawings(recognizer: Recognizer, count: int) -> dict[str, float]:
    values = drawings(count)
    waits = []
    for value in [*values[:WARM_UP], *values]:
        begun = time.perf_counter()
        recognizer.read_strokes(value)
        waits.append(1000 * (time.perf_counter() - begun))
    waits = sorted(waits[WARM_UP:])
    parsed = [parse_drawing(value) for value in values]
    begun = time.perf_counter()
    for start in range(0, count, BATCH):
        images = images_from_drawings(parsed[start : start + BATCH]).to(recognizer.device)
        calibration.read_logits(recognizer.model, images)
    return {
        "n": len(waits),
        "median_ms": statistics.median(waits),
        "p99_ms": percentile(waits, 0.99),
        "batched_per_second": count / (time.perf_counter() - begun),
    }


def picture(image: np.ndarray, random: np.random.Generator) -> Image.Image:
    """Enlarge an MNIST image (28, 28) uint8 and place it on a large canvas."""
    canvas = int(random.integers(400, 1001))
    side = 28 * random.uniform(8, 12)
    large = Image.fromarray(image).resize((round(side),) * 2, Image.Resampling.BICUBIC)
    sheet = Image.new("L", (canvas, canvas), 0)
    sheet.paste(large, tuple(random.integers(0, canvas - large.width + 1, size=2).tolist()))
    return sheet if random.random() < 0.5 else sheet.point(lambda value: 255 - value)


def measure_round_trip(recognizer: Recognizer, count: int) -> dict[str, float]:
    """Return the share of MNIST's first test images read right, as they are and as pictures."""
    test = image_sets.load("mnist", train=False)
    random = np.random.default_rng(0)
    clean = round_trip = 0
    for image, label in tqdm(zip(test.images[:count], test.labels[:count], strict=True)):
        logits = calibration.read_logits(recognizer.model, image[None].to(recognizer.device))
        clean += int(logits[0, :DIGITS].argmax()) == label
        reading = recognizer.read_picture(picture(image.numpy(), random))
        round_trip += int(np.argmax(reading.probabilities)) == label
    return {"n": count, "clean": float(clean / count), "round_trip": float(round_trip / count)}


def sentence(reading: dict[str, float]) -> str:
    """Say what ``measure_drawings`` has measured."""
    return (
        f"One drawing, strokes to reading, on one thread: median {reading['median_ms']:.1f} ms, "
        f"99th percentile {reading['p99_ms']:.1f} ms (n {reading['n']:,}); in batches "
        f"{reading['batched_per_second']:,.0f} a second."
    )


def main() -> None:
    """Measure, and print a few lines or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=weight_file.SHIPPED)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    recognizer = Recognizer.load(options.weights, "cpu")
    reading = measure_drawings(recognizer)
    pictures = measure_round_trip(recognizer, options.pictures) if options.pictures else None
    if options.json:
        print(json.dumps({"drawings": reading, "pictures": pictures}))
        return
    print(sentence(reading))
    if pictures is None:
        return
    print(
        f"MNIST's test images: {pictures['clean']:.2%}; as pictures "
        f"{pictures['round_trip']:.2%} (n {pictures['n']})"
    )


if __name__ == "__main__":
    main()
