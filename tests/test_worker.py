"""A training in a process of its own. The workers are real, the work is cut short or a stub."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import pytest
import torch

from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.ink.drawing import parse_drawing
from mnist_core.model import weight_file
from mnist_core.model.weight_info import Architecture
from mnist_core.training import worker_process
from mnist_core.training.job import TrainingJob
from mnist_core.training.progress import Preparing, TrainingControl
from mnist_core.training.recipes import RECIPES
from mnist_core.training.worker import Failed, FineTuneTask, TrainTask
from mnist_core.training.worker_process import MEMORY_OF_SPARE, Workers
from tests.drawings import SEVEN
from tests.stub_tasks import (
    Endless,
    Failing,
    FullDisk,
    Loading,
    OfFewImages,
    Refusing,
    work_that_prepares,
)
from tests.waiting import wait_until

PATIENCE = 300  # s; a loaded machine gives a worker little, as it is polite
DRAWING = np.zeros((28, 28), dtype=np.uint8)
DRAWING[0, 3] = 255
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals and limits")


def wait_for(is_true, job):
    """Wait until something is true of a job's status; gives the status."""

    def status_then():
        status = job.status
        return status if is_true(status) else None

    return wait_until(status_then, lambda: job.status, seconds=PATIENCE)


def is_over(status):
    return not status.active


def is_under_way(status):
    return status.progress is not None


def is_validated(status):
    return any(point.validation is not None for point in status.history)


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """A temporary folder of the test's own, so that what a worker leaves behind shows."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def make_job(tmp_path, scratch, monkeypatch):
    """Prepare jobs that are closed in the end, and see that none leaves anything behind."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as in all tests
    made = []

    def make(task):
        made.append(TrainingJob(task, folder=tmp_path / "models"))
        return made[-1]

    yield make
    for job in made:
        job.close()
    assert list(scratch.iterdir()) == []


def files(job):
    return list(job.output.parent.glob("*"))


def test_a_training_that_is_asked_to_finish_ends_with_a_weight_file_that_loads(make_job):
    recipe = replace(
        RECIPES["fast"], architecture=Architecture("convolutional", width=6), epochs=1_000,
        images=400, pen_digits=40, pen_others=40, batch_size=24,
    )  # fmt: skip
    job, ends = make_job(OfFewImages(TrainTask(recipe, "mnist", "cpu", 3))), []
    job.watch(DRAWING)  # what is asked before the start counts, too
    job.start(lambda: ends.append(job.status.state))
    status = wait_for(lambda status: status.snapshot and status.snapshot.drawing, job)
    assert sum(status.snapshot.drawing) == pytest.approx(1, abs=1e-3)
    wait_for(is_validated, job)
    assert len(status.previews.labels) == len(status.snapshot.previews) == 12
    job.finish()
    status = wait_for(is_over, job)
    assert status.state == "finished", status
    assert status.output is not None
    model, info = weight_file.load(status.output)
    assert (info.recipe, info.dataset, info.seed, info.test_images) == ("fast", "mnist", 3, 1_000)
    assert info.epochs < 1_000
    assert model(torch.zeros(1, 1, 28, 28)).shape == (1, 11)
    assert files(job) == [status.output]
    assert status.progress.fraction == 1
    fractions = [point.fraction for point in status.history]
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1
    assert is_validated(status)
    job.close()
    job.finish("Too late to be asked for.")
    assert ends == ["finished"]
    assert job.status == status


def test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way(make_job, scratch):
    job, begun = make_job(Endless()), time.monotonic()
    job.watch(DRAWING)
    job.start()
    wait_for(lambda status: status.snapshot and status.snapshot.drawing == tuple(DRAWING[0]), job)
    job.watch(None)
    wait_for(lambda status: status.snapshot and status.snapshot.drawing is None, job)
    assert not job.status.finishing
    job.finish()
    assert job.status.finishing
    status = wait_for(is_over, job)
    assert (status.state, status.output) == ("finished", job.output)
    assert 0 < status.seconds <= time.monotonic() - begun
    niceness, folder = job.output.read_text().split()
    assert scratch in Path(folder).parents
    if os.name != "nt":
        assert int(niceness) == min(os.nice(0) + 10, 19)


@posix
def test_ctrl_c_in_the_terminal_of_its_server_does_not_end_a_worker(make_job):
    job = make_job(Endless())
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run without one
    try:
        job.start(lambda: None)
    finally:
        signal.signal(signal.SIGINT, before)
    asked_at = wait_for(is_under_way, job).progress.step
    os.kill(job._worker.process.pid, signal.SIGINT)
    status = wait_for(lambda now: not now.active or now.progress.step > asked_at + 100, job)
    assert status.active


