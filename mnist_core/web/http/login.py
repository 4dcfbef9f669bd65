"""Who may come in, where people have to log in: the gate, and the routes ``/login``, ``/logout``.

They stand in for Gradio's own, which lets a password be guessed as fast as it can answer, logs
everybody of a name out at once, and can't be used in a frame of another site.
"""

import hmac
import inspect
import logging
import secrets
from asyncio import sleep
from collections import Counter
from typing import Any

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core.web.http.asgi import App, Receive, RefusedError, Scope, Send, address_of, is_https
from mnist_core.web.http.shares import counted
from mnist_core.web.http.visitors import set_cookie
from mnist_core.web.texts import LOGIN

# Wrong passwords from one address. After the first each try has to wait, a second longer for each,
# so that who has mistyped gets in with the right one, and who guesses gets nowhere.
_PER_MINUTE, _PER_HOUR = RateLimitItemPerMinute(20), RateLimitItemPerHour(100)
_LONGEST_WAIT = 3  # s
_TRIES_AT_ONCE = 2  # from one address

logger = logging.getLogger(__name__)


class LoginGate:
    """ASGI middleware that lets in who has logged in, and anybody to the login itself."""

    def __init__(self, app: App, gradio_app: Any):
        """Wrap an application; Gradio's own knows who has logged in."""
        self.app = app
        self.gradio_app = gradio_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_in = await _is_in(self.gradio_app, scope)
        if not is_in and not scope["open_route"].before_login:
            raise RefusedError(401, LOGIN["first"])
        await self.app({**scope, "is_logged_in": is_in}, receive, send)


async def _is_in(app: Any, scope: Scope) -> bool:
    if app.auth is None and app.auth_dependency is None:
        return True
    request = Request(scope)
    if app.auth_dependency is None:
        return any(request.cookies.get(name) in app.tokens for name in _cookies(app))
    user = app.auth_dependency(request)
    return (await user if inspect.isawaitable(user) else user) is not None


def _cookies(app: Any) -> tuple[str, str]:
    """Return the names by which Gradio knows its cookies: over HTTPS, and else."""
    return f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}"


def login_routes(app: Any) -> list[Route]:
    """Make the routes; Gradio's application knows who has logged in."""
    limiter = MovingWindowRateLimiter(MemoryStorage())
    trying: Counter[str] = Counter()

    async def log_in(request: Request) -> Response:
        if app.auth is None:
            raise RefusedError(404, LOGIN["nobody"])
        address = address_of(request.scope)
        left = [limiter.get_window_stats(each, address)[1] for each in (_PER_MINUTE, _PER_HOUR)]
        if min(left) == 0:
            raise RefusedError(429, LOGIN["too_many"], retry_after=60)
        if trying[address] >= _TRIES_AT_ONCE:
            raise RefusedError(429, LOGIN["others"], retry_after=_LONGEST_WAIT)
        with counted(trying, address):
            await sleep(min(_PER_MINUTE.amount - left[0], _LONGEST_WAIT))
            return await try_to_log_in(request, address)

    async def try_to_log_in(request: Request, address: str) -> Response:
        try:
            form = await request.form(max_files=0, max_fields=8, max_part_size=4096)
        except (MultiPartException, ValueError) as error:
            raise RefusedError(400, LOGIN["wrong"]) from error
        user, password = str(form.get("username", "")).strip(), str(form.get("password", ""))
        if not await _is_right(app.auth, user, password):
            for each in (_PER_MINUTE, _PER_HOUR):
                limiter.hit(each, address)
            logger.warning("a wrong password came from %s", address)
            raise RefusedError(400, LOGIN["wrong"])
        token = secrets.token_urlsafe(16)
        app.tokens[token] = user
        secure, other = _cookies(app)
        response = JSONResponse({"success": True})
        name = secure if is_https(request.scope) else other
        response.raw_headers.append(set_cookie(request.scope, name, token))
        return response

    async def log_out(request: Request) -> Response:
        response = Response(status_code=302, headers={"location": "./"})
        for name in _cookies(app):
            if name in request.cookies:
                app.tokens.pop(request.cookies[name], None)
                response.raw_headers.append(set_cookie(request.scope, name, "", max_age=0))
        return response

    return [Route("/login", log_in, methods=["POST"]), Route("/logout", log_out, methods=["GET"])]


async def _is_right(auth: Any, user: str, password: str) -> bool:
    if inspect.iscoroutinefunction(auth):
        return bool(await auth(user, password))
    if callable(auth):
        return bool(await run_in_threadpool(auth, user, password))
    expected = auth.get(user, secrets.token_urlsafe())  # takes as long for a name that is none
    given = password.encode("utf-8", "replace")
    return hmac.compare_digest(given, expected.encode())
