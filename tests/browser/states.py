"""The states that the page can be in, each with the way there from the one before.

A chapter is what one page goes through, state after state. Only the trainings are stand-ins.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.browser.hand import WITHOUT_FULL_SCREEN, draw, draw_number, wait_until_read
from tests.browser.stub_runs import UNDER_WAY, advanced, start
from tests.drawings import FOUR, ONE, PLUS, SEVEN, TWO, moved, row
from tests.stubs import write_stroke_set

ONE_OR_SEVEN = [[[80, 80], [140, 60], [140, 220]]]
LONG = [  # 427142714271
    [[8 + 22.5 * place + 0.075 * x, 120 + 0.14 * y] for x, y in stroke]
    for place, digit in enumerate(3 * (FOUR, TWO, SEVEN, ONE))
    for stroke in digit
]


@dataclass
class Stage:
    """A page, and what a state may need beside it."""

    page: Any
    server: Any  # its address, and the trainings that were started
    visit: Callable[..., Any]  # opens a page of another visitor
    folder: Path  # for files


CHAPTERS: dict[str, dict[str, Callable[[Stage], None]]] = defaultdict(dict)


def state(chapter):
    """List what puts a stage's page into a state, by its name, as the next of a chapter."""

    def listed(enter):
        CHAPTERS[chapter][enter.__name__] = enter
        return enter

    return listed


def put(page, strokes, state):
    """Draw on the empty pad, and wait until it is read."""
    page.locator("#clear").click()
    draw(page, strokes)
    wait_until_read(page)
    expect(page.locator("#reading")).to_have_attribute("data-state", state)


def under_way(stage):
    """Start a training that is in the middle; returns it."""
    start(stage.page, stage.server)
    return in_the_middle(stage)


def in_the_middle(stage):
    job = stage.server[1][-1]
    job.status = replace(job.status, **UNDER_WAY)
    expect(stage.page.locator("#progress")).to_have_attribute("aria-valuenow", "60")
    return job


# ---- drawing -------------------------------------------------------------------------------------


@state("drawing")
def first_visit(stage):
    expect(stage.page.locator(".pad-tries")).to_be_visible()


@state("drawing")
def empty(stage):
    stage.page.keyboard.press("Shift")
    expect(stage.page.locator(".pad-range")).to_be_visible()


@state("drawing")
def read_sure(stage):
    put(stage.page, SEVEN, "sure")


@state("drawing")
def saved(stage):
    stage.page.locator("#correct [data-digit='4']").click()
    expect(stage.page.locator(".reading-saved")).to_contain_text("in My handwriting")


@state("drawing")
def read_unsure(stage):
    put(stage.page, ONE_OR_SEVEN, "unsure")


@state("drawing")
def not_a_digit(stage):
    put(stage.page, PLUS, "not-a-digit")


@state("drawing")
def number_with_chips(stage):
    put(stage.page, row(FOUR, TWO), "sure")
    expect(stage.page.get_by_role("radio")).to_have_count(2)


@state("drawing")
def long_number(stage):
    put(stage.page, LONG, "sure")
    expect(stage.page.get_by_role("radio")).to_have_count(12)


@state("drawing")
def correcting_by_keys(stage):
    stage.page.locator("#digit-pad canvas").focus()
    stage.page.keyboard.press("ArrowLeft")
    expect(stage.page.locator(".pad-cursor")).to_be_visible()


@state("drawing")
def link_copied(stage):
    stage.page.evaluate("document.execCommand = () => false")
    stage.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    stage.page.locator("#copy-link").click()
    expect(stage.page.locator(".recent-link")).to_be_visible()


# ---- pictures ------------------------------------------------------------------------------------


@state("pictures")
def blank_picture(stage):
    path = stage.folder / "empty.png"
    Image.new("L", (300, 200), 250).save(path)
    stage.page.locator("#picture-file").set_input_files(path)
    expect(stage.page.locator(".pad-backdrop")).to_be_visible()
    expect(stage.page.locator(".pad-note")).to_be_empty()
    wait_until_read(stage.page)
    expect(stage.page.locator("#reading")).to_have_attribute("data-state", "blank")


@state("pictures")
def picture_read(stage):
    stage.page.locator("#picture-file").set_input_files(draw_number(stage.folder / "427.png"))
    expect(stage.page.get_by_role("radio")).to_have_count(3)


