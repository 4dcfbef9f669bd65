"""The page's scripts by themselves: that they parse, and what those do that need no page."""

import base64
import itertools
import json
import re

import pytest

import app
from mnist_core.web.assets import find_assets, read_assets, script
from mnist_core.web.texts import PAD, READING
from mnist_core.web.workarounds.first_script import first_script
from tests.drawings import SEVEN, circle
from tests.stubs import StubJob, reader

ARGUMENTS = ["element", "trigger", "props", "server", "upload", "watch"]  # as Gradio has them


@pytest.fixture(scope="module")
def blank(browser):
    page = browser.new_page()
    yield page
    page.close()


def assembled():
    """The scripts as the page has them."""
    config = app.build_demo(reader(), make_job=StubJob).config
    scripts = [each["props"].get("js_on_load") for each in config["components"]]
    expressions = [f"return {each['js']}" for each in config["dependencies"] if each["js"]]
    return [*filter(None, scripts), *expressions, first_script()]


def parses(page, source):
    return page.evaluate(
        "([names, source]) => { try { new Function(...names, source); return ''; } "
        "catch (error) { return String(error); } }",
        [ARGUMENTS, source],
    )


def test_the_check_for_parsing_can_fail(blank):
    assert "SyntaxError" in parses(blank, "const a = 1; const a = 2;")


def test_every_script_of_the_page_parses_as_gradio_will_call_it(blank):
    for source in assembled():
        assert parses(blank, source) == ""


def test_every_script_file_is_a_part_of_the_page():
    everything = "\n".join(assembled())
    for name in find_assets(".js"):
        assert read_assets(name) in everything, name


@pytest.fixture(scope="module")
def result_of(blank):
    """Give what an expression is where our files are all there is: no page, no window.

    Names of several files have spaces between them.
    """

    def evaluate(names, expression):
        return blank.evaluate(
            "([source, hidden]) => new Function(...hidden, source)()",
            [
                f"{script(*names.split(), texts={**PAD, **READING})}\nreturn {expression};",
                ["document", "window", "element", "props"],
            ],
        )

    return evaluate


# ---- the scales of the curves --------------------------------------------------------------------


def loss_scale(result_of, *losses):
    points = [[0.1 * i, loss] for i, loss in enumerate(losses)]
    ticks, places = result_of(
        "training/scales.js",
        f"(({{ ticks, place }}) => [ticks, ticks.map(place)])(lossScale({{ loss: {points} }}))",
    )
    assert places == pytest.approx(sorted(places))
    assert (places[0], places[-1]) == pytest.approx((0, 1))
    return ticks


@pytest.mark.parametrize(
    ("losses", "ticks"),
    [
        ([2.3, 0.3], [0.2, 0.5, 1, 2, 5]),
        ([1.0], [1, 2]),
        ([0.06, 0.9], [0.05, 0.1, 0.2, 0.5, 1]),
        ([0.0, 3e4], [a * 10.0**b for b in range(-4, 5) for a in (1, 2, 5)]),
    ],
)
def test_the_axis_of_the_loss_reaches_round_the_data_and_one(result_of, losses, ticks):
    assert loss_scale(result_of, *losses) == pytest.approx(ticks)


def test_a_loss_beyond_all_measure_has_an_axis_too(result_of):
    assert loss_scale(result_of, 1e9, 2.0)[-1] == 50_000


def accuracy_ticks(result_of, *runs):
    """The ticks after each of some calls of one scale."""
    calls = [{"accuracy": accuracy, "validation": validation} for accuracy, validation in runs]
    return result_of(
        "training/scales.js",
        f"((scale) => {calls}.map((curves) => scale(curves).ticks))(accuracyScale())",
    )


def line(*percents, end=1.0):
    return [[end * i / max(1, len(percents) - 1), percent] for i, percent in enumerate(percents)]


def test_the_axis_of_the_accuracy_zooms_in_once_most_of_the_run_lies_above_a_floor(result_of):
    low, high = line(10, 40, 60, end=0.5), line(10, 97, 97, 97, 97)
    first, second = accuracy_ticks(result_of, (low, []), (high, []))
    assert first == [0, 20, 40, 60, 80, 100]
    assert second[0] == 95
    assert second[-1] == 100


def test_the_axis_of_the_accuracy_stays_zoomed_in_until_a_new_run(result_of):
    high, dip = line(99.5, 99.5, end=0.5), line(*[99.5] * 2, *[20] * 9, end=0.9)
    zoomed, kept, anew = accuracy_ticks(
        result_of, (high, []), (dip, []), (line(10, 12, end=0.1), [])
    )
    assert zoomed == kept == [98, 98.5, 99, 99.5, 100]
    assert anew[0] == 0


