"""The words of ASGI that this room shares: its types, what a request says, and a refusal.

Knows nothing of Gradio or of the page.
"""

import functools
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class RefusedError(Exception):
    """A request that is not served; the text is one sentence, for who has sent it."""

    def __init__(self, status: int, sentence: str, *, retry_after: int = 0):
        """Refuse with an HTTP status; a client may come back after some seconds, if not 0."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after


async def answer(send: Send, refusal: RefusedError) -> None:
    """Answer ``{"error": sentence}``, and end the connection: what still comes is not read."""
    body = json.dumps({"error": refusal.sentence}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        (b"x-refused", b"1"),  # tells the page that it is no proxy that answers
    ]
    if refusal.retry_after:
        headers.append((b"retry-after", b"%d" % refusal.retry_after))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def path_of(scope: Scope) -> str:
    """Return the path below that of the application; a proxy may have taken that off already."""
    path, root = scope["path"], scope.get("root_path", "")
    if root and path == root:
        return "/"
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def header(scope: Scope, name: str) -> str:
    """Return the first value of a header, its name in small letters; empty where there is none."""
    wanted = name.encode()
    for key, value in scope["headers"]:
        if key == wanted:
            return value.decode("latin-1")
    return ""


def forwarded(scope: Scope, name: str) -> str:
    """Return what the proxy that is nearest to the client says in a header of its own."""
    return header(scope, f"x-forwarded-{name}").partition(",")[0].strip()


def is_https(scope: Scope) -> bool:
    """Say whether the client has come by HTTPS, to this server or to a proxy before it."""
    return scope.get("scheme") == "https" or forwarded(scope, "proto") == "https"


def address_of(scope: Scope) -> str:
    """Return the client's address as limits count it: of IPv6 what one line has, the first half."""
    return _counted_address((scope.get("client") or ("",))[0])


@functools.lru_cache(maxsize=1024)  # asked for several times a request
def _counted_address(host: str) -> str:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
