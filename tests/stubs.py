"""Small stand-ins that several test modules use in place of what takes time."""

import functools
import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import torch
from hypothesis import strategies as st
from torch import nn

from mnist_core import datasets, models, training, weights
from mnist_core.calibration import Calibration
from mnist_core.inference import BLANK, Recognizer
from mnist_core.jobs import JobStatus, TrainTask
from mnist_core.models import Architecture
from mnist_core.recipes import RECIPES
from mnist_core.web.studio import Gate, Score, View

# The header of a small network, to be changed as a test needs it.
INFO = weights.WeightInfo(
    architecture=Architecture("convolutional", width=3),
    recipe="fast",
    dataset="mnist",
    seed=5,
    epochs=2,
    parameters=123,
    calibration=Calibration(temperature=1.5, reject_below=0.4),
    test_images=10_000,
    test_right=9_910,
    versions={"torch": "0"},
)

_load = datasets.load


@functools.cache
def _first_images(name, train):
    return _load(name, train).take(torch.arange(3_000 if train else 1_000))


def show_few_images(monkeypatch):
    """Have MNIST's first images stand for all, and few pen digits be read to calibrate on."""
    torchvision_dataset = datasets.torchvision_dataset

    def open_few(*args, **options):
        dataset = torchvision_dataset(*args, **options)
        dataset.data, dataset.targets = dataset.data[:3_200], dataset.targets[:3_200]
        return dataset

    monkeypatch.setattr(datasets, "load", _first_images)
    monkeypatch.setattr(datasets, "torchvision_dataset", open_few)
    monkeypatch.setattr(training, "PENS_TO_ACCEPT", 500)


def pictures(images):
    """The pictures of an image set, each with its label, as a set."""
    pairs = zip(images.images, images.labels.tolist(), strict=True)
    return {(image.numpy().tobytes(), label) for image, label in pairs}


def write_stroke_set(path, records):
    """Write records to a file as gzipped JSON lines, and return the path."""
    path.write_bytes(gzip.compress("\n".join(json.dumps(each) for each in records).encode()))
    return path


class Fixed(nn.Module):
    """A network that gives the same logits whatever it sees."""

    def __init__(self, logits):
        super().__init__()
        self.logits = torch.tensor([logits])

    def forward(self, ink):
        return self.logits.expand(len(ink), -1)


def reader(**logits):
    """Build a recognizer whose logits are those given, by class (``d7=5.0``), and else 0."""
    values = [0.0] * 11
    for name, value in logits.items():
        values[int(name[1:])] = value
    return Recognizer(Fixed(values), INFO, torch.device("cpu"))


ANNA, BEN, CARL = "anna-anna-anna-anna", "ben-ben-ben-ben-ben", "carl-carl-carl-carl"
FAST = TrainTask(RECIPES["fast"])


class StubJob:
    """A training that does as the test says."""

    def __init__(self, task, folder):
        self.task = task
        self.status = JobStatus()
        self.folder = folder
        self.watched = []
        self.asked_to_finish = False
        self.on_end = lambda: None

    def start(self, on_end):
        self.on_end = on_end
        self.status = replace(self.status, state="training")

    def watch(self, ink):
        self.watched.append(ink)

    def finish(self):
        self.asked_to_finish = True

    def stop(self):
        self.end(state="stopped")

    def close(self):
        if self.status.active:
            self.stop()

    def end(self, **changes):
        self.status = replace(self.status, **changes)
        self.on_end()

    def write(self, right=9_950):
        """Write a network that reads so many of 10,000 test images right."""
        output = self.folder / f"{os.urandom(6).hex()}.safetensors"
        info = replace(INFO, test_right=right, created=weights.current_time())
        weights.save(models.build(INFO.architecture), info, output)
        return output

    def succeed(self, right=9_950):
        """End with such a network."""
        self.end(state="finished", output=self.write(right))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


OLD, NEW = (
    Score(9_966, 10_000, 0.9966, 0.9953, 0.9976),
    Score(9_943, 10_000, 0.9943, 0.9926, 0.9956),
)
SEVEN_READ = replace(
    BLANK, state="sure", digit=7, probabilities=(0.0,) * 7 + (0.9, 0.1, 0.0), candidates=(7,)
)


@dataclass
class Point:
    fraction: float
    loss: float = 1.0
    accuracy: float = 0.5
    validation: float | None = None


def idle(**changes):
    view = View(
        status=None, place=0, gate=None, message="", in_use="shipped", name="", score=OLD,
        corrections=0, version=0,
    )  # fmt: skip
    return replace(view, **changes)


def gate(after=NEW, **changes):
    found = Gate((OLD, after), (1, 3, 4), (0, 0, 0), ("mnist", "mnist"))
    return replace(found, **changes)


def days_ago(days):
    """A moment in the past, as records on disk have it."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).isoformat()


def gone_process():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid
