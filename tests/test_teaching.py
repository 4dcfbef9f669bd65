"""Teaching a network somebody's own handwriting."""

import copy
from dataclasses import replace

import pytest
import torch

from mnist_core import models, teaching, weights
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Progress, Trained
from mnist_core.inference import Recognizer
from mnist_core.models import Architecture
from mnist_core.stroke_sets import StrokeSet
from mnist_core.strokes import parse_drawing
from tests.drawings import ONE, SEVEN
from tests.test_weights import INFO


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


def test_a_network_that_can_learn_no_handwriting_is_refused(tmp_path):
    simple = models.build(Architecture("simple"))
    info = replace(INFO, architecture=Architecture("simple"))
    weights.save(simple, info, tmp_path / "simple.safetensors")
    steps = teaching.teach(tmp_path / "simple.safetensors", lessons((SEVEN, 7)), tmp_path / "x")
    with pytest.raises(TrainingError, match="choose another model first"):
        list(steps)
