"""The loops that follow a recipe.

``train`` runs a recipe from the data to the finished weight file and yields what happens on
the way; whoever stops asking for the next event stops the training. This module knows nothing
of processes, pages or terminals.
"""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms

from mnist_core import calibration, datasets, devices, evaluation, models, pen_styles, weights
from mnist_core.augmentation import augment
from mnist_core.datasets import ImageSet
from mnist_core.errors import TrainingError
from mnist_core.events import (
    Evaluating,
    Event,
    Look,
    Progress,
    Samples,
    Steering,
    Trained,
)
from mnist_core.optimizers import Muon
from mnist_core.recipes import Recipe
from mnist_core.strokes import IMAGE_SIZE

SECONDS_BETWEEN_EVENTS = 0.1
LOOKING_SHARE = 0.08  # of the time of a training that somebody watches
IMAGES_LOOKED_AT = 500  # of the validation images
# Test images to look at: half of them plain, half of them hard to read.
SAMPLES = (0, 1, 2, 3, 4, 7, 8, 18, 247, 445, 582, 947)
COOLDOWN = 0.1  # of the steps done: how long a training that is ended early goes on
SHORTEST_COOLDOWN = 100  # steps; what is ended at once shall still read something
MARGIN = 2  # px that cropped images lack on each side: hardly any ink lies so far out
MEMORY_OF_MEANS = 30  # training steps that the running loss and accuracy look back on
PENS_TO_ACCEPT = 5_000  # synthetic pen digits beside the 5,000 validation images


def train(
    recipe: Recipe,
    output: Path,
    *,
    dataset: str = "mnist",
    device: str = "auto",
    seed: int = 0,
    steering: Steering | None = None,
) -> Iterator[Event]:
    """Train a network by a recipe and write its weight file.

    The convolutional recipes hold back 5,000 of the 60,000 training images to fit temperature
    and threshold on, and take as many of the others as the recipe says; the test images are only
    ever reported on.

    Args:
        recipe: what to do.
        output: the file to write, whole or not at all.
        dataset: ``mnist`` or ``fashion-mnist``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        seed: of the weights, the order, the augmentation and the synthetic strokes.
        steering: of somebody who watches; it costs some time to have something to see.

    Yields:
        ``Progress`` about ten times a second, ``Evaluating``, and last ``Trained``; with
        ``steering`` first ``Samples``, and on the way ``Look``.

    Raises:
        DataError, DeviceError, TrainingError, WeightsError: as one sentence each.
    """
    place = devices.pick_device(device)
    clock = [time.perf_counter()]
    torch.manual_seed(seed)
    model = models.build(recipe.architecture).to(place)
    training, validation = datasets.split_validation(datasets.load(dataset, train=True))
    test = datasets.load(dataset, train=False).to(place)
    clock.append(time.perf_counter())

    viewer = None
    if steering is not None:
        # The tutorial holds nothing back.
        held_back = None if recipe.tutorial else validation
        viewer = Viewer(steering, held_back, test, place)
        yield viewer.samples
    if recipe.tutorial:
        steps = fit_as_tutorial(model, recipe, dataset, seed, viewer)
    else:
        if dataset != "mnist":  # pen strokes are digits; clothes have none, but more pictures
            count = recipe.images + recipe.pen_digits + recipe.pen_others
            recipe = replace(recipe, images=count, pen_digits=0, pen_others=0)
        if recipe.architecture.name == "simple":  # it takes whole images, and knows digits alone
            recipe = replace(recipe, pen_others=0, cropped=0.0)
        steps = fit(model, recipe, training.to(place), seed, viewer)
    epochs = 0.0
    for event in steps:
        if isinstance(event, Progress):
            epochs = recipe.epochs * event.of_schedule
        yield event
    clock.append(time.perf_counter())

    yield Evaluating()
    model.eval()
    validation, pens = validation.to(place), _pens_to_accept(dataset).to(place)
    fitted = calibration.calibrate(model, validation.images, validation.labels, pens)
    info = weights.WeightInfo(
        architecture=recipe.architecture,
        recipe=recipe.name,
        dataset=dataset,
        seed=seed,
        epochs=round(epochs, 2),
        parameters=models.count_parameters(model),
        calibration=fitted,
        test_images=len(test),
        test_right=evaluation.count_right(model, test),
        versions=weights.library_versions(),
        created=weights.current_time(),
    )
    weights.save(model, info, output)
    clock.append(time.perf_counter())
    spans = [after - before for before, after in itertools.pairwise(clock)]
    yield Trained(info, output, dict(zip(("data", "train", "evaluate"), spans, strict=True)))


