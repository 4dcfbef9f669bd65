"""The card of corrections: drawings with the labels that they should have been read as.

Knows nothing of where they are kept, or of how they are taught.
"""

import base64
import binascii
import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

import gradio as gr

from mnist_core.errors import MnistCoreError
from mnist_core.ink.drawing import Part, taken_parts
from mnist_core.service.readings import PadContent, ReadingService, readable
from mnist_core.service.trainings import WorkspaceState
from mnist_core.storage.corrections import Correction, Corrections, SetAdded
from mnist_core.web.assets import markup, script
from mnist_core.web.card import (
    LONGEST_ID,
    NO_NOTE,
    Card,
    Events,
    Note,
    Updates,
    Visitor,
    list_value,
    put_aside_note,
)
from mnist_core.web.downloads import download
from mnist_core.web.pad.component import pad_content
from mnist_core.web.reading.component import (
    correction_value,
    reading_correction,
    reading_parts,
    reading_serial,
    reading_undo,
)
from mnist_core.web.texts import COMMON, CORRECTIONS, READING

LARGEST_FILE = 2 * 1024 * 1024  # bytes of an uploaded file

_SCRIPTS = ("common.js", "taking.js", "cards.js", "thumbnail.js", "corrections/corrections.js")
_LONGEST_CONTENT = (LARGEST_FILE + 2) // 3 * 4  # characters in base64


class CorrectionsCard(Card):
    """The drawings, and the button that teaches them."""

    def __init__(self) -> None:
        """Lay the card out."""
        with gr.Column(elem_id="handwriting", elem_classes="card"):
            gr.HTML(f"<h2>{CORRECTIONS['heading']}</h2><p>{CORRECTIONS['about']}</p>")
            self._list = gr.HTML(
                corrections_value([]),
                elem_id="corrections",
                html_template=markup("corrections/corrections.html", CORRECTIONS),
                js_on_load=script(*_SCRIPTS, texts=CORRECTIONS),
                apply_default_css=False,
                largest_file=LARGEST_FILE,
            )
            self._teach = gr.Button(
                CORRECTIONS["teach"], elem_id="teach", visible="hidden", interactive=False
            )
        self.outputs = [self._list, self._teach]

    def shown(self, visitor: Visitor, state: WorkspaceState, note: Note) -> Updates:
        """List the drawings; they can be taught where there are some and no run is on."""
        as_of = time.time()
        drawings = visitor.workspace.corrections.all()
        can_teach = bool(drawings) and not state.active
        return {
            self._list: corrections_value(drawings, note, as_of),
            self._teach: gr.Button(visible=can_teach or "hidden", interactive=can_teach),
        }

    def wire(self, events: Events) -> None:
        """Keep corrections, change them as the card asks, and teach them."""

        def teach(visitor: Visitor, payload: Any) -> Note:
            undecided = visitor.workspace.candidate
            events.service.trainings.teach(visitor.workspace)
            events.watch(visitor, payload)
            return put_aside_note(undecided)

        def keep(visitor: Visitor, value: Any, payload: Any) -> Note:
            said = _keep(visitor, value, payload, events.service.readings)
            return Note(also={events.reading: said})

        # None is left out because another is on its way.
        events.on(
            self._list.input, _edit, [self._list], by=self, shows=[self], trigger_mode="multiple"
        )
        events.on(self._teach.click, teach, [events.pad], by=self)
        events.on(
            events.reading.input,
            keep,
            [events.reading, events.pad],
            by=self,
            shows=[self],
            also=[events.reading],
            trigger_mode="multiple",
        )


def corrections_value(
    drawings: Iterable[Correction], note: Note = NO_NOTE, as_of: float = 0.0
) -> dict[str, Any]:
    """Turn corrections into what ``corrections.js`` shows: a ``list_value``."""
    items = [
        {
            "id": each.id,
            "label": each.label,
            "held_back": each.held_back,
            "strokes": json.dumps(each.strokes),  # as text: Gradio would look into every point
        }
        for each in drawings
    ]
    return list_value(items, note, as_of)


