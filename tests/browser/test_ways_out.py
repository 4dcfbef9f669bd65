"""The ways to share the page that the README describes, as it describes them."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, running
from tests.browser.hand import draw, expect_digit
from tests.browser.proxy import PATIENCE, block, nginx
from tests.drawings import SEVEN
from tests.pages import free_port


@pytest.fixture(scope="module")
def replicas(browser, tmp_path_factory):
    """Two servers on one folder, as they stand behind a path."""
    folder = str(tmp_path_factory.mktemp("shared"))
    options = ("--public", "--folder", folder, "--root-path", "/digits")
    with running(*options) as (_, one), running(*options) as (_, other):
        yield one, other


@pytest.mark.parametrize("path", ["/digits/", "/"])
def test_behind_nginx_the_page_reads_corrects_and_takes_pictures(
    visit, replicas, tmp_path, path, public_address
):
    servers = replicas if path == "/digits/" else (public_address, public_address)
    with nginx(tmp_path, path, *servers) as address:
        page = visit(address)
        draw(page, SEVEN)
        expect_digit(page, 7)
        page.locator("#correct [data-digit='1']").click()
        expect(page.locator("#handwriting")).to_contain_text("1")
        request = urllib.request.Request(
            f"{address}gradio_api/run/predict",
            json.dumps({"data": [SEVEN]}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["data"][0]["digit"] == 7


def test_a_server_that_is_gone_behind_nginx_is_no_connection_and_it_goes_on_later(
    visit, tmp_path, start_server
):
    folder = str(tmp_path / "kept")
    process, server = start_server("--public", "--folder", folder)
    with nginx(tmp_path, "/", server, server) as address:
        page = visit(address, requests_may_fail=True)
        process.kill()
        process.wait()
        draw(page, SEVEN)
        expect(page.locator("#reading")).to_have_attribute("data-state", "offline")
        port = int(server.rstrip("/").rpartition(":")[2])
        start_server("--public", "--folder", folder, port=port)
        expect(page.locator("#reading")).to_have_attribute("data-digit", "7")


def as_user(number):
    """Return what runs a command as another user; he may read all, as Python may lie at root's."""
    who = ("--reuid", str(number), "--regid", str(number), "--clear-groups")
    may = "+dac_read_search"
    return ["setpriv", *who, "--inh-caps", may, "--ambient-caps", may]


def test_what_the_container_copies_starts_as_a_user_without_home_and_name(tmp_path):
    lines = block("dockerfile").splitlines()
    place = tmp_path / "app"
    place.mkdir()
    for line in lines:
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy2
                copy(ROOT / source, place / target if copy is shutil.copytree else place)
    (command,) = [json.loads(line[4:]) for line in lines if line.startswith("CMD ")]
    (check,) = [json.loads(line.partition("CMD ")[2]) for line in lines if "HEALTHCHECK" in line]
    (user,) = [int(line[5:]) for line in lines if line.startswith("USER ")]
    port, data = str(free_port()), tmp_path / "data"
    data.mkdir(mode=0o777)
    command = [sys.executable, *command[1:]]
    if os.geteuid() == 0:
        for folder in [*reversed(data.relative_to("/").parents)][1:]:
            Path("/", folder).chmod(0o755)
        data.chmod(0o777)
        command = [*as_user(user), *command]
    command = [{"7860": port, "/data": str(data)}.get(word, word) for word in command]
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    environment["HOME"] = "/nonexistent"
    with subprocess.Popen(
        command, cwd=place, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("Ready: ")
            done = subprocess.run(
                [sys.executable, *check[1:-1], check[-1].replace("7860", port)], timeout=PATIENCE
            )
            assert done.returncode == 0
        finally:
            process.terminate()
