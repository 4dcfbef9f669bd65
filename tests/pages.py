"""A page that is served for a test, and what is put before it."""

import contextlib
import json
import socket

import app
from tests.stubs import StubJob, reader

BAD_DRAWINGS = {
    "a word": '"seven"',
    "a number": "7",
    "an object": '{"strokes": []}',
    "points of words": '[[["a", "b"]]]',
    "points of three numbers": "[[[1, 2, 3]]]",
    "one level too deep": "[[[[1, 2]]]]",
    "nested junk": "[" * 500 + "]" * 500,
    "not a number": "[[[NaN, 1]]]",
    "without end": "[[[Infinity, 1]]]",
    "beyond float64": "[[[1e999, 1]]]",
    "501 strokes": json.dumps([[[1, 2]]] * 501),
    "20,001 points": json.dumps([[[x, 2] for x in range(20_001)]]),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_one_sentence(text):
    return text[0].isupper() and text.endswith(".") and "\n" not in text and "Traceback" not in text


@contextlib.contextmanager
def served(notice="", **launch):
    """Serve a page whose recognizer reads a 7 in everything; gives its address and the page."""
    demo = app.build_demo(reader(d7=30.0), notice=notice, start_job=StubJob)
    _, address, _ = demo.launch(
        prevent_thread_lock=True, quiet=True, server_port=free_port(), **launch
    )
    try:
        yield address.rstrip("/"), demo
    finally:
        demo.close(verbose=False)
