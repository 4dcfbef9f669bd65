"""What a person waits for after a click on Retrain, in Chromium on this machine.

    python -m tests.benchmarks.clicks [--recipe fast] [--runs 5] [--json]

Each run starts the app, opens the page, and clicks. Prints the seconds until the first step of the
training is shown, and until the verdict. The command line trains by the same recipe before each
run, with nothing beside it, so that the two can be compared. For another processor's ways put what
``LIKE`` of ``tests.benchmarks`` says into the environment.
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


def click(page: Page, recipe: str) -> tuple[float, float]:
    """Click on Retrain; return the seconds until the first step is shown, and the verdict."""
    page.locator("#retrain").wait_for()
    page.evaluate(WATCH)
    page.get_by_label("Recipe").click()
    page.get_by_role("option", name=recipe.capitalize()).click()
    page.locator("#retrain").click()
    page.wait_for_function("window.times.verdict", timeout=PATIENCE)
    times = page.evaluate("window.times")
    return (times["step"] - times["click"]) / 1000, (times["verdict"] - times["click"]) / 1000


def run(recipe: str, runs: int) -> dict[str, Any]:
    """Measure so many times, by turns with the command line."""
    alone, first_steps, verdicts = [], [], []
    for _ in range(runs):
        alone.append(train_by_command_line(recipe))
        with tempfile.TemporaryDirectory() as folder:
            server, address, _ = start_app(["--folder", folder])
            try:
                with open_page(address) as page:
                    first_step, verdict = click(page, recipe)
            finally:
                stop_app(server)
        first_steps.append(first_step)
        verdicts.append(verdict)
    return {"command_line": alone, "first_step": first_steps, "verdict": verdicts}


def sentence(recipe: str, result: dict[str, list[float]]) -> str:
    """Say what ``run`` has measured."""
    alone, first_step, verdict = (
        f"{statistics.median(each):.1f} s ({min(each):.1f} to {max(each):.1f})"
        for each in (result["command_line"], result["first_step"], result["verdict"])
    )
    return (
        f"`{recipe}`, {len(result['verdict'])} runs, median (least to most): from the click to the "
        f"first step {first_step}, to the verdict {verdict}; the command line takes {alone}."
    )


def main() -> None:
    """Measure, and print a sentence or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="fast", choices=RECIPES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    result = run(options.recipe, options.runs)
    print(json.dumps(result) if options.json else sentence(options.recipe, result))


if __name__ == "__main__":
    main()
