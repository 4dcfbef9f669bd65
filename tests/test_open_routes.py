"""What may be asked for: a list, and everything else is closed, whatever Gradio brings along."""

import itertools
import re

import gradio as gr
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import app
from mnist_core.web.http.asgi import RefusedError
from mnist_core.web.http.open_routes import OPEN_ROUTES, route_of
from tests.drawings import SEVEN
from tests.pages import client_of, in_a_loop, is_one_sentence, stub_page

# What is meant to be open, as the routes of the running application name it.
MEANT = {
    "GET /",
    "HEAD /",
    "GET /assets/{path:path}",
    "GET /static/{path:path}",
    "GET /theme.css",
    "GET /gradio_api/theme.css",
    "GET /favicon.ico",
    "GET /icon.svg",
    "GET /preview.png",
    "GET /robots.txt",
    "GET /manifest.json",
    "GET /config",
    "GET /gradio_api/info",
    "GET /gradio_api/app_id",
    "GET /gradio_api/startup-events",
    "GET /gradio_api/login_check",
    "POST /gradio_api/upload",
    "POST /gradio_api/run/{api_name}",
    "POST /gradio_api/run/{api_name}/",
    "POST /gradio_api/api/{api_name}",
    "POST /gradio_api/api/{api_name}/",
    "POST /gradio_api/call/{api_name}",
    "POST /gradio_api/call/{api_name}/",
    "POST /gradio_api/call/v2/{api_name}",
    "POST /gradio_api/call/v2/{api_name}/",
    "GET /gradio_api/call/{api_name}/{event_id}",
    "GET /gradio_api/call/v2/{api_name}/{event_id}",
    "POST /gradio_api/queue/join",
    "GET /gradio_api/queue/data",
    "POST /login",
    "GET /logout",
    "POST /read",
    "POST /training",
    "GET /example",
    "GET /address",
    "GET /healthz",
    "HEAD /healthz",
}
# Closed, though people have attacked the page through them.
CLOSED = [
    ("POST", "/gradio_api/process_recording"),
    ("GET", "/gradio_api/deep_link?session_hash=a"),
    ("GET", "/gradio_api/file=http://127.0.0.1/"),
    ("GET", "/gradio_api/file=/etc/hostname"),
    ("GET", "/gradio_api/proxy=http://127.0.0.1/"),
    ("GET", "/gradio_api/dev/reload"),
    ("GET", "/gradio_api/heartbeat/a"),
    ("POST", "/gradio_api/vibe-edit/"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/gradio_api/stream/a"),
    ("POST", "/gradio_api/component_server"),
    ("GET", "/gradio_api/openapi.json"),
    ("GET", "/openapi.json"),
    ("GET", "/gradio_api/token"),
    ("GET", "/gradio_api/queue/status"),
    ("GET", "/monitoring"),
    ("GET", "/gradio_api/custom_component/a/client/b/c"),
    ("POST", "/gradio_api/call/retrain"),
]


@pytest.fixture(scope="module")
def page():
    return stub_page()


@pytest.fixture(scope="module")
def client(page):
    return client_of(page)


def routes_of(application):
    """All routes, those that Gradio has included by reference too: methods and path."""
    for route in application.routes:
        if hasattr(route, "path") and getattr(route, "methods", None):
            yield from ((method, route.path) for method in route.methods)
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


def asked_for(path):
    """Paths that a route answers to, with likely values of its parameters."""
    names = re.findall(r"\{(\w+)(?::\w+)?\}", path)
    likely = {"api_name": ["predict", "predict_image", "x"]}
    for values in itertools.product(*(likely.get(name, ["x", "7"]) for name in names)):
        filled = path
        for value in values:
            filled = re.sub(r"\{\w+(:\w+)?\}", value, filled, count=1)
        yield filled


def is_open(method, path):
    try:
        route_of({"method": method, "path": path})
    except RefusedError:
        return False
    return True


def test_no_route_of_the_running_application_is_open_that_is_not_meant_to_be(client):
    found = set(routes_of(client.app))
    assert len(found) > 60  # of Gradio's
    open_ones = {
        f"{method} {path}"
        for method, path in found
        if any(is_open(method, each) for each in asked_for(path))
    }
    assert open_ones <= MEANT


def test_the_list_holds_nothing_but_what_is_meant():
    ours = "\n".join(route.path for route in OPEN_ROUTES)
    for word in ("file", "proxy", "stream", "cancel", "reset", "component", "deep", "monitoring"):
        assert word not in ours


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_route_of_gradio_that_the_page_does_not_need_is_closed(client, method, path):
    response = client.request(method, path)
    assert response.status_code == 404
    assert is_one_sentence(response.json()["error"])


@pytest.mark.parametrize("path", ["/assets/../config", "/static/../../etc/hostname", "//", ""])
def test_a_path_that_climbs_or_is_odd_is_closed(path):
    assert not is_open("GET", path)


def test_an_open_path_asked_in_another_way_is_refused(client):
    for method, path in [("DELETE", "/"), ("PUT", "/read"), ("OPTIONS", "/read"), ("GET", "/read")]:
        assert client.request(method, path).status_code == 405


def test_a_websocket_is_closed(client):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


def test_the_functions_of_the_api_read_no_file_that_was_not_uploaded(page, tmp_path):
    """Though nothing has checked what they are given, as where only Gradio stands before them."""
    Image.new("L", (28, 28)).save(tmp_path / "black.png")
    predict_image = next(each.fn for each in page.fns.values() if each.api_name == "predict_image")
    for sent in ({"path": str(tmp_path / "black.png")}, "x", None):
        with pytest.raises(gr.Error, match="not an uploaded file"):
            in_a_loop(predict_image(sent))


# ---- one application, wherever it is ---------------------------------------------------------


def mounted(page, **options):
    """The page at /digits of somebody's own application."""

    async def theirs(_):
        raise AssertionError("not asked for")

    whole = Starlette(routes=[Mount("/digits", app.make_app(page, **options)), Route("/", theirs)])
    return TestClient(whole, base_url="http://localhost")


@pytest.fixture(scope="module")
def inside():
    with mounted(stub_page()) as client:  # all requests in one event loop, as when served
        yield client


def test_a_mounted_page_reads_a_drawing(inside):
    assert inside.post("/digits/read", json={"strokes": SEVEN}).json()["digit"] == 7
    called = inside.post("/digits/gradio_api/run/predict", json={"data": [SEVEN]})
    assert called.json()["data"][0]["digit"] == 7


def test_a_mounted_page_answers_calls_through_the_queue(inside):
    posted = inside.post("/digits/gradio_api/call/predict", json={"data": [SEVEN]}).json()
    answer = inside.get(f"/digits/gradio_api/call/predict/{posted['event_id']}").text
    assert answer.startswith("event: complete")
    assert '"digit": 7' in answer


def test_a_mounted_page_has_its_look_and_first_script(inside):
    text = inside.get("/digits/").text
    assert "server-gone" in text.partition("window.gradio_config")[0]
    assert ".pad-stage" in inside.get("/digits/config").json()["css"]
    assert "http://localhost/digits" in text


def test_a_mounted_page_has_the_guard_and_the_limits(inside):
    assert inside.get("/digits/gradio_api/deep_link?session_hash=a").status_code == 404
    assert inside.post("/digits/read", content=b"7" * 5_000_000).status_code == 413
    foreign = {"origin": "http://elsewhere.example"}
    assert inside.post("/digits/read", json={"strokes": []}, headers=foreign).status_code == 403


def test_a_name_that_no_file_can_have_is_not_looked_for():
    assert client_of(stub_page()).get(f"/static/{'a' * 5000}").status_code == 404


def test_a_mounted_page_can_have_a_login(tmp_path):
    inside = mounted(stub_page(), auth=("teacher", "chalk"))
    assert inside.post("/digits/read", json={"strokes": SEVEN}).status_code == 401
    inside.post("/digits/login", data={"username": "teacher", "password": "chalk"})
    assert inside.post("/digits/read", json={"strokes": SEVEN}).json()["digit"] == 7


def test_the_application_is_made_without_any_page_too():
    with TestClient(app.make_app(), base_url="http://localhost") as client:
        assert client.post("/read", json={"strokes": SEVEN}).json()["digit"] == 7
