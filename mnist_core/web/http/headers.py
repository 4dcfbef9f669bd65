"""The headers that tell a browser what it may do with what it gets.

Anybody may show a page for strangers in a frame. One that is somebody's own may be framed by
itself, by other pages of the same machine, and by the notebooks that people start it from.
"""

import os
import re

from mnist_core.web.http.asgi import App, Message, Receive, Scope, Send
from mnist_core.web.http.origins import host_of

_NOTEBOOKS = ("https://colab.research.google.com", "https://*.googleusercontent.com")
_SPACES = ("https://huggingface.co",)
_NAME_OR_IPV4 = re.compile(r"[A-Za-z0-9.-]{1,253}")  # what a policy can name


class Headers:
    """ASGI middleware that adds them, and takes away what lets other sites read an answer."""

    def __init__(self, app: App, *, framed_by_anybody: bool):
        """Wrap an application."""
        self.app = app
        self.framed_by_anybody = framed_by_anybody

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        ours = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
            (b"content-security-policy", self._policy(scope).encode()),
        ]
        names = {name for name, _ in ours}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                theirs = [
                    (name, value)
                    for name, value in message.get("headers", [])
                    if not name.lower().startswith(b"access-control-") and name.lower() not in names
                ]
                message = {**message, "headers": theirs + ours}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _policy(self, scope: Scope) -> str:
        if self.framed_by_anybody:
            return "object-src 'none'; frame-ancestors *"
        hosts = {"localhost", "127.0.0.1"}
        own = host_of(scope)
        if _NAME_OR_IPV4.fullmatch(own):
            hosts.add(own)
        machine = [f"{scheme}://{host}:*" for host in sorted(hosts) for scheme in ("http", "https")]
        spaces = _SPACES if "SPACE_ID" in os.environ else ()
        ancestors = ["'self'", *machine, *_NOTEBOOKS, *spaces]
        return f"object-src 'none'; frame-ancestors {' '.join(ancestors)}"
