"""A page for a test, served or not, and what is put before it."""

import asyncio
import contextlib
import json
import socket
from concurrent.futures import ThreadPoolExecutor

from starlette.testclient import TestClient

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


class Visit:
    """One visitor of a page that is not served: fires its events, and gets what they answer."""

    def __init__(self, folder, *, public=False, visitor="", recognizer=None, jobs=None):
        def make_job(task, models):
            self.jobs.append(StubJob(task, models))
            return self.jobs[-1]

        self.jobs = [] if jobs is None else jobs
        self.visitor = visitor
        recognizer = recognizer or reader(d7=30.0)
        self.page = app.build_demo(recognizer, public=public, folder=folder, make_job=make_job)

    def fire(self, name, event, *values):
        """Have an event happen; gives new values by the names of components.

        Args:
            name: of the component whose event it is: its id on the page, or else of its class.
            event: its name.
            values: of the event's inputs, but for the visitor, which comes last.
        """
        answer = self.find(name, event).fn(*values, self.page.names.sign(self.visitor))
        return {name_of(component): value for component, value in answer.items()}

    def find(self, name, event):
        """Find the function that an event calls."""
        blocks = self.page.blocks
        [found] = [
            function
            for function in self.page.fns.values()
            for component, kind in function.targets
            if kind == event and name_of(blocks.get(component, self.page)) == name
        ]
        return found


def name_of(block):
    """Return the id of a component on the page, or else the name of its class."""
    return block.elem_id or type(block).__name__


def in_a_loop(coroutine):
    """Run a coroutine to its end; in this thread a browser's test may have left a loop."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, coroutine).result()


def client_of(page, *, address="http://localhost", **options):
    """Make a client of a page's whole application, which is not served."""
    return TestClient(app.make_app(page, **options), base_url=address)


def stub_page(**options):
    """Build a page that reads a 7 in everything."""
    return app.build_demo(reader(d7=30.0), make_job=StubJob, **options)


@contextlib.contextmanager
def served(*recognizer, notice="", public=False, folder=None, make_job=StubJob, **launch):
    """Serve a page, by default one that reads a 7 in everything; gives its address and itself."""
    demo = app.build_demo(
        *recognizer or [reader(d7=30.0)],
        notice=notice,
        public=public,
        folder=folder,
        make_job=make_job,
    )
    _, address, _ = demo.launch(
        prevent_thread_lock=True, quiet=True, server_port=free_port(), **launch
    )
    try:
        yield address.rstrip("/"), demo
    finally:
        demo.close(verbose=False)
