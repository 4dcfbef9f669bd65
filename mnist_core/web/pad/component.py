"""The drawing pad: a canvas that sends strokes, or a picture, and is never redrawn by the server.

Knows what the browser sends, not what is made of it. The behavior lives in ``pad.js``.
"""

import json
from pathlib import Path
from typing import Any

import gradio as gr
from gradio_client.utils import is_file_obj_with_meta

from mnist_core.ink.drawing import PAD_SIZE
from mnist_core.service.readings import PadContent
from mnist_core.web.assets import read_assets
from mnist_core.web.pad import examples
from mnist_core.web.pad.examples import Strokes

LARGEST_FILE = 32 * 1024 * 1024  # bytes of a picture


def digit_pad(visitor: str | None) -> gr.HTML:
    """Make a pad to draw one digit on.

    It has drawings read by ``read_route``, once it knows its visitor. Its ``.input`` fires when
    there is something new that this way can't take or did not: a picture, or any drawing where
    the route gives no answer; pass what it sends to ``pad_content``. (A subclass would be the
    obvious form, but Gradio writes a stub file beside the source of every subclass that it meets.)

    Args:
        visitor: the name to read for; None until an update of the prop ``visitor`` tells it.
    """

    def example_drawing(_: object = None) -> Strokes:  # Gradio calls it with an argument
        return examples.example_drawing()

    return gr.HTML(
        elem_id="digit-pad",
        html_template=read_assets("pad/pad.html"),
        js_on_load=read_assets("common.js", "pad/points.js", "pad/pad.js"),
        apply_default_css=False,
        server_functions=[example_drawing],
        visitor=visitor,
        side=PAD_SIZE,
        largest_file=LARGEST_FILE,
    )


def pad_content(payload: Any) -> PadContent:
    """Unpack what the browser sent; junk comes out as junk, for the core to refuse."""
    if not isinstance(payload, dict):
        return PadContent(payload or [], None)
    number = payload.get("number")
    number = number if type(number) is int else 0
    picture = payload.get("picture")
    if picture is not None:
        # Gradio has checked the path of a file object with meta, and of nothing else.
        path = Path(picture["path"] if is_file_obj_with_meta(picture) else "")
        return PadContent([], path, number)
    return PadContent(_parsed(payload.get("strokes")), None, number)


def _parsed(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text
