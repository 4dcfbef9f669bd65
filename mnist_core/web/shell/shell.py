"""Puts the outline of the page into its HTML. Knows nothing of what the page's parts do."""

import functools

from mnist_core.web.assets import markup
from mnist_core.web.texts import PAGE

_APP = b"<gradio-app"


def with_shell(page: bytes) -> bytes:
    """Return the HTML of the page with its outline; one without Gradio's element stays as it is."""
    return page.replace(_APP, _shell() + _APP, 1)


@functools.cache
def _shell() -> bytes:
    return markup("shell/shell.html", PAGE).encode()
