"""One training at a time, the others in the order in which they came."""

import threading

import pytest

from mnist_core.errors import TrainingError
from mnist_core.service.training_queue import (
    MOST_OF_ADDRESS,
    MOST_WAITING,
    SECONDS_WITHOUT_LOOK,
    SECONDS_WITHOUT_LOOK_HIDDEN,
    Run,
    TrainingQueue,
)
from mnist_core.training.job import JobStatus


class StubJob:
    """A training that only notes what is asked of it; the test says when it is over."""

    def __init__(self, error=None):
        self.error = error
        self.asked = []
        self.status = JobStatus()

    def start(self, on_end):
        self.asked.append("start")
        if self.error is not None:
            raise self.error
        self.on_end = on_end

    def finish(self, reason):
        self.asked.append(reason)

    def stop(self):
        self.asked.append("stop")

    def close(self):
        self.asked.append("close")
        self.on_end()


class StubRecord:
    """A record of a run that only notes what becomes of it."""

    def __init__(self):
        self.became = []

    def write(self):
        self.became.append("written")

    def end(self):
        self.became.append("ended")

    def remove(self):
        self.became.append("removed")


def waiting_run(owner, job):
    return Run(owner, job, StubRecord())


class Told:
    """What a queue says of its runs."""

    def __init__(self):
        self.ended = []
        self.failed = []
        self.during = lambda run: None

    def on_end(self, run):
        self.ended.append(run)
        self.during(run)

    def on_failure(self, run, sentence):
        self.failed.append((run, sentence))


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def queue(told):
    return TrainingQueue(told.on_end, told.on_failure)


def became(runs):
    return [run.record.became for run in runs]


def submitted(queue, *owners):
    runs = [waiting_run(owner, StubJob()) for owner in owners]
    for run in runs:
        queue.submit(run)
    return runs


def started(runs):
    return [run.owner for run in runs if "start" in run.job.asked]


def test_the_first_run_starts_at_once_and_the_others_follow_in_their_order(queue, told):
    runs = submitted(queue, "a", "b", "c", "d")
    for over, run in enumerate(runs, start=1):
        assert started(runs) == ["a", "b", "c", "d"][:over]
        assert told.ended == runs[: over - 1]
        run.job.on_end()
    assert told.ended == runs
    assert all(queue.find(run.owner) is None for run in runs)
    assert all(run.job.asked == ["start"] for run in runs)


def test_an_owner_is_told_how_many_are_to_be_over_before_the_own_run(queue):
    runs = submitted(queue, "a", "b", "c")
    assert [queue.find(owner) for owner in "abc"] == [(runs[0], 0), (runs[1], 1), (runs[2], 2)]
    assert queue.find("d") is None
    runs[0].job.on_end()
    assert [queue.find(owner) for owner in "abc"] == [None, (runs[1], 0), (runs[2], 1)]


def test_fifty_wait_beside_the_one_that_is_on_and_no_more(queue):
    assert MOST_WAITING == 50
    runs = submitted(queue, *(f"owner {number}" for number in range(1 + MOST_WAITING)))
    one_more = waiting_run("one more", StubJob())
    with pytest.raises(TrainingError, match=r"^50 trainings are waiting already: try again in"):
        queue.submit(one_more)
    assert queue.find("one more") is None
    runs[0].job.on_end()
    queue.submit(one_more)
    assert queue.find("one more") == (one_more, MOST_WAITING)


@pytest.mark.parametrize("owner", ["a", "b"], ids=["on", "waiting"])
def test_a_second_run_of_an_owner_is_refused_until_the_first_is_over(queue, owner):
    runs = submitted(queue, "a", "b")
    again = waiting_run(owner, StubJob())
    with pytest.raises(TrainingError, match="A training is already under way"):
        queue.submit(again)
    assert again.job.asked == []
    for run in runs:
        run.job.on_end()
    queue.submit(again)
    assert queue.find(owner) == (again, 0)


def test_a_run_is_still_the_owners_while_it_is_handed_over(queue, told):
    first, second = submitted(queue, "a", "b")
    seen = []
    told.during = lambda run: seen.append((queue.find("a"), second.job.asked[:]))
    first.job.on_end()
    assert seen == [((first, 0), [])]


def test_a_hand_over_that_goes_wrong_holds_nobody_up(queue, told):
    first, second = submitted(queue, "a", "b")

    def fail(run):
        raise ValueError("wrong")

    told.during = fail
    with pytest.raises(ValueError, match="wrong"):
        first.job.on_end()
    assert queue.find("a") is None
    assert second.job.asked == ["start"]


def test_the_run_that_is_on_is_asked_to_stop_and_stays_until_it_is_over(queue, told):
    first, second = submitted(queue, "a", "b")
    queue.stop("a")
    assert first.job.asked == ["start", "stop"]
    assert queue.find("a") == (first, 0)
    assert started([second]) == []
    first.job.on_end()
    assert started([second]) == ["b"]
    assert told.ended == [first]


