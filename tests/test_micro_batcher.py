"""Processes items that wait at the same time in one batch."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.service.micro_batcher import MicroBatcher

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
        return [item * 2 for item in items]


@pytest.fixture
def doubling():
    return Doubling()


def test_what_waits_meanwhile_is_processed_together_in_its_order(doubling):
    batcher = MicroBatcher(doubling, largest_batch=3)
    futures = [batcher.submit(0)]
    assert doubling.begun.wait(PATIENCE)
    futures += [batcher.submit(number) for number in range(1, 6)]
    doubling.may_go_on.set()
    assert [future.result(PATIENCE) for future in futures] == [0, 2, 4, 6, 8, 10]
    assert doubling.given == [[0], [1, 2, 3], [4, 5]]


def test_a_large_item_leaves_less_room_in_its_batch(doubling):
    batcher = MicroBatcher(doubling, largest_batch=3)
    futures = [batcher.submit(0)]
    assert doubling.begun.wait(PATIENCE)
    futures += [batcher.submit(item, size=size) for item, size in ((1, 1), (2, 3), (3, 5), (4, 1))]
    doubling.may_go_on.set()
    assert [future.result(PATIENCE) for future in futures] == [0, 2, 4, 6, 8]
    assert doubling.given == [[0], [1, 2], [3], [4]]


def test_an_item_that_comes_alone_is_processed_at_once(doubling):
    doubling.may_go_on.set()
    batcher = MicroBatcher(doubling, largest_batch=8)
    assert batcher.submit(4).result(PATIENCE) == 8
    assert batcher.submit(5).result(PATIENCE) == 10
    assert doubling.given == [[4], [5]]


def test_no_result_goes_to_another_caller():
    batcher = MicroBatcher(lambda items: [item * 2 for item in items], largest_batch=7)
    with ThreadPoolExecutor(16) as callers:
        numbers = range(2_000)
        results = callers.map(lambda number: batcher.submit(number).result(PATIENCE), numbers)
        assert list(results) == [number * 2 for number in numbers]


def test_the_error_of_one_item_is_its_own(doubling):
    batcher = MicroBatcher(doubling, largest_batch=8)
    first = batcher.submit(0)
    assert doubling.begun.wait(PATIENCE)
    futures = [batcher.submit(item) for item in (1, "broken", 2)]
    doubling.may_go_on.set()
    assert [each.result(PATIENCE) for each in (first, futures[0], futures[2])] == [0, 2, 4]
    with pytest.raises(ValueError, match="broken"):
        futures[1].result(PATIENCE)
    assert doubling.given == [[0], [1, "broken", 2], [1], ["broken"], [2]]


def test_an_item_that_is_alone_in_its_batch_is_not_tried_again(doubling):
    doubling.may_go_on.set()
    batcher = MicroBatcher(doubling, largest_batch=8)
    with pytest.raises(ValueError, match="broken"):
        batcher.submit("broken").result(PATIENCE)
    assert batcher.submit(4).result(PATIENCE) == 8
    assert doubling.given == [["broken"], [4]]


def test_what_nobody_waits_for_any_more_is_not_processed(doubling):
    batcher = MicroBatcher(doubling, largest_batch=8)
    batcher.submit(0)
    assert doubling.begun.wait(PATIENCE)
    left, stayed = batcher.submit(1), batcher.submit(2)
    assert left.cancel()
    doubling.may_go_on.set()
    assert stayed.result(PATIENCE) == 4
    assert doubling.given == [[0], [2]]
