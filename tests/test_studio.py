"""The models in memory, who uses which, and the one training that may run."""

import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mnist_core.errors import WeightsError
from mnist_core.jobs import JobStatus
from mnist_core.web.studio import MODELS_KEPT, Studio
from tests.test_weights import INFO

ANNA, BEN = "anna-anna-anna-anna", "ben-ben-ben-ben-ben"


class StubJob:
    """A training that does as the test says."""

    def __init__(self, recipe, folder):
        self.status = JobStatus(recipe)
        self.folder = folder
        self.closed = False

    def start(self):
        self.status = replace(self.status, state="training")

    def stop(self):
        self.status = replace(self.status, state="stopped")

    def fail(self, message):
        self.status = replace(self.status, state="failed", message=message)

    def finish(self):
        output = self.folder / "new.safetensors"
        output.write_bytes(b"weights")
        self.status = replace(self.status, state="finished", output=output, info=INFO)

    def close(self):
        self.closed = True


def make_studio(*, public=False, load_model=None):
    """Build a studio and the list of the jobs that it will start."""
    jobs = []

    def start_job(recipe, folder):
        jobs.append(StubJob(recipe, folder))
        return jobs[-1]

    def load(path):
        return SimpleNamespace(info=INFO, path=path)

    shipped: Any = SimpleNamespace(info=INFO)
    studio = Studio(shipped, start_job=start_job, load_model=load_model or load, public=public)
    return studio, jobs, shipped


def test_the_shipped_model_reads_until_another_is_trained():
    studio, _, shipped = make_studio()
    assert studio.recognizer(ANNA) is shipped
    assert not studio.look(ANNA).retrained


def test_the_old_model_goes_on_reading_while_a_training_runs():
    studio, _, shipped = make_studio()
    assert studio.retrain("fast", ANNA)
    assert studio.look(ANNA).active
    assert studio.recognizer(ANNA) is shipped


def test_a_finished_model_reads_for_everybody_on_a_server_of_ones_own():
    studio, jobs, shipped = make_studio()
    studio.retrain("fast", ANNA)
    jobs[0].finish()
    assert studio.recognizer(BEN) is not shipped
    assert studio.look(BEN).retrained


def test_a_finished_model_reads_only_for_its_starter_on_a_public_server():
    studio, jobs, shipped = make_studio(public=True)
    studio.retrain("fast", ANNA)
    jobs[0].finish()
    assert studio.recognizer(ANNA) is not shipped
    assert studio.recognizer(BEN) is shipped
    assert studio.look(BEN).status.state == "finished"
    assert not studio.look(BEN).mine


def test_a_second_training_is_refused_while_one_is_on_and_changes_nothing():
    studio, jobs, _ = make_studio()
    assert studio.retrain("fast", ANNA)
    assert not studio.retrain("best", BEN)
    assert len(jobs) == 1
    assert studio.look(BEN).status.recipe == "fast"


def test_of_many_who_click_at_once_one_trains():
    studio, jobs, _ = make_studio()
    clicks = [threading.Thread(target=studio.retrain, args=("fast", str(n))) for n in range(20)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(jobs) == 1


def test_only_the_starter_may_stop_a_run_on_a_public_server():
    studio, jobs, _ = make_studio(public=True)
    studio.retrain("fast", ANNA)
    studio.stop(BEN)
    assert jobs[0].status.active
    assert not studio.look(BEN).may_stop
    studio.stop(ANNA)
    assert studio.look(ANNA).status.state == "stopped"


def test_a_stopped_run_changes_nothing_and_makes_room_for_the_next():
    studio, jobs, shipped = make_studio()
    studio.retrain("fast", ANNA)
    studio.stop(ANNA)
    assert studio.recognizer(ANNA) is shipped
    assert jobs[0].closed
    assert studio.retrain("fast", BEN)


def test_a_failed_run_leaves_its_sentence_and_the_old_model():
    studio, jobs, shipped = make_studio()
    studio.retrain("fast", ANNA)
    jobs[0].fail("The disk is full: free some space.")
    assert studio.look(ANNA).status.message == "The disk is full: free some space."
    assert studio.recognizer(ANNA) is shipped


def test_a_finished_file_that_cannot_be_loaded_leaves_the_old_model_and_a_sentence():
    def load(path):
        raise WeightsError(f"The weight file {path.name} is damaged.")

    studio, jobs, shipped = make_studio(load_model=load)
    studio.retrain("fast", ANNA)
    jobs[0].finish()
    assert studio.recognizer(ANNA) is shipped
    assert studio.look(ANNA).message == "The weight file new.safetensors is damaged."


def test_one_can_go_back_to_the_shipped_model():
    studio, jobs, shipped = make_studio()
    studio.retrain("fast", ANNA)
    jobs[0].finish()
    assert studio.recognizer(ANNA) is not shipped
    studio.use_shipped(ANNA)
    assert studio.recognizer(ANNA) is shipped


def test_models_in_memory_are_bounded_and_their_files_removed():
    studio, jobs, shipped = make_studio(public=True)
    for number in range(MODELS_KEPT + 1):
        studio.retrain("fast", f"visitor-{number:04d}-of-many")
        jobs[-1].finish()
        studio.look(ANNA)
    assert studio.recognizer("visitor-0000-of-many") is shipped
    assert studio.recognizer("visitor-0001-of-many") is not shipped
    assert list(jobs[-1].folder.iterdir()) == []


def test_closing_stops_the_run_and_removes_the_folder():
    studio, jobs, _ = make_studio()
    studio.retrain("fast", ANNA)
    studio.close()
    assert jobs[0].closed
    assert not jobs[0].folder.exists()


@pytest.mark.parametrize("public", [False, True])
def test_the_figure_of_the_old_model_stands_beside_the_new(public):
    studio, jobs, _ = make_studio(public=public)
    studio.retrain("fast", ANNA)
    jobs[0].finish()
    view = studio.look(ANNA)
    assert view.before == view.trained
    assert view.before.low < view.before.accuracy < view.before.high
