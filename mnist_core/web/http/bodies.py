"""Limits how large a request may be, and how long it may take to come.

What comes is counted, whatever the request has said before. Knows nothing of what it is.
"""

import time

import anyio

from mnist_core.web.http.asgi import App, Message, Receive, RefusedError, Scope, Send, header

SILENCE = 20.0  # s that may pass without a byte
SLOWEST = 16 * 1024  # bytes/s on average, after the first seconds; a bad phone line has twice that
FIRST_SECONDS = 30.0
GATHERED = 128 * 1024 * 1024  # bytes, of all requests that are being received


class Bodies:
    """ASGI middleware that counts what comes, and breaks off what is too much or too slow."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app
        self.gathered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        limit = scope["open_route"].max_body
        declared = header(scope, "content-length") or "0"
        if declared.isdigit() and int(declared[:18]) > limit:
            raise _too_large(limit)
        begun = time.monotonic()
        received = 0
        is_whole = False

        async def limited_receive() -> Message:
            nonlocal received, is_whole
            if is_whole:  # waits for the client to go, as long as an answer takes
                return await receive()
            try:
                with anyio.fail_after(SILENCE):
                    message = await receive()
            except TimeoutError:
                raise RefusedError(408, "The request came too slowly: send it again.") from None
            size = len(message.get("body", b""))
            received += size
            self.gathered += size
            is_whole = not message.get("more_body", False)
            if received > limit:
                raise _too_large(limit)
            if self.gathered > GATHERED:
                raise RefusedError(503, "Too much is being sent just now: try again in a moment.")
            if not is_whole and time.monotonic() - begun > FIRST_SECONDS + received / SLOWEST:
                raise RefusedError(408, "The request came too slowly: send it again.")
            return message

        try:
            await self.app(scope, limited_receive, send)
        finally:
            self.gathered -= received


def _too_large(limit: int) -> RefusedError:
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} kB"
    return RefusedError(413, f"The request is larger than {size}: send less at once.")
