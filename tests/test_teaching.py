"""Teaching a network somebody's own handwriting."""

import copy
import itertools
from dataclasses import replace

import pytest
import torch
from torch import nn

from mnist_core import datasets, models, teaching, training, weights
from mnist_core.augmentation import Augmentation
from mnist_core.calibration import read_logits
from mnist_core.datasets import ImageSet
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Progress, Samples, Steering, Trained
from mnist_core.inference import Recognizer
from mnist_core.models import Architecture
from mnist_core.pen_styles import NO_DIGIT
from mnist_core.stroke_sets import StrokeSet
from mnist_core.strokes import parse_drawing
from tests.drawings import ONE, SEVEN
from tests.stubs import INFO, pictures


@pytest.fixture(autouse=True)
def few_steps(monkeypatch):
    """So few steps that the few images are enough for all of them."""
    monkeypatch.setattr(teaching, "STEPS", 29)


def lessons(*pairs):
    drawings, labels = zip(*pairs, strict=True)
    return StrokeSet([parse_drawing(each) for each in drawings], torch.tensor(labels))


def test_a_single_lesson_is_learnt_and_what_it_does_not_touch_stays(few_images, tmp_path):
    events = list(teaching.teach(weights.SHIPPED, lessons((SEVEN, 2)), tmp_path / "x.safetensors"))
    assert isinstance(events[-1], Trained)
    assert [type(each) for each in events if not isinstance(each, Progress)] == [
        Evaluating,
        Trained,
    ]
    before, after = (
        Recognizer.load(path, "cpu") for path in (weights.SHIPPED, tmp_path / "x.safetensors")
    )
    assert (before.read_strokes(SEVEN).digit, after.read_strokes(SEVEN).digit) == (7, 2)
    assert after.read_strokes(ONE).digit == 1
    assert after.info.recipe == teaching.RECIPE
    assert after.info.calibration == before.info.calibration
    assert after.info.test_right > 980  # of the first 1,000
    old, new = (each.model.state_dict() for each in (before, after))
    statistics = [name for name in old if "running" in name]
    assert statistics
    assert all(torch.equal(old[name], new[name]) for name in statistics)


@pytest.fixture
def shown(few_images, monkeypatch, tmp_path):
    """Teach without learning: gives each step's ink, labels, optimizer and loss, and the events."""

    def teach(lessons, seed=0, steering=None):
        steps = []

        def learn(model, ink, labels, optimizer, criterion, reduced):
            steps.append(((ink[:, 0] * 255).round().to(torch.uint8), labels, optimizer, criterion))
            optimizer.step()  # without gradients it does nothing
            return torch.tensor(1.0), torch.zeros(len(labels), 11)

        monkeypatch.setattr(teaching, "learn", learn)
        options = {"device": "cpu", "seed": seed, "steering": steering}
        output = tmp_path / "x.safetensors"
        return steps, list(teaching.teach(weights.SHIPPED, lessons, output, **options))

    return teach


@pytest.fixture
def unchanged(monkeypatch):
    monkeypatch.setattr(teaching, "AUGMENTATION", Augmentation())


def parts_of(steps):
    """Own drawings, MNIST, pen digits and what is no digit, of all steps: images and labels."""
    sizes = [teaching.OWN, teaching.MNIST, teaching.PENS, teaching.OTHERS]
    ink = [images.split(sizes) for images, *_ in steps]
    labels = [labels.split(sizes) for _, labels, *_ in steps]
    joined = [map(torch.cat, zip(*each, strict=True)) for each in (ink, labels)]
    return [ImageSet(*part) for part in zip(*joined, strict=True)]


def test_each_step_rehearses_what_the_network_could_before(shown, unchanged):
    steps, _ = shown(lessons((SEVEN, 2), (ONE, 1)))
    assert len(steps) == teaching.STEPS
    own, mnist, pens, others = parts_of(steps)
    model, _ = weights.load(weights.SHIPPED)
    assert torch.bincount(own.labels).tolist() == [0, 174, 174]
    ones = own.take((own.labels == 1).nonzero()[:, 0])
    sevens = own.take((own.labels == 2).nonzero()[:, 0])
    assert (read_logits(model, ones.images).argmax(dim=1) == 1).float().mean() > 0.9
    assert (read_logits(model, sevens.images).argmax(dim=1) == 7).float().mean() > 0.9
    training, held_back = datasets.split_validation(datasets.load("mnist", train=True))
    assert len(pictures(mnist)) == len(mnist)  # none is shown twice
    assert pictures(mnist) < pictures(training)
    assert not pictures(mnist) & pictures(held_back)
    for part, labels in ((pens, range(10)), (others, [NO_DIGIT])):
        assert part.labels.unique().tolist() == list(labels)
        assert (read_logits(model, part.images).argmax(dim=1) == part.labels).float().mean() > 0.97
        assert len(pictures(part)) == len(part)


