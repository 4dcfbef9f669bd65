"""How a recipe is carried out, from the data to the finished weight file.

Whoever stops asking for the next event stops the training. This module knows nothing of processes,
pages or terminals.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LinearLR, LRScheduler, OneCycleLR

from mnist_core.data import image_sets, pen_styles
from mnist_core.data.augment import augment
from mnist_core.data.catalog import DATASETS
from mnist_core.data.image_sets import ImageSet
from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.ink.raster import ink_of
from mnist_core.model import calibration, devices, networks, weight_file
from mnist_core.model.weight_info import WeightInfo
from mnist_core.training.mixture import PARTS, Drawings, Mixture
from mnist_core.training.optimizer import Muon
from mnist_core.training.progress import Event, Preparing, TrainingControl
from mnist_core.training.recipes import RECIPES, Recipe, suited
from mnist_core.training.run import Step, TrainingRun, until_finishing

COOLDOWN = 0.1  # of the steps done: how long a training that is ended early goes on
SHORTEST_COOLDOWN = 100  # steps, so that what is ended at once can still read something
MARGIN = 2  # px that cropped images lack on each side: hardly any ink lies so far out
PENS_TO_ACCEPT = 5_000  # synthetic pen digits, beside the 5,000 validation images

_NO_IMAGES = torch.zeros((0, IMAGE_SIZE, IMAGE_SIZE), dtype=torch.uint8)
_ready_drawings: dict[tuple[int, int, int], Drawings] = {}  # by their numbers, and the seed


def train(
    recipe: Recipe,
    output: Path,
    *,
    dataset: str = "mnist",
    device: str = "auto",
    seed: int = 0,
    control: TrainingControl | None = None,
) -> Iterator[Event]:
    """Train a network by a recipe and write its weight file.

    All recipes but the tutorial hold back 5,000 of the 60,000 training images to fit temperature
    and rejection threshold on. The test images are only ever reported on.

    Args:
        recipe: what to do.
        output: the file to write, whole or not at all.
        dataset: ``mnist`` or ``fashion-mnist``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        seed: of the weights, the order, the augmentation and the synthetic strokes.
        control: of somebody who watches; what there is to see takes some time to make.

    Yields:
        ``Preparing``, ``Progress`` about five times a second, ``Evaluating``, and last ``Trained``;
        with ``control`` before the first step ``PreviewImages``, and on the way ``Snapshot``.

    Raises:
        DataError, DeviceError, TrainingError, WeightsError: as one sentence each.
    """
    weight_file.check_writable(output)
    yield Preparing(f"Loading {DATASETS[dataset].title}")
    run = TrainingRun(dataset, device, control)
    torch.manual_seed(seed)
    model = networks.build(recipe.architecture).to(run.device)
    if recipe.tutorial:
        from mnist_core.training import tutorial  # needs torchvision, which loads for seconds

        steps = until_finishing(tutorial.fit(model, recipe, dataset, seed), run.control)
    else:
        fitted = suited(recipe, dataset)
        if drawn := fitted.pen_digits + fitted.pen_others:
            yield Preparing(f"Drawing {drawn:,} synthetic digits and signs")
        steps = fit(model, fitted, run.training.to(run.device), seed, run.control)
    yield from run.follow(model, steps, recipe.epochs, None if recipe.tutorial else run.validation)
    model.eval()
    validation, pens = run.validation.to(run.device), _pens_to_accept(dataset).to(run.device)
    info = WeightInfo(
        architecture=recipe.architecture,
        recipe=recipe.name,
        dataset=dataset,
        seed=seed,
        epochs=round(run.epochs_done, 2),
        parameters=networks.count_parameters(model),
        calibration=calibration.calibrate(model, validation.images, validation.labels, pens),
        **run.test_result(model),
    )
    yield run.save(model, info, output)


def get_ready(device: str, recipe: Recipe = RECIPES["balanced"]) -> Iterator[None]:
    """Load, draw and compile what the first step of a training needs, before anybody asks for it.

    It takes the first step of a training that goes no further. MNIST and synthetic drawings stay
    in memory for the one that comes; its result is the same with them as without.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        recipe: what will most likely be asked for, with seed 0.

    Yields:
        After each of the things to do, so that whoever is asked meanwhile can leave the rest out.
    """
    yield  # PyTorch is loaded
    image_sets.keep("mnist")
    yield
    run = TrainingRun("mnist", device, None)
    model = networks.build(recipe.architecture).to(run.device)
    without_drawings = replace(recipe, pen_digits=0, pen_others=0)
    next(fit(model, without_drawings, run.training.to(run.device), 0))
    yield
    key = _drawings_key(recipe, 0)
    drawings = _ready_drawings[key] = Drawings(*key)
    for _ in range(PARTS):
        drawings.make_ready()
        yield


def _pens_to_accept(dataset: str) -> Tensor:
    """Pen digits (N, 28, 28) uint8 that the rejection threshold has to let pass."""
    if dataset != "mnist":
        return _NO_IMAGES
    generator = torch.Generator().manual_seed(PENS_TO_ACCEPT)
    return pen_styles.render(pen_styles.sample_digits(PENS_TO_ACCEPT, generator), generator)


def fit(
    model: nn.Module,
    recipe: Recipe,
    training: ImageSet,
    seed: int,
    control: TrainingControl | None = None,
) -> Iterator[Step]:
    """Train a network in place on images, synthetic strokes and augmentation; yield each step.

    Args:
        model: takes ink, gives logits of ten or eleven classes; on the device of ``training``.
        recipe: what to do.
        training: the images, on the device; the first of them, as many as the recipe says.
        seed: of order, augmentation and strokes.
        control: may end the schedule early.
    """
    control = control or TrainingControl()
    device = training.images.device
    training = training.take(torch.arange(min(recipe.images, len(training))))
    generator = torch.Generator(device).manual_seed(seed)
    key = _drawings_key(recipe, seed)
    drawings = _ready_drawings.pop(key, None) or Drawings(*key)
    mixture = Mixture(training, drawings, recipe.redraw, generator)
    steps = len(mixture) // recipe.batch_size
    peak = recipe.learning_rate
    optimizer = Muon(model, peak, recipe.weight_decay, recipe.muon_factor * peak)
    schedule = _Schedule(optimizer, recipe.epochs * steps)
    criterion = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    use_bfloat16 = devices.has_fast_bfloat16(device)
    model.train()
    for _ in range(recipe.epochs):
        for batch in mixture.epoch(recipe.batch_size):
            ink = ink_of(batch.images)
            # Smaller images in the beginning: a third less to compute, and the same accuracy.
            margin = MARGIN if schedule.done < recipe.cropped_share * schedule.steps else 0
            ink = augment(ink, recipe.augmentation, generator, margin)
            loss, logits = learn(model, ink, batch.labels, optimizer, criterion, use_bfloat16)
            schedule.step()
            if control.finishing:
                schedule.shorten()
            yield Step(loss, logits, batch.labels, schedule.rate, steps, schedule.steps)
            if schedule.done == schedule.steps:
                return


def _drawings_key(recipe: Recipe, seed: int) -> tuple[int, int, int]:
    return recipe.pen_digits, recipe.pen_others, seed


class _Schedule:
    """One cycle of the learning rate (Smith and Topin, arXiv 1708.07120), or less of it."""

    def __init__(self, optimizer: torch.optim.Optimizer, steps: int) -> None:
        self.steps = steps  # that will be done
        self.done = 0
        self._optimizer = optimizer
        peaks = [group["lr"] for group in optimizer.param_groups]
        self._rates: LRScheduler = OneCycleLR(optimizer, peaks, steps, pct_start=0.2)

    @property
    def rate(self) -> float:
        """The learning rate that the next step takes."""
        return float(self._rates.get_last_lr()[0])

    def step(self) -> None:
        self.done += 1
        self._rates.step()

    def shorten(self) -> None:
        """Let the rate fall to nothing from here, in a tenth of the steps done so far."""
        if isinstance(self._rates, OneCycleLR):
            left = max(SHORTEST_COOLDOWN, round(COOLDOWN * self.done))
            left = min(left, self.steps - self.done)
            self.steps = self.done + left
            self._rates = LinearLR(self._optimizer, 1.0, 0.0, total_iters=left)


def learn(
    model: nn.Module,
    ink: Tensor,
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    criterion: nn.Module,
    use_bfloat16: bool,
) -> tuple[Tensor, Tensor]:
    """Take one step; return the loss and the logits (B, classes).

    Args:
        model: takes the ink, on its device.
        ink: (B, 1, 28, 28) float32 in [0, 1], or without a margin.
        labels: (B,) int64.
        optimizer: of the model's parameters.
        criterion: takes logits and labels.
        use_bfloat16: compute in bfloat16 what does not need more digits.
    """
    with torch.autocast(ink.device.type, torch.bfloat16, enabled=use_bfloat16):
        logits = model(ink)
    loss = criterion(logits.float(), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss, logits
