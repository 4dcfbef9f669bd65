"""Retrain in a real browser, with real trainings."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import draw
from tests.drawings import ONE, SEVEN

PATIENCE = 240_000  # ms; a training on a loaded machine


def start(page, recipe):
    page.locator("#recipe input").click()
    page.get_by_role("option", name=re.compile(f"^{recipe}", re.I)).click()
    page.locator("#retrain").click()


def expect_progress_beyond(page, percent):
    page.wait_for_function(
        "percent => Number(document.querySelector('#progress').ariaValueNow) > percent",
        arg=percent,
        timeout=PATIENCE,
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
    expect(page.locator(".run-model")).to_contain_text("shipped")
    in_use = page.locator(".run-model").inner_text()
    start(page, "balanced")
    expect_running(page)
    expect(page.locator("#retrain")).to_be_disabled()
    expect(page.locator(".run-line")).to_contain_text(re.compile(r"Epoch 1 of \d+, step \d+"))
    expect(page.locator(".run-facts dd")).to_have_count(5)
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


def test_two_strangers_wait_for_each_other_and_either_can_leave(visit, public_address, stopping):
    starter, other = visit(public_address), visit(public_address)
    stopping(starter)
    stopping(other)
    start(starter, "balanced")
    expect_running(starter)
    other.locator("#retrain").click()
    expect(other.locator(".run-line")).to_contain_text("number 1 in the queue")
    other.locator("#stop").click()  # it says Leave
    expect(other.locator("#retrain")).to_be_enabled()
    other.locator("#retrain").click()
    expect(other.locator(".run-line")).to_contain_text("number 1 in the queue")
    starter.reload()
    expect_running(starter)
    starter.locator("#stop").click()
    expect_stopped(starter)
    expect_running(other)
    other.locator("#stop").click()
    expect_stopped(other)


def test_a_run_is_watched_and_finished_and_its_model_kept_over_a_restart(
    visit, start_server, tmp_path
):
    server, address = start_server("--folder", str(tmp_path))
    page = visit(address)
    draw(page, SEVEN)
    expect(page.locator("#reading")).to_have_attribute("data-digit", "7")
    start(page, "balanced")
    expect_running(page)
    expect(page.locator(".run-facts dd")).to_have_count(5)
    page.wait_for_function(
        "document.querySelectorAll('[data-read=right]').length > 5", timeout=PATIENCE
    )
    page.locator("#finish").click()
    expect(page.locator("#keep")).to_be_visible(timeout=PATIENCE)
    percent = r"\d\d\.\d\d % "
    interval = r"\(95 % interval \d\d\.\d\d to \d\d\.\d\d %\)"
    expect(page.locator("#result")).to_contain_text(
        re.compile(percent + ".*10,000 test images.*" + interval + ".*before: " + percent)
    )
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "100")
    page.locator("#keep").click()
    expect(page.locator(".run-model")).to_contain_text("Balanced")
    server.terminate()
    server.wait(timeout=30)
    _, address = start_server("--folder", str(tmp_path))
    again = visit(address)
    expect(again.locator(".run-model")).to_contain_text("Balanced")
    draw(again, ONE)
    expect(again.locator("#reading")).to_have_attribute("data-digit", "1")


def test_a_correction_is_kept_and_taught_and_one_can_go_back(visit, serve):
    page = visit(serve())
    draw(page, SEVEN)
    expect(page.locator("#reading")).to_have_attribute("data-digit", "7")
    page.keyboard.press("2")
    expect(page.locator(".reading-saved")).to_have_text("Kept as 2.")
    expect(page.locator("#corrections select")).to_have_value("2")
    page.locator("#teach").click()
    expect(page.locator("#back")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#reading")).to_have_attribute("data-digit", "2")
    page.locator("#back").click()
    expect(page.locator("#reading")).to_have_attribute("data-digit", "7")
    expect(page.locator(".run-model")).to_contain_text("shipped")
