"""The loops that follow a recipe, on real images, cut short."""

import dataclasses

import pytest
import torch

from mnist_core import datasets, models, training, weights
from mnist_core.augmentation import Augmentation
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Progress, Trained
from mnist_core.recipes import RECIPES

SMALL = dataclasses.replace(
    RECIPES["fast"],
    epochs=2,
    batch_size=100,
    pen_digits=300,
    pen_others=100,
    redraw=True,
    augmentation=Augmentation(rotation=5),
)


def test_a_recipe_leads_from_the_data_to_a_weight_file_that_reads(few_images, tmp_path):
    events = list(training.train(SMALL, tmp_path / "x.safetensors", device="cpu"))
    assert [type(event) for event in events[-2:]] == [Evaluating, Trained]
    trained = events[-1]
    model, info = weights.load(trained.output)
    assert info == trained.info
    assert info.test_images == 1_000
    test = datasets.load("mnist", train=False)
    with torch.inference_mode():
        read = model(test.images[:, None] / 255)[:, :10].argmax(dim=1)
    assert int((read == test.labels).sum()) == info.test_right
    assert info.accuracy > 0.8
    assert list(tmp_path.iterdir()) == [trained.output]


def test_progress_goes_on_to_the_end(few_images, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    events = list(training.train(SMALL, tmp_path / "x.safetensors", device="cpu"))
    progress = [event for event in events if isinstance(event, Progress)]
    steps = (2_700 + 300 + 100) // 100  # 10 % of the images are held back
    assert len(progress) == 2 * steps
    assert [(event.epoch, event.step) for event in progress] == [
        (epoch, step) for epoch in (1, 2) for step in range(1, steps + 1)
    ]
    assert progress[-1].fraction == 1
    assert progress[-1].seconds_left == 0
    assert progress[-1].loss < progress[0].loss


def test_the_same_seed_gives_the_same_weights(few_images):
    images = datasets.load("mnist", train=True)

    def weights_after(seed):
        torch.manual_seed(seed)
        model = models.build(SMALL.architecture)
        list(training.fit(model, SMALL, images, seed))
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    assert torch.equal(weights_after(1), weights_after(1))
    assert not torch.equal(weights_after(1), weights_after(2))


def test_a_training_that_nobody_follows_any_more_leaves_no_file(few_images, tmp_path):
    events = training.train(SMALL, tmp_path / "x.safetensors", device="cpu")
    assert isinstance(next(events), Progress)
    events.close()
    assert list(tmp_path.iterdir()) == []


def test_the_tutorial_follows_the_tutorial(few_images, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    recipe = dataclasses.replace(RECIPES["tutorial"], epochs=2)
    events = list(training.train(recipe, tmp_path / "x.safetensors", device="cpu"))
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) == 2 * 100  # batches of 64
    assert {event.learning_rate for event in progress} == {0.01}
    assert 2.1 < progress[0].loss < 2.5  # ln 10 = 2.30: it knows nothing yet
    assert events[-1].info.accuracy > 0.5
    assert events[-1].info.parameters == 109_386


def test_a_loss_that_is_no_number_ends_the_training_in_one_sentence(few_images):
    recipe = dataclasses.replace(SMALL, learning_rate=1e30)
    images = datasets.load("mnist", train=True)
    with pytest.raises(TrainingError, match="no longer a number"):
        list(training.fit(models.build(recipe.architecture), recipe, images, 0))


def test_clothes_are_not_mixed_with_pen_strokes(few_images, tmp_path, monkeypatch):
    seen = []

    def fit(model, recipe, images, seed):
        seen.append((recipe.pen_digits, recipe.pen_others))
        yield from ()

    monkeypatch.setattr(training, "fit", fit)
    load = datasets.load
    monkeypatch.setattr(datasets, "load", lambda _, train: load("mnist", train))
    output = tmp_path / "x.safetensors"
    list(training.train(SMALL, output, dataset="fashion-mnist", device="cpu"))
    assert seen == [(0, 0)]
    assert weights.load(output)[1].dataset == "fashion-mnist"
