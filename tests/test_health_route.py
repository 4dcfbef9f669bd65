"""Whether the server can read, as containers and proxies ask."""

import asyncio

from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.model.recognizer import Recognizer
from mnist_core.service import readings as readings_module
from mnist_core.web.http.health_route import health_route
from tests.stubs import ANNA


def health(server):
    routes = [health_route(server.service.readings)]
    return TestClient(Starlette(routes=routes)).get("/healthz").status_code


def test_a_server_that_reads_is_well(make_server):
    assert health(make_server()) == 200


def test_a_server_whose_network_fails_is_not_well(make_server, monkeypatch):
    def fail(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(Recognizer, "read_each", fail)
    assert health(make_server()) == 503


def test_a_server_that_does_not_get_round_to_reading_is_not_well(make_server, monkeypatch):
    server = make_server(public=True)
    monkeypatch.setattr(readings_module, "SECONDS_FOR_CHECK", 0.01)
    monkeypatch.setattr(Recognizer, "read_each", lambda *_: asyncio.run(asyncio.sleep(1)))
    assert health(server) == 503


def test_a_server_that_is_going_down_is_not_well(make_server):
    server = make_server()
    assert health(server) == 200
    server.close()
    assert health(server) == 503


def test_a_server_that_went_down_while_it_read_is_not_well(make_server, monkeypatch):
    server, read_each = make_server(), Recognizer.read_each

    def read_at_last(self, drawings):
        server.close()
        return read_each(self, drawings)

    monkeypatch.setattr(Recognizer, "read_each", read_at_last)
    assert health(server) == 503


def test_who_asks_often_has_one_drawing_read_a_second(make_server, monkeypatch):
    read, read_each = [], Recognizer.read_each
    monkeypatch.setattr(readings_module, "SECONDS_BETWEEN_CHECKS", 3600)
    monkeypatch.setattr(
        Recognizer,
        "read_each",
        lambda self, drawings: read.append(drawings) or read_each(self, drawings),
    )
    server = make_server()
    assert [health(server) for _ in range(3)] == [200] * 3
    assert len(read) == 1
    server.person(ANNA).read()
    assert health(server) == 200
    assert len(read) == 2
