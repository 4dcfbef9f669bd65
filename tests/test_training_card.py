"""The card of the training, by its events: who may start, end and decide on a run."""

import pytest

from mnist_core.service.training_queue import TrainingQueue
from mnist_core.web.training.settings import _shown_settings
from tests.drawings import SEVEN
from tests.pages import Visit
from tests.stubs import ANNA, BEN

BLANK = {"strokes": "[]"}


def retrain(visit, recipe="fast", **changes):
    names = ("epochs", "learning_rate", "batch_size", "network")
    settings = dict(zip(names, _shown_settings(recipe), strict=True)) | changes
    return visit.fire("retrain", "click", BLANK, recipe, *settings.values(), "mnist", 0)


@pytest.fixture
def visit(tmp_path):
    return Visit(tmp_path)


def clickable(answer):
    return {name for name in ("retrain", "finish", "stop") if answer[name].interactive}


def visible(answer):
    return {name for name in ("keep", "back") if answer[name].visible}


def emphasized(answer):
    names = ("retrain", "keep", "back")
    return {each for each in names if answer[each].visible and answer[each].variant == "primary"}


def test_retrain_starts_what_is_set(visit):
    answer = retrain(visit, epochs=2, batch_size=64)
    [job] = visit.jobs
    assert (job.task.recipe.name, job.task.recipe.epochs) == ("fast", 2)
    assert job.task.recipe.batch_size == 64
    assert answer["panel"]["active"]
    assert clickable(answer) == {"finish", "stop"}


def test_what_lies_on_the_pad_is_read_by_the_network_that_learns(visit):
    visit.fire("retrain", "click", {"strokes": SEVEN}, "fast", *_shown_settings("fast"), "mnist", 0)
    [ink] = visit.jobs[0].watched
    assert ink.shape == (28, 28)
    assert ink.max() > 0


@pytest.mark.parametrize("asked", [{"recipe": "best"}, {"epochs": 11}], ids=str)
def test_on_a_public_server_a_stranger_starts_nothing_long(tmp_path, asked):
    visit = Visit(tmp_path, public=True, visitor=ANNA)
    answer = retrain(visit, **asked)
    assert visit.jobs == []
    assert answer["panel"]["setting"]["name"] in asked
    assert clickable(answer) == {"retrain"}


def test_a_setting_that_is_refused_is_told_on_this_card_and_on_no_other(visit):
    answer = retrain(visit, epochs=0)
    assert answer["panel"]["setting"]["name"] == "epochs"
    assert answer["panel"]["setting"]["sentence"].startswith("The epochs can't be 0")
    assert (answer["corrections"]["note"], answer["shelf"]["note"]) == ("", "")


def test_finish_and_stop_end_the_visitors_own_run_and_no_other(tmp_path):
    anna = Visit(tmp_path, public=True, visitor=ANNA)
    retrain(anna)
    ben = Visit(tmp_path, public=True, visitor=BEN)
    ben.page, ben.jobs = anna.page, anna.jobs
    for button in ("finish", "stop"):
        ben.fire(button, "click")
    [job] = anna.jobs
    assert (job.asked_to_finish, job.status.state) == (False, "training")
    anna.fire("finish", "click")
    assert job.asked_to_finish
    assert clickable(anna.fire("stop", "click")) == {"retrain"}
    assert job.status.state == "stopped"


def test_who_waits_may_leave_and_not_finish(tmp_path):
    anna = Visit(tmp_path, public=True, visitor=ANNA)
    retrain(anna)
    anna.visitor = BEN
    answer = retrain(anna)
    assert clickable(answer) == {"stop"}
    assert answer["stop"].value == "Leave queue"


@pytest.mark.parametrize(("right", "button"), [(8_500, "back"), (9_950, "keep")])
def test_of_keep_and_discard_the_sensible_one_is_emphasized(visit, right, button):
    assert emphasized(visit.fire("Page", "load")) == {"retrain"}
    retrain(visit)
    visit.jobs[0].succeed(right)
    answer = visit.fire("panel", "run_changed")
    assert emphasized(answer) == {button}
    assert answer["back"].value == "Discard, back to Built-in model"