@posix
def test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing(
    make_job, monkeypatch
):
    monkeypatch.setattr(worker_process, "SECONDS_TO_STOP", PATIENCE)
    job, ends = make_job(Endless()), []
    job.start(lambda: ends.append(job.status.state))
    wait_for(is_under_way, job)
    assert files(job) == [job.output]
    os.kill(job._worker.process.pid, signal.SIGSTOP)
    hand = threading.Thread(target=lambda: [job.watch(DRAWING) for _ in range(2_000)], daemon=True)
    hand.start()
    hand.join(PATIENCE)
    has_drawn = not hand.is_alive()
    os.kill(job._worker.process.pid, signal.SIGCONT)
    assert has_drawn
    job.stop()
    status = wait_for(is_over, job)
    assert (status.state, status.output) == ("stopped", None)
    job.close()
    assert job._worker.process.exitcode == 0  # it ended by itself, as it was asked to
    assert files(job) == []
    assert ends == ["stopped"]


@posix
def test_a_worker_that_is_deaf_to_a_polite_signal_is_killed_and_leaves_nothing(make_job):
    job = make_job(Endless(stubborn=True))
    job.start()
    wait_for(is_under_way, job)
    job.close()
    assert job.status.state == "stopped"
    assert job._worker.process.exitcode == -signal.SIGKILL
    assert files(job) == []


@posix
def test_a_worker_that_is_stopped_while_it_loads_ends_by_itself(make_job, monkeypatch):
    monkeypatch.setattr(worker_process, "SECONDS_TO_STOP", PATIENCE)
    job = make_job(Loading())
    job.start()
    wait_for(lambda _: files(job), job)
    job.stop()
    wait_for(is_over, job)
    assert job._worker.process.exitcode == 0


def test_a_job_can_be_stopped_before_it_has_begun_its_work(make_job):
    job = make_job(Endless())
    job.start()
    job.stop()
    assert wait_for(is_over, job).state == "stopped"


@posix
def test_a_worker_that_is_killed_ends_in_a_sentence(make_job):
    job = make_job(Endless())
    job.start()
    wait_for(is_under_way, job)
    os.kill(job._worker.process.pid, signal.SIGKILL)
    status = wait_for(is_over, job)
    assert status.state == "failed"
    assert status.message.startswith("The training was killed, perhaps because memory ran out:")


def test_a_training_that_breaks_off_ends_in_a_sentence(make_job):
    job = make_job(Failing())
    job.start()
    status = wait_for(is_over, job)
    assert (status.state, status.output) == ("failed", None)
    assert status.message.startswith("The training broke off (RuntimeError):")


def test_an_error_of_a_training_comes_in_its_own_words_from_the_environment_of_its_server(
    make_job, monkeypatch
):
    monkeypatch.setenv("GOMP_SPINCOUNT", "12345")
    job = make_job(Refusing("GOMP_SPINCOUNT"))
    job.start()
    status = wait_for(is_over, job)
    assert (status.state, status.message) == ("failed", "GOMP_SPINCOUNT is 12345.")


LESSONS = StrokeSet([parse_drawing(SEVEN)], [7])


@pytest.mark.parametrize(
    ("task", "training"),
    [
        (TrainTask(RECIPES["best"], "fashion-mnist", "cpu", 3), "loop.train"),
        (FineTuneTask(weight_file.SHIPPED, LESSONS, "cpu", 3), "fine_tuning.fine_tune"),
    ],
    ids=["train", "fine-tune"],
)
def test_a_task_is_carried_out_as_it_says(monkeypatch, tmp_path, task, training):
    given = {}

    def carry_out(**arguments):
        given.update(arguments)
        return iter(["event"])

    monkeypatch.setattr(f"mnist_core.training.{training}", carry_out)
    control = TrainingControl()
    assert list(task.run(tmp_path / "x", control)) == ["event"]
    assert given == {**vars(task), "output": tmp_path / "x", "control": control}


@posix
def test_a_full_disk_at_the_end_of_a_training_is_told_and_leaves_no_half_file(make_job):
    job = make_job(FullDisk())
    job.start()
    status = wait_for(is_over, job)
    assert (status.state, status.output) == ("failed", None)
    assert "can't be written (File too large): free some space" in status.message
    assert files(job) == []


SERVER = """
import sys, time
from pathlib import Path
from mnist_core.training.job import TrainingJob
from tests.stub_tasks import Endless

if __name__ == "__main__":
    job = TrainingJob(Endless(), folder=Path(sys.argv[1]))
    job.start()
    while job.status.progress is None:
        time.sleep(0.02)
    print(job._worker.process.pid, flush=True)
    time.sleep(600)
"""


