"""The real app in a process of its own, and real Chromium to visit it.

Every visit fails if the browser's console says anything, or if the page asks another host.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # ms; generous, for a loaded machine
QUIET = (  # Chromium's own calls home
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "There is no Chromium on this machine: install Debian's package chromium."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def start_server(browser):  # so that no server starts where no browser can visit it
    """Start ``python app.py`` with some arguments; gives the process and its address.

    A launcher is a command that runs what follows it.
    """
    servers = []

    def start(*arguments, launcher=(), **environment):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [*launcher, sys.executable, "app.py", "--port", str(port), *arguments]
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | environment
        )
        servers.append(server)
        assert server.stdout is not None
        ready = server.stdout.readline()
        assert ready.startswith("Ready: http://"), ready
        return server, ready.removeprefix("Ready: ").strip()

    yield start
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def serve(start_server, tmp_path_factory):
    """Start the app on an empty folder; gives its address."""

    def start(*arguments):
        return start_server("--folder", str(tmp_path_factory.mktemp("kept")), *arguments)[1]

    return start


@pytest.fixture(scope="session")
def address(serve):
    return serve()


@pytest.fixture(scope="session")
def public_address(serve):
    return serve("--public")


@pytest.fixture
def visit(browser):
    """Open an address as a new visitor, with the options of a Playwright context."""
    contexts, complaints = [], []

    def open_page(address, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        host = urlsplit(address).netloc
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))

        def check(request):
            url = urlsplit(request.url)
            if url.scheme in ("http", "https", "ws", "wss") and url.netloc != host:
                complaints.append(f"request to another host: {request.url}")

        page.on("request", check)
        page.goto(address)
        expect(page.locator("#probabilities [role=meter]")).to_have_count(10)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(visit, address):
    return visit(address)
