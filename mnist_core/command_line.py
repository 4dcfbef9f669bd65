"""The command line: train, evaluate, predict, export, styles.

Each command returns its result twice: as one JSON value, and as text. What takes long to import is
imported by the command that needs it, so that ``--help`` and a mistyped option answer at once. This
module knows nothing of pages.
"""

import argparse
import json
import stat
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mnist_core.data.catalog import DATASETS
from mnist_core.errors import DataError, MnistCoreError, PictureError
from mnist_core.model.devices import DEVICES, limit_spinning
from mnist_core.model.weight_info import LARGEST_SEED
from mnist_core.training.recipes import RECIPES

if TYPE_CHECKING:
    from torch import Tensor

    from mnist_core.labels import Accuracy
    from mnist_core.model.evaluation import (
        FolderMeasure,
        ImageMeasure,
        NumberMeasure,
        StrokeMeasure,
    )
    from mnist_core.model.reading import Reading
    from mnist_core.model.recognizer import Recognizer
    from mnist_core.training.progress import Progress, Trained

PAIRS_NAMED = 3  # of classes that are taken for each other
USER_ERROR = 2  # exit status
INTERRUPTED = 130  # exit status, as shells have it

Result = tuple[Any, str]  # for JSON, and the same for a person to read


class OneLineParser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line and end with status 2."""
        self.exit(USER_ERROR, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def add_device_option(self, what: str) -> None:
        """Add ``--device``, the same for every program; ``what`` runs there."""
        self.add_argument(
            "--device",
            choices=DEVICES,
            default="auto",
            help=f"where {what} (auto: the fastest there is)",
        )


def main(arguments: Sequence[str] | None = None, started: float | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after the program's name; default: those of this process.
        started: when the process began, by ``time.perf_counter``.

    Returns:
        The exit status: 0, or one line on standard error and 2 for a user's mistake, 130 for
        Ctrl+C.
    """
    limit_spinning()
    options = _parser().parse_args(arguments)
    options.failed = False  # set where a command goes on past a mistake
    options.started = time.perf_counter() if started is None else started
    try:
        result, text = options.run(options)
    except MnistCoreError as error:
        print(f"mnist_core: {error}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("mnist_core: stopped, nothing was kept", file=sys.stderr)
        return INTERRUPTED
    if options.json or text:
        print(json.dumps(result) if options.json else text)
    return USER_ERROR if options.failed else 0


# --- the words -------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m mnist_core", description="Train and run digit readers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Result], what: str) -> OneLineParser:
        added = commands.add_parser(name, help=what, description=what)
        added.set_defaults(run=run)
        added.add_argument("--json", action="store_true", help="print one JSON value, last")
        return added

    def takes_weights(added: OneLineParser) -> None:
        added.add_argument(
            "--weights", type=Path, metavar="FILE", help="default: the built-in model"
        )

    def takes_seed(added: OneLineParser) -> None:
        added.add_argument("--seed", type=_seed, default=0, help="default: 0")

    train = command("train", _train, "train a network and write its weight file")
    train.add_argument("--recipe", required=True, choices=tuple(RECIPES))
    train.add_argument("--dataset", default="mnist", choices=tuple(DATASETS))
    train.add_device_option("it is trained")
    takes_seed(train)
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
        help="a folder with one sub-folder of pictures a digit or number",
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
    takes_seed(styles)
    return parser


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SEED):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {LARGEST_SEED}")
    return int(text)


# --- train -----------------------------------------------------------------------------------


def _train(options: argparse.Namespace) -> Result:
    from tqdm import tqdm

    from mnist_core.model.devices import pick_device
    from mnist_core.training.loop import train
    from mnist_core.training.progress import Progress, Trained

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
                bar.set_postfix_str(_progress_text(event))
                bar.update(100 * event.fraction - bar.n)
            elif isinstance(event, Trained):
                trained = event
    assert trained is not None  # a training ends with it, or raises
    total = time.perf_counter() - options.started
    device = pick_device(options.device).type
    text = f"{_accuracy_text(trained.info.accuracy, 'test images')}, after {total:.0f} s: {output}"
    return _training_json(trained, device, total), text


