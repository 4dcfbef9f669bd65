"""What goes wrong: one line of log for a fault of the client, a traceback for one of ours.

Neither tells the client more than a sentence. Nothing that a client wrote is printed as it is.
"""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from mnist_core.errors import MnistCoreError
from mnist_core.web.http.asgi import (
    App,
    Message,
    Receive,
    RefusedError,
    Scope,
    Send,
    address_of,
    answer,
    path_of,
)

_LONGEST_SHOWN = 80  # characters of a path
_LONGEST_TOLD = 300  # characters of a sentence, since some quote what the client sent
_OURS = "The server has failed: its log says why."

logger = logging.getLogger(__name__)


class Faults:
    """ASGI middleware, inside the headers alone: answers what is refused, or fails, inside."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        status = 0  # of the answer that has begun
        hidden = False

        async def watched_send(message: Message) -> None:
            nonlocal status, hidden
            if message["type"] == "http.response.start":
                status = message["status"]
                hidden = status == 500  # what it says may tell of the inside
            if not hidden:
                await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except (RefusedError, HTTPException, MnistCoreError) as error:
            refusal = _refusal(error)
            told = refusal.sentence[:_LONGEST_TOLD]
            logger.info("%s refused, %d: %s", described(scope), refusal.status, told)
            if hidden or not status:
                await answer(send, refusal)
            return
        except (ClientDisconnect, ConnectionError):
            logger.info("%s broken off by the client", described(scope))
            return
        except Exception:
            logger.exception("%s failed", described(scope))
            hidden = status in (0, 500)
        else:
            if hidden:
                logger.error("%s failed", described(scope))
            elif status >= 400:
                logger.info("%s refused, %d", described(scope), status)
        if hidden:
            await answer(send, RefusedError(500, _OURS))


def _refusal(error: RefusedError | HTTPException | MnistCoreError) -> RefusedError:
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, MnistCoreError):  # such as a folder that can't be read any more
        return RefusedError(503, str(error))
    return RefusedError(error.status_code, "The request can't be served.")


def described(scope: Scope) -> str:
    """Say who has asked for what, in printable ASCII."""
    path = ascii(path_of(scope)[:_LONGEST_SHOWN])
    return f"{address_of(scope)} {scope['method'][:8]} {path}"