class Viewer:
    """What somebody who watches a training sees of it beside its figures, and may ask of it."""

    def __init__(
        self,
        steering: Steering,
        held_back: ImageSet | None,
        test: ImageSet,
        device: torch.device,
    ) -> None:
        """Look at images that are held back, if any, and at some of the test images."""
        index = torch.tensor([number for number in SAMPLES if number < len(test)])
        chosen = test.take(index.to(test.images.device))
        self.samples = Samples(chosen.images.cpu().numpy(), tuple(chosen.labels.tolist()))
        self.finishing = steering.finishing
        self._watched = steering.watched
        self._held_back = None
        if held_back is not None:
            few = torch.arange(min(IMAGES_LOOKED_AT, len(held_back)))
            self._held_back = held_back.take(few).to(device)
        self._images = chosen.images
        self._due = 0.0

    def looks(self, model: nn.Module) -> Iterator[Look]:
        """Look at a network in training, if it is time to; its mode stays as it is."""
        begun = time.perf_counter()
        if begun < self._due:
            return
        mode = model.training
        model.eval()
        unset = calibration.Calibration()
        validation = drawing = None
        if self._held_back is not None:
            validation = evaluation.measure_images(model, self._held_back, unset).accuracy
        read = calibration.score(calibration.read_logits(model, self._images), unset)
        watched = self._watched()
        if watched is not None:
            ink = torch.from_numpy(watched)[None].to(self._images.device)
            scores = calibration.score(calibration.read_logits(model, ink), unset)
            drawing = tuple(scores.probabilities[0].tolist())
        model.train(mode)
        ended = time.perf_counter()
        self._due = ended + (ended - begun) / LOOKING_SHARE
        yield Look(validation, tuple(read.probabilities.argmax(dim=1).tolist()), drawing)


