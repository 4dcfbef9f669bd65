"""How long after the end of a stroke the new bars are there, in Chromium on this machine.

    python -m tests.benchmarks.latency [--strokes 100] [--weights FILE] [--json]

Starts the app, draws digits with the mouse, and takes the time from the pen's lifting to the first
frame in which the bars have changed: first with nothing else going on, then while a training by
the recipe ``balanced`` runs. Also says how long the app took from its start to its first answer.
"""

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import QUIET
from tests.browser.hand import draw, on_pad
from tests.drawings import ONE, SEVEN

ROOT = Path(__file__).parents[2]
PAUSE = 250  # ms between two drawings, so that each is measured alone
LAST_STEP = 30  # px of the pad by which the last point changes the drawing

WATCH = """() => {
    window.waits = [];
    let lifted = 0;
    document.querySelector("#digit-pad canvas").addEventListener(
        "pointerup", () => {
            if (window.armed) lifted = performance.now();
            window.armed = false;
        }, true);
    new MutationObserver(() => {
        if (!lifted) return;
        const since = lifted;
        lifted = 0;
        requestAnimationFrame(() => window.waits.push(performance.now() - since));
    }).observe(document.querySelector("#probabilities"),
        { subtree: true, attributes: true, attributeFilter: ["aria-valuenow"] });
}"""


def measure(page: Page, count: int) -> dict[str, float]:
    """Draw ``count`` strokes and return the waits in ms."""
    page.evaluate("window.waits = []")
    for index in range(count):
        page.keyboard.press("Escape")
        page.wait_for_timeout(PAUSE)
        strokes = (SEVEN, ONE)[index % 2]
        draw(page, strokes, lift=False)
        page.wait_for_timeout(PAUSE)  # the readings while the pen moved are over
        page.evaluate("window.armed = true")
        x, y = strokes[-1][-1]
        page.mouse.move(*on_pad(page, [[[x + LAST_STEP, y]]])[0][0])
        page.mouse.up()
    page.wait_for_timeout(4 * PAUSE)
    waits = sorted(page.evaluate("window.waits"))
    return {
        "n": len(waits),
        "median": statistics.median(waits),
        "p95": waits[int(0.95 * (len(waits) - 1))],
        "max": waits[-1],
    }


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


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=100)
    parser.add_argument("--weights", help="default: those shipped")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    arguments = ["--weights", options.weights] if options.weights else []
    server, address, seconds = start_app(arguments)
    try:
        with sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
            page = browser.new_page()
            page.goto(address)
            page.locator("#probabilities [role=meter]").first.wait_for()
            page.evaluate(WATCH)
            result = {"idle": measure(page, options.strokes)}
            page.locator("#retrain").click()
            page.wait_for_function("document.querySelector('#progress')?.ariaValueNow > 0")
            result["retraining"] = measure(page, options.strokes)
            browser.close()
    finally:
        stop_app(server)
    if options.json:
        print(json.dumps({"seconds_to_ready": seconds, **result}))
        return
    print(f"ready after {seconds:.1f} s\n")
    print("| | n | median ms | 95th percentile | max |\n|---|---|---|---|---|")
    for name, waits in result.items():
        print(
            f"| {name} | {waits['n']} | {waits['median']:.0f} "
            f"| {waits['p95']:.0f} | {waits['max']:.0f} |"
        )


if __name__ == "__main__":
    main()
