"""Teaching a network somebody's own handwriting."""

import copy
from dataclasses import replace

import pytest
import torch
from torch import nn

from mnist_core.data import image_sets
from mnist_core.data.augmentation import Augmentation
from mnist_core.data.image_sets import ImageSet
from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.errors import TrainingError, WeightsError
from mnist_core.ink.drawing import parse_drawing
from mnist_core.ink.raster import stored
from mnist_core.labels import NO_DIGIT
from mnist_core.model import networks, weight_file
from mnist_core.model.calibration import read_logits
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.weight_info import Architecture
from mnist_core.training import fine_tuning, run
from mnist_core.training.progress import (
    Evaluating,
    PreviewImages,
    Progress,
    Snapshot,
    Trained,
    TrainingControl,
)
from tests.drawings import ONE, SEVEN
from tests.stubs import INFO, pictures


@pytest.fixture(autouse=True)
def few_steps(monkeypatch):
    """So few steps that the few images are enough for all of them."""
    monkeypatch.setattr(fine_tuning, "STEPS", 29)


def lessons(*pairs):
    drawings, labels = zip(*pairs, strict=True)
    return StrokeSet([parse_drawing(each) for each in drawings], labels)


def test_a_single_lesson_is_learnt_and_what_it_does_not_touch_stays(few_images, tmp_path):
    events = list(
        fine_tuning.fine_tune(weight_file.SHIPPED, lessons((SEVEN, 2)), tmp_path / "x.safetensors")
    )
    assert isinstance(events[-1], Trained)
    assert [type(each) for each in events if not isinstance(each, Progress)] == [
        Evaluating,
        Trained,
    ]
    before, after = (
        Recognizer.load(path, "cpu") for path in (weight_file.SHIPPED, tmp_path / "x.safetensors")
    )
    assert (before.read_strokes(SEVEN).digit, after.read_strokes(SEVEN).digit) == (7, 2)
    assert after.read_strokes(ONE).digit == 1
    assert after.info.recipe == fine_tuning.RECIPE
    assert after.info.calibration == before.info.calibration
    assert after.info.test_right > 980  # of the first 1,000
    old, new = (
        weight_file.load(path)[0].state_dict()
        for path in (weight_file.SHIPPED, tmp_path / "x.safetensors")
    )
    statistics = [name for name in old if "running" in name]
    assert statistics
    assert all(torch.equal(old[name], new[name]) for name in statistics)


@pytest.fixture
def batches(few_images, monkeypatch):
    """Learn nothing in any step: gives the steps' arguments of ``learn``, ink as images."""
    steps = []

    def learn(model, ink, labels, optimizer, criterion, use_bfloat16):
        assert not model.training  # the statistics of the normalization stay
        steps.append((stored(ink), labels, optimizer, criterion))
        optimizer.step()  # without gradients it does nothing
        return torch.tensor(1.0), torch.zeros(len(labels), 11)

    monkeypatch.setattr(fine_tuning, "learn", learn)
    return steps


@pytest.fixture
def shown(batches, tmp_path):
    """Fine-tune without learning: gives each step's arguments of ``learn``."""

    def fine_tune(lessons, seed=0):
        batches.clear()
        output = tmp_path / "x.safetensors"
        options = {"device": "cpu", "seed": seed}
        list(fine_tuning.fine_tune(weight_file.SHIPPED, lessons, output, **options))
        return list(batches)

    return fine_tune


@pytest.fixture
def unchanged(monkeypatch):
    monkeypatch.setattr(fine_tuning, "AUGMENTATION", Augmentation())


def parts_of(steps):
    """Own drawings, MNIST, pen digits and what is no digit, of all steps: images and labels."""
    sizes = [fine_tuning.OWN, fine_tuning.MNIST, fine_tuning.PENS, fine_tuning.OTHERS]
    ink = [images.split(sizes) for images, *_ in steps]
    labels = [labels.split(sizes) for _, labels, *_ in steps]
    joined = [map(torch.cat, zip(*each, strict=True)) for each in (ink, labels)]
    return [ImageSet(*part) for part in zip(*joined, strict=True)]


def test_each_step_rehearses_what_the_network_could_before(shown, unchanged):
    steps = shown(lessons((SEVEN, 2), (ONE, 1)))
    assert len(steps) == fine_tuning.STEPS
    own, mnist, pens, others = parts_of(steps)
    model, _ = weight_file.load(weight_file.SHIPPED)
    assert torch.bincount(own.labels).tolist() == [0, 174, 174]
    ones = own.take((own.labels == 1).nonzero()[:, 0])
    sevens = own.take((own.labels == 2).nonzero()[:, 0])
    assert (read_logits(model, ones.images).argmax(dim=1) == 1).float().mean() > 0.9
    assert (read_logits(model, sevens.images).argmax(dim=1) == 7).float().mean() > 0.9
    training, held_back = image_sets.split_validation(image_sets.load("mnist", train=True))
    assert len(pictures(mnist)) == len(mnist)  # none is shown twice
    assert pictures(mnist) < pictures(training)
    assert not pictures(mnist) & pictures(held_back)
    for part, labels in ((pens, range(10)), (others, [NO_DIGIT])):
        assert part.labels.unique().tolist() == list(labels)
        assert (read_logits(model, part.images).argmax(dim=1) == part.labels).float().mean() > 0.97
        assert len(pictures(part)) == len(part)