def test_held_back_images_that_are_read_worse_keep_the_axis_wide(result_of):
    [ticks] = accuracy_ticks(result_of, (line(99, 99), line(60, 60)))
    assert ticks == [50, 60, 70, 80, 90, 100]


# ---- thumbnails ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.01, 1, 1000])
@pytest.mark.parametrize("shift", [-500, 0, 1e6])
def test_a_thumbnail_is_the_drawing_in_the_middle_as_large_as_the_margin_lets_it(
    result_of, scale, shift
):
    strokes = [[[0, 0], [100 * scale, 0]], [[50 * scale, 40 * scale]]]
    moved = [[[x + shift, y] for x, y in stroke] for stroke in strokes]
    fitted = result_of("thumbnail.js", f"fitted({moved}, 56, 7)")
    near = {"abs": 1e-3}
    assert fitted[0][0] == pytest.approx([7, 28 - 42 * 0.2], **near)
    assert fitted[0][1] == pytest.approx([49, 28 - 42 * 0.2], **near)
    assert fitted[1][0] == pytest.approx([28, 28 + 42 * 0.2], **near)


def test_a_tall_drawing_fits_its_thumbnail_too(result_of):
    fitted = result_of("thumbnail.js", "fitted([[[10, 0], [10, 200]]], 56, 7)")
    assert fitted == [[[28, 7], [28, 49]]]


def test_a_dot_is_in_the_middle_of_its_thumbnail_and_nothing_is_nothing(result_of):
    assert result_of("thumbnail.js", "fitted([[[9, 9]]], 56, 7)") == [[[28, 28]]]
    assert result_of("thumbnail.js", "fitted([], 56, 7)") == []


# ---- points of the pad ---------------------------------------------------------------------------


def test_a_place_in_the_window_is_a_point_of_the_pad_to_a_tenth(result_of):
    box = "{ left: 100, top: 50, width: 560, height: 140 }"
    assert result_of("pad/points.js", f"padPoint(100, 50, {box}, 280)") == [0, 0]
    assert result_of("pad/points.js", f"padPoint(660, 190, {box}, 280)") == [280, 280]
    assert result_of("pad/points.js", f"padPoint(100.7, 51, {box}, 280)") == [0.4, 2]


def test_a_hand_at_rest_adds_no_points_and_a_first_point_always_counts(result_of):
    added = "[[5, 5], [5, 6], [6, 6], [5, 6.5], [5, 6.6]]"
    stroke = result_of(
        "pad/points.js",
        f"((stroke) => [{added}.map((point) => lengthen(stroke, point)), stroke])([])",
    )
    assert stroke == [[True, False, False, True, False], [[5, 5], [5, 6.5]]]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("[10, 10], [20, 30]", [[10, 10], [20, 30]]),
        ("[140, 200], [140, 320]", [[140, 200], [140, 280]]),
        ("[-20, 100], [20, 140]", [[0, 120], [20, 140]]),
        ("[-50, 140], [330, 140]", [[0, 140], [280, 140]]),
        ("[140, 281], [200, 300]", None),
        ("[300, 100], [300, 200]", None),
        ("[270, -20], [300, 10]", None),
        ("[5, 5], [5, 5]", [[5, 5], [5, 5]]),
    ],
)
def test_of_a_line_only_what_lies_on_the_pad_is_left(result_of, line, seen):
    assert result_of("pad/points.js", f"visiblePart({line}, 280)") == seen


# ---- drawing with keys ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "arrows", "end"),
    [
        ([140, 140], ["ArrowLeft"], [130, 140]),
        ([140, 140], ["ArrowDown", "ArrowRight"], [150, 150]),
        ([140, 140], ["ArrowUp", "ArrowDown"], [140, 140]),
        ([275, 4], ["ArrowUp", "ArrowRight"], [280, 0]),
        ([140, 140], [], [140, 140]),
    ],
)
def test_held_arrows_move_the_pen_as_far_as_the_pad_goes(result_of, start, arrows, end):
    assert result_of("pad/keys.js", f"movedPen({start}, {arrows}, 10, 280)") == end


def test_the_smallest_step_of_the_keys_is_one_that_a_stroke_takes_up(result_of):
    fine = result_of("pad/keys.js", "FINE_STEP")
    assert fine > result_of("pad/points.js", "SMALLEST_STEP")


def test_where_the_pen_is_is_said_in_percent_of_the_pad(result_of):
    said = result_of("common.js pad/keys.js", "spokenPen([0, 70], true, 280)")
    assert said == "Pen down, 0\u00a0% from the left, 25\u00a0% from the top."


# ---- a drawing as text ---------------------------------------------------------------------------

LIMITS = "{ side: 280, strokes: 500, points: 20000 }"


def text_of(result_of, strokes):
    return result_of("pad/link.js", f"drawingText({strokes})")


def drawing_of(result_of, text, limits=LIMITS):
    return result_of("pad/link.js", f"drawingOfText({json.dumps(text)}, {limits})")


