"""What the training panel shows: curves, the drawing, test images, and the comparison."""

import base64
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from mnist_core.inference import BLANK
from mnist_core.web.reading import other_value, reading_correction, reading_value
from mnist_core.web.studio import Score, View
from mnist_core.web.training_panel import (
    POINTS_AT_MOST,
    curves_value,
    drawing_value,
    gate_value,
    panel_value,
    sample_value,
)

SCORE = Score(0.9966, 0.9953, 0.9976)
SEVEN = replace(
    BLANK, state="sure", digit=7, probabilities=(0.0,) * 7 + (0.9, 0.1, 0.0), candidates=(7,)
)


@dataclass
class Point:
    fraction: float
    loss: float = 1.0
    accuracy: float = 0.5
    validation: float | None = None


def idle():
    return View(
        status=None, number=0, mine=True, before=None, trained=None, message="", in_use=SCORE,
        model_id=1,
    )  # fmt: skip


def test_before_a_run_there_are_no_curves():
    assert curves_value([]) is None


def test_curves_are_of_fractions_and_percent_and_skip_what_was_not_measured():
    history = [Point(0.1, 2.0, 0.25), Point(0.2, float("nan"), 0.5, validation=0.75)]
    assert curves_value(history) == {
        "loss": [[0.1, 2.0]],
        "accuracy": [[0.1, 25.0], [0.2, 50.0]],
        "validation": [[0.2, 75.0]],
    }


@pytest.mark.parametrize("count", [1, 299, 300, 301, 599, 600, 601, 12_345])
def test_a_long_run_is_thinned_out_and_keeps_its_first_and_last_point(count):
    curve = curves_value([Point(i / count) for i in range(count)])["loss"]
    assert min(count, POINTS_AT_MOST / 2) <= len(curve) <= POINTS_AT_MOST
    assert curve[0][0] == 0
    assert curve[-1][0] == pytest.approx((count - 1) / count, abs=1e-4)
    assert curve == sorted(curve)


@pytest.mark.parametrize("convert", [torch.from_numpy, np.asarray])
def test_test_images_travel_as_their_bytes(convert):
    ink = np.arange(2 * 28 * 28).astype(np.uint8).reshape(2, 28, 28)
    first, second = sample_value(convert(ink), torch.tensor([7, 1]), torch.tensor([7, 4]))
    assert base64.b64decode(second["ink"]) == ink[1].tobytes()
    assert (first["label"], first["read"]) == (7, 7)
    assert (second["label"], second["read"]) == (1, 4)


def test_test_images_that_are_not_read_yet_say_so():
    assert sample_value(np.zeros((1, 28, 28)), [3])[0]["read"] is None


def test_before_anything_is_drawn_the_panel_asks_for_a_drawing():
    for reading in (None, BLANK):
        value = drawing_value(reading)
        assert value["digit"] == ""
        assert value["probabilities"] == [0.0] * 10
        assert value["note"].startswith("Draw something")


def test_a_drawing_is_shown_as_its_most_probable_digit_whatever_the_state():
    notes = set()
    for state in ("sure", "unsure", "not-a-digit"):
        value = drawing_value(replace(SEVEN, state=state))
        assert value["digit"] == "7"
        assert value["probabilities"][7] == 0.9
        notes.add(value["note"])
    assert len(notes) == 3


def test_what_is_not_given_is_not_shown():
    value = panel_value(idle())
    assert (value["curves"], value["drawing"], value["gate"]) == (None, None, None)
    assert value["samples"] == []


def test_what_is_given_is_shown():
    gate = gate_value("Better.", "better", [("Your corrections", "1 of 3", "3 of 3")])
    value = panel_value(idle(), gate=gate, curves=curves_value([Point(0.5)]))
    assert value["gate"]["rows"][0]["after"] == "3 of 3"
    assert value["curves"]["loss"] == [[0.5, 1.0]]


def test_a_reading_carries_what_the_page_adds_to_it():
    value = reading_value(
        SEVEN, correctable=True, saved="Saved as 7.", names=["Bag"] * 10,
        other=other_value("My model", SEVEN),
    )  # fmt: skip
    assert (value["correctable"], value["saved"]) == (True, "Saved as 7.")
    assert value["names"] == ["Bag"] * 10
    assert (value["other"]["name"], value["other"]["answer"]) == ("My model", "7")
    assert reading_value(SEVEN)["other"] is None


@pytest.mark.parametrize(
    "junk",
    [None, "7", {}, {"correction": "7"}, {"correction": 10}, {"correction": True}],
)
def test_a_correction_that_is_no_digit_is_none(junk):
    assert reading_correction(junk) is None


def test_a_correction_is_a_digit():
    assert reading_correction({"correction": 0, "serial": 1}) == 0
