"""Draw in a real browser and see it read."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from mnist_core.web.http.uploads import UPLOADS
from mnist_core.web.reading.component import LOADING_VALUE
from tests.browser.conftest import AT_REST
from tests.browser.hand import (
    PHONE,
    draw,
    draw_picture,
    draw_with_finger,
    expect_blank,
    expect_digit,
    ink,
    intercept,
    on_pad,
    settled,
    show_theme,
    wait_beside,
    wait_until_read,
)
from tests.browser.stub_runs import TWO_FRAMES
from tests.drawings import ONE, SEVEN, circle, moved
from tests.waiting import wait_until


class Held:
    """Holds requests of a page back until they are let go; later ones are not held."""

    def __init__(self, page, pattern):
        self.page = page
        self.routes = []
        self.is_open = False
        intercept(page, pattern, self._take)

    def _take(self, route):
        if self.is_open:
            route.continue_()
        else:
            self.routes.append(route)

    def wait_for(self, count):
        """Wait until so many are held."""
        wait_beside(self.page, lambda: len(self.routes) >= count)

    def let_go(self):
        self.is_open = True
        for route in self.routes:
            route.continue_()


@pytest.fixture
def picture(tmp_path):
    """A picture file of a 7."""
    return draw_picture(tmp_path / "seven.png", [(150, 60), (260, 60), (190, 240)])


@pytest.fixture
def picture_of_one(tmp_path):
    return draw_picture(tmp_path / "one.png", [(205, 60), (195, 240)])


def test_an_empty_pad_shows_a_prompt_and_no_guess(page):
    expect_blank(page)
    expect(page.locator(".pad-prompt")).to_be_visible()


def test_a_seven_drawn_with_the_mouse_is_read_as_seven(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect(page.locator("#reading")).to_have_attribute("data-state", "sure")
    expect(page.locator(".pad-prompt")).to_be_hidden()


def test_a_seven_drawn_small_in_a_corner_is_read_as_seven(page):
    draw(page, moved(SEVEN, scale=0.2, right=225, down=220))
    expect_digit(page, 7)


def test_the_reading_comes_while_the_pen_is_still_down(page):
    draw(page, SEVEN, lift=False)
    expect_digit(page, 7)
    page.mouse.up()


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 1280, "height": 600}}, PHONE])
def test_the_pad_stays_in_its_place_whatever_the_reading_says(visit, address, options):
    page = visit(address, **options)
    pad = page.locator("#digit-pad canvas")
    place = pad.bounding_box()
    for note in ("", "A sentence that is long enough to need more lines than one. " * 2):
        page.locator(".reading-note").evaluate("(node, text) => { node.textContent = text; }", note)
        assert pad.bounding_box() == place


def test_a_stroke_that_leaves_the_pad_is_read_as_what_is_seen_of_it(page):
    draw(page, [[[140, 40], [140, 300], [340, 300]]])
    expect_digit(page, 1)
    page.locator("#clear").click()
    draw(page, [[[80, 70], [140, 68], [200, 70], [300, 70], [300, 100], [180, 110], [140, 220]]])
    wait_until_read(page)
    kept = json.loads(page.evaluate("sessionStorage.getItem('draw-a-digit-drawing')"))
    assert len(kept) == 2  # it left the pad and came back
    assert all(0 <= value <= 280 for stroke in kept for point in stroke for value in point)


def test_a_pen_takes_over_from_a_palm_that_rests_on_the_pad(visit, address):
    page = visit(address, has_touch=True)
    session = page.context.new_cdp_session(page)
    (palm, *pen) = on_pad(page, [[[255, 262]], *SEVEN])

    def send_palm(kind, *points):
        touches = [{"x": x, "y": y, "id": 5} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def send_pen(kind, place):
        event = {"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1}
        session.send("Input.dispatchMouseEvent", {**event, "buttons": 1, "pointerType": "pen"})

    send_palm("touchStart", *palm)
    for stroke in pen:
        send_pen("mousePressed", stroke[0])
        for place in stroke[1:]:
            send_pen("mouseMoved", place)
        send_pen("mouseReleased", stroke[-1])
    expect_digit(page, 7)
    send_palm("touchEnd")
    expect_digit(page, 7)
    page.locator("#undo").click()
    expect_blank(page)


def test_ten_bars_stand_in_order_and_share_a_hundred_percent(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    bars = page.locator("#probabilities [role=meter]")
    names = bars.evaluate_all("all => all.map(bar => bar.ariaLabel)")
    assert names == [f"Digit {digit}" for digit in range(10)]
    shares = bars.evaluate_all("all => all.map(bar => Number(bar.ariaValueNow))")
    assert sum(shares) == pytest.approx(100, abs=1)
    assert max(shares) == shares[7]


def test_the_picture_that_the_model_saw_is_shown(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    seen = page.locator("#seen").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 == 0)"
    )
    assert len(seen) == 28 * 28
    assert max(seen) == 255


def test_a_finger_draws_and_the_page_does_not_scroll(visit, address):
    page = visit(address, **PHONE)
    draw_with_finger(page, SEVEN)
    expect_digit(page, 7)
    assert page.evaluate("window.scrollY") == 0


def test_the_page_fits_a_narrow_phone_and_the_pad_fills_it(visit, address):
    page = visit(address, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("#digit-pad canvas").bounding_box()["width"] > 300


def test_a_tap_leaves_a_dot(page):
    page.locator("#digit-pad canvas").click()
    expect(page.locator("#reading")).not_to_have_attribute("data-state", "blank")
    assert 0 < ink(page) < 0.01


def test_undo_takes_back_the_last_stroke_and_clear_all_of_them(page):
    draw(page, SEVEN + moved(ONE, scale=0.5, right=180, down=100))
    two_strokes = ink(page)
    page.locator("#undo").click()
    expect_digit(page, 7)
    assert 0 < ink(page) < two_strokes
    page.locator("#clear").click()
    expect_blank(page)
    assert ink(page) == 0


def test_undo_brings_back_what_clear_took(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#clear").click()
    expect_blank(page)
    page.locator("#undo").click()
    expect_digit(page, 7)


def test_undo_and_clear_have_keys(page):
    draw(page, SEVEN + ONE)
    page.keyboard.press("Control+z")
    expect_digit(page, 7)
    page.keyboard.press("Escape")
    expect_blank(page)
    page.keyboard.press("Control+z")
    expect_digit(page, 7)
    page.keyboard.press("Delete")
    expect_blank(page)


def test_a_resize_keeps_the_drawing_and_its_sharpness(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    before = ink(page)
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function(
        "(c => c.width === Math.round(c.clientWidth * devicePixelRatio))"
        "(document.querySelector('#digit-pad canvas'))"
    )
    assert ink(page) == pytest.approx(before, rel=0.1)
    expect_digit(page, 7)


def test_the_pad_is_as_sharp_as_the_screen(visit, address):
    page = visit(address, **PHONE)
    sizes = page.locator("#digit-pad canvas").evaluate("c => [c.width, c.clientWidth]")
    assert sizes[0] == pytest.approx(3 * sizes[1], abs=2)


def test_the_ink_stands_out_in_the_dark_theme_too(page):
    page.add_style_tag(content=AT_REST)  # or the color may be on its way
    brightness = []
    for scheme in ("light", "dark"):
        show_theme(page, scheme)
        color = page.locator("#digit-pad canvas").evaluate("c => getComputedStyle(c).color")
        brightness.append(sum(int(part) for part in color[4:-1].split(",")))
    assert brightness[0] < 200 < 600 < brightness[1]


def test_an_example_can_be_had_without_drawing(page):
    page.locator("#example").click()
    spoken = page.locator(".pad-spoken")
    expect(spoken).to_have_text(re.compile(r"^The example is an? \d\.$"))
    expect_digit(page, spoken.text_content()[-2])
    assert ink(page) > 0


def test_an_uploaded_picture_is_read_and_shown_until_the_next_stroke(page, picture):
    page.locator("#picture-file").set_input_files(picture)
    expect_digit(page, 7)
    expect(page.locator(".pad-backdrop")).to_be_visible()
    draw(page, ONE)
    expect_digit(page, 1)
    expect(page.locator(".pad-backdrop")).to_be_hidden()


def test_a_picture_is_said_to_be_read_until_it_is(page, picture):
    held = Held(page, "**/run/predict")
    page.locator("#picture-file").set_input_files(picture)
    expect(page.locator(".pad-backdrop")).to_be_visible()
    expect(page.locator(".pad-note")).to_have_text("Reading the picture …")
    held.let_go()
    expect_digit(page, 7)
    expect(page.locator(".pad-note")).to_be_empty()


def test_what_is_drawn_while_a_picture_is_on_its_way_is_not_lost(page, picture):
    held = Held(page, "**/upload*")
    page.locator("#picture-file").set_input_files(picture)
    expect(page.locator(".pad-note")).to_have_text("Reading the picture …")
    draw(page, ONE)
    expect_digit(page, 1)
    with page.expect_response("**/upload*") as uploaded:
        held.let_go()
    uploaded.value.finished()
    page.evaluate(TWO_FRAMES)  # the page has taken it, or not
    page.locator("#picture-file").set_input_files(picture)
    expect(page.locator(".pad-backdrop")).to_be_visible()
    page.locator("#undo").click()  # had the first picture been shown, it would be shown again
    expect_digit(page, 1)
    expect(page.locator(".pad-backdrop")).to_be_hidden()


def test_of_two_pictures_on_their_way_the_newer_is_shown(page, picture, picture_of_one):
    held = Held(page, "**/upload*")
    for count, path in enumerate((picture, picture_of_one), start=1):
        page.locator("#picture-file").set_input_files(path)
        held.wait_for(count)
    held.routes.pop().continue_()  # the newer one
    expect(page.locator(".pad-note")).to_be_empty()
    expect_digit(page, 1)
    with page.expect_response("**/upload*") as uploaded:
        held.let_go()
    uploaded.value.finished()
    page.evaluate(TWO_FRAMES)  # the page has taken it, or not
    page.locator("#picture-file").set_input_files(picture)
    expect_digit(page, 7)
    page.locator("#undo").click()  # had the older one been shown, it would be shown again
    expect_digit(page, 1)


def test_a_pasted_picture_is_read(page, picture):
    page.evaluate(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "p.png", { type: "image/png" }));
            document.body.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }""",
        list(picture.read_bytes()),
    )
    expect_digit(page, 7)


