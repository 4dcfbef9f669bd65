"""Start the command line: ``python -m mnist_core``."""

import time

STARTED = time.perf_counter()  # the process's first line: a training's total counts from here

from mnist_core.command_line import main  # noqa: E402

if __name__ == "__main__":
    raise SystemExit(main(started=STARTED))
