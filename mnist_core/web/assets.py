"""Read the page's own script and style files, which lie beside this module."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def find_assets(suffix: str) -> list[str]:
    """Return the names of the files that end so: those of this folder, then those of each room."""
    names = [path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob(f"*{suffix}")]
    return sorted(names, key=lambda name: (name.count("/"), name))


def read_assets(*names: str) -> str:
    """Return the text of files of this folder, one after the other.

    A markup file becomes a Gradio template, in which ``${``, ``{{`` and backticks would be
    interpreted: none of ours may hold one.
    """
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
