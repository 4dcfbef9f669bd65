"""What is known of a training in a process of its own, event by event."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.training import job, worker
from mnist_core.training.job import MOST_POINTS, JobStatus
from mnist_core.training.progress import Evaluating, Preparing, PreviewImages, Snapshot
from tests.stub_tasks import progress


def test_a_status_follows_the_events():
    previews = PreviewImages(np.zeros((1, 28, 28), dtype=np.uint8), (7,))
    status = JobStatus()
    assert (status.state, status.active, status.phase) == ("starting", True, "Starting")
    status = status.after(Preparing("Loading MNIST"))
    assert (status.state, status.phase) == ("starting", "Loading MNIST")
    status = status.after(previews)
    assert (status.state, status.previews) == ("starting", previews)
    status = status.after(progress(1))
    assert (status.state, status.progress, status.active) == ("training", progress(1), True)
    status = status.after(Evaluating())
    assert (status.state, status.active) == ("evaluating", True)
    assert (status.previews, status.progress) == (previews, progress(1))
    for state in ("finished", "stopped", "failed"):
        assert not replace(status, state=state).active


def test_a_snapshot_before_the_first_progress_is_no_point_of_the_curves():
    snapshot = Snapshot(0.5, (), None)
    status = JobStatus().after(snapshot)
    assert (status.snapshot, status.history) == (snapshot, ())


@pytest.mark.parametrize("count", [1, 2, 199, 200, 201, 12_345])
def test_the_curves_of_a_long_run_are_thinned_out_and_keep_first_and_newest(count):
    status = JobStatus()
    for step in range(1, count + 1):
        status = status.after(progress(step, count))
        assert status.history[-1].fraction == step / count
    fractions = [point.fraction for point in status.history]
    assert fractions[0] == 1 / count
    assert fractions == sorted(set(fractions))
    assert min(count, MOST_POINTS / 2) <= len(fractions) <= MOST_POINTS + 2


def test_no_accuracy_on_held_back_images_is_lost_when_curves_are_thinned_out():
    status = JobStatus()
    for step in range(1, 10_001):
        status = status.after(progress(step, 10_000))
        if step % 1_000 == 1:
            status = status.after(Snapshot(step / 10_000, (), None))
    kept = [point.validation for point in status.history if point.validation is not None]
    assert kept == [step / 10_000 for step in range(1, 10_001, 1_000)]


def test_who_can_guess_why_a_training_ended_says_so():
    assert job._unexplained_end(-9).startswith("The training was killed, perhaps because memory")
    assert "exit code 3" in job._unexplained_end(3)
    for error in (MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate")):
        assert worker._explain(error).startswith("The training ran out of memory: close other")
    assert worker._explain(KeyError("x")).startswith(
        "The training broke off (KeyError): train again"
    )
