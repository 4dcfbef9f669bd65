"""What each ingredient of a recipe is worth: leave one out, several seeds.

    python -m tests.benchmarks.ingredients --strokes FILE... [--recipe balanced] [--seeds 3]

Prints a Markdown table, a row an ingredient left out: accuracy on MNIST's test set and on each
stroke set, mean and range over the seeds, and the AUROC of digits against others over all sets.
"""

import argparse
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from mnist_core.data import image_sets, stroke_sets
from mnist_core.model import calibration, devices, evaluation, networks
from mnist_core.training import loop
from mnist_core.training.recipes import RECIPES, Recipe


def variants(recipe: Recipe) -> Iterator[tuple[str, Recipe]]:
    """Yield the recipe, and the recipe without each of its ingredients."""
    augmentation = recipe.augmentation
    yield "nothing", recipe
    yield "pen digits", replace(recipe, pen_digits=0)
    yield "drawings of no digit", replace(recipe, pen_others=0)
    yield "both", replace(recipe, pen_digits=0, pen_others=0)
    affine = replace(augmentation, rotation=0, shear=0, scale=0, shift=0)
    yield "affine changes", replace(recipe, augmentation=affine)
    yield "elastic changes", replace(recipe, augmentation=replace(augmentation, elastic=0))
    yield "stroke thickness", replace(recipe, augmentation=replace(augmentation, thickness=0))


def main() -> None:
    """Train every variant with every seed, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--recipe", default="balanced", choices=("fast", "balanced", "best"))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()

    device = devices.pick_device()
    images, _ = image_sets.split_validation(image_sets.load("mnist", train=True))
    images, test = images.to(device), image_sets.load("mnist", train=False).to(device)
    sets = [stroke_sets.load(file) for file in options.strokes]
    columns = [file.name.partition(".")[0] for file in options.strokes]
    unset = calibration.Calibration()

    def measure(recipe: Recipe, seed: int) -> list[float]:
        torch.manual_seed(seed)
        model = networks.build(recipe.architecture).to(device)
        for _ in loop.fit(model, recipe, images, seed):
            pass
        model.eval()
        pens = [evaluation.measure_strokes(model, each, unset).accuracy.share for each in sets]
        together = evaluation.measure_strokes(model, stroke_sets.join(sets), unset)
        return [
            evaluation.measure_images(model, test, unset).accuracy.share,
            *(accuracy for accuracy in pens if accuracy is not None),
            together.auroc or float("nan"),
        ]

    digits = [name for name, each in zip(columns, sets, strict=True) if min(each.labels) < 10]
    print(f"| left out of `{options.recipe}` | MNIST test | {' | '.join(digits)} | AUROC |")
    print("|---|" + "---|" * (len(digits) + 2))
    for name, recipe in tqdm(list(variants(RECIPES[options.recipe]))):
        measured = [measure(recipe, seed) for seed in range(options.seeds)]
        cells = []
        for index, values in enumerate(zip(*measured, strict=True)):
            mean, low, high = statistics.mean(values), min(values), max(values)
            last = index == len(measured[0]) - 1
            cells.append(
                f"{mean:.4f} ({low:.4f} to {high:.4f})"
                if last
                else f"{mean:.2%} ({low:.2%} to {high:.2%})"
            )
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
