"""The model shelf: which models there are, and what may be done with each.

Knows how to show them and what the browser may ask for, not where they are kept.
"""

from collections.abc import Iterable
from typing import Any

import gradio as gr

from mnist_core.web.assets import read_assets

MAX_ID = 64  # characters
MAX_NAME = 1000  # that is passed on; the shelf says which names it takes

_WORDS = ("id", "name", "date", "recipe", "accuracy", "size")
_FLAGS = ("in_use", "shipped", "compared")


def shelf_card() -> gr.HTML:
    """Make the card; it shows what ``shelf_value`` returns.

    Its ``.input`` fires when the visitor asks for something; pass what it sends to
    ``shelf_command``.
    """
    return gr.HTML(
        shelf_value([]),
        elem_id="shelf",
        html_template=read_assets("shelf_card.html"),
        js_on_load=read_assets("common.js", "cards.js", "shelf_card.js"),
        apply_default_css=False,
    )


def shelf_value(
    models: Iterable[dict[str, Any]],
    note: str = "",
    failed: bool = False,
    file: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Turn models into what ``shelf_card.js`` shows.

    Args:
        models: each with the words ``id``, ``name``, ``date``, ``recipe``, ``accuracy``, ``size``
            and the flags ``in_use``, ``shipped``, ``compared``; what is missing is empty or False.
        note: a sentence to add.
        failed: whether the note tells of a failure.
        file: to be saved by the browser, with ``name``, ``content`` in base64, and ``serial``,
            which is new for every file.
    """
    shown = [
        {word: str(model.get(word, "")) for word in _WORDS}
        | {flag: bool(model.get(flag)) for flag in _FLAGS}
        for model in models
    ]
    return {"models": shown, "note": note, "failed": failed, "file": file}


def shelf_command(payload: Any) -> dict[str, Any] | None:
    """Unpack what the browser asks for; None for junk.

    ``do`` is ``use``, ``compare``, ``download`` or ``delete``, with ``id``, which is None where
    ``compare`` is to end; or ``rename``, with ``id`` and ``name``.
    """
    command = payload.get("command") if isinstance(payload, dict) else None
    if not isinstance(command, dict):
        return None
    action, model = command.get("do"), command.get("id")
    if action == "compare" and model is None:
        return {"do": "compare", "id": None}
    if not isinstance(model, str) or not 0 < len(model) <= MAX_ID:
        return None
    if action in ("use", "compare", "download", "delete"):
        return {"do": action, "id": model}
    name = command.get("name")
    if action == "rename" and isinstance(name, str) and len(name) <= MAX_NAME:
        return {"do": "rename", "id": model, "name": name}
    return None
