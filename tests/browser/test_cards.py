"""The cards on the real page, with real events; only the trainings are stand-ins."""

import math
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_core.data import stroke_sets
from mnist_core.model import weight_file
from mnist_core.training.job import Point
from mnist_core.training.progress import PreviewImages, Progress, Snapshot
from tests.browser.hand import draw, expect_digit
from tests.drawings import ONE, SEVEN
from tests.pages import served
from tests.stubs import SEVEN_READ, StubJob

HISTORY = tuple(
    Point(i / 100, math.exp(-i / 9), 1 - math.exp(-i / 9), 0.98 if i % 9 == 8 else None)
    for i in range(60)
)
UNDER_WAY = {
    "progress": Progress(0.6, 1, 1, 60, 100, 1_000.0, 12.0, 0.3, 0.9, 0.01),
    "history": HISTORY,
    "previews": PreviewImages(np.full((12, 28, 28), 255, dtype=np.uint8), (7,) * 12),
    "snapshot": Snapshot(0.98, (7,) * 11 + (1,), SEVEN_READ.probabilities),
}


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """Serve strangers, each with nothing yet; gives the address and the trainings started."""
    jobs = []

    def make_job(task, folder):
        jobs.append(StubJob(task, folder))
        return jobs[-1]

    folder = tmp_path_factory.mktemp("kept")
    with served(public=True, folder=folder, make_job=make_job) as (address, _):
        yield address, jobs


@pytest.fixture
def page(visit, server):
    return settled(visit(server[0]))


def settled(page):
    """Wait until the page shows its visitor's things."""
    expect(page.locator(".run-model")).to_contain_text("In use")
    return page


def start(page, server):
    """Start a training and return it."""
    page.locator("#retrain").click()
    expect(page.locator("#stop")).to_be_enabled()
    return server[1][-1]


@pytest.fixture
def mine(page, server):
    """Keep a model, and give it a name."""
    start(page, server).succeed()
    page.locator("#keep").click()
    expect(page.locator(".model")).to_have_count(2)
    page.get_by_role("button", name="Rename Fast").click()
    page.keyboard.type("Mine")
    page.keyboard.press("Enter")
    return page.locator(".model", has_text="Mine")


def correct(page, *labels):
    """Draw and label some drawings."""
    for digit in labels:
        page.locator("#clear").click()
        draw(page, SEVEN)
        expect_digit(page, 7)
        page.locator(f"#correct [data-digit='{digit}']").click()
        expect(page.locator(".reading-saved")).to_have_text(f"Kept as {digit}.")


def wait_for_ink(page, selector):
    """Wait until something is drawn on a canvas."""
    page.wait_for_function(
        """selector => {
            const { width, height } = document.querySelector(selector);
            const copy = new OffscreenCanvas(width, height).getContext("2d");
            copy.drawImage(document.querySelector(selector), 0, 0);
            const { data } = copy.getImageData(0, 0, width, height);
            return data.some((value, i) => i % 4 === 3 && value > 0);
        }""",
        arg=selector,
    )


def test_a_run_shows_its_curves_what_it_reads_and_at_the_end_how_it_compares(page, server):
    correct(page, 7)
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    for name in ("loss", "accuracy"):
        wait_for_ink(page, f"#{name}-curve")
    expect(page.locator(".live-digit")).to_have_text("7")
    expect(page.locator(".sample-grid li")).to_have_count(12)
    expect(page.locator(".sample-grid li").last).to_have_text("7 → 1")
    wait_for_ink(page, ".sample-grid canvas")
    expect(page.get_by_role("img", name="Test image of a 7, read as 1, wrong")).to_be_visible()
    label = page.locator("#accuracy-curve").get_attribute("aria-label")
    assert "held-back images 98.00" in label
    assert f"training images {100 * HISTORY[-1].accuracy:.1f}" in label
    job.succeed(right=9_920)
    expect(page.get_by_role("rowheader", name="Your corrections")).to_be_visible()
    expect(page.locator(".comparison-verdict")).to_contain_text("no clear difference")
    page.locator("#back").click()
    expect(page.locator(".comparison")).to_be_hidden()


