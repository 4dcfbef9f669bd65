"""Limits how much is waited for at once."""

from concurrent.futures import Future

import pytest

from mnist_core.errors import MnistCoreError
from mnist_core.service.limits import AdmissionLimit


def never_called():
    raise AssertionError("started without room")


def refused(limit, size):
    with pytest.raises(MnistCoreError, match="Too many people are drawing just now: try again in"):
        limit.admit(size, never_called)


def test_what_finds_room_is_started_up_to_the_last_place_and_the_rest_is_refused():
    limit = AdmissionLimit(5)
    future = Future()
    assert limit.admit(3, lambda: future) is future
    refused(limit, 3)
    limit.admit(2, Future)
    refused(limit, 1)


@pytest.mark.parametrize(
    "end",
    [
        lambda future: future.set_result(1),
        lambda future: future.set_exception(ValueError()),
        lambda future: future.cancel(),
    ],
    ids=["done", "failed", "canceled"],
)
def test_whatever_is_over_leaves_its_room_to_others(end):
    limit = AdmissionLimit(5)
    future = limit.admit(4, Future)
    refused(limit, 2)
    end(future)
    limit.admit(5, Future)
    refused(limit, 1)


def test_what_cannot_be_started_takes_no_room():
    limit = AdmissionLimit(1)

    def start():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        limit.admit(1, start)
    limit.admit(1, Future)
