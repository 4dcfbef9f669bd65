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
        return enumerate(item * 2 for item in items)


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
    batcher = MicroBatcher(lambda items: enumerate(item * 2 for item in items), largest_batch=7)
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


class Slowly:
    """Gives the second of two results first, and the other one when it is let; or breaks then."""

    def __init__(self, breaks=False):
        self.given, self.breaks = [], breaks
        self.begun, self.may_begin = threading.Event(), threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self, items):
        self.given.append(list(items))
        if items == ["alone"]:
            self.begun.set()
            assert self.may_begin.wait(PATIENCE)
        if len(items) == 2:
            yield 1, "second"
            assert self.may_go_on.wait(PATIENCE)
            if self.breaks:
                raise ValueError("broken")
        yield 0, "first"


def submit_two(slowly):
    batcher = MicroBatcher(slowly, largest_batch=2)
    batcher.submit("alone")
    assert slowly.begun.wait(PATIENCE)
    futures = [batcher.submit(item) for item in ("a", "b")]
    slowly.may_begin.set()
    return futures


def test_a_result_is_given_as_soon_as_it_is_known():
    slowly = Slowly()
    first, second = submit_two(slowly)
    assert second.result(PATIENCE) == "second"
    assert not first.done()
    slowly.may_go_on.set()
    assert first.result(PATIENCE) == "first"


def test_what_has_its_result_is_not_tried_again_where_another_one_breaks():
    slowly = Slowly(breaks=True)
    slowly.may_go_on.set()
    assert [each.result(PATIENCE) for each in submit_two(slowly)] == ["first", "second"]
    assert slowly.given == [["alone"], ["a", "b"], ["a"]]


def test_an_item_that_is_given_no_result_has_an_error():
    batcher = MicroBatcher(lambda items: [], largest_batch=2)
    with pytest.raises(RuntimeError, match="without a result"):
        batcher.submit("a").result(PATIENCE)
