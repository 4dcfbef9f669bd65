"""Start trainings, have them watched, and take over what they made."""

import json
import threading

import numpy as np
import pytest

from mnist_core.errors import ModelStoreError, TrainingError, WeightsError
from mnist_core.labels import Accuracy
from mnist_core.service import trainings
from mnist_core.service.workspace import BUILT_IN
from mnist_core.training.worker import FineTuneTask
from tests.drawings import ONE, SEVEN, moved
from tests.stubs import ANNA, BEN, CARL, StubJob, gone_process, reader

# ---- from the start of a run to what becomes of its model


def test_the_built_in_model_reads_until_another_is_trained(make_server):
    server = make_server()
    anna = server.person(ANNA)
    assert anna.reads_with is server.built_in
    assert (anna.state.in_use, anna.state.status, anna.state.comparison) == (BUILT_IN, None, None)


def test_the_old_model_goes_on_reading_while_a_training_runs(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    assert anna.state.active
    assert anna.reads_with is server.built_in


def test_a_finished_model_is_tried_out_and_then_kept(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    assert anna.reads_with is not server.built_in
    assert anna.state.comparison is not None
    anna.keep()
    state = anna.state
    assert state.comparison is None
    [kept] = anna.models
    assert state.in_use == kept.id
    assert state.name.startswith("Fast ")


def test_a_finished_model_can_be_gone_back_from(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.go_back()
    assert anna.reads_with is server.built_in
    assert anna.models == []
    assert anna.state.comparison is None
    assert not any(server.jobs[0].folder.iterdir())


def test_whatever_changes_what_reads_changes_the_version(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    versions = [anna.state.version]
    for change in (
        server.jobs[0].succeed,
        anna.keep,
        lambda: anna.workspace.read_beside(BUILT_IN),
        lambda: anna.workspace.use(BUILT_IN),
        lambda: anna.workspace.delete(anna.models[0].id),
        anna.go_back,
    ):
        change()
        versions.append(anna.state.version)
    assert versions == sorted(set(versions))


def test_a_candidate_is_compared_with_the_model_before_by_test_images_and_corrections(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.corrections.add(SEVEN, 7)
    anna.corrections.add(ONE, 1)
    anna.train()
    server.jobs[0].succeed(right=9_000)
    comparison = anna.state.comparison
    assert comparison.test == (server.built_in.info.accuracy, Accuracy(9_000, 10_000))
    assert comparison.is_worse
    before, after = comparison.corrections
    assert before == Accuracy(1, 2)  # the built-in one reads a 7 in everything
    assert after.count == 2


def has_kept_one_and_tries_another(make_server):
    """Make a server on which Anna has to decide on a model of 9,800 against one of 9,700."""
    server = make_server()
    anna = server.person(ANNA)
    for right in (9_700, 9_800):
        anna.keep()
        anna.train()
        server.jobs[-1].succeed(right)
    return server, anna


def test_a_candidate_is_compared_with_the_kept_model_that_read_before(make_server):
    _, anna = has_kept_one_and_tries_another(make_server)
    assert [each.right for each in anna.state.comparison.test] == [9_700, 9_800]


def test_where_the_model_before_is_deleted_the_candidate_is_compared_with_the_built_in_one(
    make_server,
):
    server, anna = has_kept_one_and_tries_another(make_server)
    assert anna.state.comparison.test[0].right == 9_700
    anna.workspace.delete(anna.workspace.chosen.id)
    assert anna.state.comparison.test == (server.built_in.info.accuracy, Accuracy(9_800, 10_000))


def test_a_candidate_of_another_server_is_compared_once_however_many_ask_at_once(
    make_server, monkeypatch
):
    one = make_server()
    one.person(ANNA).train()
    one.jobs[0].succeed()
    anna = make_server().person(ANNA)
    compared, states, compare = [], [], trainings.compare
    another = threading.Thread(target=lambda: states.append(anna.state))

    def compare_while_another_asks(*models):
        compared.append(models)
        if len(compared) == 1:
            another.start()
            another.join(0.3)  # it has to wait for this comparison, so it is not over yet
        return compare(*models)

    monkeypatch.setattr(trainings, "compare", compare_while_another_asks)
    states.append(anna.state)
    another.join()
    assert len(compared) == 1
    assert states[0].comparison is states[1].comparison is not None


def test_a_model_that_nobody_decided_on_is_kept_out_of_use_when_the_next_training_starts(
    make_server,
):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    assert anna.reads_with is not server.built_in  # on trial
    anna.train()
    assert len(anna.models) == 1
    assert anna.reads_with is server.built_in
    anna.stop()
    assert anna.state.in_use == BUILT_IN


def test_a_model_that_is_kept_before_its_training_says_that_it_is_over_is_no_failure(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    output = server.jobs[0].write()
    anna.workspace.use(BUILT_IN)
    server.jobs[0].end(state="finished", output=output)
    state = anna.state
    assert (state.message, state.comparison, state.in_use) == ("", None, BUILT_IN)
    assert [model.id for model in anna.models] == [output.stem]


def test_a_run_whose_model_is_still_being_compared_is_shown_as_evaluating(make_server):
    def load(path):
        seen.append((anna.state.status.state, anna.state.comparison))
        raise WeightsError("The weight file is damaged.")

    seen = []
    server = make_server(load=load)
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    assert seen == [("evaluating", None)]


def test_a_failed_run_leaves_its_sentence_and_the_old_model(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].end(state="failed", message="The disk is full: free some space.")
    assert anna.state.status.message == "The disk is full: free some space."
    assert anna.reads_with is server.built_in


def test_a_finished_file_that_cannot_be_loaded_leaves_the_old_model_and_a_sentence(make_server):
    def load(path):
        raise WeightsError("The weight file is damaged.")

    server = make_server(load=load)
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    assert anna.reads_with is server.built_in
    assert anna.state.message == "The weight file is damaged."
    assert not any(server.jobs[0].folder.iterdir())
    anna.train()
    assert anna.state.message == ""


def test_a_look_at_a_kept_model_loads_none(make_server):
    def load(path):
        raise AssertionError("loaded")

    server = make_server()
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.keep()
    assert make_server(load=load).person(ANNA).state.accuracy.right == 9_950


# ---- teaching


def test_corrections_are_taught_to_the_model_in_use(make_server, tmp_path):
    built_in = reader(d7=30.0)
    built_in.path = tmp_path / "built-in.safetensors"
    server = make_server(built_in)
    anna = server.person(ANNA)
    with pytest.raises(TrainingError, match="nothing to teach"):
        anna.teach()
    for number in range(10):
        anna.corrections.add(moved(ONE, right=number), 1)
    anna.teach()
    assert anna.state.teaches
    assert isinstance(server.jobs[0].task, FineTuneTask)
    assert server.jobs[0].task.source == built_in.path
    assert server.jobs[0].task.lessons.labels == [1] * 9  # the tenth is held back
    server.jobs[0].succeed()
    comparison = anna.state.comparison
    counts = [each.count for each in (*comparison.corrections, *comparison.held_back)]
    assert counts == [10, 10, 1, 1]
    anna.keep()
    anna.teach()
    assert server.jobs[1].task.source == anna.models[0].path


def test_a_candidate_is_kept_before_it_is_taught(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.corrections.add(ONE, 1)
    anna.train()
    server.jobs[0].succeed()
    anna.teach()
    assert server.jobs[1].task.source == anna.models[0].path


def test_a_model_without_a_file_cannot_be_taught(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.corrections.add(ONE, 1)
    with pytest.raises(TrainingError, match="no file to learn from"):
        anna.teach()
    assert server.jobs == []


# ---- whose run it is


def test_a_stranger_can_neither_stop_nor_finish_nor_use_what_another_trains(make_server):
    server = make_server(public=True)
    anna, ben = server.people(ANNA, BEN)
    anna.train()
    ben.stop()
    ben.finish()
    ben.watch(np.zeros((28, 28), np.uint8))
    [job] = server.jobs
    assert job.status.active
    assert not job.asked_to_finish
    assert job.watched == []
    job.succeed()
    assert ben.reads_with is server.built_in
    anna.keep()
    assert ben.models == []
    with pytest.raises(ModelStoreError):
        ben.workspace.use(anna.models[0].id)


def test_a_run_can_be_watched_finished_and_stopped_by_who_started_it(make_server):
    server = make_server(public=True)
    anna, ben = server.people(ANNA, BEN)
    anna.train()
    ben.train()
    ink = np.ones((28, 28), np.uint8)
    for person, job in zip((anna, ben), server.jobs, strict=True):
        person.watch(ink)
        person.finish()
        assert [each is ink for each in job.watched] == [True]
        assert job.asked_to_finish
    anna.stop()
    assert anna.state.status.state == "stopped"
    assert anna.reads_with is server.built_in
    assert ben.state.active


def test_a_second_training_of_the_same_visitor_is_refused_and_changes_nothing(make_server):
    server = make_server()
    anna, ben = server.people(ANNA, BEN)  # on a server of one's own everybody is the same
    anna.train()
    candidate = server.jobs[0].write()  # it has just been finished, and is not yet compared
    with pytest.raises(TrainingError, match="already under way"):
        ben.train()
    assert [job.status.state for job in server.jobs].count("training") == 1
    assert candidate.exists()
    assert anna.models == []


# ---- many at once


def test_of_many_who_click_at_once_one_trains_and_the_others_wait(make_server):
    server = make_server(public=True)
    people = server.people(*(f"visitor-{number:02d}-of-many" for number in range(20)))
    clicks = [threading.Thread(target=person.train) for person in people]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert sorted(person.state.queue_position for person in people) == list(range(20))
    assert [job.status.state for job in server.jobs].count("training") == 1


def test_the_queue_shows_positions_moves_on_and_can_be_left(make_server):
    server = make_server(public=True)
    people = anna, ben, carl = server.people(ANNA, BEN, CARL)
    for person in people:
        person.train()
    assert [person.state.queue_position for person in people] == [0, 1, 2]
    ben.stop()
    assert ben.state.status is None
    assert carl.state.queue_position == 1
    server.jobs[0].succeed()
    assert carl.state.queue_position == 0
    assert server.jobs[2].status.state == "training"
    assert server.jobs[1].status.state == "starting"  # it never began
    assert anna.state.status.state == "finished"


# ---- what keeps a run from starting


def test_a_run_that_cannot_start_is_told_and_holds_nobody_up(make_server, monkeypatch):
    def start(job, on_end):
        raise ValueError("no luck")

    server = make_server(public=True)
    anna = server.person(ANNA)
    with monkeypatch.context() as patch:
        patch.setattr(StubJob, "start", start)
        with pytest.raises(TrainingError, match=r"can't start \(no luck\)"):
            anna.train()
    anna.train()
    assert anna.state.queue_position == 0
    assert server.jobs[1].status.state == "training"


def test_who_has_waited_for_a_run_that_cannot_start_is_told(make_server):
    def start(on_end):
        raise OSError(28, "No space left on device")

    server = make_server(public=True)
    people = _, ben, carl = server.people(ANNA, BEN, CARL)
    for person in people:
        person.train()
    server.jobs[1].start = start
    server.jobs[0].succeed()
    assert ben.state.status is None
    assert ben.state.message.startswith("The training can't start (No space left on device)")
    assert carl.state.queue_position == 0
    assert server.jobs[2].status.state == "training"


def test_a_run_that_cannot_be_handed_over_holds_nobody_up(make_server):
    def load(path):
        raise KeyError("a fault")

    server = make_server(public=True, load=load)
    anna, ben = server.people(ANNA, BEN)
    anna.train()
    ben.train()
    with pytest.raises(KeyError, match="a fault"):
        server.jobs[0].succeed()
    assert not server.service.trainings.is_busy(anna.workspace.key)
    assert server.jobs[1].status.state == "training"


@pytest.mark.parametrize("start", ["train", "teach"])
def test_a_folder_without_room_for_a_model_is_told_before_the_training(
    make_server, tmp_path, monkeypatch, start
):
    def check_room(folder, size):
        assert size > 1_200_000
        raise OSError(30, "Read-only file system", str(folder))

    built_in = reader(d7=30.0)
    built_in.path = tmp_path / "built-in.safetensors"
    server = make_server(built_in)
    anna = server.person(ANNA)
    anna.corrections.add(ONE, 1)
    with monkeypatch.context() as patch:
        patch.setattr(trainings, "check_room", check_room)
        with pytest.raises(TrainingError, match=r"kept \(Read-only file system\): free") as refusal:
            getattr(anna, start)()
    assert str(tmp_path) not in str(refusal.value)  # it is no stranger's business
    assert server.jobs == []
    anna.train()
    assert anna.state.active


def test_nothing_starts_once_the_server_is_going_down(make_server):
    server = make_server()
    server.close()
    with pytest.raises(TrainingError, match="shutting down"):
        server.person(ANNA).train()


def test_closing_stops_the_run_and_forgets_those_that_wait(make_server):
    server = make_server(public=True)
    for person in server.people(ANNA, BEN):
        person.train()
    server.close()
    assert [job.status.state for job in server.jobs] == ["stopped", "starting"]


# ---- servers that die, start again, or share a folder


def kill_server(folder):
    """Let all runs that are recorded in a folder be those of a server that was killed."""
    for path in folder.rglob("runs/*.json"):
        path.write_text(json.dumps({**json.loads(path.read_text()), "process": gone_process()}))


def test_a_restart_finds_models_corrections_and_what_is_not_decided_on(make_server):
    server = make_server()
    anna = server.person(ANNA)
    anna.corrections.add(SEVEN, 7)
    anna.train()
    server.jobs[0].succeed()
    anna.keep()
    kept = anna.state.in_use
    anna.train()
    server.jobs[1].succeed()
    server.close()

    anna = make_server().person(ANNA)
    assert anna.state.comparison is not None
    assert anna.corrections.count() == 1
    anna.go_back()
    assert anna.state.in_use == kept


def test_two_servers_on_one_folder_see_what_the_other_keeps_and_lose_nothing(make_server):
    servers = one, other = make_server(), make_server()
    people = here, there = one.person(ANNA), other.person(ANNA)
    for person in people:
        person.train()
    one.jobs[0].succeed()
    assert here.state.comparison is not None
    assert there.state.status.active
    other.jobs[0].succeed()
    here.keep()
    there.go_back()  # from the model that is left
    for server, person in zip(servers, people, strict=True):
        [kept] = person.models
        assert (person.state.comparison, person.state.in_use) == (None, kept.id)
        assert person.reads_with is not server.built_in
    there.workspace.models.rename(kept.id, "Mine")
    assert here.state.name == "Mine"
    there.workspace.delete(kept.id)
    assert here.state.in_use == BUILT_IN
    assert here.reads_with is one.built_in


def test_going_back_from_one_model_leaves_the_one_that_another_server_has_trained(make_server):
    one, other = make_server(), make_server()
    here, there = one.person(ANNA), other.person(ANNA)
    for person in (here, there):
        person.train()
    one.jobs[0].succeed(right=9_100)
    other.jobs[0].succeed(right=9_200)
    for _ in range(2):
        # Whichever of the two is the candidate, it is the one that reads and is compared.
        assert here.state.comparison.test[1] == here.state.accuracy
        here.go_back()
    assert (here.state.comparison, there.state.comparison) == (None, None)


def test_who_waited_when_the_server_was_killed_is_told_until_the_next_run(make_server, tmp_path):
    for person in make_server(public=True).people(ANNA, BEN):
        person.train()
    kill_server(tmp_path)
    server = make_server(public=True)
    anna, ben, carl = server.people(ANNA, BEN, CARL)
    for person in (anna, ben):
        message = person.state.message
        assert message == "A training (Fast) ended together with its server: start it again."
        assert not person.state.active
    assert carl.state.message == ""
    anna.train()
    server.jobs[0].succeed()
    anna.go_back()
    assert anna.state.message == ""
    assert ben.state.message != ""


def test_who_waited_when_the_server_was_shut_down_is_told(make_server):
    server = make_server(public=True)
    for person in server.people(ANNA, BEN):
        person.train()
    server.close()
    again = make_server(public=True).people(ANNA, BEN)
    assert all("ended together" in person.state.message for person in again)


def test_a_run_that_is_over_or_was_stopped_or_left_is_not_called_lost(
    make_server, tmp_path, monkeypatch
):
    server = make_server(public=True)
    anna, ben, carl = server.people(ANNA, BEN, CARL)
    anna.train()
    ben.train()
    ben.stop()
    anna.stop()
    ben.train()
    server.jobs[-1].end(state="failed", message="The disk is full: free some space.")
    carl.train()
    server.jobs[-1].succeed()
    with monkeypatch.context() as patch:
        patch.setattr(StubJob, "start", lambda job, on_end: 1 / 0)
        with pytest.raises(TrainingError, match="can't start"):
            anna.train()
    server.close()
    assert not list(tmp_path.rglob("runs/*"))


def test_a_run_that_another_server_goes_on_with_is_not_called_lost(make_server):
    one, other = make_server(), make_server()
    here, there = one.person(ANNA), other.person(ANNA)
    here.train()
    assert there.state.message == ""
    there.train()
    there.stop()
    one.close()
    assert "ended together" in there.state.message


def test_a_model_that_was_finished_when_its_server_died_is_there_and_not_called_lost(
    make_server, tmp_path
):
    server = make_server()
    server.person(ANNA).train()
    server.jobs[0].write()
    kill_server(tmp_path)
    state = make_server().person(ANNA).state
    assert state.comparison is not None
    assert state.message == ""
