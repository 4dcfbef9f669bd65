"""A training is watched while one draws: beside the pad, or in a strip below it, and in the title.

Only the trainings are stand-ins.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from mnist_core.training.progress import Progress
from tests.browser.hand import draw, expect_digit, intercept, wait_beside, wait_until_read
from tests.browser.stub_runs import UNDER_WAY, start
from tests.drawings import FOUR, PLUS, SEVEN, TWO, moved, row
from tests.waiting import wait_until

PHONE = {"has_touch": True, "is_mobile": True}
TITLE = "Draw a digit"


@pytest.fixture
def page(visit, server):
    return visit(server[0])


def under_way(page, server):
    """Draw a 7, start a training, and have it go on for a while; returns it."""
    draw(page, SEVEN)
    expect_digit(page, 7)
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "60")
    page.evaluate("scrollTo(0, 0)")
    return job


def expect_in_full_view(page, *parts):
    """Expect parts to lie in the window, and nothing to lie over them, without scrolling."""
    for part in parts:
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
        over = page.locator(part).evaluate(
            """part => {
                const { left, right, top, bottom } = part.getBoundingClientRect();
                const at = [[left + 2, top + 2], [right - 2, bottom - 2],
                    [(left + right) / 2, (top + bottom) / 2]];
                return at.map(([x, y]) => document.elementFromPoint(x, y))
                    .filter((each) => !each || !(part.contains(each) || each.contains(part)))
                    .map((each) => each ? each.outerHTML.slice(0, 80) : "the edge");
            }"""
        )
        assert over == [], part
    assert page.evaluate("scrollY") == 0


def expect_no_overflow(page):
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_on_a_wide_screen_the_run_stands_beside_pad_and_reading(visit, server):
    page = visit(server[0], viewport={"width": 1280, "height": 800})
    under_way(page, server)
    for width, height in ((1280, 800), (1100, 800), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        expect_in_full_view(
            page, "#digit-pad canvas", ".pad-tools", "#reading", "#progress", ".run-percent",
            ".used-digit", ".live-digit", "#finish", "#stop",
        )  # fmt: skip
        expect(page.locator(".run-strip")).to_be_hidden()
        pad, panel = (page.locator(each).bounding_box() for each in ("#digit-pad", "#training"))
        assert pad["x"] + pad["width"] < panel["x"]
        expect_no_overflow(page)


def test_the_pad_does_not_move_when_a_run_starts_and_ends(visit, server):
    page = visit(server[0], viewport={"width": 1280, "height": 800})
    pad = page.locator("#digit-pad canvas")
    draw(page, SEVEN)
    before = pad.bounding_box()
    job = under_way(page, server)
    assert pad.bounding_box() == before
    job.succeed()
    expect(page.locator("#keep")).to_be_visible()
    assert pad.bounding_box() == before


@pytest.mark.parametrize(("width", "height"), [(320, 640), (360, 740), (740, 360)])
def test_on_a_phone_a_strip_stands_below_the_pad_while_a_run_is_on(visit, server, width, height):
    page = visit(server[0], viewport={"width": width, "height": height}, **PHONE)
    strip = page.locator(".run-strip")
    expect(strip).to_be_hidden()
    under_way(page, server)
    expect(strip).to_be_visible()  # or it could not lie over anything yet
    expect_in_full_view(
        page, "#digit-pad canvas", ".pad-tools", ".reading-answer", ".strip-percent",
        ".strip-digits", ".strip-stop",
    )  # fmt: skip
    expect(page.locator(".strip-percent")).to_have_text("60\u00a0%")
    expect(page.locator(".strip-digits")).to_have_text("In use 7 · Learning 7")
    expect_no_overflow(page)
    # The page can be scrolled until its end stands above the strip.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(strip).to_be_in_viewport()
    end = page.locator("footer").bounding_box()
    assert end["y"] + end["height"] <= strip.bounding_box()["y"] + 1
    # Where the panel is in sight, it needs no strip.
    page.locator("#progress").evaluate("part => part.scrollIntoView({ block: 'center' })")
    expect(strip).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    page.locator(".strip-stop").click()
    expect(strip).to_be_hidden()
    expect(page.locator("#result")).to_contain_text("Canceled")
    expect(page.locator("#retrain")).to_be_focused()
    assert page.evaluate("scrollY") == 0  # one goes on drawing


def test_the_strip_of_one_who_waits_offers_to_leave_the_queue(visit, server):
    start(visit(server[0]), server)
    page = visit(server[0], viewport={"width": 360, "height": 740}, **PHONE)
    page.locator("#retrain").click()
    expect(page.locator(".run-line")).to_contain_text("number 1 in the queue")
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(".strip-percent")).to_have_text("Waiting")
    expect(page.locator(".strip-digits")).to_have_text("")
    expect(page).to_have_title(f"Waiting · {TITLE}")
    expect(page.locator(".strip-stop")).to_have_text("Leave queue")
    page.locator(".strip-stop").click()
    expect(page.locator(".run-strip")).to_be_hidden()
    expect(page).to_have_title(TITLE)


def test_both_models_are_named_with_what_each_reads_now(visit, server):
    page = visit(server[0], viewport={"width": 1280, "height": 800})
    job = start(page, server)
    three = tuple(float(digit == 3) for digit in range(10))
    snapshot = replace(UNDER_WAY["snapshot"], drawing=three)
    job.status = replace(job.status, **{**UNDER_WAY, "snapshot": snapshot})
    both = page.locator(".live-row")
    expect(both).to_have_attribute("aria-label", "In use: nothing yet. Learning: 3")
    intercept(page, "**/training", lambda _: None)  # it is not the next look that tells
    draw(page, SEVEN)
    expect(both).to_have_attribute("aria-label", "In use: 7. Learning: 3")
    expect(page.locator(".used-digit")).to_have_text("7")
    expect(page.locator(".live-digit")).to_have_text("3")


def test_what_is_no_digit_in_a_number_has_none_in_use_either(visit, shipped_server):
    page = visit(shipped_server[0], viewport={"width": 1280, "height": 800})
    job = start(page, shipped_server)
    job.status = replace(job.status, **UNDER_WAY)
    chips = page.locator(".chip:visible")
    speck = [[[400, 150], [400, 164]]]  # that looks like a 1
    for numbers, read in (([*row(FOUR, TWO), *speck], "42?"), (row(FOUR, PLUS, TWO), "4?2")):
        draw(page, moved(numbers, 0.65))
        wait_until_read(page)
        expect(chips).to_have_count(3)
        for chip in range(3):
            chips.nth(chip).click()
            expect(page.locator(".used-digit")).to_have_text(read[chip])
        page.locator("#clear").click()


def test_the_title_tells_the_percent_while_a_run_is_on_and_is_plain_after(page, server):
    expect(page).to_have_title(TITLE)
    job = under_way(page, server)
    expect(page).to_have_title(f"60\u00a0% · {TITLE}")
    page.reload()
    expect(page).to_have_title(f"60\u00a0% · {TITLE}")
    job.succeed()
    expect(page.locator("#keep")).to_be_visible()
    expect(page).to_have_title(TITLE)


def test_a_look_that_shows_other_numbers_exchanges_letters_and_hides_nothing_again(page, server):
    """Else the browser would style all of the page at each look, by its rules with `:has`."""
    job = under_way(page, server)
    expect(page.locator(".reading-spoken")).to_contain_text("7")  # that comes later than the rest
    page.evaluate(
        """() => {
            window.changes = [];
            const seen = { subtree: true, childList: true, attributeFilter: ["hidden"] };
            new MutationObserver((changes) => {
                for (const { target } of changes) window.changes.push(target.outerHTML);
            }).observe(document.body, seen);
        }"""
    )
    three = tuple(float(digit == 3) for digit in range(10))
    further = {
        "progress": Progress(0.7, 1, 1, 70, 100, 2_000.0, 9.0, 0.2, 0.93, 0.005),
        "snapshot": replace(UNDER_WAY["snapshot"], drawing=three),
    }
    job.status = replace(job.status, **{**UNDER_WAY, **further})
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "70")
    expect(page.locator(".run-percent")).to_have_text("70\u00a0%")
    expect(page.locator(".live-digit")).to_have_text("3")
    assert page.evaluate("changes") == []


def test_while_looks_fail_the_page_is_not_shown_anew_and_goes_on_when_they_do_not(visit, server):
    page = visit(server[0], requests_may_fail=True)
    job = start(page, server)
    events, looks = [], []
    page.on("request", lambda asked: events.append(asked) if "run/predict" in asked.url else None)

    def refuse(route):
        looks.append(route)
        route.fulfill(status=503, headers={"x-refused": "1"}, json={"error": "No."})

    intercept(page, "**/training", refuse)
    wait_beside(page, lambda: len(looks) > 2)
    job.status = replace(job.status, **UNDER_WAY)
    page.unroute("**/training")
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "60")
    assert events == []


def test_what_was_decided_in_another_tab_is_shown_to_who_comes_back(page, server):
    start(page, server).succeed()
    expect(page.locator("#keep")).to_be_visible()
    other = page.context.new_page()
    other.goto(server[0])
    other.locator("#keep").click()
    expect(other.locator("#keep")).to_be_hidden()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#keep")).to_be_hidden()
    expect(page.locator(".model")).to_have_count(2)


def test_the_title_goes_on_in_a_tab_that_is_hidden(page, server):
    job = start(page, server)
    expect(page.locator(".run-percent")).to_have_text("0\u00a0%")
    page.clock.install()
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { get: () => true });
            Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    job.status = replace(job.status, **UNDER_WAY)
    wait_for_title(page, f"60\u00a0% · {TITLE}")
    job.succeed()
    wait_for_title(page, TITLE)


def wait_for_title(page, title):
    """Let ten seconds go by at once, again and again: so rarely a hidden page looks."""

    def pause(seconds):
        page.clock.fast_forward(10_000)
        page.wait_for_timeout(1000 * seconds)

    wait_until(lambda: page.title() == title, page.title, pause=pause)


def test_the_card_of_the_handwriting_tells_how_its_own_training_goes(page, server):
    course = page.locator(".corrections-course")
    job = under_way(page, server)
    expect(course).to_be_hidden()  # it is not of the handwriting
    job.succeed()
    page.locator("#keep").click()
    expect(page.locator("#keep")).to_be_hidden()
    page.locator("#correct [data-digit='7']").click()
    page.locator("#teach").click()
    expect(page.locator("#stop")).to_be_visible()
    expect(course).to_have_text("Learning your handwriting: 0\u00a0%")
    job = server[1][-1]
    job.status = replace(job.status, **UNDER_WAY)
    expect(course).to_have_text("Learning your handwriting: 60\u00a0%")
    job.succeed()
    expect(page.locator("#back")).to_be_visible()
    expect(course).to_be_hidden()


@pytest.mark.parametrize(
    ("width", "height", "decision", "kept"),
    [(360, 740, "keep", 2), (740, 360, "back", 1), (1280, 800, "back", 1), (1920, 1080, "keep", 2)],
)
def test_the_new_model_is_decided_on_without_scrolling(
    visit, server, width, height, decision, kept
):
    options = PHONE if width < 1000 else {}
    page = visit(server[0], viewport={"width": width, "height": height}, **options)
    under_way(page, server).succeed(8_500)
    card, strip = (page.locator(f"{each}{decision}") for each in ("#", ".strip-"))
    expect(card).to_be_visible()
    if options:
        expect(page.locator(".run-strip")).to_contain_text("85.00\u00a0%")
        card.scroll_into_view_if_needed()
        expect(page.locator(".run-strip")).to_be_hidden()  # what it says is in sight
        page.evaluate("scrollTo(0, 0)")
        expect(page.locator(".run-strip")).to_be_visible()
    else:
        page.locator(".run-course summary").click()  # it is longer than the window now
    button = strip if options else card
    expect(button).to_have_text(card.text_content())
    expect_in_full_view(page, "#digit-pad canvas", *(
        f".strip-{each}" if options else f"#{each}" for each in ("keep", "back")
    ))  # fmt: skip
    assert ("primary" in button.get_attribute("class").split()) == (decision == "back")
    expect_no_overflow(page)
    button.click()
    expect(page.locator(".run-strip")).to_be_hidden()
    expect(card).to_be_hidden()
    expect(page.locator(".model")).to_have_count(kept)
    assert page.evaluate("scrollY") == 0  # one goes on drawing
