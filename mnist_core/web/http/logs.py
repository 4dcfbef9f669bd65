"""How the server logs: a line an event on standard error, with the time, a level and a source.

Nothing that came from outside can begin a line of its own.
"""

import logging
import sys
import time


class OneLine(logging.Formatter):
    """Writes an event in one line; a traceback follows it, each line of it indented."""

    def __init__(self) -> None:
        """Set the form: time in UTC, level, source, message."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line, with whatever would break it or paint the terminal made visible."""
        line = super().formatMessage(record)
        return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)

    def formatException(self, ei: object) -> str:  # noqa: N802
        """Return the traceback, indented, so that no line of it looks like an event."""
        return _indented(super().formatException(ei))  # type: ignore[arg-type]


def _indented(text: str) -> str:
    visible = "".join(each if each.isprintable() or each == "\n" else "?" for each in text)
    return "\n".join(f"    {line}" for line in visible.split("\n"))


def log_to_stderr() -> None:
    """Log what this project has to say, and the warnings of all others."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("mnist_core").setLevel(logging.INFO)
