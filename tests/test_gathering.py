"""Gathers calls that wait at the same time and has them done together."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.web.gathering import Gathering

PATIENCE = 30  # s


class Doubling:
    """Doubles numbers, once it is let; remembers what it was given at once."""

    def __init__(self):
        self.given = []
        self.begun = threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self, items):
        self.given.append(list(items))
        self.begun.set()
        assert self.may_go_on.wait(PATIENCE)
        if any(item == "broken" for item in items):
            raise ValueError("broken")
        return [item * 2 if item >= 0 else KeyError(item) for item in items]


@pytest.fixture
def doubling():
    return Doubling()


def test_what_waits_meanwhile_is_done_together_in_its_order(doubling):
    gathering = Gathering(doubling, most=3)
    futures = [gathering.submit(0)]
    assert doubling.begun.wait(PATIENCE)
    futures += [gathering.submit(number) for number in range(1, 6)]
    doubling.may_go_on.set()
    assert [future.result(PATIENCE) for future in futures] == [0, 2, 4, 6, 8, 10]
    assert doubling.given == [[0], [1, 2, 3], [4, 5]]


def test_a_call_that_comes_alone_is_done_at_once(doubling):
    doubling.may_go_on.set()
    gathering = Gathering(doubling, most=8)
    assert gathering.submit(4).result(PATIENCE) == 8
    assert gathering.submit(5).result(PATIENCE) == 10
    assert doubling.given == [[4], [5]]


def test_no_answer_goes_to_another_caller():
    gathering = Gathering(lambda items: [item * 2 for item in items], most=7)
    with ThreadPoolExecutor(16) as callers:
        numbers = range(2_000)
        answers = callers.map(lambda number: gathering.submit(number).result(PATIENCE), numbers)
        assert list(answers) == [number * 2 for number in numbers]


def test_the_error_of_one_call_is_its_own(doubling):
    doubling.may_go_on.set()
    gathering = Gathering(doubling, most=8)
    futures = [gathering.submit(number) for number in (1, -1, 2)]
    assert futures[0].result(PATIENCE) == 2
    assert futures[2].result(PATIENCE) == 4
    with pytest.raises(KeyError):
        futures[1].result(PATIENCE)


def test_a_call_that_breaks_everything_hurts_no_other(doubling):
    gathering = Gathering(doubling, most=8)
    gathering.submit(0)
    assert doubling.begun.wait(PATIENCE)
    futures = [gathering.submit(item) for item in (1, "broken", 2)]
    doubling.may_go_on.set()
    assert (futures[0].result(PATIENCE), futures[2].result(PATIENCE)) == (2, 4)
    with pytest.raises((ValueError, TypeError)):
        futures[1].result(PATIENCE)


def test_what_nobody_waits_for_any_more_is_not_done(doubling):
    gathering = Gathering(doubling, most=8)
    gathering.submit(0)
    assert doubling.begun.wait(PATIENCE)
    left, stayed = gathering.submit(1), gathering.submit(2)
    assert left.cancel()
    doubling.may_go_on.set()
    assert stayed.result(PATIENCE) == 4
    assert doubling.given == [[0], [2]]
