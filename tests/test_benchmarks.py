"""The benchmarks that can't be run where they are needed can be run at all."""

import json
import os
import subprocess
import sys

import pytest
import torch

from tests.benchmarks import gpu, training
from tests.benchmarks.__main__ import LIKE, ROOT

ASK = (
    "import json, torch; from mnist_core.model.devices import has_fast_bfloat16 as fast; "
    "print(json.dumps([fast(torch.device('cpu')), torch.backends.cpu.get_cpu_capability()]))"
)


@pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"), reason="needs AVX2"
)
def test_measured_as_on_avx2_nothing_uses_bfloat16_or_wider_instructions():
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ | LIKE["avx2"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [False, "AVX2"]


def test_what_is_for_a_gpu_runs_on_a_cpu_and_fits_the_tables(monkeypatch):
    monkeypatch.setattr(gpu, "RUNS", {"fast": 1, "best": 0})
    result = gpu.run("cpu", 4.0, ["fast", "best"], is_small=True, drawings=60)
    assert (result["device"], result["small"], result["left_out"]) == ("cpu", True, [])
    assert "| `fast` | 1 |" in training.trainings_table(result["trainings"])
    assert result["reading"]["drawings"]["n"] == 60


def test_what_would_not_be_over_in_time_on_a_gpu_is_left_out_and_named(monkeypatch):
    trained = []
    monkeypatch.setattr(gpu, "train", lambda recipe, *_: trained.append(recipe.name) or 0.0)
    monkeypatch.setattr(gpu.reading, "measure_drawings", lambda *_: {})
    result = gpu.run("cpu", 0.0, ["fast"], is_small=False)
    assert trained == ["fast"]  # what is not counted
    assert result["trainings"] == []
    assert result["left_out"] == [f"fast, seed {seed}" for seed in range(gpu.RUNS["fast"])]
