"""Read the page's own script, style and markup files, which lie beside this module.

Markup and scripts come with the words that they show, of ``texts``.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template

from mnist_core.web.texts import COMMON

_FOLDER = Path(__file__).parent


def find_assets(suffix: str) -> list[str]:
    """Return the names of the files that end so: those of this folder, then those of each room."""
    names = [path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob(f"*{suffix}")]
    return sorted(names, key=lambda name: (name.count("/"), name))


def read_assets(*names: str) -> str:
    """Return the text of files of this folder, one after the other."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def markup(name: str, texts: Mapping[str, str]) -> str:
    """Return a markup file with each ``$name`` in it replaced by the text of that name.

    It becomes a Gradio template, in which ``${``, ``{{`` and backticks would be interpreted:
    neither a file nor a text of it may hold one.
    """
    return Template(read_assets(name)).substitute(texts)


def script(*names: str, texts: Mapping[str, str]) -> str:
    """Return script files, one after the other, that know these and the common texts."""
    return f"const texts = {json.dumps({**COMMON, **texts})};\n{read_assets(*names)}"
