"""Retrain in a real browser, with real trainings."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import draw
from tests.drawings import ONE, SEVEN


def start(page, recipe):
    page.locator("#recipe input").click()
    page.get_by_role("option", name=re.compile(f"^{recipe}", re.I)).click()
    page.locator("#retrain").click()


def expect_progress_beyond(page, percent):
    page.wait_for_function(
        "percent => Number(document.querySelector('#progress').ariaValueNow) > percent",
        arg=percent,
        timeout=240_000,
    )


def progress(page):
    return float(page.locator("#progress").get_attribute("aria-valuenow"))


def expect_running(page):
    expect(page.locator("#stop")).to_be_enabled()
    expect_progress_beyond(page, 0)


def expect_stopped(page):
    expect(page.locator("#result")).to_contain_text("Stopped")
    expect(page.locator("#stop")).to_be_disabled()


@pytest.fixture
def stopping():
    """Stop what runs on these pages, however the test ends."""
    pages: list[Page] = []
    yield pages.append
    for page in pages:
        if page.locator("#stop").is_enabled():
            page.locator("#stop").click()
            expect(page.locator("#stop")).to_be_disabled()


def test_a_run_shows_its_progress_and_readings_go_on_and_stop_changes_nothing(page, stopping):
    stopping(page)
    in_use = page.locator(".run-model").inner_text()
    start(page, "balanced")
    expect_running(page)
    expect(page.locator("#retrain")).to_be_disabled()
    expect(page.locator(".run-line")).to_contain_text(re.compile(r"Epoch 1 of \d+, step \d+"))
    expect(page.locator(".run-facts dd")).to_have_count(4)
    expect_progress_beyond(page, progress(page))
    draw(page, SEVEN)
    expect(page.locator("#reading")).to_have_attribute("data-digit", "7")
    page.locator("#clear").click()
    draw(page, ONE)
    expect(page.locator("#reading")).to_have_attribute("data-digit", "1")
    page.locator("#stop").click()
    expect_stopped(page)
    expect(page.locator("#retrain")).to_be_enabled()
    expect(page.locator(".run-model")).to_have_text(in_use)


def test_a_reload_finds_the_run_again(page, stopping):
    stopping(page)
    start(page, "balanced")
    expect_running(page)
    page.reload()
    expect_running(page)
    page.locator("#stop").click()
    expect_stopped(page)


def test_a_second_page_is_told_of_the_run_and_sees_it_too(visit, address, stopping):
    first, second = visit(address), visit(address)
    stopping(first)
    start(first, "balanced")
    expect_running(first)
    second.locator("#retrain").click()
    expect(second.locator(".run-note")).to_contain_text("already under way")
    expect_running(second)
    first.locator("#stop").click()
    expect_stopped(first)
    expect_stopped(second)


def test_on_a_public_server_only_the_starter_may_stop_even_after_a_reload(
    visit, public_address, stopping
):
    starter, other = visit(public_address), visit(public_address)
    stopping(starter)
    start(starter, "balanced")
    expect_running(starter)
    other.locator("#retrain").click()
    expect(other.locator(".run-note")).to_contain_text("already under way")
    expect_progress_beyond(other, 0)
    expect(other.locator("#stop")).to_be_disabled()
    starter.reload()
    expect_running(starter)
    starter.locator("#stop").click()
    expect_stopped(starter)
    expect_stopped(other)


def test_a_finished_model_is_used_and_one_can_go_back(page):
    draw(page, SEVEN)
    start(page, "fast")
    percent = r"\d\d\.\d\d % "
    interval = r"\(95 % interval \d\d\.\d\d to \d\d\.\d\d %\)"
    expect(page.locator("#result")).to_contain_text(
        re.compile(percent + ".*10,000 test images.*" + interval + ".*before: " + percent),
        timeout=240_000,
    )
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "100")
    expect(page.locator(".run-model")).to_contain_text("retrained")
    expect(page.locator("#reading")).to_have_attribute("data-digit", "7")
    page.locator("#clear").click()
    draw(page, ONE)
    expect(page.locator("#reading")).to_have_attribute("data-digit", "1")
    page.get_by_role("button", name="Use the shipped model again").click()
    expect(page.locator(".run-model")).to_contain_text("shipped")