def test_a_file_that_is_no_picture_is_refused_in_a_sentence(page, tmp_path):
    path = tmp_path / "seven.png"
    path.write_text("seven")
    page.locator("#picture-file").set_input_files(path)
    expect(page.locator(".reading-answer")).to_have_text("Not read")
    expect(page.locator(".reading-note")).not_to_be_empty()


# ---- slow and broken networks --------------------------------------------------------------------

# Every second answer to the pad is held back until the one after it has been shown, or on demand.
OUT_OF_ORDER = """() => {
    window.arrived = [];
    window.shown = [];
    window.asked = 0;
    window.release = () => {};
    const reading = document.querySelector("#reading");
    document.addEventListener("digit-read", ({ detail }) => {
        arrived.push(detail.drawing);
        release();
    });
    new MutationObserver(() => shown.push(Number(reading.dataset.drawing)))
        .observe(reading, { attributeFilter: ["data-drawing"] });
    const send = window.fetch;
    window.fetch = async (url, options) => {
        const isHeld = url === "read" && asked++ % 2 === 0;
        const answer = await send(url, options);
        if (isHeld) await new Promise((done) => { window.release = done; });
        return answer;
    };
}"""


def draw_slowly(page, strokes):
    """Draw so that each point is sent before the next one comes."""
    for stroke in on_pad(page, strokes):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            before = page.evaluate("drawn")
            page.mouse.move(*point, steps=3)
            page.wait_for_function("before => drawn > before", arg=before)
        page.mouse.up()


