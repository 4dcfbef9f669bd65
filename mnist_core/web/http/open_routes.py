"""The list of what may be asked for; Gradio has many more routes, and all of those are closed.

``tests/test_open_routes.py`` goes through every route of the running application and fails when
one is open that is not meant to be.
"""

import re
from dataclasses import dataclass

from mnist_core.web.http.asgi import App, Receive, RefusedError, Scope, Send, path_of
from mnist_core.web.http.uploads import MAX_UPLOAD

MAX_BODY = 4 * 1024 * 1024  # bytes; 20,000 points of two 17-digit numbers take 0.8 MB
MAX_LOGIN = 16 * 1024  # bytes
MAX_LOOK = 16 * 1024  # bytes
API = "/gradio_api"
PUBLIC_FUNCTIONS = {"predict": "drawing", "predict_image": "picture"}  # with their parameters

_FUNCTION = f"({'|'.join(PUBLIC_FUNCTIONS)})"
_ID = "[A-Za-z0-9_-]{1,64}"


@dataclass(frozen=True)
class OpenRoute:
    """One kind of request that is served."""

    methods: tuple[str, ...]
    path: str  # a regular expression
    before_login: bool = False
    max_body: int = MAX_BODY  # bytes

    @property
    def takes_files(self) -> bool:
        """Whether bodies are files, which lie on the disk and have limits of their own."""
        return self.max_body > MAX_BODY


_LOOKED_AT = ("GET", "HEAD")

OPEN_ROUTES = (
    # The page, which is also the login, and what it loads.
    OpenRoute(_LOOKED_AT, "/", before_login=True),
    OpenRoute(_LOOKED_AT, "/(assets|static)/[A-Za-z0-9_./-]{1,200}", before_login=True),
    OpenRoute(_LOOKED_AT, f"({API})?/theme\\.css", before_login=True),
    OpenRoute(
        _LOOKED_AT,
        "/(favicon\\.ico|icon\\.svg|preview\\.png|robots\\.txt|manifest\\.json)",
        before_login=True,
    ),
    OpenRoute(("POST",), "/login", before_login=True, max_body=MAX_LOGIN),
    OpenRoute(("GET",), f"{API}/login_check", before_login=True),
    OpenRoute(("GET",), "/logout", before_login=True),
    # Whether the server is there; Gradio asks the second one itself as it starts.
    OpenRoute(_LOOKED_AT, "/healthz", before_login=True),
    OpenRoute(("GET",), f"{API}/startup-events", before_login=True),
    OpenRoute(("GET",), f"{API}/app_id"),
    # The pad's own, and the panel's.
    OpenRoute(("POST",), "/read"),
    OpenRoute(("POST",), "/training", max_body=MAX_LOOK),
    OpenRoute(("GET",), "/example"),
    OpenRoute(("GET",), "/address"),
    # Events of the page, and the public functions, in each way that Gradio's clients know.
    OpenRoute(("GET",), "/config"),
    OpenRoute(("GET",), f"{API}/info"),
    OpenRoute(("POST",), f"{API}/upload", max_body=MAX_UPLOAD),
    OpenRoute(("POST",), f"{API}/(run|api)/{_ID}/?"),
    OpenRoute(("POST",), f"{API}/call/(v2/)?{_FUNCTION}/?"),
    OpenRoute(("GET",), f"{API}/call/(v2/)?{_FUNCTION}/{_ID}"),
    OpenRoute(("POST",), f"{API}/queue/join"),
    OpenRoute(("GET",), f"{API}/queue/data"),
)
_PATTERNS = [(re.compile(route.path), route) for route in OPEN_ROUTES]


def route_of(scope: Scope) -> OpenRoute:
    """Return the open route that a request asks for.

    Raises:
        RefusedError: there is none.
    """
    path = path_of(scope)
    if ".." not in path:
        for pattern, route in _PATTERNS:
            if pattern.fullmatch(path):
                if scope["method"] in route.methods:
                    return route
                raise RefusedError(405, f"Ask for it by {' or '.join(route.methods)}.")
    raise RefusedError(404, "There is nothing at this address: open the page itself.")


class OpenRoutes:
    """ASGI middleware that lets the list through, and tells what is inside which entry it is."""

    def __init__(self, app: App):
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, if it is on the list."""
        await self.app({**scope, "open_route": route_of(scope)}, receive, send)
