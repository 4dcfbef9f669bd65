"""The cards by themselves in a real browser: each command comes back as the card's note."""

import base64
import json
import math

import gradio as gr
import pytest
from playwright.sync_api import expect

from mnist_core.inference import BLANK
from mnist_core.web import theme
from mnist_core.web.corrections_card import (
    corrections_card,
    corrections_command,
    corrections_value,
)
from mnist_core.web.reading import (
    correction_value,
    other_value,
    reading_correction,
    reading_panel,
    reading_value,
)
from mnist_core.web.shelf_card import shelf_card, shelf_command, shelf_value
from mnist_core.web.training_panel import (
    curves_value,
    drawing_value,
    panel_value,
    sample_value,
    training_panel,
)
from tests.drawings import ONE, SEVEN
from tests.test_training_panel import SEVEN as SEVEN_READ
from tests.test_training_panel import Point, gate, idle

DRAWINGS = [
    {"id": "a", "label": 7, "strokes": json.dumps(SEVEN)},
    {"id": "b", "label": 1, "strokes": json.dumps(ONE)},
]
MODELS = [
    {"id": "first", "name": "Shipped model", "shipped": True, "in_use": True},
    {"id": "mine", "name": "Mine"},
]
HISTORY = [
    Point(i / 100, math.exp(-i / 9), 1 - math.exp(-i / 9), 0.98 if i % 9 == 8 else None)
    for i in range(60)
]
FILE = {"name": "mine.bin", "content": base64.b64encode(b"\x00\xffbytes").decode(), "serial": 1}


def trained():
    return {
        **panel_value(idle(gate=gate())),
        "curves": curves_value(HISTORY),
        "drawing": drawing_value(SEVEN_READ.probabilities),
        "samples": sample_value([BLANK.ink] * 12, [7] * 12, [7] * 11 + [1]),
    }


@pytest.fixture(scope="module")
def cards_address(browser):
    def correct(payload):
        return correction_value(f"Saved as {reading_correction(payload)}.")

    def corrections(payload):
        command = corrections_command(payload)
        return corrections_value(DRAWINGS, json.dumps(command))

    def shelf(payload):
        command = shelf_command(payload)
        file = FILE if command and command["do"] == "download" else None
        return shelf_value(MODELS, json.dumps(command), file=file)

    def fill():
        other = other_value("Mine", SEVEN_READ)
        reading = reading_value(SEVEN_READ, correctable=True, other=other)
        return reading, trained(), corrections_value(DRAWINGS), shelf_value(MODELS)

    quiet = {"queue": False, "show_progress": "hidden"}
    with gr.Blocks(analytics_enabled=False) as demo:
        parts = [reading_panel(), training_panel(), corrections_card(), shelf_card()]
        for part, answer in zip(parts[::2], (correct, corrections), strict=True):
            part.input(answer, part, part, **quiet)
        parts[3].input(shelf, parts[3], parts[3], **quiet)
        demo.load(fill, None, parts, **quiet)
    _, address, _ = demo.launch(
        prevent_thread_lock=True,
        quiet=True,
        theme=theme.theme(),
        css=theme.stylesheet(),
        head=theme.HEAD,
        ssr_mode=False,
    )
    yield address
    demo.close(verbose=False)


@pytest.fixture
def cards(visit, cards_address):
    page = visit(cards_address)
    expect(page.locator(".model")).to_have_count(2)
    return page


def expect_command(page, card, command):
    expect(page.locator(f"{card} .card-note")).to_have_text(json.dumps(command))


def wait_for_ink(page, selector):
    """Wait until something is drawn on a canvas."""
    page.wait_for_function(
        """selector => {
            const c = document.querySelector(selector);
            const data = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            return data.some((value, i) => i % 4 === 3 && value > 0);
        }""",
        arg=selector,
    )


def test_the_curves_are_drawn_and_say_their_latest_values(cards):
    for name in ("loss", "accuracy"):
        wait_for_ink(cards, f"#{name}-curve")
    label = cards.locator("#accuracy-curve").get_attribute("aria-label")
    assert "held-back images 98.00" in label
    assert f"training images {100 * HISTORY[-1].accuracy:.1f}" in label


