"""What axe-core finds in every state of the page, and what does not fit its width.

The browser is a German one, as the page's language must be that of its text.
"""

import contextlib

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser.conftest import AT_REST
from tests.browser.hand import show_theme
from tests.browser.states import CHAPTERS, Stage
from tests.pages import served

WIDTHS = (320, 360, 768, 1280, 1920)
# In these, axe-core looks at every width.
MAIN = {"read_sure", "long_number", "training", "verdict", "handwriting", "wall", "help_open"}

OPTIONS = {
    "rules": {"target-size": {"enabled": True}},  # it is none by default
    "resultTypes": ["violations"],
    "preload": False,
}
FIND_FAULTS = """async (options) => {
    const { violations } = await axe.run(options);
    const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    return grave.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
}"""

# What scrolls by itself may hold more than fits.
FIND_WHAT_DOES_NOT_FIT = """() => {
    const seen = (part) => part.checkVisibility({ visibilityProperty: true })
        && part.getBoundingClientRect().width > 1 && !part.closest("svg")
        && getComputedStyle(part).position !== "fixed";
    const named = (part) => part.id || part.className || part.tagName;
    const scrolls = (part) => getComputedStyle(part).overflowX !== "visible";
    const room = (part) => {
        for (let outer = part.parentElement; outer; outer = outer.parentElement) {
            if (outer.matches(".card, #help, .run-strip, body")) return outer;
            if (scrolls(outer)) return null;
        }
    };
    const faults = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) faults.push("the page scrolls aside");
    for (const part of [...document.querySelectorAll("body *")].filter(seen)) {
        const outer = room(part);
        if (!outer) continue;
        const [{ left, right }, space] = [part, outer].map((each) => each.getBoundingClientRect());
        const isOut = left < space.left - 1 || right > space.right + 1;
        if (isOut) faults.push(named(part) + " stands out");
    }
    for (const part of [...document.querySelectorAll("body *")].filter(seen)) {
        const isText = [...part.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
        const isShortened = getComputedStyle(part).textOverflow === "ellipsis";
        if (!isText || isShortened || scrolls(part) || part.closest(".unseen")) continue;
        const isCut = part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1;
        if (isCut) faults.push(named(part) + " is cut off");
    }
    return faults;
}"""


@pytest.fixture
def stage(visit, shipped_server, tmp_path):
    """Open a page with the options of a Playwright context."""
    with contextlib.ExitStack() as ends:

        def visit_german(address, **options):
            return visit(address, requests_may_fail=True, locale="de-DE", **options)

        def open_stage(**options):
            page = visit_german(shipped_server[0], **options)
            page.add_style_tag(content=AT_REST)
            ends.callback(page.context.set_offline, False)
            return Stage(page, shipped_server, visit_german, tmp_path)

        yield open_stage


def faults_by_axe(page, *rules):
    """Look by some of axe-core's rules, or by all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(FIND_FAULTS, OPTIONS | ({"runOnly": rules} if rules else {}))


def what_does_not_fit(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    return [f"{width} px: {each}" for each in page.evaluate(FIND_WHAT_DOES_NOT_FIT)]


def faults_in_light_and_dark(page, is_main):
    faults = [each for width in WIDTHS for each in what_does_not_fit(page, width)]
    for width in WIDTHS if is_main else [1280]:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            show_theme(page, scheme)
            # What is dark differs from what is light in its colors alone.
            rules = ["color-contrast"] if scheme == "dark" else []
            faults += [f"{width} px, {scheme}: {each}" for each in faults_by_axe(page, *rules)]
    show_theme(page, "light")
    return faults


def faults_in_text_of_twice_the_size(page, is_main):
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults = []
    for width in (320, 360, 1280):
        faults += what_does_not_fit(page, width)
        faults += faults_by_axe(page) if is_main and width != 320 else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    return faults


def faults_in_forced_colors(page, is_main):
    page.emulate_media(forced_colors="active")
    faults = faults_by_axe(page) if is_main else []
    page.emulate_media(forced_colors="none")
    return faults


LOOKS = (faults_in_light_and_dark, faults_in_text_of_twice_the_size, faults_in_forced_colors)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_in_every_state_axe_finds_nothing_and_all_fits(stage, chapter):
    stage = stage(viewport={"width": 1280, "height": 800})
    faults = []
    for name, enter in CHAPTERS[chapter].items():
        enter(stage)
        for look in LOOKS:
            found = look(stage.page, name in MAIN)
            faults += [f"{name}, {look.__name__}: {each}" for each in found]
        assert stage.page.evaluate("document.documentElement.lang") == "en"
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_fits_and_axe_finds_nothing(browser, scheme):
    with served(auth=("teacher", "chalk")) as (address, _):
        context = browser.new_context(color_scheme=scheme, locale="de-DE")
        page = context.new_page()
        page.goto(address)
        faults = []
        for _ in ("before", "after a wrong password"):
            expect(page.locator("input[type=password]")).to_be_visible()
            for width in WIDTHS:
                faults += what_does_not_fit(page, width) + faults_by_axe(page)
            page.locator("input").first.fill("teacher")
            page.locator("input[type=password]").fill("cheese")
            page.locator("button.primary").click()
            expect(page.locator("#login-note")).not_to_be_empty()
            expect(page.get_by_text("Incorrect Credentials")).to_be_hidden()
            for field in page.locator("input").all():
                expect(field).to_have_css("border-top-width", "1px")
                field.focus()
                expect(field).to_have_css("outline-style", "solid")
        faults += [] if page.evaluate("document.documentElement.lang") == "en" else ["its language"]
        context.close()
    assert faults == []
