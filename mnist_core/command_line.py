"""The command line: train, evaluate, predict, export, styles.

What takes long to import is imported by the command that needs it, so that ``--help`` and a
mistyped option answer at once. This module knows nothing of pages.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mnist_core.errors import DataError, MnistCoreError

if TYPE_CHECKING:
    from torch import Tensor

PAIRS_NAMED = 3  # of classes that are taken for each other
USER_ERROR = 2  # exit status
INTERRUPTED = 130  # exit status, as shells have it


class OneLineParser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line and end with status 2."""
        self.exit(USER_ERROR, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None, started: float | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after the program's name; default: those of this process.
        started: when the process began, by ``time.perf_counter``.

    Returns:
        The exit status: 0, or 2 for a user's mistake, told in one line on standard error.
    """
    options = _parser().parse_args(arguments)
    options.started = time.perf_counter() if started is None else started
    try:
        result, text = options.run(options)
    except MnistCoreError as error:
        print(f"mnist_core: {error}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("mnist_core: stopped, nothing was kept", file=sys.stderr)
        return INTERRUPTED
    print(json.dumps(result) if options.json else text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m mnist_core", description="Train and run digit readers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., tuple[Any, str]], what: str) -> OneLineParser:
        added = commands.add_parser(name, help=what, description=what)
        added.set_defaults(run=run)
        added.add_argument("--json", action="store_true", help="print one JSON value, last")
        return added

    def takes_weights(added: OneLineParser) -> None:
        added.add_argument("--weights", type=Path, metavar="FILE", help="default: those shipped")

    train = command("train", _train, "train a network and write its weight file")
    train.add_argument("--recipe", required=True, choices=("fast", "balanced", "best", "tutorial"))
    train.add_argument("--dataset", default="mnist", choices=("mnist", "fashion-mnist"))
    train.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--output", type=Path, metavar="FILE", help="default: RECIPE.safetensors")

    evaluate = command("evaluate", _evaluate, "measure how well a weight file reads")
    takes_weights(evaluate)
    evaluate.add_argument(
        "--strokes", type=Path, action="append", default=[], metavar="FILE", help="a stroke set"
    )
    evaluate.add_argument(
        "--images",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder with one sub-folder of pictures a digit",
    )
    evaluate.add_argument(
        "--placed", action="store_true", help="first put each drawing anywhere on the pad"
    )

    predict = command("predict", _predict, "read pictures of digits")
    predict.add_argument("files", type=Path, nargs="+", metavar="FILE")
    takes_weights(predict)

    export = command("export", _export, "write the network for other programs")
    export.add_argument("--format", required=True, choices=("onnx", "torchscript"))
    export.add_argument("--output", type=Path, required=True, metavar="FILE")
    takes_weights(export)

    styles = command("styles", _styles, "draw a sheet of the synthetic pen styles")
    styles.add_argument("--output", type=Path, required=True, metavar="FILE", help="a PNG file")
    styles.add_argument("--seed", type=int, default=0)
    return parser


def _train(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from tqdm import tqdm

    from mnist_core import devices
    from mnist_core.events import Progress, Trained
    from mnist_core.recipes import RECIPES
    from mnist_core.training import train

    output = options.output or Path(f"{options.recipe}.safetensors")
    events = train(
        RECIPES[options.recipe],
        output,
        dataset=options.dataset,
        device=options.device,
        seed=options.seed,
    )
    trained: Trained | None = None
    # disable=None: a bar on a terminal, silence in a pipe.
    with tqdm(total=100, disable=None, bar_format="{l_bar}{bar}| {postfix}") as bar:
        for event in events:
            if isinstance(event, Progress):
                bar.set_postfix_str(
                    f"epoch {event.epoch} of {event.epochs}, "
                    f"{event.images_per_second:,.0f} images/s, loss {event.loss:.3f}, "
                    f"{event.accuracy:.1%} right, {event.seconds_left:.0f} s left"
                )
                bar.update(100 * event.fraction - bar.n)
            elif isinstance(event, Trained):
                trained = event
    assert trained is not None
    info = trained.info
    total = time.perf_counter() - options.started
    result = {
        "recipe": info.recipe,
        "dataset": info.dataset,
        "device": devices.pick_device(options.device).type,
        "seed": info.seed,
        "epochs": int(info.epochs),
        "parameters": info.parameters,
        "seconds": {name: round(span, 2) for name, span in trained.seconds.items()}
        | {"total": round(total, 2)},
        "accuracy": info.accuracy,
        "ci95": list(info.ci95),
        "output": str(output),
    }
    return result, (
        f"{_percent(info.accuracy, info.ci95)} of {info.test_images:,} test images right, "
        f"after {total:.0f} s: {output}"
    )


def _most_confused(confusion: "Tensor") -> str:
    """Say which classes are taken for which others most often, and how often."""
    wrong = confusion - confusion.diag().diag()
    counts, places = wrong.flatten().topk(PAIRS_NAMED)
    return ", ".join(
        f"{place // len(wrong)} as {place % len(wrong)} ({count})"
        for count, place in zip(counts.tolist(), places.tolist(), strict=True)
        if count > 0
    )


def _evaluate(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from mnist_core import datasets, evaluation, stroke_sets

    path, recognizer = _load(options)
    info = recognizer.info
    test = datasets.load(info.dataset, train=False).to(recognizer.device)
    measured = evaluation.measure_images(recognizer.model, test, info.calibration)
    sets = []
    for file in options.strokes:
        stroke_set = stroke_sets.load(file)
        if options.placed:
            stroke_set = stroke_sets.place_anywhere(stroke_set)
        sets.append((str(file), stroke_set))
    if len(sets) > 1:
        sets.append(("all together", stroke_sets.join([each for _, each in sets])))
    strokes = [
        (name, evaluation.measure_strokes(recognizer.model, each, info.calibration))
        for name, each in sets
    ]
    images = [
        (str(folder), *evaluation.measure_folder(recognizer, folder)) for folder in options.images
    ]
    result = {
        "weights": str(path),
        info.dataset.replace("-", "_"): {
            "n": measured.count,
            "accuracy": measured.accuracy,
            "ci95": list(measured.ci95),
            "calibration_error": measured.calibration_error,
        },
        "strokes": [
            {
                "file": name,
                "digits": each.digits,
                "accuracy": each.accuracy,
                "ci95": each.ci95 and list(each.ci95),
                "others": each.others,
                "others_rejected": each.others_rejected,
                "digits_rejected": each.digits_rejected,
                "auroc": each.auroc,
            }
            for name, each in strokes
        ],
        "images": [
            {"dir": name, "n": count, "accuracy": right / count} for name, count, right in images
        ],
    }
    lines = [
        f"{path}: {_percent(measured.accuracy, measured.ci95)} of {measured.count:,} "
        f"{info.dataset} test images right, "
        f"calibration error {100 * measured.calibration_error:.2f} points"
    ]
    if measured.right < measured.count:
        lines.append(f"misread most: {_most_confused(measured.confusion)}")
    for name, each in strokes:
        parts = []
        if each.accuracy is not None and each.ci95 is not None:
            parts.append(f"{_percent(each.accuracy, each.ci95)} of {each.digits:,} digits right")
            parts.append(f"{each.digits_rejected:.1%} of them rejected")
        if each.others_rejected is not None:
            parts.append(f"{each.others_rejected:.1%} of {each.others:,} others rejected")
        if each.auroc is not None:
            parts.append(f"AUROC {each.auroc:.4f}")
        lines.append(f"{name}: {', '.join(parts)}")
    for name, count, right in images:
        lines.append(f"{name}: {right / count:.2%} of {count:,} pictures right")
    return result, "\n".join(lines)


def _predict(options: argparse.Namespace) -> tuple[list[dict[str, Any]], str]:
    _, recognizer = _load(options)
    result = []
    for file in options.files:
        reading = recognizer.read_picture(file)
        result.append(
            {
                "file": str(file),
                "digit": reading.digit,
                "confidence": reading.confidence,
                "probabilities": list(reading.probabilities),
            }
        )
    return result, "\n".join(
        f"{each['file']}: "
        + ("no digit" if each["digit"] is None else f"{each['digit']} ({each['confidence']:.1%})")
        for each in result
    )


def _export(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from mnist_core.export import export

    path, recognizer = _load(options)
    export(recognizer, options.format, options.output)
    result = {"weights": str(path), "format": options.format, "output": str(options.output)}
    return result, f"{options.output}: {options.format} of {path}"


def _styles(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    import torch

    from mnist_core.pen_styles import contact_sheet

    sheet = contact_sheet(torch.Generator().manual_seed(options.seed))
    try:
        sheet.save(options.output, format="PNG")
    except OSError as error:
        raise DataError(
            f"{options.output} can't be written ({error.strerror}): name another file."
        ) from error
    return {"output": str(options.output)}, f"{options.output}: {sheet.width}×{sheet.height} px"


def _load(options: argparse.Namespace) -> tuple[Path, Any]:
    from mnist_core import weights
    from mnist_core.inference import Recognizer

    path = options.weights or weights.SHIPPED
    return path, Recognizer.load(path)


def _percent(accuracy: float, ci95: tuple[float, float]) -> str:
    return f"{accuracy:.2%} ({ci95[0]:.2%} to {ci95[1]:.2%})"
