"""Waiting for what a page, a thread or another process does, without guessing how long it takes."""

import time

LOOK_EVERY = 0.05  # s


def wait_until(is_so, complaint=lambda: None, *, seconds=60, pause=time.sleep):
    """Look until something is so; return what ``is_so`` gave then.

    Args:
        is_so: gives something true once it is so.
        complaint: gives what is so instead, where it takes longer.
        seconds: after which the test fails; generous, for a loaded machine.
        pause: lets the given seconds pass between two looks, as a page goes on in its own way.
    """
    deadline = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < deadline, complaint()
        pause(LOOK_EVERY)
    return found
