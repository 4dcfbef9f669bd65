"""Fine-tune a trained network on somebody's own handwriting, without it forgetting any other.

The corrected drawings are drawn again in many ways and mixed with MNIST and with synthetic pen
strokes (rehearsal, which keeps a network from forgetting: Robins, 1995). The result is a mean of
the weights before and after (Wortsman et al., arXiv 2109.01903): it reads the own drawings and
keeps nearly all that the network could before. This module knows nothing of pages, or of where
corrections are kept.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Generator, nn

from mnist_core.data import pen_styles
from mnist_core.data.augment import augment
from mnist_core.data.augmentation import Augmentation
from mnist_core.data.image_sets import ImageSet
from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.errors import TrainingError
from mnist_core.ink.raster import images_from_drawings, ink_of
from mnist_core.model import devices, evaluation, weight_file
from mnist_core.training.loop import learn
from mnist_core.training.mixture import rendered
from mnist_core.training.progress import Event, TrainingControl
from mnist_core.training.run import Step, TrainingRun, until_finishing

RECIPE = "handwriting"  # what the weight file says that it was trained by
STEPS = 60
OWN, MNIST, PENS, OTHERS = 12, 92, 20, 4  # images of each kind in a step
LEARNING_RATE = 0.0007  # at first; it falls to nothing
SHARES = (0.5, 0.75, 1.0)  # of the weights after, in the mean: the first that reads the lessons
AUGMENTATION = Augmentation(rotation=4, shear=0.06, scale=0.05, shift=0.5, thickness=0.3)


def fine_tune(
    source: Path,
    lessons: StrokeSet,
    output: Path,
    *,
    device: str = "auto",
    seed: int = 0,
    control: TrainingControl | None = None,
) -> Iterator[Event]:
    """Fine-tune a network on somebody's drawings and write its weight file.

    Temperature and rejection threshold stay as they were fitted.

    Args:
        source: weight file of a convolutional network that was trained on MNIST.
        lessons: drawings of digits with their labels, at least one.
        output: the file to write, whole or not at all.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        seed: of the order, the variations and the synthetic strokes.
        control: of somebody who watches.

    Yields:
        What ``loop.train`` yields, but no ``Preparing``.

    Raises:
        DataError, DeviceError, TrainingError, WeightsError: as one sentence each.
    """
    weight_file.check_writable(output)
    before, info = weight_file.load(source)
    if info.architecture.name != "convolutional" or info.dataset != "mnist":
        raise TrainingError(
            "Only a convolutional network that was trained on MNIST can learn a handwriting: "
            "choose another model first."
        )
    run = TrainingRun(info.dataset, device, control)
    before = before.to(run.device)
    after = copy.deepcopy(before)
    generator = torch.Generator().manual_seed(seed)
    parts = [part.to(run.device) for part in _parts(lessons, run.training, generator)]
    steps = until_finishing(fit(after, parts, seed), run.control)
    yield from run.follow(after, steps, 1, run.validation)
    model = _mean(before, after, lessons)
    info = replace(info, recipe=RECIPE, seed=seed, name="", **run.test_result(model))
    yield run.save(model, info, output)


def _parts(lessons: StrokeSet, training: ImageSet, generator: Generator) -> list[ImageSet]:
    """All images to show, in order: own drawings, MNIST, synthetic digits, drawings of none."""
    own = pen_styles.vary(lessons.drawings, torch.tensor(lessons.labels), STEPS * OWN, generator)
    pens = pen_styles.sample_digits(STEPS * PENS, generator)
    others = pen_styles.sample_others(STEPS * OTHERS, generator)
    return [
        rendered(own, generator),
        training.take(torch.randperm(len(training), generator=generator)[: STEPS * MNIST]),
        rendered(pens, generator),
        rendered(others, generator),
    ]


def fit(model: nn.Module, parts: list[ImageSet], seed: int) -> Iterator[Step]:
    """Show a network a share of every part in each step, and yield the step.

    Args:
        model: trained in place; the statistics of its normalization stay as they are.
        parts: images on the network's device, each for all steps.
        seed: of the augmentation.
    """
    device = parts[0].images.device
    generator = torch.Generator(device).manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=STEPS)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    use_bfloat16 = devices.has_fast_bfloat16(device)
    model.eval()
    image_shares = zip(*(part.images.tensor_split(STEPS) for part in parts), strict=True)
    label_shares = zip(*(part.labels.tensor_split(STEPS) for part in parts), strict=True)
    for images, labels_of_parts in zip(image_shares, label_shares, strict=True):
        ink = augment(ink_of(torch.cat(images)), AUGMENTATION, generator)
        labels = torch.cat(labels_of_parts)
        loss, logits = learn(model, ink, labels, optimizer, criterion, use_bfloat16)
        schedule.step()
        yield Step(loss, logits, labels, float(schedule.get_last_lr()[0]), STEPS, STEPS)


def _mean(before: nn.Module, after: nn.Module, lessons: StrokeSet) -> nn.Module:
    """The mean nearest to the network before that reads all lessons, or else the one after."""
    device = next(after.parameters()).device
    images = images_from_drawings(lessons.drawings)
    lessons_as_images = ImageSet(images, torch.tensor(lessons.labels)).to(device)
    for share in SHARES:
        mean = copy.deepcopy(before)
        with torch.no_grad():
            for ours, theirs in zip(mean.parameters(), after.parameters(), strict=True):
                ours.lerp_(theirs, share)
        if evaluation.measure_accuracy(mean, lessons_as_images).share == 1:
            break
    return mean
