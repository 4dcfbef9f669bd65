"""Tells the address from which a request comes, and slows down who sends very much.

A drawing of a hand takes under 4 kB and is free; a page full of scribbles takes a hundred, and to
understand it keeps everybody waiting. So what comes from one address beyond that is limited: it
waits for its turn, and is refused where that is too long. This module knows HTTP, and nothing of
drawings. Uploads have limits of their own.
"""

import asyncio

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from mnist_core.service.network_address import ADDRESS
from mnist_core.web.http.asgi import (
    App,
    Receive,
    RefusedError,
    Scope,
    Send,
    address_of,
    header,
)
from mnist_core.web.http.open_routes import MAX_BODY

FREE = 4 * 1024  # bytes of a request that are not counted
MOST = RateLimitItemPerSecond(500)  # kB from one address: two drawings of 20,000 points
LONGEST_WAIT = 3  # s

_TOO_MUCH = "Too much comes from your network address at once: try again in a moment."


class AskedFrom:
    """ASGI middleware around all that is asked for."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        address = address_of(scope)
        if scope["method"] == "POST" and not scope["open_route"].takes_files:
            cost = (min(_size(scope), MAX_BODY) - FREE) // 1024
            if cost > 0 and not await self._turn(address, min(cost, MOST.amount)):
                raise RefusedError(429, _TOO_MUCH, retry_after=LONGEST_WAIT)
        token = ADDRESS.set(address)
        try:
            await self.app(scope, receive, send)
        finally:
            ADDRESS.reset(token)

    async def _turn(self, address: str, cost: int) -> bool:
        """Wait until so many kB may come from an address; say whether they may."""
        for _ in range(LONGEST_WAIT):
            if self._limiter.hit(MOST, address, cost=cost):
                return True
            await asyncio.sleep(MOST.get_expiry())
        return self._limiter.hit(MOST, address, cost=cost)


def _size(scope: Scope) -> int:
    """Return how many bytes a request says that it has; who does not say so may send the most."""
    declared = header(scope, "content-length")
    return int(declared[:18]) if declared.isdigit() else MAX_BODY