@state("pictures")
def no_picture(stage):
    path = stage.folder / "seven.png"
    path.write_text("seven")
    stage.page.locator("#picture-file").set_input_files(path)
    expect(stage.page.locator("#reading")).to_have_class(re.compile("refused"))


# ---- the form of a training, its program, the help, the wall ------------------------------------


@state("form")
def form_refused(stage):
    page = stage.page
    advanced(page, epochs="1.5")
    page.locator("#retrain").click()
    expect(page.locator(".field-error")).to_be_visible()


@state("form")
def recipes_open(stage):
    stage.page.locator("#recipe input").click()
    expect(stage.page.get_by_role("option").first).to_be_visible()


@state("form")
def tutorial_chosen(stage):
    stage.page.get_by_role("option", name=re.compile("^Tutorial")).click()
    expect(stage.page.locator("#network-note")).to_be_visible()


@state("form")
def code(stage):
    stage.page.locator("#code summary").click()
    expect(stage.page.locator("#code pre")).to_be_visible()


@state("form")
def wall_empty(stage):
    # In the browser's full screen the window has one size, and here all are looked at.
    stage.page.evaluate(WITHOUT_FULL_SCREEN)
    stage.page.locator("#wall-button").click()
    expect(stage.page.locator("#wall-address")).not_to_be_empty()


@state("form")
def wall(stage):
    number_with_chips(stage)


@state("form")
def help_open(stage):
    stage.page.locator("#wall-leave").click()
    stage.page.locator("#help-button").click()
    expect(stage.page.get_by_role("dialog", name="Help")).to_be_visible()


# ---- trainings -----------------------------------------------------------------------------------


@state("training")
def training(stage):
    read_sure(stage)
    under_way(stage)


@state("training")
def verdict(stage):
    stage.server[1][-1].succeed(8_500)
    expect(stage.page.locator("#back")).to_be_visible()


@state("training")
def run_failed(stage):
    stage.page.locator("#back").click()
    under_way(stage).end(state="failed", message="The training ran out of memory.")
    expect(stage.page.locator("#result")).to_contain_text("memory")


@state("training")
def offline(stage):
    under_way(stage)
    stage.page.context.set_offline(True)
    draw(stage.page, ONE)
    expect(stage.page.locator("#reading")).to_have_attribute("data-state", "offline")
    expect(stage.page.locator(".run-lost")).not_to_be_empty()


@state("waiting")
def waiting(stage):
    start(stage.visit(stage.server[0]), stage.server)
    stage.page.locator("#retrain").click()
    expect(stage.page.locator("#stop")).to_be_visible()


# ---- what a visitor has --------------------------------------------------------------------------


@state("own things")
def handwriting(stage):
    """Ten drawings, one of them kept aside, and last drawings to come back."""
    read_sure(stage)
    drawings = [{"label": "7", "strokes": moved(SEVEN, down=-4 * number)} for number in range(10)]
    path = write_stroke_set(stage.folder / "digits.jsonl.gz", drawings)
    stage.page.locator("#corrections-file").set_input_files(path)
    expect(stage.page.locator(".correction")).to_have_count(10)
    expect(stage.page.locator(".correction-aside:not([hidden])")).to_have_count(1)
    put(stage.page, SEVEN, "sure")


@state("own things")
def teaching(stage):
    stage.page.locator("#teach").click()
    expect(stage.page.locator("#stop")).to_be_visible()
    in_the_middle(stage)
    expect(stage.page.locator(".corrections-course")).to_contain_text("60")


@state("own things")
def models(stage):
    """Three models: one compared, one in use, one being deleted and renamed."""
    page = stage.page
    stage.server[1][-1].succeed()
    page.locator("#keep").click()
    start(page, stage.server).succeed()
    page.locator("#keep").click()
    expect(page.locator(".model")).to_have_count(3)
    page.locator(".model").first.locator(".model-tools button").nth(1).click()
    expect(page.locator(".reading-other")).to_be_visible()
    for number in (4, 2):  # Delete, Rename
        page.locator(".model").last.locator(".model-tools > button").nth(number).click()
    expect(page.locator(".model-question:not([hidden])")).to_have_count(1)
    expect(page.locator(".model-field:not([hidden])")).to_have_count(1)
