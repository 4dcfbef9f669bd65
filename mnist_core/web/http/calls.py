"""Checks what calls of Gradio's events say before Gradio sees it.

Gradio meets junk with tracebacks, fetches what a file's path names, and keeps answers that nobody
fetches for ever. Here a call is an object with what an event needs, and nothing else; a file in it
is one that was uploaded; through the queue go the public functions alone, and who does not fetch
their answers loses the oldest. What the page's functions refuse becomes 400 with their sentence.
"""

import asyncio
import contextlib
import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qsl
from weakref import WeakValueDictionary

from gradio.blocks import Blocks

from mnist_core.web.http.asgi import (
    App,
    Message,
    Receive,
    RefusedError,
    Scope,
    Send,
    address_of,
    path_of,
)
from mnist_core.web.http.json_body import parsed
from mnist_core.web.http.open_routes import API, PUBLIC_FUNCTIONS
from mnist_core.web.http.shares import Shares
from mnist_core.web.http.uploads import NOT_UPLOADED, UPLOADS

UNFETCHED = 16  # answers of one session
SESSIONS = 1000  # whose answers are kept
SESSIONS_OF_ONE = 200  # address
# Events of the page from one address that are at work at once: one may go through 500 drawings, and
# readings of others wait for Python's lock meanwhile. More of them wait for their turn.
EVENTS_OF_ONE = 4
_NOT_UNDERSTOOD = "The request was not understood: see the API's description, /gradio_api/info."
_SESSION = re.compile("[ -~]{1,64}")
_CALL = re.compile(f"{API}/(run|api|call/v2|call)/([^/]+)/?|{API}/queue/(join)")
_ANSWER = re.compile(f"{API}/queue/data|{API}/call/(?:v2/)?[^/]+/([^/]+)")


class Calls:
    """ASGI middleware around the calls; lets everything else through untouched."""

    def __init__(self, app: App, blocks: Blocks):
        """Wrap an application that serves Gradio's blocks."""
        self.app = app
        self.blocks = blocks
        self._sessions = Shares(SESSIONS, of_one=SESSIONS_OF_ONE)
        # By address; one that nobody uses any more goes.
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = path_of(scope)
        if call := scope["method"] == "POST" and _CALL.fullmatch(path):
            way, name = call[1] or call[3], call[2]
            body = self._checked(way, name, await _body(receive))
            if way not in ("run", "api"):
                await self._make_room(body["session_hash"], address_of(scope))
            content = json.dumps(body).encode()
            mild = _Mild(send)
            inner = {**_of_size(scope, len(content)), "path": scope["path"].replace("/v2/", "/")}
            async with self._turn(body, address_of(scope)):
                await self.app(inner, _replay(content, receive), mild.send)
            if mild.refusal is not None:
                raise mild.refusal
            return
        if answer := _ANSWER.fullmatch(path):
            session = self._session_of(answer[1]) if answer[1] else _query(scope)["session_hash"]
            if session not in self.blocks._queue.pending_messages_per_session:
                raise RefusedError(404, "No answer waits here: make a call first.")
        await self.app(scope, receive, send)

    def _checked(self, way: str, name: str | None, body: bytes) -> dict[str, Any]:
        asked = parsed(body, _file)
        if way == "call/v2" and isinstance(asked, dict):  # names its one parameter
            way, asked = "call", {"data": [asked.get(PUBLIC_FUNCTIONS.get(name or ""))]}
        if not isinstance(asked, dict) or not isinstance(asked.get("data"), list):
            raise RefusedError(400, _NOT_UNDERSTOOD)
        number, session = asked.get("fn_index"), asked.get("session_hash")
        if session is not None and not (isinstance(session, str) and _SESSION.fullmatch(session)):
            raise RefusedError(400, _NOT_UNDERSTOOD)
        functions = self.blocks.fns
        if way == "call" or number is None:
            names = {each.api_name: key for key, each in functions.items()}
            number = names.get(name) if name in PUBLIC_FUNCTIONS else None
        function = functions.get(number) if type(number) is int else None
        # One without ``fn`` is the browser's alone.
        if function is None or function.fn is None or len(asked["data"]) != len(function.inputs):
            raise RefusedError(400, _NOT_UNDERSTOOD)
        if way not in ("run", "api") and function.api_name not in PUBLIC_FUNCTIONS:
            raise RefusedError(400, "Only the functions of the API may be called so.")
        if way == "join" and session is None:
            raise RefusedError(400, "The session's name is missing: send it as session_hash.")
        checked = {"data": asked["data"], "session_hash": session}
        if way == "call":
            return checked | {"session_hash": session or secrets.token_hex(16)}
        trigger = asked.get("trigger_id")
        return checked | {
            "fn_index": number,
            "trigger_id": trigger if type(trigger) is int else None,
        }

    async def _make_room(self, session: str, address: str) -> None:
        queue = self.blocks._queue
        if len(queue.pending_event_ids_session.get(session, ())) >= UNFETCHED:
            raise RefusedError(429, "Too many answers are waiting: fetch them first.")
        self._sessions.remove(session)
        for gone in self._sessions.add(address, session, 1):
            await self._forget(gone)

    def _turn(
        self, body: dict[str, Any], address: str
    ) -> contextlib.AbstractAsyncContextManager[None]:
        """Return what an event of the page waits for; public functions have their own limits."""
        function = self.blocks.fns.get(body.get("fn_index", -1))
        if function is None or function.api_name in PUBLIC_FUNCTIONS:
            return contextlib.nullcontext()
        return self._turns.setdefault(address, asyncio.Semaphore(EVENTS_OF_ONE))

    def _session_of(self, event: str) -> str:
        waiting = self.blocks._queue.pending_event_ids_session
        return next((session for session, events in waiting.items() if event in events), "")

    async def _forget(self, session: str) -> None:
        queue = self.blocks._queue
        # Its calls that wait go first: an answer that has no place ends Gradio's queue for all.
        await queue.clean_events(session_hash=session)
        queue.pending_event_ids_session.pop(session, None)
        queue.pending_messages_per_session.pop(session, None)


