"""The switch of the benchmarks that has them computed as on another processor."""

import json
import os
import subprocess
import sys

import pytest
import torch

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
