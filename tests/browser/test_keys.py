"""All of the page by keys alone: the focus comes everywhere in order, is seen, and is never lost.

Only the trainings are stand-ins.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AT_REST
from tests.browser.hand import draw
from tests.browser.states import Stage, handwriting, number_with_chips
from tests.browser.stub_runs import UNDER_WAY, advanced, focused, start
from tests.drawings import SEVEN

MOST_STOPS = 100
TAB_STOP = """() => {
    const held = document.activeElement;
    if (held === document.body) return null;
    const { left, right, top, bottom } = held.getBoundingClientRect();
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const outlines = [held, held.closest(".wrap")].filter(Boolean).map(getComputedStyle);
    return {
        name: held.id || held.getAttribute("aria-label") || held.textContent.trim(),
        isSeen: Boolean(middle) && (held.contains(middle) || middle.contains(held)),
        isMarked: outlines.some(({ outlineStyle, outlineWidth }) =>
            outlineStyle !== "none" && parseFloat(outlineWidth) >= 2),
    };
}"""


@pytest.fixture
def page(visit, shipped_server):
    page = visit(shipped_server[0], viewport={"width": 1280, "height": 800})
    page.add_style_tag(content=AT_REST)
    return page


def tab_stops(page, second):
    """Press the Tab key from the place before the second to the end; gives where it came to."""
    page.locator(second).focus()
    page.keyboard.press("Shift+Tab")
    stops = []
    while len(stops) < MOST_STOPS:
        stop = page.evaluate(TAB_STOP)
        if stop is None:
            return stops
        stops.append(stop)
        page.keyboard.press("Tab")
    pytest.fail("the Tab key comes to no end")


def test_the_tab_key_comes_to_all_of_the_page_in_order_and_each_place_is_seen(
    page, shipped_server, visit, tmp_path
):
    stage = Stage(page, shipped_server, visit, tmp_path)
    handwriting(stage)
    number_with_chips(stage)
    advanced(page)
    page.locator("#code summary").click()
    stops = tab_stops(page, "#wall-button")
    assert [each["name"] for each in stops if not (each["isSeen"] and each["isMarked"])] == []
    names = [each["name"] for each in stops]
    parts = """Skip to the pad, wall-button, help-button, pad, undo, clear, example, upload,
        It is 0, It is 9, Drawing read as 7, copy-link, save-picture, Recipe, retrain,
        Network, Data set, copy-code, save-notebook, Program, Label of drawing 1,
        Remove drawing 1, Remove drawing 10, corrections-download, corrections-upload, teach,
        Download model Built-in model""".replace("\n", " ").split(", ")
    parts = [each.strip() for each in parts]
    assert [name for name in names if name in parts] == parts
    assert len([name for name in names if name.startswith("2 of 2")]) == 1  # of the chips


def test_on_a_wall_the_tab_key_comes_to_nothing_that_is_behind_it(page):
    draw(page, SEVEN)
    page.locator("#code summary").click()
    page.locator("#wall-button").press("Enter")
    stops = tab_stops(page, "#pad")
    assert [each["name"] for each in stops if not each["isSeen"]] == []
    assert [each["name"] for each in stops][:2] == ["wall-leave", "pad"]


@pytest.mark.parametrize(("right", "sensible"), [(9_980, "keep"), (9_000, "back")])
def test_the_focus_goes_from_retrain_to_the_sensible_decision_and_back(
    page, shipped_server, right, sensible
):
    page.locator("#retrain").press("Enter")
    expect(page.locator("#stop")).to_be_focused()
    shipped_server[1][-1].status = replace(shipped_server[1][-1].status, **UNDER_WAY)
    shipped_server[1][-1].succeed(right)
    expect(page.locator(f"#{sensible}")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#retrain")).to_be_focused()


def test_the_focus_is_not_lost_with_a_button_that_the_end_of_a_run_takes_away(page, shipped_server):
    job = start(page, shipped_server)
    page.locator("h1").click()  # away from the buttons
    page.locator("#finish").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "stop"
    job.end(state="failed", message="The training ran out of memory.")
    expect(page.locator("#retrain")).to_be_focused()


def test_who_has_left_the_buttons_of_a_run_keeps_the_focus_when_it_ends(page, shipped_server):
    job = start(page, shipped_server)
    page.locator("#clear").focus()
    job.succeed()
    expect(page.locator("#keep")).to_be_visible()
    assert focused(page) == "clear"


def test_who_teaches_by_keys_comes_to_the_run(page, shipped_server, visit, tmp_path):
    handwriting(Stage(page, shipped_server, visit, tmp_path))
    page.locator("#teach").press("Enter")
    expect(page.locator("#stop")).to_be_focused()
    expect(page.locator("#stop")).to_be_in_viewport()


def test_who_chooses_from_a_list_by_keys_stays_at_it_and_it_closes(page):
    page.locator("#recipe input").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#recipe input")).to_have_value("Fast, less than a minute: a small network")
    expect(page.locator("#recipe input")).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