def test_who_retrains_while_undecided_is_told_where_the_new_model_is(visit):
    retrain(visit)
    visit.jobs[0].succeed()
    assert visit.fire("panel", "run_changed")["in-use"].startswith("<p>On trial")
    answer = retrain(visit)
    assert answer["panel"]["note"].startswith("You had not decided on “Fast ")
    assert answer["in-use"] == "<p>Read by “Built-in model”.</p>"
    answer = visit.fire("stop", "click")
    assert "“Built-in model” goes on reading" in answer["panel"]["result"]
    assert [row["in_use"] for row in answer["shelf"]["items"]] == [True, False]


@pytest.mark.parametrize(("button", "models"), [("keep", 2), ("back", 1)])
def test_a_finished_model_is_kept_or_gone_back_from(visit, button, models):
    retrain(visit)
    visit.jobs[0].succeed()
    answer = visit.fire("panel", "run_changed")
    assert visible(answer) == {"keep", "back"}
    assert answer["panel"]["comparison"]["verdict"]
    answer = visit.fire(button, "click")
    assert visible(answer) == set()
    assert len(answer["shelf"]["items"]) == models


def test_while_a_run_is_on_only_its_own_card_is_shown_again(visit):
    retrain(visit)
    assert "corrections" not in visit.fire("panel", "run_changed")
    visit.jobs[0].stop()
    answer = visit.fire("panel", "run_changed")
    assert {"corrections", "shelf"} <= set(answer)


def test_a_page_that_is_opened_finds_the_run_again(visit):
    retrain(visit)
    answer = visit.fire("Page", "load")
    assert answer["panel"]["active"]
    assert clickable(answer) == {"finish", "stop"}


def test_the_model_that_comes_into_use_has_the_drawing_read_again(visit):
    before = visit.fire("Page", "load")["panel"]["model_id"]
    retrain(visit)
    visit.jobs[0].succeed()
    assert visit.fire("panel", "run_changed")["panel"]["model_id"] != before


def test_a_page_that_is_part_of_another_application_keeps_its_place_too(tmp_path, monkeypatch):
    looks = []
    monkeypatch.setattr(TrainingQueue, "look", lambda *_, hidden=False: looks.append(hidden))
    visit = Visit(tmp_path, public=True, visitor=ANNA)
    retrain(visit)
    visit.fire("panel", "run_changed")
    assert looks == [False]


def test_the_panel_can_say_who_asks_where_no_cookie_does(tmp_path):
    visit = Visit(tmp_path, public=True, visitor=ANNA)
    assert visit.page.names.known(retrain(visit)["panel"]["visitor"]) == ANNA


def menu(answer):
    return {name: line for line, name in answer["recipe"].choices}


def succeed(job, **changes):
    job.end(state="finished", output=job.write(), seconds=23.4, **changes)


def test_the_menu_says_what_a_recipe_has_last_taken_on_this_machine(visit):
    assert "here" not in menu(retrain(visit))["fast"]
    succeed(visit.jobs[0])
    lines = menu(visit.fire("panel", "run_changed"))
    assert ", about 23 s here" in lines["fast"]
    assert "here" not in lines["balanced"]
    assert menu(visit.fire("Page", "load")) == lines


@pytest.mark.parametrize(
    ("asked", "ended"), [({"epochs": 2}, {}), ({}, {"finishing": True})], ids=str
)
def test_a_run_that_is_not_all_of_the_recipe_does_not_tell_what_that_takes(visit, asked, ended):
    retrain(visit, **asked)
    succeed(visit.jobs[0], **ended)
    assert "here" not in menu(visit.fire("panel", "run_changed"))["fast"]


def test_a_run_on_other_images_does_not_tell_what_the_recipe_takes(visit):
    settings = [*_shown_settings("fast"), "fashion-mnist", 0]
    visit.fire("retrain", "click", BLANK, "fast", *settings)
    succeed(visit.jobs[0])
    assert "here" not in menu(visit.fire("panel", "run_changed"))["fast"]
