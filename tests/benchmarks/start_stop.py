"""What many runs that are started and stopped at random moments leave behind.

    python -m tests.benchmarks.start_stop [--runs 200] [--longest 8]

Each run is a real training in a process of its own, started and stopped as the page does it; one
in four is a teaching. Prints, after the first twenty runs and at the end, what there is of the
process: children, threads, open files, memory; what lies in the temporary folder and in the
visitors' folders; the memory gained a run, and the seconds from stop to stopped.
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

from mnist_core.model import weight_file
from mnist_core.model.recognizer import Recognizer
from mnist_core.service.service import Service, make_service
from mnist_core.training.job import TrainingJob
from mnist_core.training.recipes import RECIPES
from mnist_core.training.worker import TrainTask
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


def start_and_stop(service: Service, number: int, pause: float) -> float:
    """Start a run, stop it after a pause; return the seconds from stop to stopped."""
    workspace = service.workspaces.open(VISITOR)
    if number % 4 == 3:
        service.trainings.teach(workspace)
    else:
        recipe = RECIPES[("fast", "balanced", "tutorial")[number % 4]]
        service.trainings.train(workspace, TrainTask(recipe, device="cpu", seed=number))
    time.sleep(pause)
    begun = time.perf_counter()
    service.trainings.stop(workspace)
    while service.state(workspace).active:
        time.sleep(0.005)
    seconds = time.perf_counter() - begun
    workspace.discard_candidate()  # what was finished before it could be stopped
    return seconds


def main() -> int:
    """Start and stop, and print what is left."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200, help="at least 2")
    parser.add_argument("--longest", type=float, default=8.0, help="seconds from start to stop")
    options = parser.parse_args()
    warm_up = min(WARM_UP, options.runs // 2)
    torch.set_num_threads(1)  # as the page does
    moments = random.Random(0)
    seconds, megabytes = [], []
    with tempfile.TemporaryDirectory() as place:
        scratch, folder = Path(place, "scratch"), Path(place, "kept")
        scratch.mkdir()
        tempfile.tempdir = str(scratch)
        service = make_service(
            Recognizer.load(weight_file.SHIPPED, "cpu"),
            folder=folder,
            make_job=lambda task, target: TrainingJob(task, folder=target),
            load=lambda path: Recognizer.load(path, "cpu"),
            device="cpu",
        )
        service.workspaces.open(VISITOR).corrections.add(SEVEN, 2)
        for number in range(options.runs):
            seconds.append(start_and_stop(service, number, moments.uniform(0, options.longest)))
            megabytes.append(memory())
            if number + 1 == warm_up:
                time.sleep(1)
                before = left(scratch, folder)
        service.close()
        time.sleep(1)  # for timers that have nothing to kill
        after = left(scratch, folder)
        tempfile.tempdir = None
    print(f"| | after {warm_up} runs | after {options.runs} |\n|---|---|---|")
    for name in after:
        print(f"| {name} | {before[name]} | {after[name]} |")
    print(f"| memory, MB | {megabytes[warm_up - 1]:.1f} | {megabytes[-1]:.1f} |")
    gain = np.polyfit(range(options.runs - warm_up + 1), megabytes[warm_up - 1 :], 1)[0]
    median, most = np.percentile(seconds, [50, 95])
    print(f"\nMemory gained a run: {1000 * gain:.1f} kB (slope after run {warm_up}).")
    print(
        f"From stop to stopped: median {median:.2f} s, 95 % within {most:.2f} s, "
        f"longest {max(seconds):.2f} s."
    )
    clean = after["processes"] == after["temporary files"] == after["models"] == after["parts"] == 0
    return 0 if clean and all(after[name] <= before[name] for name in before) else 1


if __name__ == "__main__":
    sys.exit(main())