def test_a_drawing_comes_back_from_its_text_to_half_a_pixel_and_stays_after_that(result_of):
    drawing = [[[0, 0], [280, 280], [0.3, 279.8]], [[140.2, 7]], *SEVEN, *circle()]
    text = text_of(result_of, drawing)
    found = drawing_of(result_of, text)
    assert [len(stroke) for stroke in found] == [len(stroke) for stroke in drawing]
    for stroke, before in zip(found, drawing, strict=True):
        for point, meant in zip(stroke, before, strict=True):
            assert point == pytest.approx(meant, abs=0.25)
    assert text_of(result_of, found) == text
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)  # an address takes it as it is


def test_what_a_slow_hand_leaves_is_thinned_out_and_its_ends_stay(result_of):
    slow = [[[100 + 0.5 * i, 50] for i in range(202)]]
    text = text_of(result_of, slow)
    assert len(text) < 120
    [stroke] = drawing_of(result_of, text)
    assert (stroke[0], stroke[-1]) == ([100, 50], [200.5, 50])
    assert max(b[0] - a[0] for a, b in itertools.pairwise(stroke)) <= 3.5
    assert text_of(result_of, [stroke]) == text


def numbers(*values):
    """The text of some bytes: a number each, if below 128."""
    return base64.urlsafe_b64encode(bytes(values)).decode().rstrip("=")


def test_numbers_are_read_as_the_format_says(result_of):
    assert drawing_of(result_of, numbers(1, 2, 20, 40, 3, 0)) == [[[5, 10], [4, 10]]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%",
        "é",
        "javascript:alert(1)",
        numbers(1),
        numbers(2, 1, 20, 40),  # of another format
        numbers(1, 0),  # a stroke without a point
        numbers(1, 1, 20, 40, 0),
        numbers(1, 1, 20),  # cut off
        numbers(1, 2, 20, 40, 6),
        numbers(1, 1, 20, 40, 1),
        numbers(1, 1, 3, 40),  # beside the pad
        numbers(1, 1, 20, 178, 10),  # below the pad
        numbers(1, 1, 20, 178),  # cut off within a number
        numbers(1, 1, 20, 40, 128),
        numbers(1, 1, 20, 178, 128, 128, 0),  # a number that is too long
        numbers(1, 1, 20, 40) + "!",
    ],
)
def test_a_text_that_is_no_drawing_on_the_pad_is_none(result_of, text):
    assert drawing_of(result_of, text) is None


def test_a_text_holds_no_more_than_a_pad_does(result_of):
    text = text_of(result_of, [[[1, 1]], [[2, 2], [9, 9]]])
    for limits, fits in (((2, 3), True), ((1, 3), False), ((2, 2), False)):
        most = f"{{ side: 280, strokes: {limits[0]}, points: {limits[1]} }}"
        assert (drawing_of(result_of, text, most) is not None) == fits


# ---- the last drawings ---------------------------------------------------------------------------


def test_the_newest_drawing_stands_in_front_none_twice_and_ten_are_kept(result_of):
    def put(*drawings):
        steps = ".reduce((recent, drawing) => withRecent(recent, ...drawing), [])"
        return result_of("pad/recent.js", json.dumps(drawings) + steps)

    assert put(["a", "1"], ["b", "2"], ["a", ""]) == [
        {"text": "a", "answer": "1"},
        {"text": "b", "answer": "2"},
    ]
    many = put(*[[str(i), ""] for i in range(12)])
    assert [each["text"] for each in many] == [str(i) for i in range(11, 1, -1)]


@pytest.mark.parametrize("kept", [None, "", "7", "{}", "[", "[7]", "[null]", '["a"]', "[[]]"])
def test_junk_in_the_place_of_the_last_drawings_is_none(result_of, kept):
    asked = f"recentOf({json.dumps(kept)}, {LIMITS})"
    assert result_of("pad/link.js pad/recent.js", asked) == []


def test_of_the_kept_drawings_those_are_left_out_that_are_none(result_of):
    text = text_of(result_of, SEVEN)
    kept = [{"text": "?", "answer": "1"}, {"text": text, "answer": "7"}, {"text": text}]
    asked = f"recentOf({json.dumps(json.dumps(kept))}, {LIMITS})"
    assert result_of("pad/link.js pad/recent.js", asked) == [kept[1]]


# ---- what was read, on the pad -------------------------------------------------------------------


def test_a_box_on_the_pad_has_air_around_it_but_does_not_leave_the_pad(result_of):
    inside = result_of("pad/marks.js", "padBox([50, 60, 90, 160], 12, 280)")
    assert inside == {"x": 38, "y": 48, "width": 64, "height": 124}
    corner = result_of("pad/marks.js", "padBox([0, 5, 280, 279], 12, 280)")
    assert corner == {"x": 1, "y": 1, "width": 278, "height": 278}


