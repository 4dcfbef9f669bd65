"""The line beside the reading that says which model reads.

Knows nothing of readings.
"""

import html

import gradio as gr

from mnist_core.model.recognizer import Recognizer
from mnist_core.service.trainings import WorkspaceState
from mnist_core.service.workspace import title_of
from mnist_core.web.card import Card, Events, Note, Updates, Visitor
from mnist_core.web.texts import READING


class InUseLine(Card):
    """Which model reads, and what is to be known of it."""

    def __init__(self, built_in: Recognizer) -> None:
        """Lay the line out."""
        self._built_in = built_in
        self._line = gr.HTML(elem_id="in-use")
        self.outputs = [self._line]

    def shown(self, visitor: Visitor, _: WorkspaceState, __: Note) -> Updates:
        """Say which model reads."""
        candidate, model = visitor.workspace.candidate, visitor.workspace.in_use
        info = self._built_in.info if model is None else model.info
        text = (
            READING["on_trial"] if candidate else READING["read_by"].format(model=title_of(model))
        )
        if info.architecture.name == "simple":
            text += f" {READING['digits_only']}"
        return {self._line: f"<p>{html.escape(text, quote=False)}</p>"}

    def wire(self, events: Events) -> None:
        """Nothing can be clicked."""
