"""Calls of Gradio's events: what is in them is checked before Gradio sees it."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import gradio as gr
import pytest

from mnist_core.web.http import calls
from tests.drawings import SEVEN
from tests.pages import client_of, in_a_loop, is_one_sentence, stub_page


@pytest.fixture(scope="module")
def page():
    return stub_page()


@pytest.fixture(scope="module")
def client(page):
    with client_of(page) as client:  # all requests in one event loop, as when served
        yield client


@pytest.fixture
def trap():
    """Address of a server that notes who asks it."""
    asked = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def is_file(path, **more):
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


@pytest.mark.parametrize("path", ["/gradio_api/run/predict", "/read", "/training"])
def test_half_a_character_is_answered_like_any_text(page, path):
    half = b'"\\ud800 and \\ud83d\\ude00"'
    body = b'{"strokes": [], "visitor": %b}' % half
    if path.endswith("predict"):
        (network,) = (
            each
            for each in page.fns.values()
            if [getattr(one, "elem_id", "") for one in each.inputs] == ["setting-network"]
        )
        body = b'{"data": [%b], "fn_index": %d, "session_hash": "a"}' % (half, network._id)
    with client_of(page) as client:
        response = client.post(path, content=body)
    assert response.status_code == (400 if path.endswith("predict") else 200)
    if response.status_code == 400:
        assert "? and \U0001f600" in response.json()["error"]


def test_of_one_address_few_events_are_at_work_at_once_and_all_get_their_turn(page):
    at_work, most, done = {}, {}, []

    async def works(scope, receive, send):
        address = scope["client"][0]
        at_work[address] = at_work.get(address, 0) + 1
        most[address] = max(most.get(address, 0), at_work[address])
        await asyncio.sleep(0.01)
        at_work[address] -= 1
        done.append(address)

    [stop] = [
        number
        for number, each in page.fns.items()
        if any(getattr(page.blocks.get(one), "elem_id", "") == "stop" for one, _ in each.targets)
    ]

    def asked_by(address, path, number, values):
        async def receive():
            body = {"data": values, "fn_index": number, "session_hash": "a"}
            return {"type": "http.request", "body": json.dumps(body).encode()}

        scope = {"method": "POST", "path": path, "headers": [], "client": (address, 1)}
        return wrapped(scope, receive, None)

    wrapped = calls.Calls(works, page)

    async def all_of_them():
        run = "/gradio_api/run/predict"
        await asyncio.gather(
            *[asked_by("1.1.1.1", run, stop, [""]) for _ in range(20)],
            *[asked_by("2.2.2.2", run, stop, [""]) for _ in range(3)],
            *[asked_by("3.3.3.3", run, None, [SEVEN]) for _ in range(20)],
        )

    in_a_loop(all_of_them())
    assert most == {"1.1.1.1": calls.EVENTS_OF_ONE, "2.2.2.2": 3, "3.3.3.3": 20}
    assert len(done) == 43
    assert not wrapped._turns


@pytest.mark.parametrize("kind", ["alone", "deep", "with url"])
def test_a_file_that_is_an_address_is_refused_before_anything_is_fetched(client, trap, kind):
    address, asked = trap
    file = is_file(address)
    sent = {"alone": file, "deep": [{"a": file}], "with url": is_file("x", url=address)}[kind]
    for path in ("run/predict_image", "call/predict_image"):
        response = client.post(f"/gradio_api/{path}", json={"data": [sent]})
        assert response.status_code == 400
        assert is_one_sentence(response.json()["error"])
    assert asked == []


def test_an_escaped_name_does_not_get_a_file_past_the_check(client):
    body = b'{"data": [{"p\\u0061th": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}]}'
    response = client.post("/gradio_api/run/predict_image", content=body)
    assert response.status_code == 400
    assert "not an uploaded file" in response.json()["error"]


def test_a_pictures_name_is_all_that_gradio_is_told_of_it(client, page, tmp_path):
    [name] = client.post("/gradio_api/upload", files={"files": ("7.png", b"no picture")}).json()
    response = client.post("/gradio_api/run/predict_image", json={"data": [is_file(name)]})
    assert response.status_code == 400
    assert "can't be opened" in response.json()["error"]  # so it was found


def test_a_picture_that_is_no_longer_kept_is_told_and_refuses_no_event(client, page):
    on_pad = {"strokes": "[]", "picture": {"name": "0" * 32}, "number": 3}
    call = {"data": [on_pad, ""], "fn_index": event_of_the_page(page), "session_hash": "a"}
    response = client.post("/gradio_api/run/predict", json=call)
    assert response.status_code == 200
    [reading] = response.json()["data"]
    assert reading["note"] == "The picture is no longer on the server: choose it again."


def event_of_the_page(page):
    return next(key for key, each in page.fns.items() if each.api_name == "read")


def test_an_event_of_the_page_does_not_go_through_the_queue(client, page):
    number = event_of_the_page(page)
    call = {"data": [None, ""], "fn_index": number, "session_hash": "a"}
    assert client.post("/gradio_api/run/predict", json=call).status_code == 200
    for path in ("queue/join", "call/predict"):
        response = client.post(f"/gradio_api/{path}", json=call)
        assert response.status_code == 400
        assert is_one_sentence(response.json()["error"])


def test_a_call_that_names_its_parameter_is_answered(client):
    posted = client.post("/gradio_api/call/v2/predict", json={"drawing": SEVEN})
    answer = client.get(f"/gradio_api/call/v2/predict/{posted.json()['event_id']}").text
    assert '"digit": 7' in answer


@pytest.mark.parametrize(
    "more",
    [
        {"batched": True},
        {"simple_format": True},
        {"event_data": {"a": 1}},
        {"event_id": "a"},
        {"trigger_id": "x"},
        {"oauth_token": "x"},
    ],
)
def test_what_else_a_call_says_does_not_matter(client, more):
    called = client.post("/gradio_api/run/predict", json={"data": [SEVEN], **more})
    assert called.json()["data"][0]["digit"] == 7


@pytest.mark.parametrize("session", [7, "", "x" * 65, "\x00", "ü", [], {}])
def test_a_session_that_is_none_is_refused(client, session):
    call = {"data": [SEVEN], "fn_index": 0, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=call).status_code == 400


def test_who_does_not_fetch_answers_gets_no_more(client, page):
    call = {"data": [SEVEN], "fn_index": 0, "session_hash": "never"}
    codes = [
        client.post("/gradio_api/queue/join", json=call).status_code
        for _ in range(calls.UNFETCHED + 5)
    ]
    assert codes == [200] * calls.UNFETCHED + [429] * 5
    text = client.get("/gradio_api/queue/data?session_hash=never").text
    assert text.count('"process_completed"') == calls.UNFETCHED
    assert client.post("/gradio_api/queue/join", json=call).status_code == 200


def test_answers_that_nobody_fetches_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(calls, "SESSIONS_OF_ONE", 3)
    page = stub_page()
    with client_of(page) as client:
        for _ in range(8):
            posted = client.post("/gradio_api/call/predict", json={"data": [SEVEN]}).json()
        queue = page._queue
        assert len(queue.pending_messages_per_session) <= 3
        assert len(queue.pending_event_ids_session) <= 3
        answer = client.get(f"/gradio_api/call/predict/{posted['event_id']}").text
        assert '"digit": 7' in answer


def test_calls_that_are_forgotten_before_their_turn_do_not_end_the_queue(monkeypatch):
    monkeypatch.setattr(calls, "SESSIONS_OF_ONE", 3)
    page = stub_page()
    with client_of(page) as client:
        call = {"data": [SEVEN]}
        client.post("/gradio_api/call/predict", json=call)  # with the first the queue begins
        queue = page._queue
        places, queue.active_jobs = queue.active_jobs, []  # it takes up nothing
        for _ in range(8):
            posted = client.post("/gradio_api/call/predict", json=call).json()
        assert len(queue) <= 3
        queue.active_jobs = places
        answer = client.get(f"/gradio_api/call/predict/{posted['event_id']}").text
        assert '"digit": 7' in answer


def test_an_answer_that_does_not_wait_is_one_line_of_log(client, caplog):
    for path in ("queue/data?session_hash=zz", "queue/data", "call/predict/zz"):
        response = client.get(f"/gradio_api/{path}")
        assert response.status_code == 404
        assert is_one_sentence(response.json()["error"])
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("junk", [None, 7, [], {}, "x", [[[[]]]], 1e300, {"strokes": {}}])
def test_junk_for_any_event_leaves_no_traceback(client, page, caplog, junk):
    for key, function in page.fns.items():
        call = {"data": [junk] * len(function.inputs), "fn_index": key, "session_hash": "force"}
        assert client.post("/gradio_api/run/x", json=call).status_code in (200, 400)
    assert "Traceback" not in caplog.text


def test_a_fault_of_an_event_is_answered_500_and_leaves_its_traceback_in_the_log(caplog, capsys):
    page = stub_page()

    def fail(*_):
        raise KeyError("of /a/path at 0x7f")

    function = next(each for each in page.fns.values() if each.api_name == "predict")
    function.fn = fail
    with client_of(page) as client:
        response = client.post("/gradio_api/run/predict", json={"data": [SEVEN]})
    assert response.status_code == 500
    assert is_one_sentence(response.json()["error"])
    assert "0x7f" not in response.text
    assert "KeyError: 'of /a/path at 0x7f'" in caplog.text
    assert "Traceback" not in capsys.readouterr().err  # past the log


def test_gradio_prints_tracebacks_past_the_log():
    """Once this fails, ``workarounds/tracebacks.py`` can go."""
    source = gr.routes.__loader__.get_source("gradio.routes")
    assert "traceback.print_exc()" in source


def test_a_body_that_is_no_json_is_refused(client):
    for body in (b"", b"\xff", b"[" * 100_000, json.dumps([1]).encode(), b"1" * 5000):
        response = client.post("/gradio_api/run/predict", content=body)
        assert response.status_code == 400
