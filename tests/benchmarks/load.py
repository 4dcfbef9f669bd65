"""How many readings the app gives to how many clients at once, and how long each waits.

    python -m tests.benchmarks.load [--seconds 8] [--clients 1 8 32 128] [--retrain] [--json]
                                    [--way page event direct queue] [--weights FILE]

Starts the app and sends it synthetic digits over connections that stay open, as many at once as
there are clients, each of which sends its next drawing when it has its answer. The ways: ``page``
is the request of the pad itself, ``event`` Gradio's event that does the same, ``direct`` the API
by one request, ``queue`` the API through Gradio's queue by two. With ``--retrain``, 8 clients that
pause between their drawings read by way of the page, first with nothing else going on, then while
a training by ``balanced`` runs.

The clients share the machine with the app. What they cost is in the column "client ms": the
processor time of this process for each reading.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import math
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks import percentile
from tests.benchmarks.latency import start_app, stop_app
from tests.benchmarks.reading import drawings

CLIENTS = (1, 8, 32, 128)
WAYS = ("page", "event", "direct", "queue")
DRAWINGS = 200
WARM_UP = 1.0  # s, not counted
PATIENCE = 30.0  # s for one answer; then it counts as an error
THINKING_CLIENTS = 8
THINK = 0.1  # s between an answer and the client's next drawing

Answer = dict[str, Any]


class Connection:
    """One connection of HTTP/1.1 that stays open, with no more than these measurements need."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Send a request and return the body of its answer.

        Raises:
            OSError: the status of the answer is not 200, or the connection broke.
        """
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None
        self._writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
            answer = await self._body(self._reader, head)
        except asyncio.IncompleteReadError as error:
            raise OSError("the connection broke") from error
        status = head.split(b" ", 2)[1]
        if status != b"200":
            raise OSError(f"status {status.decode()}: {answer[:200].decode(errors='replace')}")
        return answer

    async def _body(self, reader: asyncio.StreamReader, head: bytes) -> bytes:
        if b"transfer-encoding: chunked" not in head:
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            return await reader.readexactly(int(length))
        parts = []
        while True:
            size = int(await reader.readuntil(b"\r\n"), 16)
            parts.append((await reader.readexactly(size + 2))[:-2])
            if size == 0:
                return b"".join(parts)

    def close(self) -> None:
        """Close it."""
        if self._writer is not None:
            self._writer.close()


Ask = Callable[[Connection, bytes], Coroutine[Any, Any, Answer]]  # by one way, for one drawing


async def _ask_as_page(connection: Connection, drawing: bytes) -> Answer:
    body = b'{"visitor": "", "number": 1, "strokes": %b}' % drawing
    return json.loads(await connection.send("POST", "/read", body))


async def _ask_by_event(connection: Connection, drawing: bytes, event: int) -> Answer:
    content = json.dumps(drawing.decode()).encode()
    body = (
        b'{"data":[{"strokes":%b,"picture":null},null],"event_data":{},"fn_index":%d,'
        b'"session_hash":"%d"}' % (content, event, id(connection))
    )
    text = await connection.send("POST", "/gradio_api/run/predict", body)
    return json.loads(text)["data"][0]


async def _ask_directly(connection: Connection, drawing: bytes) -> Answer:
    body = b'{"data":[%b],"session_hash":"%d"}' % (drawing, id(connection))
    text = await connection.send("POST", "/gradio_api/run/predict", body)
    return json.loads(text)["data"][0]


async def _ask_through_queue(connection: Connection, drawing: bytes) -> Answer:
    path = "/gradio_api/call/predict"
    event = json.loads(await connection.send("POST", path, b'{"data":[%b]}' % drawing))["event_id"]
    stream = await connection.send("GET", f"{path}/{event}")
    for line in reversed(stream.decode().splitlines()):
        if line.startswith("data: ["):
            return json.loads(line.removeprefix("data: "))[0]
    raise OSError(f"no answer in {stream[:200]!r}")


class Events:
    """The events of a page, found by the id of the element that fires them."""

    def __init__(self, address: str) -> None:
        self._address = address
        with urllib.request.urlopen(f"{address}config") as answer:
            config = json.load(answer)
        self._values = {each["id"]: each["props"].get("value") for each in config["components"]}
        self._ids = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self._all = config["dependencies"]

    def find(self, element: str, name: str) -> dict[str, Any]:
        """The event of that name of that element."""
        target = [self._ids[element], name]
        return next(each for each in self._all if target in each["targets"])

    def looking(self) -> dict[str, Any]:
        """The event that looks how a training goes."""
        return self.find("panel", "run_changed")

    def fire(self, event: dict[str, Any]) -> list[Any]:
        """Do what the page does at an event, with the values that it starts with."""
        body = {
            "data": [self._values[each] for each in event["inputs"]],
            "fn_index": event["id"],
            "session_hash": "benchmark",
        }
        request = urllib.request.Request(
            f"{self._address}gradio_api/run/predict",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["data"]


@contextlib.contextmanager
def training(address: str) -> Iterator[None]:
    """Have a training by ``balanced`` under way; it is stopped at the end."""
    events = Events(address)
    events.fire(events.find("retrain", "click"))
    look = events.looking()
    try:
        while events.fire(look)[0].get("percent", 0) <= 0:
            time.sleep(0.2)
        yield
    finally:
        events.fire(events.find("stop", "click"))


def ways(address: str) -> dict[str, Ask]:
    """The ways in which a drawing can be read, each a function that asks for one reading."""
    event = Events(address).find("digit-pad", "input")["id"]
    return {
        "page": _ask_as_page,
        "event": lambda connection, drawing: _ask_by_event(connection, drawing, event),
        "direct": _ask_directly,
        "queue": _ask_through_queue,
    }


@dataclass
class _Tally:
    """What the clients of one measurement have got."""

    begun: float = 0.0  # when counting began
    over: float = 0.0  # when it ends
    waits: list[float] = field(default_factory=list)  # s
    answers: list[int] = field(default_factory=list)  # of each client
    errors: list[str] = field(default_factory=list)


async def _client(address: str, ask: Ask, first: int, think: float, tally: _Tally) -> None:
    connection, got = Connection(address), 0
    await asyncio.sleep(think * (first % THINKING_CLIENTS) / THINKING_CLIENTS)  # not in step
    for body in itertools.islice(itertools.cycle(BODIES), first % DRAWINGS, None):
        sent = time.perf_counter()
        if sent >= tally.over:
            break
        error = ""
        try:
            answer = await asyncio.wait_for(ask(connection, body), PATIENCE)
            if len(answer["probabilities"]) != 10:
                error = f"no reading: {answer}"
        except (OSError, ValueError, LookupError, TypeError, asyncio.TimeoutError) as failure:
            error = repr(failure)
            connection.close()
            connection = Connection(address)
        if sent >= tally.begun:
            got += not error
            (tally.errors if error else tally.waits).append(  # type: ignore[attr-defined]
                error or time.perf_counter() - sent
            )
        if think:
            await asyncio.sleep(think)
    connection.close()
    tally.answers.append(got)


BODIES: list[bytes] = []  # drawings as JSON


def measure(
    address: str, way: str, clients: int, seconds: float, think: float = 0.0
) -> dict[str, Any]:
    """Have some clients at once read by one way, for some seconds.

    Args:
        address: of the running app, with a slash at its end.
        way: one of ``WAYS``.
        clients: how many there are.
        seconds: for which they send, after a second that does not count.
        think: seconds between an answer and the client's next drawing.

    Returns:
        Readings a second, waits in milliseconds, errors, the fewest and the most answers that a
        client got, and the milliseconds of this process's processor time for each reading.
    """
    if not BODIES:
        BODIES.extend(_as_json(each) for each in drawings(DRAWINGS))
    ask, tally = ways(address)[way], _Tally()

    async def run() -> None:
        tally.begun = time.perf_counter() + WARM_UP
        tally.over = tally.begun + seconds
        await asyncio.gather(
            *(_client(address, ask, number, think, tally) for number in range(clients))
        )

    processor = time.process_time()
    asyncio.run(run())
    processor = time.process_time() - processor
    waits = sorted(1000 * wait for wait in tally.waits) or [math.nan]
    answered = len(tally.waits)
    return {
        "way": way,
        "clients": clients,
        "n": answered,
        "per_second": answered / seconds,
        "median_ms": statistics.median(waits),
        "p95_ms": percentile(waits, 0.95),
        "p99_ms": percentile(waits, 0.99),
        "max_ms": waits[-1],
        "errors": len(tally.errors),
        "first_errors": tally.errors[:3],
        "fewest": min(tally.answers),
        "most": max(tally.answers),
        "client_ms": 1000 * processor / max(1, answered) * seconds / (seconds + WARM_UP),
    }


def read_many(address: str, readings: int, clients: int) -> None:
    """Have drawings read by way of the page, by some clients at once; an error raises."""
    bodies = [_as_json(each) for each in drawings(DRAWINGS)]

    async def one() -> None:
        connection = Connection(address)
        for number in range(readings // clients):
            await _ask_as_page(connection, bodies[number % DRAWINGS])
        connection.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(clients)))

    asyncio.run(all_of_them())


def _as_json(drawing: list[list[list[float]]]) -> bytes:
    """A drawing as the pad sends it: coordinates to a tenth of a pixel."""
    points = [[[round(x, 1), round(y, 1)] for x, y in stroke] for stroke in drawing]
    return json.dumps(points, separators=(",", ":")).encode()


def measure_all(
    address: str, seconds: float, clients: Sequence[int], chosen: Sequence[str]
) -> list[dict[str, Any]]:
    """Measure every way with every number of clients."""
    return [measure(address, way, count, seconds) for way in chosen for count in clients]


def measure_beside_training(address: str, seconds: float) -> list[dict[str, Any]]:
    """Measure a moderate rate with nothing else going on, then while ``balanced`` trains."""
    idle = measure(address, "page", THINKING_CLIENTS, seconds, THINK)
    with training(address):
        busy = measure(address, "page", THINKING_CLIENTS, seconds, THINK)
    return [{"beside": "nothing", **idle}, {"beside": "training", **busy}]


def table(rows: list[dict[str, Any]]) -> str:
    """Lay measurements out as a Markdown table."""
    lines = [
        "| way | clients | readings/s | median ms | p95 | p99 | max | errors | answers a client "
        "| client ms |",
        "|" + "---|" * 10,
    ]
    for row in rows:
        beside = f", beside {row['beside']}" if "beside" in row else ""
        lines.append(
            f"| {row['way']}{beside} | {row['clients']} | {row['per_second']:.0f} "
            f"| {row['median_ms']:.1f} | {row['p95_ms']:.1f} | {row['p99_ms']:.1f} "
            f"| {row['max_ms']:.0f} | {row['errors']} | {row['fewest']} to {row['most']} "
            f"| {row['client_ms']:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--way", nargs="+", default=WAYS, choices=WAYS)
    parser.add_argument("--retrain", action="store_true", help="measure beside a training only")
    parser.add_argument("--weights", help="default: those shipped")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--folder", folder]
        arguments += ["--weights", options.weights] if options.weights else []
        server, address, _ = start_app(arguments)
        try:
            if options.retrain:
                rows = measure_beside_training(address, options.seconds)
            else:
                rows = measure_all(address, options.seconds, options.clients, options.way)
        finally:
            stop_app(server)
    print(json.dumps(rows) if options.json else table(rows))


if __name__ == "__main__":
    main()
