"""Files that the browser shall save, as part of a component's value."""

import base64
import itertools
from typing import Any

_serial = itertools.count(1)


def download(name: str, content: bytes) -> dict[str, Any]:
    """Return what ``cards.js`` saves, once, under a name."""
    return {"name": name, "content": base64.b64encode(content).decode(), "serial": next(_serial)}