def _keep(visitor: Visitor, value: Any, payload: Any, readings: ReadingService) -> dict[str, Any]:
    """Keep a digit on the pad under the label that was clicked, or take that back.

    Returns:
        What the reading shows of it.
    """
    corrections, serial = visitor.workspace.corrections, reading_serial(value)
    label, content = reading_correction(value), pad_content(payload)
    try:
        if (undone := reading_undo(value)) is not None:
            _undo(corrections, *undone)
            return correction_value(READING["taken_back"], serial, label=undone[1])
        if content.picture is not None or label is None:
            return correction_value(READING["draw_it"], serial)
        symbols = readings.read(visitor.name, content).reading.digits
        drawn = _meant(content, [each.parts for each in symbols], reading_parts(value))
        if drawn is None:
            return correction_value(READING["choose_one"], serial)
        before = corrections.find(drawn)
        kept = corrections.add(drawn, label, serial)
    except MnistCoreError as error:
        return correction_value(str(error), serial)
    return correction_value(
        READING["saved_aside" if kept.held_back else "saved"].format(
            a_digit=COMMON[f"a_{kept.label}"]
        ),
        serial,
        label=kept.label,
        correction_id=kept.id,
        before=None if before is None else before.label,
    )


def _meant(
    content: PadContent, symbols: Sequence[tuple[Part, ...]], parts: tuple[Part, ...] | None
) -> object:
    """Return the strokes of the digit that is meant; None where no such digit is read."""
    if len(symbols) < 2 and parts is None:
        return content.strokes
    if parts is None or parts not in symbols:
        return None
    return [stroke.tolist() for stroke in taken_parts(readable(content.strokes), parts)]


def _undo(corrections: Corrections, correction_id: str, label: int | None) -> None:
    """Give a drawing the label that it had before, or take it out."""
    if label is None:
        corrections.remove(correction_id)
    else:
        corrections.relabel(correction_id, label)


def _added(came: SetAdded) -> str:
    """Say what came of an import."""
    if came == SetAdded(0, 0, came.known):
        return CORRECTIONS["known_all" if came.known else "empty_file"]
    added = {0: "added_none", 1: "added_one"}.get(came.new, "added_many")
    parts = [CORRECTIONS[added].format(count=came.new)]
    if came.relabeled:
        parts.append(CORRECTIONS["relabeled"].format(count=came.relabeled))
    if came.known:
        parts.append(CORRECTIONS["known"].format(count=came.known))
    return ", ".join(parts) + "."


def _edit(visitor: Visitor, payload: Any) -> Note:
    """Do what the card asks for."""
    corrections = visitor.workspace.corrections
    match corrections_command(payload):
        case {"do": "relabel", "id": drawing, "label": label}:
            corrections.relabel(drawing, label)
        case {"do": "remove", "id": drawing}:
            corrections.remove(drawing)
        case {"do": "download"}:
            return Note(file=download("my-digits.jsonl.gz", corrections.export()))
        case {"do": "upload", "content": content}:
            try:
                unpacked = base64.b64decode(content, validate=True)
            except binascii.Error:
                return Note(CORRECTIONS["not_whole"], failed=True)
            return Note(_added(corrections.add_set(unpacked)))
    return NO_NOTE


def corrections_command(payload: Any) -> dict[str, Any] | None:
    """Unpack what the browser asks for; None for junk.

    ``do`` is ``relabel`` (with ``id`` and ``label``), ``remove`` (with ``id``), ``download`` or
    ``upload`` (with ``content``, of base64's length but not yet decoded).
    """
    command = payload.get("command") if isinstance(payload, dict) else None
    if not isinstance(command, dict):
        return None
    name, drawing = command.get("do"), command.get("id")
    is_id = isinstance(drawing, str) and 0 < len(drawing) <= LONGEST_ID
    if name == "download":
        return {"do": "download"}
    if name == "remove" and is_id:
        return {"do": "remove", "id": drawing}
    label = command.get("label")
    if name == "relabel" and is_id and type(label) is int and 0 <= label <= 9:
        return {"do": "relabel", "id": drawing, "label": label}
    content = command.get("content")
    if name == "upload" and isinstance(content, str) and len(content) <= _LONGEST_CONTENT:
        return {"do": "upload", "content": content}
    return None
