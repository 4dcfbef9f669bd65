"""What the card of models shows, which commands it lets through, and what they do."""

import base64
import importlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.model import networks, weight_file
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.weight_info import Architecture
from mnist_core.web import downloads
from mnist_core.web.card import LONGEST_ID
from mnist_core.web.models.card import LONGEST_ASKED_NAME, models_command
from tests.pages import Visit, is_one_sentence
from tests.stubs import ANNA, BEN, INFO, JSON, reader

NAMES = st.sampled_from(["use", "compare", "download", "delete", "rename"]) | JSON
COMMANDS = st.fixed_dictionaries(
    {}, optional={"do": NAMES, "id": JSON, "name": JSON | st.text(max_size=80)}
)


@pytest.mark.parametrize(
    "command",
    [
        {"do": "use", "id": "a"},
        {"do": "compare", "id": "a"},
        {"do": "compare", "id": None},
        {"do": "download", "id": "a"},
        {"do": "delete", "id": "a"},
        {"do": "rename", "id": "a", "name": "My model"},
    ],
)
def test_a_good_command_comes_through_without_what_else_was_sent(command):
    assert models_command({"command": {**command, "more": 1}, "serial": 1}) == command


@pytest.mark.parametrize(
    "command",
    [
        None,
        {"do": "burn", "id": "a"},
        {"do": ["use"], "id": "a"},
        {"do": "use", "id": None},
        {"do": "use", "id": ""},
        {"do": "use", "id": "a" * (LONGEST_ID + 1)},
        {"do": "rename", "id": "a"},
        {"do": "rename", "id": "a", "name": 7},
        {"do": "rename", "id": "a", "name": "x" * (LONGEST_ASKED_NAME + 1)},
    ],
)
def test_a_bad_command_is_none(command):
    assert models_command({"command": command}) is None


@given(JSON | st.fixed_dictionaries({"command": JSON | COMMANDS}))
def test_junk_is_none_and_all_else_is_well_formed(payload):
    command = models_command(payload)
    if command is not None:
        assert command["do"] in ("use", "compare", "download", "delete", "rename")
        assert isinstance(command["id"], str) or command == {"do": "compare", "id": None}
        assert len(command.get("name", "")) <= LONGEST_ASKED_NAME


# ---- its events ----------------------------------------------------------------------------------


def keep_a_model(visit):
    """Train a model, keep it and return its id."""
    settings = ["fast", None, None, None, None, "mnist", 0]
    visit.fire("retrain", "click", {"strokes": "[]"}, *settings)
    visit.jobs[-1].succeed()
    visit.fire("panel", "run_changed")
    return visit.fire("keep", "click")["shelf"]["items"][-1]["id"]


def ask(visit, **command):
    """Have the card ask for something; gives all that is shown then."""
    return visit.fire("shelf", "input", {"command": command, "serial": 1})


def rows(answer):
    return {each["id"]: each for each in answer["shelf"]["items"]}


@pytest.fixture
def visit(tmp_path):
    return Visit(tmp_path)


def test_the_shipped_model_is_there_and_in_use(visit):
    answer = visit.fire("Page", "load")
    [row] = answer["shelf"]["items"]
    assert (row["id"], row["name"], row["built_in"]) == ("shipped", "Built-in model", True)
    assert (row["in_use"], row["second"]) == (True, False)
    assert row["accuracy"] == "99.10\u00a0% (98.90 to 99.27\u00a0%)"


def test_a_kept_model_is_listed_with_its_figures_and_no_path(visit, tmp_path):
    mine = keep_a_model(visit)
    mine = rows(visit.fire("Page", "load"))[mine]
    assert mine["name"].startswith("Fast ")
    assert (mine["in_use"], mine["recipe"], mine["second"]) == (True, "Fast", False)
    assert mine["accuracy"].startswith("99.50\u00a0%")
    assert str(tmp_path) not in str(mine)


def test_the_model_that_is_chosen_reads(visit):
    mine = keep_a_model(visit)
    answer = ask(visit, do="use", id="shipped")
    assert [key for key, row in rows(answer).items() if row["in_use"]] == ["shipped"]
    assert "Built-in model" in answer["panel"]["model"]
    answer = ask(visit, do="use", id=mine)
    assert [key for key, row in rows(answer).items() if row["in_use"]] == [mine]


