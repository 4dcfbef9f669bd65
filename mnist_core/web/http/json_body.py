"""JSON that a client has sent, as values that can be answered in JSON again.

Python reads more than it can write: a half of a pair of surrogates is no character, and whoever
quotes one in an answer fails.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def parsed(body: bytes, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """Return what a body says; None where it is no JSON, or goes too deep.

    Args:
        body: as it came. In place of a half of a pair of surrogates there is a question mark.
        object_hook: as ``json.loads`` takes it.
    """
    try:
        if _MAYBE_HALF.search(body):
            body = json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
        return json.loads(body, object_hook=object_hook)
    except (ValueError, RecursionError):
        return None
