"""The pad's own way to a reading, over HTTP."""

import json
import threading

import httpx
import pytest
from PIL import Image
from starlette.testclient import TestClient

from mnist_core.model.recognizer import Recognizer
from mnist_core.web.http import read_route
from mnist_core.web.http.open_routes import MAX_BODY
from tests.drawings import SEVEN
from tests.pages import BAD_DRAWINGS, is_one_sentence, served
from tests.stubs import INFO, reader


@pytest.fixture(scope="module")
def url():
    with served() as (address, _):
        yield address


def read(url, drawing, **more):
    """Ask as the pad does, with the text of the drawing."""
    fields = "".join(f', "{name}": {json.dumps(value)}' for name, value in more.items())
    return httpx.post(f"{url}/read", content=f'{{"strokes": {drawing}{fields}}}')


def test_a_drawing_is_read_and_its_number_comes_back(url):
    response = read(url, json.dumps(SEVEN), visitor="", number=12)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["digit"], answer["state"], answer["drawing"]) == (7, "sure", 12)
    assert len(answer["probabilities"]) == 10


def test_a_drawing_that_comes_before_the_model_is_loaded_is_told_so_and_read_when_asked_again(
    monkeypatch,
):
    monkeypatch.setattr(read_route, "SECONDS_TO_HOLD", 0.01)
    may_load = threading.Event()

    def load():
        may_load.wait(10)
        return reader(d7=30.0).scorer

    with served(Recognizer(INFO, load)) as (address, _):
        early = read(address, json.dumps(SEVEN), number=3).json()
        assert (early["state"], early["drawing"]) == ("loading", 3)
        assert is_one_sentence(early["note"])
        may_load.set()
        monkeypatch.setattr(read_route, "SECONDS_TO_HOLD", 60)
        assert read(address, json.dumps(SEVEN), number=3).json()["digit"] == 7


def test_a_blank_pad_is_blank(url):
    assert read(url, "[]").json()["state"] == "blank"


@pytest.mark.parametrize("drawing", BAD_DRAWINGS.values(), ids=BAD_DRAWINGS)
def test_a_bad_drawing_is_shown_as_not_read_with_a_sentence_why(url, drawing):
    response = read(url, drawing, number=3)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["refused"], answer["drawing"]) == (True, 3)
    assert is_one_sentence(answer["note"])


@pytest.mark.parametrize("body", ["", "[", "7", "[[[1, 2]]]", "{}", "[" * 100_000, b"\xff"])
def test_a_request_that_makes_no_sense_is_refused_in_one_sentence(url, body):
    response = httpx.post(f"{url}/read", content=body)
    assert response.status_code == 400
    assert is_one_sentence(response.json()["error"])


@pytest.mark.parametrize("visitor", [None, 7, [], {}, "x" * 1_000, "../..", "\x00"])
@pytest.mark.parametrize("number", [None, "x", 1e300, -1, 10**40])
def test_a_visitor_or_number_that_is_junk_does_no_harm(url, visitor, number):
    answer = read(url, json.dumps(SEVEN), visitor=visitor, number=number).json()
    assert answer["digit"] == 7
    assert isinstance(answer["drawing"], int)


def test_a_file_of_the_server_can_not_be_asked_for(url, tmp_path):
    black = tmp_path / "black.png"
    Image.new("L", (28, 28)).save(black)
    for path in (black, "/etc/hostname"):
        picture = {"path": str(path), "meta": {"_type": "gradio.FileData"}}
        answer = read(url, "[]", picture=picture).json()
        assert (answer["state"], answer["refused"]) == ("blank", False)


def test_a_request_too_large_to_be_a_drawing_is_refused(url):
    response = read(url, '"' + "7" * MAX_BODY + '"')
    assert response.status_code == 413
    assert is_one_sentence(response.json()["error"])


BODY = json.dumps({"strokes": SEVEN})


def test_where_somebody_else_says_who_may_come_in_their_word_holds():
    def user(request):
        return request.headers.get("x-user")

    with served(auth_dependency=user) as (url, _):
        assert httpx.post(f"{url}/read", content=BODY).status_code == 401
        response = httpx.post(f"{url}/read", content=BODY, headers={"x-user": "anna"})
        assert response.status_code == 200
        assert response.json()["digit"] == 7


@pytest.mark.parametrize(
    ("prefix", "path"),
    [("/digits", "/read"), ("/digits", "/digits/read"), ("/gradio_api", "/gradio_api/read")],
)
def test_behind_a_proxy_too_only_who_has_logged_in_is_read_for(prefix, path):
    with served(auth=("teacher", "chalk")) as (_, demo):
        browser = TestClient(demo.app, root_path=prefix)
        assert browser.post(path, content=BODY).status_code == 401
        login = browser.post("/login", data={"username": "teacher", "password": "chalk"})
        cookie, _, reach = login.headers["set-cookie"].partition(";")
        assert f"Path={prefix};" in reach
        read = browser.post(path, content=BODY, headers={"cookie": cookie})
        assert read.json()["digit"] == 7


def test_who_must_log_in_is_read_for_after_that_alone():
    with served(auth=("teacher", "chalk")) as (url, _), httpx.Client() as browser:
        body = json.dumps({"strokes": SEVEN})
        assert browser.post(f"{url}/read", content=body).status_code == 401
        browser.post(f"{url}/login", data={"username": "teacher", "password": "chalk"})
        response = browser.post(f"{url}/read", content=body)
        assert response.status_code == 200
        assert response.json()["digit"] == 7
