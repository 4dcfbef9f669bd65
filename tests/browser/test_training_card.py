"""The card of the training on the real page: its form, its gate, and what it tells whom.

Only the trainings are stand-ins.
"""

import errno
import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from mnist_core.service import trainings
from mnist_core.training.progress import Progress
from tests.browser.conftest import AT_REST
from tests.browser.hand import draw, expect_digit, intercept, show_theme
from tests.browser.stub_runs import UNDER_WAY, advanced, start
from tests.drawings import SEVEN

DISCARD = "Discard, back to Built-in model"


@pytest.fixture
def page(visit, server):
    return visit(server[0])


def choose(page, recipe):
    page.get_by_label("Recipe").click()
    page.get_by_role("option", name=recipe).click()


def is_emphasized(button):
    return "primary" in button.get_attribute("class").split()


# ---- the form ------------------------------------------------------------------------------------


def test_a_recipe_brings_its_settings_at_once_and_leaves_what_was_changed(page):
    """No answer of the server is waited for: one on its way would overwrite what is typed."""
    advanced(page)
    epochs, batch = page.get_by_label("Epochs"), page.get_by_label("Batch size")
    intercept(page, "**/gradio_api/**", lambda route: None)
    choose(page, "Tutorial")
    expect(epochs).to_have_value("5")
    expect(batch).to_have_value("64")
    epochs.fill("2")
    choose(page, "Fast")
    expect(batch).not_to_have_value("64")
    expect(epochs).to_have_value("2")
    choose(page, "Tutorial")
    expect(batch).to_have_value("64")
    epochs.fill("5")
    choose(page, "Balanced")
    expect(epochs).not_to_have_value("5")


def test_what_can_not_be_is_told_at_its_field_which_gets_the_focus_until_it_is_mended(page, server):
    before = len(server[1])
    warn = page.locator(".gradio-container").evaluate(
        """node => {
            const probe = node.appendChild(document.createElement("p"));
            probe.style.color = "var(--warn)";
            return getComputedStyle(probe).color;
        }"""
    )
    for field, typed, sentence in (
        ("epochs", "1.5", "The epochs can't be 1.5: enter a whole number."),
        ("batch-size", "64.5", "The batch size can't be 64.5: enter a whole number."),
        ("learning-rate", "0,02x", "The learning rate can't be “0,02x”: enter a number"),
        ("seed", "-1", "The seed can't be “-1”"),
    ):
        box = page.locator(f"#setting-{field} input")
        error = page.locator(f"#setting-{field} .field-error")
        advanced(page)
        possible = box.input_value()
        box.fill(typed)
        page.locator("#retrain").click()
        expect(error).to_contain_text(sentence)
        expect(error).to_be_in_viewport()
        expect(box).to_be_focused()
        expect(box).to_have_attribute("aria-describedby", "field-error")
        assert error.evaluate("node => getComputedStyle(node).color") == warn
        assert len(server[1]) == before
        box.press("End")
        box.press("1")
        expect(page.locator(".field-error")).to_have_count(0)
        box.fill(possible)


def test_a_refusal_opens_advanced_and_is_gone_at_the_next_run(page, server):
    advanced(page, epochs="99")
    page.locator("#advanced .label-wrap").first.click()
    for _ in range(2):  # each time anew
        page.locator("#retrain").click()
        expect(page.locator("#setting-epochs input")).to_be_focused()
        page.locator("#clear").focus()
    page.locator("#setting-epochs input").fill("2")
    start(page, server)
    expect(page.locator(".field-error")).to_have_count(0)


def test_a_run_trains_by_what_is_set_and_a_decimal_comma_is_a_decimal_point(page, server):
    advanced(page, epochs="3", **{"learning-rate": "0,02"})
    recipe = start(page, server).task.recipe
    assert (recipe.epochs, recipe.learning_rate) == (3, 0.02)


def test_a_picture_that_the_server_no_longer_has_keeps_nobody_from_training(page, server):
    intercept(page, "**/upload*", lambda route: route.fulfill(json=["0" * 32]))
    page.locator("#picture-file").set_input_files({"name": "7", "mimeType": "", "buffer": b""})
    expect(page.locator(".reading-note")).to_have_text(
        "The picture is no longer on the server: choose it again."
    )
    start(page, server)


