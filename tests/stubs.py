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

from mnist_core.data import image_sets, torchvision_sets
from mnist_core.labels import Accuracy
from mnist_core.model import networks, weight_file
from mnist_core.model.reading import BLANK
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.scorer import Scorer
from mnist_core.model.weight_info import Architecture, Calibration, WeightInfo
from mnist_core.service.comparison import Comparison
from mnist_core.service.readings import PadContent
from mnist_core.service.service import make_service
from mnist_core.service.trainings import WorkspaceState
from mnist_core.training import loop
from mnist_core.training.job import JobStatus
from mnist_core.training.recipes import RECIPES
from mnist_core.training.worker import TrainTask
from tests.drawings import SEVEN

# The header of a small network, to be changed as a test needs it.
INFO = WeightInfo(
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

_load = image_sets.load


@functools.cache
def _first_images(name, train):
    return _load(name, train).take(torch.arange(3_000 if train else 1_000))


def show_few_images(monkeypatch):
    """Have MNIST's first images stand for all, and few pen digits be read to calibrate on."""
    torchvision_dataset = torchvision_sets.torchvision_dataset

    def open_few(*args, **options):
        dataset = torchvision_dataset(*args, **options)
        dataset.data, dataset.targets = dataset.data[:3_200], dataset.targets[:3_200]
        return dataset

    monkeypatch.setattr(image_sets, "load", _first_images)
    monkeypatch.setattr(torchvision_sets, "torchvision_dataset", open_few)
    monkeypatch.setattr(loop, "PENS_TO_ACCEPT", 500)


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


def recognizer_of(model):
    """Build a recognizer that reads with a network on the CPU."""
    scorer = Scorer(model, INFO.calibration, torch.device("cpu"))
    return Recognizer(INFO, lambda: scorer)


def reader(**logits):
    """Build a recognizer whose logits are those given, by class (``d7=5.0``), and else 0."""
    values = [0.0] * 11
    for name, value in logits.items():
        values[int(name[1:])] = value
    return recognizer_of(Fixed(values))


def write_model(folder, **changes):
    """Write a small network, its header ``INFO`` but for some changes; return its path."""
    output = folder / f"{os.urandom(6).hex()}.safetensors"
    info = replace(INFO, **{"created": weight_file.current_time(), **changes})
    weight_file.save(networks.build(INFO.architecture), info, output)
    return output


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

    def finish(self, reason=""):
        self.asked_to_finish = True
        self.status = replace(self.status, reason=reason)

    def stop(self):
        self.end(state="stopped")

    def close(self):
        if self.status.active:
            self.stop()

    def end(self, **changes):
        self.status = replace(self.status, **changes)
        self.on_end()

    def write(self, right=9_950):
        """Write the trained network, which reads so many of 10,000 test images right."""
        return write_model(self.folder, test_right=right)

    def succeed(self, right=9_950):
        """End with such a network."""
        self.end(state="finished", output=self.write(right))


class Server:
    """A service whose trainings do as the test says, and people who use it."""

    def __init__(self, folder, built_in=None, **options):
        self.jobs = []
        self.service = make_service(
            built_in or reader(d7=30.0),
            folder=folder,
            make_job=self._make_job,
            **{"load": lambda path: Recognizer.load(path, "cpu"), **options},
        )
        self.built_in = self.service.recognizers.built_in

    def _make_job(self, task, folder):
        self.jobs.append(StubJob(task, folder))
        return self.jobs[-1]

    def person(self, name):
        return Person(name, self.service)

    def people(self, *names):
        return [self.person(name) for name in names]

    def sweep(self):
        self.service.workspaces.sweep(self.service.trainings.is_busy)

    def close(self):
        self.service.close()


class Person:
    """Somebody who uses a service."""

    def __init__(self, name, service):
        self.name = name
        self._service = service

    @property
    def workspace(self):
        return self._service.workspaces.open(self.name)

    @property
    def state(self):
        return self._service.state(self.workspace)

    @property
    def models(self):
        return self.workspace.models.entries()

    @property
    def corrections(self):
        return self.workspace.corrections

    @property
    def reads_with(self):
        """The network that reads this person's drawings."""
        return self._service.recognizers.of(self.workspace.in_use)

    def read(self, strokes=SEVEN):
        return self._service.readings.read(self.name, PadContent(strokes, None))

    def train(self):
        self._service.trainings.train(self.workspace, FAST)

    def teach(self):
        self._service.trainings.teach(self.workspace)

    def watch(self, ink):
        self._service.trainings.watch(self.workspace, ink)

    def finish(self):
        self._service.trainings.finish(self.workspace)

    def stop(self):
        self._service.trainings.stop(self.workspace)

    def keep(self):
        self.workspace.keep_candidate()

    def go_back(self):
        self.workspace.discard_candidate()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


OLD, NEW = Accuracy(9_966, 10_000), Accuracy(9_943, 10_000)
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
    """What a visitor sees before the first run, but for some changes."""
    state = WorkspaceState(
        status=None, queue_position=0, comparison=None, message="", in_use="shipped",
        name="Built-in model", accuracy=OLD, version=0,
    )  # fmt: skip
    return replace(state, **changes)


def comparison(after=NEW, **changes):
    """Two models compared, but for some changes."""
    compared = Comparison(
        (OLD, after),
        (Accuracy(1, 4), Accuracy(3, 4)),
        (Accuracy(0, 0), Accuracy(0, 0)),
        ("mnist", "mnist"),
        epochs=(40.0, 1.0),
        seconds=(0.0, 6.0),
    )
    return replace(compared, **changes)


def days_ago(days):
    """A moment in the past, as records on disk have it."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).isoformat()


def gone_process():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid
