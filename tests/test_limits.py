"""Limits how much is waited for at once."""

from concurrent.futures import Future

import pytest

from mnist_core.errors import MnistCoreError
from mnist_core.service.limits import AdmissionLimit


def never_called():
    raise AssertionError("started without room")


def refused(limit, size, owner="anna"):
    with pytest.raises(MnistCoreError, match="Too many people are drawing just now: try again in"):
        limit.admit(size, never_called, owner)


def test_what_finds_room_is_started_up_to_the_last_place_and_the_rest_is_refused():
    limit = AdmissionLimit(5, 5)
    future = Future()
    assert limit.admit(3, lambda: future, "anna") is future
    refused(limit, 3)
    limit.admit(2, Future, "anna")
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
    limit = AdmissionLimit(5, 5)
    future = limit.admit(4, Future, "anna")
    refused(limit, 2)
    end(future)
    limit.admit(5, Future, "anna")
    refused(limit, 1)


def test_what_cannot_be_started_takes_no_room():
    limit = AdmissionLimit(1, 1)

    def start():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        limit.admit(1, start, "anna")
    limit.admit(1, Future, "anna")


def test_one_owner_can_not_take_the_whole_room():
    limit = AdmissionLimit(4, 2)
    future = Future()
    limit.admit(2, lambda: future, "anna")
    refused(limit, 1, "anna")
    limit.admit(2, Future, "ben")
    future.set_result(1)
    limit.admit(2, Future, "anna")


def test_all_together_get_no_more_than_the_room():
    limit = AdmissionLimit(5, 3)
    limit.admit(3, Future, "anna")
    limit.admit(2, Future, "ben")
    refused(limit, 1, "carol")


def test_nothing_is_kept_of_owners_who_have_nothing_there():
    limit = AdmissionLimit(4, 2)
    for number in range(100):
        limit.admit(1, Future, f"owner {number}").cancel()
    assert not limit._taken
