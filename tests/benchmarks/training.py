"""How fast networks are trained, side by side with what a user would otherwise pick.

    python -m tests.benchmarks.training [--seeds 5] [--recipes fast balanced ...] [--json]

Recipes run as a user runs them, each in a process of its own, by turns with the two baselines of
``baselines.py``. Seconds of training leave out the loading of data and the test at the end;
seconds in all are from the process's first line to the finished file. The classic workflow ends
with the first epoch after which 99 % of the test images are read right.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mnist_core.data import image_sets
from mnist_core.model import calibration, devices, evaluation, networks
from mnist_core.training import loop
from mnist_core.training.optimizer import Muon
from mnist_core.training.recipes import RECIPES
from tests.benchmarks import baselines

ROOT = Path(__file__).parents[2]
GOOD = 0.99  # accuracy that the speeds are compared at
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000)  # training images
WIDTHS = (4, 8, 16, 24, 32, 48)  # channels of the first convolution
SHORT, LONG, LONGEST = 5, 3, 1  # runs, by how long one takes
STEPS_TIMED = 12
BATCH = 256


@dataclass
class Runs:
    """Repeated runs of one way to train, one entry a run."""

    name: str
    accuracies: list[float] = field(default_factory=list)  # on MNIST's test images
    seconds: list[float] = field(default_factory=list)  # of training
    totals: list[float] = field(default_factory=list)  # in all, where that was measured

    def as_dict(self) -> dict[str, Any]:
        """Return means, medians and spreads."""
        return {
            "name": self.name,
            "runs": len(self.seconds),
            "accuracy": statistics.mean(self.accuracies),
            "accuracy_range": [min(self.accuracies), max(self.accuracies)],
            "seconds": statistics.median(self.seconds),
            "seconds_range": [min(self.seconds), max(self.seconds)],
            "total": statistics.median(self.totals) if self.totals else None,
        }


def run_recipe(name: str, seed: int, runs: Runs) -> None:
    """Train by a recipe on the command line, and note how it went."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mnist_core", "train", "--recipe", name, "--json"]
        command += ["--seed", str(seed), "--output", str(Path(folder, "x.safetensors"))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    runs.accuracies.append(said["accuracy"])
    runs.seconds.append(said["seconds"]["train"])
    runs.totals.append(said["seconds"]["total"])


def run_baseline(train: Callable[[int], Iterator[baselines.Moment]], seed: int, runs: Runs) -> None:
    """Train as a baseline does until 99 % is reached, or to its end."""
    test = image_sets.load("mnist", train=False)
    seconds, accuracy = 0.0, 0.0
    for moment, model in train(seed):
        seconds, accuracy = moment, _accuracy(model, test)
        if accuracy >= GOOD:
            break
    runs.seconds.append(seconds)
    runs.accuracies.append(accuracy)


def _accuracy(model: nn.Module, test: image_sets.ImageSet) -> float:
    return evaluation.measure_images(model, test, calibration.Calibration()).accuracy.share


def measure_trainings(recipes: list[str], seeds: int) -> list[dict[str, Any]]:
    """Run recipes and baselines by turns: short ones ``seeds`` times at most, long ones less."""
    classic, published = Runs("classic workflow, to 99 %"), Runs("fastest published recipe")
    found = {name: Runs(f"`{name}`") for name in recipes}
    for seed in range(seeds):
        for name in recipes:
            if seed < {"fast": SHORT, "best": LONGEST}.get(name, LONG):
                run_recipe(name, seed, found[name])
        if seed < SHORT:
            run_baseline(baselines.published_recipe, seed, published)
        if seed < LONG:
            run_baseline(baselines.classic_workflow, seed, classic)
    return [each.as_dict() for each in (classic, published, *found.values())]


def measure_steps() -> list[dict[str, Any]]:
    """Time a training step of `fast`, and of it with one thing changed, by turns."""
    use_bfloat16 = devices.has_fast_bfloat16(torch.device("cpu"))

    def network(channels_last: bool = True) -> nn.Module:
        model = networks.build(RECIPES["fast"].architecture)
        return model.to(
            memory_format=torch.channels_last if channels_last else torch.contiguous_format
        )

    variants: list[tuple[str, nn.Module, dict[str, Any]]] = [
        ("as it is", network(), {}),
        ("images' channels apart in memory", network(channels_last=False), {}),
        ("float32" if use_bfloat16 else "bfloat16", network(), {"use_bfloat16": not use_bfloat16}),
        ("AdamW alone, without Muon", network(), {"muon_factor": 0.0}),
        ("batch of 1,024", network(), {"batch": 1024}),
        ("batch of 64", network(), {"batch": 64}),
    ]
    steppers = [
        _stepper(model, **{"use_bfloat16": use_bfloat16, **options})
        for _, model, options in variants
    ]
    times: list[list[float]] = [[] for _ in variants]
    for _ in range(STEPS_TIMED):
        for step, spans in zip(steppers, times, strict=True):
            spans.append(step())
    first = statistics.median(times[0][2:])
    rows = []
    for (name, _, _), spans in zip(variants, times, strict=True):
        middle = statistics.median(spans[2:])
        rows.append({"name": name, "images_per_second": 1 / middle, "ratio": first / middle})
    return rows


def _stepper(
    model: nn.Module,
    use_bfloat16: bool,
    muon_factor: float = RECIPES["fast"].muon_factor,
    batch: int = BATCH,
) -> Callable[[], float]:
    """Return what does a step and says the seconds that an image of it took."""
    recipe = RECIPES["fast"]
    ink, labels = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))
    criterion = nn.CrossEntropyLoss()
    peak = recipe.learning_rate
    optimizer = Muon(model, peak, recipe.weight_decay, muon_factor * peak)
    model.train()

    def step() -> float:
        begun = time.perf_counter()
        loop.learn(model, ink, labels, optimizer, criterion, use_bfloat16)
        return (time.perf_counter() - begun) / batch

    return step