def test_no_older_answer_overwrites_a_newer_one_and_the_last_stroke_is_read(page):
    page.evaluate(OUT_OF_ORDER)
    draw_slowly(page, moved(ONE, scale=0.5) + SEVEN)
    page.evaluate("release()")  # before the page gives up waiting for it
    page.locator("#clear").click()
    draw_slowly(page, SEVEN)
    page.wait_for_function(
        "() => { release(); return arrived.length === asked && arrived.includes(drawn); }"
    )
    arrived, shown, drawn = page.evaluate("[arrived, shown, drawn]")
    assert arrived != sorted(arrived)
    assert shown == sorted(shown)
    assert shown[-1] == drawn == max(arrived)
    expect_digit(page, 7)


def test_where_the_pads_own_route_is_missing_it_is_asked_for_once(visit, address):
    page = visit(address, requests_may_fail=True)
    asked = []

    def refuse(route):
        asked.append(route.request)
        route.fulfill(status=404)

    intercept(page, "**/read", refuse)
    draw(page, ONE)
    expect_digit(page, 1)
    page.locator("#clear").click()
    already = len(asked)
    draw_slowly(page, SEVEN)
    expect_digit(page, 7)
    assert 1 <= len(asked) == already


def test_a_correction_that_comes_back_late_leaves_the_newer_reading(page):
    draw(page, ONE)
    expect_digit(page, 1)
    held = Held(page, "**/run/**")
    page.locator("#correct button").nth(4).click()
    page.locator("#clear").click()
    draw(page, SEVEN)
    expect_digit(page, 7)
    held.let_go()
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    expect_digit(page, 7)


