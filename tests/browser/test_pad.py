"""The pad without a pen, at the first visit, and drawings that come back or are taken away."""

import itertools

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.hand import PHONE, draw, expect_blank, expect_digit, ink
from tests.drawings import ONE, SEVEN, moved


def drawn_points(page):
    return page.evaluate("JSON.parse(sessionStorage.getItem('draw-a-digit-drawing')).flat()")


def press(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


def test_who_has_only_keys_draws_a_seven_hears_the_pen_and_gets_out_again(visit, address):
    page = visit(address, viewport={"width": 1280, "height": 500})
    canvas, cursor, spoken = (
        page.locator(f"#digit-pad {part}") for part in ("canvas", ".pad-cursor", ".pad-spoken")
    )
    expect(cursor).to_be_hidden()
    canvas.focus()
    expect(cursor).to_be_visible()
    description = "Arrows move the pen, with Shift in small steps. Space lowers and lifts it."
    expect(canvas).to_have_accessible_description(f"{description} Esc leaves.")
    place = page.evaluate("scrollY")

    press(page, "ArrowLeft", 7)
    press(page, "ArrowUp", 7)
    expect(spoken).to_have_text("Pen up, 25 % from the left, 25 % from the top.")
    assert ink(page) == 0  # the pen is up
    press(page, "Space")
    expect(spoken).to_have_text("Pen down, 25 % from the left, 25 % from the top.")
    press(page, "ArrowRight", 13)
    page.keyboard.down("ArrowLeft")
    press(page, "ArrowDown", 7)  # aslant
    page.keyboard.up("ArrowLeft")
    press(page, "ArrowDown", 8)
    expect_digit(page, 7)  # while the pen is still down
    press(page, "Space")
    expect(spoken).to_have_text("Pen up, 43 % from the left, 79 % from the top.")
    assert page.evaluate("scrollY") == place  # neither Space nor an arrow scrolls
    points = drawn_points(page)
    assert (points[0], points[13], points[-1]) == ([70, 70], [200, 70], [120, 220])

    press(page, "7")
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 7 in My handwriting.")
    press(page, "Shift+ArrowRight")
    press(page, "Space")
    press(page, "Tab")  # lifts the pen, and leaves
    expect(page.locator("#undo")).to_be_focused()
    expect(cursor).to_be_hidden()
    assert drawn_points(page)[-1] == [122, 220]
    page.locator("#undo").press("Enter")
    expect_digit(page, 7)

    canvas.focus()
    press(page, "Space")
    press(page, "Escape")
    expect(cursor).to_be_hidden()
    expect(canvas).to_be_focused()
    assert len(drawn_points(page)) == len(points) + 1  # the drawing stays
    press(page, "Escape")
    expect_blank(page)
    press(page, "ArrowUp", 30)
    press(page, "Space")
    press(page, "ArrowLeft")
    press(page, "Control+z")  # what is being drawn can be taken back, too
    expect_blank(page)
    canvas.click()  # with the mouse there is no cursor
    expect(cursor).to_be_hidden()


# ---- drawings that are taken away, and come back -------------------------------------------------

COPIED = """() => {
    window.copied = [];
    navigator.clipboard.writeText = async (text) => { copied.push(text); };
}"""


def copied_link(page):
    page.evaluate(COPIED)
    page.locator("#copy-link").click()
    expect(page.locator(".recent-note")).to_contain_text("The link is copied")
    [link] = page.evaluate("copied")
    return link


def open_again(page, address):
    """Open an address in the same tab, as one who types it."""
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#probabilities [role=meter]")).to_have_count(10)


def test_a_link_shows_its_drawing_in_place_of_the_kept_one_and_is_used_up(visit, address, tmp_path):
    page = visit(address)
    expect(page.locator("#recent")).to_be_hidden()  # there is nothing to take away
    draw(page, SEVEN)
    expect_digit(page, 7)
    before = ink(page)
    link = copied_link(page)
    assert link.startswith(f"{address.rstrip('/')}/#d=")
    assert len(link) < len(address) + 200

    with page.expect_download() as saved:
        page.locator("#save-picture").click()
    path = tmp_path / "drawing.png"
    saved.value.save_as(path)
    with Image.open(path) as picture:
        colors = picture.convert("RGB").getcolors(2**16)
    assert max(colors)[1] == (255, 255, 255)
    assert sorted(colors)[-2][1] == (0, 0, 0)
    page.locator("#picture-file").set_input_files(path)
    expect(page.locator(".pad-backdrop")).to_be_visible()
    expect_digit(page, 7)

    page.locator("#clear").click()
    draw(page, ONE)
    expect_digit(page, 1)
    open_again(page, link)
    page.wait_for_function("drawn > 0")
    expect_digit(page, 7)
    assert ink(page) == pytest.approx(before, rel=0.02)
    assert page.url == address
    page.reload()  # the drawing is that of the tab now
    page.wait_for_function("drawn > 0")
    expect_digit(page, 7)
    page.locator("#clear").click()
    draw(page, ONE)
    expect_digit(page, 1)
    page.evaluate("link => { location.href = link; }", link)  # in a page that is open
    expect_digit(page, 7)
    page.locator("#undo").click()
    expect_digit(page, 1)

    open_again(page, f"{address}#d=AQAB<script>")
    expect(page.locator(".pad-note")).to_have_text(
        "The link holds no drawing: it may have been cut off."
    )
    expect(page.locator(".pad-prompt")).to_be_visible()
    assert ink(page) == 0
    page.locator("#copy-link").press("Enter")
    expect(page.locator(".recent-note")).to_have_text("Draw something first.")
    page.locator("#undo").click()  # the kept one is not lost
    expect_digit(page, 1)


def test_where_the_clipboard_is_closed_a_link_is_copied_in_the_older_way(page):
    draw(page, SEVEN)
    page.evaluate(
        """() => {
            Object.defineProperty(navigator, "clipboard", { value: undefined });
            document.addEventListener("copy", () => { window.copied = getSelection().toString(); });
        }"""
    )
    page.locator("#copy-link").click()
    expect(page.locator(".recent-note")).to_contain_text("The link is copied")
    assert "#d=" in page.evaluate("copied")
    expect(page.locator("#copy-link")).to_be_focused()
    page.evaluate("document.execCommand = () => false")
    page.locator("#copy-link").click()
    expect(page.locator(".recent-note")).to_contain_text("copy this link yourself")
    field = page.locator(".recent-link")
    expect(field).to_be_focused()  # and all of it is marked
    assert "#d=" in page.evaluate("getSelection().toString()")
    page.locator("#clear").click()
    expect(field).to_be_hidden()


def test_the_last_drawings_come_back_by_click_and_key_with_what_was_read(page):
    strip = page.locator(".recent")
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect(strip).to_have_count(0)
    page.locator("#clear").click()
    expect(page.get_by_role("button", name="Drawing read as 7")).to_be_visible()
    draw(page, ONE)
    expect_digit(page, 1)
    strip.click()
    expect_digit(page, 7)
    expect(strip).to_have_text(["1", "7"])  # that on the pad was put away
    expect(strip.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(strip.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect_digit(page, 1)
    expect(strip).to_have_text(["7", "1"])
    expect(strip.nth(1)).to_be_focused()
    assert strip.evaluate_all("all => all.map(each => each.tabIndex)") == [-1, 0]
    page.locator("#undo").click()
    expect_digit(page, 7)
    expect(strip).to_have_count(2)
    page.reload()
    expect(strip).to_have_text(["7", "1"])


def test_the_oldest_drawing_that_is_brought_back_leaves_the_focus_in_the_strip(page):
    draw(page, ONE)
    oldest_first = [copied_link(page).split("#d=")[1]]
    for stroke in range(9):
        draw(page, moved(ONE, right=10 * stroke))
        oldest_first.append(copied_link(page).split("#d=")[1])
    kept = [{"text": text, "answer": ""} for text in reversed(oldest_first)]
    page.evaluate(
        """kept => {
            sessionStorage.setItem("draw-a-digit-recent", JSON.stringify(kept));
            document.dispatchEvent(new Event("drawing-put-away"));
        }""",
        kept,
    )
    strip = page.locator(".recent")
    expect(strip).to_have_count(10)
    draw(page, SEVEN)
    strip.nth(9).click()
    expect(strip.nth(9)).to_be_focused()


# ---- the first visit -----------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["stroke", "key"])
def test_a_hand_shows_newcomers_what_to_do_until_they_do_it(visit, address, way):
    page = visit(address)
    ghost, words = page.locator(".pad-ghost"), page.get_by_text("Try a 7 with a bar, a letter, a n")
    expect(ghost).to_be_visible()
    expect(words).to_be_visible()
    for part in ("ghost-ink", "ghost-hand"):
        expect(ghost.locator(f".{part}")).to_have_css("animation-name", part)
    assert ink(page) == 0
    if way == "stroke":
        page.locator("#digit-pad canvas").click()
    else:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the pad")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to the pad")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#digit-pad canvas")).to_be_focused()
    expect(ghost).to_be_hidden()
    page.locator("#clear").click()
    page.reload()
    expect(page.locator(".pad-prompt")).to_be_visible()
    expect(ghost).to_be_hidden()
    expect(words).to_be_hidden()


def test_who_wants_no_motion_sees_the_words_alone(visit, address):
    page = visit(address, reduced_motion="reduce")
    expect(page.locator(".pad-tries")).to_be_visible()
    expect(page.locator(".pad-ghost")).to_be_hidden()


def test_headings_go_down_by_single_levels(page):
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.map(each => Number(each.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    names = page.get_by_role("heading", level=2).all_text_contents()
    assert names[:2] == ["Pad", "Reading"]


def test_pad_and_answer_are_seen_together_at_twice_the_zoom(visit, address):
    page = visit(address, viewport={"width": 640, "height": 400})  # of a window of 1280 by 800
    pad, answer = (page.locator(part).bounding_box() for part in ("#pad", ".reading-answer"))
    assert pad["y"] + pad["height"] <= 400
    assert answer["x"] > pad["x"] + pad["width"]
    assert answer["y"] + answer["height"] <= 400


def test_on_a_phone_the_tools_of_the_pad_stand_in_one_row(visit, address):
    page = visit(address, **PHONE)
    tops = [tool.bounding_box()["y"] for tool in page.locator(".pad-tools .tool").all()]
    assert len(tops) == 4
    assert len(set(tops)) == 1
