"""The whole application, as ASGI: Gradio's, the page's own routes, and what stands before both.

Whoever serves the page serves this: ``Page.launch``, uvicorn, or somebody's own application that
mounts it at a path.
"""

from collections.abc import Iterable
from typing import Any

from gradio.routes import App as GradioApp
from gradio.routes import ORJSONResponse
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Route

from mnist_core.web.http.asgi import App, Receive, Scope, Send
from mnist_core.web.http.asked_from import AskedFrom
from mnist_core.web.http.asset_route import asset_route
from mnist_core.web.http.bodies import Bodies
from mnist_core.web.http.calls import Calls
from mnist_core.web.http.example_route import example_route
from mnist_core.web.http.faults import Faults
from mnist_core.web.http.headers import Headers
from mnist_core.web.http.health_route import health_route
from mnist_core.web.http.login import LoginGate, login_routes
from mnist_core.web.http.open_routes import OpenRoutes
from mnist_core.web.http.origins import Origins
from mnist_core.web.http.read_route import read_route
from mnist_core.web.http.training_route import training_route
from mnist_core.web.http.uploads import upload_route
from mnist_core.web.http.visitors import VisitorCookie
from mnist_core.web.preview.preview import preview_routes
from mnist_core.web.wall.address_route import address_route
from mnist_core.web.workarounds.first_script import FirstScript
from mnist_core.web.workarounds.tracebacks import log_tracebacks

COMPRESSION = 5  # of 9: the page in 2 ms, to a third of its size

# What ``launch`` sets where it is told nothing.
_AS_LAUNCHED: dict[str, Any] = {
    "css_paths": [],
    "head_paths": [],
    "js": None,
    "auth_message": None,
    "favicon_path": None,
    "i18n_instance": None,
    "allowed_paths": [],
    "blocked_paths": [],
    "max_file_size": None,
    "show_error": False,
}


class Application(GradioApp):
    """Gradio's application, behind one door."""

    def __init__(self, page: Any):
        """Make it for a ``Page``; Gradio's ``create_app`` adds its own routes."""
        self.page = page
        super().__init__(
            default_response_class=ORJSONResponse,
            middleware=[Middleware(FirstScript)],
        )
        log_tracebacks()

    def build_middleware_stack(self) -> App:
        """Put the door before everything, Gradio's own middleware too; the last is outermost."""
        has_login = self.auth is not None or self.auth_dependency is not None
        public = self.page.names.are_strangers
        app: App = super().build_middleware_stack()
        app = Calls(app, self.page)
        app = GZipMiddleware(app, compresslevel=COMPRESSION)  # but for streams
        app = OwnRoutes(
            app,
            read_route(self.page.readings, self.page.names),
            training_route(self.page.service, self.page.names),
            example_route(self.page.service.recognizers.built_in),
            address_route(lambda: self.page.share_url),
            health_route(self.page.readings),
            asset_route(),
            upload_route(),
            *preview_routes(),
            *login_routes(self),
        )
        app = VisitorCookie(app, self.page.names)
        app = Bodies(app)
        app = AskedFrom(app)
        app = LoginGate(app, self)
        app = OpenRoutes(app)
        app = Origins(app, any_host=public or has_login, hosts=self.page.own_hosts)
        app = Faults(app)
        app = Headers(app, framed_by_anybody=public and not has_login)
        return _HttpAlone(app, super().build_middleware_stack(), self)


class OwnRoutes:
    """Serves the page's own routes; they stand before Gradio's, whose middleware takes time."""

    def __init__(self, app: App, *routes: Route):
        """Wrap an application that serves everything else."""
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        for route in self.routes:
            match, inner = route.matches(scope)
            if match is Match.FULL:
                await route.handle({**scope, **inner}, receive, send)
                return
        await self.app(scope, receive, send)


class _HttpAlone:
    """Starts the page at the first request, and lets nothing but HTTP and the lifespan in."""

    def __init__(self, http: App, lifespan: App, gradio_app: GradioApp):
        self.http = http
        self.lifespan = lifespan
        self.gradio_app = gradio_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        if not self.gradio_app.startup_events_triggered:
            # Gradio asks itself for this after a launch; nobody does for a page that is mounted.
            self.gradio_app.startup_events_triggered = True
            blocks = self.gradio_app.get_blocks()
            blocks.run_startup_events()
            await blocks.run_extra_startup_events()
        await self.http(scope, receive, send)


def make_app(
    page: Any, *, auth: Any = None, auth_dependency: Any = None, hosts: Iterable[str] = ()
) -> GradioApp:
    """Make the whole application of a page, without serving it.

    Args:
        page: a ``Page``, of ``build_demo``.
        auth: a pair of name and password to ask for, a list of them, or a function of both.
        auth_dependency: says in place of ``auth`` who asks, given a request; None is nobody.
        hosts: names by which to answer, beside those of this machine. A page for strangers, or
            with a login, answers by any.

    Returns:
        An ASGI application, to be served or mounted at any path.
    """
    for name, value in {**_AS_LAUNCHED, **page.look()}.items():
        setattr(page, name, value)
    page.hosts |= set(hosts)
    page.auth = [auth] if isinstance(auth, tuple) else auth
    page._set_html_css_theme_variables()
    page.validate_queue_settings()
    page.config = page.get_config_file()
    page.transpile_to_js(quiet=True)
    return GradioApp.create_app(page, app=Application(page), auth_dependency=auth_dependency)
