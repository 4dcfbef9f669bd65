"""A training in a process of its own. The workers are real, the work is cut short or stopped."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing import resource_tracker

import numpy as np
import pytest
import torch

from mnist_core import weights
from mnist_core.events import Evaluating, Look, Progress, Steering
from mnist_core.jobs import MOST_POINTS, JobStatus, TeachTask, TrainingJob, TrainTask
from mnist_core.recipes import RECIPES
from mnist_core.stroke_sets import StrokeSet

TUTORIAL = TrainTask(RECIPES["tutorial"], device="cpu")
PATIENCE = 300  # seconds; generous, for a loaded machine


def wait_until(is_true, job):
    deadline = time.monotonic() + PATIENCE
    while not is_true(job.status):
        assert time.monotonic() < deadline, job.status
        time.sleep(0.02)
    return job.status


@pytest.mark.parametrize("count", [1, 2, 199, 200, 201, 12_345])
def test_the_curves_of_a_long_run_are_thinned_out_and_keep_first_and_newest(count):
    status = JobStatus()
    for step in range(1, count + 1):
        status = status.after(Progress(step / count, 1, 1, step, count, 1.0, 1.0, 1.0, 0.5, 0.1))
        assert status.history[-1].fraction == step / count
    fractions = [point.fraction for point in status.history]
    assert fractions[0] == 1 / count
    assert fractions == sorted(set(fractions))
    assert min(count, MOST_POINTS / 2) <= len(fractions) <= MOST_POINTS + 2


def test_no_look_at_the_held_back_images_is_lost_when_curves_are_thinned_out():
    status = JobStatus()
    for step in range(1, 10_001):
        progress = Progress(step / 10_000, 1, 1, step, 10_000, 1.0, 1.0, 1.0, 0.5, 0.1)
        status = status.after(progress)
        if step % 1_000 == 1:
            status = status.after(Look(step / 10_000, (), None))
    looks = [point.validation for point in status.history if point.validation is not None]
    assert looks == [step / 10_000 for step in range(1, 10_001, 1_000)]


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
def test_a_worker_whose_server_is_killed_ends_by_itself_and_leaves_nothing(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(scratch)}
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
    assert list(scratch.iterdir()) == []
    assert list(tmp_path.glob("*.safetensors")) == []


def test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later(job, scratch):
    old, new = (scratch / f"mnist_core-training-{age}" for age in ("old", "new"))
    for folder in (old, new):
        folder.mkdir()
        (folder / "half").write_bytes(b"half")
    os.utime(old, (0, 0))
    job.start()
    job.close()
    assert list(scratch.iterdir()) == [new]
    shutil.rmtree(new)


@dataclass(frozen=True)
class FullDiskTask:
    """Trains for some steps on a disk that has no room for the weight file."""

    def run(self, output, steering):
        import resource

        for event in TrainTask(RECIPES["fast"]).run(output, Steering(lambda: None, lambda: True)):
            if isinstance(event, Evaluating):
                resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
            yield event


@pytest.mark.skipif(os.name == "nt", reason="no limits on the size of files")
def test_a_full_disk_at_the_end_of_a_training_is_told_and_leaves_no_half_file(tmp_path, scratch):
    job = TrainingJob(FullDiskTask(), folder=tmp_path / "models")
    job.start()
    status = wait_until(lambda status: not status.active, job)
    assert (status.state, status.output) == ("failed", None)
    assert "can't be written (File too large): free some space" in status.message
    job.close()
    assert list((tmp_path / "models").iterdir()) == []
    assert list(scratch.iterdir()) == []


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


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_a_start_returns_while_the_worker_is_not_yet_listening_to_its_large_task(tmp_path, scratch):
    deaf = tmp_path / "python"
    deaf.write_text("#!/bin/sh\nexec sleep 600\n")
    deaf.chmod(0o755)
    lessons = StrokeSet([np.zeros((100_000, 2))], torch.tensor([1]))
    job = TrainingJob(TeachTask(weights.SHIPPED, lessons), folder=tmp_path / "models")
    resource_tracker.ensure_running()  # it takes the same executable
    multiprocessing.set_executable(str(deaf))
    try:
        starting = threading.Thread(target=job.start, daemon=True)
        starting.start()
        starting.join(PATIENCE)
    finally:
        multiprocessing.set_executable(sys.executable)
    assert not starting.is_alive()
    job.close()
    assert job.status.state == "stopped"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_drawing_on_goes_on_while_the_worker_is_not_listening(job):
    job.start()
    wait_until(lambda status: status.progress is not None, job)
    os.kill(job._process.pid, signal.SIGSTOP)
    drawing = np.zeros((28, 28), dtype=np.uint8)
    hand = threading.Thread(target=lambda: [job.watch(drawing) for _ in range(2_000)], daemon=True)
    hand.start()
    hand.join(PATIENCE)
    has_drawn = not hand.is_alive()
    os.kill(job._process.pid, signal.SIGCONT)
    assert has_drawn