def test_who_waits_can_leave_and_the_others_move_up(queue, told):
    runs = submitted(queue, "a", "b", "c")
    queue.stop("b")
    queue.stop("nobody")
    assert [queue.find(owner) for owner in "abc"] == [(runs[0], 0), None, (runs[2], 1)]
    assert runs[0].job.asked == ["start"]  # a stranger can't stop it
    runs[0].job.on_end()
    assert started(runs) == ["a", "c"]
    assert runs[1].job.asked == []
    assert told.ended == runs[:1]


def test_a_run_that_cannot_start_is_refused_in_a_sentence_and_forgotten(queue, told):
    with pytest.raises(TrainingError, match=r"can't start \(No space left\): close other programs"):
        queue.submit(waiting_run("a", StubJob(OSError(28, "No space left"))))
    assert queue.find("a") is None
    submitted(queue, "a")
    assert told.failed == []


def test_those_who_have_waited_in_vain_are_told_and_the_next_one_starts(queue, told):
    (first,) = submitted(queue, "a")
    in_vain = [waiting_run(owner, StubJob(ValueError("no luck"))) for owner in "bc"]
    for run in in_vain:
        queue.submit(run)
    (last,) = submitted(queue, "d")
    first.job.on_end()
    assert [run for run, _ in told.failed] == in_vain
    assert all(
        sentence.startswith("The training can't start (no luck)") for _, sentence in told.failed
    )
    assert [queue.find(owner) for owner in "abcd"] == [None, None, None, (last, 0)]
    assert told.ended == [first]


def test_who_is_told_of_a_failure_may_ask_the_queue(told):
    queue = TrainingQueue(told.on_end, lambda run, sentence: found.append(queue.find(run.owner)))
    found = []
    (first,) = submitted(queue, "a")
    queue.submit(waiting_run("b", StubJob(OSError(28, "No space left"))))
    thread = threading.Thread(target=first.job.on_end, daemon=True)
    thread.start()
    thread.join(60)
    assert found == [None]


def test_closing_ends_the_run_that_is_on_and_forgets_those_that_wait(queue, told):
    runs = submitted(queue, "a", "b", "c")
    queue.close()
    assert [run.job.asked for run in runs] == [["start", "close"], [], []]
    assert told.ended == runs[:1]
    assert all(queue.find(owner) is None for owner in "abc")
    late = waiting_run("d", StubJob())
    with pytest.raises(TrainingError, match="The server is shutting down"):
        queue.submit(late)
    assert late.job.asked == []
    queue.close()


# ---- the record of a run


def test_a_run_has_a_record_from_the_moment_it_waits_until_it_leaves_the_queue(queue, told):
    runs = submitted(queue, "a", "b", "c")
    assert became(runs) == [["written"]] * 3
    runs[0].job.on_end()
    queue.stop("b")
    queue.stop("c")
    assert became(runs) == [["written", "removed"]] * 3
    runs[1].job.on_end()
    assert runs[1].record.became[-1] == "removed"


def test_a_record_is_gone_before_its_run_is_handed_over(queue, told):
    (run,) = submitted(queue, "a")
    seen = []
    told.during = lambda run: seen.append(run.record.became[-1])
    run.job.on_end()
    assert seen == ["removed"]


def test_a_run_that_cannot_start_leaves_no_record(queue):
    run = waiting_run("a", StubJob(ValueError("no luck")))
    with pytest.raises(TrainingError):
        queue.submit(run)
    assert run.record.became == ["written", "removed"]


def test_a_run_whose_record_cannot_be_written_is_refused_and_not_started(queue):
    def write():
        raise OSError(28, "No space left")

    run = waiting_run("a", StubJob())
    run.record.write = write
    with pytest.raises(TrainingError, match=r"can't start \(No space left\)"):
        queue.submit(run)
    assert run.job.asked == []
    assert queue.find("a") is None


def test_a_run_that_is_refused_gets_no_record(queue):
    submitted(queue, "a")
    again = waiting_run("a", StubJob())
    with pytest.raises(TrainingError):
        queue.submit(again)
    assert again.record.became == []


def test_closing_leaves_the_records_of_what_was_stopped_by_it_or_waited(queue):
    runs = submitted(queue, "a", "b")
    runs[0].job.status = JobStatus(state="stopped")
    queue.close()
    assert became(runs) == [["written", "ended"]] * 2


def test_a_run_that_still_finishes_while_the_queue_closes_leaves_no_record(queue):
    (run,) = submitted(queue, "a")
    run.job.status = JobStatus(state="finished")
    queue.close()
    assert run.record.became[-1] == "removed"