def _progress_text(progress: "Progress") -> str:
    return (
        f"epoch {progress.epoch} of {progress.epochs}, "
        f"{progress.images_per_second:,.0f} images/s, loss {progress.loss:.3f}, "
        f"{progress.accuracy:.1%} read right, {progress.seconds_left:.0f} s left"
    )


def _training_json(trained: "Trained", device: str, total: float) -> dict[str, Any]:
    """Say what a training came to; ``total`` is the process's seconds so far."""
    info = trained.info
    return {
        "recipe": info.recipe,
        "dataset": info.dataset,
        "device": device,
        "seed": info.seed,
        "epochs": int(info.epochs),
        "parameters": info.parameters,
        "seconds": {
            name: round(span, 2) for name, span in {**trained.seconds, "total": total}.items()
        },
        **_accuracy_json(info.accuracy),
        "output": str(trained.output),
    }


# --- evaluate --------------------------------------------------------------------------------


def _evaluate(options: argparse.Namespace) -> Result:
    from mnist_core.data import image_sets, stroke_sets
    from mnist_core.model import evaluation
    from mnist_core.model.recognizer import Recognizer

    recognizer = Recognizer.load(options.weights)
    info = recognizer.info
    test = image_sets.load(info.dataset, train=False).to(recognizer.device)
    images = evaluation.measure_images(recognizer.model, test, info.calibration)

    sets = [(str(file), stroke_sets.load(file)) for file in options.strokes]
    if options.placed:
        sets = [(name, stroke_sets.place_anywhere(each)) for name, each in sets]
    if len(sets) > 1:
        sets.append(("all together", stroke_sets.join([each for _, each in sets])))
    strokes = [
        (
            name,
            evaluation.measure_strokes(recognizer.model, each, info.calibration),
            evaluation.measure_numbers(recognizer, each),
        )
        for name, each in sets
    ]
    folders = [
        (str(folder), evaluation.measure_folder(recognizer, folder)) for folder in options.images
    ]
    result = {
        "weights": str(recognizer.path),
        info.dataset.replace("-", "_"): _images_json(images),
        "strokes": [
            {"file": name, **_strokes_json(each), **_numbers_json(numbers)}
            for name, each, numbers in strokes
        ],
        "images": [
            {"dir": name, "n": each.accuracy.count, "accuracy": each.accuracy.share}
            for name, each in folders
        ],
    }
    lines = [
        f"{recognizer.path}: {_images_text(images, info.dataset)}",
        *(f"{name}: {_strokes_text(each, numbers)}" for name, each, numbers in strokes),
        *(f"{name}: {_folder_text(each)}" for name, each in folders),
    ]
    return result, "\n".join(lines)


def _images_json(measure: "ImageMeasure") -> dict[str, Any]:
    return {
        "n": measure.accuracy.count,
        **_accuracy_json(measure.accuracy),
        "calibration_error": measure.calibration_error,
    }


def _images_text(measure: "ImageMeasure", dataset: str) -> str:
    text = (
        f"{_accuracy_text(measure.accuracy, f'{dataset} test images')}, "
        f"calibration error {100 * measure.calibration_error:.2f} points"
    )
    confused = _most_confused(measure.confusion)
    return f"{text}\nmisread most: {confused}" if confused else text


def _most_confused(confusion: "Tensor") -> str:
    """Say which classes are read as which others most often, and how often.

    Args:
        confusion: (classes, classes) int64, row the true class, column the one read.
    """
    wrong = confusion - confusion.diag().diag()
    counts, places = wrong.flatten().topk(PAIRS_NAMED)
    return ", ".join(
        f"{place // len(wrong)} as {place % len(wrong)} ({count})"
        for count, place in zip(counts.tolist(), places.tolist(), strict=True)
        if count > 0
    )


def _strokes_json(measure: "StrokeMeasure") -> dict[str, Any]:
    return {
        "digits": measure.accuracy.count,
        **_accuracy_json(measure.accuracy),
        "others": measure.others,
        "others_rejected": measure.others_rejected,
        "digits_rejected": measure.digits_rejected,
        "auroc": measure.auroc,
    }


