"""A button and the window it opens: the keys, the words, and where things are kept."""

import gradio as gr

from mnist_core.web.assets import markup, script
from mnist_core.web.texts import HELP


def help_window() -> gr.HTML:
    """Make the button; all of it happens in the browser."""
    return gr.HTML(
        html_template=markup("help/help.html", HELP),
        js_on_load=script("common.js", "help/help.js", texts=HELP),
        apply_default_css=False,
    )
