"""Connections: how many there may be, and how long one may be silent before it has asked.

Knows uvicorn and its h11 protocol, which by itself waits for ever for a request that has begun.
"""

import asyncio
import contextlib
from typing import Any

import h11
import uvicorn.config
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 15.0  # s
MOST = 65_536  # descriptors that are asked for
RESERVED = 128  # descriptors for files, pipes and workers


def raise_descriptor_limit() -> int:
    """Let this process have as many descriptors as the system allows it; return how many."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return MOST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST if soft == resource.RLIM_INFINITY else soft
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft


def limit_connections() -> None:
    """Have every server of this process that is started from now on close silent connections.

    Gradio makes uvicorn's settings itself, so the protocol is changed where uvicorn looks it up.
    """
    descriptors = raise_descriptor_limit()
    PatientProtocol.room = max(16, descriptors - RESERVED)
    uvicorn.config.HTTP_PROTOCOLS["auto"] = f"{__name__}:{PatientProtocol.__name__}"


class PatientProtocol(H11Protocol):
    """Waits a while for a request; where connections run out, the one that waits longest goes."""

    room = MOST  # connections at once
    _waiting: dict["PatientProtocol", None] = {}  # noqa: RUF012 - of all servers; oldest first

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._deadline: asyncio.TimerHandle | None = None
        self._wait()
        if len(self.connections) > self.room and self._waiting:
            next(iter(self._waiting)).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end_wait()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the wait."""
        self._end_wait()
        super().connection_lost(exc)

    def _should_upgrade(self) -> bool:
        """Serve what asks for a websocket as any other request: the page has none."""
        return False

    def _wait(self) -> None:
        self._end_wait()
        self._waiting[self] = None
        self._deadline = self.loop.call_later(HEADERS_WITHIN, self.transport.abort)

    def _end_wait(self) -> None:
        self._waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