def _numbers_json(measure: "NumberMeasure | None") -> dict[str, Any]:
    if measure is None:
        return {}
    return {
        "numbers": measure.right.count,
        "numbers_right": measure.right.share,
        "lengths_right": measure.lengths.share,
    }


def _strokes_text(measure: "StrokeMeasure", numbers: "NumberMeasure | None" = None) -> str:
    parts = []
    if numbers is not None:
        parts.append(_accuracy_text(numbers.right, "numbers"))
        parts.append(f"{numbers.lengths.share:.1%} of the right length")
    if measure.digits_rejected is not None:
        parts.append(_accuracy_text(measure.accuracy, "digits"))
        parts.append(f"{measure.digits_rejected:.1%} of them rejected")
    if measure.others_rejected is not None:
        parts.append(f"{measure.others_rejected:.1%} of {measure.others:,} others rejected")
    if measure.auroc is not None:
        parts.append(f"AUROC {measure.auroc:.4f}")
    return ", ".join(parts)


def _folder_text(measure: "FolderMeasure") -> str:
    text = _accuracy_text(measure.accuracy, "pictures")
    if not measure.passed_over:
        return text
    return f"{text} ({measure.passed_over} passed over that are no pictures)"


# --- predict, export, styles -----------------------------------------------------------------


def _predict(options: argparse.Namespace) -> Result:
    from mnist_core.model.recognizer import Recognizer

    recognizer = Recognizer.load(options.weights)
    result: list[dict[str, Any]] = []
    lines = []
    for file in options.files:
        try:
            reading = _read_file(recognizer, file)
        except MnistCoreError as error:
            options.failed = True
            print(f"mnist_core: {file}: {error}", file=sys.stderr)
            result.append({"file": str(file), "error": str(error)})
        else:
            result.append({"file": str(file), **_reading_json(reading)})
            lines.append(f"{file}: {_reading_text(reading)}")
    return result, "\n".join(lines)


def _read_file(recognizer: "Recognizer", file: Path) -> "Reading":
    try:
        is_folder = stat.S_ISDIR(file.stat().st_mode)
    except FileNotFoundError as error:
        raise PictureError("There is no such file: check its name.") from error
    except OSError as error:
        raise PictureError(f"It can't be read ({error.strerror}): check its name.") from error
    if is_folder:
        raise PictureError("It is a folder: name a picture.")
    return recognizer.read_picture(file)


def _reading_json(reading: "Reading") -> dict[str, Any]:
    return {name: value for name, value in reading.as_dict().items() if name != "state"}


def _reading_text(reading: "Reading") -> str:
    text = "no digit" if reading.number is None else f"{reading.number} ({reading.confidence:.1%})"
    return f"{text}, and more that was not read" if reading.unread else text


def _export(options: argparse.Namespace) -> Result:
    from mnist_core.model.export import export
    from mnist_core.model.recognizer import Recognizer

    recognizer = Recognizer.load(options.weights)
    export(recognizer, options.format, options.output)
    result = {
        "weights": str(recognizer.path),
        "format": options.format,
        "output": str(options.output),
    }
    return result, f"{options.output}: {options.format} of {recognizer.path}"


def _styles(options: argparse.Namespace) -> Result:
    import torch

    from mnist_core.data.style_sheet import contact_sheet

    sheet = contact_sheet(torch.Generator().manual_seed(options.seed))
    try:
        sheet.save(options.output, format="PNG")
    except OSError as error:
        raise DataError(
            f"{options.output} can't be written ({error.strerror}): name another file."
        ) from error
    return {"output": str(options.output)}, f"{options.output}: {sheet.width}×{sheet.height} px"


# --- how an accuracy is said -----------------------------------------------------------------


def _accuracy_json(accuracy: "Accuracy") -> dict[str, Any]:
    """Give the share that was read right and its 95 % interval; null where nothing was read."""
    if accuracy.count == 0:
        return {"accuracy": None, "ci95": None}
    return {"accuracy": accuracy.share, "ci95": list(accuracy.ci95)}


def _accuracy_text(accuracy: "Accuracy", things: str) -> str:
    low, high = accuracy.ci95
    return (
        f"{accuracy.share:.2%} ({low:.2%} to {high:.2%}) of {accuracy.count:,} {things} read right"
    )
