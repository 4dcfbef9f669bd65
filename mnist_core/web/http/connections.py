"""Connections: how many there may be, and how long one may neither ask nor read its answer.

Knows uvicorn and its protocol by ``httptools``, which by itself waits for ever for a request that
has begun, however long its head gets, and for ever for a client to read what it has asked for.
"""

import asyncio
import contextlib
import itertools
import logging
import time
from typing import Any

import uvicorn.config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_WITHIN = 15.0  # s
READ_WITHIN = 60.0  # s, for at least so much of an answer that is too large for the buffers
READ_AT_LEAST = 32 * 1024  # bytes
LARGEST_HEAD = 65_536  # bytes of a request that are not its body
MOST = 65_536  # descriptors that are asked for
RESERVED = 128  # descriptors for files, pipes and workers
SECONDS_BETWEEN_LINES = 1.0  # of log, that descriptors run out

logger = logging.getLogger(__name__)


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


class PatientProtocol(HttpToolsProtocol):
    """Waits a while for a request, and for the answer to be read.

    Where connections run out, the one that waits longest goes.
    """

    room = MOST  # connections at once
    # Those whose request is not whole, or whose answer is not read, of all servers; oldest first.
    _waiting: dict["PatientProtocol", None] = {}  # noqa: RUF012
    _told = float("-inf")  # when it was last logged that descriptors run out, in s

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._head = 0  # bytes that have come and are no body yet
        self._is_unread = False  # more of an answer than the buffers hold
        self._deadline: asyncio.TimerHandle | None = None
        self._wait()
        if self.loop.get_exception_handler() is None:
            self.loop.set_exception_handler(self._handle)
        if len(self.connections) > self.room:
            self._abort_waiting(1)

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request."""
        self._head += len(data)
        super().data_received(data)
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The request's head is too large.")

    def on_headers_complete(self) -> None:
        """Wait for the body, whose time is limited elsewhere."""
        self._end_deadline()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take in a part of a body, whose size is limited elsewhere."""
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the wait, and count what comes next as another request's."""
        self._head = 0
        self._end_wait()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()

    def pause_writing(self) -> None:
        """Begin to wait for the client to read."""
        super().pause_writing()
        self._is_unread = True
        self._wait()

    def resume_writing(self) -> None:
        """End that wait; where the answer was whole, the one for the next request begins."""
        self._is_unread = False
        self._end_wait()
        super().resume_writing()
        if self.cycle is None or self.cycle.response_complete:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the wait."""
        self._end_wait()
        super().connection_lost(exc)

    def _should_upgrade(self) -> bool:
        """Serve what asks for a websocket as any other request: the page has none."""
        return False

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing of it."""

    def _wait(self) -> None:
        self._end_wait()
        self._waiting[self] = None
        if self._is_unread:
            left = self.transport.get_write_buffer_size()
            self._deadline = self.loop.call_later(READ_WITHIN, self._check_reading, left)
        else:
            self._deadline = self.loop.call_later(HEADERS_WITHIN, self.transport.abort)

    def _check_reading(self, left: int) -> None:
        """Go on waiting for a client that reads; ``left`` bytes were unread the last time."""
        if left - self.transport.get_write_buffer_size() < READ_AT_LEAST:
            self.transport.abort()
        else:
            self._wait()

    @classmethod
    def _abort_waiting(cls, count: int) -> None:
        for each in list(itertools.islice(cls._waiting, count)):
            del cls._waiting[each]
            each.transport.abort()

    @classmethod
    def _handle(cls, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Make room where no descriptor is left for a new connection; log anything else.

        Of so many connections at once Python fails to take in each, and would log as many
        tracebacks.
        """
        if not isinstance(context.get("exception"), OSError) or "accept" not in context["message"]:
            loop.default_exception_handler(context)
        elif time.monotonic() - cls._told >= SECONDS_BETWEEN_LINES:
            cls._told = time.monotonic()
            logger.warning("no descriptors are left for new connections: allow more of them")
            cls._abort_waiting(RESERVED)

    def _end_wait(self) -> None:
        self._waiting.pop(self, None)
        self._end_deadline()

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