def measure_sizes() -> dict[str, list[dict[str, float]]]:
    """Train one epoch by `fast` on fewer images, and with narrower and wider networks."""
    everything = image_sets.load("mnist", train=True)
    recipe = replace(RECIPES["fast"], epochs=1, pen_digits=0, pen_others=0)

    def seconds(images: int, width: int) -> dict[str, float]:
        architecture = replace(recipe.architecture, width=width)
        torch.manual_seed(0)
        model = networks.build(architecture)
        chosen = replace(recipe, architecture=architecture, images=images)
        begun = time.perf_counter()
        for _ in loop.fit(model, chosen, everything, seed=0):
            pass
        return {
            "images": images,
            "parameters": networks.count_parameters(model),
            "seconds": time.perf_counter() - begun,
        }

    return {
        "images": [seconds(size, recipe.architecture.width) for size in SIZES],
        "parameters": [seconds(SIZES[3], width) for width in WIDTHS],
    }


def main() -> None:
    """Measure, and print tables or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SHORT)
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES), choices=list(RECIPES))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    trainings = measure_trainings(options.recipes, options.seeds)
    steps, sizes = measure_steps(), measure_sizes()
    if options.json:
        print(json.dumps({"trainings": trainings, "steps": steps, "sizes": sizes}))
        return
    print(trainings_table(trainings))
    print(steps_table(steps))
    print(sizes_table(sizes))


def trainings_table(rows: list[dict[str, Any]]) -> str:
    """Write the trainings as Markdown, each with its ratio to the classic workflow."""
    classic = rows[0]["seconds"]
    lines = [
        "| | runs | MNIST test, mean (least to most) | seconds of training, median | in all "
        "| times as fast as the classic workflow |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        low, high = row["accuracy_range"]
        total = "" if row["total"] is None else f"{row['total']:.1f}"
        ratio = f"{classic / row['seconds']:.1f}" if row["accuracy"] >= GOOD else "below 99 %"
        lines.append(
            f"| {row['name']} | {row['runs']} | {row['accuracy']:.2%} ({low:.2%} to {high:.2%}) "
            f"| {row['seconds']:.1f} | {total} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


def steps_table(rows: list[dict[str, Any]]) -> str:
    """Write the steps as Markdown."""
    lines = ["| a step of `fast` | images a second | of that |", "|---|---|---|"]
    lines += [
        f"| {row['name']} | {row['images_per_second']:,.0f} | {row['ratio']:.2f} |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def sizes_table(sizes: dict[str, list[dict[str, float]]]) -> str:
    """Write the cost by size as Markdown."""
    lines = ["| one epoch of `fast`: images | parameters | seconds |", "|---|---|---|"]
    lines += [
        f"| {row['images']:,} | {row['parameters']:,} | {row['seconds']:.2f} |"
        for rows in sizes.values()
        for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
