"""All measurements of speed, one after the other, on this machine.

    python -m tests.benchmarks [--only PART …] [--quick] [--like avx2]

Each part runs in a process of its own, with nothing beside it. Writes ``results.json`` and
``results.md`` beside this file, and the plots into ``.pictures``; what was measured before of
parts that are left out stays. An hour on two cores; ``--quick`` is for trying it out. With
``--like avx2`` all parts compute as on a processor that has neither AVX-512 nor bfloat16, as most
laptops and free servers, and the files are ``results-avx2``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import gradio
import torch

from tests.benchmarks import (
    clicks,
    client,
    latency,
    load,
    memory,
    plots,
    reading,
    training,
    watching,
)

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results.json")
PICTURES = ROOT / ".pictures"

# For each part its module, its options, and those for a quick run.
PARTS: dict[str, tuple[str, list[str], list[str]]] = {
    "training": ("training", [], ["--seeds", "1", "--recipes", "fast"]),
    "reading": ("reading", ["--pictures", "0"], ["--pictures", "0"]),
    "load": ("load", ["--way", "page", "direct"], ["--seconds", "2", "--way", "page"]),
    "load_retraining": ("load", ["--retrain"], ["--retrain", "--seconds", "2"]),
    "latency": ("latency", ["--strokes", "60"], ["--strokes", "5"]),
    "watching": ("watching", [], ["--seconds", "5"]),
    "first_step": (
        "clicks",
        ["--first-step", "--recipe", "balanced"],
        ["--first-step", "--recipe", "balanced", "--runs", "1"],
    ),
    "clicks": ("clicks", ["--runs", "3"], ["--runs", "1"]),
    "client": ("client", [], ["--calls", "10"]),
    "memory": ("memory", [], ["--readings", "2000", "--trainings", "2"]),
}


# What makes PyTorch and oneDNN compute as on another processor, in processes that start with it.
LIKE: dict[str, dict[str, str]] = {
    "avx2": {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"},
}


def measure(part: str, quick: bool, like: str | None = None) -> Any:
    """Run one part, on this processor or as on another one, and return what it says."""
    module, full, short = PARTS[part]
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", "--json"]
    command += short if quick else full
    environment = os.environ | (LIKE[like] if like else {})
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def machine() -> dict[str, Any]:
    """Say where and with what this was measured."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "gradio": gradio.__version__,
        "date": datetime.now(timezone.utc).date().isoformat(),
    }


def report(results: dict[str, Any], like: str | None = None) -> str:
    """Lay the results out as Markdown."""
    on = results["machine"]
    option = f" --like {like}" if like else ""
    sections = [
        f"Measured on {on['cores']} cores of {on['processor']}, {on['system']}, Python "
        f"{on['python']}, PyTorch {on['torch']}, Gradio {on['gradio']}, {on['date']}, by "
        f"`python -m tests.benchmarks{option}`.\n"
    ]
    if "training" in results:
        rows = results["training"]
        sections += ["## Training\n", training.trainings_table(rows["trainings"])]
        sections += [training.steps_table(rows["steps"])]
        sections += [training.sizes_table(rows["sizes"])]
    if "reading" in results:
        sections += ["## Reading\n", reading.sentence(results["reading"]["drawings"]), ""]
    served = results.get("load", []) + results.get("load_retraining", [])
    if served:
        sections += ["Through the server, clients on the same machine:\n", load.table(served), ""]
    if "latency" in results:
        sections += [latency.table(results["latency"]), ""]
    if "watching" in results:
        sections += [watching.sentence(results["watching"]), ""]
    waits = [clicks.sentence(results[part]) for part in ("first_step", "clicks") if part in results]
    if waits:
        sections += ["Clicked as soon as the page was there:\n", "\n\n".join(waits), ""]
    if "client" in results:
        sections += [client.sentence(results["client"]), ""]
    if "memory" in results:
        sections += ["Resident memory of the app's process:\n", memory.table(results["memory"])]
    return "# Benchmarks\n\n" + "\n".join(sections).rstrip() + "\n"


def main() -> None:
    """Measure the parts, one after the other, and write down each as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter; not for keeps")
    parser.add_argument("--like", choices=LIKE, help="compute as on a processor of another kind")
    options = parser.parse_args()

    name = f"{RESULTS.stem}-{options.like}.json" if options.like else RESULTS.name
    path = RESULTS.with_name("quick.json" if options.quick else name)
    results = json.loads(path.read_text()) if path.exists() else {}
    for part in options.only:
        print(f"{part} …", file=sys.stderr, flush=True)
        results[part] = measure(part, options.quick, options.like)
        results["machine"] = machine()
        path.write_text(json.dumps(results, indent=1) + "\n")
    text = report(results, options.like)
    path.with_suffix(".md").write_text(text)
    if "training" in results and path == RESULTS:
        plots.plot_trainings(results["training"]["trainings"], PICTURES / "trainings.png")
        plots.plot_sizes(results["training"]["sizes"], PICTURES / "sizes.png")
    print(text)


if __name__ == "__main__":
    main()
