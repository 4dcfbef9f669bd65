"""The pad's own way to a reading: one request that Gradio's machinery of events does not see.

``POST read`` takes ``{"visitor": name, "number": 12, "strokes": [[[x, y], …], …]}`` and answers
what the panel of the reading shows. Where people log in, Gradio says who has.
"""

import asyncio
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core.errors import MnistCoreError
from mnist_core.service.readings import ReadingService
from mnist_core.web.card import LONGEST_VISITOR
from mnist_core.web.pad.component import pad_content
from mnist_core.web.reading.component import refused, shown

PATH = "/read"


def read_route(reader: ReadingService) -> Route:
    """Make the route."""

    async def answer(request: Request) -> Response:
        if not await _is_let_in(request):
            return JSONResponse({"error": "Log in first."}, 401)
        try:
            asked = json.loads(await request.body())
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict) or "strokes" not in asked:
            sentence = "The request holds no drawing: send an object with strokes."
            return JSONResponse({"error": sentence}, 400)
        visitor = _visitor(asked.get("visitor"))
        content = pad_content({**asked, "picture": None})
        try:
            outcome = await asyncio.wrap_future(reader.submit(visitor, content))
        except MnistCoreError as error:
            return JSONResponse(refused(error, content))
        if outcome.is_watched:
            await run_in_threadpool(reader.watch, visitor, outcome)
        return JSONResponse(shown(outcome, content))

    return Route(PATH, answer, methods=["POST"])


def _visitor(name: Any) -> str:
    """Return the name; junk is nobody's, and nobody has models of their own."""
    return name if isinstance(name, str) and len(name) <= LONGEST_VISITOR else ""


async def _is_let_in(request: Request) -> bool:
    """Ask Gradio, whose route for that looks at the same cookies."""
    app: Any = request.app
    if app.auth is None and app.auth_dependency is None:
        return True
    path = request.scope["root_path"] + "/gradio_api/login_check"  # as routes see it
    scope = {**request.scope, "method": "GET", "path": path, "raw_path": path.encode()}
    status = 0

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, request.receive, send)
    return status == 200
