"""The cards' common part: who asks, what comes of it, and which card says so."""

import string

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import MnistCoreError
from mnist_core.service.service import make_service
from mnist_core.web.card import PRIVATE, Card, Events, Note, outputs_of
from mnist_core.web.http.visitors import VisitorNames
from tests.pages import is_one_sentence
from tests.stubs import ANNA, BEN, JSON, StubJob, reader

NAMES = st.text(string.ascii_letters + string.digits + "-_", min_size=16, max_size=64)


class Board(Card):
    """Shows the note and the visitor; its button does what the test says."""

    def __init__(self, name):
        self.name = name
        self.board, self.button = gr.HTML(elem_id=f"{name}-board"), gr.Button(elem_id=name)
        self.outputs = [self.board]

    def shown(self, visitor, state, note):
        return {self.board: (visitor.name, note)}

    def wire(self, events):
        pass


class Desk:
    """Two boards on a page that is not served."""

    def __init__(self, folder, public=True):
        service = make_service(
            reader(d7=30.0), folder=folder, make_job=StubJob, load=lambda path: None, public=public
        )
        with gr.Blocks() as self.page:
            self.store, self.pad, self.reading = gr.State(""), gr.HTML(), gr.HTML()
            self.left, self.right = Board("left"), Board("right")
            self.names = VisitorNames(b"key" if public else None)
            self.events = Events(service, self.names, self.store, self.pad, self.reading)
            self.events.add(self.left, self.right)

    def ask(self, act, *values, visitor=ANNA, by=None, **options):
        """Have a button do something, click it, and return its answer."""
        by = by or self.left
        with self.page:
            self.events.on(by.button.click, act, by=by, **options)
        function = list(self.page.fns.values())[-1]
        answer = function.fn(*values, self.names.sign(visitor))
        assert set(answer) <= set(function.outputs)  # or Gradio would refuse it
        return answer


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def desk_of_strangers(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="module")
def desk_of_one(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("one"), public=False)


def refuse(*_):
    raise MnistCoreError("There is no room: free some.")


def test_an_error_for_people_becomes_the_note_of_the_card_that_asked_and_of_no_other(desk):
    for asked, other in ((desk.left, desk.right), (desk.right, desk.left)):
        answer = desk.ask(refuse, by=asked)
        assert answer[asked.board][1] == Note("There is no room: free some.", failed=True)
        assert answer[other.board][1] == Note()


def test_an_error_that_is_not_for_people_goes_on(desk):
    def fail(_):
        raise KeyError("ours")

    with pytest.raises(KeyError):
        desk.ask(fail)


def test_a_note_stands_on_the_card_that_asked(desk):
    answer = desk.ask(lambda _: Note("Done."))
    assert answer[desk.left.board][1].text == "Done."
    assert answer[desk.right.board][1].text == ""


def test_all_cards_are_shown_afterwards_unless_some_are_named(desk):
    assert set(desk.ask(lambda _: None)) == {desk.left.board, desk.right.board}
    assert set(desk.ask(lambda _: None, shows=[desk.right])) == {desk.right.board}
    assert set(desk.ask(refuse, shows=[desk.left])) == {desk.left.board}


def test_a_note_may_give_values_to_components_that_are_in_no_card(desk):
    answer = desk.ask(
        lambda _: Note(also={desk.reading: "Kept."}), shows=[desk.left], also=[desk.reading]
    )
    assert answer[desk.reading] == "Kept."


def test_who_asks_and_with_what_comes_to_what_is_done(desk):
    asked = []
    inputs = {"inputs": [desk.pad]}
    for visitor in (ANNA, BEN):
        desk.ask(lambda *seen: asked.append(seen), "drawn", visitor=visitor, **inputs)
    (anna, drawn), (ben, _) = asked
    assert (anna.name, ben.name, drawn) == (ANNA, BEN, "drawn")
    assert anna.workspace is desk.events.service.workspaces.open(ANNA)
    assert anna.workspace is not ben.workspace


def test_an_event_is_one_request_and_no_part_of_the_api(desk):
    desk.ask(lambda _: None)
    function = list(desk.page.fns.values())[-1]
    assert (function.queue, function.api_visibility) == (False, "private")
    assert PRIVATE["show_progress"] == "hidden"


def test_what_is_shown_beside_is_of_the_same_visitor(desk):
    answer = desk.ask(lambda _: None, visitor=BEN)
    assert {name for name, _ in answer.values()} == {BEN}


def test_the_outputs_of_cards_are_those_of_each(desk):
    assert outputs_of([desk.left, desk.right]) == [desk.left.board, desk.right.board]


def test_a_drawing_that_is_junk_is_not_watched_and_does_no_harm(desk):
    for junk in (None, "x", {"strokes": "[[["}, {"picture": "x"}):
        desk.events.watch(desk.events.visitor(desk.names.sign(ANNA)), junk)


@given(JSON | NAMES)
def test_a_made_up_name_is_no_visitor(desk_of_strangers, name):
    with pytest.raises(gr.Error) as refusal:
        desk_of_strangers.events.visitor(name)
    assert is_one_sentence(refusal.value.message)


@given(JSON | NAMES)
def test_where_all_are_the_same_visitor_a_name_does_not_matter(desk_of_one, name):
    assert desk_of_one.events.visitor(name).name == ""
