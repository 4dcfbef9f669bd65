"""The look: fonts of the visitor's own system, one accent, light and dark.

Knows colors and spacing only. Nothing in it needs another host.
"""

import gradio as gr

from mnist_core.web.assets import find_assets, read_assets

# Of the light and of the dark page. ``tests/test_theme.py`` says what is seen on what.
COLORS = {
    "edge": ("#85827a", "#737c8a"),
    "desk": ("#f4f3ee", "#14161a"),
    "card": ("#ffffff", "#1c1f25"),
    "paper": ("#fffefb", "#101216"),
    "sunken": ("#f6f5f1", "#252930"),
    "line": ("#d9d6cc", "#3a404a"),
    "track": ("#ebe9e2", "#2b3038"),
    "text": ("#1d2127", "#eceef2"),
    "muted": ("#5b6169", "#a7aeba"),
    "faint": ("#6c727a", "#8a919d"),
    "quiet": ("#767c85", "#8a93a3"),
    "ink": ("#17233f", "#f3f5f9"),
    "accent": ("#1d4ed8", "#7da5ff"),
    "accent-strong": ("#173fae", "#9dbbff"),
    "accent-faint": ("#1d4ed822", "#7da5ff2b"),
    "on-accent": ("#ffffff", "#0d1526"),
    "warn": ("#a5321c", "#ff9d88"),
    "good": ("#1c7a43", "#6fd39a"),
    "other": ("#b45f06", "#f0a95c"),
}

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")

# Gradio's own sizes, which in pixels would not follow the text size that a browser is set to.
_TEXT_SIZE = gr.themes.Size(*(f"{px / 16}rem" for px in (9, 10, 12, 14, 16, 22, 26)))  # as its "md"


# Where the system gives the colors (``forced-colors``), bars and curves are drawn in these.
_FORCED = {
    "CanvasText": ("line", "edge", "text", "muted", "quiet", "ink", "warn", "good"),
    "Canvas": ("track", "sunken"),
    "Highlight": ("accent",),
    "HighlightText": ("on-accent",),
    "LinkText": ("other",),
}

LIGHT, DARK = 0, 1

_SHELL = "shell/shell.css"  # is seen before the stylesheet has come


def _variables(mode: int) -> str:
    return " ".join(f"--{name}: {color[mode]};" for name, color in COLORS.items())


def first_style() -> str:
    """Return styles for the page's head, which hold before its stylesheet has come, and after.

    What hangs on the root of the page stands here, as Gradio confines the stylesheet to its own
    container. A scroll bar that comes and goes would move the pad under the pen; ``storage.js``
    says where the browser keeps nothing.
    """
    forced = " ".join(
        f"--{name}: {system} !important;" for system, names in _FORCED.items() for name in names
    )
    return f"""<style>
:root {{ {_variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
@media (forced-colors: active) {{ :root, .gradio-container {{ {forced} }} }}
html body {{ background: var(--desk); color: var(--text); }}
html {{ scrollbar-gutter: stable; --page-width: 920px; }}
@media (min-width: 1100px) {{ html {{ --page-width: 1500px; }} }}
html[data-storage="refused"] #forgetful {{ display: block; }}
html:has(.run-strip:not([hidden])) {{ scroll-padding-bottom: 72px; }}
html:has(.run-strip.deciding:not([hidden])) {{ scroll-padding-bottom: 128px; }}
{read_assets(_SHELL)}</style>"""


def stylesheet() -> str:
    """Return the page's own styles: the colors, what all parts share, and each part's own."""
    colors = f"""
:root, .gradio-container {{ {_variables(LIGHT)} }}
.dark, .dark .gradio-container {{ {_variables(DARK)} }}
/* The scroll bar's place is the root's, not the body's. */
html:has(.dark) {{ background: {COLORS["desk"][DARK]}; color-scheme: dark; }}
"""
    return colors + read_assets(*(name for name in find_assets(".css") if name != _SHELL))


def theme() -> gr.themes.Base:
    """Return Gradio's base theme in the page's colors, which ``page.css`` defines."""
    look = {
        "body_background_fill": "var(--desk)",
        "body_text_color": "var(--text)",
        "body_text_color_subdued": "var(--muted)",
        "background_fill_primary": "var(--card)",
        "background_fill_secondary": "var(--sunken)",
        "block_background_fill": "var(--card)",
        "block_label_text_color": "var(--muted)",
        "block_title_text_color": "var(--muted)",
        "block_info_text_color": "var(--muted)",
        "border_color_primary": "var(--line)",
        "input_background_fill": "var(--card)",
        "input_border_color": "var(--edge)",
        "input_border_color_focus": "var(--accent)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent-strong)",
        "button_primary_border_color": "var(--accent)",
        "button_primary_border_color_hover": "var(--accent-strong)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "var(--card)",
        "button_secondary_background_fill_hover": "var(--sunken)",
        "button_secondary_border_color": "var(--edge)",
        "button_secondary_border_color_hover": "var(--edge)",
        "button_secondary_text_color": "var(--text)",
    }
    both = {**look, **{f"{name}_dark": value for name, value in look.items()}}
    return gr.themes.Base(
        font=_SANS, font_mono=_MONO, text_size=_TEXT_SIZE, radius_size="md", spacing_size="md"
    ).set(
        block_border_width="0px",
        block_shadow="none",
        block_padding="0px",
        button_border_width="1px",
        **both,
    )