def test_advanced_says_whether_it_is_open_and_its_fields_show_the_focus(page):
    opener = page.locator("#advanced .label-wrap").first
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    for name in ("epochs", "seed"):
        field = page.locator(f"#setting-{name} input")
        border = field.evaluate("node => getComputedStyle(node).borderTopWidth")
        assert float(border.removesuffix("px")) > 0
        field.focus()
        expect(field).to_have_css("outline-style", "solid")


def test_the_list_of_recipes_has_an_edge_and_is_as_wide_as_its_field(page):
    """In the dark nothing else would tell it from the card below."""
    page.locator("#recipe input").click()
    options = page.locator("#recipe .options")
    expect(options).to_have_css("border-top-width", "1px")
    field, shown = page.locator("#recipe .container > .wrap").bounding_box(), options.bounding_box()
    assert (shown["x"], shown["width"]) == pytest.approx((field["x"], field["width"]), abs=1)


def test_the_list_of_recipes_closes_when_the_focus_leaves_it(page):
    page.locator("#recipe input").click()
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.locator("#recipe input")).not_to_be_focused()


def test_who_chooses_the_simple_network_is_told_what_it_can_not(page):
    note = page.locator("#network-note")
    expect(note).to_be_hidden()
    page.locator("#recipe input").click()
    page.get_by_role("option", name=re.compile("^Tutorial")).click()
    expect(note).to_contain_text("never says “not a digit”")


# ---- the gate ------------------------------------------------------------------------------------


def test_the_verdict_stands_first_and_the_sensible_choice_is_emphasized(page, server):
    for right, verdict, sensible in (
        (8_500, "The new model is clearly worse.", DISCARD),
        (9_850, "The new model is a little worse, beyond chance.", DISCARD),
        (9_910, "There is no difference beyond chance.", "Keep new model"),
        (9_980, "The new model is better, beyond chance.", "Keep new model"),
    ):
        job = start(page, server)
        job.status = replace(job.status, **UNDER_WAY)
        job.succeed(right)
        expect(page.locator(".comparison-verdict")).to_have_text(verdict)
        for name in ("Keep new model", DISCARD):
            button = page.get_by_role("button", name=name)
            expect(button).to_be_visible()
            assert is_emphasized(button) == (name == sensible)
        assert not is_emphasized(page.locator("#retrain"))
        shares = page.locator(".number-share")
        expect(shares).to_have_text([f"{right / 100:.2f} %", "99.10 %"])
        top = page.locator(".comparison-verdict").bounding_box()["y"]
        assert top < shares.first.bounding_box()["y"] < page.locator("#keep").bounding_box()["y"]
        size = shares.first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        assert size >= 32
        expect(page.locator("#in-use")).to_contain_text("On trial")
        page.locator("#back").click()
        expect(page.locator("#back")).to_be_hidden()


def test_a_discarded_run_leaves_nothing_behind(page, server):
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    expect(page.locator(".sample-grid li")).to_have_count(12)
    expect(page.locator(".run-curves")).to_be_visible()
    job.succeed(8_500)
    page.get_by_role("button", name=DISCARD).click()
    expect(page.locator(".comparison")).to_be_hidden()
    for part in (".run-curves", ".sample-grid", "#progress", "#result", ".run-course"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("#in-use")).to_have_text("Read by “Built-in model”.")


def test_a_model_that_is_not_decided_on_is_put_aside_and_it_is_said(page, server):
    start(page, server).succeed()
    expect(page.locator("#keep")).to_be_visible()
    start(page, server)
    expect(page.locator(".run-note")).to_contain_text("kept under Models")
    expect(page.locator(".run-spoken")).to_have_text(
        re.compile(r"^The training starts\. You had not decided on .* kept under Models")
    )
    expect(page.locator("#in-use")).to_have_text("Read by “Built-in model”.")
    page.locator("#stop").click()
    expect(page.locator("#result")).to_have_text(
        "Canceled: nothing of this training is kept. “Built-in model” goes on reading."
    )
    expect(page.locator(".model.in-use .model-name")).to_have_text("Built-in model")
    expect(page.locator(".model")).to_have_count(2)


# ---- without a mouse, without sight --------------------------------------------------------------


def test_the_focus_stays_in_the_card_when_its_buttons_change(page, server):
    for ending, following in (("#stop", "retrain"), ("#keep", "retrain"), ("#back", "retrain")):
        page.locator("#retrain").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#stop")).to_be_focused()
        if ending != "#stop":
            server[1][-1].succeed()
            page.locator(ending).focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#{following}")).to_be_focused()