def test_the_model_in_training_shows_what_it_reads_and_how_it_compares(cards):
    expect(cards.locator(".live-digit")).to_have_text("7")
    expect(cards.locator(".sample-grid li")).to_have_count(12)
    expect(cards.locator(".sample-grid li").last).to_have_text("7 → 1")
    expect(cards.get_by_role("img", name="Test image of a 7, read as 1, wrong")).to_be_visible()
    expect(cards.get_by_role("rowheader", name="Your corrections")).to_be_visible()
    expect(cards.locator(".gate-verdict")).to_contain_text("no clear difference")


def test_a_misread_digit_is_corrected_by_a_click_and_by_a_key(cards):
    cards.locator("#correct [data-digit='4']").click()
    expect(cards.locator(".reading-saved")).to_have_text("Saved as 4.")
    cards.keyboard.press("9")
    expect(cards.locator(".reading-saved")).to_have_text("Saved as 9.")
    expect(cards.locator(".reading-other")).to_have_text("Mine: 7")


def test_a_drawing_has_a_thumbnail_and_is_relabeled_and_removed(cards):
    wait_for_ink(cards, ".correction canvas")
    expect(cards.locator(".corrections-count")).to_have_text("2 drawings")
    cards.get_by_label("Label of drawing 2").select_option("4")
    expect_command(cards, "#corrections", {"do": "relabel", "id": "b", "label": 4})
    expect(cards.get_by_label("Label of drawing 2")).to_have_value("1")  # as the server says
    cards.get_by_label("Remove drawing 1").click()
    expect_command(cards, "#corrections", {"do": "remove", "id": "a"})


def test_a_file_of_drawings_is_sent_unless_it_is_too_large(cards, tmp_path):
    path = tmp_path / "drawings.jsonl"
    path.write_bytes(b"\x00\xff")
    cards.locator("#corrections-file").set_input_files(path)
    expect_command(cards, "#corrections", {"do": "upload", "content": "AP8="})
    path.write_bytes(bytes(2 * 1024 * 1024 + 1))
    cards.locator("#corrections-file").set_input_files(path)
    expect(cards.locator("#corrections .card-note")).to_contain_text("larger than 2 MB")


def test_a_model_is_renamed_by_keyboard(cards):
    asked = []
    cards.on("request", lambda request: asked.append(request.post_data_json["data"][0]))
    rename = cards.get_by_role("button", name="Rename Mine")
    rename.focus()
    cards.keyboard.press("Enter")
    cards.keyboard.type("No")
    cards.keyboard.press("Escape")
    expect(rename).to_be_focused()
    cards.keyboard.press("Enter")
    cards.keyboard.type("Seven 7")
    cards.keyboard.press("Enter")
    expect_command(cards, "#shelf", {"do": "rename", "id": "mine", "name": "Seven 7"})
    expect(rename).to_be_focused()
    [payload] = asked  # the 7 was for the name, and corrects nothing
    assert payload["command"]["do"] == "rename"


def test_a_model_is_used_compared_and_deleted_only_after_a_question(cards):
    expect(cards.get_by_role("button", name="Use Shipped model")).to_be_disabled()
    expect(cards.get_by_role("button", name="Delete Shipped model")).to_be_hidden()
    cards.get_by_role("button", name="Use Mine").click()
    expect_command(cards, "#shelf", {"do": "use", "id": "mine"})
    cards.get_by_role("button", name="Compare Mine").click()
    expect_command(cards, "#shelf", {"do": "compare", "id": "mine"})
    delete = cards.get_by_role("button", name="Delete Mine")
    delete.click()
    cards.keyboard.press("Escape")
    expect(delete).to_be_focused()
    delete.click()
    cards.get_by_role("button", name="Yes").click()
    expect_command(cards, "#shelf", {"do": "delete", "id": "mine"})


def test_a_file_from_the_server_is_saved_once(cards):
    with cards.expect_download() as download:
        cards.get_by_role("button", name="Download Mine").click()
    assert download.value.suggested_filename == "mine.bin"
    assert download.value.path().read_bytes() == b"\x00\xffbytes"
