"""By which names the server answers, what other sites may ask for, and what browsers are told."""

import pytest

from tests.drawings import SEVEN
from tests.pages import client_of, stub_page

BODY = {"strokes": SEVEN}
FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "http://localhost:9999", "host": "localhost:7860"},
    {"origin": "null"},
    {"origin": "http://localhost.evil.example"},
    {"origin": "http://[::1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://localhost"},
    {"x-forwarded-host": "digits.example", "origin": "http://evil.example"},
]
OWN = [
    {},
    {"origin": "http://localhost"},
    {"origin": "http://localhost:9999", "host": "localhost:9999"},
    {"origin": "https://digits.example", "x-forwarded-host": "digits.example"},
    {"origin": "https://digits.example:8443", "x-forwarded-host": "digits.example:8443"},
    {"origin": "https://digits.example", "x-forwarded-host": "digits.example, inner.example"},
    {"sec-fetch-site": "same-origin", "origin": "https://elsewhere.example"},
    {"origin": "http://[::1]:7860", "host": "[::1]:7860"},
]


@pytest.fixture(scope="module")
def client():
    return client_of(stub_page(), hosts=["Digits.example"])


@pytest.fixture(scope="module")
def public():
    return client_of(stub_page(public=True))


@pytest.fixture(scope="module")
def locked():
    return client_of(stub_page(), auth=("teacher", "chalk"))


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/read", "/gradio_api/run/predict", "/gradio_api/upload"])
def test_what_a_page_of_another_site_sends_is_refused(client, public, headers, path):
    for server in (client, public):
        assert server.post(path, json=BODY, headers=headers).status_code == 403


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-gradio-server"])
@pytest.mark.parametrize("host", ["[::1", "[::::]", "a:b:c", "http://evil.example", "evil/x?y"])
def test_an_address_that_is_none_changes_nothing_of_the_page(client, header, host):
    for path in ("/", "/config", "/gradio_api/info"):
        plain = client.get(path)
        told = client.get(path, headers={header: host})
        assert told.status_code == 200
        assert ("evil" in told.text) == ("evil" in plain.text)


def test_the_page_takes_the_address_that_a_proxy_says(client):
    told = client.get("/config", headers={"x-forwarded-host": "digits.example:8443"})
    assert told.json()["root"] == "http://digits.example:8443"


def test_a_page_of_another_site_logs_nobody_in_or_out(locked):
    foreign = {"sec-fetch-site": "cross-site"}
    form = {"username": "teacher", "password": "chalk"}
    assert locked.post("/login", data=form, headers=foreign).status_code == 403
    assert locked.get("/logout", headers=foreign).status_code == 403


@pytest.mark.parametrize("headers", OWN)
def test_what_the_page_itself_sends_is_served(client, headers):
    assert client.post("/read", json=BODY, headers=headers).json()["digit"] == 7


def test_no_other_site_may_read_an_answer(client, public):
    for server in (client, public):
        response = server.get("/config", headers={"origin": "http://evil.example"})
        assert not [name for name in response.headers if name.startswith("access-control")]
        asked = {"origin": "http://evil.example", "access-control-request-method": "POST"}
        assert server.options("/read", headers=asked).status_code in (403, 405)


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:7860", "LOCALHOST", "127.0.0.1:7860", "[::1]:7860", "192.168.0.7"],
)
def test_a_private_server_answers_by_names_that_nobody_else_can_own(client, host):
    assert client.get("/config", headers={"host": host}).status_code == 200


def test_a_private_server_answers_by_a_name_that_it_was_given(client):
    assert client.get("/config", headers={"host": "digits.example"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "localhost.evil.example", "127.0.0.1.nip.io", ""]
)
def test_a_private_server_does_not_answer_by_a_name_that_somebody_else_owns(client, host):
    for path in ("/", "/config", "/assets/x"):
        response = client.get(path, headers={"host": host})
        assert response.status_code == 421
    response = client.post(
        "/read", json=BODY, headers={"host": host, "x-forwarded-host": "localhost"}
    )
    assert response.status_code == 421
    assert "--allow-host" in response.json()["error"]


def test_a_server_for_strangers_or_with_a_login_answers_by_any_name(public, locked):
    for server in (public, locked):
        assert server.get("/", headers={"host": "digits.example"}).status_code == 200


def test_a_share_link_is_a_name_to_answer_by():
    page = stub_page()
    client = client_of(page)
    host = {"host": "abc123.gradio.example"}
    assert client.get("/", headers=host).status_code == 421
    page.share_url = "https://abc123.gradio.example"
    assert client.get("/", headers=host).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/config", 200), ("/nothing", 404)])
def test_every_answer_tells_browsers_what_they_may_do_with_it(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors" in response.headers["content-security-policy"]


def ancestors(client, **headers):
    policy = client.get("/", headers=headers).headers["content-security-policy"]
    return policy.partition("frame-ancestors ")[2].split()


def test_anybody_may_frame_a_page_for_strangers(public):
    assert ancestors(public) == ["*"]


def test_a_private_page_may_be_framed_by_itself_this_machine_and_notebooks_alone(client, locked):
    for server in (client, locked):
        allowed = ancestors(server, host="192.168.0.7:7860")
        for expected in (
            "'self'",
            "http://localhost:*",
            "http://127.0.0.1:*",
            "http://192.168.0.7:*",
            "https://colab.research.google.com",
            "https://*.googleusercontent.com",
        ):
            assert expected in allowed
        assert "*" not in allowed
        assert "https://huggingface.co" not in allowed


def test_a_page_for_strangers_with_a_login_is_framed_as_a_private_one():
    assert "*" not in ancestors(client_of(stub_page(public=True), auth=("teacher", "chalk")))


def test_on_a_space_its_site_may_frame_a_private_page(client, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/digits")
    assert "https://huggingface.co" in ancestors(client)


def test_a_host_can_not_write_into_the_policy(locked):
    assert "evil" not in " ".join(ancestors(locked, host="a; script-src evil"))