# Keeps all that a screen reader is told of a training in ``told``.
HEAR = """() => {
    window.told = [];
    const spoken = document.querySelector(".run-spoken");
    new MutationObserver(() => window.told.push(spoken.textContent))
        .observe(spoken, { childList: true, characterData: true, subtree: true });
}"""


def test_a_training_is_announced_once_and_in_order(page, server):
    page.evaluate(HEAR)
    job = start(page, server)
    for fraction in (0.1, 0.26, 0.3, 0.6, 0.8, 0.99):
        progress = Progress(fraction, 1, 1, 60, 100, 1_000.0, 12.0, 0.3, 0.9, 0.01)
        job.status = replace(job.status, progress=progress)
        expect(page.locator("#progress")).to_have_attribute("aria-valuenow", f"{100 * fraction:g}")
    job.status = replace(job.status, state="evaluating")
    expect(page.locator(".run-line")).to_contain_text("testing")
    job.succeed(8_500)
    expect(page.locator("#back")).to_be_visible()
    page.locator("#back").click()
    expect(page.locator("#back")).to_be_hidden()
    told = [text.replace("\u00a0", " ") for text in page.evaluate("told")]
    assert told[:5] == [
        "The training starts.",
        "25 % trained.",
        "50 % trained.",
        "75 % trained.",
        "Trained; now testing on the 10,000 test images.",
    ]
    assert told[5].startswith("Finished. The new model is clearly worse. New model: 85.00 %")
    assert len(told) == 6
    polite = page.locator("#panel [role=status], #panel [aria-live]")
    expect(polite).to_have_count(1)


def test_a_refusal_is_announced_each_time(page, monkeypatch):
    def find_no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trainings, "check_room", find_no_room)
    page.evaluate(HEAR)
    for count in (1, 2):
        page.locator("#retrain").click()
        page.wait_for_function("count => told.length === count", arg=count)
    refusal = page.locator(".run-note").text_content()
    assert refusal.startswith("The training can't start")
    assert page.evaluate("told") == [refusal] * 2


def test_who_waits_hears_the_place_in_the_queue_and_either_can_leave(visit, server):
    first, second = (visit(server[0]) for _ in range(2))
    start(first, server)
    second.locator("#retrain").click()
    expect(second.locator(".run-spoken")).to_contain_text("number 1 in the queue")
    second.locator("#stop").click()
    expect(second.locator("#stop")).to_be_hidden()
    second.locator("#retrain").click()
    expect(second.locator("#stop")).to_have_text("Leave queue")
    expect(second.locator("#finish")).to_be_disabled()
    field, button = second.locator("#recipe").bounding_box(), second.locator("#stop").bounding_box()
    assert button["width"] == pytest.approx(field["width"], abs=1)  # nothing stands beside it
    first.reload()
    first.locator("#stop").click()
    expect(first.locator("#result")).to_contain_text("Canceled")
    expect(second.locator(".run-spoken")).to_have_text("The training starts.")
    expect(second.locator("#stop")).to_have_text("Cancel training")
    expect(second.locator("#finish")).to_be_enabled()
    second.locator("#stop").click()
    expect(second.locator("#stop")).to_be_hidden()


def test_the_headings_are_in_levels(page):
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter((each) => each.checkVisibility())"
        ".map((each) => [each.tagName, each.textContent])"
    )
    assert [text for level, text in levels if level == "H1"] == ["Draw a digit"]
    assert [text for level, text in levels if level == "H2"] == [
        "Pad",
        "Reading",
        "Retrain",
        "The code",
        "My handwriting",
        "Models",
    ]


# ---- every screen --------------------------------------------------------------------------------


CONTROLS = """() => [...document.querySelectorAll("main :is(button, select, summary, input)")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .map((each) => [each.id || each.className, each.getBoundingClientRect()])
    .map(([name, { width, height, left, right }]) => ({ name, width, height, left, right }))"""


@pytest.mark.parametrize(
    ("options", "widths", "least"),
    [({"has_touch": True, "is_mobile": True}, (360, 320), 44), ({}, (640, 320), 24)],
)
def test_no_button_is_too_small_or_beyond_the_edge(visit, server, options, widths, least):
    page = visit(server[0], viewport={"width": widths[0], "height": 640}, **options)
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#correct [data-digit='7']").click()
    expect(page.locator(".correction")).to_have_count(1)
    advanced(page)
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    expect(page.locator(".run-facts dd")).to_have_count(5)
    for _ in range(2):
        for width in widths:
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            picture = page.locator(".correction-picture").bounding_box()
            remove = page.locator(".correction-remove").bounding_box()
            assert remove["x"] >= picture["x"] + picture["width"], width
            for each in page.evaluate(CONTROLS):
                assert each["left"] >= 0, each
                assert each["right"] <= width, each
                if not each["name"].startswith("border-none"):  # Gradio's own inside a field
                    assert each["height"] >= least - 0.5, each
                    assert each["width"] >= 24, each
        job.succeed(8_500)
        expect(page.locator("#back")).to_be_visible()


