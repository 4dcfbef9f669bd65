"""Who may come in where people have to log in."""

import logging

import pytest
from starlette.concurrency import run_in_threadpool

import app
from mnist_core.web.http import login
from tests.drawings import SEVEN
from tests.pages import client_of, is_one_sentence, stub_page

RIGHT = {"username": "teacher", "password": "chalk"}


@pytest.fixture(scope="module")
def page():
    return stub_page()


@pytest.fixture
def client(page, monkeypatch):
    monkeypatch.setattr(login, "_LONGEST_WAIT", 0)
    return client_of(page, auth=("teacher", "chalk"))


def test_before_the_login_nothing_answers_but_the_login_and_its_assets(client):
    for path in (
        "/config",
        "/gradio_api/info",
        "/gradio_api/app_id",
        "/example",
        "/read",
        "/gradio_api/queue/data?session_hash=a",
        "/gradio_api/call/predict/a",
    ):
        method = "POST" if path == "/read" else "GET"
        response = client.request(method, path)
        assert response.status_code == 401, path
        assert is_one_sentence(response.json()["error"])
    for path in ("upload", "run/predict", "queue/join", "call/predict"):
        assert client.post(f"/gradio_api/{path}", json={"data": [SEVEN]}).status_code == 401
    assert client.get("/").status_code == 200
    assert client.get("/theme.css").status_code == 200


def test_the_login_tells_nothing_of_what_is_behind_it(client):
    for word in ("predict", "retrain", "digit-pad", "html_template"):
        assert word not in client.get("/").text.partition("window.gradio_config")[2]
    assert 'id="shell"' not in client.get("/").text
    client.post("/login", data=RIGHT)
    assert "predict_image" in client.get("/").text
    assert 'id="shell"' in client.get("/").text


@pytest.mark.parametrize("how", ["data", "files"])
def test_who_has_logged_in_is_read_for(client, how):
    form = RIGHT if how == "data" else {name: (None, value) for name, value in RIGHT.items()}
    assert client.post("/login", **{how: form}).json() == {"success": True}
    assert client.post("/read", json={"strokes": SEVEN}).json()["digit"] == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "teacher", "password": "chalk "},
        {"username": "Teacher", "password": "chalk"},
        {"username": "teacher"},
        {},
        {"username": "nobody", "password": "chalk"},
        {"username": "ü", "password": "☃"},
    ],
)
def test_a_wrong_password_is_refused_logged_and_not_written_down(client, caplog, wrong):
    caplog.set_level(logging.INFO)
    response = client.post("/login", data=wrong)
    assert response.status_code == 400
    assert is_one_sentence(response.json()["error"])
    assert "set-cookie" not in response.headers
    assert "a wrong password came from testclient" in caplog.text
    assert "chalk" not in caplog.text


def test_who_guesses_is_refused_after_some_tries_and_others_are_not(client):
    codes = [
        client.post("/login", data={**RIGHT, "password": str(number)}).status_code
        for number in range(25)
    ]
    assert codes == [400] * 20 + [429] * 5
    assert client.post("/login", data=RIGHT).status_code == 429
    elsewhere = client_of(client.app.page, auth=("teacher", "chalk"))
    assert elsewhere.post("/login", data=RIGHT).status_code == 200


def test_who_logs_in_beside_others_of_the_address_is_asked_to_wait_for_them(page, monkeypatch):
    beside = []

    async def sleep(_):
        beside.append(await run_in_threadpool(client.post, "/login", data=RIGHT))

    monkeypatch.setattr(login, "sleep", sleep)
    client = client_of(page, auth=("teacher", "chalk"))
    assert client.post("/login", data=RIGHT).status_code == 200
    refused, let_in = beside
    assert (refused.status_code, let_in.status_code) == (429, 200)
    assert "Somebody is logging in" in refused.json()["error"]
    assert refused.headers["retry-after"] == "3"


def test_each_try_after_a_wrong_one_has_to_wait_longer(page, monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr(login, "sleep", sleep)
    client = client_of(page, auth=("teacher", "chalk"))
    for _ in range(5):
        client.post("/login", data={**RIGHT, "password": "x"})
    assert client.post("/login", data=RIGHT).status_code == 200
    assert waits == [0, 1, 2, 3, 3, 3]


def test_a_logout_ends_one_session_alone(page):
    application = app.make_app(page, auth=("teacher", "chalk"))
    here, there = (login_client(application) for _ in range(2))
    copied = dict(here.cookies)
    assert here.get("/logout", follow_redirects=False).status_code == 302
    assert here.get("/config").status_code == 401
    here.cookies.update(copied)
    assert here.get("/config").status_code == 401  # the cookie is worth nothing now
    assert there.get("/config").status_code == 200


def login_client(application):
    from starlette.testclient import TestClient

    client = TestClient(application, base_url="http://localhost")
    assert client.post("/login", data=RIGHT).status_code == 200
    return client


def test_a_stranger_logs_nobody_out(page):
    application = app.make_app(page, auth=("teacher", "chalk"))
    here = login_client(application)
    login_client(application).get("/logout?all_session=true")
    assert here.get("/config").status_code == 200


def test_over_https_the_login_works_in_a_frame_of_another_site(client):
    response = client.post("/login", data=RIGHT, headers={"x-forwarded-proto": "https"})
    cookie = response.headers["set-cookie"]
    for attribute in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"):
        assert attribute in cookie


def test_a_function_may_say_who_gets_in(page):
    client = client_of(page, auth=lambda user, password: (user, password) == ("a", "b"))
    assert client.post("/login", data={"username": "a", "password": "c"}).status_code == 400
    assert client.post("/login", data={"username": "a", "password": "b"}).status_code == 200


def test_where_nobody_has_to_log_in_there_is_no_login():
    response = client_of(stub_page()).post("/login", data=RIGHT)
    assert response.status_code == 404


def test_a_cookie_that_is_junk_is_nobody(client):
    for value in ("", "x", "None"):
        name = f"access-token-{client.app.cookie_id}"
        assert client.get("/config", headers={"cookie": f"{name}={value}"}).status_code == 401
