"""Trainings that do as the test says, on the real page, and what a page shows of them."""

import math

import numpy as np
from playwright.sync_api import expect

from mnist_core.training.job import Point
from mnist_core.training.progress import PreviewImages, Progress, Snapshot
from tests.stubs import SEVEN_READ

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


def settled(page):
    """Wait until the page shows its visitor's things."""
    expect(page.locator(".run-model")).to_contain_text("In use")
    return page


def start(page, server):
    """Start a training and return it."""
    page.locator("#retrain").click()
    expect(page.locator("#stop")).to_be_visible()
    return server[1][-1]


def focused(page):
    """Give the id of what has the focus, or else its tag."""
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")
