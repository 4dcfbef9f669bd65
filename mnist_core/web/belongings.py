"""What a visitor has: corrections and kept models. Lays the cards out and does what they ask.

Knows nothing of trainings, or of where anything lies.
"""

import base64
import binascii
import itertools
import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from mnist_core.errors import MnistCoreError
from mnist_core.shelf import ShelfEntry
from mnist_core.web.corrections_card import corrections_card, corrections_command, corrections_value
from mnist_core.web.pad import PadContent
from mnist_core.web.reading import reading_correction
from mnist_core.web.shelf_card import shelf_card, shelf_command, shelf_value
from mnist_core.web.studio import SHIPPED_ID, Studio, View, default_name, score_of
from mnist_core.web.training_panel import short

_serial = itertools.count(1)  # of the files that a browser shall save


@dataclass(frozen=True)
class Handwriting:
    """The components of the corrections' card."""

    card: gr.HTML
    teach: gr.Button


def lay_out_corrections() -> Handwriting:
    """Lay out the corrections and the button that teaches them."""
    with gr.Column(elem_id="handwriting", elem_classes="card"):
        gr.HTML(
            "<h2>My handwriting</h2><p>Drawings that you have labeled. Teaching them makes a model "
            "that reads your digits better and forgets no others.</p>"
        )
        card = corrections_card()
        teach = gr.Button("Teach it my handwriting", elem_id="teach", interactive=False)
    return Handwriting(card, teach)


def lay_out_shelf() -> gr.HTML:
    """Lay out the kept models."""
    with gr.Column(elem_id="models", elem_classes="card"):
        gr.HTML("<h2>Models</h2><p>The shipped one, and those that you have kept.</p>")
        return shelf_card()


def teach_button(view: View) -> gr.Button:
    """The button can be clicked where there is something to teach and no run is on."""
    return gr.Button(interactive=view.corrections > 0 and not view.active)


# ---- corrections ---------------------------------------------------------------------------------


def corrections_shown(
    studio: Studio, visitor: str, note: str = "", failed: bool = False, file: Any = None
) -> dict[str, Any]:
    """Fill the corrections' card."""
    items = (
        {"id": each.id, "label": each.label, "strokes": json.dumps(each.strokes)}
        for each in studio.corrections(visitor).all()
    )
    return corrections_value(items, note, failed, file)


def correct(studio: Studio, visitor: str, value: Any, content: PadContent) -> str:
    """Keep the drawing on the pad under the label that was clicked; say what came of it."""
    label = reading_correction(value)
    if content.picture is not None or label is None:
        return "Not kept: draw it first."
    try:
        studio.corrections(visitor).add(content.strokes, label)
    except MnistCoreError as error:
        return str(error)
    return f"Kept as {label}."


def edit_corrections(studio: Studio, visitor: str, payload: Any) -> dict[str, Any]:
    """Do what the card asks for."""
    kept, command = studio.corrections(visitor), corrections_command(payload)
    note, file = "", None
    try:
        match command:
            case {"do": "relabel", "id": drawing, "label": label}:
                kept.relabel(drawing, label)
            case {"do": "remove", "id": drawing}:
                kept.remove(drawing)
            case {"do": "download"}:
                file = _file("my-digits.jsonl.gz", kept.export())
            case {"do": "upload", "content": content}:
                count = kept.add_set(base64.b64decode(content, validate=True))
                note = f"{count} drawings added." if count != 1 else "One drawing added."
    except binascii.Error:
        return corrections_shown(
            studio, visitor, "The file did not arrive whole: upload it again.", failed=True
        )
    except MnistCoreError as error:
        return corrections_shown(studio, visitor, str(error), failed=True)
    return corrections_shown(studio, visitor, note, file=file)


# ---- models --------------------------------------------------------------------------------------


def shelf_shown(
    studio: Studio,
    visitor: str,
    view: View,
    note: str = "",
    failed: bool = False,
    file: Any = None,
) -> dict[str, Any]:
    """Fill the shelf's card; ``view`` is the visitor's."""
    info = studio.shipped.info
    shipped = {
        "id": SHIPPED_ID,
        "name": "Shipped model",
        "recipe": info.recipe,
        "accuracy": short(score_of(info)),
        "date": info.created[:10],
        "size": f"{info.parameters * 4 / 1e6:.1f} MB",  # float32
        "shipped": True,
        "in_use": view.in_use == SHIPPED_ID,
        "compared": studio.is_compared(visitor, SHIPPED_ID),
    }
    kept = [_row(studio, visitor, entry, view.in_use) for entry in studio.models(visitor)]
    return shelf_value([shipped, *kept], note, failed, file)


def _row(studio: Studio, visitor: str, entry: ShelfEntry, in_use: str) -> dict[str, Any]:
    info = entry.info
    return {
        "id": entry.id,
        "name": default_name(entry),
        "recipe": info.recipe if info.dataset == "mnist" else f"{info.recipe}, {info.dataset}",
        "accuracy": short(score_of(info)),
        "date": info.created[:16].replace("T", " "),
        "size": f"{entry.size / 1e6:.1f} MB",
        "in_use": entry.id == in_use,
        "compared": studio.is_compared(visitor, entry.id),
    }


def arrange_shelf(studio: Studio, visitor: str, payload: Any) -> tuple[View, dict[str, Any]]:
    """Do what the card asks for; return what the visitor sees then, and the card."""
    command, note, file = shelf_command(payload), "", None
    try:
        match command:
            case {"do": "use", "id": model}:
                studio.use(visitor, model)
            case {"do": "compare", "id": model}:
                studio.compare(visitor, model)
            case {"do": "rename", "id": model, "name": name}:
                studio.rename(visitor, model, name)
            case {"do": "delete", "id": model}:
                studio.delete(visitor, model)
            case {"do": "download", "id": model}:
                name, content = studio.file(visitor, model)
                file = _file(f"{name}.safetensors", content)
    except MnistCoreError as error:
        note = str(error)
    view = studio.look(visitor)
    return view, shelf_shown(studio, visitor, view, note, failed=note != "", file=file)


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "content": base64.b64encode(content).decode(), "serial": next(_serial)}
