"""A button and the window it opens: the keys, the words, and where things are kept."""

import gradio as gr

from mnist_core.web.assets import read_assets


def help_window() -> gr.HTML:
    """Make the button; all of it happens in the browser."""
    return gr.HTML(
        html_template=read_assets("help/help.html"),
        js_on_load=read_assets("common.js", "help/help.js"),
        apply_default_css=False,
    )
