"""Help and wall mode, opened and left by keys, with the drawing and the focus as they were."""

import pytest
import segno
from playwright.sync_api import expect

from tests.browser.hand import (
    WITHOUT_FULL_SCREEN,
    draw,
    expect_digit,
    ink,
    intercept,
    wait_until_read,
)
from tests.browser.stub_runs import TWO_FRAMES
from tests.drawings import FOUR, SEVEN, TWO, row

ADDRESS = "http://digits.example/"
SHARED = {"address": ADDRESS, "code": segno.make(ADDRESS, error="m").svg_data_uri(border=3)}


def test_help_opens_by_its_key_and_goes_with_esc_and_the_drawing_stays(visit, address):
    page = visit(address, viewport={"width": 320, "height": 640}, locale="de-DE")
    assert page.evaluate("document.documentElement.lang") == "en"  # the text's language
    expect(page.locator(".show-api")).to_have_text("Use via API")  # and Gradio's own words
    draw(page, SEVEN)
    expect_digit(page, 7)
    before = ink(page)
    button, dialog = page.locator("#help-button"), page.get_by_role("dialog", name="Help")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    for words in ("Epoch", "Loss", "95 % interval", "Where your things are kept"):
        expect(dialog).to_contain_text(words)
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    page.keyboard.press("Delete")  # no key is for the page behind it
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert ink(page) == before

    button.press("Enter")
    expect(dialog).to_be_visible()
    page.locator("#help-close").press("Enter")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.locator("body > textarea").press("?")
    expect(dialog).to_be_hidden()


# The parts of the answer that something of the corner covers.
COVERED = """() => {
    const boxes = (parts) => [...document.querySelectorAll(parts)]
        .filter((each) => each.checkVisibility() && each.textContent + (each.src || ""))
        .map((each) => [each, each.getBoundingClientRect()]);
    const corner = boxes("#wall-corner :is(p, img, button)");
    return boxes("#reading :is(.reading-answer, .reading-note, .chip, .bar)")
        .filter(([, box]) => corner.some(([, each]) => each.top < box.bottom
            && box.top < each.bottom && each.left < box.right && box.left < each.right))
        .map(([each]) => each.className);
}"""


def test_on_a_wall_pad_and_answer_fill_the_screen_and_the_page_comes_back(visit, address):
    page = visit(address, viewport={"width": 1280, "height": 800})
    corner, answer = page.locator("#wall-corner"), page.locator(".reading-answer")
    page.locator("#wall-button").click()
    expect(page.locator("#wall-address")).to_contain_text("this machine only")
    expect(page.locator("#wall-code")).to_be_hidden()
    draw(page, SEVEN)
    expect_digit(page, 7)
    height = page.evaluate("innerHeight")
    assert answer.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 0.29 * height
    pad = page.locator("#digit-pad canvas").bounding_box()
    assert pad["width"] == pytest.approx(pad["height"], abs=1)
    assert pad["height"] > 0.75 * height
    assert pad["y"] + pad["height"] < height
    expect(page.locator("#training")).to_be_hidden()
    before = ink(page)
    page.keyboard.press("Escape")
    expect(corner).to_be_hidden()
    expect(page.locator("#wall-button")).to_be_focused()
    assert ink(page) == pytest.approx(before, abs=0.01)  # Esc has not emptied the pad
    page.wait_for_function("!document.fullscreenElement")
    page.evaluate(TWO_FRAMES)  # the page has been told

    intercept(page, "**/address", lambda route: route.fulfill(json=SHARED))
    page.evaluate(WITHOUT_FULL_SCREEN)
    page.locator("#digit-pad canvas").focus()
    page.keyboard.press("f")  # works without the browser's full screen, too
    expect(page.locator("#wall-code")).to_be_visible()
    expect(page.locator("#wall-address")).to_have_text(ADDRESS)
    page.locator("#clear").click()
    draw(page, row(FOUR, TWO))
    wait_until_read(page)
    bars, corner_box = (page.locator(name).bounding_box() for name in ("#no-digit", "#wall-corner"))
    assert bars["y"] + bars["height"] <= corner_box["y"]
    page.set_viewport_size({"width": 360, "height": 740})
    pad, corner_box = (page.locator(name).bounding_box() for name in ("#digit-pad", "#wall-corner"))
    assert pad["y"] + pad["height"] <= corner_box["y"]
    assert answer.bounding_box()["y"] >= pad["y"] + pad["height"] - 1
    page.keyboard.press("F")
    expect(corner).to_be_hidden()
    expect(page.locator("#training")).to_be_visible()


@pytest.mark.parametrize("shared", [False, True])
def test_on_a_wall_nothing_of_the_answer_lies_under_the_address(page, shared):
    page.evaluate(WITHOUT_FULL_SCREEN)  # which has one size
    if shared:
        intercept(page, "**/address", lambda route: route.fulfill(json=SHARED))
    page.locator("#wall-button").click()
    expect(page.locator("#wall-address")).not_to_be_empty()
    draw(page, row(FOUR, TWO))
    wait_until_read(page)
    for width, height in [(1280, 800), (740, 360), (768, 1024), (360, 740), (320, 568)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(COVERED) == [], (width, height)


def test_text_of_twice_the_size_needs_no_scrolling_aside(visit, address):
    page = visit(address, viewport={"width": 360, "height": 740})
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    page.locator("#help-button").scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#help-button").click()
    assert page.locator(".help-text").evaluate("node => node.scrollWidth <= node.clientWidth")
