"""Whether the server can read: ``GET healthz``, for containers and proxies.

It answers 200 when a drawing has just been read, and 503 while the server starts or ends. Who asks
need not log in, and hears nothing else.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mnist_core.service.readings import ReadingService


def health_route(readings: ReadingService) -> Route:
    """Make the route."""

    async def answer(_: Request) -> Response:
        if await readings.check():
            return PlainTextResponse("reads\n")
        return PlainTextResponse("does not read\n", 503)

    return Route("/healthz", answer, methods=["GET"])
