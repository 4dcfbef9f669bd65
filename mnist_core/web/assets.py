"""Read the page's own script and style files, which lie beside this module."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def read_assets(*names: str) -> str:
    """Return the text of files of this folder, one after the other.

    A markup file becomes a Gradio template, in which ``${``, ``{{`` and backticks would be
    interpreted: none of ours may hold one.
    """
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
