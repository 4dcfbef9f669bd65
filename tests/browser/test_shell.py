"""What is seen of the page before Gradio's scripts have put it there."""

import pytest
from playwright.sync_api import expect

from mnist_core.web import theme
from mnist_core.web.texts import PAGE

DESK = "() => getComputedStyle(document.body).backgroundColor"


def rgb(color):
    return f"rgb({', '.join(str(value) for value in bytes.fromhex(color.removeprefix('#')))})"


@pytest.fixture
def held_back(browser, public_address):
    """Open the page with Gradio's scripts held back; gives it and what lets them come."""
    contexts = []

    def open_page(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.route("**/assets/*.js", lambda _: None)
        page.goto(public_address, wait_until="commit")
        expect(page.locator("#shell")).to_be_visible()
        return page, lambda: page.unroute("**/assets/*.js")

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_its_outline_comes_first_in_the_colors_of_the_page_and_goes_with_it(held_back, mode):
    page, release = held_back(color_scheme=mode, viewport={"width": 1280, "height": 800})
    desk = rgb(theme.COLORS["desk"][theme.LIGHT if mode == "light" else theme.DARK])
    expect(page.get_by_text(PAGE["title"])).to_be_visible()
    assert page.evaluate(DESK) == desk
    release()
    expect(page.locator("#probabilities [role=meter]")).to_have_count(10)
    expect(page.locator("#shell")).to_have_count(0)
    assert page.evaluate(DESK) == desk


@pytest.mark.parametrize(("width", "cards"), [(360, 1), (800, 2), (1280, 3)])
def test_its_outline_has_the_cards_that_will_be_there(held_back, width, cards):
    page, release = held_back(viewport={"width": width, "height": 740})
    outlined = page.locator("#shell i:visible")
    expect(outlined).to_have_count(cards)
    first = outlined.first.bounding_box()
    release()
    card = page.locator("#desk .card").first
    expect(card).to_be_visible()
    expect(page.locator("#shell")).to_have_count(0)
    placed = card.bounding_box()
    for side in ("x", "y", "width"):
        assert first[side] == pytest.approx(placed[side], abs=8), side


def test_who_allows_no_scripts_is_told_that_the_page_needs_them(browser, public_address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(public_address)
    expect(page.get_by_role("alert")).to_have_text(PAGE["no_script"])
    assert page.get_by_role("alert").bounding_box()["y"] < 800
    context.close()
