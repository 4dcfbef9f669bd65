"""The colors of the page stand out from each other, in light and dark, as WCAG counts it."""

import re

import pytest

from mnist_core.web import theme

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


def brightness(color):
    shares = [value / 255 for value in bytes.fromhex(color.removeprefix("#"))]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("mode", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize(("color", "behind", "least", "use"), PAIRS)
def test_colors_stand_out_from_what_is_behind_them(mode, color, behind, least, use):
    low, high = sorted(brightness(theme.COLORS[name][mode]) for name in (color, behind))
    assert (high + 0.05) / (low + 0.05) >= least, use


@pytest.mark.parametrize("styles", [theme.first_style(), theme.stylesheet()])
def test_light_and_dark_colors_are_in_the_head_and_in_the_stylesheet(styles):
    for name, (light, dark) in theme.COLORS.items():
        found = re.findall(rf"--{name}: (#\w+);", styles)
        assert found == [light, dark], name
