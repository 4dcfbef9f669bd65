"""Who a stranger is: a name of the server's making, which nobody else can make up or guess.

It is kept in a cookie that scripts can't read. Where no cookie comes back, as in a frame of another
site whose browser keeps none there, the page itself holds the name, signed as in the cookie, and
sends it along. On a server of one's own there is one visitor, who needs no name.
"""

import base64
import contextlib
import functools
import hashlib
import hmac
import re
import secrets
from contextvars import ContextVar
from pathlib import Path

from starlette.requests import cookie_parser

from mnist_core.files import write_first
from mnist_core.web.http.asgi import App, Message, Receive, Scope, Send, header, is_https, path_of

NOBODY = ""  # who has no name; on a server of one's own, its owner
_KEY_FILE = "visitors.key"
_KEY_SIZE = 32  # bytes
_SIGNED = re.compile("[A-Za-z0-9_-]{16,64}[.][A-Za-z0-9_-]{22}")
_YEAR = 365 * 24 * 3600  # s

_in_cookie: ContextVar[str] = ContextVar("name in the request's cookie", default=NOBODY)


class VisitorNames:
    """Makes names and knows them again."""

    def __init__(self, key: bytes | None):
        """Sign with a secret key; without one, all visitors are the same."""
        self._key = key
        # Servers of one machine share their cookies, whatever their ports.
        mark = "" if key is None else hashlib.sha256(b"cookie" + key).hexdigest()[:8]
        self.cookie = f"draw-a-digit-{mark}"
        # A pad sends its name with every drawing. To check a signature, the event loop lets go of
        # Python's lock, and waits for whatever else computes to give it back.
        self._checked = functools.lru_cache(maxsize=1024)(self._check)

    @property
    def are_strangers(self) -> bool:
        """Whether visitors have names."""
        return self._key is not None

    def new(self) -> str:
        """Make a signed name."""
        return self.sign(secrets.token_urlsafe(16))

    def sign(self, name: str) -> str:
        """Return a name with its signature."""
        digest = hmac.digest(self._key or b"", name.encode(), "sha256")[:16]
        return f"{name}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    def known(self, signed: object) -> str:
        """Return the name that was signed here; ``NOBODY`` for anything else."""
        if self._key is None or not isinstance(signed, str) or not _SIGNED.fullmatch(signed):
            return NOBODY
        return self._checked(signed)

    def _check(self, signed: str) -> str:
        name = signed.partition(".")[0]
        return name if hmac.compare_digest(self.sign(name), signed) else NOBODY

    def visitor(self, held: object) -> str:
        """Return who has sent the request that is being served.

        Args:
            held: the signed name that the page holds, if it does; not yet checked.
        """
        return self.in_cookie or self.known(held)

    @property
    def in_cookie(self) -> str:
        """The name in the cookie of the request that is being served, or ``NOBODY``."""
        return _in_cookie.get()


class VisitorCookie:
    """ASGI middleware that reads the name, and gives one to whoever opens the page without."""

    def __init__(self, app: App, names: VisitorNames):
        """Wrap an application."""
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not self.names.are_strangers:
            await self.app(scope, receive, send)
            return
        name = self.names.known(cookie_parser(header(scope, "cookie")).get(self.names.cookie))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                cookie = set_cookie(scope, self.names.cookie, self.names.new(), max_age=_YEAR)
                message = {**message, "headers": [*message["headers"], cookie]}
            await send(message)

        token = _in_cookie.set(name)
        try:
            is_new = not name and path_of(scope) == "/"
            await self.app(scope, receive, send_with_cookie if is_new else send)
        finally:
            _in_cookie.reset(token)


def set_cookie(
    scope: Scope, name: str, value: str, *, max_age: int | None = None
) -> tuple[bytes, bytes]:
    """Return the header that sets a cookie which no script can read.

    Over HTTPS it is sent from frames of other sites, too, where each such site has its own.

    Args:
        scope: of the request.
        name: of the cookie.
        value: it will have.
        max_age: seconds that it lasts; by default until the browser is closed.
    """
    path = scope.get("root_path", "") or "/"
    reach = "SameSite=None; Secure; Partitioned" if is_https(scope) else "SameSite=Lax"
    lasts = "" if max_age is None else f"Max-Age={max_age}; "
    text = f"{name}={value}; Path={path}; {lasts}HttpOnly; {reach}"
    return b"set-cookie", text.encode("latin-1")


def visitor_key(folder: Path) -> bytes:
    """Return the secret key that lies in a folder; it is made once, and is its owner's alone.

    Raises:
        OSError: the folder can't be used.
    """
    path = folder / _KEY_FILE
    for _ in range(2):
        with contextlib.suppress(FileNotFoundError):
            key = path.read_bytes()
            if len(key) >= _KEY_SIZE:
                return key
            path.unlink()  # damaged
        write_first(path, secrets.token_bytes(_KEY_SIZE))  # another server may be faster
    return path.read_bytes()
