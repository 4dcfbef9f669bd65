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


def send_to(wrapped, receive, limit=100, address="127.0.0.1", **headers):
    """Send a body through the middleware to an application that reads all of it."""
    scope = {
        "type": "http",
        "client": (address, 1),
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
    monkeypatch.setattr(bodies, "GATHERED", 5000)
    wrapped = Bodies(reads_all)
    for _ in range(3):
        with pytest.raises(RefusedError) as refusal:
            send_to(wrapped, chunks(b"a" * 3000, b"a" * 3000), limit=10_000)
        assert refusal.value.status == 503
    assert wrapped.gathered_in_all == 0
    assert not wrapped.gathered


def held(wrapped, *sizes, then, limit=10_000):
    """Send bodies that do not end from one address, and meanwhile ``then``, size and address."""

    async def both():
        ends = asyncio.Event()

        async def receive_of(size):
            async def receive():
                if receive.is_told:
                    await ends.wait()
                    return {"type": "http.request", "body": b"", "more_body": False}
                receive.is_told = True
                return {"type": "http.request", "body": b"a" * size, "more_body": True}

            receive.is_told = False
            return receive

        def scope(address):
            route = OpenRoute(("POST",), "/", max_body=limit)
            return {"type": "http", "client": (address, 1), "open_route": route, "headers": []}

        tasks = [
            asyncio.create_task(wrapped(scope("1.1.1.1"), await receive_of(size), None))
            for size in sizes
        ]
        await asyncio.sleep(0)
        size, address = then

        async def receive():
            return {"type": "http.request", "body": b"a" * size, "more_body": False}

        try:
            await wrapped(scope(address), receive, None)
        finally:
            ends.set()
            await asyncio.gather(*tasks, return_exceptions=True)

    return in_a_loop(both())


def test_who_holds_much_keeps_no_small_request_from_being_served(monkeypatch):
    monkeypatch.setattr(bodies, "GATHERED", 10_000)
    monkeypatch.setattr(bodies, "GATHERED_OF_ONE", 10_000)
    held(Bodies(reads_all), 9_999, then=(300, "2.2.2.2"))


def test_of_one_address_less_is_held_than_of_all(monkeypatch):
    monkeypatch.setattr(bodies, "GATHERED", 20_000)
    monkeypatch.setattr(bodies, "GATHERED_OF_ONE", 10_000)
    wrapped = Bodies(reads_all)
    held(wrapped, 9_000, then=(6_000, "2.2.2.2"))
    with pytest.raises(RefusedError) as refusal:
        held(wrapped, 9_000, then=(6_000, "1.1.1.1"))
    assert refusal.value.status == 503


def test_files_on_their_way_take_no_memory_from_other_requests(monkeypatch):
    monkeypatch.setattr(bodies, "GATHERED", 10_000)
    held(Bodies(reads_all), 9_000, 9_000, then=(9_000, "1.1.1.1"), limit=MAX_BODY + 1)


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