def test_what_is_shown_is_augmented(shown):
    _, mnist, _, _ = parts_of(shown(lessons((SEVEN, 2))))
    training = image_sets.load("mnist", train=True)
    assert not pictures(mnist) & pictures(training)


def test_a_seed_says_all_that_is_shown(shown, unchanged):
    one, again, other = (parts_of(shown(lessons((SEVEN, 2)), seed)) for seed in (1, 1, 2))
    for of_one, of_again, of_other in zip(one, again, other, strict=True):
        assert torch.equal(of_one.images, of_again.images)
        assert not torch.equal(of_one.images, of_other.images)


def test_a_place_that_can_not_be_written_to_is_refused_before_it_begins(tmp_path):
    steps = fine_tuning.fine_tune(tmp_path / "none", lessons((SEVEN, 7)), tmp_path)
    with pytest.raises(WeightsError, match="can't be written"):
        next(steps)


def test_it_learns_in_small_steps_that_fall_to_nothing(batches, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)  # an event for each step
    events = fine_tuning.fine_tune(
        weight_file.SHIPPED, lessons((SEVEN, 2)), tmp_path / "x", device="cpu"
    )
    rates = [event.learning_rate for event in events if isinstance(event, Progress)]
    # An event tells the rate of the step to come.
    expected = [fine_tuning.LEARNING_RATE * (1 - step / 29) for step in range(1, 30)]
    assert rates == pytest.approx(expected, abs=1e-9)
    _, _, optimizer, criterion = batches[0]
    assert optimizer.param_groups[0]["initial_lr"] == fine_tuning.LEARNING_RATE
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0, abs=1e-9)
    logits = torch.tensor([[2.0, 1.0, 0.0]])
    expected = nn.functional.cross_entropy(logits, torch.tensor([0]), label_smoothing=0.05)
    assert torch.equal(criterion(logits, torch.tensor([0])), expected)


def test_what_is_written_is_the_mean_of_the_weights_before_and_after(
    few_images, tmp_path, monkeypatch
):
    def fit(model, parts, seed):
        with torch.no_grad():
            model.classifier.bias += 1
        yield from ()

    monkeypatch.setattr(fine_tuning, "fit", fit)
    output = tmp_path / "x.safetensors"
    list(fine_tuning.fine_tune(weight_file.SHIPPED, lessons((SEVEN, 7)), output, device="cpu"))
    before, after = (
        weight_file.load(path)[0].state_dict() for path in (weight_file.SHIPPED, output)
    )
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert changed == ["classifier.bias"]
    assert torch.allclose(after["classifier.bias"], before["classifier.bias"] + 0.5)


def test_fine_tuning_ends_at_once_when_it_is_asked_to_finish(batches, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)  # an event for each step
    control, progress, others = TrainingControl(), [], []
    for event in fine_tuning.fine_tune(
        weight_file.SHIPPED, lessons((SEVEN, 7)), tmp_path / "x", device="cpu", control=control
    ):
        (progress if isinstance(event, Progress) else others).append(event)
        control.finishing = len(progress) >= 4
    assert len(batches) == len(progress) == 5
    assert (progress[-1].step, progress[-1].fraction) == (5, 1)
    assert [type(each) for each in others if not isinstance(each, Snapshot)] == [
        PreviewImages,
        Evaluating,
        Trained,
    ]


def test_of_the_weights_before_and_after_the_least_share_that_reads_the_lessons_is_taken():
    before = networks.build(Architecture("convolutional", width=2)).eval()
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
        mean = fine_tuning._mean(before, after, taught)
        assert mean.classifier.bias[2].item() == pytest.approx(share * strength)
    assert before.classifier.bias[2].item() == 0


@pytest.mark.parametrize(
    "changes", [{"architecture": Architecture("simple")}, {"dataset": "fashion-mnist"}], ids=str
)
def test_a_network_that_can_learn_no_handwriting_is_refused(tmp_path, changes):
    info = replace(INFO, **changes)
    weight_file.save(networks.build(info.architecture), info, tmp_path / "other.safetensors")
    steps = fine_tuning.fine_tune(
        tmp_path / "other.safetensors", lessons((SEVEN, 7)), tmp_path / "x"
    )
    with pytest.raises(TrainingError, match="choose another model first"):
        list(steps)
