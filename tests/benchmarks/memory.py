"""How much memory the app holds, and whether readings or trainings make it grow.

    python -m tests.benchmarks.memory [--readings 10000] [--trainings 20] [--json]

Starts the app, opens its page in Chromium, has drawings read by the request of the page itself,
and then trains again and again: each training is finished early and gone back from. Says the
resident memory of the app's process (Linux) after each step; a training's own process has gone by
then.
"""

import argparse
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.benchmarks.latency import open_page, start_app, stop_app
from tests.benchmarks.load import Events, read_many

WARM_UP = 1_000  # readings, before growth counts
CLIENTS = 8
PATIENCE = 120.0  # s for a training


def resident(process: int) -> float:
    """Resident memory of a process, in MB of a million bytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(process)


def train_and_go_back(events: Events) -> None:
    """Start a training, finish it as soon as it is under way, and go back from its model."""
    look = events.looking()
    events.fire(events.find("retrain", "click"))
    deadline = time.monotonic() + PATIENCE
    asked = False
    while time.monotonic() < deadline:
        panel = events.fire(look)[0]
        if not asked and panel.get("percent", 0) > 0:
            events.fire(events.find("finish", "click"))
            asked = True
        if asked and not panel.get("active", True):
            break
        time.sleep(0.1)
    else:
        raise TimeoutError("a training was not over in time")
    events.fire(events.find("back", "click"))


def run(readings: int, trainings: int) -> list[dict[str, Any]]:
    """Measure; returns what was done so far, and the resident memory in MB, step by step."""
    steps: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        server, address, _ = start_app(["--folder", folder])

        def note(what: str) -> None:
            steps.append({"after": what, "megabytes": resident(server.pid)})

        try:
            note("start")
            # Playwright has the event loop of this thread; the readings need one of their own.
            with ThreadPoolExecutor(1) as aside, open_page(address):
                note("a page is open")
                aside.submit(read_many, address, WARM_UP, CLIENTS).result()
                note(f"{WARM_UP:,} readings")
                aside.submit(read_many, address, readings - WARM_UP, CLIENTS).result()
                note(f"{readings:,} readings")
                events = Events(address)
                for number in range(1, trainings + 1):
                    train_and_go_back(events)
                    if number in (1, trainings // 2, trainings):
                        note(f"{number} trainings")
        finally:
            stop_app(server)
    return steps


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=int, default=10_000)
    parser.add_argument("--trainings", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    steps = run(options.readings, options.trainings)
    if options.json:
        print(json.dumps(steps))
        return
    print(table(steps))


def table(steps: list[dict[str, Any]]) -> str:
    """Lay out what ``run`` has measured as Markdown."""
    lines = ["| after | resident MB |", "|---|---|"]
    lines += [f"| {step['after']} | {step['megabytes']:.0f} |" for step in steps]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
