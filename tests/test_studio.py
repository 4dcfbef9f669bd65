"""Whose models read whose drawings, what is being trained, and what is kept."""

import json
import os
import threading

import numpy as np
import pytest

from mnist_core.errors import ShelfError, TrainingError, WeightsError
from mnist_core.inference import Recognizer
from mnist_core.jobs import TeachTask
from mnist_core.web.studio import MODELS_IN_MEMORY, SHIPPED_ID, VISITORS_IN_MEMORY, Studio
from tests.drawings import ONE, SEVEN
from tests.stubs import ANNA, BEN, CARL, FAST, StubJob, days_ago, gone_process, reader


@pytest.fixture
def make_studio(tmp_path):
    """Build a studio on the test's folder, and the list of the jobs that it will start."""

    def make(*, public=False, shipped=None, **options):
        jobs = []

        def start_job(task, folder):
            jobs.append(StubJob(task, folder))
            return jobs[-1]

        options.setdefault("load_model", lambda path: Recognizer.load(path, "cpu"))
        shipped = shipped or reader(d7=30.0)
        studio = Studio(shipped, folder=tmp_path, start_job=start_job, public=public, **options)
        return studio, jobs

    return make


def test_the_shipped_model_reads_until_another_is_trained(make_studio):
    studio, _ = make_studio()
    assert studio.recognizer(ANNA) is studio.shipped
    assert studio.look(ANNA).in_use == SHIPPED_ID


def test_the_old_model_goes_on_reading_while_a_training_runs(make_studio):
    studio, _ = make_studio()
    studio.train(FAST, ANNA)
    assert studio.look(ANNA).active
    assert studio.recognizer(ANNA) is studio.shipped