def test_what_is_drawn_while_the_model_loads_is_read_when_it_is_there(page):
    def answer(route):
        number = route.request.post_data_json["number"]
        route.fulfill(json={**LOADING_VALUE, "drawing": number})

    intercept(page, "**/read", answer)
    draw(page, SEVEN)
    expect_digit(page, "none")
    expect(page.locator("#reading")).to_have_attribute("data-state", "loading")
    page.unroute("**/read")
    expect_digit(page, 7)


def expect_offline(page):
    reading = page.locator("#reading")
    expect(reading).to_have_attribute("data-state", "offline")
    expect(reading).to_have_attribute("data-digit", "none")
    expect(page.locator(".reading-answer")).to_have_text("No connection")
    expect(page.locator(".reading-note")).to_have_text("It will be read when the server is back.")
    shares = page.locator("#probabilities [role=meter]").evaluate_all(
        "all => all.map(bar => Number(bar.ariaValueNow))"
    )
    assert shares == [0] * 10
    expect(page.locator("#correct button:enabled")).to_have_count(0)


def refuse_connection(route):
    route.abort("connectionrefused")


def answer_as_a_proxy(status):
    return lambda route: route.fulfill(status=status, json={"message": "Nobody there"})


def test_without_a_server_a_drawing_waits_and_the_newest_is_read_when_it_is_back(visit, address):
    page = visit(address, requests_may_fail=True)
    for fail in (refuse_connection, *map(answer_as_a_proxy, (502, 503, 504))):
        page.locator("#clear").click()
        draw(page, SEVEN)
        expect_digit(page, 7)
        intercept(page, "**/*", fail)
        page.locator("#clear").click()
        draw(page, circle())
        expect_offline(page)
        page.locator("#clear").click()
        draw(page, ONE)
        expect_offline(page)
        page.unroute("**/*")
        expect_digit(page, 1)
        expect(page.locator("#correct button:enabled")).to_have_count(10)


def test_a_browser_that_goes_offline_and_online_reads_on(visit, address, picture):
    page = visit(address, requests_may_fail=True)
    page.locator("#picture-file").set_input_files(picture)
    expect_digit(page, 7)
    draw(page, ONE)
    expect_digit(page, 1)
    page.context.set_offline(True)
    draw(page, SEVEN)
    expect_offline(page)
    with page.expect_response("**/run/predict"):  # by which the page sees whose it is
        page.context.set_offline(False)
    wait_until_read(page)
    page.context.set_offline(True)
    for _ in range(2):
        page.locator("#undo").click()
        expect_offline(page)
    expect(page.locator(".pad-backdrop")).to_be_visible()
    page.context.set_offline(False)
    expect_digit(page, 7)


def test_a_picture_that_was_read_stays_so_when_the_server_is_back_without_it(
    visit, server, picture
):
    page = visit(server[0], requests_may_fail=True)
    page.locator("#picture-file").set_input_files(picture)
    expect_digit(page, 7)
    UPLOADS.close()
    page.context.set_offline(True)
    page.evaluate("() => { fetch('theme.css?now').catch(() => {}); }")
    expect(page.locator("html")).to_have_attribute("data-server", "gone")
    page.context.set_offline(False)
    expect(page.locator("html")).to_have_attribute("data-server", "here")
    page.locator("#retrain").click()
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator(".reading-answer")).to_have_text("7")


# Asks for something, not by `fetch`, by whose answers the page would know that the server is there.
ASK_UNNOTICED = "() => { new Image().src = 'theme.css?later'; }"


def test_the_server_is_asked_for_once_at_a_time(visit, address):
    page = visit(address, requests_may_fail=True)
    intercept(page, "**/read", refuse_connection)
    intercept(page, "**/gradio_api/app_id", lambda _: None)  # that has no answer yet
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/gradio_api/app_id"):
        draw(page, SEVEN)
    page.evaluate(
        """() => {
            for (let i = 0; i < 3; i++) window.dispatchEvent(new Event("online"));
        }"""
    )
    with page.expect_request("**/theme.css?later"):
        page.evaluate(ASK_UNNOTICED)
    assert sum(url.endswith("/app_id") for url in asked) == 1
    readings = sum(url.endswith("/read") for url in asked)
    page.locator("#clear").click()
    draw(page, ONE)
    with page.expect_request("**/theme.css?later"):
        page.evaluate(ASK_UNNOTICED)
    assert sum(url.endswith("/read") for url in asked) == readings


