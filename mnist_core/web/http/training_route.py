"""The panel's own way to see how a training goes: a request that Gradio's events do not see.

``POST training`` takes ``{"visitor": name, "hidden": false, "has_ink": true}`` and answers what
the panel shows, for a page that has the test images already without these. The name is the one
that the page holds, if it does. An event of Gradio's goes through all parts of the page, which
takes its browser longer than all the rest.
"""

from typing import Any

from gradio.routes import ORJSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_core.service.service import Service
from mnist_core.service.workspace import title_of
from mnist_core.web.http.asgi import RefusedError
from mnist_core.web.http.json_body import parsed
from mnist_core.web.http.visitors import NOBODY, VisitorNames
from mnist_core.web.texts import PAGE
from mnist_core.web.training.panel import panel_value


def training_route(service: Service, names: VisitorNames) -> Route:
    """Make the route."""

    def look(visitor: str, asked: dict[str, Any]) -> dict[str, Any]:
        workspace = service.workspaces.open(visitor)
        service.trainings.look(workspace, hidden=asked.get("hidden") is True)
        value = panel_value(service.state(workspace), before=title_of(workspace.chosen))
        if asked.get("has_ink") is True:
            for sample in value["samples"]:
                del sample["ink"]
        return value

    async def answer(request: Request) -> Response:
        asked = parsed(await request.body())
        if not isinstance(asked, dict):
            raise RefusedError(400, "The request was not understood: send an object.")
        visitor = names.visitor(asked.get("visitor"))
        if visitor == NOBODY and names.are_strangers:
            raise RefusedError(403, PAGE["unknown"])
        return ORJSONResponse(await run_in_threadpool(look, visitor, asked))

    return Route("/training", answer, methods=["POST"])
