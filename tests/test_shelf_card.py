"""What the shelf shows, and which commands it lets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.web.shelf_card import MAX_ID, MAX_NAME, shelf_card, shelf_command, shelf_value
from tests.stubs import JSON

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
    assert shelf_command({"command": {**command, "more": 1}, "serial": 1}) == command


@pytest.mark.parametrize(
    "command",
    [
        None,
        {"do": "burn", "id": "a"},
        {"do": ["use"], "id": "a"},
        {"do": "use", "id": None},
        {"do": "use", "id": ""},
        {"do": "use", "id": "a" * (MAX_ID + 1)},
        {"do": "rename", "id": "a"},
        {"do": "rename", "id": "a", "name": 7},
        {"do": "rename", "id": "a", "name": "x" * (MAX_NAME + 1)},
    ],
)
def test_a_bad_command_is_none(command):
    assert shelf_command({"command": command}) is None


@given(JSON | st.fixed_dictionaries({"command": JSON | COMMANDS}))
def test_junk_is_none_and_all_else_is_well_formed(payload):
    command = shelf_command(payload)
    if command is not None:
        assert command["do"] in ("use", "compare", "download", "delete", "rename")
        assert isinstance(command["id"], str) or command == {"do": "compare", "id": None}
        assert len(command.get("name", "")) <= MAX_NAME


def test_models_are_shown_with_what_the_card_needs_and_no_more():
    (model,) = shelf_value([{"id": "a", "name": "Mine", "in_use": True, "path": "/x"}])["models"]
    assert "path" not in model
    assert (model["name"], model["size"]) == ("Mine", "")
    assert (model["in_use"], model["shipped"], model["compared"]) == (True, False, False)


def test_a_new_card_is_empty():
    assert shelf_card().value == shelf_value([])
