"""Draw numbers in a real browser, or give it a picture of one; see and correct each digit."""

import gzip
import json

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.hand import PHONE, draw, draw_number, wait_until_read
from tests.drawings import FOUR, ONE, PLUS, SEVEN, TWO, circle, moved, row

BAR = [[[120, 150], [200, 145]]]


def expect_number(page, number):
    wait_until_read(page)
    expect(page.locator("#reading")).to_have_attribute("data-number", number)


def test_numbers_are_read_whole_and_their_digits_are_not_one(page):
    for digits, number in (
        ([SEVEN], "7"),
        ([FOUR, TWO], "42"),
        ([TWO, circle(), TWO, SEVEN], "2027"),
    ):
        draw(page, row(*digits))
        expect_number(page, number)
        expect(page.locator(".reading-answer")).to_have_text(number)
        digit = number if len(number) == 1 else "none"
        expect(page.locator("#reading")).to_have_attribute("data-digit", digit)
        page.locator("#clear").click()
    expect_number(page, "none")


def test_a_bar_that_comes_late_belongs_to_its_seven(page):
    draw(page, row(SEVEN, TWO))
    expect_number(page, "72")
    draw(page, moved(BAR, scale=135 / 170, right=-60 * 135 / 170, down=60))
    expect_number(page, "72")
    expect(page.locator("#probabilities [role=meter]").nth(7)).not_to_have_attribute(
        "aria-valuenow", "0"
    )


def chips(page):
    """The chips that are shown."""
    return page.get_by_role("radio")


def shares(page):
    """What the ten bars say, and the one of what is no digit."""
    meters = page.locator("#probabilities [role=meter], #no-digit [role=meter]")
    return meters.evaluate_all("all => all.map(each => Number(each.ariaValueNow))")


def test_each_digit_of_a_number_has_a_chip_and_the_one_drawn_last_is_chosen(page):
    draw(page, row(FOUR, TWO))
    expect_number(page, "42")
    expect(chips(page)).to_have_count(2)
    expect(chips(page).nth(0)).to_have_accessible_name("1 of 2: 4, over 99 % sure")
    expect(chips(page).nth(1)).to_have_accessible_name("2 of 2: 2, over 99 % sure")
    expect(chips(page).nth(1)).to_be_checked()
    assert max(shares(page)) == shares(page)[2] > 90
    expect(page.locator(".reading-spoken")).to_have_text("Read as 42. Over 99 % sure.")
    marks = page.locator(".pad-marks rect")
    expect(marks).to_have_count(2)
    expect(marks.nth(1)).to_have_class("chosen")


def test_a_single_digit_has_no_chip_and_no_box_and_nothing_jumps_when_a_second_one_begins(page):
    places = []
    for drawing, count in ((row(FOUR, TWO)[:2], 0), (row(FOUR, TWO)[2:], 2)):
        draw(page, drawing)
        expect_number(page, "42" if count else "4")
        expect(chips(page)).to_have_count(count)
        expect(page.locator(".pad-marks rect")).to_have_count(count)
        boxes = ("#digit-pad canvas", "#probabilities", "#correct")
        places.append([page.locator(each).bounding_box() for each in boxes])
    assert places[0] == places[1]


def test_on_a_phone_nothing_jumps_either(visit, address):
    test_a_single_digit_has_no_chip_and_no_box_and_nothing_jumps_when_a_second_one_begins(
        visit(address, **PHONE)
    )


def test_a_chip_is_chosen_with_the_keyboard_and_its_bars_and_strokes_are_shown(page):
    draw(page, row(TWO, circle(), TWO, SEVEN))
    expect_number(page, "2027")
    page.keyboard.press("Escape")
    expect_number(page, "none")
    draw(page, row(FOUR, TWO, SEVEN))
    expect_number(page, "427")
    chips(page).nth(2).focus()
    for key, chosen in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowLeft", 0), ("End", 2)):
        page.keyboard.press(key)
        expect(chips(page).nth(chosen)).to_be_focused()
        expect(chips(page).nth(chosen)).to_be_checked()
        assert max(shares(page)) == shares(page)[(4, 2, 7)[chosen]]
        expect(page.locator(".pad-marks rect").nth(chosen)).to_have_class("chosen")
    assert chips(page).evaluate_all("all => all.map(chip => chip.tabIndex)") == [-1, -1, 0]
    page.keyboard.press("Home")
    draw(page, moved(ONE, 0.3, right=215, down=5))  # the digit being drawn is shown again
    wait_until_read(page)
    chosen = page.get_by_role("radio", checked=True)
    expect(chosen).to_have_accessible_name("1 of 4: 1, over 99 % sure")


def test_the_strokes_of_the_chosen_digit_have_another_color(page):
    draw(page, row(ONE, TWO))
    expect_number(page, "12")

    def color_of_one():
        return page.locator("#digit-pad canvas").evaluate(
            """async canvas => {
                await new Promise(requestAnimationFrame);
                const scale = canvas.width / 280;
                const x = (140 - 60) * 135 / 170, y = 60 + 140 * 135 / 170;
                const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
                copy.drawImage(canvas, 0, 0);
                return String(copy.getImageData(x * scale, y * scale, 1, 1).data);
            }"""
        )

    before = color_of_one()
    chips(page).nth(0).click()
    assert color_of_one() != before
    chips(page).nth(1).click()
    assert color_of_one() == before


