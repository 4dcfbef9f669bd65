"""What many runs that are started and stopped at random moments leave behind.

    python -m tests.benchmarks.start_stop [--runs 200] [--longest 8]

Each run is a real training in a process of its own, started and stopped through the studio, as the
page does it; one in four is a teaching. Prints, after the first twenty runs and at the end, what
there is of the studio's process: children, threads, open files, memory; what lies in the temporary
folder and in the visitors' folders; the memory gained a run, and the seconds from stop to stopped.
Ends with 1 if anything is left behind. Linux only: it reads /proc.
"""

import argparse
import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from mnist_core import weights
from mnist_core.inference import Recognizer
from mnist_core.jobs import TrainingJob, TrainTask
from mnist_core.recipes import RECIPES
from mnist_core.web.studio import Studio
from tests.drawings import SEVEN

WARM_UP = 20  # runs
VISITOR = "a visitor of the benchmark"


def children() -> list[str]:
    """Command lines of this process's children, but for Python's own resource tracker."""
    ids = [
        each
        for task in Path("/proc/self/task").glob("*/children")
        for each in task.read_text().split()
    ]
    lines = [Path(f"/proc/{each}/cmdline").read_bytes().decode() for each in ids]
    return [line for line in lines if "resource_tracker" not in line]


def memory() -> float:
    """Return the MB of this process that are in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def left(scratch: Path, folder: Path) -> dict[str, int]:
    """Count what there is now."""
    return {
        "processes": len(children()),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "open files": len(list(Path("/proc/self/fd").iterdir())),
        "temporary files": len(list(scratch.rglob("*"))),
        "models": len(list(folder.rglob("*.safetensors"))),
        "parts": len(list(folder.rglob(".part-*"))),
    }


def start_and_stop(studio: Studio, number: int, pause: float) -> float:
    """Start a run, stop it after a pause; return the seconds from stop to stopped."""
    if number % 4 == 3:
        studio.teach(VISITOR)
    else:
        recipe = RECIPES[("fast", "balanced", "tutorial")[number % 4]]
        studio.train(TrainTask(recipe, device="cpu", seed=number), VISITOR)
    time.sleep(pause)
    begun = time.perf_counter()
    studio.stop(VISITOR)
    while studio.look(VISITOR).active:
        time.sleep(0.005)
    seconds = time.perf_counter() - begun
    studio.go_back(VISITOR)  # from what was finished before it could be stopped
    return seconds


def main() -> int:
    """Start and stop, and print what is left."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--longest", type=float, default=8.0, help="seconds from start to stop")
    options = parser.parse_args()
    torch.set_num_threads(1)  # as the page does
    moments = random.Random(0)
    seconds, megabytes = [], []
    with tempfile.TemporaryDirectory() as place:
        scratch, folder = Path(place, "scratch"), Path(place, "kept")
        scratch.mkdir()
        tempfile.tempdir = str(scratch)
        studio = Studio(
            Recognizer.load(weights.SHIPPED, "cpu"),
            folder=folder,
            start_job=lambda task, target: TrainingJob(task, folder=target),
            load_model=lambda path: Recognizer.load(path, "cpu"),
            device="cpu",
        )
        studio.corrections(VISITOR).add(SEVEN, 2)
        for number in range(options.runs):
            seconds.append(start_and_stop(studio, number, moments.uniform(0, options.longest)))
            megabytes.append(memory())
            if number + 1 == WARM_UP:
                time.sleep(1)
                before = left(scratch, folder)
        studio.close()
        time.sleep(1)  # for timers that have nothing to kill
        after = left(scratch, folder)
        tempfile.tempdir = None
    print(f"| | after {WARM_UP} runs | after {options.runs} |\n|---|---|---|")
    for name in after:
        print(f"| {name} | {before[name]} | {after[name]} |")
    print(f"| memory, MB | {megabytes[WARM_UP - 1]:.1f} | {megabytes[-1]:.1f} |")
    gain = np.polyfit(range(options.runs - WARM_UP), megabytes[WARM_UP:], 1)[0]
    median, most = np.percentile(seconds, [50, 95])
    print(f"\nMemory gained a run: {1000 * gain:.1f} kB (slope after run {WARM_UP}).")
    print(
        f"From stop to stopped: median {median:.2f} s, 95 % within {most:.2f} s, "
        f"longest {max(seconds):.2f} s."
    )
    clean = after["processes"] == after["temporary files"] == after["models"] == after["parts"] == 0
    return 0 if clean and all(after[name] <= before[name] for name in before) else 1


if __name__ == "__main__":
    sys.exit(main())
