"""Wall mode: pad and answer fill the screen, for a room that looks on."""

import gradio as gr

from mnist_core.web.assets import markup, script
from mnist_core.web.texts import WALL


def wall_mode() -> gr.HTML:
    """Make the button that begins it, and the corner that tells the page's address in it."""
    return gr.HTML(
        html_template=markup("wall/wall.html", WALL),
        js_on_load=script("common.js", "wall/wall.js", texts=WALL),
        apply_default_css=False,
    )
