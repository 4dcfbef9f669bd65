"""``GET assets/NAME`` answers Gradio's scripts and styles from memory, compressed once.

The page loads some sixty of them. Gradio 6.31.0 reads each at every request, and the middleware
would compress it anew: together 8 ms each, one after the other.
"""

import gzip
import mimetypes
from pathlib import Path

from gradio.routes import BUILD_PATH_LIB
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SMALLEST = 500  # bytes worth compressing


def asset_route() -> Route:
    """Make the route. What there is of them takes 19 MB as it is, and 6 MB compressed."""
    answers: dict[tuple[str, bool], Response] = {}

    async def answer(request: Request) -> Response:
        takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
        asked = request.path_params["name"], takes_gzip
        if asked not in answers:
            answers[asked] = await run_in_threadpool(_answer, *asked)
        return answers[asked]

    return Route("/assets/{name}", answer, methods=["GET"])  # and HEAD


def _answer(name: str, takes_gzip: bool) -> Response:
    path = Path(BUILD_PATH_LIB) / name
    if not path.is_file():
        raise HTTPException(404)
    content = path.read_bytes()
    # A name ends with a hash of the content.
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if takes_gzip and len(content) >= SMALLEST:
        content = gzip.compress(content)
        headers["content-encoding"] = "gzip"
    kind, _ = mimetypes.guess_type(name)
    return Response(content, headers=headers, media_type=kind)
