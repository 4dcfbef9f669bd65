"""A hand that draws on the pad of a page, with a mouse or a finger."""

SIDE = 280  # logical px of the pad


def on_pad(page, strokes):
    """Turn strokes in pad pixels into strokes in the window's pixels."""
    canvas = page.locator("#digit-pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    scale = box["width"] / SIDE
    return [[(box["x"] + x * scale, box["y"] + y * scale) for x, y in s] for s in strokes]


def draw(page, strokes, lift=True):
    """Draw with the mouse; without ``lift`` the last stroke is not ended."""
    for stroke in on_pad(page, strokes):
        page.mouse.up()
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*point, steps=6)
    if lift:
        page.mouse.up()


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
    """Count the drawn pixels of the pad, as a share of it."""
    return page.locator("#digit-pad canvas").evaluate(
        """canvas => {
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            let drawn = 0;
            for (let i = 3; i < data.length; i += 4) drawn += data[i] > 127;
            return drawn / (data.length / 4);
        }"""
    )
