"""The real app in a process of its own, and real Chromium to visit it.

Every visit fails if the browser's console says anything, or if the page asks another host.
"""

import contextlib
import functools
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.hand import COUNT_DRAWINGS, settled
from tests.browser.proxy import nginx
from tests.machine import is_missing
from tests.pages import served
from tests.stubs import StubJob

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # ms; generous, for a loaded machine
SLOWDOWN = float(os.environ.get("BROWSER_SLOWDOWN", "1"))  # of the browser's CPU, to find races
REPLICAS = bool(os.environ.get("BROWSER_REPLICAS"))  # two servers behind nginx in place of one
RERUNS = int(os.environ.get("BROWSER_RERUNS", "0"))  # of a page that did not come to look right
AT_REST = "* { transition: none !important; animation: none !important }"  # a page's style
QUIET = (  # Chromium's own calls home
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items):
    """Let tests of this folder run once more; to ask it of all would take 20 ms a test."""
    late = [r"^TimeoutError: (Page|Frame|Locator)\.", "^AssertionError: Locator expected"]
    for item in items:
        if RERUNS and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=RERUNS, only_rerun=late))


@pytest.fixture(scope="session")
def chromium():
    """Playwright's way to Chromium, and what to launch it with."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        is_missing("There is no Chromium on this machine: install Debian's package chromium.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium, {"executable_path": path, "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser(chromium):
    """Chromium without its window, where that is installed: a page opens in half the time."""
    kind, options = chromium
    shell = shutil.which("chromium-headless-shell") or options["executable_path"]
    browser = kind.launch(**options | {"executable_path": shell})
    yield browser
    browser.close()


def slow_down(page):
    """Slow a page down by ``BROWSER_SLOWDOWN``."""
    if SLOWDOWN > 1:
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})


SMALL = ("-m", "tests.browser.small_server")  # the app with small trainings


@contextlib.contextmanager
def running(*arguments, program=("app.py",), port=0, launcher=(), **environment):
    """Run the app with some arguments; gives the process and its address.

    The program is what Python runs. A launcher is a command that runs what follows it. The port
    is a free one unless given.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    # Nothing is kept ready for a training: so many servers would do little else.
    command = [*launcher, sys.executable, *program, "--lean", "--port", str(port), *arguments]
    # Beside other tests the threads of a training would only wait for each other.
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | environment
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stdout is not None
        ready = server.stdout.readline()
        assert ready.startswith("Ready: http://"), ready
        yield server, ready.removeprefix("Ready: ").strip()
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def start_server(browser):  # so that no server starts where no browser can visit it
    """Start the app, as ``running`` does, until the test is over."""
    with contextlib.ExitStack() as servers:
        yield lambda *arguments, **options: servers.enter_context(running(*arguments, **options))


@pytest.fixture
def start_small_server(start_server):
    return functools.partial(start_server, program=SMALL)


def served_to_all(*arguments, **options):
    """Make a fixture: the address of one server for all tests, which started with no folder.

    With ``BROWSER_REPLICAS`` set, two servers on one folder do, behind nginx.
    """

    @pytest.fixture(scope="session")
    def address(browser, tmp_path_factory):
        options_of_all = ("--folder", str(tmp_path_factory.mktemp("kept")), *arguments)
        with contextlib.ExitStack() as stack:
            servers = [
                stack.enter_context(running(*options_of_all, **options))[1]
                for _ in range(2 if REPLICAS else 1)
            ]
            if REPLICAS:
                proxy = nginx(tmp_path_factory.mktemp("nginx"), "/", *servers)
                servers = [stack.enter_context(proxy)]
            yield servers[0]

    return address


address = served_to_all()
public_address = served_to_all("--public")
small_address = served_to_all(program=SMALL)
small_public_address = served_to_all("--public", program=SMALL)


@contextlib.contextmanager
def serving_strangers(folder, *recognizer):
    """Serve strangers, each with nothing yet; gives the address and the trainings started."""
    jobs = []

    def make_job(task, folder):
        jobs.append(StubJob(task, folder))
        return jobs[-1]

    with served(*recognizer, public=True, folder=folder, make_job=make_job) as (address, _):
        yield address, jobs


@pytest.fixture(scope="module")
def strangers(browser, tmp_path_factory):
    with serving_strangers(tmp_path_factory.mktemp("kept")) as address_and_jobs:
        yield address_and_jobs


@pytest.fixture(scope="module")
def shipped_strangers(browser, tmp_path_factory):
    with serving_strangers(tmp_path_factory.mktemp("kept"), None) as address_and_jobs:
        yield address_and_jobs


def with_runs_that_end(address_and_jobs):
    """Give a server to a test, and end its runs after it: those of the next one would wait."""
    yield address_and_jobs
    for job in address_and_jobs[1]:
        job.close()


@pytest.fixture
def server(strangers):
    """Serve strangers a page that reads a 7 in everything."""
    yield from with_runs_that_end(strangers)


@pytest.fixture
def shipped_server(shipped_strangers):
    """Serve strangers the model that is shipped."""
    yield from with_runs_that_end(shipped_strangers)


@pytest.fixture
def visit(browser):
    """Open an address as a new visitor, with the options of a Playwright context.

    The page is there as a whole then: nothing of it is still on its way, and may be cut off. Where
    requests may fail, the browser may say so.
    """
    contexts, complaints = [], []

    def open_page(address, requests_may_fail=False, **options):
        if REPLICAS:
            options.setdefault("extra_http_headers", {"visitor": secrets.token_hex(4)})
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        slow_down(page)
        page.add_init_script(COUNT_DRAWINGS)
        host = urlsplit(address).netloc

        def hear(message):
            if not (requests_may_fail and message.text.startswith("Failed to load resource")):
                complaints.append(f"console: {message.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))

        def check(request):
            url = urlsplit(request.url)
            if url.scheme in ("http", "https", "ws", "wss") and url.netloc != host:
                complaints.append(f"request to another host: {request.url}")

        page.on("request", check)
        page.goto(address)
        expect(page.locator("#probabilities [role=meter]")).to_have_count(10)
        return settled(page)

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(visit, address):
    return visit(address)