def test_a_misread_digit_is_corrected_by_a_click_and_by_a_key(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#correct [data-digit='4']").click()
    expect(page.locator(".reading-saved")).to_have_text("Kept as 4.")
    page.keyboard.press("9")
    expect(page.locator(".reading-saved")).to_have_text("Kept as 9.")
    expect(page.get_by_label("Label of drawing 1")).to_have_value("4")
    expect(page.get_by_label("Label of drawing 2")).to_have_value("9")


def test_a_drawing_has_a_thumbnail_and_is_relabeled_and_removed_for_good(page):
    correct(page, 4, 5)
    wait_for_ink(page, ".correction canvas")
    expect(page.locator(".corrections-count")).to_have_text("2 drawings")
    with page.expect_response("**/gradio_api/**"):
        page.get_by_label("Label of drawing 2").select_option("9")
    page.get_by_label("Remove drawing 1").click()
    expect(page.get_by_label("Remove drawing 1")).to_be_focused()  # of the one that is left
    expect(page.locator(".corrections-count")).to_have_text("1 drawing")
    page.reload()
    expect(page.locator(".correction")).to_have_count(1)
    expect(page.get_by_label("Label of drawing 1")).to_have_value("9")


def test_the_drawings_are_downloaded_and_added_where_they_are_uploaded(
    page, visit, server, tmp_path
):
    correct(page, 4, 5)
    with page.expect_download() as download:
        page.locator("#corrections-download").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "my-digits.jsonl.gz"
    assert stroke_sets.parse(path.read_bytes(), "exported").labels.tolist() == [4, 5]
    other = settled(visit(server[0]))
    expect(other.locator("#corrections-download")).to_be_disabled()
    other.locator("#corrections-file").set_input_files(path)
    expect(other.locator("#corrections .card-note")).to_have_text("2 drawings added.")
    for number, label in enumerate("45", start=1):
        expect(other.get_by_label(f"Label of drawing {number}")).to_have_value(label)


def test_a_file_that_is_too_large_or_no_drawings_is_told_and_adds_nothing(page, tmp_path):
    note = page.locator("#corrections .card-note")
    path = tmp_path / "drawings.jsonl"
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    path.write_bytes(bytes(2 * 1024 * 1024 + 1))
    page.locator("#corrections-file").set_input_files(path)
    expect(note).to_have_text("The file is larger than 2 MB: choose a smaller one.")
    assert sent == []
    path.write_bytes(b"\x00\xff")
    page.locator("#corrections-file").set_input_files(path)
    expect(note).not_to_contain_text("larger")
    expect(note).not_to_contain_text("Reading")
    expect(note).to_have_class("card-note failed")
    expect(page.locator(".correction")).to_have_count(0)


def test_a_model_is_renamed_by_keyboard(page, mine):
    draw(page, ONE)
    asked = []

    def hear(request):
        if "/read" not in request.url and request.post_data:
            asked.append(request.post_data_json["data"][0])

    page.on("request", hear)
    rename = mine.get_by_role("button", name="Rename")
    rename.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("No")
    page.keyboard.press("Escape")
    expect(mine.get_by_role("button", name="Rename")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Seven 7")
    page.keyboard.press("Enter")
    expect(page.locator(".model-name")).to_have_text(["Shipped model", "Seven 7"])
    expect(page.get_by_role("button", name="Rename Seven 7")).to_be_focused()
    payload = asked[0]  # the 7 was for the name, and corrects nothing
    assert payload["command"]["do"] == "rename"
    assert not any("correction" in str(each) for each in asked)
    page.reload()
    expect(page.locator(".model-name")).to_have_text(["Shipped model", "Seven 7"])


def test_a_model_is_used_compared_and_deleted_only_after_a_question(page, mine):
    draw(page, SEVEN)
    expect(mine.get_by_role("button", name="Use")).to_be_disabled()
    expect(page.get_by_role("button", name="Delete Shipped model")).to_be_hidden()
    compare = page.get_by_role("button", name="Compare Shipped model")
    compare.click()
    expect(compare).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".reading-other")).to_have_text("Shipped model: 7")
    compare.click()
    expect(page.locator(".reading-other")).to_be_hidden()
    page.get_by_role("button", name="Use Shipped model").click()
    expect(page.locator(".run-model")).to_contain_text("shipped")
    expect_digit(page, 7)
    mine.get_by_role("button", name="Use").click()
    expect(page.locator(".run-model")).to_contain_text("Mine")
    delete = mine.get_by_role("button", name="Delete")
    delete.click()
    page.keyboard.press("Escape")
    expect(delete).to_be_focused()
    expect(page.locator(".model")).to_have_count(2)
    delete.click()
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".model")).to_have_count(1)
    expect(page.locator(".run-model")).to_contain_text("shipped")
    page.reload()
    expect(page.locator(".model")).to_have_count(1)


def test_a_model_is_saved_once(page, mine):
    saved = []
    page.on("download", lambda file: saved.append(file))
    with page.expect_download() as download:
        mine.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "Mine.safetensors"
    assert weight_file.load(download.value.path())[1].test_right == 9_950
    page.get_by_role("button", name="Use Shipped model").click()
    expect(page.locator(".run-model")).to_contain_text("shipped")
    assert len(saved) == 1
