"""Read the page's own script and style files, which lie beside this module."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def read_asset(name: str) -> str:
    """Return the text of a file of this folder.

    A markup file becomes a Gradio template, in which ``${``, ``{{`` and backticks would be
    interpreted: none of ours may hold one.
    """
    return (_FOLDER / name).read_text(encoding="utf-8")
