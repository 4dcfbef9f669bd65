"""Read one drawing or picture."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from mnist_core.errors import DrawingError, WeightsError
from mnist_core.ink.drawing import parse_drawing
from mnist_core.model import weight_file
from mnist_core.model.reading import Reading, Symbol
from mnist_core.model.recognizer import Recognizer
from tests.drawings import ONE, SEVEN, circle, moved
from tests.stubs import INFO, reader


def test_a_loaded_network_has_its_normalizations_merged():
    layers = Recognizer.load(device="cpu").model.modules()
    assert not [each for each in layers if isinstance(each, torch.nn.BatchNorm2d)]


def test_a_network_is_loaded_once_by_whoever_needs_it_first():
    loaded = []

    def load():
        time.sleep(0.05)  # so long that the others come meanwhile
        loaded.append(reader(d7=30.0).scorer)
        return loaded[-1]

    recognizer = Recognizer(INFO, load)
    assert recognizer.read_strokes([]).state == "blank"
    assert loaded == []
    with ThreadPoolExecutor() as pool:
        readings = list(pool.map(recognizer.read_strokes, [SEVEN] * 4))
    assert [each.digit for each in readings] == [7] * 4
    assert len(loaded) == 1


def test_a_digit_far_above_the_others_is_sure():
    reading = reader(d7=30.0).read_strokes(SEVEN)
    assert (reading.state, reading.digit, reading.candidates) == ("sure", 7, (7,))
    assert reading.confidence > 0.99


def test_two_digits_close_together_are_both_named():
    reading = reader(d4=20.0, d9=19.5).read_strokes(SEVEN)
    assert (reading.state, reading.digit, reading.candidates) == ("unsure", 4, (4, 9))


def test_a_third_digit_is_named_if_it_is_likely():
    reading = reader(d4=20.0, d9=19.5, d2=19.0).read_strokes(SEVEN)
    assert reading.candidates == (4, 9, 2)


def test_what_is_no_digit_has_none():
    reading = reader(d7=5.0, d10=20.0).read_strokes(SEVEN)
    assert (reading.state, reading.digit, reading.candidates) == ("not-a-digit", None, ())
    assert sum(reading.probabilities) == pytest.approx(1)


@pytest.mark.parametrize("blank", [[], None, [[]]])
def test_a_blank_pad_is_no_guess(blank):
    reading = reader(d7=30.0).read_strokes(blank)
    assert reading.as_dict() == {
        "digit": None,
        "confidence": 0.0,
        "probabilities": [0.0] * 10,
        "state": "blank",
        "number": None,
        "digits": [],
    }


def test_what_is_no_drawing_is_refused():
    with pytest.raises(DrawingError):
        reader().read_strokes("seven")


def test_the_ink_that_was_seen_comes_with_the_reading():
    ink = reader(d7=30.0).read_strokes(SEVEN).ink
    assert ink.shape == (28, 28)
    assert ink.dtype.name == "uint8"
    assert ink.max() == 255


@pytest.fixture(scope="module")
def shipped():
    return Recognizer.load(weight_file.SHIPPED, "cpu")


BARRED_SEVEN = [*SEVEN, [[120, 150], [200, 145]]]
FLAGGED_ONE = [[[90, 120], [150, 60], [148, 230]]]
CORNER = {"scale": 0.2, "right": 3, "down": 215}


@pytest.mark.parametrize(
    ("digit", "drawing"),
    [(0, circle()), (1, ONE), (1, FLAGGED_ONE), (7, SEVEN), (7, BARRED_SEVEN)],
    ids=["zero", "one", "flagged-one", "seven", "barred-seven"],
)
def test_the_shipped_weights_read_plain_digits_anywhere_on_the_pad(shipped, digit, drawing):
    assert shipped.read_strokes(drawing).digit == digit
    assert shipped.read_strokes(moved(drawing, **CORNER)).digit == digit


def test_the_shipped_weights_say_that_a_scribble_is_no_digit(shipped):
    zigzag = [[[40 + 200 * (i % 2), 40 + i * 10] for i in range(20)]]
    hash_sign = [
        [[100, 60], [90, 220]],
        [[180, 60], [170, 220]],
        [[60, 110], [220, 105]],
        [[60, 170], [220, 165]],
    ]
    assert shipped.read_strokes(zigzag).state == "not-a-digit"
    assert shipped.read_strokes(hash_sign).state == "not-a-digit"


def test_without_a_path_the_shipped_weights_are_loaded(shipped):
    loaded = Recognizer.load(device="cpu")
    assert (loaded.path, loaded.info) == (shipped.path, shipped.info)


def test_a_path_may_be_text():
    assert Recognizer.load(str(weight_file.SHIPPED), "cpu").path == weight_file.SHIPPED


def test_a_damaged_weight_file_is_an_error_for_people(tmp_path):
    (tmp_path / "x.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(WeightsError, match=r"x.safetensors is damaged"):
        Recognizer.load(tmp_path / "x.safetensors", "cpu")


def share_of(share, *others):
    """Logits of 7, and of more digits, whose shares among the ten digits are those given."""
    temperature = INFO.calibration.temperature
    rest = (1 - share - sum(others)) / (9 - len(others))
    shares = {7: share} | dict(zip((4, 9, 2), others, strict=False))
    return {f"d{d}": temperature * math.log(shares.get(d, rest)) for d in range(10)} | {"d10": -99}


def test_from_90_percent_of_the_digits_on_a_reading_is_sure():
    assert reader(**share_of(0.91)).read_strokes(SEVEN).state == "sure"
    assert reader(**share_of(0.89)).read_strokes(SEVEN).state == "unsure"


def test_below_the_threshold_of_its_weights_a_reading_is_no_digit():
    assert INFO.calibration.reject_below == 0.4
    assert reader(**share_of(0.41)).read_strokes(SEVEN).digit == 7
    rejected = reader(**share_of(0.39)).read_strokes(SEVEN)
    assert (rejected.state, rejected.digit, rejected.best) == ("not-a-digit", None, 7)
    assert rejected.confidence == pytest.approx(0.39)


def test_a_third_digit_is_named_from_5_percent_on_and_never_a_fourth():
    assert reader(**share_of(0.6, 0.3, 0.06)).read_strokes(SEVEN).candidates == (7, 4, 9)
    assert reader(**share_of(0.6, 0.3, 0.04)).read_strokes(SEVEN).candidates == (7, 4)
    assert reader(**share_of(0.5, 0.2, 0.15, 0.1)).read_strokes(SEVEN).candidates == (7, 4, 9)
    assert reader(**share_of(0.8, 0.03)).read_strokes(SEVEN).candidates == (7, 4)


def test_the_best_digit_is_the_most_probable_even_where_it_is_rejected():
    assert reader(d3=5.0, d10=20.0).read_strokes(SEVEN).best == 3
    assert reader(d3=5.0).read_strokes([]).best is None


def test_drawings_that_are_read_together_come_back_in_their_order_each_as_if_alone(shipped):
    large = [*circle(300)]
    drawings = [parse_drawing(each) for each in (SEVEN, [], large, ONE, large, [[[1, 1]]])]
    together = shipped.read_drawings(drawings)
    assert [reading.digit for reading in together[:5]] == [7, None, 0, 1, 0]
    for reading, drawing in zip(together, drawings, strict=True):
        alone = shipped.read_drawing(drawing)
        assert abs(reading.ink.astype(int) - alone.ink.astype(int)).max() <= 1
        assert reading.state == alone.state
        assert reading.probabilities == pytest.approx(alone.probabilities, abs=0.02)


def test_what_is_plainly_one_digit_is_read_before_what_is_taken_apart(shipped):
    beside = [[x + 200, y] for x, y in SEVEN[0]]
    drawings = [parse_drawing(each) for each in ([*SEVEN, beside], SEVEN, [])]
    read = list(shipped.read_each(drawings))
    assert [(at, reading.number) for at, reading in read] == [(1, "7"), (2, None), (0, "77")]


def symbol(digit, state="sure", is_speck=False, confidence=0.9):
    """A symbol that looks most like the digit, or that was rejected as it."""
    probabilities = tuple(0.91 if each == digit else 0.01 for each in range(10))
    rejected = state == "not-a-digit"
    return Symbol(
        state=state,
        digit=None if rejected else digit,
        confidence=confidence,
        probabilities=probabilities,
        candidates=() if rejected else (digit,),
        ink=np.full((28, 28), digit, dtype=np.uint8),
        box=(10.0 * digit, 0.0, 10.0 * digit + 5, 20.0),
        is_speck=is_speck,
    )


def test_one_digit_is_a_number_of_one():
    reading = reader(d7=30.0).read_strokes(SEVEN)
    assert reading.number == "7"
    (only,) = reading.digits
    assert (only.digit, only.state, only.parts) == (7, "sure", ((0, 0, 6),))
    assert only.box == (80.0, 68.0, 200.0, 220.0)
    assert (only.confidence, only.probabilities) == (reading.confidence, reading.probabilities)


def test_what_is_no_digit_is_no_number_and_is_named():
    reading = reader(d7=5.0, d10=20.0).read_strokes(SEVEN)
    assert reading.number is None
    assert [each.state for each in reading.digits] == ["not-a-digit"]
    assert reading.best_number == "7"


def test_sure_digits_make_a_sure_number():
    reading = Reading.of([symbol(4), symbol(2)], shown=1)
    assert (reading.state, reading.number, reading.digit) == ("sure", "42", None)
    assert (reading.best, reading.best_number) == (None, "42")
    assert reading.confidence == pytest.approx(0.81)
    assert reading.candidates == (2,)
    assert reading.probabilities == reading.digits[1].probabilities
    assert reading.ink.max() == 2


def test_a_number_is_as_sure_as_its_weakest_digit():
    assert Reading.of([symbol(4), symbol(2, "unsure")]).state == "unsure"
    junk = Reading.of([symbol(4), symbol(2, "not-a-digit"), symbol(1, "unsure")])
    assert (junk.state, junk.number, junk.digit) == ("not-a-digit", None, None)
    assert junk.best_number == "421"
    assert [each.digit for each in junk.digits] == [4, None, 1]


def test_a_speck_is_named_and_takes_the_certainty_but_not_the_number():
    speck = symbol(1, "not-a-digit", is_speck=True)
    reading = Reading.of([symbol(4), speck, symbol(2)])
    assert (reading.state, reading.number, len(reading.digits)) == ("unsure", "42", 3)
    assert reading.best_number == "42"
    assert Reading.of([symbol(4), speck]).digit == 4
    assert Reading.of([speck]).number is None


def test_only_a_reading_that_left_something_unread_says_how_much():
    assert Reading.of([symbol(4)], unread=3).as_dict()["unread"] == 3
    assert "unread" not in Reading.of([symbol(4)]).as_dict()


def test_each_digit_of_a_reading_is_given_with_its_box():
    answered = Reading.of([symbol(4), symbol(2)]).as_dict()
    assert answered["number"] == "42"
    assert answered["digit"] is None
    assert answered["digits"][1] == {
        "digit": 2,
        "confidence": 0.9,
        "probabilities": list(symbol(2).probabilities),
        "state": "sure",
        "box": [20.0, 0.0, 25.0, 20.0],
    }