class _Schedule:
    """One cycle of the learning rate (Smith and Topin, arXiv 1708.07120), or less of it."""

    def __init__(self, optimizer: Muon, steps: int) -> None:
        self.steps = steps  # that will be done
        self.done = 0
        self._optimizer = optimizer
        self._cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=optimizer.rates, total_steps=steps, pct_start=0.2
        )
        # The rates, and how many steps were left, when it was shortened.
        self._falls_from: tuple[list[float], int] | None = None

    @property
    def rate(self) -> float:
        """The learning rate that the next step takes."""
        return self._optimizer.rates[0]

    def step(self) -> None:
        self.done += 1
        if self._falls_from is None:
            self._cycle.step()
        else:
            rates, left = self._falls_from
            for group, rate in zip(self._optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * (self.steps - self.done) / left

    def shorten(self) -> None:
        """Let the rate fall to nothing from here, in a tenth of the steps done so far."""
        if self._falls_from is None:
            left = max(SHORTEST_COOLDOWN, round(COOLDOWN * self.done))
            self.steps = min(self.steps, self.done + left)
            self._falls_from = self._optimizer.rates, self.steps - self.done


def fit(
    model: nn.Module, recipe: Recipe, training: ImageSet, seed: int, viewer: Viewer | None = None
) -> Iterator[Progress | Look]:
    """Train a network in place on images, synthetic strokes and augmentation, by one cycle.

    Args:
        model: takes ink, gives logits of ten or eleven classes; on the device of ``training``.
        recipe: what to do.
        training: the images, on the device; of them the first, as many as the recipe says.
        seed: of order, augmentation and strokes.
        viewer: looks at the network on the way, and may end the schedule early.

    Raises:
        TrainingError: the loss is no longer a number.
    """
    place = training.images.device
    training = training.take(torch.arange(min(recipe.images, len(training))))
    generator = torch.Generator(place).manual_seed(seed)
    strokes_generator = torch.Generator().manual_seed(seed)
    mixture = _mixture(recipe, training, strokes_generator)
    steps = len(mixture) // recipe.batch_size
    optimizer = optimizer_of(model, recipe)
    schedule = _Schedule(optimizer, recipe.epochs * steps)
    criterion = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    reduced = devices.has_fast_bfloat16(place)
    meter = Meter(recipe.name, recipe.epochs, steps, recipe.batch_size)
    model.train()
    for epoch in range(recipe.epochs):
        if recipe.redraw and epoch > 0:
            mixture = _mixture(recipe, training, strokes_generator)
        order = torch.randperm(len(mixture), generator=generator, device=place)
        for index in order[: steps * recipe.batch_size].split(recipe.batch_size):
            labels = mixture.labels[index]
            ink = mixture.images[index].unsqueeze(1).float().div_(255)
            # Smaller images in the beginning: a third less to compute, and the same accuracy.
            margin = MARGIN if schedule.done < recipe.cropped * schedule.steps else 0
            ink = augment(ink, recipe.augmentation, generator, margin)
            loss, logits = learn(model, ink, labels, optimizer, criterion, reduced)
            schedule.step()
            if viewer is not None:
                if viewer.finishing():
                    schedule.shorten()
                yield from viewer.looks(model)
            yield from meter.after_step(loss, logits, labels, schedule.rate, schedule.steps)
            if schedule.done == schedule.steps:
                return


def optimizer_of(model: nn.Module, recipe: Recipe) -> Muon:
    """Make the optimizer that a recipe asks for."""
    return Muon(
        model, recipe.learning_rate, recipe.weight_decay, recipe.muon_factor * recipe.learning_rate
    )


def learn(
    model: nn.Module,
    ink: Tensor,
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    criterion: nn.Module,
    reduced: bool,
) -> tuple[Tensor, Tensor]:
    """Take one step; return the loss and the logits (B, classes).

    Args:
        model: takes the ink, on its device.
        ink: (B, 1, 28, 28) float32 in [0, 1], or without a margin.
        labels: (B,) int64.
        optimizer: of the model's parameters.
        criterion: takes logits and labels.
        reduced: whether to compute in bfloat16 where that is enough.
    """
    with torch.autocast(ink.device.type, torch.bfloat16, enabled=reduced):
        logits = model(ink)
    loss = criterion(logits.float(), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss, logits


def _mixture(recipe: Recipe, training: ImageSet, generator: torch.Generator) -> ImageSet:
    """Join the images and the recipe's synthetic drawings."""
    parts = [training]
    for count, sample in (
        (recipe.pen_digits, pen_styles.sample_digits),
        (recipe.pen_others, pen_styles.sample_others),
    ):
        if count > 0:
            drawn = sample(count, generator)
            parts.append(ImageSet(pen_styles.render(drawn, generator), drawn.labels))
    place = training.images.device
    return ImageSet(
        torch.cat([part.images.to(place) for part in parts]),
        torch.cat([part.labels.to(place) for part in parts]),
    )


def _pens_to_accept(dataset: str) -> Tensor:
    """Pen digits (N, 28, 28) uint8 that the rejection threshold has to let pass."""
    if dataset != "mnist":
        return torch.zeros((0, IMAGE_SIZE, IMAGE_SIZE), dtype=torch.uint8)
    generator = torch.Generator().manual_seed(PENS_TO_ACCEPT)
    return pen_styles.render(pen_styles.sample_digits(PENS_TO_ACCEPT, generator), generator)


def fit_as_tutorial(
    model: nn.Module, recipe: Recipe, dataset: str, seed: int, viewer: Viewer | None = None
) -> Iterator[Progress | Look]:
    """Train in place as the classic tutorial does: one image after the other through torchvision.

    Args:
        model: ``Normalize`` and ``SimpleNetwork``. The tutorial normalizes in its transforms, so
            only the second is trained here.
        recipe: epochs, batch size and learning rate.
        dataset: ``mnist`` or ``fashion-mnist``; all 60,000 training images are used.
        seed: of the order.
        viewer: looks at the network on the way, and may end the training early.
    """
    assert isinstance(model, nn.Sequential)
    network = model[1]
    device = next(network.parameters()).device
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    training_data = datasets.torchvision_dataset(dataset, train=True, transform=transform)
    loader = DataLoader(
        training_data,
        batch_size=recipe.batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=recipe.learning_rate)
    meter = Meter(recipe.name, recipe.epochs, len(loader), recipe.batch_size)
    network.train()
    for _ in range(recipe.epochs):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            logits = network(images)
            loss = criterion(logits, labels)
            loss.backward()
            optimizer.step()
            ending = viewer is not None and viewer.finishing()
            if viewer is not None:
                yield from viewer.looks(model)
            planned = meter.done + 1 if ending else recipe.epochs * len(loader)
            yield from meter.after_step(loss, logits, labels, recipe.learning_rate, planned)
            if ending:
                return


class Meter:
    """Running means, and when to report them."""

    def __init__(self, name: str, epochs: int, steps: int, batch_size: int) -> None:
        """Begin; ``steps`` are those of an epoch, ``name`` is for an error's sentence."""
        self.name, self.epochs, self.steps, self.batch_size = name, epochs, steps, batch_size
        self.done = 0
        self.loss: Tensor | None = None
        self.accuracy: Tensor | None = None
        self.started = self.reported = time.perf_counter()

    def after_step(
        self, loss: Tensor, logits: Tensor, labels: Tensor, learning_rate: float, planned: int
    ) -> Iterator[Progress]:
        """Take in a step of those planned; say where the training is if it is time to."""
        self.done += 1
        accuracy = (logits.detach().argmax(dim=1) == labels).float().mean()
        if self.loss is None or self.accuracy is None:
            self.loss, self.accuracy = loss.detach(), accuracy
        else:  # kept on the device: a GPU is not made to wait
            self.loss = self.loss.lerp(loss.detach(), 1 / MEMORY_OF_MEANS)
            self.accuracy = self.accuracy.lerp(accuracy, 1 / MEMORY_OF_MEANS)
        now = time.perf_counter()
        if now - self.reported < SECONDS_BETWEEN_EVENTS and self.done < planned:
            return
        self.reported = now
        if not torch.isfinite(self.loss):
            raise TrainingError(
                f"The loss of recipe {self.name} is no longer a number: "
                "train again with another seed."
            )
        elapsed = now - self.started
        fraction = self.done / planned
        yield Progress(
            fraction=fraction,
            epoch=(self.done - 1) // self.steps + 1,
            epochs=self.epochs,
            step=(self.done - 1) % self.steps + 1,
            steps=self.steps,
            images_per_second=self.done * self.batch_size / elapsed,
            seconds_left=elapsed * (1 - fraction) / fraction,
            loss=self.loss.item(),
            accuracy=self.accuracy.item(),
            learning_rate=learning_rate,
        )
