"""Where others find the page, as wall mode tells it."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.web.wall.address_route import address_route


def asked(host, shared=None, **headers):
    client = TestClient(Starlette(routes=[address_route(lambda: shared)]))
    return client.get("/address", headers={"host": host, **headers}).json()


def test_the_address_is_the_one_that_the_page_was_asked_by_with_a_code_of_it():
    answer = asked("digits.example:7860")
    assert answer["address"] == "http://digits.example:7860/"
    assert answer["code"].startswith("data:image/svg+xml")
    secure = asked("digits.example", **{"x-forwarded-proto": "https"})
    assert secure["address"] == "https://digits.example/"
    assert secure["code"] != answer["code"]


@pytest.mark.parametrize(
    "host", ["localhost:7860", "127.0.0.1", "127.0.1.1:80", "[::1]:7860", "0.0.0.0:7860", ""]
)
def test_an_address_that_is_this_machines_alone_is_told_to_nobody(host):
    assert asked(host) == {"address": None, "code": None}


def test_the_shared_link_comes_before_it():
    assert asked("localhost", shared="https://a.example/")["address"] == "https://a.example/"


def test_an_address_that_no_phone_could_read_has_no_code():
    assert asked("digits.example", shared=f"https://{'a' * 500}.example/")["code"] is None
