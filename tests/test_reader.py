"""Reads what visitors draw; drawings that come at the same time go through a network together."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core import weights
from mnist_core.errors import DrawingError, MnistCoreError
from mnist_core.inference import BLANK, Recognizer
from mnist_core.web import reader as reader_module
from mnist_core.web.examples import example_drawing
from mnist_core.web.pad import PadContent
from mnist_core.web.reader import PICTURES_AT_ONCE, Reader, refused, shown
from mnist_core.web.studio import SHIPPED_ID, Studio
from tests.drawings import ONE, SEVEN, circle
from tests.stubs import ANNA, BEN, FAST, StubJob
from tests.stubs import reader as recognizer

PATIENCE = 30  # s


def make_studio(folder, **options):
    options = {"shipped": recognizer(d7=30.0), "start_job": StubJob, **options}
    return Studio(folder=folder, load_model=Recognizer.load, **options)


@pytest.fixture
def studio(tmp_path):
    return make_studio(tmp_path)


def submit(reader, drawing, visitor=ANNA):
    return reader.submit(visitor, PadContent(drawing, None))


def test_each_of_many_at_once_gets_the_reading_of_its_own_drawing(tmp_path):
    shipped = Recognizer.load(weights.SHIPPED, "cpu")
    reader = Reader(make_studio(tmp_path, shipped=shipped))
    drawings = [example_drawing(seed) for seed in range(100)]
    with ThreadPoolExecutor(16) as callers:
        outcomes = callers.map(lambda each: submit(reader, each).result(PATIENCE), drawings)
        for drawing, outcome in zip(drawings, outcomes, strict=True):
            alone = shipped.read_strokes(drawing)
            assert outcome.reading.probabilities == pytest.approx(alone.probabilities, abs=1e-4)


def test_a_drawing_that_is_none_is_refused_and_those_beside_it_are_read(studio):
    reader = Reader(studio)
    futures = [submit(reader, SEVEN)]
    with pytest.raises(DrawingError):
        submit(reader, "junk")
    futures += [submit(reader, drawing) for drawing in ([], ONE)]
    assert futures[0].result(PATIENCE).reading.digit == 7
    assert futures[1].result(PATIENCE).reading.state == "blank"
    assert futures[2].result(PATIENCE).reading.digit == 7


@pytest.mark.parametrize(
    "content", [PadContent(SEVEN, None), PadContent([], Path("x.png"))], ids=["drawing", "picture"]
)
def test_when_too_much_waits_the_next_is_refused_and_the_others_are_read(
    studio, monkeypatch, content
):
    points = sum(len(stroke) for stroke in SEVEN)
    monkeypatch.setattr(reader_module, "POINTS_WAITING", 3 * (1 + points))
    monkeypatch.setattr(reader_module, "PICTURES_WAITING", 3)
    monkeypatch.setattr(Recognizer, "read_picture", lambda self, picture: self.read_strokes(SEVEN))
    reader = Reader(studio)
    may_go_on = threading.Event()
    looked_up = studio.recognizer
    monkeypatch.setattr(
        studio, "recognizer", lambda visitor: may_go_on.wait(PATIENCE) and looked_up(visitor)
    )
    futures = [reader.submit(ANNA, content) for _ in range(3)]
    with pytest.raises(MnistCoreError, match="Too many people are drawing just now"):
        reader.submit(ANNA, content)
    may_go_on.set()
    assert [future.result(PATIENCE).reading.digit for future in futures] == [7] * 3
    assert reader.submit(ANNA, content).result(PATIENCE).reading.digit == 7


def test_pictures_of_many_who_send_them_at_once_are_decoded_a_few_at_a_time(studio, monkeypatch):
    at_work, most, lock = [0], [0], threading.Lock()

    def read_picture(self, picture):
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        time.sleep(0.02)
        with lock:
            at_work[0] -= 1
        return BLANK

    monkeypatch.setattr(Recognizer, "read_picture", read_picture)
    reader = Reader(studio)
    futures = [reader.submit(ANNA, PadContent([], Path("x.png"))) for _ in range(20)]
    assert all(future.result(PATIENCE).reading is BLANK for future in futures)
    assert most[0] == PICTURES_AT_ONCE


def test_a_second_model_reads_the_same_for_who_asked_for_it_alone(tmp_path):
    jobs = []

    def start_job(task, folder):
        jobs.append(StubJob(task, folder))
        return jobs[-1]

    studio = make_studio(tmp_path, public=True, start_job=start_job)
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.compare(ANNA, SHIPPED_ID)  # with the one just trained
    reader = Reader(studio)
    first, second = submit(reader, SEVEN), submit(reader, circle(), BEN)
    name, other, dataset = first.result(PATIENCE).other
    assert (name, other.digit, dataset) == ("Shipped model", 7, "mnist")
    assert second.result(PATIENCE).other is None


def test_what_a_model_of_clothes_reads_has_their_names_and_is_not_kept_as_a_digit(studio):
    read = Reader(studio).read(ANNA, PadContent(SEVEN, None))
    clothes = replace(read, dataset="fashion-mnist", other=("Other", read.reading, "mnist"))
    value = shown(clothes, PadContent(SEVEN, None))
    assert (value["answer"], value["other"]["answer"]) == ("Sneaker", "7")
    assert not value["correctable"]
    digits = replace(read, other=("Other", read.reading, "fashion-mnist"))
    value = shown(digits, PadContent(SEVEN, None))
    assert (value["answer"], value["other"]["answer"]) == ("7", "Sneaker")
    assert value["correctable"]


def test_a_drawing_is_watched_while_a_training_is_on(studio):
    reader = Reader(studio)
    assert not reader.read(ANNA, PadContent(SEVEN, None)).is_watched
    studio.train(FAST, ANNA)
    assert reader.read(ANNA, PadContent(SEVEN, None)).is_watched


def test_the_number_of_a_drawing_comes_back_with_its_reading_or_its_refusal(studio):
    content = PadContent(SEVEN, None, 12)
    assert shown(Reader(studio).read(ANNA, content), content)["drawing"] == 12
    assert refused(DrawingError("No."), content)["drawing"] == 12
