"""From logits to probabilities and confidence."""

import pytest
import torch
from torch import nn

from mnist_core.calibration import Calibration, calibrate, score


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


class FromBrightness(nn.Module):
    """Logits of class 0 that grow with the first pixel."""

    def forward(self, ink):
        logits = torch.zeros(len(ink), 11)
        logits[:, 0] = ink[:, 0, 0, 0] * 20
        return logits


def test_the_threshold_rejects_one_in_a_hundred_of_the_digits_it_is_fitted_on():
    images = images_of(torch.arange(250))
    fitted = calibrate(FromBrightness(), images, torch.zeros(250, dtype=torch.int64), images)
    confidence = score(FromBrightness()(images[:, None] / 255), fitted).confidence
    assert (confidence < fitted.reject_below).float().mean().item() == pytest.approx(0.01, abs=0.01)
