"""What a person waits for after a click on Retrain, in Chromium on this machine.

    python -m tests.benchmarks.clicks [--recipe fast] [--runs 5] [--first-step] [--json]

Each run starts the app, opens the page, and clicks. Prints the seconds until the first step of the
training is shown, and until the verdict. The command line trains by the same recipe before each
run, with nothing beside it, so that the two can be compared; with ``--first-step`` each run is over
when that is shown. For another processor's ways put what ``LIKE`` of ``tests.benchmarks`` says into
the environment.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from mnist_core.training.recipes import RECIPES
from tests.benchmarks.latency import ROOT, open_page, start_app, stop_app

PATIENCE = 2_400_000  # ms; ``best`` takes twenty minutes

# Gives when the page is clicked, when its training's bar first moves, and when there is a verdict.
WATCH = """() => {
    window.times = {};
    const note = (name) => { window.times[name] ||= performance.now(); };
    document.querySelector("#retrain").addEventListener("click", () => note("click"), true);
    new MutationObserver(() => {
        if (!window.times.click) return;
        if (document.querySelector("#progress").ariaValueNow > 0) note("step");
        if (!document.querySelector(".comparison").hidden) note("verdict");
    }).observe(document.querySelector(".run"),
        { subtree: true, attributes: true, childList: true });
}"""


def train_by_command_line(recipe: str) -> float:
    """Train, and return the seconds of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "trained.safetensors")
        command = [sys.executable, "-m", "mnist_core", "train", "--recipe", recipe]
        begun = time.perf_counter()
        subprocess.run([*command, "--output", output], cwd=ROOT, check=True, capture_output=True)
        return time.perf_counter() - begun


def click(page: Page, recipe: str, until: str) -> dict[str, float]:
    """Click on Retrain; return the seconds until the first step, and until the end asked for.

    Args:
        page: that is open.
        recipe: to train by.
        until: ``step``, the first one, or ``verdict``.
    """
    page.locator("#retrain").wait_for()
    page.evaluate(WATCH)
    page.get_by_label("Recipe").click()
    page.get_by_role("option", name=recipe.capitalize()).click()
    page.locator("#retrain").click()
    page.wait_for_function(f"window.times.{until}", timeout=PATIENCE)
    times = page.evaluate("window.times")
    return {name: (times[name] - times["click"]) / 1000 for name in {"step", until}}


def run(recipe: str, runs: int, first_step: bool = False) -> dict[str, Any]:
    """Measure so many times, by turns with the command line or until the first step only."""
    seconds: dict[str, list[float]] = {}
    for _ in range(runs):
        taken = {} if first_step else {"command line": train_by_command_line(recipe)}
        with tempfile.TemporaryDirectory() as folder:
            server, address, _ = start_app(["--folder", folder])
            try:
                with open_page(address) as page:
                    taken |= click(page, recipe, "step" if first_step else "verdict")
            finally:
                stop_app(server)
        for name, value in taken.items():
            seconds.setdefault(name, []).append(value)
    return {"recipe": recipe, "runs": runs, "seconds": seconds}


def sentence(result: dict[str, Any]) -> str:
    """Say what ``run`` has measured."""
    said = {
        name: f"{statistics.median(each):.1f} s ({min(each):.1f} to {max(each):.1f})"
        for name, each in result["seconds"].items()
    }
    ends = ""
    if "verdict" in said:
        ends = f", to the verdict {said['verdict']}; the command line takes {said['command line']}"
    return (
        f"`{result['recipe']}`, {result['runs']} runs, median (least to most): from the click to "
        f"the first step {said['step']}{ends}."
    )


def main() -> None:
    """Measure, and print a sentence or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="fast", choices=RECIPES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--first-step", action="store_true", help="measure no longer than that")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    result = run(options.recipe, options.runs, options.first_step)
    print(json.dumps(result) if options.json else sentence(result))


if __name__ == "__main__":
    main()
