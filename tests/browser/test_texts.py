"""What the page says in its states, to those who see it and to those who hear it."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.hand import draw, expect_digit
from tests.browser.stub_runs import UNDER_WAY, start
from tests.drawings import SEVEN
from tests.wording import faults

ALL_TEXTS = """() => {
    const said = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { parentElement, data } = walker.currentNode;
        // A program is none of the page's words, and so is what Gradio tells its own clients.
        if (!parentElement.closest("script, style, #code pre")) said.push(data);
    }
    const attributes = ["aria-label", "aria-valuetext", "title", "alt", "placeholder"];
    for (const node of document.querySelectorAll(".gradio-container *")) {
        said.push(...attributes.map((name) => node.getAttribute(name) || ""));
    }
    return said.map((text) => text.trim()).filter(Boolean);
}"""


@pytest.fixture
def page(visit, server):
    return visit(server[0])


def expect_good_words(page):
    """Expect no text of the page to have what none may have; gives all of them."""
    said = page.evaluate(ALL_TEXTS)
    assert [(text, faults(text)) for text in said if faults(text)] == []
    return said


def test_the_page_says_no_word_that_was_given_up_and_breaks_no_line_before_a_percent_sign(
    page, server
):
    assert "Open picture" in expect_good_words(page)
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#correct [data-digit='7']").click()
    expect(page.locator(".corrections-list li")).to_have_count(1)
    said = expect_good_words(page)
    assert "Saved as a 7 in My handwriting." in said
    assert "over 99\u00a0% sure" in said
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "60")
    said = expect_good_words(page)
    assert "60\u00a0%" in said
    assert "Test image of a 7, read as 1, wrong" in said
    job.succeed(9_850)
    expect(page.locator("#keep")).to_be_visible()
    said = expect_good_words(page)
    assert "Discard, back to Built-in model" in said
    page.locator("#back").click()
    expect(page.locator("#back")).to_be_hidden()
    job = start(page, server)
    page.locator("#stop").click()
    expect(page.locator("#result")).to_contain_text("Canceled")
    expect_good_words(page)
