"""What somebody who watches a training sees, without any training."""

import numpy as np
import pytest
import torch
from torch import nn

from mnist_core.data.image_sets import ImageSet
from mnist_core.training import probe
from mnist_core.training.probe import TrainingProbe
from mnist_core.training.progress import TrainingControl


class FirstPixel(nn.Module):
    """Reads the digit that the first pixel names, and counts the images."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.modes = []

    def forward(self, ink):
        self.count += len(ink)
        self.modes.append(self.training)
        return 20 * nn.functional.one_hot((ink[:, 0, 0, 0] * 255).round().long(), 11).float()


def images(*digits, labels=None):
    pixels = torch.zeros(len(digits), 28, 28, dtype=torch.uint8)
    pixels[:, 0, 0] = torch.tensor(digits)
    return ImageSet(pixels, torch.tensor(labels or digits))


TEST = images(*(number % 10 for number in range(948)))


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only as the test says: a list of one number, in seconds."""
    now = [100.0]
    monkeypatch.setattr(probe.time, "perf_counter", lambda: now[0])
    return now


def test_the_previews_are_test_images_and_are_read_as_they_are_labeled():
    watching = TrainingProbe(TrainingControl(), None, TEST)
    (snapshot,) = watching.snapshots(FirstPixel())
    chosen = tuple(number % 10 for number in probe.PREVIEWS)
    assert watching.previews.labels == snapshot.previews == chosen
    assert tuple(watching.previews.images[:, 0, 0]) == chosen
    assert (snapshot.validation, snapshot.drawing) == (None, None)


def test_of_few_test_images_those_are_shown_that_there_are():
    few = TrainingProbe(TrainingControl(), None, images(*range(8)))
    assert few.previews.labels == (0, 1, 2, 3, 4, 7)


def test_the_watched_drawing_is_read_and_a_new_one_is_taken_up(clock):
    control = TrainingControl()
    watching, seen = TrainingProbe(control, None, TEST), []
    for digit in (None, 3, 5):
        ink = np.zeros((28, 28), dtype=np.uint8)
        ink[0, 0] = digit or 0
        control.drawing = None if digit is None else ink
        (snapshot,) = watching.snapshots(FirstPixel())
        seen.append(snapshot.drawing and int(np.argmax(snapshot.drawing)))
        assert len(snapshot.previews) == len(probe.PREVIEWS)
        clock[0] += 1
    assert seen == [None, 3, 5]


def test_the_first_held_back_images_are_read_and_no_more():
    digits = [7] * 600
    held_back = images(*digits, labels=[7] * 400 + [1] * 200)
    model = FirstPixel()
    (snapshot,) = TrainingProbe(TrainingControl(), held_back, TEST).snapshots(model)
    assert snapshot.validation == 400 / 500
    assert model.count == 500 + len(probe.PREVIEWS)


@pytest.mark.parametrize("training", [True, False])
def test_a_network_is_read_in_evaluation_mode_and_stays_in_the_mode_it_was_in(training):
    model = FirstPixel().train(training)
    list(TrainingProbe(TrainingControl(), images(1, 2), TEST).snapshots(model))
    assert model.training == training
    assert set(model.modes) == {False}


def test_snapshots_take_no_more_than_their_share_of_the_time(clock):
    class Slow(FirstPixel):
        def forward(self, ink):
            clock[0] += 0.08
            return super().forward(ink)

    watching, model = TrainingProbe(TrainingControl(), None, TEST), Slow()
    assert len(list(watching.snapshots(model))) == 1  # takes 0.08 s
    for passed, expected in ((0.99, 0), (0.02, 1), (0.5, 0)):
        clock[0] += passed
        assert len(list(watching.snapshots(model))) == expected
