"""Title, description, picture and icon of the page, in place of Gradio's.

Gradio 6.31.0 writes its own into the page, and a picture of another host:
``test_gradio_still_writes_a_preview_of_its_own`` tells when this can be looked at again. Knows
nothing of Gradio's objects.
"""

import functools
import html
import io
import json
import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_core.web.texts import PAGE
from mnist_core.web.theme import COLORS, LIGHT

PICTURE_SIZE = (1200, 630)  # px; what those who show links ask for

_LIGHT = {name: color[LIGHT] for name, color in COLORS.items()}
_ICON = (Path(__file__).parent / "icon.svg").read_bytes()
_MANIFEST = {
    "name": PAGE["title"],
    "short_name": PAGE["short_title"],
    "description": PAGE["description"],
    "start_url": "./",
    "display": "standalone",
    "theme_color": _LIGHT["accent"],
    "background_color": _LIGHT["desk"],
    "icons": [{"src": "icon.svg", "type": "image/svg+xml", "sizes": "any"}],
}
_THEIRS = re.compile(rb"""<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*""")
_THEIR_MANIFEST = b'<link rel="manifest" href="/manifest.json" />'  # not where a proxy puts us
_SEVEN = ((130, 165), (250, 158), (370, 140), (310, 250), (262, 350), (232, 470))  # px
_BAR = ((205, 315), (340, 302))
_CHANCES = (2, 4, 9, 3, 2, 1, 0, 94, 3, 6)  # of each digit in the picture, %


def own_head(page: bytes, address: str) -> bytes:
    """Return the HTML of the page with its preview in place of Gradio's.

    Args:
        page: HTML; one without a ``<head>`` stays as it is.
        address: of the page, for those who ask for the picture from elsewhere.
    """
    address = address.rstrip("/") + "/"
    tags = [
        f"<title>{PAGE['title']}</title>",
        f'<meta name="description" content="{PAGE["description"]}">',
        '<link rel="icon" href="icon.svg" type="image/svg+xml">',
        '<link rel="manifest" href="manifest.json">',
        '<meta name="twitter:card" content="summary_large_image">',
    ]
    about = {
        "type": "website",
        "title": PAGE["title"],
        "description": PAGE["description"],
        "url": address,
        "image": f"{address}preview.png",
        "image:width": str(PICTURE_SIZE[0]),
        "image:height": str(PICTURE_SIZE[1]),
        "image:alt": PAGE["picture"],
    }
    tags += [
        f'<meta property="og:{name}" content="{html.escape(value)}">'
        for name, value in about.items()
    ]
    page = _THEIRS.sub(b"", page).replace(_THEIR_MANIFEST, b"", 1)
    return page.replace(b"</head>", "".join(tags).encode() + b"</head>", 1)


def preview_routes() -> list[Route]:
    """Make the routes of what the preview names."""

    def served(path: str, content: bytes, kind: str) -> Route:
        async def answer(_: Request) -> Response:
            kept = {"cache-control": "public, max-age=86400"}
            return Response(content, media_type=kind, headers=kept)

        return Route(path, answer, methods=["GET"])  # and HEAD

    async def picture(_: Request) -> Response:
        return Response(preview_picture(), media_type="image/png")

    return [
        Route("/preview.png", picture, methods=["GET"]),
        served("/icon.svg", _ICON, "image/svg+xml"),
        served("/favicon.ico", _ICON, "image/svg+xml"),
        served("/manifest.json", json.dumps(_MANIFEST).encode(), "application/manifest+json"),
    ]


@functools.cache
def preview_picture() -> bytes:
    """Draw the picture of the page that stands beside a link to it, as PNG."""
    image = Image.new("RGB", PICTURE_SIZE, _LIGHT["desk"])
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((50, 60, 450, 570), 28, _LIGHT["paper"], _LIGHT["line"], 3)
    for stroke in (_SEVEN, _BAR):
        draw.line(stroke, _LIGHT["ink"], 34, joint="curve")
        for x, y in stroke:
            draw.ellipse((x - 17, y - 17, x + 17, y + 17), _LIGHT["ink"])
    draw.text((510, 54), PAGE["title"], _LIGHT["text"], ImageFont.load_default(76))
    draw.text((512, 148), PAGE["picture_line"], _LIGHT["muted"], ImageFont.load_default(27))
    for digit, percent in enumerate(_CHANCES):
        top = 212 + 36 * digit
        is_answer = percent == max(_CHANCES)
        shade = _LIGHT["accent" if is_answer else "quiet"]
        draw.text((512, top - 4), str(digit), shade, ImageFont.load_default(28))
        draw.rounded_rectangle((548, top, 1140, top + 24), 7, _LIGHT["track"])
        draw.rounded_rectangle((548, top, 556 + 584 * percent / 100, top + 24), 7, shade)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
