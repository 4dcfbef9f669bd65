"""The colors of the page stand out from each other, in light and dark, as WCAG counts it."""

import re

import pytest

from mnist_core.web.assets import read_assets

TEXT, GRAPHICS = 4.5, 3.0  # the least ratio
# Each a color, what it is seen on, and what for.
PAIRS = [
    ("faint", "paper", TEXT, "the prompt on the pad"),
    ("muted", "card", TEXT, "notes"),
    ("muted", "sunken", TEXT, "captions of curves"),
    ("text", "desk", TEXT, "the title"),
    ("warn", "card", TEXT, "errors"),
    ("good", "card", TEXT, "what was saved"),
    ("other", "card", TEXT, "the model compared"),
    ("on-accent", "accent", TEXT, "buttons"),
    ("edge", "card", GRAPHICS, "borders of fields"),
    ("edge", "paper", GRAPHICS, "borders of last drawings"),
    ("quiet", "sunken", GRAPHICS, "the thin curve"),
    ("accent", "sunken", GRAPHICS, "the thick curve"),
    ("quiet", "track", GRAPHICS, "bars"),
    ("accent", "track", GRAPHICS, "the likely bar"),
    ("warn", "track", GRAPHICS, "the bar of what is no digit"),
    ("other", "track", GRAPHICS, "bars of the model compared"),
]


def colors(theme):
    """Read the colors of a theme, each (red, green, blue), by their names."""
    light, dark = re.findall(r"--edge:.+?\}", read_assets("page.css"), re.DOTALL)
    found = re.findall(r"--([\w-]+): #(\w{6});", {"light": light, "dark": dark}[theme])
    return {name: bytes.fromhex(color) for name, color in found}


def brightness(color):
    shares = [value / 255 for value in color]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("color", "behind", "least", "use"), PAIRS)
def test_colors_stand_out_from_what_is_behind_them(theme, color, behind, least, use):
    low, high = sorted(brightness(colors(theme)[name]) for name in (color, behind))
    assert (high + 0.05) / (low + 0.05) >= least, use
