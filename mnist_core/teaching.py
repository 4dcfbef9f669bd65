"""Teach a trained network somebody's own handwriting, without it forgetting any other.

The corrected drawings are drawn again in many ways and mixed with MNIST and with synthetic pen
strokes (rehearsal, which keeps a network from forgetting: Robins, 1995). What comes of it is a
mean of the weights before and after (Wortsman et al., arXiv 2109.01903): it reads the own drawings
and keeps nearly all that the network could before. This module knows nothing of pages, or of where
corrections are kept.
"""

import copy
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from mnist_core import datasets, devices, evaluation, pen_styles, weights
from mnist_core.augmentation import Augmentation, augment
from mnist_core.datasets import ImageSet
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Event, Look, Progress, Steering, Trained
from mnist_core.stroke_sets import StrokeSet
from mnist_core.training import Meter, Viewer, learn

RECIPE = "handwriting"  # what the weight file says that it was trained by
STEPS = 60
OWN, MNIST, PENS, OTHERS = 12, 92, 20, 4  # images of each kind a step
LEARNING_RATE = 0.0007  # at first; it falls to nothing
SHARES = (0.5, 0.75, 1.0)  # of the weights after, in the mean; the first that reads the lessons
AUGMENTATION = Augmentation(rotation=4, shear=0.06, scale=0.05, shift=0.5, thickness=0.3)


def teach(
    source: Path,
    lessons: StrokeSet,
    output: Path,
    *,
    device: str = "auto",
    seed: int = 0,
    steering: Steering | None = None,
) -> Iterator[Event]:
    """Fine-tune a network on somebody's drawings and write its weight file.

    Temperature and rejection threshold stay as they were fitted.

    Args:
        source: weight file of a convolutional network that was trained on MNIST.
        lessons: drawings of digits with their labels, at least one.
        output: the file to write, whole or not at all.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        seed: of the order, the variations and the synthetic strokes.
        steering: of somebody who watches.

    Yields:
        What ``training.train`` yields.

    Raises:
        DataError, DeviceError, TrainingError, WeightsError: as one sentence each.
    """
    place = devices.pick_device(device)
    clock = [time.perf_counter()]
    model, info = weights.load(source)
    if info.architecture.name != "convolutional" or info.dataset != "mnist":
        raise TrainingError(
            "Only a convolutional network that was trained on MNIST can learn a handwriting: "
            "choose another model first."
        )
    model = model.to(place)
    training, validation = datasets.split_validation(datasets.load("mnist", train=True))
    test = datasets.load("mnist", train=False).to(place)
    generator = torch.Generator().manual_seed(seed)
    parts = _parts(lessons, training, generator)
    clock.append(time.perf_counter())
    viewer = None
    if steering is not None:
        viewer = Viewer(steering, validation, test, place)
        yield viewer.samples
    untaught = copy.deepcopy(model)
    yield from _fine_tune(model, [part.to(place) for part in parts], seed, viewer)
    model = _mean(untaught, model.eval(), lessons)
    clock.append(time.perf_counter())

    yield Evaluating()
    info = replace(
        info,
        recipe=RECIPE,
        seed=seed,
        name="",
        created=weights.current_time(),
        test_right=evaluation.count_right(model, test),
        versions=weights.library_versions(),
    )
    weights.save(model, info, output)
    clock.append(time.perf_counter())
    seconds = [after - before for before, after in itertools.pairwise(clock)]
    yield Trained(info, output, dict(zip(("data", "train", "evaluate"), seconds, strict=True)))


def _parts(lessons: StrokeSet, training: ImageSet, generator: Generator) -> list[ImageSet]:
    """All that is shown, in order: own drawings, MNIST, synthetic digits, drawings of none."""
    own = pen_styles.vary(lessons.drawings, lessons.labels, STEPS * OWN, generator)
    pens = pen_styles.sample_digits(STEPS * PENS, generator)
    others = pen_styles.sample_others(STEPS * OTHERS, generator)
    return [
        _rendered(own, generator),
        training.take(torch.randperm(len(training), generator=generator)[: STEPS * MNIST]),
        _rendered(pens, generator),
        _rendered(others, generator),
    ]


def _rendered(sample: pen_styles.PenSample, generator: Generator) -> ImageSet:
    return ImageSet(pen_styles.render(sample, generator), sample.labels)


def _fine_tune(
    model: nn.Module, parts: list[ImageSet], seed: int, viewer: Viewer | None
) -> Iterator[Progress | Look]:
    """Show each step its share of every part; the normalization's statistics stay."""
    place = parts[0].images.device
    generator = torch.Generator(place).manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=STEPS)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    reduced = devices.has_fast_bfloat16(place)
    meter = Meter(RECIPE, epochs=1, steps=STEPS, batch_size=sum(map(_share, parts)))
    model.eval()
    for step in range(STEPS):
        images, labels = _batch(parts, step)
        ink = augment(images.unsqueeze(1).float().div_(255), AUGMENTATION, generator)
        loss, logits = learn(model, ink, labels, optimizer, criterion, reduced)
        rate = float(schedule.get_last_lr()[0])
        schedule.step()
        if viewer is not None:
            yield from viewer.looks(model)
        ending = viewer is not None and viewer.finishing()
        yield from meter.after_step(loss, logits, labels, rate, step + 1 if ending else STEPS)
        if ending:
            return


def _mean(before: nn.Module, after: nn.Module, lessons: StrokeSet) -> nn.Module:
    """The mean nearest to the network before that reads all lessons, or else the one after."""
    place = next(after.parameters()).device
    images = ImageSet(evaluation.ink_of(lessons.drawings), lessons.labels).to(place)
    for share in SHARES:
        mean = copy.deepcopy(before)
        with torch.no_grad():
            for ours, theirs in zip(mean.parameters(), after.parameters(), strict=True):
                ours.lerp_(theirs, share)
        if evaluation.count_right(mean, images) == len(images):
            break
    return mean


def _share(part: ImageSet) -> int:
    return len(part) // STEPS


def _batch(parts: list[ImageSet], step: int) -> tuple[Tensor, Tensor]:
    chosen = [slice(step * _share(part), (step + 1) * _share(part)) for part in parts]
    return (
        torch.cat([part.images[at] for part, at in zip(parts, chosen, strict=True)]),
        torch.cat([part.labels[at] for part, at in zip(parts, chosen, strict=True)]),
    )
