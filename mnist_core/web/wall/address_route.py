"""``GET address`` answers where others find the page, and a QR code of that, for wall mode."""

from collections.abc import Callable

import segno
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core.web.http.origins import host_of
from mnist_core.web.http.page_address import page_address
from mnist_core.web.workarounds.own_address import OWN_ADDRESSES

LONGEST = 400  # characters; more would make a code that no phone reads from afar


def address_route(share_url: Callable[[], str | None]) -> Route:
    """Make the route.

    Args:
        share_url: tells the shared link, where there is one: it comes before the address by which
            the page was asked for.
    """

    async def answer(request: Request) -> Response:
        address = share_url()
        if not address and _is_for_others(host_of(request.scope)):
            address = page_address(request.scope)
        content: dict[str, str | None] = {"address": None, "code": None}
        if address and len(address) <= LONGEST:
            code = segno.make(address, error="m").svg_data_uri(border=3, light="#fff")
            content = {"address": address, "code": code}
        return JSONResponse(content, headers={"cache-control": "no-store"})

    return Route("/address", answer, methods=["GET"])


def _is_for_others(host: str) -> bool:
    """Say whether a name or address leads other machines here, as far as it tells."""
    own = {*OWN_ADDRESSES, "0.0.0.0", ""}
    return host.strip("[]") not in own and not host.startswith("127.")
