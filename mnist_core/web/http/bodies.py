"""Limits how large a request may be, and how long it may take to come.

What comes is counted, whatever the request has said before. Knows nothing of what it is.
"""

import time
from collections import Counter

import anyio

from mnist_core.web.http.asgi import (
    App,
    Message,
    Receive,
    RefusedError,
    Scope,
    Send,
    address_of,
    header,
)
from mnist_core.web.http.asked_from import FREE

SILENCE = 20.0  # s that may pass without a byte
SLOWEST = 16 * 1024  # bytes/s on average, after the first seconds; a bad phone line has twice that
FIRST_SECONDS = 30.0
# Bytes that are held in memory of requests that are being received: of all, and from one address.
# A small request always finds room, so who fills this keeps no hand from being read.
GATHERED = 128 * 1024 * 1024
GATHERED_OF_ONE = GATHERED // 4

_TOO_SLOW = "The request came too slowly: send it again."


class Bodies:
    """ASGI middleware that counts what comes, and breaks off what is too much or too slow."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app
        self.gathered: Counter[str] = Counter()  # bytes by address
        self.gathered_in_all = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        limit = scope["open_route"].max_body
        in_memory = not scope["open_route"].takes_files
        address = address_of(scope)
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
                raise RefusedError(408, _TOO_SLOW) from None
            size = len(message.get("body", b""))
            received += size
            if in_memory:
                self._gather(address, size)
            is_whole = not message.get("more_body", False)
            if received > limit:
                raise _too_large(limit)
            if in_memory and received > FREE and self._is_full(address):
                raise RefusedError(503, "Too much is being sent just now: try again in a moment.")
            if not is_whole and time.monotonic() - begun > FIRST_SECONDS + received / SLOWEST:
                raise RefusedError(408, _TOO_SLOW)
            return message

        try:
            await self.app(scope, limited_receive, send)
        finally:
            if in_memory:
                self._gather(address, -received)

    def _gather(self, address: str, size: int) -> None:
        self.gathered_in_all += size
        self.gathered[address] += size
        if not self.gathered[address]:
            del self.gathered[address]

    def _is_full(self, address: str) -> bool:
        return self.gathered_in_all > GATHERED or self.gathered[address] > GATHERED_OF_ONE


def _too_large(limit: int) -> RefusedError:
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} kB"
    return RefusedError(413, f"The request is larger than {size}: send less at once.")