def test_of_many_who_come_at_once_one_runs_at_a_time_and_all_have_their_turn(queue, told):
    runs = [waiting_run(str(number), StubJob()) for number in range(40)]
    threads = [threading.Thread(target=queue.submit, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order = sorted(runs, key=lambda run: queue.find(run.owner)[1])
    for over, run in enumerate(order):
        assert [each for each in order if each.job.asked] == order[: over + 1]
        run.job.on_end()
    assert told.ended == order


# ---- among strangers -----------------------------------------------------------------------------


@pytest.fixture
def clock():
    """A clock that stands still until a test moves it on."""
    return [0.0]


@pytest.fixture
def shared(told, clock):
    return TrainingQueue(told.on_end, told.on_failure, 3600.0, lambda: clock[0])


def test_a_place_in_the_queue_is_lost_once_its_page_has_gone(shared, told, clock):
    runs = submitted(shared, "a", "b", "c")
    clock[0] = 0.9 * SECONDS_WITHOUT_LOOK
    shared.look("c")
    clock[0] = 1.1 * SECONDS_WITHOUT_LOOK
    shared.look("c")
    assert [run for run, _ in told.failed] == [runs[1]]
    assert "your place in the queue has gone to others" in told.failed[0][1]
    assert (shared.find("b"), shared.find("c")) == (None, (runs[2], 1))
    assert runs[1].record.became == ["written", "removed"]


def test_of_a_run_that_is_over_no_timer_goes_on(shared):
    [run] = submitted(shared, "a")
    timer = shared._timers[run]
    run.job.on_end()
    assert timer.finished.is_set()


def test_the_run_that_is_on_goes_on_when_its_page_has_gone(shared, clock):
    runs = submitted(shared, "a", "b")
    clock[0] = 100 * SECONDS_WITHOUT_LOOK
    shared.look("b")
    assert shared.find("a") == (runs[0], 0)


def test_a_page_in_the_background_is_waited_for_longer(shared, clock):
    submitted(shared, "a", "b", "c")
    shared.look("b", hidden=True)
    clock[0] = 0.9 * SECONDS_WITHOUT_LOOK_HIDDEN
    shared.look("a")
    assert (shared.find("b") is None, shared.find("c") is None) == (False, True)


def test_places_of_pages_that_have_gone_are_free_for_the_next_who_comes(shared, clock):
    submitted(shared, *(f"owner {number}" for number in range(1 + MOST_WAITING)))
    one_more = waiting_run("one more", StubJob())
    with pytest.raises(TrainingError):
        shared.submit(one_more)
    clock[0] = 1.1 * SECONDS_WITHOUT_LOOK
    shared.submit(one_more)
    assert shared.find("one more") == (one_more, 1)


def test_a_run_whose_page_has_gone_does_not_start_when_its_turn_comes(shared, told, clock):
    runs = submitted(shared, "a", "b", "c")
    clock[0] = 0.9 * SECONDS_WITHOUT_LOOK
    shared.look("c")
    clock[0] = 1.1 * SECONDS_WITHOUT_LOOK
    runs[0].job.on_end()
    assert started(runs) == ["a", "c"]
    assert [run for run, _ in told.failed] == [runs[1]]


def test_on_a_server_of_ones_own_a_place_stays(queue, told):
    runs = submitted(queue, "a", "b")
    queue._now = lambda: 1e9
    queue.look("a")
    runs[0].job.on_end()
    assert started(runs) == ["a", "b"]


def test_from_one_address_a_few_have_a_place(shared):
    assert MOST_OF_ADDRESS == 4

    def submit(owner, address):
        shared.submit(Run(owner, StubJob(), StubRecord(), address))

    for number in range(4):
        submit(f"owner {number}", "10.0.0.1")
    with pytest.raises(TrainingError, match="4 trainings from your network address"):
        submit("one more", "10.0.0.1")
    submit("another", "10.0.0.2")
    shared.stop("owner 3")
    submit("one more", "10.0.0.1")


def test_a_run_that_takes_too_long_is_asked_to_finish_and_in_the_end_stopped(told):
    queue = TrainingQueue(told.on_end, told.on_failure, 0.01)
    asked = threading.Semaphore(0)

    class Job(StubJob):
        def finish(self, reason):
            super().finish(reason)
            asked.release()

        def stop(self):
            super().stop()
            asked.release()

    run = waiting_run("a", Job())
    queue.submit(run)
    assert asked.acquire(timeout=30)
    assert asked.acquire(timeout=30)
    start, reason, stop = run.job.asked
    assert (start, stop) == ("start", "stop")
    assert "it ends early" in reason


def test_nothing_is_asked_of_a_run_that_is_over_in_time(shared):
    runs = submitted(shared, "a", "b")
    timer = shared._timers[runs[0]]
    runs[0].job.on_end()
    timer.join(30)  # canceled, it is over at once
    assert runs[0].job.asked == ["start"]
    assert list(shared._timers) == [runs[1]]


def test_on_a_server_of_ones_own_a_run_may_take_as_long_as_it_does(queue):
    submitted(queue, "a")
    assert not queue._timers
