"""Which name the server is asked by, and which site asks.

A page of another site can make a browser send things here. What would change something is refused
then: the browser says so in ``Sec-Fetch-Site``, or else the ``Origin`` is not the host that was
asked, nor the one that a proxy says it was asked by. (No script of another site can put the proxy's
header in: it would have to ask first, and this server allows nothing.)

Another site can also let its own name point to this machine, and so count as the same site. Names
that nobody else can own are safe from that: addresses, ``localhost``, and those of this machine.
A server for strangers answers by any name, as all that it has is everybody's.
"""

import functools
import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from mnist_core.web.http.asgi import (
    App,
    Receive,
    RefusedError,
    Scope,
    Send,
    forwarded,
    header,
    path_of,
)

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]{1,253})(:[0-9]{1,5})?")
_FOREIGN = "This was asked for by a page of another site: use the page of this server."


class Origins:
    """ASGI middleware that refuses names that are not ours, and what other sites ask for."""

    def __init__(self, app: App, *, any_host: bool, hosts: Callable[[], Iterable[str]]):
        """Wrap an application.

        Args:
            app: what is wrapped.
            any_host: whether to answer by any name.
            hosts: gives names to answer by, beside those of this machine.
        """
        self.app = app
        self.any_host = any_host
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not self.any_host:
            host = host_of(scope)
            known = (*_names_of_this_machine(), *self.hosts())
            if not _is_address(host) and host not in known:
                raise RefusedError(
                    421,
                    "The server does not answer by this name: start it with --allow-host and the "
                    "name, if it is yours.",
                )
        changes = scope["method"] not in ("GET", "HEAD") or path_of(scope) == "/logout"
        if changes and _is_foreign(scope):
            raise RefusedError(403, _FOREIGN)
        await self.app(_with_addresses_alone(scope), receive, send)


def host_of(scope: Scope) -> str:
    """Return the name or address that the server was asked by, without its port."""
    match = _HOST.fullmatch(header(scope, "host"))
    return match[1].lower() if match else ""


def _with_addresses_alone(scope: Scope) -> Scope:
    """Drop the headers of which Gradio makes the page's address, where they hold none.

    It meets what is no host with a traceback, and takes any address for its own from a header that
    no proxy here sends.
    """
    host = forwarded(scope, "host")
    dropped = {b"x-gradio-server"}
    if host and not _is_host(host):
        dropped.add(b"x-forwarded-host")
    kept = [each for each in scope["headers"] if each[0] not in dropped]
    return scope if len(kept) == len(scope["headers"]) else {**scope, "headers": kept}


def _is_host(text: str) -> bool:
    match = _HOST.fullmatch(text)
    return match is not None and (text[0] != "[" or _is_address(match[1]))


@functools.cache
def _names_of_this_machine() -> tuple[str, ...]:
    name = socket.gethostname().lower()
    return ("localhost", name, f"{name.partition('.')[0]}.local")


@functools.lru_cache(maxsize=1024)
def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_foreign(scope: Scope) -> bool:
    site = header(scope, "sec-fetch-site")
    if site:
        return site not in ("same-origin", "none")
    origin = header(scope, "origin")
    if not origin:
        return False  # no browser
    asked = {header(scope, "host").lower(), forwarded(scope, "host").lower()} - {""}
    return not any(_is_same(origin.lower(), host) for host in asked)


def _is_same(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return False
    match = _HOST.fullmatch(host)
    if match is None or match[1].strip("[]") != name:
        return False
    # Proxies may leave the port out; a server that is asked directly gets it.
    return match[2] is None or int(match[2][1:]) == port
