"""What the training panel shows: curves, the drawing, test images, and what came of it."""

import base64
from dataclasses import replace

import numpy as np
import pytest
import torch

from mnist_core.service.readings import SecondReading
from mnist_core.training.job import JobStatus
from mnist_core.training.progress import PreviewImages, Progress, Snapshot
from mnist_core.web.figures import duration
from mnist_core.web.reading.component import reading_correction, reading_value, second_value
from mnist_core.web.training.panel import (
    curves_value,
    drawing_value,
    panel_value,
    sample_value,
)
from tests.stubs import SEVEN_READ as SEVEN
from tests.stubs import Point, comparison, idle


def test_before_a_run_there_are_no_curves():
    assert curves_value([]) is None


def test_curves_are_of_fractions_and_percent_and_skip_what_was_not_measured():
    history = [Point(0.1, 2.0, 0.25), Point(0.2, float("nan"), 0.5, validation=0.75)]
    assert curves_value(history) == {
        "loss": [[0.1, 2.0]],
        "accuracy": [[0.1, 25.0], [0.2, 50.0]],
        "validation": [[0.2, 75.0]],
    }


def test_the_curves_of_a_run_that_is_ended_early_fill_their_axis():
    steps = [Progress(i / 100, 1, 1, i, 100, 1_000.0, 1.0, 0.3, 0.9, 0.01) for i in range(1, 31)]
    status = JobStatus()
    for progress in [*steps, replace(steps[-1], fraction=0.75), replace(steps[-1], fraction=1.0)]:
        status = status.after(progress)
        curve = panel_value(idle(status=status))["curves"]["loss"]
        assert curve[-1][0] == pytest.approx(progress.fraction, abs=1e-4)


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
    value = drawing_value(None)
    assert value["digit"] == ""
    assert value["probabilities"] == [0.0] * 10
    assert value["note"].startswith("Draw something")


def test_a_drawing_is_shown_as_its_most_probable_digit():
    sure, unsure = (
        drawing_value([0.0] * 7 + [0.95, 0.05, 0.0]),
        drawing_value([0.0] * 7 + [0.6, 0.4, 0.0]),
    )
    assert sure["digit"] == unsure["digit"] == "7"
    assert unsure["probabilities"][7] == 0.6
    assert unsure["note"] != sure["note"]


def test_before_a_run_nothing_of_one_is_shown():
    value = panel_value(idle())
    assert (value["curves"], value["drawing"], value["comparison"]) == (None, None, None)
    assert value["samples"] == []
    assert value["model"].startswith("In use: Built-in model. 99.66\u00a0% of")


@pytest.mark.parametrize("state", ["stopped", "failed", "finished"])
def test_of_a_run_that_is_dropped_only_what_came_of_it_is_left(state):
    progress = Progress(0.5, 1, 2, 50, 50, 1_000.0, 12.0, 0.3, 0.9, 0.01)
    status = replace(JobStatus().after(progress), state=state, message="It broke off.")
    value = panel_value(idle(status=status))
    assert (value["state"], value["percent"], value["facts"]) == ("idle", 0.0, [])
    assert (value["curves"], value["samples"], value["comparison"]) == (None, [], None)
    assert value["failed"] == (state == "failed")


def test_who_stops_a_run_is_told_what_reads_now():
    status = replace(JobStatus(), state="stopped")
    assert panel_value(idle(status=status), before="Mine")["result"] == (
        "Canceled: nothing of this training is kept. “Mine” goes on reading."
    )


def test_who_waits_is_told_the_place_in_the_queue():
    value = panel_value(idle(status=JobStatus(), queue_position=2))
    assert value["line"] == "Waiting: number 2 in the queue. It starts by itself."
    assert value["active"]


def test_who_waited_for_a_run_that_came_to_nothing_is_told_though_there_is_no_run_to_show():
    value = panel_value(idle(message="The training can't start: free some disk space."))
    assert value["result"].startswith("The training can't start: free some disk space.")
    assert value["failed"]


def test_a_run_shows_its_curves_its_figures_and_that_it_is_finishing():
    progress = Progress(0.5, 1, 2, 50, 50, 1_000.0, 12.0, 0.3, 0.9, 0.01)
    status = replace(JobStatus().after(progress), finishing=True)
    value = panel_value(idle(status=status))
    assert value["percent"] == 50.0
    assert value["curves"]["loss"] == [[0.5, 0.3]]
    assert value["line"].endswith("Finishing.")
    assert dict(value["facts"])["Time left"] == "12 s"


def test_a_reading_carries_what_the_page_adds_to_it():
    value = reading_value(
        SEVEN,
        correctable=True,
        names=["Bag"] * 10,
        other=second_value(SecondReading("My model", SEVEN, "mnist")),
    )
    assert value["correctable"]
    assert value["names"] == ["Bag"] * 10
    assert (value["other"]["name"], value["other"]["answer"]) == ("My model", "7")
    clothes = SecondReading("My model", SEVEN, "fashion-mnist")
    assert second_value(clothes)["answer"] == "Sneaker"
    assert reading_value(SEVEN)["other"] is None


@pytest.mark.parametrize(
    "junk",
    [None, "7", {}, {"correction": "7"}, {"correction": 10}, {"correction": True}],
)
def test_a_correction_that_is_no_digit_is_none(junk):
    assert reading_correction(junk) is None


def test_a_correction_is_a_digit():
    assert reading_correction({"correction": 0, "serial": 1}) == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (80, "1 min 20 s"), (3900, "1 h 5 min")],
)
def test_a_time_is_said_in_the_units_that_matter(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("state", "percent"), [("training", 40.0), ("evaluating", 100.0), ("finished", 100.0)]
)
def test_a_run_that_is_trained_is_at_a_hundred_percent(state, percent):
    progress = Progress(0.4, 1, 1, 40, 100, 1_000.0, 1.0, 0.3, 0.9, 0.01)
    status = replace(JobStatus().after(progress), state=state)
    compared = comparison() if state == "finished" else None
    assert panel_value(idle(status=status, comparison=compared))["percent"] == percent


def test_a_run_shows_the_drawing_and_the_test_images_as_they_were_read_last():
    images = np.zeros((2, 28, 28), dtype=np.uint8)
    probabilities = (0.0,) * 7 + (0.95, 0.05, 0.0)
    status = JobStatus().after(Progress(0.4, 1, 1, 40, 100, 1_000.0, 1.0, 0.3, 0.9, 0.01))
    for event in (PreviewImages(images, (7, 1)), Snapshot(0.9, (7, 4), probabilities)):
        status = status.after(event)
    value = panel_value(idle(status=status))
    assert value["drawing"]["digit"] == "7"
    assert [(each["label"], each["read"]) for each in value["samples"]] == [(7, 7), (1, 4)]
    assert value["curves"]["validation"] == [[0.4, 90.0]]


def test_the_result_says_how_many_both_models_read_right():
    value = panel_value(
        idle(status=replace(JobStatus(), state="finished"), comparison=comparison())
    )
    assert value["result"] == (
        "New model: 99.43\u00a0% of 10,000 test images read right (95\u00a0% interval 99.26 to "
        "99.56\u00a0%). The one before: 99.66\u00a0% (99.53 to 99.76\u00a0%)."
    )
    assert value["model"] == "In use, on trial: the new model."
