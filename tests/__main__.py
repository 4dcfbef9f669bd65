"""The one front door of the checks: ``python -m tests``.

Formatter and linter first; then all tests, and the type checker beside them, whose answer stands
last. The first that fails gives its status. Words after the name go to pytest: ``python -m tests
-k strokes``. The tests run in as many processes as there are cores, up to four, since each has a
browser and servers of its own; one that has run out of tests takes some of another's.

Once in some thousand tests Chromium shows nothing for a minute. So a browser test in which a page
did not come to look as it should is run once more, and listed as RERUN. Pytest by itself runs
nothing twice: look for races with ``BROWSER_SLOWDOWN=4 python -m pytest tests/browser``.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
IN_PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
ONCE_MORE = {"BROWSER_RERUNS": "1"}
FIRST = (("ruff", "format", "--check", "."), ("ruff", "check", "."))
TYPES = ("mypy", "app.py", "mnist_core")
TESTS = ("pytest", *IN_PARALLEL, "--durations=20", *sys.argv[1:])


def start(check: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Start a check, and say so."""
    print("$", "python -m", *check, flush=True)
    command = [sys.executable, "-m", *check]
    environment = os.environ | ONCE_MORE
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **options)


def main() -> int:
    """Run the checks and return the status of the first that fails, or 0."""
    for check in FIRST:
        if status := start(check).wait():
            return status
    types = start(TYPES, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    tests = start(TESTS).wait()
    print(types.communicate()[0], flush=True)  # not in between the lines of the tests
    return types.returncode or tests


if __name__ == "__main__":
    raise SystemExit(main())
