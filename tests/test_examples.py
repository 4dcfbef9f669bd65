"""Claims about the ready drawings of the pad's button."""

from collections import Counter

import pytest
import torch

import app
from mnist_core.model import weight_file
from mnist_core.model.recognizer import Recognizer
from mnist_core.web.pad.examples import (
    LEAST_CONFIDENCE,
    ORDINARY_STYLES,
    example_drawing,
    strokes_from_segments,
)
from tests.pages import client_of
from tests.stubs import StubJob, reader


@pytest.fixture(scope="module")
def shipped():
    return Recognizer.load(weight_file.SHIPPED, "cpu")


def test_a_seed_says_all_and_without_one_each_example_is_another(shipped):
    assert example_drawing(shipped, 1) == example_drawing(shipped, 1)
    assert example_drawing(shipped) != example_drawing(shipped)


def test_every_example_is_read_with_confidence_as_the_digit_that_it_is(shipped):
    for seed in range(200):
        example = example_drawing(shipped, seed)
        reading = shipped.read_strokes(example.strokes)
        assert (reading.state, reading.digit) == ("sure", example.digit), seed
        assert reading.confidence >= LEAST_CONFIDENCE, seed


def test_examples_are_of_all_digits_each_in_several_styles(shipped):
    digits = Counter(example_drawing(shipped, seed).digit for seed in range(200))
    assert len(digits) == 10
    assert min(digits.values()) >= 8
    assert min(Counter(style[0] for style in ORDINARY_STYLES).values()) >= 5


def test_where_the_network_reads_nothing_rightly_there_is_an_example_too():
    example = example_drawing(reader(d10=30.0), 1)
    assert all(len(point) == 2 for stroke in example.strokes for point in stroke)


def test_the_route_answers_a_drawing_and_its_digit(shipped):
    with client_of(app.build_demo(shipped, make_job=StubJob)) as client:
        example = client.get("/example").json()
    assert shipped.read_strokes(example["strokes"]).digit == example["digit"]


def test_segments_that_meet_become_one_stroke_and_repeated_ones_are_left_out():
    segments = torch.tensor([[0, 0, 1, 1], [1, 1, 2, 0], [5, 5, 6, 6], [5, 5, 6, 6]])
    assert strokes_from_segments(segments.float()) == [[[0, 0], [1, 1], [2, 0]], [[5, 5], [6, 6]]]
