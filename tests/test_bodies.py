"""Bodies: counted as they come, and broken off where they are too much or too slow."""

import asyncio

import pytest

from mnist_core.web.http import bodies
from mnist_core.web.http.asgi import RefusedError
from mnist_core.web.http.bodies import Bodies
from mnist_core.web.http.open_routes import MAX_BODY, OpenRoute
from tests.pages import client_of, in_a_loop, is_one_sentence, stub_page


@pytest.fixture(scope="module")
def client():
    return client_of(stub_page(), auth=("teacher", "chalk"))


def endless(size=2**16):
    while True:
        yield b"a" * size


def chunks(*parts, pause=0.0):
    """Make what a server gives: parts of a body, one after the other; then silence."""
    left = list(parts)

    async def receive():
        await asyncio.sleep(pause)
        if not left:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": True}

    return receive


def send_to(wrapped, receive, limit=100, **headers):
    """Send a body through the middleware to an application that reads all of it."""
    scope = {
        "type": "http",
        "open_route": OpenRoute(("POST",), "/", max_body=limit),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    return in_a_loop(wrapped(scope, receive, None))


async def reads_all(scope, receive, send):
    while (await receive()).get("more_body"):
        pass


@pytest.mark.parametrize("path", ["/login", "/gradio_api/login_check", "/logout"])
def test_before_the_login_no_route_gathers_what_is_sent(client, path):
    if path == "/login":
        kind = {"content-type": "application/x-www-form-urlencoded"}
        response = client.post(path, content=(b"a" * 2**14 for _ in range(100)), headers=kind)
        assert response.status_code == 413
    else:
        assert client.post(path, content=b"a").status_code == 405


@pytest.mark.parametrize("path", ["read", "gradio_api/run/predict", "gradio_api/queue/join"])
@pytest.mark.parametrize("declared", [True, False])
def test_every_route_has_a_limit_declared_or_not(path, declared):
    body = b"a" * (MAX_BODY + 1)
    content = body if declared else iter([body[: MAX_BODY // 2], body[MAX_BODY // 2 :]])
    response = client_of(stub_page()).post(f"/{path}", content=content)
    assert response.status_code == 413
    assert is_one_sentence(response.json()["error"])
    assert response.headers["connection"] == "close"


def test_what_comes_is_counted_whatever_was_declared():
    with pytest.raises(RefusedError) as refusal:
        send_to(Bodies(reads_all), chunks(b"a" * 60, b"a" * 60), **{"content-length": "7"})
    assert refusal.value.status == 413


def test_a_body_that_falls_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "SILENCE", 0.05)
    with pytest.raises(RefusedError) as refusal:
        send_to(Bodies(reads_all), chunks(b"a"))
    assert refusal.value.status == 408


def test_a_body_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "FIRST_SECONDS", 0.05)
    with pytest.raises(RefusedError) as refusal:
        send_to(Bodies(reads_all), chunks(*[b"a"] * 50, pause=0.01))
    assert refusal.value.status == 408


def test_all_that_is_being_received_has_a_limit_too_and_it_is_free_again(monkeypatch):
    monkeypatch.setattr(bodies, "GATHERED", 100)
    wrapped = Bodies(reads_all)
    for _ in range(3):
        with pytest.raises(RefusedError) as refusal:
            send_to(wrapped, chunks(b"a" * 60, b"a" * 60), limit=1000)
        assert refusal.value.status == 503
    assert wrapped.gathered == 0


def test_who_waits_long_for_an_answer_is_not_taken_for_silent(monkeypatch):
    monkeypatch.setattr(bodies, "SILENCE", 0.01)

    async def waits_for_the_end(scope, receive, send):
        assert (await receive())["body"] == b"all"
        assert (await receive())["type"] == "http.disconnect"

    messages = [{"type": "http.request", "body": b"all"}, {"type": "http.disconnect"}]

    async def receive():
        message = messages.pop(0)
        if message["type"] == "http.disconnect":
            await asyncio.sleep(0.1)
        return message

    send_to(Bodies(waits_for_the_end), receive)
