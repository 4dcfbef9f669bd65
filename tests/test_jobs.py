"""A training in a process of its own. The workers are real, the work is cut short or stopped."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from mnist_core import weights
from mnist_core.jobs import TrainingJob, TrainTask
from mnist_core.recipes import RECIPES

TUTORIAL = TrainTask(RECIPES["tutorial"], device="cpu")
PATIENCE = 120  # seconds; generous, for a loaded machine


def wait_until(is_true, job):
    deadline = time.monotonic() + PATIENCE
    while not is_true(job.status):
        assert time.monotonic() < deadline, job.status
        time.sleep(0.02)
    return job.status


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """A temporary folder of the test's own, so that what a worker leaves behind shows."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def job(tmp_path, scratch):
    """A training by the tutorial's recipe: its worker is soon at work, and not soon done."""
    job = TrainingJob(TUTORIAL, folder=tmp_path / "models")
    yield job
    job.close()
    assert list(scratch.iterdir()) == []


def test_a_job_reports_progress_and_when_stopped_leaves_nothing(job, tmp_path):
    job.start()
    status = wait_until(lambda status: status.progress is not None, job)
    assert status.active
    job.stop()
    status = wait_until(lambda status: not status.active, job)
    assert status.state == "stopped"
    assert status.output is None
    assert not any((tmp_path / "models").glob("*"))


def test_a_job_can_be_stopped_before_it_has_begun_its_work(job):
    job.start()
    job.stop()
    assert wait_until(lambda status: not status.active, job).state == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_that_is_killed_ends_in_a_sentence(job):
    job.start()
    wait_until(lambda status: status.progress is not None, job)
    os.kill(job._process.pid, signal.SIGKILL)
    status = wait_until(lambda status: not status.active, job)
    assert status.state == "failed"
    assert status.message.startswith("The training was killed, perhaps because memory ran out:")


def test_an_error_of_the_training_is_passed_on_in_its_own_words(tmp_path, scratch, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path / "nowhere"))
    task = TrainTask(RECIPES["fast"], "fashion-mnist", "cpu")
    job = TrainingJob(task, folder=tmp_path)
    job.start()
    status = wait_until(lambda status: not status.active, job)
    assert status.state == "failed"
    assert "train-images-idx3-ubyte.gz is missing" in status.message


SERVER = """
import sys, time
from pathlib import Path
from mnist_core.jobs import TrainingJob, TrainTask
from mnist_core.recipes import RECIPES

if __name__ == "__main__":
    job = TrainingJob(TrainTask(RECIPES["tutorial"], device="cpu"), folder=Path(sys.argv[1]))
    job.start()
    while job.status.progress is None:
        time.sleep(0.02)
    print(job._process.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_whose_server_is_killed_ends_by_itself(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    server = subprocess.Popen(
        [sys.executable, script, tmp_path], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert server.stdout is not None
    with server.stdout:
        worker = int(server.stdout.readline())
        server.kill()
        server.wait()
    deadline = time.monotonic() + PATIENCE
    while is_running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_finished_job_has_a_weight_file_that_loads(tmp_path, scratch):
    job = TrainingJob(TrainTask(RECIPES["fast"], "mnist", "cpu", 3), folder=tmp_path / "models")
    ends = []
    job.start(lambda: ends.append(job.status.state))
    status = wait_until(lambda status: not status.active, job)
    assert status.state == "finished", status
    assert status.output is not None
    _, info = weights.load(status.output)
    assert info == status.info
    assert info.accuracy > 0.985
    assert list((tmp_path / "models").iterdir()) == [status.output]
    job.close()
    assert ends == ["finished"]
    assert list(scratch.iterdir()) == []


def test_a_job_that_is_asked_to_finish_keeps_what_it_has_learnt(tmp_path, scratch):
    job = TrainingJob(TrainTask(RECIPES["balanced"], device="cpu"), folder=tmp_path / "models")
    drawing = np.zeros((28, 28), dtype=np.uint8)
    drawing[4:24, 13:16] = 255
    job.start()
    job.watch(drawing)
    status = wait_until(lambda status: status.look is not None and status.look.drawing, job)
    assert len(status.samples.labels) == len(status.look.samples) == 12
    assert sum(status.look.drawing) == pytest.approx(1, abs=1e-3)
    job.finish()
    status = wait_until(lambda status: not status.active, job)
    assert status.state == "finished", status
    assert weights.load(status.output)[1].epochs < 5
    fractions = [point.fraction for point in status.history]
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1
    assert any(point.validation for point in status.history)
    job.close()