@posix
def test_a_worker_whose_server_is_killed_ends_by_itself_and_leaves_no_scratch(tmp_path):
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
        assert list(scratch.iterdir()) != []
        server.kill()
        server.wait()
    wait_until(lambda: not is_running(worker), seconds=PATIENCE)
    assert list(scratch.iterdir()) == []


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later(make_job, scratch):
    hours = {23: True, 25: False}
    for age in hours:
        folder = scratch / f"mnist_core-training-{age}"
        folder.mkdir()
        (folder / "half").write_bytes(b"half")
        then = time.time() - age * 3600
        os.utime(folder, (then, then))
    (scratch / "another-program").mkdir()
    os.utime(scratch / "another-program", (0, 0))
    job = make_job(Endless())
    job.start()
    job.close()
    assert {each.name for each in scratch.iterdir()} == {
        "mnist_core-training-23",
        "another-program",
    }
    for folder in scratch.iterdir():
        shutil.rmtree(folder)


def test_a_job_that_cannot_start_leaves_nothing(make_job, monkeypatch):
    def fail(process):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(SpawnProcess, "start", fail)
    job, ends = make_job(Endless()), []
    with pytest.raises(OSError, match="Resource temporarily unavailable"):
        job.start(lambda: ends.append("over"))
    assert ends == []


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_a_start_returns_while_the_worker_is_not_yet_listening_to_its_large_task(
    tmp_path, make_job
):
    deaf = tmp_path / "python"
    deaf.write_text("#!/bin/sh\nexec sleep 600\n")
    deaf.chmod(0o755)
    lessons = StrokeSet([np.zeros((100_000, 2))], [1])
    job = make_job(FineTuneTask(weight_file.SHIPPED, lessons))
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


@pytest.fixture
def workers(scratch, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(worker_process, "_free_memory", lambda: [])  # it is enough
    made = Workers()
    yield made
    made.close()
    assert list(scratch.iterdir()) == []


def run_to_its_end(job):
    over = threading.Event()
    job.start(over.set)
    assert over.wait(PATIENCE)
    job.close()
    return job.status


def test_a_process_made_ready_does_the_next_training_and_another_is_ready_after_it(
    workers, tmp_path
):
    workers.keep_ready("cpu")
    first = workers._spare.process
    status = run_to_its_end(
        TrainingJob(Refusing("OMP_NUM_THREADS"), folder=tmp_path / "a", workers=workers)
    )
    assert status.message == "OMP_NUM_THREADS is 1."
    assert workers._taken.process is first  # it was this one that did it
    assert first.exitcode == 0
    assert workers._spare.process.is_alive()
    assert workers._spare.process.pid != first.pid


def test_a_process_that_has_waited_so_long_that_its_folder_was_removed_makes_it_anew(
    workers, scratch, tmp_path
):
    workers.keep_ready("cpu")
    [folder] = scratch.iterdir()
    folder.rmdir()
    job = TrainingJob(Endless(), folder=tmp_path / "a", workers=workers)
    job.start()
    wait_for(lambda status: status.snapshot, job)
    assert folder.is_dir()
    job.close()


def test_a_worker_that_gets_ready_leaves_the_rest_out_once_its_task_has_come(tmp_path):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    ours.send((Refusing("NO_SUCH_VARIABLE"), tmp_path / "x.safetensors"))
    noted = tmp_path / "noted"
    folder = tmp_path / "worker"
    worker = context.Process(target=work_that_prepares, args=(theirs, str(folder), str(noted)))
    worker.start()
    theirs.close()
    assert ours.recv() == Preparing("Loading PyTorch")
    assert isinstance(ours.recv(), Failed)
    worker.join()
    assert noted.read_text().splitlines() == ["load on cpu"]


def test_while_a_training_is_on_no_process_is_made_ready(workers, tmp_path):
    job = TrainingJob(Endless(), folder=tmp_path / "a", workers=workers)
    job.start()
    workers.keep_ready("cpu")
    assert workers._spare is None
    job.close()
    assert workers._spare is not None


def test_a_process_that_died_while_it_waited_is_replaced(workers, tmp_path):
    workers.keep_ready("cpu")
    workers._spare.process.kill()
    workers._spare.process.join()
    status = run_to_its_end(
        TrainingJob(Refusing("OMP_NUM_THREADS"), folder=tmp_path / "a", workers=workers)
    )
    assert status.message == "OMP_NUM_THREADS is 1."


@pytest.mark.parametrize("closed_first", [False, True])
def test_none_is_kept_ready_unasked_or_after_the_end(workers, tmp_path, closed_first):
    if closed_first:
        workers.keep_ready("cpu")
        spare = workers._spare.process
        workers.close()
        assert not spare.is_alive()
    run_to_its_end(TrainingJob(Refusing("OMP_NUM_THREADS"), folder=tmp_path / "a", workers=workers))
    assert workers._spare is None


def test_where_memory_is_short_none_is_kept_ready(workers, monkeypatch):
    monkeypatch.setattr(worker_process, "_free_memory", lambda: [10**12, MEMORY_OF_SPARE - 1])
    workers.keep_ready("cpu")
    assert workers._spare is None


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="Linux only")
def test_the_memory_that_is_left_is_known():
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < next(iter(worker_process._free_memory())) < total
