"""What it costs to watch a training, in Chromium on this machine.

    python -m tests.benchmarks.watching [--seconds 12] [--json]

Starts the app, draws a digit, and starts a training by ``balanced``. Then counts the looks of the
page at it, and the processor time that page and server take meanwhile: of the page its renderer's
main thread, of the server all but the training's own process.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.benchmarks.latency import open_page, start_app, stop_app
from tests.browser.hand import draw
from tests.drawings import SEVEN

LOOKS = ("/training", "/gradio_api/run")  # what a page asks for to see how a training goes


def server_seconds(process: int) -> float:
    """Return the processor time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(page: Page, process: int, seconds: float) -> dict[str, Any]:
    """Return the looks, and the milliseconds of each, while a training is on."""
    looks: list[float] = []
    page.on(
        "request", lambda asked: looks.append(1.0) if any(p in asked.url for p in LOOKS) else None
    )
    session = page.context.new_cdp_session(page)
    # Its processor's time: what else goes on here does not count.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def renderer_seconds() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in metrics}["TaskDuration"]

    looks.clear()
    before, begun = (renderer_seconds(), server_seconds(process)), time.monotonic()
    while time.monotonic() - begun < seconds:
        page.wait_for_timeout(100)
    after = renderer_seconds(), server_seconds(process)
    renderer, server = (1000 * (end - start) for start, end in zip(before, after, strict=True))
    return {
        "looks": len(looks),
        "seconds": seconds,
        "renderer_ms": renderer / len(looks),
        "server_ms": server / len(looks),
    }


def run(seconds: float) -> dict[str, Any]:
    """Start the app and a training, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        server, address, _ = start_app(["--lean", "--folder", folder])
        try:
            with open_page(address) as page:
                draw(page, SEVEN)
                page.locator("#retrain").click()
                page.wait_for_function(
                    "document.querySelector('#progress')?.ariaValueNow > 2", timeout=240_000
                )
                return measure(page, server.pid, seconds)
        finally:
            stop_app(server)


def sentence(result: dict[str, Any]) -> str:
    """Say what ``run`` has measured."""
    return (
        f"A look at a running training, {result['looks'] / result['seconds']:.1f} a second: "
        f"{result['renderer_ms']:.0f} ms of the page's renderer, {result['server_ms']:.0f} ms of "
        "the server."
    )


def main() -> None:
    """Measure, and print a sentence or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    result = run(options.seconds)
    print(json.dumps(result) if options.json else sentence(result))


if __name__ == "__main__":
    main()
