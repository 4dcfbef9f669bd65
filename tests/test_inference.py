"""Read one drawing or picture."""

import pytest
import torch
from torch import nn

from mnist_core import weights
from mnist_core.errors import DrawingError, WeightsError
from mnist_core.inference import Recognizer
from tests.drawings import ONE, SEVEN, circle, moved
from tests.test_weights import INFO


class Fixed(nn.Module):
    """A network that gives the same logits whatever it sees."""

    def __init__(self, logits):
        super().__init__()
        self.logits = torch.tensor([logits])

    def forward(self, ink):
        return self.logits.expand(len(ink), -1)


def reader(**logits):
    """Build a recognizer whose logits are those given, by class (``d7=5.0``), and else 0."""
    values = [0.0] * 11
    for name, value in logits.items():
        values[int(name[1:])] = value
    return Recognizer(Fixed(values), INFO, torch.device("cpu"))


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
    return Recognizer.load(weights.SHIPPED, "cpu")


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


def test_a_damaged_weight_file_is_an_error_for_people(tmp_path):
    (tmp_path / "x.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(WeightsError, match=r"x.safetensors is damaged"):
        Recognizer.load(tmp_path / "x.safetensors", "cpu")
