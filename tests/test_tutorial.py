"""The tutorial's own loop, on real images, cut short."""

import copy
import dataclasses

import pytest
import torch
from torch.nn.functional import cross_entropy

from mnist_core.model import networks
from mnist_core.model.weight_info import Architecture
from mnist_core.training import loop, run, tutorial
from mnist_core.training.progress import Progress, Snapshot, TrainingControl
from mnist_core.training.recipes import RECIPES


def test_the_tutorial_follows_the_tutorial(few_images, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)
    recipe = dataclasses.replace(RECIPES["tutorial"], epochs=2)
    events = list(loop.train(recipe, tmp_path / "x.safetensors", device="cpu"))
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) == 2 * 50  # batches of 64
    assert [event.fraction for event in progress[:2]] == [0.01, 0.02]
    assert {event.learning_rate for event in progress} == {0.01}
    assert 2.1 < progress[0].loss < 2.5  # ln 10 = 2.30: it knows nothing yet
    assert events[-1].info.accuracy.share > 0.3
    assert events[-1].info.parameters == 109_386


def test_the_tutorial_ends_at_once_when_it_is_asked_to_finish(few_images, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)  # an event for each step
    control, events, progress = TrainingControl(), [], []
    for event in loop.train(RECIPES["tutorial"], tmp_path / "x", device="cpu", control=control):
        events.append(event)
        if isinstance(event, Progress):
            progress.append(event)
        control.finishing = len(progress) >= 20
    assert (len(progress), progress[-1].step, progress[-1].fraction) == (21, 21, 1)
    assert event.info.epochs == pytest.approx(21 / 50, abs=0.01)
    snapshots = [event for event in events if isinstance(event, Snapshot)]
    assert snapshots
    assert all(each.validation is None for each in snapshots)


def test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed(few_images):
    shown = []

    def first_loss(seed):
        torch.manual_seed(0)
        model = networks.build(Architecture("simple"))
        model[1].register_forward_pre_hook(lambda _, arguments: shown.append(arguments[0]))
        return next(tutorial.fit(model, RECIPES["tutorial"], "mnist", seed)).loss.item()

    assert first_loss(1) == first_loss(1) != first_loss(2)
    assert (shown[0].min(), shown[0].max(), len(shown[0])) == (-1, 1, 64)


def test_each_step_of_the_tutorial_follows_the_gradient_of_its_own_batch_alone(few_images):
    network = networks.build(Architecture("simple"))[1]
    shown = []
    network.register_forward_pre_hook(lambda _, arguments: shown.append(arguments[0]))
    steps = tutorial.fit(
        torch.nn.Sequential(torch.nn.Identity(), network), RECIPES["tutorial"], "mnist", 0
    )
    next(steps)
    before = copy.deepcopy(network)
    second = next(steps)
    before.zero_grad()
    cross_entropy(before(shown[1]), second.labels).backward()
    for old, new in zip(before.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(new, old - 0.01 * old.grad)
