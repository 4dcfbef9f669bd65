"""Names of strangers: of the server's making, in a cookie or held by the page."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.web.http.visitors import NOBODY, VisitorNames, set_cookie, visitor_key
from tests.drawings import SEVEN
from tests.pages import client_of, stub_page
from tests.stubs import JSON

NAMES = VisitorNames(b"k" * 32)


def event(page, target, kind):
    return next(
        key
        for key, each in page.fns.items()
        for component, name in each.targets
        if name == kind and getattr(page.blocks.get(component), "elem_id", None) == target
    )


def fire(client, target, kind, *values):
    number = event(client.page, target, kind)
    call = {"data": list(values), "fn_index": number, "session_hash": "a"}
    return client.post("/gradio_api/run/x", json=call)


@pytest.fixture
def open_page(tmp_path):
    """Open the page of one server as a new browser does, which keeps cookies or not."""
    page = stub_page(public=True, folder=tmp_path)

    def open_as_new(keeps_cookies=True, address="http://localhost"):
        client = client_of(page, address=address)
        client.page = page
        client.get("/")
        if not keeps_cookies:
            client.cookies.clear()
        load = fire(client, None, "load", "")
        client.held = load.json()["data"][0]
        return client

    return open_as_new


def correct(client, digit):
    pad = {"strokes": str(SEVEN), "picture": None, "number": 1}
    correction = {"correction": digit, "serial": 1}
    number = next(
        key for key, each in client.page.fns.items() if each.fn and len(each.inputs) == 3
        and each.targets[0][1] == "input"
    )  # fmt: skip
    call = {"data": [correction, pad, client.held], "fn_index": number, "session_hash": "a"}
    return client.post("/gradio_api/run/x", json=call)


def drawings(client, held=None):
    answer = fire(client, "corrections", "input", None, client.held if held is None else held)
    assert answer.status_code == 200
    return answer.json()["data"][0]["items"]


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_a_visitor_is_known_again_and_a_stranger_sees_nothing(open_page, keeps_cookies):
    anna, ben = open_page(keeps_cookies), open_page(keeps_cookies)
    assert correct(anna, 4).status_code == 200
    assert [each["label"] for each in drawings(anna)] == [4]
    assert drawings(ben) == []


def test_the_page_holds_a_name_only_where_no_cookie_comes_back(open_page):
    assert open_page().held == ""
    assert NAMES.known(open_page(keeps_cookies=False).held) == NOBODY  # another server's
    client = open_page(keeps_cookies=False)
    assert client.page.names.known(client.held) != NOBODY


@pytest.mark.parametrize("name", ["", "x" * 22, "anna-anna-anna", None, 7, {}, "a" * 22 + ".b"])
def test_a_made_up_name_is_no_visitor_and_gets_nothing(open_page, tmp_path, name):
    client = open_page(keeps_cookies=False)
    before = sorted(tmp_path.rglob("*"))
    for target, kind in (("corrections", "input"), ("shelf", "input")):
        assert fire(client, target, kind, None, name).status_code == 400
    assert fire(client, "stop", "click", name).status_code == 400
    assert sorted(tmp_path.rglob("*")) == before


def test_who_has_no_name_is_read_for_by_the_shipped_model(open_page):
    client = open_page(keeps_cookies=False)
    answer = client.post("/read", json={"strokes": SEVEN, "visitor": "made up made up made up"})
    assert answer.json()["digit"] == 7


def cookie_of(client):
    response = client.get("/")
    return response.headers.get("set-cookie", "")


def test_the_cookie_is_not_for_scripts_and_stays_on_the_site(open_page):
    client = open_page(keeps_cookies=False)
    cookie = cookie_of(client)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert cookie_of(client) == ""  # it is known now


@pytest.mark.parametrize("proxy", [False, True])
def test_over_https_the_cookie_works_in_frames_of_other_sites(open_page, proxy):
    address = "http://localhost" if proxy else "https://localhost"
    client = open_page(keeps_cookies=False, address=address)
    headers = {"x-forwarded-proto": "https"} if proxy else {}
    cookie = client.get("/", headers=headers).headers["set-cookie"]
    for part in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"):
        assert part in cookie


@pytest.mark.parametrize(("prefix", "path"), [("", "/"), ("/digits", "/digits")])
def test_behind_a_path_the_cookie_is_not_for_what_lies_beside_it(prefix, path):
    scope = {"type": "http", "scheme": "http", "headers": [], "root_path": prefix}
    _, cookie = set_cookie(scope, "name", "value")
    assert f"; Path={path}; " in cookie.decode()


def test_a_server_of_ones_own_gives_no_names():
    client = client_of(stub_page())
    assert cookie_of(client) == ""


def test_two_servers_of_one_machine_leave_each_others_cookies_alone():
    first, second = stub_page(public=True), stub_page(public=True)
    assert first.names.cookie != second.names.cookie


@given(JSON | st.text() | st.from_regex("[A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{22}", fullmatch=True))
def test_what_was_not_signed_here_is_nobody(made_up):
    assert NAMES.known(made_up) == NOBODY


def test_what_was_signed_here_is_known_and_not_elsewhere():
    signed = NAMES.new()
    assert signed.startswith(NAMES.known(signed) + ".")
    assert NAMES.known(signed) != NOBODY
    assert VisitorNames(b"other").known(signed) == NOBODY
    assert VisitorNames(None).known(signed) == NOBODY
    assert NAMES.known(NAMES.new()) != NAMES.known(signed)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path):
    folder = tmp_path / "new"
    key = visitor_key(folder)
    assert len(key) == 32
    assert visitor_key(folder) == key
    [path] = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert visitor_key(tmp_path / "other") != key


def test_a_damaged_key_is_made_anew(tmp_path):
    visitor_key(tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(b"short")
    assert len(visitor_key(tmp_path)) == 32
    assert len(list(tmp_path.iterdir())) == 1


def test_visitors_are_known_after_a_restart(tmp_path):
    import app
    from tests.stubs import StubJob, reader

    pages = [
        app.build_demo(reader(), public=True, folder=tmp_path, make_job=StubJob) for _ in range(2)
    ]
    signed = pages[0].names.new()
    assert pages[1].names.known(signed) == pages[0].names.known(signed) != NOBODY