def test_who_uses_another_model_while_undecided_is_told_where_the_new_one_is(visit):
    settings = ["fast", None, None, None, None, "mnist", 0]
    visit.fire("retrain", "click", {"strokes": "[]"}, *settings)
    visit.jobs[-1].succeed()
    answer = ask(visit, do="use", id="shipped")
    assert answer["shelf"]["note"].startswith("You had not decided on “Fast ")
    assert [row["in_use"] for row in answer["shelf"]["items"]] == [True, False]


def test_a_model_of_the_simple_network_says_beside_the_reading_what_it_can_not(tmp_path):
    simple = reader(d7=30.0)
    assert "not a digit" not in Visit(tmp_path).fire("Page", "load")["in-use"]
    simple.info = replace(simple.info, architecture=Architecture("simple"))
    line = Visit(tmp_path, recognizer=simple).fire("Page", "load")["in-use"]
    assert "It never says “not a digit”." in line


def test_another_model_reads_beside_until_it_is_ended(visit):
    mine = keep_a_model(visit)
    before = visit.fire("Page", "load")["panel"]["model_id"]
    answer = ask(visit, do="compare", id="shipped")
    assert {key: row["second"] for key, row in rows(answer).items()} == {
        "shipped": True,
        mine: False,
    }
    assert answer["panel"]["model_id"] != before  # so that the drawing is read again
    answer = ask(visit, do="compare", id=None)
    assert not any(row["second"] for row in rows(answer).values())


def test_a_model_is_renamed(visit):
    mine = keep_a_model(visit)
    answer = ask(visit, do="rename", id=mine, name="Mine <b>7</b>")
    assert rows(answer)[mine]["name"] == "Mine <b>7</b>"
    assert rows(answer)["shipped"]["name"] == "Built-in model"


def test_a_model_is_deleted_and_the_shipped_one_reads_again(visit):
    mine = keep_a_model(visit)
    answer = ask(visit, do="delete", id=mine)
    assert set(rows(answer)) == {"shipped"}
    assert rows(answer)["shipped"]["in_use"]


@pytest.mark.parametrize(
    "command",
    [
        {"do": "use", "id": "gone"},
        {"do": "compare", "id": "gone"},
        {"do": "rename", "id": "gone", "name": "x"},
        {"do": "delete", "id": "shipped"},
        {"do": "download", "id": "gone"},
    ],
)
def test_what_can_not_be_done_is_told_on_this_card_and_on_no_other(visit, command):
    answer = ask(visit, **command)
    assert is_one_sentence(answer["shelf"]["note"])
    assert answer["shelf"]["failed"]
    assert (answer["panel"]["note"], answer["corrections"]["note"]) == ("", "")


def test_a_model_is_downloaded_under_its_name(visit, tmp_path):
    mine = keep_a_model(visit)
    ask(visit, do="rename", id=mine, name="Mine")
    file = ask(visit, do="download", id=mine)["shelf"]["file"]
    assert file["name"] == "Mine.safetensors"
    path = tmp_path / "downloaded.safetensors"
    path.write_bytes(base64.b64decode(file["content"]))
    assert weight_file.load(path)[1].test_right == 9_950


def test_the_shipped_model_is_downloaded_too(tmp_path):
    path = tmp_path / "shipped.safetensors"
    weight_file.save(networks.build(INFO.architecture), INFO, path)
    visit = Visit(tmp_path / "kept", recognizer=Recognizer.load(path, "cpu"))
    file = ask(visit, do="download", id="shipped")["shelf"]["file"]
    assert base64.b64decode(file["content"]) == path.read_bytes()


def test_two_downloads_are_two_files_and_nothing_else_is_one(visit):
    mine = keep_a_model(visit)
    first, second = (ask(visit, do="download", id=mine)["shelf"]["file"] for _ in range(2))
    assert first["serial"] != second["serial"]
    assert ask(visit, do="use", id=mine)["shelf"]["file"] is None


def test_the_first_download_after_a_restart_is_none_of_those_before():
    first, again = (importlib.reload(downloads).download("x", b"")["serial"] for _ in range(2))
    assert first != again


def test_a_stranger_can_not_use_the_model_of_another(tmp_path):
    visit = Visit(tmp_path, public=True, visitor=ANNA)
    mine = keep_a_model(visit)
    visit.visitor = BEN
    answer = ask(visit, do="use", id=mine)
    assert set(rows(answer)) == {"shipped"}
    assert answer["shelf"]["failed"]
