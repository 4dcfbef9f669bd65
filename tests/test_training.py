"""The loops that follow a recipe, on real images, cut short."""

import dataclasses
import itertools

import pytest
import torch

from mnist_core import datasets, models, training, weights
from mnist_core.augmentation import Augmentation
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Look, Progress, Samples, Steering, Trained
from mnist_core.recipes import RECIPES, customize

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


@pytest.fixture
def clothes(few_images, monkeypatch):
    """Let MNIST's images stand in for those of Fashion-MNIST, which do not ship."""
    load = datasets.load
    monkeypatch.setattr(datasets, "load", lambda _, train: load("mnist", train))


def test_clothes_take_the_place_of_the_pen_digits_that_they_have_none_of(clothes, tmp_path):
    recipe = dataclasses.replace(SMALL, epochs=1, images=500)
    for dataset in ("mnist", "fashion-mnist"):
        events = list(
            training.train(recipe, tmp_path / "x.safetensors", dataset=dataset, device="cpu")
        )
        steps = [event.steps for event in events if isinstance(event, Progress)]
        assert set(steps) == {(500 + 300 + 100) // 100}


def steering(*, finish_after=None, ink=None):
    """Somebody who watches, and after so many steps asks to finish."""
    steps = itertools.count()
    return Steering(
        watched=lambda: ink,
        finishing=lambda: finish_after is not None and next(steps) >= finish_after,
    )


def test_who_watches_sees_test_images_and_the_own_drawing_read(few_images, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "LOOKING_SHARE", 100)
    ink = datasets.load("mnist", train=False).images[0].numpy()
    output = tmp_path / "x.safetensors"
    events = list(training.train(SMALL, output, device="cpu", steering=steering(ink=ink)))
    samples, *rest = events
    assert isinstance(samples, Samples)
    assert samples.images.shape == (12, 28, 28)
    looks = [event for event in rest if isinstance(event, Look)]
    right = [sum(map(int.__eq__, look.samples, samples.labels)) for look in looks]
    assert right[-1] > right[0]
    assert looks[-1].validation > looks[0].validation
    assert looks[-1].drawing.index(max(looks[-1].drawing)) == 7
    assert max(looks[0].drawing) < 0.5


def test_watching_changes_nothing_of_what_is_learnt(few_images, tmp_path):
    watched, alone = tmp_path / "watched", tmp_path / "alone"
    list(training.train(SMALL, watched, device="cpu", steering=steering()))
    list(training.train(SMALL, alone, device="cpu"))
    left, right = weights.load(watched)[0].state_dict(), weights.load(alone)[0].state_dict()
    assert all(torch.equal(left[name], right[name]) for name in left)


def test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing(
    few_images, tmp_path, monkeypatch
):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    recipe = dataclasses.replace(SMALL, epochs=10)
    asking = steering(finish_after=60)
    events = list(training.train(recipe, tmp_path / "x", device="cpu", steering=asking))
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) == 60 + 1 + training.SHORTEST_COOLDOWN
    assert progress[-1].fraction == 1
    assert progress[-1].learning_rate == pytest.approx(0, abs=1e-9)
    rates = [event.learning_rate for event in progress[61:]]
    assert rates == sorted(rates, reverse=True)
    assert events[-1].info.epochs == pytest.approx(len(progress) / 31, abs=0.01)
    assert events[-1].info.accuracy > 0.8


def test_a_training_that_is_ended_at_once_reads_most_images(few_images, tmp_path):
    recipe = dataclasses.replace(SMALL, epochs=10)
    asking = steering(finish_after=2)
    trained = list(training.train(recipe, tmp_path / "x", device="cpu", steering=asking))[-1]
    assert trained.info.epochs < 4
    assert trained.info.accuracy > 0.5


def test_the_tutorial_ends_at_once_when_it_is_asked_to_finish(few_images, tmp_path):
    asking = steering(finish_after=50)
    events = list(
        training.train(RECIPES["tutorial"], tmp_path / "x", device="cpu", steering=asking)
    )
    assert events[-1].info.epochs == pytest.approx(51 / 100, abs=0.01)
    assert all(event.validation is None for event in events if isinstance(event, Look))


def test_the_tutorials_network_can_be_trained_by_another_recipe(few_images, tmp_path):
    recipe = customize(SMALL, network="simple", epochs=1, batch_size=32, learning_rate=0.002)
    trained = list(training.train(recipe, tmp_path / "x", device="cpu"))[-1]
    assert trained.info.parameters == 109_386
    assert trained.info.accuracy > 0.7


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"epochs": 0}, "The epochs can't be 0: choose 1 to 50."),
        ({"epochs": 2.5}, "The epochs can't be 2.5: enter a number."),
        ({"epochs": True}, "The epochs can't be True: enter a number."),
        ({"learning_rate": float("nan")}, "The learning rate can't be nan: enter a number."),
        ({"learning_rate": "x"}, "The learning rate can't be 'x': enter a number."),
        ({"batch_size": 1e9}, r"The batch size can't be 1e\+09: choose 16 to 2048."),
        ({"network": "../x"}, "There is no network '../x'"),
    ],
)
def test_a_setting_out_of_its_range_is_refused_in_a_sentence(asked, sentence):
    with pytest.raises(TrainingError, match=sentence):
        customize(RECIPES["fast"], **asked)


def test_the_tutorial_keeps_its_network():
    with pytest.raises(TrainingError, match="tutorial's own network"):
        customize(RECIPES["tutorial"], network="convolutional")


def test_the_first_steps_see_images_without_their_margin(few_images):
    recipe = dataclasses.replace(SMALL, epochs=1, pen_digits=0, pen_others=0, cropped=0.5)
    model, sides = models.build(recipe.architecture), []
    model.register_forward_pre_hook(lambda _, arguments: sides.append(arguments[0].shape[-1]))
    list(training.fit(model, recipe, datasets.load("mnist", train=True), 0))
    assert sides == [24] * 15 + [28] * 15


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


def test_clothes_are_not_mixed_with_pen_strokes(clothes, tmp_path, monkeypatch):
    seen = []

    def fit(model, recipe, images, seed, viewer):
        seen.append((recipe.pen_digits, recipe.pen_others))
        yield from ()

    monkeypatch.setattr(training, "fit", fit)
    output = tmp_path / "x.safetensors"
    list(training.train(SMALL, output, dataset="fashion-mnist", device="cpu"))
    assert seen == [(0, 0)]
    assert weights.load(output)[1].dataset == "fashion-mnist"
