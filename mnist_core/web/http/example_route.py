"""``GET example`` answers a ready drawing and its digit, for the pad's button."""

from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core.model.recognizer import Recognizer
from mnist_core.web.pad.examples import example_drawing


def example_route(recognizer: Recognizer) -> Route:
    """Make the route; the recognizer can read what it answers."""

    async def answer(_: Request) -> Response:
        example = await run_in_threadpool(example_drawing, recognizer)
        return JSONResponse(asdict(example), headers={"cache-control": "no-store"})

    return Route("/example", answer, methods=["GET"])
