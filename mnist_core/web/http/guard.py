"""Keeps junk that comes over HTTP from becoming a server error.

Gradio answers 500 to any refusal of a direct call, and to calls that name no function or hold
nested junk, and lists to what is no JSON. Here each of them becomes 400 or 422 with one sentence,
``{"error": sentence}``, and a body too large to be a drawing is refused before it is read. This
module knows HTTP, and nothing of Gradio's objects.
"""

import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 4 * 1024 * 1024  # bytes; 20,000 points of two 17-digit numbers take 0.8 MB

_CALLS = ("/run/", "/api/", "/call/", "/queue/join", "/component_server", "/read")
_TOO_LARGE = "The request is larger than 4 MB: send one drawing, or upload the picture first."
_NOT_UNDERSTOOD = "The request was not understood: see the API's description, /gradio_api/info."
_REFUSALS = {400: 400, 422: 422, 500: 400}  # Gradio's status -> ours

logger = logging.getLogger(__name__)


class BodyTooLargeError(Exception):
    """More came than a drawing can take."""


class Guard:
    """ASGI middleware around the calls; lets everything else through untouched."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_call = scope["type"] == "http" and scope["method"] == "POST"
        if not is_call or not any(part in scope["path"] for part in _CALLS):
            await self.app(scope, receive, send)
            return
        started = False
        refusal = 0  # status of a refusal whose body is still to come
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise BodyTooLargeError
            return message

        async def mild_send(message: Message) -> None:
            nonlocal started, refusal
            if message["type"] == "http.response.start":
                refusal = _REFUSALS.get(message["status"], 0)
            if not refusal:
                started = True
                await send(message)
            elif message["type"] == "http.response.body" and not started:
                started = True
                if received > MAX_BODY:  # FastAPI has taken our error for a body it can't parse
                    await _answer(send, 413, _TOO_LARGE)
                else:
                    await _answer(send, refusal, _sentence(message.get("body", b"")))

        declared = dict(scope["headers"]).get(b"content-length", b"0")
        try:
            if declared.isdigit() and int(declared) > MAX_BODY:
                raise BodyTooLargeError
            await self.app(scope, limited_receive, mild_send)
        except BodyTooLargeError:
            if not started:
                await _answer(send, 413, _TOO_LARGE)
        except Exception as error:
            # Junk makes Gradio raise; where it is a fault of ours, the traceback tells.
            logger.warning("%s could not be served: %r", scope["path"], error, exc_info=True)
            if not started:
                await _answer(send, 400, _NOT_UNDERSTOOD)


def _sentence(body: bytes) -> str:
    try:
        sentence = json.loads(body).get("error")
    except (ValueError, AttributeError):
        sentence = None
    return sentence if isinstance(sentence, str) and sentence else _NOT_UNDERSTOOD


async def _answer(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
