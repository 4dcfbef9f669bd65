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
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
UNDER_WAY = {
    "progress": Progress(0.6, 1, 1, 60, 100, 1_000.0, 12.0, 0.3, 0.9, 0.01),
    "history": HISTORY,
    "previews": PreviewImages(np.full((12, 28, 28), 255, dtype=np.uint8), (7,) * 12),
    "snapshot": Snapshot(0.98, (7,) * 11 + (1,), SEVEN_READ.probabilities),
}


def advanced(page, **typed):
    """Open Advanced and type into some of its fields."""
    opener = page.locator("#advanced .label-wrap").first
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
        expect(page.locator("#setting-epochs")).to_be_visible()
        # Gradio gives new fields their values a second time, a frame after they are there. Nobody
        # types that fast but a test, whose text would go.
        page.evaluate(TWO_FRAMES)
    for name, text in typed.items():
        page.locator(f"#setting-{name} input").fill(text)


def start(page, server):
    """Start a training and return it."""
    page.locator("#retrain").click()
    expect(page.locator("#stop")).to_be_visible()
    return server[1][-1]


def focused(page):
    """Give the id of what has the focus, or else its tag."""
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")
