"""The one front door of the checks: ``python -m tests``.

Formatter, linter and type checker first, then all tests; the first that fails ends the run with
its status. Words after the name go to pytest: ``python -m tests -k strokes``. The tests run in as
many processes as there are cores, up to four, since each has a browser and servers of its own; one
that has run out of tests takes some of another's.

Once in some thousand tests Chromium shows nothing for a minute. So a browser test in which a page
did not come to look as it should is run once more, and listed as RERUN. Pytest by itself runs
nothing twice: look for races with ``BROWSER_SLOWDOWN=4 python -m pytest tests/browser``.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
IN_PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
ONCE_MORE = {"BROWSER_RERUNS": "1"}
CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy", "app.py", "mnist_core"),
    ("pytest", *IN_PARALLEL, "--durations=20", *sys.argv[1:]),
)


def main() -> int:
    """Run the checks in order and return the status of the first that fails, or 0."""
    for check in CHECKS:
        print("$", "python -m", *check, flush=True)
        command = [sys.executable, "-m", *check]
        status = subprocess.run(command, cwd=ROOT, env=os.environ | ONCE_MORE).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
