"""Wall mode: pad and answer fill the screen, for a room that looks on."""

import gradio as gr

from mnist_core.web.assets import read_assets


def wall_mode() -> gr.HTML:
    """Make the button that begins it, and the corner that tells the page's address in it."""
    return gr.HTML(
        html_template=read_assets("wall/wall.html"),
        js_on_load=read_assets("common.js", "wall/wall.js"),
        apply_default_css=False,
    )