def test_a_piece_that_is_no_digit_has_a_chip_that_says_so(page):
    draw(page, row(FOUR, PLUS, TWO))
    expect_number(page, "none")
    expect(chips(page)).to_have_count(3)
    expect(page.locator(".reading-answer")).to_have_text("4?2")
    chip = chips(page).nth(1)
    expect(chip).to_have_accessible_name("2 of 3: no digit")
    chip.click()
    assert shares(page)[10] > 30
    assert sum(shares(page)) == pytest.approx(100, abs=1)
    said = "Read as 4, no digit, 2. Not all of it is a digit."
    expect(page.locator(".reading-spoken")).to_have_text(said)


def test_of_what_is_unsure_no_bar_is_longer_than_the_reading_is_sure(page):
    draw(page, PLUS)
    wait_until_read(page)
    assert shares(page)[10] > 50
    assert sum(shares(page)) == pytest.approx(100, abs=1)


def test_the_second_digit_of_a_number_is_corrected_and_only_its_strokes_are_kept(
    visit, public_address
):
    page = visit(public_address)
    expect(page.locator(".run-model")).to_contain_text("Built-in")
    drawing = row(FOUR, TWO)
    draw(page, drawing)
    expect_number(page, "42")
    page.locator("#correct [data-digit='3']").click()
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 3 in My handwriting.")
    expect(page.locator("#corrections select")).to_have_value("3")
    with page.expect_download() as saved:
        page.locator("#corrections-download").click()
    [kept] = read_set(saved.value.path())
    assert kept["label"] == "3"
    drawn = json.loads(page.evaluate("sessionStorage.getItem('draw-a-digit-drawing')"))
    assert kept["strokes"] == drawn[2:]
    chips(page).nth(0).click()  # which has no label yet
    expect(page.locator(".reading-saved")).to_be_empty()
    expect(page.locator("#correct [aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("9")
    expect(page.locator(".reading-saved")).to_have_text("Saved as a 9 in My handwriting.")
    expect(page.locator("#corrections select")).to_have_count(2)
    chips(page).nth(1).click()
    expect(page.locator("#correct [aria-pressed=true]")).to_have_text("3")
    page.locator("#undo-correction").click()
    expect(page.locator("#corrections select")).to_have_count(1)
    expect(page.locator("#corrections select")).to_have_value("9")


def read_set(path):
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


# ---- pictures ------------------------------------------------------------------------------------


GIVE_FILE = """([bytes, event]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "p.png", { type: "image/png" }));
    if (event === "paste") {
        const pasted = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
        document.body.dispatchEvent(pasted);
        return;
    }
    const target = document.querySelector(event === "on the pad" ? "#digit-pad canvas" : "h1");
    return ["dragover", "drop"].map((type) => target.dispatchEvent(
        new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })));
}"""


def give(page, path, event):
    return page.evaluate(GIVE_FILE, [list(path.read_bytes()), event])


def test_a_pasted_picture_of_a_number_is_shown_in_full_with_a_box_around_each_digit(page, tmp_path):
    give(page, draw_number(tmp_path / "427.png"), "paste")
    expect_number(page, "427")
    expect(chips(page)).to_have_count(3)
    expect(page.locator(".pad-marks rect")).to_have_count(3)
    backdrop = page.locator(".pad-backdrop")
    assert backdrop.evaluate("image => getComputedStyle(image).opacity") == "1"
    four, bar, two, seven = row(FOUR, TWO, SEVEN)
    drawn = [
        [min(x for x, _ in part), 70 + min(y for _, y in part) - 50]
        for part in (four + bar, two, seven)
    ]
    marked = page.locator(".pad-marks rect").evaluate_all(
        "all => all.map(rect => [Number(rect.getAttribute('x')), Number(rect.getAttribute('y'))])"
    )
    for (x, y), corner in zip(drawn, marked, strict=True):
        assert corner == pytest.approx([x - 7.5, y - 7.5], abs=6)
    chips(page).nth(0).click()
    assert max(shares(page)) == shares(page)[4]
    expect(page.locator("#correct button:enabled")).to_have_count(0)  # a picture is not taught


def test_a_picture_in_which_nothing_is_found_says_what_to_do(page, tmp_path):
    path = tmp_path / "empty.png"
    Image.new("L", (300, 200), 250).save(path)
    page.locator("#picture-file").set_input_files(path)
    expect(page.locator("#reading")).to_have_attribute("data-state", "blank")
    sentence = "Nothing was found in the picture: crop it to the digit."
    expect(page.locator(".reading-note")).to_have_text(sentence)
    expect(page.locator(".reading-spoken")).to_have_text(sentence)
    page.locator("#clear").click()
    expect(page.locator(".reading-answer")).to_have_text("Your turn")


def test_a_picture_dropped_on_the_pad_is_read_and_one_beside_it_does_not_leave_the_page(
    page, tmp_path
):
    path = draw_number(tmp_path / "427.png")
    assert give(page, path, "beside") == [False, False]  # what the browser would do is prevented
    expect(page.locator(".pad-note")).to_have_text("Drop the picture on the pad to have it read.")
    assert give(page, path, "on the pad") == [False, False]
    expect_number(page, "427")


def test_a_picture_beyond_25_megapixels_is_shrunk_before_it_is_sent(page, tmp_path):
    path = draw_number(tmp_path / "427.png", scale=26)
    with page.expect_request("**/upload*") as sent:
        page.locator("#picture-file").set_input_files(path)
    expect_number(page, "427")
    assert int(sent.value.headers.get("content-length", "0")) < path.stat().st_size
    sides = page.locator(".pad-backdrop").evaluate("i => [i.naturalWidth, i.naturalHeight]")
    assert sides == [2048, 1024]
