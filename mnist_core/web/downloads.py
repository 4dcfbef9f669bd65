"""Files that the browser shall save, as part of a component's value."""

import base64
from typing import Any
from uuid import uuid4


def download(name: str, content: bytes) -> dict[str, Any]:
    """Return what ``cards.js`` saves, once, under a name.

    Its serial is its own, also among those of a server that ran before.
    """
    return {"name": name, "content": base64.b64encode(content).decode(), "serial": uuid4().hex}
