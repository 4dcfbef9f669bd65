"""What all trainings have in common: the data, the steps as events, the clock, the weight file.

A way to train is a generator of steps, which this module makes into events. It knows nothing of
recipes, nor of how a step is taken.
"""

import itertools
import math
import platform
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import safetensors
import torch
from torch import Tensor, nn

from mnist_core.data import image_sets
from mnist_core.data.image_sets import ImageSet
from mnist_core.errors import TrainingError
from mnist_core.model import devices, evaluation, weight_file
from mnist_core.model.weight_info import WeightInfo
from mnist_core.training.probe import TrainingProbe
from mnist_core.training.progress import Evaluating, Event, Progress, Trained, TrainingControl

SECONDS_BETWEEN_EVENTS = 0.2
MEMORY_OF_MEANS = 30  # steps that the running loss and accuracy look back on


@dataclass(frozen=True)
class Step:
    """A training step that has just been taken."""

    loss: Tensor  # of its batch, a scalar on the device
    logits: Tensor  # (B, classes), before the step
    labels: Tensor  # (B,) int64
    learning_rate: float  # of the step to come
    steps_per_epoch: int
    planned: int  # steps that will be taken in all


def until_finishing(steps: Iterable[Step], control: TrainingControl) -> Iterator[Step]:
    """Pass steps on, and none after somebody has asked to finish."""
    for done, step in enumerate(steps, start=1):
        if control.finishing:
            yield replace(step, planned=done)
            return
        yield step


class Meter:
    """Running means over the steps, and when to report them."""

    def __init__(self, epochs: int) -> None:
        """Begin; ``epochs`` are those of the whole schedule."""
        self.epochs = epochs
        self.epochs_done = 0.0
        self._steps = self._images = 0  # so far
        # Loss and accuracy (2,), on the device, so that a GPU need not wait for the CPU.
        self._means: Tensor | None = None
        self._started = self._reported = time.perf_counter()

    def after_step(self, step: Step) -> Iterator[Progress]:
        """Take in a step; yield where the training is if it is time to, and at its end.

        Raises:
            TrainingError: the loss is no longer a number.
        """
        self._steps += 1
        self._images += len(step.labels)
        self.epochs_done = self._steps / step.steps_per_epoch
        right = (step.logits.detach().argmax(dim=1) == step.labels).float().mean()
        new = torch.stack([step.loss.detach(), right])
        self._means = new if self._means is None else self._means.lerp(new, 1 / MEMORY_OF_MEANS)
        now = time.perf_counter()
        if now - self._reported < SECONDS_BETWEEN_EVENTS and self._steps < step.planned:
            return
        self._reported = now
        loss, accuracy = self._means.tolist()
        if not math.isfinite(loss):
            raise TrainingError("The loss is no longer a number: train again with another seed.")
        elapsed = now - self._started
        fraction = self._steps / step.planned
        yield Progress(
            fraction=fraction,
            epoch=(self._steps - 1) // step.steps_per_epoch + 1,
            epochs=self.epochs,
            step=(self._steps - 1) % step.steps_per_epoch + 1,
            steps=step.steps_per_epoch,
            images_per_second=self._images / elapsed,
            seconds_left=elapsed * (1 - fraction) / fraction,
            loss=loss,
            accuracy=accuracy,
            learning_rate=step.learning_rate,
        )


class TrainingRun:
    """One training from its data to its weight file."""

    def __init__(self, dataset: str, device: str, control: TrainingControl | None) -> None:
        """Load a data set; ``control`` is None where nobody watches.

        Raises:
            DataError, DeviceError: as one sentence each.
        """
        self._clock = [time.perf_counter()]
        self.device = devices.pick_device(device)
        self.training, self.validation = image_sets.split_validation(
            image_sets.load(dataset, train=True)
        )
        self.test = image_sets.load(dataset, train=False).to(self.device)
        self.control = TrainingControl() if control is None else control
        self.epochs_done = 0.0
        self._watched = control is not None

    def follow(
        self, model: nn.Module, steps: Iterable[Step], epochs: int, validation: ImageSet | None
    ) -> Iterator[Event]:
        """Have a network take all steps and yield what happens; at the end, ``Evaluating``.

        ``epochs`` are those of the whole schedule. ``validation`` are images that the network is
        not trained on, to be read on the way.
        """
        self._clock.append(time.perf_counter())
        probe = None
        if self._watched:
            probe = TrainingProbe(self.control, validation, self.test)
            yield probe.previews
        meter = Meter(epochs)
        for step in steps:
            if probe is not None:
                yield from probe.snapshots(model)
            yield from meter.after_step(step)
        self.epochs_done = meter.epochs_done
        self._clock.append(time.perf_counter())
        yield Evaluating()

    def test_result(self, model: nn.Module) -> dict[str, Any]:
        """Test a trained network in evaluation mode; return what ``WeightInfo`` says of both."""
        return {
            "test_images": len(self.test),
            "test_right": evaluation.measure_accuracy(model, self.test).right,
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "safetensors": safetensors.__version__,
            },
            "created": weight_file.current_time(),
            "seconds": round(self._clock[-1] - self._clock[-2], 1),
        }

    def save(self, model: nn.Module, info: WeightInfo, output: Path) -> Trained:
        """Write the weight file, whole or not at all; raises ``WeightsError``."""
        weight_file.save(model, info, output)
        self._clock.append(time.perf_counter())
        spans = [after - before for before, after in itertools.pairwise(self._clock)]
        return Trained(info, output, dict(zip(("data", "train", "evaluate"), spans, strict=True)))
