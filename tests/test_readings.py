"""Reads what visitors draw; drawings that come at the same time go through a network together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

from mnist_core.data.pen_styles import sample_digits
from mnist_core.errors import DrawingError, MnistCoreError, PictureError
from mnist_core.ink.pictures import see_picture
from mnist_core.model import weight_file
from mnist_core.model.reading import BLANK
from mnist_core.model.recognizer import Recognizer
from mnist_core.service import readings as readings_module
from mnist_core.service.network_address import ADDRESS
from mnist_core.service.picture_process import PictureProcesses
from mnist_core.service.readings import PICTURES_AT_ONCE, PadContent, ReadingService, SecondReading
from mnist_core.service.workspace import BUILT_IN
from mnist_core.web.pad.examples import strokes_from_segments
from mnist_core.web.reading.component import refused, shown
from tests.drawings import ONE, SEVEN, circle
from tests.stubs import ANNA, BEN, CARL, reader

PATIENCE = 30  # s
PICTURE = PadContent([], Path("x.png"))


@pytest.fixture
def server(make_server):
    return make_server(public=True)


def submit(server, drawing, visitor=ANNA):
    return server.service.readings.submit(visitor, PadContent(drawing, None))


def hold_up(server, monkeypatch):
    """Let no models be looked up before the second event; the first says that some shall be."""
    begun, may_go_on = threading.Event(), threading.Event()
    find = server.service.workspaces.find

    def wait_and_find(visitor):
        begun.set()
        assert may_go_on.wait(PATIENCE)
        return find(visitor)

    monkeypatch.setattr(server.service.workspaces, "find", wait_and_find)
    return begun, may_go_on


def submit_while_one_is_read(server, monkeypatch, names):
    """Submit a drawing for each name, which have to wait for the end of a batch."""
    begun, may_go_on = hold_up(server, monkeypatch)
    submit(server, ONE, CARL)
    assert begun.wait(PATIENCE)
    futures = [submit(server, ONE, name) for name in names]
    return futures, may_go_on


def test_each_of_many_at_once_gets_the_reading_of_its_own_drawing(make_server):
    built_in = Recognizer.load(weight_file.SHIPPED, "cpu")
    server = make_server(built_in)
    sample = sample_digits(100, torch.Generator().manual_seed(0))
    drawings = [strokes_from_segments(segments) for segments in sample.segments]
    with ThreadPoolExecutor(16) as callers:
        answers = callers.map(lambda each: submit(server, each).result(PATIENCE), drawings)
        for drawing, answer in zip(drawings, answers, strict=True):
            alone = built_in.read_strokes(drawing)
            assert answer.reading.probabilities == pytest.approx(alone.probabilities, abs=1e-4)


def test_drawings_that_wait_together_are_read_by_each_visitors_models_in_one_batch_a_model(
    server, monkeypatch
):
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.workspace.read_beside(BUILT_IN)
    batches, read_each = [], Recognizer.read_each

    def note(model, drawings):
        batches.append((model, len(drawings)))
        return read_each(model, drawings)

    monkeypatch.setattr(Recognizer, "read_each", note)
    names = (ANNA, BEN, ANNA, BEN)
    futures, may_go_on = submit_while_one_is_read(server, monkeypatch, names)
    may_go_on.set()
    first, second, third, fourth = (future.result(PATIENCE) for future in futures)
    assert sorted(count for _, count in batches) == [1, 2, 4]
    assert (server.built_in, 4) in batches
    assert (anna.reads_with, 2) in batches
    for answer in (first, third):
        assert answer.second.name == "Built-in model"
        assert answer.second.reading.digit == 7
        assert answer.reading.probabilities != answer.second.reading.probabilities
    for answer in (second, fourth):
        assert (answer.reading.digit, answer.second) == (7, None)


def test_the_models_of_one_visitor_are_looked_up_once_for_a_batch(server, monkeypatch):
    looked_up, find = [], server.service.workspaces.find
    futures, may_go_on = submit_while_one_is_read(server, monkeypatch, [ANNA] * 3)
    monkeypatch.setattr(
        server.service.workspaces,
        "find",
        lambda visitor: looked_up.append(visitor) or find(visitor),
    )
    may_go_on.set()
    assert [future.result(PATIENCE).reading.digit for future in futures] == [7] * 3
    assert looked_up == [ANNA]


def test_a_visitor_whose_models_cannot_be_had_is_told_and_those_beside_are_read(
    server, monkeypatch
):
    server.person(ANNA).corrections.add(SEVEN, 7)
    server.person(ANNA).workspace.candidates.folder.write_text("in the way")
    futures, may_go_on = submit_while_one_is_read(server, monkeypatch, (BEN, ANNA, CARL))
    may_go_on.set()
    with pytest.raises(MnistCoreError, match="can't be read"):
        futures[1].result(PATIENCE)
    assert [futures[index].result(PATIENCE).reading.digit for index in (0, 2)] == [7, 7]


def test_a_drawing_that_is_none_is_refused_and_those_beside_it_are_read(server):
    futures = [submit(server, SEVEN)]
    with pytest.raises(DrawingError):
        submit(server, "junk")
    futures += [submit(server, drawing) for drawing in ([], ONE)]
    assert futures[0].result(PATIENCE).reading.digit == 7
    assert futures[1].result(PATIENCE).reading.state == "blank"
    assert futures[2].result(PATIENCE).reading.digit == 7


def test_a_picture_that_is_none_is_refused(server, tmp_path):
    (tmp_path / "x.png").write_text("junk")
    with pytest.raises(PictureError):
        server.service.readings.read(ANNA, PadContent([], tmp_path / "x.png"))


def drawn(strokes):
    """A picture of a drawing, black on white."""
    image = Image.new("L", (280, 280), 255)
    for stroke in strokes:
        ImageDraw.Draw(image).line([tuple(point) for point in stroke], fill=0, width=16)
    return image


@pytest.mark.parametrize("content", [PadContent(SEVEN, None), PICTURE], ids=["drawing", "picture"])
def test_when_too_much_waits_the_next_is_refused_and_the_others_are_read(
    server, monkeypatch, content
):
    points = sum(len(stroke) for stroke in SEVEN)
    monkeypatch.setattr(readings_module, "POINTS_WAITING", 6 * (1 + points))
    monkeypatch.setattr(readings_module, "PICTURES_WAITING", 6)
    monkeypatch.setattr(PictureProcesses, "see", lambda self, picture: see_picture(drawn(SEVEN)))
    service = server.service
    readings = ReadingService(service.workspaces, service.recognizers, service.trainings)
    _, may_go_on = hold_up(server, monkeypatch)
    futures = [readings.submit(ANNA, content) for _ in range(3)]
    with pytest.raises(MnistCoreError, match="Too many people are drawing just now"):
        readings.submit(ANNA, content)
    may_go_on.set()
    assert [future.result(PATIENCE).reading.digit for future in futures] == [7] * 3
    assert readings.submit(ANNA, content).result(PATIENCE).reading.digit == 7


def test_pictures_of_many_who_send_them_at_once_are_decoded_a_few_at_a_time(server, monkeypatch):
    at_work, most, lock = [0], [0], threading.Lock()
    all_at_work = threading.Barrier(PICTURES_AT_ONCE)

    def see(self, picture):
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        all_at_work.wait(PATIENCE)
        with lock:
            at_work[0] -= 1
        yield from ()

    monkeypatch.setattr(PictureProcesses, "see", see)
    futures = [server.service.readings.submit(ANNA, PICTURE) for _ in range(10)]
    assert all(future.result(PATIENCE).reading is BLANK for future in futures)
    assert most[0] == PICTURES_AT_ONCE == 2


def test_a_second_model_reads_the_same_for_who_asked_for_it_alone(server):
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.workspace.read_beside(BUILT_IN)  # beside the one just trained
    first, second = submit(server, SEVEN), submit(server, circle(), BEN)
    beside = first.result(PATIENCE).second
    assert (beside.name, beside.reading.digit, beside.dataset) == ("Built-in model", 7, "mnist")
    assert second.result(PATIENCE).second is None


def test_a_kept_model_reads_beside_under_its_own_name_until_it_is_deleted(server):
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.keep()
    [kept] = anna.models
    anna.workspace.models.rename(kept.id, "Mine")
    anna.workspace.use(BUILT_IN)
    assert anna.read().second is None
    anna.workspace.read_beside(kept.id)
    answer = anna.read()
    assert (answer.reading.digit, answer.second.name) == (7, "Mine")
    assert answer.second.reading.probabilities != answer.reading.probabilities
    anna.workspace.delete(kept.id)
    assert anna.read().second is None


def test_a_picture_is_read_by_both_models(server, monkeypatch):
    seen_again = []

    def see(self, picture):
        yield "a first stage"
        yield "another one"

    def read_seen(model, stages):
        if model is server.built_in:
            seen_again.extend(stages)
        else:
            next(iter(stages))
        return replace(BLANK, confidence=1.0 if model is server.built_in else 0.5)

    monkeypatch.setattr(PictureProcesses, "see", see)
    monkeypatch.setattr(Recognizer, "read_seen", read_seen)
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.workspace.read_beside(BUILT_IN)
    answer = server.service.readings.read(ANNA, PICTURE)
    assert (answer.reading.confidence, answer.second.reading.confidence) == (0.5, 1.0)
    assert seen_again == ["a first stage", "another one"]


def test_an_answer_names_the_data_set_that_each_model_was_trained_on(make_server):
    clothes = reader(d7=30.0)
    clothes.info = replace(clothes.info, dataset="fashion-mnist")
    server = make_server(clothes)
    anna = server.person(ANNA)
    assert anna.read().dataset == "fashion-mnist"
    anna.train()
    server.jobs[0].succeed()
    anna.workspace.read_beside(BUILT_IN)
    answer = anna.read()
    assert (answer.dataset, answer.second.dataset) == ("mnist", "fashion-mnist")


def test_what_a_model_of_clothes_reads_has_their_names_and_is_not_kept_as_a_digit(server):
    content = PadContent(SEVEN, None)
    read = server.person(ANNA).read()
    digits = SecondReading("Other", read.reading, "mnist")
    value = shown(replace(read, dataset="fashion-mnist", second=digits), content)
    assert (value["answer"], value["other"]["answer"]) == ("Sneaker", "7")
    assert not value["correctable"]
    clothes = SecondReading("Other", read.reading, "fashion-mnist")
    value = shown(replace(read, second=clothes), content)
    assert (value["answer"], value["other"]["answer"]) == ("7", "Sneaker")
    assert value["correctable"]


def test_of_a_cleared_pad_no_second_model_says_anything(server):
    blank = server.person(ANNA).read([])
    second = SecondReading("Other", blank.reading, "mnist")
    assert shown(replace(blank, second=second), PadContent([], None))["other"] is None


def test_a_drawing_is_watched_while_a_training_of_its_visitor_is_on(server):
    anna, ben = server.people(ANNA, BEN)
    readings = server.service.readings
    readings.watch(ANNA, anna.read())
    assert not anna.read().is_watched
    anna.train()
    answer = anna.read()
    assert answer.is_watched
    readings.watch(ANNA, answer)
    readings.watch(ANNA, anna.read([]))
    readings.watch(BEN, ben.read())
    shown_to_it, blank = server.jobs[0].watched
    assert shown_to_it is answer.reading.ink
    assert blank is None


def test_the_number_of_a_drawing_comes_back_with_its_reading_or_its_refusal(server):
    content = PadContent(SEVEN, None, 12)
    assert shown(server.service.readings.read(ANNA, content), content)["drawing"] == 12
    assert refused(DrawingError("No."), content)["drawing"] == 12


def from_address(address, act, *arguments):
    """Do something as if a request from an address asked for it."""
    context = copy_context()
    context.run(ADDRESS.set, address)
    return context.run(act, *arguments)


def test_who_sends_much_from_one_address_leaves_others_their_turn(server, monkeypatch):
    read, read_each = [], Recognizer.read_each

    def note(model, drawings):
        read.extend(drawing[0][0][0] for drawing in drawings)
        return read_each(model, drawings)

    monkeypatch.setattr(Recognizer, "read_each", note)
    monkeypatch.setattr(readings_module, "DRAWINGS_AT_ONCE", 2)
    service = server.service
    readings = ReadingService(service.workspaces, service.recognizers, service.trainings)
    begun, may_go_on = hold_up(server, monkeypatch)

    def submit_at(x):
        return readings.submit(ANNA, PadContent([[[x, 0], [9, 9]]], None))

    submit_at(0)
    assert begun.wait(PATIENCE)
    futures = [from_address("10.0.0.1", submit_at, x) for x in (1, 1, 1, 1)]
    futures += [from_address("10.0.0.2", submit_at, 2)]
    may_go_on.set()
    for future in futures:
        future.result(PATIENCE)
    assert read == [0, 1, 2, 1, 1, 1]


def test_who_waits_beside_scribbles_waits_for_one_of_them(server, monkeypatch):
    batches, read_each = [], Recognizer.read_each

    def note(model, drawings):
        batches.append([len(drawing[0]) for drawing in drawings])
        return read_each(model, drawings)

    monkeypatch.setattr(Recognizer, "read_each", note)
    begun, may_go_on = hold_up(server, monkeypatch)
    scribble = [[[index * 0.3 % 280, index % 200] for index in range(1900)]]
    futures = [submit(server, ONE)]
    assert begun.wait(PATIENCE)
    futures += [submit(server, drawing) for drawing in (ONE, scribble, scribble, ONE)]
    may_go_on.set()
    for future in futures:
        future.result(PATIENCE)
    assert batches == [[2], [2, 1900], [1900, 2]]


def test_from_one_address_half_of_what_may_wait_can_come(server, monkeypatch):
    points = sum(len(stroke) for stroke in SEVEN)
    monkeypatch.setattr(readings_module, "POINTS_WAITING", 4 * (1 + points))
    service = server.service
    readings = ReadingService(service.workspaces, service.recognizers, service.trainings)
    _, may_go_on = hold_up(server, monkeypatch)

    def submit_from(address):
        return from_address(address, readings.submit, ANNA, PadContent(SEVEN, None))

    futures = [submit_from("10.0.0.1") for _ in range(2)]
    with pytest.raises(MnistCoreError, match="Too many people"):
        submit_from("10.0.0.1")
    futures += [submit_from("10.0.0.2") for _ in range(2)]
    may_go_on.set()
    assert [future.result(PATIENCE).reading.digit for future in futures] == [7] * 4


def test_of_a_scribble_two_thousand_points_are_drawn(server, monkeypatch):
    drawn, read_each = [], Recognizer.read_each

    def note(model, drawings):
        drawn.extend(len(stroke) for drawing in drawings for stroke in drawing)
        return read_each(model, drawings)

    monkeypatch.setattr(Recognizer, "read_each", note)
    scribble = [[[x * 37 % 280, x * 101 % 280] for x in range(20_000)]]
    submit(server, scribble).result(PATIENCE)
    assert 1_000 < drawn[0] <= 2_100


def test_a_picture_that_is_being_read_when_the_server_closes_holds_nothing_up(server, tmp_path):
    path = tmp_path / "seven.png"
    Image.new("L", (28, 28), 255).save(path)
    service = server.service
    assert service.readings.read(ANNA, PadContent([], path)).reading.state == "blank"
    server.close()
    with pytest.raises(MnistCoreError, match="shutting down"):
        service.readings.submit(ANNA, PadContent([], path))
