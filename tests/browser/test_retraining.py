"""Retrain in a real browser, with real trainings, most of them small."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import draw, expect_digit, wait_beside, wait_until_read
from tests.browser.small_server import NICENESS, TEST_IMAGES
from tests.drawings import ONE, SEVEN, circle
from tests.waiting import wait_until

PATIENCE = 240_000  # ms; a training on a loaded machine
# Drawings that are read as 1, 5 and 6, and what their writer means by them.
OWN_WAYS = {
    7: [[[80, 230], [150, 60], [200, 230]]],
    3: [[[190, 70], [110, 70], [100, 130], [170, 140], [180, 190], [100, 220]]],
    0: [[[100, 50], [100, 220], [180, 210], [170, 150], [100, 150]]],
}


def choose(page, recipe):
    page.locator("#recipe input").click()
    page.get_by_role("option", name=re.compile(f"^{recipe}", re.I)).click()


def start(page, recipe):
    choose(page, recipe)
    page.locator("#retrain").click()


def wait_until_it_reads(page, count):
    """Wait until the model in training reads so many of the twelve test images."""
    page.wait_for_function(
        "count => document.querySelectorAll('[data-read=right]').length >= count",
        arg=count,
        timeout=PATIENCE,
    )


def read(page, drawing, digit):
    """Draw, and see it read as a digit."""
    page.locator("#clear").click()
    draw(page, drawing)
    expect_digit(page, digit)


def correct(page, digit):
    """Say by its key which digit the drawing is."""
    page.keyboard.press(str(digit))


def reach(page, curve):
    """How far to the right a curve is drawn, as a share of its canvas."""
    return page.locator(f"#{curve}-curve").evaluate(
        """canvas => {
            const probe = new OffscreenCanvas(1, 1).getContext("2d");
            probe.fillStyle = getComputedStyle(canvas).getPropertyValue("--accent");
            probe.fillRect(0, 0, 1, 1);
            const accent = probe.getImageData(0, 0, 1, 1).data;
            const { width, height } = canvas;
            const copy = new OffscreenCanvas(width, height).getContext("2d");
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, width, height);
            let right = 0;
            for (let i = 0; i < data.length; i += 4) {
                if (accent.every((value, j) => Math.abs(data[i + j] - value) < 12)) {
                    right = Math.max(right, (i / 4) % width);
                }
            }
            return right / width;
        }"""
    )


def expect_reach_beyond(page, curve, share):
    wait_beside(page, lambda: reach(page, curve) > share, seconds=PATIENCE / 1000)


def worker_of(server):
    """Process id of the training that a server runs."""
    children = Path(f"/proc/{server.pid}/task").glob("*/children")
    processes = [process for each in children for process in each.read_text().split()]
    # The child that opens pictures is politer than the server, too, but in its own degree.
    [worker] = [
        process
        for process in processes
        if b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
        and os.getpriority(os.PRIO_PROCESS, int(process)) == NICENESS
    ]
    return int(worker)


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
    expect(page.locator("#result")).to_contain_text("Canceled")
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


@pytest.fixture
def page(visit, small_address):
    return visit(small_address)


def watch_own_drawing(page, digit):
    """Keep in ``shares`` how sure the model in training gets that the own drawing is a digit."""
    page.locator(".run-drawing .live-bar").nth(digit).locator("div div").evaluate(
        """level => {
            window.shares = [];
            new MutationObserver(() => {
                window.shares.push(Number(level.style.transform.match(/[\\d.]+/)[0]));
            }).observe(level, { attributeFilter: ["style"] });
        }"""
    )


def test_a_run_goes_on_over_readings_and_a_reload_and_stop_changes_nothing(page, stopping):
    stopping(page)
    expect(page.locator(".run-model")).to_contain_text("Built-in")
    in_use = page.locator(".run-model").inner_text()
    start(page, "balanced")
    expect_running(page)
    expect(page.locator("#retrain")).to_be_disabled()
    expect(page.locator(".run-line")).to_contain_text(re.compile(r"Epoch \d+ of \d+, step \d+"))
    expect(page.locator(".run-facts dd")).to_have_count(5)
    expect_progress_beyond(page, progress(page))
    for curve in ("loss", "accuracy"):
        expect_reach_beyond(page, curve, 0)
        expect_reach_beyond(page, curve, reach(page, curve))
    read(page, SEVEN, 7)
    read(page, ONE, 1)
    page.reload()
    expect_running(page)
    page.locator("#stop").click()
    expect_stopped(page)
    expect(page.locator("#retrain")).to_be_enabled()
    expect(page.locator(".run-model")).to_have_text(in_use)


def test_a_run_is_finished_and_its_model_outlives_the_sudden_death_of_the_server(
    visit, start_small_server, tmp_path
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    server, address = start_small_server("--folder", str(tmp_path), TMPDIR=str(scratch))
    page = visit(address)
    read(page, SEVEN, 7)
    correct(page, 1)
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 1 in My handwriting.")
    watch_own_drawing(page, 7)
    start(page, "balanced")
    expect_running(page)
    wait_until_it_reads(page, 6)
    page.wait_for_function("shares.at(-1) > 0.9", timeout=PATIENCE)
    expect(page.get_by_role("img", name="In use: 7. Learning: 7", exact=True)).to_be_visible()
    assert page.evaluate("shares[0]") < 0.5
    page.locator("#finish").click()
    expect(page.locator("#keep")).to_be_visible(timeout=PATIENCE)
    expect_reach_beyond(page, "loss", 0.95)
    percent = r"\d\d\.\d\d\s% "
    interval = r"\(95\s% interval \d\d\.\d\d to \d\d\.\d\d\s%\)"
    expect(page.locator("#result")).to_contain_text(
        re.compile(percent + f".*{TEST_IMAGES:,} test images.*" + interval + ".*before: " + percent)
    )
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "100")
    page.locator("#keep").click()
    expect(page.locator(".run-model")).to_contain_text("Balanced")
    start(page, "balanced")
    expect_running(page)
    page.goto("about:blank")  # or the browser complains of a server that is gone
    worker = worker_of(server)
    server.kill()
    server.wait()
    wait_until(lambda: not Path(f"/proc/{worker}").exists())
    assert not list(scratch.glob("mnist_core*"))

    _, address = start_small_server("--folder", str(tmp_path))
    again = visit(address)
    expect(again.locator(".run-model")).to_contain_text("Balanced")
    expect(again.locator("#keep")).to_be_hidden()
    expect(again.locator("#result")).to_contain_text("A training (Balanced) ended together")
    expect(again.locator("#corrections select")).to_have_value("1")
    read(again, ONE, 1)
    again.get_by_role("button", name="Rename Balanced").click()
    again.keyboard.type("Mine")
    again.keyboard.press("Enter")
    expect(again.locator(".run-model")).to_contain_text("Mine")
    again.get_by_role("button", name="Use Built-in model").click()
    expect(again.locator(".run-model")).to_contain_text("Built-in")
    again.get_by_role("button", name="Use Mine").click()
    expect(again.locator(".run-model")).to_contain_text("Mine")
    again.get_by_role("button", name="Delete Mine").click()
    again.get_by_role("button", name="Yes").click()
    expect(again.locator(".run-model")).to_contain_text("Built-in")
    expect(again.locator(".model")).to_have_count(1)


def test_a_model_trained_by_the_fast_recipe_reads_real_digits(visit, start_server, tmp_path):
    page = visit(start_server("--folder", str(tmp_path))[1])
    start(page, "fast")
    expect(page.locator("#keep")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#result")).to_contain_text(re.compile(r"9[89]\.\d\d\s% of 10,000 test"))
    page.locator("#keep").click()
    expect(page.locator(".run-model")).to_contain_text("Fast")
    for drawing, digit in ((SEVEN, 7), (ONE, 1), (circle(), 0)):
        read(page, drawing, digit)


def test_a_training_that_is_killed_says_so_and_the_model_from_before_goes_on(
    visit, start_small_server
):
    server, address = start_small_server()
    page = visit(address)
    start(page, "balanced")
    expect_running(page)
    os.kill(worker_of(server), signal.SIGKILL)
    expect(page.locator("#result")).to_contain_text("The training was killed")
    expect(page.locator("#result")).to_contain_text("“Built-in model” goes on reading.")
    expect(page.locator("#retrain")).to_be_enabled()
    read(page, SEVEN, 7)


def test_a_full_disk_is_told_in_sentences_and_nothing_half_written_stays(
    visit, start_small_server, tmp_path
):
    limit = ("sh", "-c", 'ulimit -f 1 && exec "$@"', "sh")  # no file longer than 512 bytes
    _, address = start_small_server("--folder", str(tmp_path), launcher=limit)
    page = visit(address)
    read(page, circle(), 0)
    correct(page, 0)
    expect(page.locator(".reading-saved")).to_contain_text("File too large): free some")
    start(page, "balanced")
    expect(page.locator(".run-note")).to_contain_text("File too large): free some disk space")
    expect(page.locator("#retrain")).to_be_enabled()
    read(page, SEVEN, 7)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_two_strangers_teach_a_model_each_and_one_can_go_back(visit, small_public_address):
    taught, other = visit(small_public_address), visit(small_public_address)
    for count, (digit, drawing) in enumerate(OWN_WAYS.items(), start=1):
        taught.locator("#clear").click()
        draw(taught, drawing)
        wait_until_read(taught)
        expect(taught.locator("#reading")).not_to_have_attribute("data-digit", "none")
        expect(taught.locator("#reading")).not_to_have_attribute("data-digit", str(digit))
        correct(taught, digit)
        expect(taught.locator(".reading-saved")).to_contain_text(f" {digit} in My handwriting")
        expect(taught.locator(".correction-picture")).to_have_count(count)
    taught.locator("#teach").click()
    row = taught.get_by_role("row", name="Your drawings")
    expect(row.get_by_role("cell")).to_have_text(["0 of 3", "3 of 3"], timeout=PATIENCE)
    expect(taught.locator(".model")).to_have_count(1)  # it is on trial

    read(other, SEVEN, 7)
    correct(other, 3)
    expect(other.locator(".reading-saved")).to_have_text("Saved as a 3 in My handwriting.")
    expect(other.locator("#corrections select")).to_have_value("3")  # and there is no other
    other.locator("#teach").click()
    expect(other.locator("#back")).to_be_visible(timeout=PATIENCE)
    expect(other.locator("#reading")).to_have_attribute("data-digit", "3")

    taught.locator("#keep").click()
    expect(taught.locator(".run-model")).to_contain_text("Handwriting")
    expect(taught.locator(".model")).to_have_count(2)  # the shipped one and their own
    read(other, SEVEN, 3)
    other.locator("#back").click()
    expect(other.locator("#reading")).to_have_attribute("data-digit", "7")
    expect(other.locator(".run-model")).to_contain_text("Built-in")
    for digit, drawing in OWN_WAYS.items():
        read(taught, drawing, digit)
        other.locator("#clear").click()
        draw(other, drawing)
        wait_until_read(other)
        expect(other.locator("#reading")).not_to_have_attribute("data-digit", str(digit))