def test_what_is_shown_is_augmented(shown):
    _, mnist, _, _ = parts_of(shown(lessons((SEVEN, 2)))[0])
    training = datasets.load("mnist", train=True)
    assert not pictures(mnist) & pictures(training)


def test_a_seed_says_all_that_is_shown(shown, unchanged):
    one, again, other = (parts_of(shown(lessons((SEVEN, 2)), seed)[0]) for seed in (1, 1, 2))
    for of_one, of_again, of_other in zip(one, again, other, strict=True):
        assert torch.equal(of_one.images, of_again.images)
        assert not torch.equal(of_one.images, of_other.images)


def test_it_learns_in_small_steps_that_fall_to_nothing(shown, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    rates = []

    class Meter(training.Meter):
        def after_step(self, loss, logits, labels, learning_rate, planned):
            rates.append(learning_rate)
            return super().after_step(loss, logits, labels, learning_rate, planned)

    monkeypatch.setattr(teaching, "Meter", Meter)
    _, _, optimizer, criterion = shown(lessons((SEVEN, 2)))[0][0]
    assert rates == pytest.approx(
        [teaching.LEARNING_RATE * (1 - step / 29) for step in range(29)], abs=1e-9
    )
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0, abs=1e-9)
    logits = torch.tensor([[2.0, 1.0, 0.0]])
    expected = nn.functional.cross_entropy(logits, torch.tensor([0]), label_smoothing=0.05)
    assert torch.equal(criterion(logits, torch.tensor([0])), expected)


def test_what_is_written_is_the_mean_of_the_weights_before_and_after(
    few_images, tmp_path, monkeypatch
):
    def fine_tune(model, parts, seed, viewer):
        with torch.no_grad():
            model.classifier.bias += 1
        yield from ()

    monkeypatch.setattr(teaching, "_fine_tune", fine_tune)
    output = tmp_path / "x.safetensors"
    list(teaching.teach(weights.SHIPPED, lessons((SEVEN, 7)), output, device="cpu"))
    before, after = (weights.load(path)[0].state_dict() for path in (weights.SHIPPED, output))
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert changed == ["classifier.bias"]
    assert torch.allclose(after["classifier.bias"], before["classifier.bias"] + 0.5)


def test_teaching_ends_at_once_when_it_is_asked_to_finish(shown):
    asked = itertools.count()
    steering = Steering(watched=lambda: None, finishing=lambda: next(asked) >= 4)
    steps, events = shown(lessons((SEVEN, 7)), steering=steering)
    assert len(steps) == 5
    assert isinstance(events[0], Samples)
    progress = [event for event in events if isinstance(event, Progress)]
    assert (progress[-1].step, progress[-1].fraction) == (5, 1)
    assert isinstance(events[-1], Trained)


def test_of_the_weights_before_and_after_the_least_share_that_reads_the_lessons_is_taken():
    before = models.build(Architecture("convolutional", width=2)).eval()
    taught = lessons((SEVEN, 2))
    for parameter in before.parameters():
        torch.nn.init.zeros_(parameter)
    with torch.no_grad():
        before.classifier.bias[7] = 1.0  # it reads a 7 in everything
    for strength, share in ((3.0, 0.5), (1.2, 0.5), (0.7, 0.75), (0.4, 0.75), (0.1, 1.0)):
        after = copy.deepcopy(before)
        with torch.no_grad():
            after.classifier.bias[7] = 0.0
            after.classifier.bias[2] = strength
        mean = teaching._mean(before, after, taught)
        assert mean.classifier.bias[2].item() == pytest.approx(share * strength)
    assert before.classifier.bias[2].item() == 0


@pytest.mark.parametrize(
    "changes", [{"architecture": Architecture("simple")}, {"dataset": "fashion-mnist"}], ids=str
)
def test_a_network_that_can_learn_no_handwriting_is_refused(tmp_path, changes):
    info = replace(INFO, **changes)
    weights.save(models.build(info.architecture), info, tmp_path / "other.safetensors")
    steps = teaching.teach(tmp_path / "other.safetensors", lessons((SEVEN, 7)), tmp_path / "x")
    with pytest.raises(TrainingError, match="choose another model first"):
        list(steps)
