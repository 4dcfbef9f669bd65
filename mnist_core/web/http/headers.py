"""The headers that tell a browser what it may do with what it gets.

Anybody may show a page for strangers in a frame. One that is somebody's own may be framed by
itself, by other pages of the same machine, and by the notebooks that people start it from.
"""

import functools
import re

from mnist_core.service.own_folder import is_space
from mnist_core.web.http.asgi import App, Message, Receive, Scope, Send
from mnist_core.web.http.origins import host_of

_NOTEBOOKS = ("https://colab.research.google.com", "https://*.googleusercontent.com")
_SPACES = ("https://huggingface.co",)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_NAMES = {b"content-security-policy", *(name for name, _ in _ALWAYS)}
_NAME_OR_IPV4 = re.compile(r"[A-Za-z0-9.-]{1,253}")  # what a policy can name


class Headers:
    """ASGI middleware that adds them, and takes away what lets other sites read an answer."""

    def __init__(self, app: App, *, framed_by_anybody: bool):
        """Wrap an application."""
        self.app = app
        self.framed_by_anybody = framed_by_anybody

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        ancestors = "*" if self.framed_by_anybody else _ancestors(host_of(scope), is_space())
        policy = f"object-src 'none'; frame-ancestors {ancestors}"
        ours = [*_ALWAYS, (b"content-security-policy", policy.encode())]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                theirs = [
                    (name, value)
                    for name, value in message.get("headers", [])
                    if not name.lower().startswith(b"access-control-")
                    and name.lower() not in _NAMES
                ]
                message = {**message, "headers": [*theirs, *ours]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


@functools.lru_cache(maxsize=256)
def _ancestors(own_host: str, on_a_space: bool) -> str:
    """Return who may show a page of one's own, that is served by this name, in a frame."""
    hosts = {"localhost", "127.0.0.1"}
    if _NAME_OR_IPV4.fullmatch(own_host):
        hosts.add(own_host)
    machine = [f"{scheme}://{host}:*" for host in sorted(hosts) for scheme in ("http", "https")]
    spaces = _SPACES if on_a_space else ()
    return " ".join(["'self'", *machine, *_NOTEBOOKS, *spaces])
