"""The cards on the real page, with real events; only the trainings are stand-ins."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from mnist_core.data import stroke_sets
from mnist_core.model import weight_file
from tests.browser.hand import draw, expect_digit
from tests.browser.stub_runs import HISTORY, UNDER_WAY, start
from tests.drawings import ONE, SEVEN, moved


@pytest.fixture
def page(visit, server):
    return visit(server[0])


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


def correct(page, *labels, first=0):
    """Draw and label some drawings, no two alike."""
    for number, digit in enumerate(labels, start=first):
        page.locator("#clear").click()
        draw(page, moved(SEVEN, down=-4 * number))
        expect_digit(page, 7)
        page.locator(f"#correct [data-digit='{digit}']").click()
        expect(page.locator(".reading-saved")).to_contain_text(f" {digit} in My handwriting")


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
    assert "images kept aside for checking 98.00" in label
    assert f"training images {100 * HISTORY[-1].accuracy:.1f}" in label
    job.succeed(right=9_920)
    expect(page.get_by_role("rowheader", name="Your drawings")).to_be_visible()
    expect(page.locator(".comparison-verdict")).to_contain_text("no difference beyond chance")
    page.locator("#back").click()
    expect(page.locator(".comparison")).to_be_hidden()


def label_button(page, digit):
    return page.locator(f"#correct [data-digit='{digit}']")


def test_one_drawing_has_one_label_the_newest_and_undo_takes_it_back(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    for digit in (3, 3, 8):
        label_button(page, digit).click()
    expect(page.locator(".reading-saved")).to_have_text("Saved as an 8 in My handwriting.")
    expect(page.locator("#corrections select")).to_have_value("8")  # there is one
    expect(label_button(page, 8)).to_have_attribute("aria-pressed", "true")
    expect(label_button(page, 3)).to_have_attribute("aria-pressed", "false")
    page.locator("#undo-correction").click()
    expect(page.locator(".reading-saved")).to_have_text("Taken back.")
    expect(label_button(page, 8)).to_be_focused()
    expect(label_button(page, 3)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#corrections select")).to_have_value("3")
    label_button(page, 3).click()
    page.locator("#clear").click()
    draw(page, ONE)
    expect_digit(page, 7)
    expect(page.locator("#correct [aria-pressed='true']")).to_have_count(0)
    label_button(page, 1).click()
    expect(page.locator(".correction")).to_have_count(2)
    page.locator("#undo-correction").click()
    expect(page.locator(".correction")).to_have_count(1)
    expect(page.locator("#corrections select")).to_have_value("3")
    expect(page.locator("#correct [aria-pressed='true']")).to_have_count(0)


def test_a_label_that_is_changed_in_the_card_is_no_longer_marked_under_the_reading(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    label_button(page, 4).click()
    expect(label_button(page, 4)).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Remove drawing 1").click()
    expect(label_button(page, 4)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#undo-correction")).to_be_hidden()


def test_digit_keys_label_only_while_the_pad_or_the_reading_has_the_focus_and_it_is_said(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    keys = page.locator(".reading-keys")
    expect(keys).to_be_visible()
    page.locator("#corrections-upload").focus()
    expect(keys).to_be_hidden()
    page.keyboard.press("4")
    page.locator("#digit-pad canvas").focus()
    expect(keys).to_be_visible()
    page.keyboard.press("9")
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 9 in My handwriting.")
    expect(page.locator("#corrections select")).to_have_value("9")  # and no 4 came before


def test_two_drawings_removed_in_quick_succession_are_both_gone(page):
    correct(page, 4, 5, 6)
    page.evaluate(
        """() => {
            for (const button of [...document.querySelectorAll(".correction-remove")].slice(0, 2)) {
                button.click();
            }
        }"""
    )
    expect(page.locator(".corrections-count")).to_have_text("1 drawing")
    page.reload()
    expect(page.locator("#corrections select")).to_have_value("6")


def test_a_thumbnail_has_the_theme_s_ink_at_once(visit, server):
    page = visit(server[0], color_scheme="dark")
    correct(page, 4)
    light = "getComputedStyle(document.querySelector('.correction path')).stroke"
    red, *_ = (int(part) for part in re.findall(r"\d+", page.evaluate(light)))
    assert red > 200


def test_drawings_kept_aside_for_checking_say_so_and_ones_own_export_adds_nothing(page, tmp_path):
    correct(page, *[7] * 10)
    expect(page.locator(".reading-saved")).to_have_text(
        "Saved as a 7 in My handwriting, kept aside for checking."
    )
    aside = page.get_by_text("kept aside for checking", exact=True)
    expect(aside.filter(visible=True)).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export drawings").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.locator("#corrections-file").set_input_files(path)
    note = page.locator("#corrections .card-note")
    expect(note).to_have_text("All these drawings are here already.")
    expect(page.locator(".correction")).to_have_count(10)


def test_before_there_are_drawings_nothing_is_offered_that_needs_some(page):
    for button in ("#teach", "#corrections-download", "#correct button >> nth=0"):
        expect(page.locator(button)).to_be_hidden()
    correct(page, 4)
    for button in ("#teach", "#corrections-download", "#correct button >> nth=0"):
        expect(page.locator(button)).to_be_visible()


def test_a_misread_digit_is_corrected_by_a_click_and_by_a_key(page):
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#correct [data-digit='4']").click()
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 4 in My handwriting.")
    page.keyboard.press("9")
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 9 in My handwriting.")
    expect(page.get_by_label("Label of drawing 1")).to_have_value("9")


def test_a_drawing_has_a_thumbnail_and_is_relabeled_and_removed_for_good(page):
    correct(page, 4, 5)
    expect(page.locator(".correction path").first).to_have_attribute("d", re.compile("^M.*L"))
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
    assert stroke_sets.parse(path.read_bytes(), "exported").labels == [4, 5]
    other = visit(server[0])
    expect(other.locator("#corrections-download")).to_be_hidden()
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
    expect(page.locator(".model-name")).to_have_text(["Built-in model", "Seven 7"])
    expect(page.get_by_role("button", name="Rename Seven 7")).to_be_focused()
    # What Escape ended was not sent, and the 7 was for the name and corrects nothing.
    assert [(each["command"]["do"], each["command"]["name"]) for each in asked] == [
        ("rename", "Seven 7")
    ]
    page.reload()
    expect(page.locator(".model-name")).to_have_text(["Built-in model", "Seven 7"])


def test_a_model_is_used_compared_and_deleted_only_after_a_question(page, mine):
    draw(page, SEVEN)
    expect(mine.get_by_role("button", name="Use")).to_be_hidden()  # it is
    expect(page.get_by_role("button", name="Delete Built-in model")).to_be_hidden()
    compare = page.get_by_role("button", name="Compare Built-in model")
    compare.click()
    expect(compare).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".reading-other")).to_have_text("Built-in model: 7")
    compare.click()
    expect(page.locator(".reading-other")).to_be_hidden()
    page.get_by_role("button", name="Use Built-in model").click()
    expect(page.locator(".run-model")).to_contain_text("Built-in")
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
    expect(page.locator(".run-model")).to_contain_text("Built-in")
    page.reload()
    expect(page.locator(".model")).to_have_count(1)


def test_a_model_is_saved_once(page, mine):
    saved = []
    page.on("download", lambda file: saved.append(file))
    with page.expect_download() as download:
        mine.get_by_role("button", name="Download model").click()
    assert download.value.suggested_filename == "Mine.safetensors"
    assert weight_file.load(download.value.path())[1].test_right == 9_950
    page.get_by_role("button", name="Use Built-in model").click()
    expect(page.locator(".run-model")).to_contain_text("Built-in")
    assert len(saved) == 1