def test_a_box_of_a_picture_lies_where_the_pad_shows_that_of_the_picture(result_of):
    wide = result_of("pad/marks.js", "boxOfPicture([0, 0, 400, 200], 400, 200, 280)")
    assert wide == pytest.approx([0, 70, 280, 210])
    tall = result_of("pad/marks.js", "boxOfPicture([10, 10, 20, 30], 50, 100, 280)")
    assert tall == pytest.approx([98, 28, 126, 84])


def test_of_the_chosen_symbol_whole_strokes_are_marked_and_parts_of_those_that_were_cut(result_of):
    strokes = "[[[0, 0], [1, 1], [2, 2], [3, 3]], [[5, 5], [6, 6], [7, 7]]]"

    def marked(*symbols):
        read = [{"parts": parts, "isChosen": chosen} for parts, chosen in symbols]
        text = str(read).replace("True", "true").replace("False", "false")
        return result_of("pad/marks.js", f"markedStrokes({text}, {strokes})")

    longer = marked(([[0, 0, 4]], False), ([[1, 0, 2]], True))  # it has grown since
    assert longer == [[[5, 5], [6, 6], [7, 7]]]
    cut = marked(([[0, 0, 2]], True), ([[0, 2, 4], [1, 0, 3]], False))
    assert cut == [[[0, 0], [1, 1]]]
    assert marked(([[7, 0, 2]], True), ([[0, 0, 4]], False)) == []  # it is gone


# ---- pictures that are too large -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        ((4000, 3000, 5e6), None),
        ((8000, 6000, 5e6), [2048, 1536]),
        ((4000, 3000, 40e6), [2048, 1536]),
        ((1000, 1000, 40e6), [1000, 1000]),
        ((60_000, 500, 5e6), [2048, 17]),
        ((100_000, 10_000_000, 5e6), [20, 2048]),
        ((0, 0, 40e6), None),
    ],
)
def test_only_a_picture_that_is_too_large_is_shrunk_and_its_shape_stays(result_of, picture, size):
    width, height, size_in_bytes = picture
    asked = f"shrunkSize({width}, {height}, {size_in_bytes}, {32 * 2**20})"
    assert result_of("pad/shrinking.js", asked) == size


# ---- the symbols of a reading --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0\u00a0%"),
        (0.654, "65\u00a0%"),
        (0.994, "99\u00a0%"),
        (0.9949, "99\u00a0%"),
        (0.995, ">99\u00a0%"),
        (1, ">99\u00a0%"),
    ],
)
def test_no_bar_claims_a_certainty_that_is_not_there(result_of, share, text):
    assert result_of("common.js reading/symbols.js", f"percentText({share})") == text


def test_a_choice_holds_for_its_drawing_alone(result_of):
    value = "{ drawing: 5, digits: [{}, {}, {}], shown: 2 }"
    for choice, chosen in (
        ("null", 2),
        ("{ drawing: 5, index: 0 }", 0),
        ("{ drawing: 4, index: 0 }", 2),
        ("{ drawing: 5, index: 3 }", 2),
    ):
        assert result_of("reading/symbols.js", f"chosenOf({value}, {choice})") == chosen


def test_arrows_go_round_the_chips_and_other_keys_do_nothing(result_of):
    keys = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "4", "Tab"]
    moved = result_of("common.js", f"{keys}.map((key) => movedBy(key, 2, 3))")
    assert moved == [0, 1, 0, 1, 0, 2, None, None]


def test_all_that_was_read_is_said_in_a_few_letters(result_of):
    for value, said in (
        ("{ state: 'blank', digits: [], answer: 'Your turn' }", ""),
        ("{ state: 'sure', digits: [{}], answer: '7' }", "7"),
        ("{ state: 'not-a-digit', digits: [{}], answer: 'Not a digit' }", "no digit"),
        ("{ state: 'not-a-digit', digits: [{}, {}], answer: '4?2' }", "4?2"),
    ):
        assert result_of("reading/symbols.js", f"shortAnswer({value})") == said


def test_a_chip_says_what_was_read_and_that_something_is_no_digit(result_of):
    said = [
        result_of("common.js reading/symbols.js", f"[chipText({symbol}), chipName({symbol}, 1, 3)]")
        for symbol in (
            "{ state: 'sure', digit: 4, candidates: [4], sure: 'over 99 %', sure_short: '>99 %' }",
            "{ state: 'unsure', digit: 4, candidates: [4, 9, 7] }",
            "{ state: 'not-a-digit', digit: null }",
        )
    ]
    assert said == [
        ["4: >99 %", "2 of 3: 4, over 99 % sure"],
        ["4 or 9?", "2 of 3: 4 or 9?"],
        ["no digit", "2 of 3: no digit"],
    ]
