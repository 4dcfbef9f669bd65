"""The panel's own way to see how a training goes, over HTTP."""

import json
from dataclasses import replace

import pytest

from mnist_core.service.training_queue import TrainingQueue
from mnist_core.training.progress import Progress
from mnist_core.web.training.panel import LONGEST_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS
from tests.browser.stub_runs import UNDER_WAY
from tests.pages import Visit, client_of, is_one_sentence
from tests.stubs import ANNA, BEN


@pytest.fixture
def visit(tmp_path):
    return Visit(tmp_path, public=True, visitor=ANNA)


def retrain(visit):
    settings = ["fast", None, None, None, None, "mnist", 0]
    return visit.fire("retrain", "click", {"strokes": "[]"}, *settings)


def look(visit, name=ANNA, **more):
    """Ask as the panel does."""
    asked = {"visitor": visit.page.names.sign(name), "hidden": False, **more}
    return post(visit, json=asked)


def post(visit, **content):
    visit.client = getattr(visit, "client", None) or client_of(visit.page)
    return visit.client.post("/training", **content)


def under_way(visit, **changes):
    retrain(visit)
    job = visit.jobs[-1]
    job.status = replace(job.status, state="training", **UNDER_WAY | changes)
    return job


def test_who_trains_sees_how_it_goes_and_nobody_else_does(visit):
    under_way(visit)
    seen = look(visit).json()
    assert (seen["state"], seen["percent"], seen["drawing"]["digit"]) == ("training", 60.0, "7")
    assert look(visit, BEN).json()["state"] == "idle"


def test_it_is_what_the_page_is_shown_otherwise(visit):
    under_way(visit)
    shown = visit.fire("panel", "run_changed")["panel"]
    del shown["visitor"]  # the page holds it already
    assert look(visit).json() == json.loads(json.dumps(shown))


def test_the_test_images_are_sent_to_who_lacks_them(visit):
    under_way(visit)
    lacking, having = (look(visit, has_ink=has).json()["samples"] for has in (False, True))
    assert all(len(each["ink"]) > 1000 for each in lacking)
    assert having == [{"label": each["label"], "read": each["read"]} for each in lacking]


@pytest.mark.parametrize("hidden", [False, True])
def test_who_looks_keeps_its_place(visit, monkeypatch, hidden):
    looks = []
    monkeypatch.setattr(
        TrainingQueue, "look", lambda self, owner, *, hidden=False: looks.append(hidden)
    )
    look(visit, hidden=hidden)
    assert looks == [hidden]


def test_a_stranger_without_a_name_is_told_to_reload(visit):
    answer = post(visit, json={"visitor": "anna.forged"})
    assert answer.status_code == 403
    assert is_one_sentence(answer.json()["error"])


@pytest.mark.parametrize("body", ["", "[", "7", "[]", "[" * 10_000, b"\xff"])
def test_a_request_that_makes_no_sense_is_refused_in_one_sentence(visit, body):
    answer = post(visit, content=body)
    assert answer.status_code == 400
    assert is_one_sentence(answer.json()["error"])


def test_who_waits_looks_less_often_the_longer_the_queue(tmp_path):
    visit, values = Visit(tmp_path, public=True), []
    for number in range(20):
        visit.visitor = f"visitor-{number:012}"
        values.append(retrain(visit)["panel"]["again"])
    assert values[0] == SECONDS_BETWEEN_LOOKS
    assert values == sorted(values)
    assert values[1] > values[0]
    assert values[-1] == LONGEST_BETWEEN_LOOKS


@pytest.mark.parametrize(("left", "again"), [(5.0, 0.25), (100.0, 0.5), (1000.0, 1.0)])
def test_a_long_training_is_looked_at_less_often_than_a_short_one(visit, left, again):
    under_way(visit, progress=Progress(0.1, 1, 9, 1, 10, 100.0, left, 0.3, 0.9, 0.01))
    assert look(visit).json()["again"] == again


def test_of_a_folder_that_can_not_be_read_any_more_the_page_is_told(tmp_path, caplog):
    visit = Visit(tmp_path, public=True, visitor=ANNA)
    visit.client = client_of(visit.page)
    look(visit)
    (tmp_path / "visitors").write_text("no folder")
    looked = look(visit)
    assert (looked.status_code, looked.headers["x-refused"]) == (503, "1")
    assert is_one_sentence(looked.json()["error"])
    for name, event in (("stop", "click"), ("shelf", "input")):
        function = visit.find(name, event)
        values = [None] * (len(function.inputs) - 1)
        called = visit.client.post(
            "/gradio_api/run/predict",
            json={
                "data": [*values, visit.page.names.sign(ANNA)],
                "fn_index": function._id,
                "session_hash": "a",
            },
        )
        assert called.status_code == 400
        assert called.json() == looked.json()
    assert "Traceback" not in caplog.text
