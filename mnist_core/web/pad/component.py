"""The drawing pad: a canvas that sends strokes, or a picture, and is never redrawn by the server.

Knows what the browser sends, not what is made of it. The behavior lives in ``pad.js``.
"""

import json
from collections.abc import Mapping
from typing import Any

import gradio as gr

from mnist_core.ink.drawing import MAX_POINTS, MAX_STROKES, PAD_SIZE
from mnist_core.service.readings import GONE, PadContent
from mnist_core.web import texts
from mnist_core.web.assets import markup, script
from mnist_core.web.http.uploads import LARGEST_FILE, UPLOADS

_LIMITS = {"side": PAD_SIZE, "strokes": MAX_STROKES, "points": MAX_POINTS}  # of a drawing
LARGEST_NUMBER = 2**53  # of a drawing: so far a script counts exactly
_RECENT_AS = "draw-a-digit-recent"  # name of the last drawings in a tab's storage


def _scripts(*names: str, words: Mapping[str, str]) -> str:
    files = (f"pad/{name}.js" for name in names)
    return script("common.js", "taking.js", "thumbnail.js", *files, texts=words)


def digit_pad(visitor: str | None) -> gr.HTML:
    """Make a pad to draw one digit on.

    It has drawings read by ``read_route``, once it knows its visitor. Its ``.input`` fires when
    there is something to read that this way can't take or did not: a picture, or any drawing where
    the route gives no answer; pass what it sends to ``pad_content``. (A subclass would be the
    obvious form, but Gradio writes a stub file beside the source of every subclass that it meets.)

    Args:
        visitor: the name that the page holds, to be sent along; None until an update of the prop
            ``visitor`` tells it.
    """
    return gr.HTML(
        elem_id="digit-pad",
        html_template=markup("pad/pad.html", texts.PAD),
        js_on_load=_scripts(
            "points",
            "keys",
            "painting",
            "marks",
            "shrinking",
            "link",
            "recent",
            "pad",
            words=texts.PAD,
        ),
        apply_default_css=False,
        visitor=visitor,
        limits=_LIMITS,
        recent_as=_RECENT_AS,
        largest_file=LARGEST_FILE,
    )


def recent_drawings() -> gr.HTML:
    """Make the strip of the drawings that lay on the pad before, which can be put back.

    Beside it stand the ways to take the drawing away: a link, a picture. All of it happens in the
    browser, and lasts as long as its tab.
    """
    return gr.HTML(
        html_template=markup("pad/recent_drawings.html", texts.RECENT),
        js_on_load=_scripts("painting", "link", "recent", "recent_drawings", words=texts.RECENT),
        apply_default_css=False,
        limits=_LIMITS,
        recent_as=_RECENT_AS,
    )


def pad_content(payload: Any) -> PadContent:
    """Unpack what the browser sent; junk comes out as junk, for the core to refuse."""
    if not isinstance(payload, dict):
        return PadContent(payload or [], None)
    number = payload.get("number")
    number = number if type(number) is int and abs(number) <= LARGEST_NUMBER else 0
    picture = payload.get("picture")
    if picture is not None:
        name = picture.get("name") if isinstance(picture, dict) else None
        return PadContent([], UPLOADS.find(name) or GONE, number)
    return PadContent(_parsed(payload.get("strokes")), None, number)


def _parsed(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text
