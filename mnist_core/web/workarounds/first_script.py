"""Puts scripts of ours before all others of the page; each of them says why it must come first.

Gradio 6.31.0 puts its ``head`` there by a script of its own, too late for these:
``test_gradios_own_head_comes_after_its_scripts`` tells when this can go. This module knows HTTP,
and nothing of Gradio's objects.
"""

from mnist_core.web.assets import read_assets
from mnist_core.web.http.guard import App, Message, Receive, Scope, Send

SCRIPTS = ("workarounds/storage.js", "http/connection.js", "workarounds/frames.js")
_HEAD = b"<head>"


class FirstScript:
    """ASGI middleware around the page; lets everything else through untouched."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app
        self.head = f"<head><script>{read_assets(*SCRIPTS)}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        # A proxy may have taken the prefix off the path already.
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path != "/":
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
                if _HEAD in body:
                    message = {**message, "body": body.replace(_HEAD, self.head, 1)}
                    begun = {**begun, "headers": self._longer(begun["headers"])}
                await send(begun)
            await send(message)

        await self.app(scope, receive, send_with_script)

    def _longer(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        more = len(self.head) - len(_HEAD)
        return [
            (name, b"%d" % (int(value) + more) if name.lower() == b"content-length" else value)
            for name, value in headers
        ]