def test_the_figures_of_a_training_leave_no_gap(page, server):
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    tiles = page.locator(".run-facts > div")
    expect(tiles).to_have_count(5)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        room = page.locator(".run-facts").bounding_box()
        last = tiles.last.bounding_box()
        end = pytest.approx(room["x"] + room["width"], abs=1)
        assert last["x"] + last["width"] == end, width


def test_in_forced_colors_bars_and_thumbnails_can_be_seen(visit, server):
    page = visit(server[0], forced_colors="active")
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#correct [data-digit='7']").click()
    expect(page.locator(".correction")).to_have_count(1)
    job = start(page, server)
    job.status = replace(job.status, **UNDER_WAY)
    expect(page.locator(".run-facts dd")).to_have_count(5)
    page_color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for bar in (".bar.likely .bar-fill", ".run-fill", ".live-bar.likely > div > div"):
        color = page.locator(bar).evaluate("node => getComputedStyle(node).backgroundColor")
        assert color != page_color, bar
    stroke = page.locator(".correction path").evaluate("node => getComputedStyle(node).stroke")
    assert stroke != page_color
    for track in (".bar-track", "#progress"):
        border = page.locator(track).first.evaluate("node => getComputedStyle(node).borderTopWidth")
        assert border == "1px"


def test_in_forced_colors_letters_stand_on_the_color_of_their_button(visit, server):
    page = visit(server[0], forced_colors="active")
    picture = Image.open(BytesIO(page.locator("#retrain").screenshot())).convert("RGB")
    x, y = picture.width // 2, picture.height // 2
    letters = picture.crop((x - 25, y - 8, x + 25, y + 8))
    _, commonest = max(letters.getcolors(letters.width * letters.height))
    assert commonest == picture.getpixel((20, y))


CONTRAST = """node => {
    const channel = (value) => {
        const share = value / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    const brightness = (color) => {
        const [red, green, blue] = color.match(/[\\d.]+/g).map(Number).map(channel);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (node) => {
        const color = getComputedStyle(node).backgroundColor;
        return color === "rgba(0, 0, 0, 0)" ? behind(node.parentElement) : color;
    };
    const style = getComputedStyle(node);
    const shown = style.borderTopWidth === "0px" ? style.backgroundColor : style.borderTopColor;
    const [low, high] = [shown, behind(node.parentElement)]
        .map(brightness).sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
}"""


def test_edges_and_bars_stand_out_from_what_is_behind_them(page):
    page.add_style_tag(content=AT_REST)  # or a color may be on its way
    draw(page, SEVEN)
    expect_digit(page, 7)
    page.locator("#correct [data-digit='7']").click()
    expect(page.locator(".correction")).to_have_count(1)
    advanced(page)
    graphics = (
        "#recipe .container > .wrap", "#setting-epochs input", "#correct [data-digit='1']",
        ".correction select",
        ".correction-remove", "#corrections-upload", "#teach", ".bar-fill", "#undo",
    )  # fmt: skip
    for scheme in ("light", "dark"):
        show_theme(page, scheme)
        for each in graphics:
            assert page.locator(each).first.evaluate(CONTRAST) >= 3, (scheme, each)


def test_times_are_in_the_visitors_own_time_zone(visit, server):
    page = visit(server[0], timezone_id="Asia/Tokyo")
    start(page, server).succeed()
    page.locator("#keep").click()
    created = page.locator(".model", has_text="UTC").locator("dd").first
    wanted = page.evaluate(
        "new Date().toLocaleDateString('en-US', { timeZone: 'Asia/Tokyo', dateStyle: 'medium' })"
    )
    expect(created).to_contain_text(wanted)
    hour = page.evaluate("new Date().getHours()")
    utc = page.locator(".model-name", has_text="UTC").inner_text()
    shown = int(re.search(r", (\d\d):", created.inner_text())[1])
    assert (shown - int(re.search(r" (\d\d):", utc)[1])) % 24 == 9
    assert (hour - shown) % 24 <= 1