def test_a_refusal_is_shown_with_its_sentence(visit, address):
    page = visit(address, requests_may_fail=True)
    refusal = {"headers": {"x-refused": "1"}}
    intercept(page, "**/read", lambda route: route.fulfill(**refusal))
    for status, sentence in ((401, "Log in first."), (503, "Too much is being sent just now.")):
        refusal |= {"status": status, "json": {"error": sentence}}
        draw(page, SEVEN)
        wait_until_read(page)
        expect(page.locator(".reading-answer")).to_have_text("Not read")
        expect(page.locator(".reading-note")).to_have_text(sentence)
        expect(page.locator("#correct button:enabled")).to_have_count(0)


def test_while_the_server_is_gone_the_training_says_so_and_no_button_can_be_used(visit, address):
    page = visit(address, requests_may_fail=True)
    usable = page.locator("#retrain:not([inert] *), #corrections-upload:not([inert] *)")
    expect(usable).to_have_count(2)
    intercept(page, "**/*", refuse_connection)
    draw(page, SEVEN)
    expect(page.locator(".run-lost")).to_contain_text("No connection to the server")
    expect(usable).to_have_count(0)
    page.unroute("**/*")
    expect(usable).to_have_count(2)
    expect(page.locator(".run-lost")).to_be_empty()


# Runs before the page's own scripts: Gradio is answered as by a proxy whose server has gone.
AWAY = """
window.isAway = true;
const sent = window.fetch;
window.fetch = async (target, options) => {
    const isApi = String(target.url || target).includes("gradio_api/");
    return isAway && isApi ? new Response("", { status: 502 }) : sent(target, options);
};
"""


def test_a_page_whose_server_went_while_it_opened_is_whole_when_it_is_back(visit, public_address):
    page = visit(public_address)
    page.add_init_script(AWAY)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-server", "gone")
    expect(page.locator("#probabilities [role=meter]")).to_have_count(10)
    draw(page, SEVEN)
    page.wait_for_function("drawn > 0")
    expect_offline(page)
    expect(page.locator(".run-model")).not_to_contain_text("Built-in")
    page.evaluate("isAway = false")
    expect(page.locator("#reading")).to_have_attribute("data-digit", "7")
    expect(page.locator(".run-model")).to_contain_text("Built-in")


def test_a_drawing_outlives_the_server(visit, start_server, tmp_path):
    server, address = start_server("--folder", str(tmp_path))
    page = visit(address, requests_may_fail=True)
    draw(page, SEVEN)
    expect_digit(page, 7)
    server.kill()
    server.wait()
    page.locator("#clear").click()
    draw(page, ONE)
    expect_offline(page)
    # An event of Gradio that fails makes it load the page again when the server is back.
    page.evaluate("window.isOld = true")
    # Dispatched, as the button may be inert already: the page may notice before it is clicked.
    page.locator("#retrain").dispatch_event("click")
    expect(page.locator(".run-lost")).to_contain_text("No connection to the server")
    start_server("--folder", str(tmp_path), port=urlsplit(address).port)
    page.wait_for_function("!window.isOld")
    expect(page.locator("#probabilities [role=meter]")).to_have_count(10)
    page.wait_for_function("drawn > 0")
    expect_digit(page, 1)


# ---- reloads -------------------------------------------------------------------------------------


def reload(page):
    page.reload()
    settled(page)


