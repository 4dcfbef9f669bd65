"""The script that has to come before all others of the page."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mnist_core.web.workarounds.first_script import FirstScript
from tests.pages import served

PAGE = "<html><head><script>theirs</script></head><body>über</body></html>"


@pytest.fixture
def client():
    async def page(_):
        return HTMLResponse(PAGE)

    app = Starlette(routes=[Route("/", page), Route("/other", page)])
    return TestClient(FirstScript(app))


def test_the_first_scripts_of_the_page_are_ours_and_all_else_stays():
    with served() as (address, _):
        page = httpx.get(f"{address}/").text
    first, second = page.split("<script>")[1:3]
    for ours in ("localStorage", "server-gone", "requestAnimationFrame"):
        assert ours in first
    assert second.startswith("window.gradio_config")


def test_gradios_own_head_comes_after_its_scripts():
    """Once this fails, ``FirstScript`` can go: its scripts can be a part of ``head``."""
    with served(head="<script>window.ours = 1</script>") as (address, _):
        page = httpx.get(f"{address}/").text
    assert "<script>window.ours" not in page  # Gradio's scripts put it there later
    assert "window.ours" in page


def test_the_page_is_longer_by_the_script_and_the_preview_alone(client):
    response = client.get("/")
    ours = response.text.partition("<head>")[2].partition("</script>")[0] + "</script>"
    preview = "<title>" + response.text.partition("<title>")[2].partition("</head>")[0]
    assert response.text.replace(ours, "", 1).replace(preview, "", 1) == PAGE
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize("path", ["/", "/prefix/"])
def test_the_page_behind_a_proxy_has_the_script_too(path):
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse(PAGE))])
    response = TestClient(FirstScript(app), root_path="/prefix").get(path)
    assert "requestAnimationFrame" in response.text


def test_whatever_else_is_served_stays_as_it_is(client):
    assert client.get("/other").text == PAGE


def test_a_page_without_a_head_stays_as_it_is():
    app = Starlette(routes=[Route("/", lambda _: PlainTextResponse("no head"))])
    assert TestClient(FirstScript(app)).get("/").text == "no head"
