"""``GET example`` answers a ready drawing, for the pad's button."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core.web.pad.examples import example_drawing


def example_route() -> Route:
    """Make the route."""

    async def answer(_: Request) -> Response:
        drawing = await run_in_threadpool(example_drawing)
        return JSONResponse(drawing, headers={"cache-control": "no-store"})

    return Route("/example", answer, methods=["GET"])
