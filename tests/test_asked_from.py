"""What comes from one address: it is known to what is done, and who sends much is slowed down."""

import json

import pytest
from limits import RateLimitItemPerSecond
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mnist_core.service.network_address import ADDRESS
from mnist_core.web.http import asked_from
from mnist_core.web.http.asked_from import FREE, AskedFrom
from mnist_core.web.http.faults import Faults
from mnist_core.web.http.open_routes import OpenRoutes
from tests.pages import is_one_sentence

UPLOAD = "/gradio_api/upload"
MUCH = b"x" * (FREE + 10 * 1024)


@pytest.fixture
def app(monkeypatch):
    """Answers with the address; from each of them 20 kB may come within an hour."""
    monkeypatch.setattr(asked_from, "MOST", RateLimitItemPerSecond(20, 3600))
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr(asked_from.asyncio, "sleep", sleep)

    def answer(request):
        return PlainTextResponse(ADDRESS.get())

    routes = [
        Route(path, answer, methods=["GET", "POST"]) for path in ("/healthz", "/read", UPLOAD)
    ]
    door = [Middleware(each) for each in (Faults, OpenRoutes, AskedFrom)]
    app = Starlette(routes=routes, middleware=door)
    app.waited = waited
    return app


def visitor(app, address="10.0.0.1"):
    return TestClient(app, client=(address, 1))


def test_what_is_done_for_a_request_knows_its_address(app):
    assert visitor(app).get("/healthz").text == "10.0.0.1"
    assert visitor(app, "10.0.0.2").post("/read").text == "10.0.0.2"
    assert ADDRESS.get() == ""


def test_who_sends_much_waits_and_is_refused_in_the_end(app):
    anna, ben = visitor(app), visitor(app, "10.0.0.2")
    assert [anna.post("/read", content=MUCH).status_code for _ in range(2)] == [200, 200]
    assert app.waited == []
    response = anna.post("/read", content=MUCH)
    assert response.status_code == 429
    assert is_one_sentence(json.loads(response.content)["error"])
    assert len(app.waited) == asked_from.LONGEST_WAIT
    assert ben.post("/read", content=MUCH).status_code == 200


def test_who_waits_has_a_turn_when_there_is_room_again(app, monkeypatch):
    anna = visitor(app)
    for _ in range(2):
        anna.post("/read", content=MUCH)

    async def sleep(_):
        monkeypatch.setattr(asked_from, "MOST", RateLimitItemPerSecond(20, 7200))

    monkeypatch.setattr(asked_from.asyncio, "sleep", sleep)
    assert anna.post("/read", content=MUCH).status_code == 200


def test_small_requests_and_uploads_are_not_counted(app):
    anna = visitor(app)
    assert {anna.post("/read", content=b"x" * FREE).status_code for _ in range(30)} == {200}
    assert {anna.post(UPLOAD, content=MUCH).status_code for _ in range(30)} == {200}
    assert app.waited == []


def test_who_does_not_say_how_much_comes_counts_as_the_most(app):
    anna = visitor(app)
    assert anna.post("/read", content=iter([b"x"])).status_code == 200
    assert anna.post("/read", content=iter([b"x"])).status_code == 429
