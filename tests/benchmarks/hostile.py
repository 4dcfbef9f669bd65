"""Sends the app what strangers might: junk to every route that it has, open or not.

    python -m tests.benchmarks.hostile [--count 10000] [--seed 0] [--json]

Tells how it was answered: nothing may be an error of the server or leave a traceback, and memory
and descriptors must stay as they are after a first tenth. With one seed the requests are the same.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
METHODS = ("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")
# Of the page, of Gradio, and of nobody.
PATHS = (
    "/", "/read", "/example", "/login", "/logout", "/healthz", "/config", "/theme.css",
    "/favicon.ico", "/robots.txt", "/manifest.json", "/assets/x", "/static/x", "/svelte/x",
    "/gradio_api/info", "/gradio_api/app_id", "/gradio_api/login_check", "/gradio_api/upload",
    "/gradio_api/startup-events", "/gradio_api/run/predict", "/gradio_api/run/predict_image",
    "/gradio_api/run/x", "/gradio_api/api/predict", "/gradio_api/call/predict",
    "/gradio_api/call/predict_image", "/gradio_api/call/v2/predict", "/gradio_api/call/x",
    "/gradio_api/call/predict/x", "/gradio_api/queue/join", "/gradio_api/queue/data",
    "/gradio_api/queue/status", "/gradio_api/component_server", "/gradio_api/process_recording",
    "/gradio_api/deep_link", "/gradio_api/file=/etc/passwd", "/gradio_api/file=http://127.0.0.1/",
    "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/dev/reload", "/gradio_api/heartbeat/x",
    "/gradio_api/vibe-edit/", "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/stream/x",
    "/gradio_api/openapi.json", "/gradio_api/token", "/gradio_api/upload_progress",
    "/gradio_api/custom_component/a/client/b/c", "/monitoring", "/openapi.json", "/docs",
    "/.env", "/%2e%2e/%2e%2e/etc/passwd", "//", "/\N{SNOWMAN}", "/" + "x" * 3000,
)  # fmt: skip
LIKELY = ("/read", "/gradio_api/run/x", "/gradio_api/queue/join", "/gradio_api/call/predict")
QUERIES = ("?session_hash=x", "?deep_link=../x", "?__theme=dark", "?%00", "/")
KINDS = (
    None, "application/json", "text/plain", "multipart/form-data; boundary=B",
    "multipart/form-data", "application/x-www-form-urlencoded", "application/json; charset=x",
    "\x7f",
)  # fmt: skip
HEADERS = (
    {}, {}, {}, {}, {"origin": "http://evil.example"}, {"host": "evil.example"}, {"host": ""},
    {"cookie": "draw-a-digit=x; a=\x7f"}, {"x-forwarded-host": "a b"}, {"accept-encoding": "br, x"},
    {"x-forwarded-proto": "\x7f"}, {"sec-fetch-site": "x"}, {"range": "bytes=9-1"},
    {"content-encoding": "gzip"}, {"expect": "x"},
    {"upgrade": "websocket", "connection": "upgrade"}, {"x-forwarded-for": "x" * 500},
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes


def attacks(seed: int, count: int) -> Iterator[Attack]:
    """Make requests, the same for the same seed."""
    dice = random.Random(seed)
    for _ in range(count):
        if dice.random() < 0.4:  # what gets past the first checks
            yield Attack("POST", dice.choice(LIKELY), {}, _call(dice))
            continue
        path = dice.choice(PATHS)
        if dice.random() < 0.2:
            path += dice.choice(
                ("?session_hash=x", "?deep_link=../x", "?__theme=dark", "?%00", "/")
            )
        kind = dice.choice(KINDS)
        headers = dict(dice.choice(HEADERS))
        if kind is not None:
            headers["content-type"] = kind
        yield Attack(dice.choice(METHODS), path, headers, _body(dice))


def _body(dice: random.Random) -> bytes:
    form = b'--B\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n--B--\r\n'
    files = (b"", b'; filename="../x"', b'; filename=""')
    kind = dice.randrange(8)
    if kind == 0:
        return b""
    if kind == 1:
        return dice.randbytes(dice.randrange(300))
    if kind == 2:
        fields = (b"files", b"username", b"\xff")
        return form % (dice.choice(fields), dice.choice(files), dice.randbytes(50))
    if kind == 3:
        whole = form % (b"files", dice.choice(files), dice.randbytes(50))
        return whole[: dice.randrange(len(whole))]
    if kind == 4:
        return b"[" * dice.randrange(3000)
    return _call(dice)


def _call(dice: random.Random) -> bytes:
    call = {
        "data": [_value(dice) for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 9)))],
        "fn_index": dice.choice((None, 0, 1, 2, 5, 9, 13, 999, -1, "0", 1e300, True)),
        "session_hash": dice.choice((None, "x", "force", "\x00", 7, "y" * 500)),
        "strokes": dice.choice((_value, _scribble))(dice),
        "visitor": _value(dice),
        "number": _value(dice),
    }
    for name in dice.sample(sorted(call), dice.randrange(3)):
        del call[name]
    return json.dumps(call).encode()


def _scribble(dice: random.Random) -> list[list[list[int]]]:
    """Draw strokes up and down, beside each other or over each other; up to 4 kB in all."""
    count = dice.choice((1, 2, 5, 20, 60))
    width = dice.choice((1, 60, 280))
    return [
        [
            [stroke * width // count + dice.randrange(width), dice.choice((0, 280))]
            for _ in range(300 // count)
        ]
        for stroke in range(count)
    ]


def _value(dice: random.Random, depth: int = 0) -> object:
    plain: Sequence[object] = (
        None, True, 0, -1, 7, 1e308, float("nan"), float("inf"), 10**40, "", "x", "\x00", "\ud800",
        "[[[1, 2]]]", "../../etc/passwd", "fast", "mnist", "x" * 2000, [[[80, 70], [200, 70]]],
        {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, {"path": "http://127.0.0.1/"},
        {"strokes": "[[[1, 2], [3, 4]]]", "picture": None, "number": 1}, {"command": {"do": "use"}},
        {"command": {"do": "upload", "content": "AAAA"}}, {"correction": 7, "serial": 1},
    )  # fmt: skip
    if depth < 3 and dice.random() < 0.3:
        if dice.random() < 0.5:
            return [_value(dice, depth + 1) for _ in range(dice.randrange(4))]
        return {str(dice.randrange(9)): _value(dice, depth + 1) for _ in range(dice.randrange(3))}
    return dice.choice(plain)


@dataclass
class Outcome:
    """How a server has fared."""

    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)  # each an attack that was answered by 5xx
    slowest: float = 0.0  # s


def attack(address: str, seed: int, count: int, outcome: Outcome) -> Outcome:
    """Send requests one after the other, and add how each was answered."""
    with httpx.Client(base_url=address, timeout=60) as client:
        for each in attacks(seed, count):
            try:
                request = client.build_request(
                    each.method, each.path, headers=each.headers, content=each.content
                )
            except (httpx.InvalidURL, UnicodeError):
                continue
            begun = time.monotonic()
            try:
                with client.stream(each.method, request.url, headers=each.headers,
                                   content=each.content) as response:  # fmt: skip
                    status = response.status_code
                    next(response.iter_raw(), b"")
            except (httpx.HTTPError, ValueError):
                status = 0  # broken off: no answer is an answer, too
            outcome.slowest = max(outcome.slowest, time.monotonic() - begun)
            outcome.statuses[status] += 1
            if status >= 500:
                outcome.errors.append(f"{status} {each}")
    return outcome


def _size_of(process: int) -> tuple[float, int]:
    """Return the resident memory in MB and the number of descriptors of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+)", status)
    assert match is not None
    return int(match[1]) / 1024, len(os.listdir(f"/proc/{process}/fd"))


