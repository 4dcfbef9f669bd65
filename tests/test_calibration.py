"""From logits to probabilities and confidence."""

import pytest
import torch
from torch import nn

from mnist_core.model.calibration import calibrate, read_logits, score
from mnist_core.model.weight_info import Calibration


def test_ten_probabilities_sum_to_one_with_and_without_a_class_of_no_digit():
    for classes in (10, 11):
        scores = score(torch.randn(8, classes) * 5, Calibration())
        assert scores.probabilities.shape == (8, 10)
        assert torch.allclose(scores.probabilities.sum(dim=1), torch.ones(8))


def test_the_class_of_no_digit_takes_confidence_but_not_probability():
    logits = torch.zeros(1, 11)
    logits[0, 7] = 10
    sure = score(logits, Calibration())
    logits[0, 10] = 20
    doubtful = score(logits, Calibration())
    assert torch.allclose(sure.probabilities, doubtful.probabilities)
    assert sure.confidence > 0.99
    assert doubtful.confidence < 0.01


def test_a_high_temperature_makes_it_less_sure():
    logits = torch.randn(8, 11) * 5
    cold, warm = score(logits, Calibration()), score(logits, Calibration(temperature=3))
    assert (warm.probabilities.amax(dim=1) < cold.probabilities.amax(dim=1)).all()


class FromFirstPixel(nn.Module):
    """Logits that favor the digit in the first pixel by a fixed margin: right 80 % of the time."""

    def __init__(self, margin):
        super().__init__()
        self.margin = margin

    def forward(self, ink):
        digit = (ink[:, 0, 0, 0] * 255).round().long()
        return nn.functional.one_hot(digit, 10).float() * self.margin


def images_of(digits):
    images = torch.zeros(len(digits), 28, 28, dtype=torch.uint8)
    images[:, 0, 0] = digits
    return images


@pytest.mark.parametrize("margin", [1.0, 8.0, 30.0])
def test_the_fitted_temperature_makes_confidence_the_share_that_is_right(margin):
    truth = torch.arange(1000) % 10
    shown = torch.where(torch.arange(1000) % 5 == 0, (truth + 1) % 10, truth)
    model = FromFirstPixel(margin)
    fitted = calibrate(model, images_of(shown), truth, torch.zeros(0, 28, 28, dtype=torch.uint8))
    confidence = score(model(images_of(shown)[:, None] / 255), fitted).confidence
    assert confidence.mean().item() == pytest.approx(0.8, abs=0.01)


class FromNumber(nn.Module):
    """Logits of class 0 that grow with the number in the first two pixels."""

    def forward(self, ink):
        high, low = ((ink[:, 0, 0, place] * 255).round() for place in (0, 1))
        logits = torch.zeros(len(ink), 11)
        logits[:, 0] = (high * 256 + low) / 1000
        return logits


def numbered(*numbers):
    images = torch.zeros(len(numbers), 28, 28, dtype=torch.uint8)
    images[:, 0, 0] = torch.tensor(numbers) // 256
    images[:, 0, 1] = torch.tensor(numbers) % 256
    return images


def test_the_threshold_rejects_3_in_1000_of_the_images_and_pen_digits_together():
    images, pens = numbered(*range(2_000, 4_000)), numbered(*range(2_000))
    fitted = calibrate(FromNumber(), images, torch.zeros(2_000, dtype=torch.int64), pens)
    for shown, rejected in ((images, 0), (pens, 12)):
        confidence = score(FromNumber()(shown[:, None] / 255), fitted).confidence
        assert int((confidence < fitted.reject_below).sum()) == rejected


def test_without_pen_digits_the_threshold_rejects_3_in_1000_of_the_images():
    images = numbered(*range(4_000))
    fitted = calibrate(FromNumber(), images, torch.zeros(4_000, dtype=torch.int64), images[:0])
    confidence = score(FromNumber()(images[:, None] / 255), fitted).confidence
    assert int((confidence < fitted.reject_below).sum()) == 12


def test_pen_digits_do_not_change_the_temperature():
    truth = torch.arange(1_000) % 10
    images = images_of(torch.where(torch.arange(1_000) % 5 == 0, (truth + 1) % 10, truth))
    model = FromFirstPixel(8.0)
    without, few, many = (
        calibrate(model, images, truth, images_of(truth[:count])) for count in (0, 100, 1_000)
    )
    assert without.temperature == few.temperature == many.temperature
    assert few.reject_below > 0


def test_the_share_that_makes_a_digit_sure_is_not_fitted():
    images = images_of(torch.arange(250) % 10)
    fitted = calibrate(FromFirstPixel(8.0), images, torch.arange(250) % 10, images[:0])
    assert fitted.sure_above == Calibration().sure_above == 0.9


def test_many_images_are_read_in_their_order_and_as_ink_between_0_and_1():
    digits = torch.arange(250) % 10
    logits = read_logits(FromFirstPixel(8.0), images_of(digits))
    assert logits.shape == (250, 10)
    assert torch.equal(logits.argmax(dim=1), digits)