def _file(thing: dict[str, Any]) -> dict[str, Any]:
    """Let an object through that names no file, and of one that does the name alone.

    Gradio looks at no file that has nothing else: the page's functions find it themselves.

    Raises:
        RefusedError: what it names is not an uploaded file.
    """
    if "path" not in thing:
        return thing
    if UPLOADS.find(thing["path"]) is None:
        raise RefusedError(400, NOT_UPLOADED)
    return {"path": thing["path"]}


def _query(scope: Scope) -> dict[str, str]:
    text = scope.get("query_string", b"")[:1000].decode("latin-1")
    return {"session_hash": "", **dict(parse_qsl(text))}


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _of_size(scope: Scope, size: int) -> Scope:
    dropped = (b"content-length", b"content-type", b"transfer-encoding")
    headers = [each for each in scope["headers"] if each[0] not in dropped]
    headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % size)]
    return {**scope, "headers": headers}


def _replay(body: bytes, receive: Receive) -> Receive:
    is_told = False

    async def replay() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class _Mild:
    """Holds back what the page's own refusals become in Gradio: 500, or what it can't parse."""

    def __init__(self, send: Send):
        self._send = send
        self._start: Message = {}
        self.refusal: RefusedError | None = None

    async def send(self, message: Message) -> None:
        if self.refusal is not None:
            return
        if message["type"] == "http.response.start" and message["status"] in (400, 422, 500):
            self._start = message
            return
        if self._start:
            sentence = _sentence(message.get("body", b""))
            if sentence is not None or self._start["status"] != 500:
                self.refusal = RefusedError(400, sentence or _NOT_UNDERSTOOD)
                return
            start, self._start = self._start, {}  # a fault of ours
            await self._send(start)
        await self._send(message)


def _sentence(body: bytes) -> str | None:
    try:
        sentence = json.loads(body).get("error")
    except (ValueError, AttributeError):
        sentence = None
    return sentence if isinstance(sentence, str) and sentence else None