def main() -> int:
    """Attack an app in a process of its own; return 1 if it has failed in any way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "w+b") as log:
        command = [sys.executable, "app.py", "--public", "--folder", f"{folder}/kept"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as server:
            try:
                assert server.stdout is not None
                address = server.stdout.readline().removeprefix("Ready: ").strip()
                while httpx.get(f"{address}healthz").status_code != 200:
                    time.sleep(0.1)  # until then a drawing is held, for a second at most
                outcome = attack(address, options.seed, options.count // 10, Outcome())
                before = _size_of(server.pid)
                left = options.count - options.count // 10
                attack(address, options.seed + 1, left, outcome)
                after = _size_of(server.pid)
            finally:
                server.terminate()
        log.seek(0)
        tracebacks = log.read().count(b"Traceback")
    found = {
        "requests": sum(outcome.statuses.values()),
        "statuses": dict(sorted(outcome.statuses.items())),
        "slowest_s": round(outcome.slowest, 3),
        "memory_mb": [round(before[0]), round(after[0])],
        "descriptors": [before[1], after[1]],
        "tracebacks": tracebacks,
        "errors": outcome.errors[:10],
    }
    print(json.dumps(found) if options.json else "\n".join(f"{k}: {v}" for k, v in found.items()))
    return int(bool(outcome.errors or tracebacks))


if __name__ == "__main__":
    sys.exit(main())
