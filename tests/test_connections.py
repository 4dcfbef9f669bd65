"""Connections that say nothing are closed, and take no place from others."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mnist_core.web.http import connections
from mnist_core.web.http.connections import PatientProtocol
from tests.drawings import SEVEN
from tests.pages import free_port, served

BEGUN = b"POST /read HTTP/1.1\r\nHost: localhost\r\nX: "


@contextlib.contextmanager
def half_open(address, count, content=BEGUN):
    """Open connections that begin a request and do not go on."""
    host, port = address.removeprefix("http://").split(":")
    with contextlib.ExitStack() as stack:
        opened = [socket.create_connection((host, int(port)), timeout=30) for _ in range(count)]
        for each in opened:
            stack.enter_context(each)
            with contextlib.suppress(ConnectionError):  # the first may have been closed already
                each.sendall(content)
        yield opened


def is_closed(connection):
    try:
        return connection.recv(1000) == b""
    except ConnectionError:
        return True


def reads(address):
    answer = httpx.post(f"{address}/read", json={"strokes": SEVEN}, timeout=30)
    return answer.json()["digit"] == 7


@pytest.mark.parametrize("content", [b"", BEGUN])
def test_a_connection_that_does_not_ask_is_closed(monkeypatch, content):
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.2)
    with served() as (address, _), half_open(address, 2, content) as opened:
        assert all(is_closed(each) for each in opened)  # a test that fails here waits 30 s
        assert reads(address)


def test_where_connections_run_out_those_that_do_not_ask_go_first(monkeypatch):
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 600)
    with served() as (address, _):
        monkeypatch.setattr(PatientProtocol, "room", 5)
        with half_open(address, 20) as opened:
            assert reads(address)
            assert is_closed(opened[0])


def test_where_connections_run_out_those_that_send_no_more_of_a_body_go_too(monkeypatch):
    with served() as (address, _):
        monkeypatch.setattr(PatientProtocol, "room", 5)
        part = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
        with half_open(address, 20, part) as opened:
            assert reads(address)
            assert is_closed(opened[0])


def test_that_descriptors_run_out_is_one_line_of_log_and_makes_room(monkeypatch, caplog):
    class Connection:
        def __init__(self):
            self.transport = self
            self.is_open = True

        def abort(self):
            self.is_open = False

    waiting = [Connection() for _ in range(connections.RESERVED + 1)]
    monkeypatch.setattr(PatientProtocol, "_waiting", dict.fromkeys(waiting))
    monkeypatch.setattr(PatientProtocol, "_told", float("-inf"))
    full = {
        "message": "socket.accept() out of system resource",
        "exception": OSError(24, "Too many open files"),
    }
    loop = asyncio.new_event_loop()
    for _ in range(3):
        PatientProtocol._handle(loop, full)
    assert len(caplog.records) == 1
    assert "Traceback" not in caplog.text
    assert [each.is_open for each in waiting] == [False] * connections.RESERVED + [True]
    PatientProtocol._handle(loop, {"message": "other", "exception": KeyError("ours")})
    loop.close()
    assert "KeyError: 'ours'" in caplog.text


ASKS = b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"
ASKS_FOR_PARTS = ASKS.replace(b"big", b"parts")
HAS_ASKED = threading.Event()  # for an answer that comes late
BIG = 16 * 2**20  # bytes, far more than the buffers of a system hold


@contextlib.contextmanager
def big_answers():
    """Serve an answer that no buffer holds, by uvicorn as a page is; gives the address."""

    async def answer(_):
        return Response(b"a" * BIG)

    async def answer_in_parts(_):
        return StreamingResponse(b"a" * 2**16 for _ in range(BIG // 2**16))

    async def answer_late(_):
        HAS_ASKED.set()
        await asyncio.sleep(1)
        return Response(b"late")

    routes = [
        Route("/big", answer),
        Route("/parts", answer_in_parts),
        Route("/late", answer_late),
    ]
    connections.limit_connections()
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def is_served_in_time(address):
    """Ask as browsers do, which ask again where a connection breaks."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(address, timeout=30).status_code == 404
        time.sleep(0.05)
    return False


