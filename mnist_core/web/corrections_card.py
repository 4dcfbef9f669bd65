"""The visitor's corrections: drawings with the labels that they should have been read as.

Knows how to show them and what the browser may ask for, not where they are kept.
"""

from collections.abc import Iterable
from typing import Any

import gradio as gr

from mnist_core.web.assets import read_assets

MAX_FILE = 2 * 1024 * 1024  # bytes of an uploaded file
MAX_ID = 64  # characters

_MAX_CONTENT = (MAX_FILE + 2) // 3 * 4  # characters in base64


def corrections_card() -> gr.HTML:
    """Make the card; it shows what ``corrections_value`` returns.

    Its ``.input`` fires when the visitor asks for something; pass what it sends to
    ``corrections_command``.
    """
    return gr.HTML(
        corrections_value([]),
        elem_id="corrections",
        html_template=read_assets("corrections_card.html"),
        js_on_load=read_assets("common.js", "cards.js", "corrections_card.js"),
        apply_default_css=False,
    )


def corrections_value(
    items: Iterable[dict[str, Any]],
    note: str = "",
    failed: bool = False,
    file: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Turn corrections into what ``corrections_card.js`` shows.

    Args:
        items: each with ``id``, ``label`` and ``strokes``, which is JSON text: Gradio would look
            into every point of a list.
        note: a sentence to add.
        failed: whether the note tells of a failure.
        file: to be saved by the browser, with ``name``, ``content`` in base64, and ``serial``,
            which is new for every file.
    """
    shown = [{key: item[key] for key in ("id", "label", "strokes")} for item in items]
    return {"items": shown, "note": note, "failed": failed, "file": file}


def corrections_command(payload: Any) -> dict[str, Any] | None:
    """Unpack what the browser asks for; None for junk.

    ``do`` is ``relabel`` (with ``id`` and ``label``), ``remove`` (with ``id``), ``download`` or
    ``upload`` (with ``content``, of base64's length but not yet decoded).
    """
    command = payload.get("command") if isinstance(payload, dict) else None
    if not isinstance(command, dict):
        return None
    name, known_id = command.get("do"), _id(command.get("id"))
    if name == "download":
        return {"do": "download"}
    if name == "remove" and known_id:
        return {"do": "remove", "id": known_id}
    label = command.get("label")
    if name == "relabel" and known_id and type(label) is int and 0 <= label <= 9:
        return {"do": "relabel", "id": known_id, "label": label}
    content = command.get("content")
    if name == "upload" and isinstance(content, str) and 0 < len(content) <= _MAX_CONTENT:
        return {"do": "upload", "content": content}
    return None


def _id(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_ID else ""
