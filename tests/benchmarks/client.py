"""How long one reading takes by ``gradio_client``, the way that the README shows.

    python -m tests.benchmarks.client [--calls 50] [--weights FILE] [--json]

Starts the app, and asks for one reading after the other, with nothing else going on. Each call of
the client makes a connection, and an SSL context for it even where the address has no HTTPS; the
time of one is given, too, since it is the client's own.
"""

import argparse
import json
import statistics
import tempfile
import time
from typing import Any

import httpx
from gradio_client import Client

from tests.benchmarks import percentile
from tests.benchmarks.latency import start_app, stop_app
from tests.drawings import SEVEN

PAUSE = 0.2  # s between two calls, of somebody who looks at the answers
CONTEXTS = 20


def contexts() -> float:
    """Return the milliseconds that httpx takes to make a client, median."""
    waits = []
    for _ in range(CONTEXTS):
        begun = time.perf_counter()
        httpx.Client().close()
        waits.append(1000 * (time.perf_counter() - begun))
    return statistics.median(waits)


def run(calls: int, weights: str | None = None) -> dict[str, Any]:
    """Start the app and measure; returns milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--lean", "--folder", folder, *(["--weights", weights] if weights else [])]
        server, address, _ = start_app(arguments)
        try:
            client = Client(address, verbose=False)
            waits = []
            for _ in range(calls):
                time.sleep(PAUSE)
                begun = time.perf_counter()
                client.predict(SEVEN, api_name="/predict")
                waits.append(1000 * (time.perf_counter() - begun))
        finally:
            stop_app(server)
    waits = sorted(waits[1:])
    return {
        "n": len(waits),
        "median": statistics.median(waits),
        "p95": percentile(waits, 0.95),
        "of_it_contexts": 2 * contexts(),
    }


def sentence(result: dict[str, Any]) -> str:
    """Say what ``run`` has measured."""
    return (
        f"One reading by `gradio_client`: median {result['median']:.0f} ms, 95th percentile "
        f"{result['p95']:.0f} ms (n {result['n']}); of that {result['of_it_contexts']:.0f} ms are "
        "the client's, for two SSL contexts."
    )


def main() -> None:
    """Measure, and print a sentence or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--weights", help="default: those shipped")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    result = run(options.calls, options.weights)
    print(json.dumps(result) if options.json else sentence(result))


if __name__ == "__main__":
    main()
