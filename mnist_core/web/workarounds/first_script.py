"""Puts scripts, styles and an outline of ours before all else of the page, and its own preview.

Each script says why it must come first. Gradio 6.31.0 puts its ``head`` there by a script of its
own, too late for these: ``test_gradios_own_head_comes_after_its_scripts`` tells when this can go.
This module knows HTTP, and nothing of Gradio's objects.
"""

import re

from mnist_core.web.assets import script
from mnist_core.web.http.asgi import App, Message, Receive, Scope, Send, path_of
from mnist_core.web.http.page_address import page_address
from mnist_core.web.preview.preview import own_head
from mnist_core.web.shell.shell import with_shell
from mnist_core.web.texts import LOGIN
from mnist_core.web.theme import first_style

SCRIPTS = (
    "workarounds/storage.js",
    "http/connection.js",
    "http/login.js",
    "workarounds/frames.js",
    "workarounds/language.js",
    "shell/shell.js",
)
_HEAD = b"<head>"
_API_INFO = re.compile(rb"window\.gradio_api_info = .*?;</script>", re.DOTALL)
_NO_INFO = b'window.gradio_api_info = {"named_endpoints": {}, "unnamed_endpoints": {}};</script>'


def first_script() -> str:
    """Return the scripts, with the words of the login."""
    return script(*SCRIPTS, texts=LOGIN)


class FirstScript:
    """ASGI middleware around the page; lets everything else through untouched."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app
        self.head = f"<head>{first_style()}<script>{{{first_script()}}}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or path_of(scope) != "/":
            await self.app(scope, receive, send)
            return
        start: Message = {}

        async def send_with_script(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message  # its length is known when the page is
                return
            if start:
                begun, start = start, {}
                body = message.get("body", b"")
                changed = own_head(body.replace(_HEAD, self.head, 1), page_address(scope))
                if scope.get("is_logged_in", True):
                    changed = with_shell(changed)
                else:  # the login need not tell what is behind it
                    changed = _API_INFO.sub(_NO_INFO, changed)
                message = {**message, "body": changed}
                headers = _longer(begun["headers"], len(changed) - len(body))
                await send({**begun, "headers": headers})
            await send(message)

        await self.app(scope, receive, send_with_script)


def _longer(headers: list[tuple[bytes, bytes]], more: int) -> list[tuple[bytes, bytes]]:
    return [
        (name, b"%d" % (int(value) + more) if name.lower() == b"content-length" else value)
        for name, value in headers
    ]