def test_a_finished_model_is_tried_out_and_then_kept(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    assert studio.recognizer(ANNA) is not studio.shipped
    assert studio.look(ANNA).gate is not None
    studio.keep(ANNA)
    view = studio.look(ANNA)
    assert view.gate is None
    [kept] = studio.models(ANNA)
    assert view.in_use == kept.id
    assert view.name.startswith("Fast ")


def test_a_finished_model_can_be_gone_back_from(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.go_back(ANNA)
    assert studio.recognizer(ANNA) is studio.shipped
    assert studio.models(ANNA) == []
    assert studio.look(ANNA).gate is None
    assert not any(jobs[0].folder.iterdir())


@pytest.mark.parametrize(
    ("right", "worse", "better"),
    [(9_000, True, False), (9_910, False, False), (9_990, False, True)],
)
def test_the_gate_says_whether_the_new_model_is_clearly_worse_or_better(
    make_studio, right, worse, better
):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed(right)
    gate = studio.look(ANNA).gate
    assert (gate.is_worse, gate.is_better) == (worse, better)


def test_the_gate_counts_the_corrections_that_each_model_reads(make_studio):
    studio, jobs = make_studio()
    studio.corrections(ANNA).add(SEVEN, 7)
    studio.corrections(ANNA).add(ONE, 1)
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    before, after, count = studio.look(ANNA).gate.corrections
    assert (before, count) == (1, 2)  # the shipped one reads a 7 in everything
    assert 0 <= after <= 2


def test_a_model_that_nobody_decided_on_is_kept_when_the_next_training_starts(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.train(FAST, ANNA)
    assert len(studio.models(ANNA)) == 1
    assert studio.recognizer(ANNA) is not studio.shipped


def test_a_model_that_is_kept_before_its_training_says_that_it_is_over_is_no_failure(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    output = jobs[0].write()
    studio.use(ANNA, SHIPPED_ID)
    jobs[0].end(state="finished", output=output)
    view = studio.look(ANNA)
    assert (view.message, view.gate, view.in_use) == ("", None, SHIPPED_ID)
    assert [entry.id for entry in studio.models(ANNA)] == [output.stem]


def test_a_restart_finds_models_corrections_and_what_is_not_decided_on(make_studio):
    studio, jobs = make_studio()
    studio.corrections(ANNA).add(SEVEN, 7)
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.keep(ANNA)
    kept = studio.look(ANNA).in_use
    studio.train(FAST, ANNA)
    jobs[1].succeed()
    studio.close()

    again, _ = make_studio()
    view = again.look(ANNA)
    assert view.gate is not None
    assert view.corrections == 1
    again.go_back(ANNA)
    assert again.look(ANNA).in_use == kept


def test_two_servers_on_one_folder_see_what_the_other_keeps_and_lose_nothing(make_studio):
    (one, jobs), (other, others_jobs) = make_studio(), make_studio()
    for studio in (one, other):
        studio.train(FAST, ANNA)
    jobs[0].succeed()
    assert one.look(ANNA).gate is not None
    assert other.look(ANNA).status.active
    others_jobs[0].succeed()
    one.keep(ANNA)
    other.go_back(ANNA)  # from the model that is left
    for studio in (one, other):
        [kept] = studio.models(ANNA)
        view = studio.look(ANNA)
        assert (view.gate, view.in_use) == (None, kept.id)
        assert studio.recognizer(ANNA) is not studio.shipped
    other.rename(ANNA, kept.id, "Mine")
    assert one.look(ANNA).name == "Mine"
    other.delete(ANNA, kept.id)
    assert one.look(ANNA).in_use == SHIPPED_ID
    assert one.recognizer(ANNA) is one.shipped


def test_going_back_from_one_model_leaves_the_one_that_another_server_has_trained(make_studio):
    (one, jobs), (other, others_jobs) = make_studio(), make_studio()
    for studio in (one, other):
        studio.train(FAST, ANNA)
    jobs[0].succeed()
    others_jobs[0].succeed()
    one.go_back(ANNA)
    assert one.look(ANNA).gate is not None
    one.go_back(ANNA)
    assert (one.look(ANNA).gate, other.look(ANNA).gate) == (None, None)


def test_what_was_half_written_when_a_server_died_is_never_loaded(make_studio, tmp_path):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.keep(ANNA)
    [kept] = studio.models(ANNA)
    whole = kept.path.read_bytes()
    trial = jobs[0].folder
    trial.mkdir(exist_ok=True)
    for place in (trial, kept.path.parent):
        (place / ".part-abc").write_bytes(whole[: len(whole) // 2])
        (place / "0123456789ab.safetensors").write_bytes(whole[:100])
    again, _ = make_studio()
    assert [entry.id for entry in again.models(ANNA)] == [kept.id]
    view = again.look(ANNA)
    assert (view.in_use, view.gate) == (kept.id, None)


def test_a_second_training_of_the_same_visitor_is_refused_and_changes_nothing(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    with pytest.raises(TrainingError, match="already under way"):
        studio.train(FAST, BEN)  # on a server of one's own everybody is the same
    assert len([job for job in jobs if job.status.state == "training"]) == 1


def test_of_many_who_click_at_once_one_trains_and_the_others_wait(make_studio):
    studio, jobs = make_studio(public=True)
    names = [f"visitor-{number:02d}-of-many" for number in range(20)]
    clicks = [threading.Thread(target=studio.train, args=(FAST, name)) for name in names]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert sorted(studio.look(name).place for name in names) == list(range(20))
    assert [job.status.state for job in jobs].count("training") == 1


def test_the_queue_shows_places_moves_on_and_can_be_left(make_studio):
    studio, jobs = make_studio(public=True)
    for name in (ANNA, BEN, CARL):
        studio.train(FAST, name)
    assert [studio.look(name).place for name in (ANNA, BEN, CARL)] == [0, 1, 2]
    studio.stop(BEN)
    assert studio.look(BEN).status is None
    assert studio.look(CARL).place == 1
    jobs[0].succeed()
    assert studio.look(CARL).place == 0
    assert jobs[2].status.state == "training"
    assert jobs[1].status.state == "starting"  # it never began


def test_a_run_that_cannot_start_is_told_and_holds_nobody_up(make_studio, monkeypatch):
    studio, jobs = make_studio(public=True)
    with monkeypatch.context() as patch:

        def start(job, on_end):
            raise ValueError("no luck")

        patch.setattr(StubJob, "start", start)
        with pytest.raises(TrainingError, match=r"can't start \(no luck\)"):
            studio.train(FAST, ANNA)
    studio.train(FAST, ANNA)
    assert studio.look(ANNA).place == 0
    assert jobs[1].status.state == "training"


def test_who_has_waited_for_a_run_that_cannot_start_is_told(make_studio):
    studio, jobs = make_studio(public=True)
    for name in (ANNA, BEN, CARL):
        studio.train(FAST, name)

    def start(job, on_end):
        raise OSError(28, "No space left on device")

    jobs[1].start = start.__get__(jobs[1])
    jobs[0].succeed()
    view = studio.look(BEN)
    assert view.status is None
    assert view.message.startswith("The training can't start (No space left on device)")
    assert studio.look(CARL).place == 0
    assert jobs[2].status.state == "training"


def test_a_run_that_cannot_be_handed_over_holds_nobody_up(make_studio):
    def load(path):
        raise KeyError("a fault")

    studio, jobs = make_studio(public=True, load_model=load)
    studio.train(FAST, ANNA)
    studio.train(FAST, BEN)
    with pytest.raises(KeyError, match="a fault"):
        jobs[0].succeed()
    assert not studio.is_training(ANNA)
    assert jobs[1].status.state == "training"


@pytest.mark.parametrize("start", ["train", "teach"])
def test_a_folder_without_room_for_a_model_is_told_before_the_training(
    make_studio, tmp_path, monkeypatch, start
):
    shipped = reader(d7=30.0)
    shipped.path = tmp_path / "shipped.safetensors"
    studio, jobs = make_studio(shipped=shipped)
    studio.corrections(ANNA).add(ONE, 1)

    def check_room(folder, size):
        assert size > 1_200_000
        raise OSError(30, "Read-only file system", str(folder))

    with monkeypatch.context() as patch:
        patch.setattr("mnist_core.web.studio.check_room", check_room)
        with pytest.raises(TrainingError, match=r"kept \(Read-only file system\): free") as refusal:
            studio.train(FAST, ANNA) if start == "train" else studio.teach(ANNA)
    assert str(tmp_path) not in str(refusal.value)  # it is no stranger's business
    assert jobs == []
    studio.train(FAST, ANNA)
    assert studio.look(ANNA).active


def kill_server(folder):
    """Let all runs that are noted in a folder be those of a server that was killed."""
    for path in folder.rglob("runs/*.json"):
        path.write_text(json.dumps({**json.loads(path.read_text()), "process": gone_process()}))


def test_who_waited_when_the_server_was_killed_is_told_until_the_next_run(make_studio, tmp_path):
    studio, _ = make_studio(public=True)
    for name in (ANNA, BEN):
        studio.train(FAST, name)
    kill_server(tmp_path)
    again, jobs = make_studio(public=True)
    for name in (ANNA, BEN):
        view = again.look(name)
        assert view.message == "A training (Fast) ended together with its server: start it again."
        assert not view.active
    assert again.look(CARL).message == ""
    again.train(FAST, ANNA)
    jobs[0].succeed()
    again.go_back(ANNA)
    assert again.look(ANNA).message == ""
    assert again.look(BEN).message != ""


def test_who_waited_when_the_server_was_shut_down_is_told(make_studio):
    studio, _ = make_studio(public=True)
    for name in (ANNA, BEN):
        studio.train(FAST, name)
    studio.close()
    again, _ = make_studio(public=True)
    assert all("ended together" in again.look(name).message for name in (ANNA, BEN))


def test_a_run_that_is_over_or_was_stopped_or_left_is_not_called_lost(
    make_studio, tmp_path, monkeypatch
):
    studio, jobs = make_studio(public=True)
    studio.train(FAST, ANNA)
    studio.train(FAST, BEN)
    studio.stop(BEN)
    studio.stop(ANNA)
    studio.train(FAST, BEN)
    jobs[-1].end(state="failed", message="The disk is full: free some space.")
    studio.train(FAST, CARL)
    jobs[-1].succeed()
    with monkeypatch.context() as patch:
        patch.setattr(StubJob, "start", lambda job, on_end: 1 / 0)
        with pytest.raises(TrainingError, match="can't start"):
            studio.train(FAST, ANNA)
    studio.close()
    assert not list(tmp_path.rglob("runs/*"))


def test_a_run_that_another_server_goes_on_with_is_not_called_lost(make_studio):
    (one, _), (other, _) = make_studio(), make_studio()
    one.train(FAST, ANNA)
    assert other.look(ANNA).message == ""
    other.train(FAST, ANNA)
    other.stop(ANNA)
    one.close()
    assert "ended together" in other.look(ANNA).message


def test_a_model_that_was_finished_when_its_server_died_is_there_and_not_called_lost(
    make_studio, tmp_path
):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].write()
    kill_server(tmp_path)
    view = make_studio()[0].look(ANNA)
    assert view.gate is not None
    assert view.message == ""


def test_nothing_starts_once_the_server_is_going_down(make_studio):
    studio, _ = make_studio()
    studio.close()
    with pytest.raises(TrainingError, match="shutting down"):
        studio.train(FAST, ANNA)


def test_a_look_at_a_kept_model_loads_none(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.keep(ANNA)

    def load(path):
        raise AssertionError("loaded")

    again, _ = make_studio(load_model=load)
    assert again.look(ANNA).score.right == 9_950


def test_a_stranger_can_neither_stop_nor_finish_nor_use_what_another_trains(make_studio):
    studio, jobs = make_studio(public=True)
    studio.train(FAST, ANNA)
    studio.stop(BEN)
    studio.finish(BEN)
    studio.watch(BEN, np.zeros((28, 28), np.uint8))
    assert jobs[0].status.active
    assert not jobs[0].asked_to_finish
    assert jobs[0].watched == []
    jobs[0].succeed()
    assert studio.recognizer(BEN) is studio.shipped
    studio.keep(ANNA)
    assert studio.models(BEN) == []
    with pytest.raises(ShelfError):
        studio.use(BEN, studio.models(ANNA)[0].id)


def test_a_run_can_be_watched_finished_and_stopped_by_who_started_it(make_studio):
    studio, jobs = make_studio(public=True)
    studio.train(FAST, ANNA)
    studio.watch(ANNA, np.ones((28, 28), np.uint8))
    studio.finish(ANNA)
    assert len(jobs[0].watched) == 1
    assert jobs[0].asked_to_finish
    studio.stop(ANNA)
    assert studio.look(ANNA).status.state == "stopped"
    assert studio.recognizer(ANNA) is studio.shipped


def test_a_failed_run_leaves_its_sentence_and_the_old_model(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].end(state="failed", message="The disk is full: free some space.")
    assert studio.look(ANNA).status.message == "The disk is full: free some space."
    assert studio.recognizer(ANNA) is studio.shipped


def test_a_finished_file_that_cannot_be_loaded_leaves_the_old_model_and_a_sentence(make_studio):
    def load(path):
        raise WeightsError("The weight file is damaged.")

    studio, jobs = make_studio(load_model=load)
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    assert studio.recognizer(ANNA) is studio.shipped
    assert studio.look(ANNA).message == "The weight file is damaged."


def test_corrections_are_taught_to_the_model_in_use(make_studio, tmp_path):
    shipped = reader(d7=30.0)
    shipped.path = tmp_path / "shipped.safetensors"
    studio, jobs = make_studio(shipped=shipped)
    with pytest.raises(TrainingError, match="nothing to teach"):
        studio.teach(ANNA)
    for _ in range(10):
        studio.corrections(ANNA).add(ONE, 1)
    studio.teach(ANNA)
    assert isinstance(jobs[0].task, TeachTask)
    assert jobs[0].task.source == shipped.path
    assert jobs[0].task.lessons.labels.tolist() == [1] * 9  # the tenth is held back
    jobs[0].succeed()
    gate = studio.look(ANNA).gate
    assert (gate.corrections[2], gate.held_back[2]) == (10, 1)
    studio.keep(ANNA)
    studio.teach(ANNA)
    assert jobs[1].task.source == studio.models(ANNA)[0].path


def test_another_model_can_be_used_compared_renamed_and_deleted(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.keep(ANNA)
    [kept] = studio.models(ANNA)
    studio.rename(ANNA, kept.id, "Mine")
    assert studio.look(ANNA).name == "Mine"
    studio.use(ANNA, SHIPPED_ID)
    assert studio.recognizer(ANNA) is studio.shipped
    studio.compare(ANNA, kept.id)
    name, beside = studio.compared(ANNA)
    assert (name, beside.info.test_right) == ("Mine", 9_950)
    assert studio.file(ANNA, kept.id)[0] == "Mine"
    studio.delete(ANNA, kept.id)
    assert studio.compared(ANNA) is None
    assert studio.recognizer(ANNA) is studio.shipped


def test_a_model_is_not_compared_with_itself(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.compare(ANNA, SHIPPED_ID)
    assert studio.compared(ANNA) == ("Shipped model", studio.shipped)
    studio.go_back(ANNA)
    assert studio.compared(ANNA) is None
    assert not studio.is_compared(ANNA, SHIPPED_ID)


def test_the_model_in_use_may_be_deleted_and_the_shipped_one_reads_again(make_studio):
    studio, jobs = make_studio()
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.keep(ANNA)
    studio.delete(ANNA, studio.models(ANNA)[0].id)
    assert studio.look(ANNA).in_use == SHIPPED_ID


@pytest.mark.parametrize("model", [SHIPPED_ID, "../shipped", "", "0" * 12])
def test_the_shipped_model_and_what_is_none_cannot_be_deleted(make_studio, model):
    studio, _ = make_studio()
    with pytest.raises(ShelfError):
        studio.delete(ANNA, model)


def test_models_in_memory_are_bounded_and_the_others_are_loaded_again(make_studio):
    loaded = []

    def load(path):
        loaded.append(path)
        return Recognizer.load(path, "cpu")

    studio, jobs = make_studio(public=True, load_model=load)
    names = [f"visitor-{number:04d}-of-many" for number in range(MODELS_IN_MEMORY + 1)]
    for name in names:
        studio.train(FAST, name)
        jobs[-1].succeed()
        studio.keep(name)
        assert studio.recognizer(name) is not studio.shipped
    before = len(loaded)
    studio.recognizer(names[-1])
    assert len(loaded) == before
    studio.recognizer(names[0])
    assert len(loaded) == before + 1


def stay_away(folder, days):
    """Let the only stranger have been there for the last time so many days ago."""
    [visitor] = (folder / "visitors").iterdir()
    (visitor / "seen").write_text(days_ago(days))
    return visitor


def test_a_stranger_who_stays_away_is_forgotten_and_has_everything_again_within_a_week(
    make_studio, tmp_path
):
    studio, jobs = make_studio(public=True, forget_after=1.0)
    studio.corrections(ANNA).add(SEVEN, 7)
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.keep(ANNA)
    kept = studio.look(ANNA).in_use
    anna = stay_away(tmp_path, days=2)
    studio.sweep()
    assert not anna.exists()
    assert studio.recognizer(ANNA) is not studio.shipped
    view = studio.look(ANNA)
    assert (view.in_use, view.corrections) == (kept, 1)
    studio.sweep()
    assert anna.exists()


def test_a_stranger_who_only_draws_is_not_forgotten(make_studio, tmp_path):
    studio, _ = make_studio(public=True, forget_after=1.0)
    studio.corrections(ANNA).add(SEVEN, 7)
    studio.look(ANNA)
    anna = stay_away(tmp_path, days=2)
    again, _ = make_studio(public=True, forget_after=float("inf"))
    again.recognizer(ANNA)
    studio.sweep()
    assert anna.exists()


def test_a_stranger_whose_training_is_on_is_not_forgotten(make_studio, tmp_path):
    studio, _ = make_studio(public=True, forget_after=1.0)
    studio.train(FAST, ANNA)
    studio.look(ANNA)
    anna = stay_away(tmp_path, days=2)
    studio.sweep()
    assert anna.exists()


def test_a_stranger_who_keeps_nothing_leaves_nothing(make_studio, tmp_path):
    studio, _ = make_studio(public=True)
    studio.look(ANNA)
    studio.corrections(ANNA).all()
    studio.recognizer(ANNA)
    studio.sweep()
    assert not any(tmp_path.iterdir())


def test_mere_names_push_no_visitor_out_of_memory(make_studio):
    studio, jobs = make_studio(public=True)
    studio.train(FAST, ANNA)
    jobs[0].succeed()
    studio.compare(ANNA, SHIPPED_ID)
    for number in range(VISITORS_IN_MEMORY):
        assert studio.recognizer(f"nobody-{number}") is studio.shipped
        assert studio.compared(f"nobody-{number}") is None
    assert studio.compared(ANNA)[1] is studio.shipped


def test_what_the_owner_keeps_outlives_a_public_server_on_the_same_folder(make_studio, tmp_path):
    studio, _ = make_studio(forget_after=1.0)
    studio.corrections(ANNA).add(SEVEN, 7)
    for path in tmp_path.rglob("*"):
        os.utime(path, (0, 0))
    studio.sweep()
    public, _ = make_studio(public=True, forget_after=1.0)
    assert public.look(ANNA).corrections == 0
    again, _ = make_studio()
    assert again.look(BEN).corrections == 1


def test_a_visitors_name_is_not_written_down(make_studio, tmp_path):
    studio, _ = make_studio(public=True)
    studio.corrections(ANNA).add(SEVEN, 7)
    assert not any("anna" in str(path) for path in tmp_path.rglob("*"))


def test_closing_stops_the_run_and_forgets_those_that_wait(make_studio):
    studio, jobs = make_studio(public=True)
    studio.train(FAST, ANNA)
    studio.train(FAST, BEN)
    studio.close()
    assert [job.status.state for job in jobs] == ["stopped", "starting"]
