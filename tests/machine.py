"""What tests need to know of the machine that they run on."""

import os

import pytest


def is_missing(reason):
    """End a test that wants what this machine lacks: skipped, but a failure of the CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
