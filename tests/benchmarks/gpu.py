"""The recipes and reading on a GPU, in four minutes, with the figures that ``training`` has.

    python -m tests.benchmarks.gpu [--device cuda] [--minutes 4] [--small] [--output FILE]
                                   [--recipes fast balanced best]

Trains by each recipe with one seed after the other, the shorter ones more often, and begins nothing
that would not be over in time, by what the one before has taken; the first run of all, which also
loads the device's libraries, is not counted. Then reads drawings one at a time. Writes one JSON
value with the tables of ``training`` and ``reading``. ``--small`` trains on a few images, to try
this out on a CPU.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from mnist_core.model import devices
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.weight_info import Architecture
from mnist_core.training import loop
from mnist_core.training.progress import Trained
from mnist_core.training.recipes import RECIPES, Recipe
from tests.benchmarks import reading
from tests.benchmarks.training import LONG, LONGEST, SHORT, Runs

RUNS = {"fast": SHORT, "balanced": LONG, "best": LONGEST}
RESERVED = 20.0  # s, for reading


def small(recipe: Recipe) -> Recipe:
    """Take a recipe's way with a few images and a small network."""
    sizes = {"epochs": 1, "images": 512, "pen_digits": 64, "pen_others": 16, "batch_size": 64}
    return replace(recipe, architecture=Architecture("convolutional", width=4), **sizes)


def train(recipe: Recipe, seed: int, device: str, runs: Runs) -> float:
    """Train in this process, and note how it went; returns the seconds in all."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "x.safetensors")
        *_, last = loop.train(recipe, output, device=device, seed=seed)
    assert isinstance(last, Trained)
    runs.accuracies.append(last.info.accuracy.share)
    runs.seconds.append(last.seconds["train"])
    runs.totals.append(sum(last.seconds.values()))
    return runs.totals[-1]


def run(
    device: str, minutes: float, names: list[str], is_small: bool, drawings: int = reading.DRAWINGS
) -> dict[str, Any]:
    """Measure within some minutes; returns what is to be written."""
    begun, picked = time.monotonic(), devices.pick_device(device)
    left_out = []
    train(small(RECIPES[names[0]]), 0, device, Runs("warm-up"))
    rows = []
    for name in names:
        recipe, runs = RECIPES[name], Runs(f"`{name}`")
        recipe, took = small(recipe) if is_small else recipe, 0.0
        for seed in range(RUNS[name]):
            if time.monotonic() - begun + took > 60 * minutes - RESERVED:
                left_out.append(f"{name}, seed {seed}")
                continue
            took = train(recipe, seed, device, runs)
            print(f"{name}, seed {seed}: {took:.1f} s in all", file=sys.stderr, flush=True)
        rows += [runs.as_dict()] if runs.seconds else []
    return {
        "device": torch.cuda.get_device_name(picked) if picked.type == "cuda" else picked.type,
        "torch": torch.__version__,
        "small": is_small,
        "left_out": left_out,
        "trainings": rows,
        "reading": {"drawings": reading.measure_drawings(Recognizer.load(device=device), drawings)},
    }


def main() -> None:
    """Measure, and write down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", choices=devices.DEVICES)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--recipes", nargs="+", default=list(RUNS), choices=list(RUNS))
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--output", type=Path, help="file to write beside standard output")
    options = parser.parse_args()

    result = json.dumps(run(options.device, options.minutes, options.recipes, options.small))
    if options.output:
        options.output.write_text(result + "\n")
    print(result)


if __name__ == "__main__":
    main()