def test_a_drawing_outlives_a_reload_and_is_read_again(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    before = ink(page)
    reload(page)
    page.wait_for_function("drawn > 0")
    expect_digit(page, 7)
    expect(page.locator(".pad-prompt")).to_be_hidden()
    assert ink(page) == pytest.approx(before, rel=0.01)
    draw(page, ONE)
    page.locator("#undo").click()
    expect_digit(page, 7)
    page.locator("#clear").click()
    expect_blank(page)
    reload(page)
    expect(page.locator(".pad-prompt")).to_be_visible()
    assert ink(page) == 0


def test_after_a_reload_a_drawing_is_read_for_the_same_stranger(visit, public_address):
    page = visit(public_address)
    visitors = []

    def note(request):
        if request.url.endswith("/read"):
            visitors.append(request.post_data_json["visitor"])

    page.on("request", note)
    draw(page, SEVEN)
    expect_digit(page, 7)
    before = len(visitors)
    reload(page)
    page.wait_for_function("drawn > 0")
    expect_digit(page, 7)
    assert len(visitors) > before > 0
    assert len(set(visitors)) == 1


def test_junk_in_the_place_of_the_kept_drawing_is_an_empty_pad(page):
    for kept in ("[[[1]", "7", "{}", "[[]]", '[[["a", 1]]]', "[7]"):
        page.evaluate("kept => sessionStorage.setItem('draw-a-digit-drawing', kept)", kept)
        reload(page)
        expect(page.locator(".pad-prompt")).to_be_visible()
        draw(page, SEVEN)
        expect_digit(page, 7)


# ---- corrections -------------------------------------------------------------------------------


def kept_drawings(page):
    """Listen to the corrections; gives a list that grows by what lies on the pad at each."""
    kept = []

    def note(request):
        if "/run/" in request.url:
            values = request.post_data_json["data"]
            if isinstance(values[0], dict) and "correction" in values[0]:
                kept.append(json.loads(values[1]["strokes"]))

    page.on("request", note)
    return kept


def test_a_correction_made_before_the_reading_is_kept_and_its_confirmation_stays(page):
    kept, held = kept_drawings(page), Held(page, "**/read")
    draw(page, SEVEN)
    # They are closed while the server is taken for gone, as after five seconds without an answer.
    expect(page.locator("#correct button:enabled")).to_have_count(10)
    page.keyboard.press("4")
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    held.let_go()
    expect_digit(page, 7)
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    assert len(kept[0]) == 1


def test_a_correction_is_about_the_drawing_on_the_pad_not_about_the_one_that_was_read(page):
    draw(page, ONE)
    expect_digit(page, 1)
    kept, held = kept_drawings(page), Held(page, "**/read")
    draw(page, [[[100, 140], [180, 140]]])
    page.locator("#correct [data-digit='4']").click()
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    held.let_go()
    wait_until_read(page)
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    assert len(kept[0]) == 2
    page.locator("#undo").click()
    expect(page.locator(".reading-saved")).to_be_empty()


def test_a_correction_holds_even_the_points_that_were_not_sent_yet(page):
    kept = kept_drawings(page)
    draw(page, SEVEN, lift=False)
    with page.expect_request("**/run/**"):
        page.evaluate(
            """() => {
                const canvas = document.querySelector("#digit-pad canvas");
                const { left, top, width } = canvas.getBoundingClientRect();
                const place = { clientX: left + width / 2, clientY: top + width - 1 };
                canvas.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, ...place }));
                canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "7", bubbles: true }));
            }"""
        )
    page.mouse.up()
    assert kept[0][-1][-1] == pytest.approx([140, 279], abs=1)


def test_of_two_labels_at_once_the_newest_holds(visit, public_address):
    page = visit(public_address)
    draw(page, SEVEN)
    expect_digit(page, 7)
    held = Held(page, "**/run/**")
    for count, digit in enumerate("49", start=1):
        page.keyboard.press(digit)
        held.wait_for(count)
    with page.expect_response("**/run/**"):
        held.let_go()
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 9 in My handwriting.")
    reload(page)
    expect(page.locator("#corrections select")).to_have_value("9")  # and there is no other


@pytest.mark.parametrize("way", ["clear", "picture"])
def test_what_is_no_drawing_can_not_be_corrected(page, picture, way):
    draw(page, SEVEN)
    expect_digit(page, 7)
    if way == "clear":
        page.locator("#clear").click()
    else:
        page.locator("#picture-file").set_input_files(picture)
        expect(page.locator(".pad-backdrop")).to_be_visible()
    expect(page.locator("#correct button:enabled")).to_have_count(0)


def test_a_stranger_is_read_for_under_the_name_in_the_cookie(visit, public_address):
    page = visit(public_address)
    with page.expect_request("**/read") as asked:
        draw(page, SEVEN)
    expect_digit(page, 7)
    [cookie] = page.context.cookies()
    assert cookie["httpOnly"]
    assert f"{cookie['name']}={cookie['value']}" in asked.value.all_headers()["cookie"]
    assert asked.value.post_data_json["visitor"] == ""  # scripts do not know it


def frames_in_half_a_second(page):
    """Count the frames that scripts ask for, whoever they are."""
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.wait_for_timeout(500)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return sum(event["name"] == "RequestAnimationFrame" for event in events)


def test_a_page_at_rest_asks_for_no_frame(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    # The page's opening animations have to be over.
    wait_until(lambda: frames_in_half_a_second(page) == 0, pause=lambda _: None)
