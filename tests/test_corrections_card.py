"""What the corrections card shows, and which commands it lets through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.web.corrections_card import (
    MAX_FILE,
    MAX_ID,
    corrections_card,
    corrections_command,
    corrections_value,
)
from tests.drawings import SEVEN
from tests.stubs import JSON

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
        {"do": "remove", "id": "a" * (MAX_ID + 1)},
        {"do": "relabel", "id": "a", "label": 10},
        {"do": "relabel", "id": "a", "label": True},
        {"do": "relabel", "id": "a", "label": "7"},
        {"do": "upload", "content": ""},
        {"do": "upload", "content": "A" * (MAX_FILE * 4 // 3 + 5)},
    ],
)
def test_a_bad_command_is_none(command):
    assert corrections_command({"command": command}) is None


def test_the_largest_file_that_may_come_does_come():
    content = "A" * (-(-MAX_FILE // 3) * 4)
    assert corrections_command({"command": {"do": "upload", "content": content}}) is not None


@given(JSON | st.fixed_dictionaries({"command": JSON | COMMANDS}))
def test_junk_is_none_and_all_else_is_well_formed(payload):
    command = corrections_command(payload)
    if command is not None:
        assert command["do"] in ("relabel", "remove", "download", "upload")
        assert isinstance(command.get("id", ""), str)
        assert command.get("label", 0) in range(10)


def test_items_are_shown_with_what_the_card_needs_and_no_more():
    value = corrections_value([{"id": "a", "label": 7, "strokes": SEVEN, "owner": "x"}], "Kept.")
    assert value["items"] == [{"id": "a", "label": 7, "strokes": SEVEN}]
    assert (value["note"], value["failed"], value["file"]) == ("Kept.", False, None)
    json.dumps(value)


def test_a_new_card_is_empty():
    assert corrections_card().value == corrections_value([])
