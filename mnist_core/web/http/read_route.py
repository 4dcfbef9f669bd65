"""The pad's own way to a reading: one request that Gradio's machinery of events does not see.

``POST read`` takes ``{"visitor": name, "number": 12, "strokes": [[[x, y], …], …]}`` and answers
what the panel of the reading shows, or that the model is loading still: then ask again. The name is
the one that the page holds, if it does.
"""

import asyncio
from collections.abc import Awaitable

from gradio.routes import ORJSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_core.errors import MnistCoreError
from mnist_core.service.readings import Answer, ReadingService
from mnist_core.web.http.asgi import RefusedError
from mnist_core.web.http.json_body import parsed
from mnist_core.web.http.visitors import VisitorNames
from mnist_core.web.pad.component import pad_content
from mnist_core.web.reading.component import LOADING_VALUE, refused, shown

PATH = "/read"
SECONDS_TO_HOLD = 1.0  # a drawing that can't be read yet


def read_route(reader: ReadingService, names: VisitorNames) -> Route:
    """Make the route."""

    async def answer(request: Request) -> Response:
        asked = parsed(await request.body())
        if not isinstance(asked, dict) or "strokes" not in asked:
            raise RefusedError(400, "The request holds no drawing: send an object with strokes.")
        visitor = names.visitor(asked.get("visitor"))
        content = pad_content({**asked, "picture": None})
        try:
            read: Awaitable[Answer] = asyncio.wrap_future(reader.submit(visitor, content))
            if not reader.is_loaded:
                read = asyncio.wait_for(asyncio.shield(read), SECONDS_TO_HOLD)
            outcome = await read
        except asyncio.TimeoutError:
            return ORJSONResponse({**LOADING_VALUE, "drawing": content.number})
        except MnistCoreError as error:
            return ORJSONResponse(refused(error, content))
        if outcome.is_watched:
            await run_in_threadpool(reader.watch, visitor, outcome)
        return ORJSONResponse(shown(outcome, content))

    return Route(PATH, answer, methods=["POST"])
