"""What the card of corrections shows, which commands it lets through, and what they do."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.data import stroke_sets
from mnist_core.model.reading import BLANK, Reading, Symbol
from mnist_core.model.recognizer import Recognizer
from mnist_core.storage.corrections import Correction
from mnist_core.web.card import LONGEST_ID, Note
from mnist_core.web.corrections.card import LARGEST_FILE, corrections_command, corrections_value
from tests.drawings import ONE, SEVEN, moved
from tests.pages import Visit, is_one_sentence
from tests.stubs import ANNA, JSON

NAMES = st.sampled_from(["relabel", "remove", "download", "upload"]) | JSON
COMMANDS = st.fixed_dictionaries(
    {}, optional={"do": NAMES, "id": JSON, "label": JSON | st.integers(0, 9), "content": JSON}
)


@pytest.mark.parametrize(
    "command",
    [
        {"do": "relabel", "id": "a", "label": 0},
        {"do": "remove", "id": "a"},
        {"do": "download"},
        {"do": "upload", "content": "eA=="},
        {"do": "upload", "content": ""},
    ],
)
def test_a_good_command_comes_through_without_what_else_was_sent(command):
    assert corrections_command({"command": {**command, "more": 1}, "serial": 1}) == command


@pytest.mark.parametrize(
    "command",
    [
        None,
        {"do": "burn"},
        {"do": ["remove"], "id": "a"},
        {"do": "remove"},
        {"do": "remove", "id": ""},
        {"do": "remove", "id": "a" * (LONGEST_ID + 1)},
        {"do": "relabel", "id": "a", "label": 10},
        {"do": "relabel", "id": "a", "label": True},
        {"do": "relabel", "id": "a", "label": "7"},
        {"do": "upload", "content": "A" * (LARGEST_FILE * 4 // 3 + 5)},
    ],
)
def test_a_bad_command_is_none(command):
    assert corrections_command({"command": command}) is None


def test_the_largest_file_that_may_come_does_come():
    content = "A" * (-(-LARGEST_FILE // 3) * 4)
    assert corrections_command({"command": {"do": "upload", "content": content}}) is not None


@given(JSON | st.fixed_dictionaries({"command": JSON | COMMANDS}))
def test_junk_is_none_and_all_else_is_well_formed(payload):
    command = corrections_command(payload)
    if command is not None:
        assert command["do"] in ("relabel", "remove", "download", "upload")
        assert isinstance(command.get("id", ""), str)
        assert command.get("label", 0) in range(10)


def test_drawings_are_shown_with_what_the_card_needs_and_no_more():
    file = {"name": "x", "content": "", "serial": "1"}
    value = corrections_value([Correction("a", 7, SEVEN)], Note("Kept.", file=file))
    assert value["items"] == [
        {"id": "a", "label": 7, "held_back": False, "strokes": json.dumps(SEVEN)}
    ]
    assert (value["note"], value["failed"], value["file"]) == ("Kept.", False, file)
    json.dumps(value)


# ---- its events ----------------------------------------------------------------------------------


@pytest.fixture
def visit(tmp_path):
    return Visit(tmp_path)


def correct(visit, digit, drawing=SEVEN):
    """Say which digit a drawing on the pad is."""
    value = {"correction": digit, "serial": 1}
    return visit.fire("HTML", "input", value, {"strokes": json.dumps(drawing), "number": 3})


def ask(visit, **command):
    """Have the card ask for something; gives what the card shows then."""
    return visit.fire("corrections", "input", {"command": command, "serial": 1})["corrections"]


def labels(answer):
    return [each["label"] for each in answer["items"]]


def test_a_drawing_is_kept_under_the_label_that_was_clicked(visit):
    for number, digit in enumerate((4, 0, 8)):
        answer = correct(visit, digit, moved(SEVEN, right=number))
        article = "an" if digit == 8 else "a"
        assert answer["HTML"]["saved"] == {
            "text": f"Saved as {article} {digit} in My handwriting.",
            "serial": 1,
            "label": digit,
            "id": answer["corrections"]["items"][-1]["id"],
            "before": None,
        }
    assert labels(answer["corrections"]) == [4, 0, 8]
    assert json.loads(answer["corrections"]["items"][0]["strokes"]) == SEVEN


def test_after_a_reload_the_drawings_are_there_again(visit, tmp_path):
    correct(visit, 4)
    for again in (visit, Visit(tmp_path)):
        assert labels(again.fire("Page", "load")["corrections"]) == [4]


def test_undo_brings_the_label_from_before_or_takes_the_drawing_out(visit):
    correct(visit, 4)
    drawing = correct(visit, 8)["HTML"]["saved"]["id"]
    for serial, (before, left) in enumerate(((4, [4]), (None, [])), start=3):
        value = {"undo": drawing, "before": before, "serial": serial}
        answer = visit.fire("HTML", "input", value, None)
        assert answer["HTML"]["saved"]["serial"] == serial
        assert (answer["HTML"]["saved"]["label"], answer["HTML"]["saved"]["id"]) == (before, None)
        assert labels(answer["corrections"]) == left


def test_a_label_says_which_one_the_drawing_had_before(visit):
    correct(visit, 4)
    assert correct(visit, 8)["HTML"]["saved"]["before"] == 4


@pytest.mark.parametrize(
    ("value", "pad"),
    [
        ({"correction": 10}, {"strokes": "[[[1, 2]]]"}),
        (None, {"strokes": "[[[1, 2]]]"}),
        ({"correction": 4}, {"strokes": "[[[1, 2]]]", "picture": {"name": "/etc/hostname"}}),
        ({"correction": 4}, {"strokes": "[]"}),
        ({"correction": 4}, {"strokes": "junk"}),
        ({"correction": 4}, None),
    ],
)
def test_what_is_no_drawing_or_no_digit_is_not_kept(visit, value, pad):
    answer = visit.fire("HTML", "input", value, pad)
    assert is_one_sentence(answer["HTML"]["saved"]["text"])
    assert "Saved as" not in answer["HTML"]["saved"]["text"]
    assert answer["corrections"]["items"] == []


NUMBER = [[[10, 20], [15, 90]], [[60, 20], [100, 20], [70, 90]], [[12, 50], [40, 50]]]
FIRST, SECOND = [[0, 0, 2], [2, 0, 2]], [[1, 0, 3]]  # parts of its two digits


@pytest.fixture
def number(tmp_path, monkeypatch):
    """A visit in which a number of two digits is on the pad."""
    parts = [tuple(map(tuple, each)) for each in (FIRST, SECOND)]
    digits = [
        Symbol("sure", 7, 1.0, (0.1,) * 10, (7,), BLANK.ink, (0.0,) * 4, each) for each in parts
    ]
    monkeypatch.setattr(Recognizer, "read_each", lambda *_: enumerate([Reading.of(digits)]))
    return Visit(tmp_path)


def correct_part(visit, digit, parts):
    value = {"correction": digit, "serial": 1, "parts": parts}
    return visit.fire("HTML", "input", value, {"strokes": json.dumps(NUMBER), "number": 3})


def test_of_a_number_only_the_strokes_of_the_digit_that_is_meant_are_kept(number):
    for parts, strokes in ((SECOND, [NUMBER[1]]), (FIRST, [NUMBER[0], NUMBER[2]])):
        answer = correct_part(number, 2, parts)
        assert answer["HTML"]["saved"]["text"] == "Saved as a 2 in My handwriting."
        assert json.loads(answer["corrections"]["items"][-1]["strokes"]) == strokes
    assert labels(answer["corrections"]) == [2, 2]


@pytest.mark.parametrize(
    "parts",
    [None, [], [[1, 0, 2]], [[0, 0, 2]], [[7, 0, 2]], [[1, 0, "3"]], [[1, 0]], "1", [1], 7, {}],
)
def test_what_is_no_digit_of_it_is_not_kept(number, parts):
    answer = correct_part(number, 2, parts)
    assert answer["HTML"]["saved"]["text"] == "Not saved: choose one of the digits first."
    assert answer["corrections"]["items"] == []


def test_a_drawing_gets_another_label_and_the_others_keep_theirs(visit):
    for digit in (4, 5):
        answer = correct(visit, digit, moved(SEVEN, right=digit))
    first = answer["corrections"]["items"][0]["id"]
    assert labels(ask(visit, do="relabel", id=first, label=9)) == [9, 5]


def test_a_removed_drawing_is_gone_and_the_others_stay(visit, tmp_path):
    for digit in (4, 5):
        answer = correct(visit, digit, moved(SEVEN, right=digit))
    first = answer["corrections"]["items"][0]["id"]
    assert labels(ask(visit, do="remove", id=first)) == [5]
    assert labels(Visit(tmp_path).fire("Page", "load")["corrections"]) == [5]


@pytest.mark.parametrize("command", [{"do": "remove"}, {"do": "relabel", "label": 1}])
def test_a_drawing_that_is_gone_is_told_in_a_note_that_says_it_failed(visit, command):
    answer = ask(visit, **command, id="20200101000000000000-abcd")
    assert is_one_sentence(answer["note"])
    assert answer["failed"]


def test_the_drawings_are_exported_and_added_again(visit, tmp_path):
    for digit, drawing in ((4, SEVEN), (1, ONE)):
        correct(visit, digit, drawing)
    file = ask(visit, do="download")["file"]
    assert file["name"] == "my-digits.jsonl.gz"
    exported = stroke_sets.parse(base64.b64decode(file["content"]), "exported")
    assert exported.labels == [4, 1]
    other = Visit(tmp_path / "other")
    answer = ask(other, do="upload", content=file["content"])
    assert labels(answer) == [4, 1]
    assert (answer["note"], answer["failed"]) == ("2 drawings added.", False)
    ask(other, do="relabel", id=answer["items"][0]["id"], label=9)
    assert ask(other, do="upload", content=file["content"])["note"] == (
        "No drawings added, 1 labeled anew, 1 here already."
    )
    again = ask(other, do="upload", content=file["content"])
    assert (labels(again), again["note"]) == ([4, 1], "All these drawings are here already.")


@pytest.mark.parametrize("content", ["!!!!", base64.b64encode(b"no drawings").decode()])
def test_a_file_that_is_no_stroke_set_is_told_and_changes_nothing(visit, content):
    correct(visit, 4)
    answer = ask(visit, do="upload", content=content)
    assert is_one_sentence(answer["note"])
    assert answer["failed"]
    assert labels(answer) == [4]


def test_junk_from_the_card_changes_nothing(visit):
    correct(visit, 4)
    for junk in (None, 7, {"command": {"do": "burn"}}):
        answer = visit.fire("corrections", "input", junk)["corrections"]
        assert (labels(answer), answer["note"]) == ([4], "")


def test_drawings_can_be_taught_where_there_are_some_and_no_run_is_on(visit):
    assert not visit.fire("Page", "load")["teach"].interactive
    correct(visit, 4)
    assert visit.fire("Page", "load")["teach"].interactive
    visit.jobs.clear()
    answer = visit.fire("teach", "click", {"strokes": "[]"})
    assert answer["corrections"]["note"].startswith("This model has no file to learn from")
    assert answer["panel"]["note"] == ""  # that is the note of another card


def test_a_stranger_sees_no_drawing_of_another(tmp_path):
    visit = Visit(tmp_path, public=True, visitor=ANNA)
    correct(visit, 4)
    visit.visitor = "ben-ben-ben-ben-ben"
    assert visit.fire("Page", "load")["corrections"]["items"] == []