def read_slowly(connection, size, pause):
    read = 0
    while read < size and (part := connection.recv(2**16)):
        read += len(part)
        time.sleep(pause)
    return read


@pytest.mark.parametrize("asks", [ASKS, ASKS_FOR_PARTS])
def test_a_connection_whose_answer_is_not_read_is_closed(monkeypatch, asks):
    monkeypatch.setattr(connections, "READ_WITHIN", 0.2)
    with big_answers() as address, half_open(address, 1, asks) as [connection]:
        time.sleep(1)  # of the client's; then it reads what is left in the buffers
        with contextlib.suppress(ConnectionError):
            assert read_slowly(connection, BIG, 0) < BIG


def test_where_connections_run_out_those_that_do_not_read_go_too(monkeypatch):
    monkeypatch.setattr(connections, "READ_WITHIN", 600)
    with big_answers() as address:
        monkeypatch.setattr(PatientProtocol, "room", 3)
        with half_open(address, 8, ASKS) as opened:
            assert is_served_in_time(f"{address}/none")
            with contextlib.suppress(ConnectionError):
                assert read_slowly(opened[0], BIG, 0) < BIG


def test_where_connections_run_out_who_waits_for_an_answer_gets_it(monkeypatch):
    with big_answers() as address:
        monkeypatch.setattr(PatientProtocol, "room", 5)
        asks = ASKS.replace(b"big", b"late")
        with half_open(address, 1, asks) as [connection]:
            assert HAS_ASKED.wait(30)
            with half_open(address, 20):
                assert connection.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("asks", [ASKS, ASKS_FOR_PARTS])
def test_a_slow_line_gets_the_whole_of_a_large_answer(monkeypatch, asks):
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.2)
    monkeypatch.setattr(connections, "READ_WITHIN", 1.5)
    with big_answers() as address, half_open(address, 1, asks) as [connection]:
        assert read_slowly(connection, BIG, 0.01) >= BIG  # more than two seconds


def test_a_body_may_take_longer_than_a_head(monkeypatch):
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.2)
    head = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n\r\n"
    with served() as (address, _), half_open(address, 1, head) as [connection]:
        time.sleep(0.6)
        connection.sendall(b'{"strokes":[]}')
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_connection_that_has_asked_may_ask_again():
    with served() as (address, _), httpx.Client() as client:
        for _ in range(3):
            assert client.post(f"{address}/read", json={"strokes": SEVEN}).status_code == 200


ENDLESS = b"x" * 60_000


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(b"GET /" + ENDLESS, id="address"),
        pytest.param(BEGUN + ENDLESS, id="header"),
        pytest.param(
            b"POST /read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\n{}\r\n0\r\nX: " + ENDLESS,
            id="trailer",
        ),
    ],
)
def test_a_head_without_end_is_broken_off(begun):
    with served() as (address, _), half_open(address, 1, begun) as [connection]:
        with contextlib.suppress(ConnectionError):
            for _ in range(200):  # 12 MB
                connection.sendall(ENDLESS)
            pytest.fail("the server has taken it all in")
        assert reads(address)


def test_a_long_body_is_no_head():
    drawing = [[[index % 280, 140.0] for index in range(15_000)]]  # some 150 kB
    with served() as (address, _):
        answer = httpx.post(f"{address}/read", json={"strokes": drawing}, timeout=30)
        assert answer.status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_the_limit_of_descriptors_is_raised_as_far_as_may_be():
    program = (
        "import resource; from mnist_core.web.http.connections import raise_descriptor_limit\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (200, 900))\n"
        "print(raise_descriptor_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["900", "900", "900"], done.stderr
