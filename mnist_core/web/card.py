"""What the cards of the page have in common: they show a visitor's things, and they act.

A card lies in a folder of its own; to add one takes that folder and one line of ``page``. This
module knows nothing of what any card shows.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import gradio as gr
from gradio.components import Component

from mnist_core.errors import MnistCoreError, SettingError
from mnist_core.service.service import Service
from mnist_core.service.trainings import WorkspaceState
from mnist_core.service.workspace import Workspace
from mnist_core.storage.models import StoredModel
from mnist_core.web.http.visitors import NOBODY, VisitorNames
from mnist_core.web.pad.component import pad_content
from mnist_core.web.texts import PAGE, TRAINING

# An event of the page itself: one request, no queue, not in the API's description.
PRIVATE: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "private",
}

LONGEST_ID = 64  # characters of what names one of a card's things

Updates = dict[Component, Any]  # new values by component


@dataclass(frozen=True)
class Visitor:
    """Somebody whose page asks for something."""

    name: str
    workspace: Workspace
    held: str = NOBODY  # the signed name that the page holds, to be sent back


@dataclass(frozen=True)
class Note:
    """What a card says of what it was asked for."""

    text: str = ""  # a sentence
    failed: bool = False
    setting: str = ""  # name of the setting that it is about, if any
    file: dict[str, Any] | None = None  # for the browser to save
    also: Updates = field(default_factory=dict)  # of components that are in no card


class Card(ABC):
    """One part of the page, laid out when it is made."""

    outputs: Sequence[Component]  # what ``shown`` may give values to

    @abstractmethod
    def shown(self, visitor: Visitor, state: WorkspaceState, note: Note) -> Updates:
        """Say what the card shows of a visitor's things."""

    @abstractmethod
    def wire(self, events: "Events") -> None:
        """Say what its components' events do."""


NO_NOTE = Note()


def put_aside_note(undecided: StoredModel | None) -> Note:
    """Say what became of the new model that was not decided on, if there was one."""
    if undecided is None:
        return NO_NOTE
    return Note(TRAINING["undecided"].format(model=undecided.title))


def list_value(
    items: Iterable[dict[str, Any]], note: Note = NO_NOTE, as_of: float = 0.0
) -> dict[str, Any]:
    """Give what ``cards.js`` shows: a list, and what is said of it or saved.

    Args:
        items: each with an ``id``.
        note: what to say, and to save.
        as_of: the time in s before they were listed; of two lists the later one holds.
    """
    return {
        "items": list(items),
        "note": note.text,
        "failed": note.failed,
        "file": note.file,
        "as_of": as_of,
    }


Act = Callable[..., Note | None]  # takes a Visitor and the values of inputs


class Events:
    """Has the page's events do something for their visitor, and shows what came of it."""

    def __init__(
        self,
        service: Service,
        names: VisitorNames,
        store: Component,
        pad: Component,
        reading: Component,
    ) -> None:
        """Take what cards need beside their own components.

        Args:
            service: does what is asked for.
            names: knows who asks.
            store: holds the visitor's name where the browser has no cookie of it.
            pad: holds what the visitor has drawn.
            reading: shows how it is read.
        """
        self.service, self.names = service, names
        self.store, self.pad, self.reading = store, pad, reading
        self.cards: Sequence[Card] = ()

    def add(self, *cards: Card) -> None:
        """Take the cards of the page, and wire them."""
        self.cards = cards
        for card in cards:
            card.wire(self)

    def on(
        self,
        event: Callable[..., Any],
        act: Act,
        inputs: Sequence[Component] = (),
        *,
        by: Card,
        shows: Sequence[Card] | None = None,
        also: Sequence[Component] = (),
        **options: Any,
    ) -> None:
        """Have an event do something.

        Args:
            event: of a component, such as ``button.click``.
            act: does it. What it raises for people becomes its note.
            inputs: whose values it takes after the visitor.
            by: the card that shows the note.
            shows: the cards that may look different afterwards; by default all of them.
            also: components to which the note gives values beside.
            options: of the event.
        """
        shown = self.cards if shows is None else shows

        def handler(*values: Any) -> Updates:
            *arguments, held = values
            visitor = self.visitor(held)
            try:
                note = act(visitor, *arguments) or NO_NOTE
            except MnistCoreError as error:
                setting = error.setting if isinstance(error, SettingError) else ""
                note = Note(str(error), failed=True, setting=setting)
            return note.also | self.shown(visitor, shown, {by: note})

        event(handler, [*inputs, self.store], [*outputs_of(shown), *also], **PRIVATE, **options)

    def shown(
        self,
        visitor: Visitor,
        cards: Sequence[Card],
        notes: Mapping[Card, Note] = MappingProxyType({}),
    ) -> Updates:
        """Say what some cards show of a visitor's things."""
        state = self.service.state(visitor.workspace)
        updates: Updates = {}
        for card in cards:
            updates |= card.shown(visitor, state, notes.get(card, NO_NOTE))
        return updates

    def visitor(self, held: Any) -> Visitor:
        """Return who asks, by the cookie or by the name that the page holds.

        Raises:
            gr.Error: a stranger without a name of this server's making.
        """
        name = self.names.visitor(held)
        if name == NOBODY and self.names.are_strangers:
            raise gr.Error(PAGE["unknown"], print_exception=False)
        held = held if isinstance(held, str) else NOBODY
        return Visitor(name, self.service.workspaces.open(name), held)

    def watch(self, visitor: Visitor, payload: Any) -> None:
        """Have what lies on the visitor's pad read by the network that is learning."""
        readings = self.service.readings
        with contextlib.suppress(MnistCoreError):  # the page has been told already
            readings.watch(visitor.name, readings.read(visitor.name, pad_content(payload)))


def outputs_of(cards: Sequence[Card]) -> list[Component]:
    """Return all components that cards may give values to."""
    return [output for card in cards for output in card.outputs]
