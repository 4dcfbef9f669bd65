"""A hand that draws on the pad of a page, or of a frame in a page, and eyes that see it read."""

import itertools
import math

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.drawings import FOUR, SEVEN, TWO, row
from tests.waiting import wait_until

SIDE = 280  # logical px of the pad
PACE = 40  # px that a quick hand moves from one event of the mouse to the next
PHONE = {  # options of a Playwright context
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}
WITHOUT_FULL_SCREEN = """() => {
    document.documentElement.requestFullscreen = () => Promise.reject();
}"""
# Run at the start of a page, keeps in ``drawn`` the number of what is on the pad.
COUNT_DRAWINGS = """
window.drawn = 0;
document.addEventListener("drawing-changed", ({ detail }) => { window.drawn = detail.number; });
"""


def settled(page):
    """Wait until the page shows its visitor's things: then all of it is there."""
    expect(page.locator(".run-model")).to_contain_text("In use")
    return page


def draw_picture(path, line):
    """Make a picture file of one line, dark on light."""
    image = Image.new("L", (400, 300), 250)
    ImageDraw.Draw(image).line(line, fill=20, width=14)
    image.save(path)
    return path


def draw_number(path, scale=5, **options):
    """Make a picture file of 427, twice as wide as it is high."""
    image = Image.new("RGB", (280 * scale, 140 * scale), "white")
    for stroke in row(FOUR, TWO, SEVEN):
        places = [(x * scale, (y - 50) * scale) for x, y in stroke]
        ImageDraw.Draw(image).line(places, fill="black", width=7 * scale)
    image.save(path, **options)
    return path


def show_theme(page, scheme):
    """Have a page shown ``light`` or ``dark``."""
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))


def intercept(page, pattern, handle):
    """Have the next requests of a page handled, from now on.

    Chromium agrees before the page knows: what a slow page sends at once would go past the handler.
    One look at the page waits until it knows.
    """
    page.route(pattern, handle)
    page.evaluate("0")


def wait_beside(page, is_so, **options):
    """Wait as ``wait_until`` does, while a page goes on in its own way."""
    wait_until(is_so, pause=lambda seconds: page.wait_for_timeout(1000 * seconds), **options)


def on_pad(page, strokes):
    """Turn strokes in pad pixels into strokes in the window's pixels."""
    canvas = page.locator("#digit-pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    scale = box["width"] / SIDE
    return [[(box["x"] + x * scale, box["y"] + y * scale) for x, y in s] for s in strokes]


def draw(page, strokes, lift=True):
    """Draw with the mouse; without ``lift`` the last stroke is not ended."""
    mouse = getattr(page, "page", page).mouse  # a frame has that of its page
    for stroke in on_pad(page, strokes):
        mouse.up()
        mouse.move(*stroke[0])
        mouse.down()
        for place, point in itertools.pairwise(stroke):
            mouse.move(*point, steps=math.ceil(math.dist(place, point) / PACE))
    if lift:
        mouse.up()


def draw_with_finger(page, strokes):
    """Draw by touch."""
    session = page.context.new_cdp_session(page)

    def touch(kind, points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for stroke in on_pad(page, strokes):
        for index, (x, y) in enumerate(stroke):
            touch("touchMove" if index else "touchStart", [{"x": x, "y": y}])
        touch("touchEnd", [])


def ink(page):
    """Count the drawn pixels of the pad, as a share of it, after the next frame."""
    return page.locator("#digit-pad canvas").evaluate(
        """async canvas => {
            await new Promise(requestAnimationFrame);
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            let drawn = 0;
            for (let i = 3; i < data.length; i += 4) drawn += data[i] > 127;
            return drawn / (data.length / 4);
        }"""
    )


def wait_until_read(page):
    """Wait until what is on the pad now has been read; an earlier reading does not do."""
    page.wait_for_function(
        "() => Number(document.querySelector('#reading').dataset.drawing) === drawn"
    )


def expect_digit(page, digit):
    """Expect what is on the pad to be read as a digit, or as ``"none"``."""
    wait_until_read(page)
    expect(page.locator("#reading")).to_have_attribute("data-digit", str(digit))


def expect_blank(page):
    """Expect the pad to be read as blank."""
    expect_digit(page, "none")
    expect(page.locator("#reading")).to_have_attribute("data-state", "blank")
