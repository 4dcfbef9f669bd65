"""How long after the end of a stroke the new bars are there, in Chromium on this machine.

    python -m tests.benchmarks.latency [--strokes 100] [--weights FILE] [--json]

Starts the app, draws digits with the mouse, and takes the time from the pen's lifting to the first
frame with new bars (and to the change itself: if a frame is due when a pen is lifted, Chromium
handles a server's answer only after it): first with nothing else going on, then while a training
by the recipe ``balanced`` runs. Counts how often a second the reading changes while the pen moves.
Also says how long the app took from its start to its first answer.
"""

import argparse
import contextlib
import itertools
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks import percentile
from tests.browser.conftest import QUIET
from tests.browser.hand import draw, on_pad
from tests.drawings import ONE, SEVEN, circle

ROOT = Path(__file__).parents[2]
PAUSE = 250  # ms between two drawings, so that each is measured alone
MOVE_EVERY = 8  # ms between two moves of a mouse
LAST_STEP = 30  # px of the pad by which the last point changes the drawing

WATCH = """() => {
    window.waits = [];
    window.changes = [];
    let lifted, changed, shown;
    window.arm = () => { lifted = changed = shown = 0; window.armed = true; };
    const end = () => {
        if (!window.armed || !lifted || !shown) return;
        window.armed = false;
        window.changes.push(Math.max(0, changed - lifted));
        window.waits.push(Math.max(0, shown - lifted));
    };
    document.querySelector("#digit-pad canvas").addEventListener("pointerup", () => {
        lifted = performance.now();
        end();
    }, true);
    new MutationObserver(() => {
        if (!window.armed || changed) return;
        changed = performance.now();
        requestAnimationFrame(() => { shown = performance.now(); end(); });
    }).observe(document.querySelector("#probabilities"),
        { subtree: true, attributes: true, attributeFilter: ["aria-valuenow"] });
}"""

COUNT = """() => {
    window.readings = 0;
    if (window.counter) window.counter.disconnect();
    window.counter = new MutationObserver(() => { window.readings += 1; });
    window.counter.observe(
        document.querySelector("#reading"), { attributeFilter: ["data-drawing"] });
}"""


def measure(page: Page, count: int) -> dict[str, float]:
    """Draw ``count`` strokes and return the waits in ms."""
    page.evaluate("window.waits = []; window.changes = []")
    for index in range(count):
        page.keyboard.press("Escape")
        strokes = (SEVEN, ONE)[index % 2]
        draw(page, strokes, lift=False)
        page.wait_for_timeout(PAUSE)  # the readings while the pen moved are over
        page.evaluate("window.arm()")
        x, y = strokes[-1][-1]
        page.mouse.move(*on_pad(page, [[[x + LAST_STEP, y]]])[0][0])
        page.mouse.up()
        page.wait_for_timeout(PAUSE)  # whatever comes next would put the answer off
    waits = sorted(page.evaluate("window.waits"))
    return {
        "n": len(waits),
        "changed": statistics.median(page.evaluate("window.changes")),
        "median": statistics.median(waits),
        "p95": percentile(waits, 0.95),
        "max": waits[-1],
    }


def measure_updates(page: Page, seconds: float = 5.0) -> float:
    """Draw circles without lifting the pen; return how often a second a new reading is shown."""
    page.keyboard.press("Escape")
    page.evaluate(COUNT)
    points = itertools.cycle(on_pad(page, circle(points=60))[0])
    page.mouse.move(*next(points))
    page.mouse.down()
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        page.mouse.move(*next(points))
        page.wait_for_timeout(MOVE_EVERY)
    shown = page.evaluate("window.readings")
    took = time.perf_counter() - begun
    page.mouse.up()
    return shown / took


def start_app(arguments: list[str]) -> tuple[subprocess.Popen[str], str, float]:
    """Start the app; return it, its address, and the seconds until it first answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = time.perf_counter()
    command = [sys.executable, "app.py", "--port", str(port), *arguments]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, text=True)
    address = f"http://127.0.0.1:{port}/"
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address):
                break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    return server, address, time.perf_counter() - begun


def stop_app(server: subprocess.Popen[str]) -> None:
    """End the app and wait until it is gone."""
    server.terminate()
    server.wait()


@contextlib.contextmanager
def open_page(address: str) -> Iterator[Page]:
    """Have the app's page open in Chromium, ready to be drawn on."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        page = browser.new_page()
        page.goto(address)
        page.locator("#probabilities [role=meter]").first.wait_for()
        yield page
        browser.close()


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=100)
    parser.add_argument("--weights", help="default: those shipped")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    result = run(options.strokes, options.weights)
    if options.json:
        print(json.dumps(result))
        return
    print(table(result))


def table(result: dict[str, Any]) -> str:
    """Lay out what ``run`` has measured as Markdown."""
    lines = [
        f"The page is ready {result['seconds_to_ready']:.1f} s after `python app.py`. "
        "End of stroke to the first frame with new bars, in Chromium:\n",
        "| | n | median ms | 95th percentile | max | changed after | readings/s while drawing |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in ("idle", "retraining"):
        waits = result[name]
        lines.append(
            f"| {name} | {waits['n']} | {waits['median']:.0f} | {waits['p95']:.0f} "
            f"| {waits['max']:.0f} | {waits['changed']:.0f} | {waits['updates_per_second']:.0f} |"
        )
    return "\n".join(lines)


def run(strokes: int, weights: str | None = None) -> dict[str, Any]:
    """Start the app and measure, idle and beside a training; waits are in ms."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--folder", folder, *(["--weights", weights] if weights else [])]
        server, address, seconds = start_app(arguments)
        try:
            with open_page(address) as page:
                page.evaluate(WATCH)
                result: dict[str, Any] = {"seconds_to_ready": seconds}
                result["idle"] = _measure_both(page, strokes)
                page.locator("#retrain").click()
                page.wait_for_function(
                    "document.querySelector('#progress')?.ariaValueNow > 0", timeout=120_000
                )
                result["retraining"] = _measure_both(page, strokes)
        finally:
            stop_app(server)
    return result


def _measure_both(page: Page, strokes: int) -> dict[str, float]:
    return {**measure(page, strokes), "updates_per_second": measure_updates(page)}


if __name__ == "__main__":
    main()
