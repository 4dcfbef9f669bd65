"""The page without a browser: what it offers, what it answers, and how it refuses."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

import app
from mnist_core.app_options import parse
from mnist_core.errors import DeviceError, OptionError
from mnist_core.model import networks, weight_file
from mnist_core.model.reading import BLANK, Reading, Symbol
from mnist_core.service import own_folder
from mnist_core.service.readings import GONE, Answer, PadContent
from mnist_core.web import page, theme
from mnist_core.web.assets import find_assets, read_assets
from mnist_core.web.http.open_routes import MAX_BODY
from mnist_core.web.pad.component import pad_content
from mnist_core.web.reading.component import reading_value, shown, words
from tests.drawings import ONE, SEVEN, moved
from tests.pages import BAD_DRAWINGS, Visit, free_port, is_one_sentence, served
from tests.stubs import ANNA, INFO, StubJob, reader
from tests.waiting import wait_until

ROOT = Path(app.__file__).parent

WEB = ROOT / "mnist_core" / "web"
TEMPLATES = find_assets(".html")


@pytest.fixture(scope="module")
def url():
    with served(notice="<b>notice</b>") as (address, _):
        yield address


@pytest.fixture(scope="module")
def client(url):
    return Client(url, verbose=False)


def run(url, name, content):
    """Call an endpoint by plain HTTP, with the text of its one argument."""
    return httpx.post(
        f"{url}/gradio_api/run/{name}",
        content=f'{{"data": [{content}]}}',
        headers={"content-type": "application/json"},
    )


def call(url, name, content):
    """Call an endpoint by Gradio's two-step HTTP: the event's name and its data."""
    posted = httpx.post(
        f"{url}/gradio_api/call/{name}",
        content=f'{{"data": [{content}]}}',
        headers={"content-type": "application/json"},
    )
    if posted.status_code == 400:
        return "error", posted.json()
    posted.raise_for_status()
    answer = httpx.get(f"{url}/gradio_api/call/{name}/{posted.json()['event_id']}")
    event, data = answer.text.strip().splitlines()
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def picture(path):
    """Save a picture of a 7, dark on light."""
    image = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(image).line([(90, 70), (210, 70), (130, 230)], fill=0, width=18)
    image.save(path)
    return path


# ---- the API -------------------------------------------------------------------------------------


def test_the_api_offers_these_two_and_nothing_else(client):
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    parameters = {
        name: [parameter["parameter_name"] for parameter in endpoint["parameters"]]
        for name, endpoint in endpoints.items()
    }
    assert parameters == {"/predict": ["drawing"], "/predict_image": ["picture"]}


def test_a_drawing_is_read(client):
    answer = client.predict(SEVEN, api_name="/predict")
    assert set(answer) == {"digit", "confidence", "probabilities", "state", "number", "digits"}
    assert (answer["digit"], answer["state"]) == (7, "sure")
    assert answer["confidence"] > 0.9
    assert len(answer["probabilities"]) == 10


@pytest.mark.parametrize("drawing", [[], None, [[]]])
def test_a_blank_drawing_is_blank_not_a_guess(client, drawing):
    answer = client.predict(drawing, api_name="/predict")
    assert answer == {"digit": None, "confidence": 0.0, "probabilities": [0.0] * 10} | {
        "state": "blank",
        "number": None,
        "digits": [],
    }


def test_a_drawn_number_is_read_digit_by_digit(client):
    answer = client.predict([*SEVEN, *moved(SEVEN, right=170)], api_name="/predict")
    assert (answer["digit"], answer["number"], answer["state"]) == (None, "77", "sure")
    first, second = answer["digits"]
    assert set(first) == {"digit", "confidence", "probabilities", "state", "box"}
    assert (first["digit"], first["box"]) == (7, [80, 68, 200, 220])
    assert second["box"] == [250, 68, 370, 220]


@pytest.mark.parametrize(
    "drawing", [[[[5, 5]]], [[[0, 0], [9, 9]]], [[[1e6, 1e6], [1e6 + 50, -1e6]]]]
)
def test_odd_drawings_are_drawings_like_any_other(client, drawing):
    assert client.predict(drawing, api_name="/predict")["digit"] == 7


def test_a_drawing_is_read_by_plain_http(url):
    response = run(url, "predict", json.dumps(SEVEN))
    assert response.status_code == 200
    assert response.json()["data"][0]["digit"] == 7


def test_a_picture_is_read(client, tmp_path):
    answer = client.predict(handle_file(picture(tmp_path / "seven.png")), api_name="/predict_image")
    assert (answer["digit"], answer["state"]) == (7, "sure")


def test_what_is_kept_of_callers_does_not_pile_up(monkeypatch):
    monkeypatch.setattr(page, "SESSIONS", 3)
    with served() as (address, demo):
        for number in range(8):
            content = {"data": [SEVEN], "session_hash": f"caller {number}"}
            answer = httpx.post(f"{address}/gradio_api/run/predict", json=content)
            assert answer.json()["data"][0]["digit"] == 7
        kept = list(demo.state_holder.session_data)
    assert kept == ["caller 5", "caller 6", "caller 7"]


@pytest.mark.parametrize("drawing", BAD_DRAWINGS.values(), ids=BAD_DRAWINGS)
def test_a_bad_drawing_by_plain_http_is_refused_in_one_sentence(url, drawing):
    response = run(url, "predict", drawing)
    assert response.status_code == 400
    assert is_one_sentence(response.json()["error"])


@pytest.mark.parametrize("drawing", BAD_DRAWINGS.values(), ids=BAD_DRAWINGS)
def test_a_bad_drawing_through_the_queue_is_refused_in_one_sentence(url, drawing):
    event, data = call(url, "predict", drawing)
    assert event == "error"
    assert is_one_sentence(data["error"])


def test_a_bad_drawing_through_the_client_is_refused_in_one_sentence(client):
    with pytest.raises(AppError) as refusal:
        client.predict("seven", api_name="/predict")
    assert is_one_sentence(str(refusal.value))


def test_a_file_that_is_no_picture_is_refused_in_one_sentence(client, tmp_path):
    path = tmp_path / "seven.png"
    path.write_text("seven")
    with pytest.raises(AppError) as refusal:
        client.predict(handle_file(path), api_name="/predict_image")
    assert is_one_sentence(str(refusal.value))


def test_a_picture_beyond_25_megapixels_is_refused_in_one_sentence(client, tmp_path):
    path = tmp_path / "large.png"
    Image.new("RGB", (5001, 5000)).save(path)
    with pytest.raises(AppError) as refusal:
        client.predict(handle_file(path), api_name="/predict_image")
    assert is_one_sentence(str(refusal.value))


@pytest.mark.parametrize(
    "sent",
    [
        "null",
        '"seven.png"',
        '{"path": "/etc/hostname"}',
        '{"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}',
    ],
)
def test_a_picture_that_was_not_uploaded_is_refused(url, sent):
    response = run(url, "predict_image", sent)
    assert response.status_code == 400
    assert is_one_sentence(response.json()["error"])


def test_a_picture_that_lies_on_the_server_is_not_read(url, tmp_path):
    path = str(picture(tmp_path / "seven.png"))
    for sent in ({"path": path}, {"path": path, "meta": {"_type": "gradio.FileData"}}):
        response = run(url, "predict_image", json.dumps(sent))
        assert response.status_code == 400
        assert is_one_sentence(response.json()["error"])


@pytest.mark.parametrize(
    "body",
    ["", "[", "{}", '{"data": 7}', '{"data": []}', '{"data": [[]], "fn_index": 999}'],
)
@pytest.mark.parametrize("path", ["run/predict", "run/nothing", "call/nothing", "queue/join"])
def test_a_request_that_makes_no_sense_is_refused_in_one_sentence(url, path, body):
    response = httpx.post(f"{url}/gradio_api/{path}", content=body)
    assert response.status_code in (400, 404)
    assert is_one_sentence(response.json()["error"])


def test_a_request_too_large_to_be_a_drawing_is_refused(url):
    response = run(url, "predict", '"' + "7" * MAX_BODY + '"')
    assert response.status_code == 413
    assert is_one_sentence(response.json()["error"])


def test_a_request_that_does_not_say_how_long_it_is_is_refused_once_it_is_too_long(url):
    def stream():
        yield b'{"data": ["'
        for _ in range(MAX_BODY // 65_536 + 1):
            yield b"7" * 65_536
        yield b'"]}'

    response = httpx.post(
        f"{url}/gradio_api/run/predict",
        content=stream(),
        headers={"content-type": "application/json"},
    )
    assert "content-length" not in response.request.headers
    assert response.status_code == 413
    assert is_one_sentence(response.json()["error"])


def test_no_call_waits_in_gradios_queue_unless_its_caller_wants_it(url):
    events = httpx.get(f"{url}/config").json()["dependencies"]
    assert {event["queue"] for event in events} == {False}


@pytest.mark.parametrize("public", [False, True])
def test_what_the_api_reads_is_not_watched_by_a_network_that_learns(tmp_path, public):
    visit = Visit(tmp_path, public=public, visitor=ANNA)
    visit.fire("retrain", "click", {"strokes": "[]"}, "fast", *[None] * 4, "mnist", 0)
    [job] = visit.jobs
    seen = len(job.watched)
    predict = next(each.fn for each in visit.page.fns.values() if each.api_name == "predict")
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(asyncio.run, predict(SEVEN)).result()
    assert answer["digit"] == 7
    assert len(job.watched) == seen


@pytest.mark.parametrize("public", [False, True])
def test_who_calls_the_api_is_read_for_by_the_owners_model_or_among_strangers_by_the_shipped_one(
    tmp_path, public
):
    visit = Visit(tmp_path, public=public, visitor=ANNA)
    visit.fire("retrain", "click", {"strokes": "[]"}, "fast", *[None] * 4, "mnist", 0)
    visit.jobs[0].succeed()
    visit.fire("keep", "click")
    predict = next(each.fn for each in visit.page.fns.values() if each.api_name == "predict")
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(asyncio.run, predict(SEVEN)).result()
    assert (answer["confidence"] > 0.99) == public  # the shipped one here is sure of its 7


@pytest.mark.parametrize("junk", ["x", None, {"strokes": "[[["}, {"picture": "x"}, [[[1]]], 1e300])
def test_the_pages_own_events_called_by_force_do_no_harm(url, junk):
    config = httpx.get(f"{url}/config").json()
    for event in config["dependencies"]:
        response = httpx.post(
            f"{url}/gradio_api/run/x",
            json={
                "data": [junk] * len(event["inputs"]),
                "fn_index": event["id"],
                "session_hash": "force",
            },
        )
        assert response.status_code in (200, 400)
    assert run(url, "predict", json.dumps(SEVEN)).json()["data"][0]["digit"] == 7


# ---- the page ------------------------------------------------------------------------------------


def test_the_page_holds_the_elements_that_others_rely_on(url):
    config = httpx.get(f"{url}/config").json()
    own = {component["props"].get("elem_id") for component in config["components"]}
    templates = "".join(
        component["props"].get("html_template") or "" for component in config["components"]
    )
    own |= set(re.findall(r'\bid="([^"]+)"', templates))
    assert own >= {
        "digit-pad",
        "undo",
        "clear",
        "reading",
        "probabilities",
        "seen",
        "recipe",
        "retrain",
        "stop",
        "progress",
        "result",
    }


@pytest.mark.parametrize("public", [False, True])
def test_strangers_are_not_offered_the_recipe_that_takes_half_an_hour(public):
    demo = app.build_demo(reader(), public=public, make_job=StubJob)
    components = demo.config["components"]
    recipe = next(each for each in components if each["props"].get("elem_id") == "recipe")
    offered = {name for _, name in recipe["props"]["choices"]}
    assert {"fast", "balanced", "tutorial"} <= offered
    assert ("best" in offered) is not public


def test_the_page_shows_the_notice_as_text(url):
    config = httpx.get(f"{url}/config").json()
    notice = next(c for c in config["components"] if c["props"].get("elem_id") == "notice")
    assert "&lt;b&gt;notice&lt;/b&gt;" in notice["props"]["value"]


def test_every_folder_of_the_page_brings_its_own_styles():
    styles = theme.first_style() + theme.stylesheet()
    for path in WEB.rglob("*.css"):
        assert path.read_text(encoding="utf-8").strip() in styles, path.name
    assert styles.index(".top-button {") < styles.index(".pad-stage {")  # what all share first


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_nothing_that_gradio_would_interpret(name):
    assert not re.search(r"\$\{|\{\{|`|@children|<script", read_assets(name))


def test_no_style_or_script_names_another_host():
    for path in (ROOT / "mnist_core" / "web").rglob("*"):
        if path.suffix in (".css", ".js", ".html"):
            text = path.read_text().replace(
                "http://www.w3.org/2000/svg", ""
            )  # a name, not asked for
            assert "//" not in re.sub(r"^\s*//.*|; //.*|\{ //.*", "", text, flags=re.M)


@pytest.mark.parametrize(
    ("state", "candidates", "confidence", "answer"),
    [
        ("sure", (7,), 0.98, "7"),
        ("unsure", (4, 9), 0.6, "4 or 9?"),
        ("unsure", (3, 5, 8), 0.4, "3, 5 or 8?"),
        ("not-a-digit", (), 0.1, "Not a digit"),
        ("blank", (), 0.0, "Your turn"),
    ],
)
def test_a_reading_in_words(state, candidates, confidence, answer):
    digit = candidates[0] if candidates else None
    reading = type(BLANK)(state, digit, confidence, (0.1,) * 10, candidates, BLANK.ink)
    assert words(reading)[0] == answer


def symbol(digit, state="sure", **about):
    """One of several digits."""
    return Symbol(
        state=state,
        digit=None if state == "not-a-digit" else digit,
        confidence=0.99,
        probabilities=(0.1,) * 10,
        candidates=(digit,),
        ink=BLANK.ink,
        box=(0.0, 0.0, 1.0, 1.0),
        parts=((digit, 0, 5),),
        **about,
    )


@pytest.mark.parametrize(
    ("symbols", "answer", "note"),
    [
        ([symbol(4), symbol(2)], "42", "98\u00a0% sure"),
        ([symbol(4), symbol(2, "unsure")], "42?", "Not all of it is clear."),
        ([symbol(4), symbol(2, "not-a-digit")], "4?", "Not all of it is a digit."),
        ([symbol(4), symbol(2), symbol(1, "not-a-digit", is_speck=True)], "42?", "There is a dot"),
    ],
)
def test_a_number_in_words(symbols, answer, note):
    said = words(Reading.of(symbols))
    assert said[0] == answer
    assert said[1].startswith(note)


def test_where_a_picture_holds_more_than_was_read_the_page_says_so_and_to_those_who_hear_it():
    value = reading_value(Reading.of([symbol(4)], unread=2))
    assert (value["answer"], value["note"]) == (
        "4",
        "99\u00a0% sure. The picture holds more than was read.",
    )
    assert value["spoken"] == "Read as 4. 99\u00a0% sure. The picture holds more than was read."
    assert "more" not in reading_value(Reading.of([symbol(4)]))["note"]


def test_the_page_is_told_each_digit_of_a_number():
    value = reading_value(Reading.of([symbol(4), symbol(2, "not-a-digit")], shown=1))
    assert (value["number"], value["digit"], value["shown"]) == (None, None, 1)
    first, second = value["digits"]
    assert (first["digit"], first["box"], first["parts"]) == (4, [0, 0, 1, 1], [[4, 0, 5]])
    assert (first["sure"], second["sure"], second["digit"]) == ("99\u00a0%", "", None)


def test_the_bar_of_a_digit_is_as_long_as_its_reading_is_sure_and_all_bars_make_one():
    read = replace(symbol(4), confidence=0.6, probabilities=(0.0,) * 4 + (0.75, 0.25) + (0.0,) * 4)
    [shown] = reading_value(Reading.of([read]))["digits"]
    assert shown["shares"] == pytest.approx([0, 0, 0, 0, 0.6, 0.2, 0, 0, 0, 0, 0.2])


@pytest.mark.parametrize(
    ("symbols", "spoken"),
    [
        ([symbol(7)], "Read as 7. 99\u00a0% sure."),
        ([symbol(4), symbol(2)], "Read as 42. 98\u00a0% sure."),
        ([symbol(4), symbol(2, "unsure")], "Read as 42. Not all of it is clear."),
        (
            [symbol(4), symbol(2, "not-a-digit")],
            "Read as 4, no digit. Not all of it is a digit.",
        ),
        ([replace(symbol(4, "unsure"), candidates=(4, 9))], "4 or 9? It could be either."),
        ([symbol(4, "not-a-digit")], "Not a digit. It looks most like a 0."),
    ],
)
def test_a_reading_is_said_in_sentences(symbols, spoken):
    assert reading_value(Reading.of(symbols))["spoken"] == spoken


def test_a_picture_in_which_nothing_was_found_says_so_and_a_blank_pad_does_not():
    answer = Answer(BLANK, "mnist", None, False)
    value = shown(answer, PadContent([], Path("picture.png")))
    sentence = "Nothing was found in the picture: crop it to the digit."
    assert (value["state"], value["note"], value["spoken"]) == ("blank", sentence, sentence)
    assert shown(answer, PadContent([], None))["answer"] == "Your turn"


def test_no_reading_is_called_certain_before_it_nearly_is():
    for confidence, said in (
        (0.994, "99\u00a0% sure"),
        (0.996, "over 99\u00a0% sure"),
        (1.0, "over 99\u00a0% sure"),
    ):
        reading = type(BLANK)("sure", 7, confidence, (0.1,) * 10, (7,), BLANK.ink)
        assert words(reading)[1] == said


def test_what_the_pad_sends_is_unpacked_and_junk_stays_junk():
    assert pad_content({"strokes": "[[[1, 2]]]", "picture": None}).strokes == [[[1, 2]]]
    assert pad_content(None).strokes == []
    assert pad_content({"strokes": "[[["}).strokes == "[[["
    assert pad_content({"picture": {"name": "/etc/hostname"}}).picture == GONE


# ---- the command line ----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_serving(monkeypatch):
    """Let a mistake that goes unnoticed fail its test, in place of serving for ever."""

    def fail(*_):
        raise AssertionError("served")

    monkeypatch.setattr(app, "_start", fail)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--auth", "anna"],
        ["--auth", ":secret"],
        ["--port", "many"],
        ["--port", "70000"],
        ["--device", "abacus"],
        ["--weights"],
        ["--nonsense"],
    ],
)
def test_a_mistake_in_the_arguments_is_one_line_and_exit_2(capsys, arguments):
    with pytest.raises(SystemExit) as end:
        app.main(arguments)
    assert end.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_taken_port_is_one_line_and_exit_2(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port)]) == 2
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1
    assert str(port) in message


def test_a_weight_file_that_is_not_there_is_one_line_and_exit_2(capsys, tmp_path):
    assert app.main(["--weights", str(tmp_path / "none.safetensors")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("below", ["", "folder"])
def test_a_folder_that_cannot_be_made_is_one_line_and_exit_2(capsys, tmp_path, below):
    path = tmp_path / "x.txt"
    path.write_text("a file")
    assert app.main(["--folder", str(path / below)]) == 2
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1
    assert str(path) in message
    assert path.read_text() == "a file"


def refuse_to_write(folder, size):
    raise OSError(30, "Read-only file system")


def test_a_folder_that_cannot_be_written_to_is_one_line_and_exit_2(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(own_folder, "check_room", refuse_to_write)
    assert app.main(["--folder", str(tmp_path)]) == 2
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1
    assert f"{tmp_path} can't be used (Read-only file system)" in message


def test_an_owners_folder_that_cannot_be_brought_up_to_date_is_one_line_and_exit_2(
    capsys, tmp_path
):
    (tmp_path / "visitors" / "everybody").mkdir(parents=True)
    (tmp_path / "owner").write_text("in the way")
    assert app.main(["--folder", str(tmp_path)]) == 2
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1
    assert str(tmp_path) in message


@pytest.mark.skipif(sys.platform == "win32", reason="no polite end from outside")
def test_where_the_home_cannot_be_used_the_page_says_so_and_nothing_is_left(tmp_path):
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.write_text("a file")
    scratch.mkdir()
    environment = os.environ | {"HOME": str(home), "TMPDIR": str(scratch)}
    environment.pop("XDG_DATA_HOME", None)
    server = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(free_port())],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().removeprefix("Ready: ").strip()
        config = httpx.get(f"{address}config").json()
        httpx.post(f"{address}gradio_api/upload", files={"files": b"picture"}).raise_for_status()
        assert list(scratch.glob("draw-a-digit-uploads-*")) != []
    finally:
        server.terminate()
        _, said = server.communicate()
    said = said.strip()
    assert is_one_sentence(said)
    assert str(home) in said
    notice = next(c for c in config["components"] if c["props"].get("elem_id") == "notice")
    assert said in notice["props"]["value"]
    assert list(scratch.glob("draw-a-digit-*")) == []


def test_a_device_that_is_not_there_is_one_line_and_exit_2(capsys, monkeypatch):
    def refuse(*_):
        raise DeviceError("There is no such device on this machine: choose another --device.")

    monkeypatch.setattr("mnist_core.model.devices.pick_device", refuse)
    assert app.main(["--port", str(free_port()), "--device", "mps"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("lean", [False, True])
def test_beside_the_page_a_process_gets_ready_for_a_training_unless_memory_is_dear(
    monkeypatch, tmp_path, lean
):
    done = []

    class Recorder:
        def keep_ready(self, device):
            done.append(device)

        def close(self):
            done.append("closed")

    def load(*_):
        done.append("load")
        raise OptionError("That is all.")

    monkeypatch.setattr(app, "Workers", Recorder)
    monkeypatch.setattr(app, "_load", load)
    options = ["--folder", str(tmp_path), "--device", "cpu", *(["--lean"] if lean else [])]
    assert app.main(options) == 2
    assert done == [*([] if lean else ["cpu"]), "load", "closed"]


def test_a_damaged_weight_file_is_named_and_the_shipped_one_used(tmp_path, monkeypatch):
    shipped, damaged = tmp_path / "shipped.safetensors", tmp_path / "damaged.safetensors"
    weight_file.save(networks.build(INFO.architecture), INFO, shipped)
    damaged.write_bytes(b"damaged")
    monkeypatch.setattr(weight_file, "SHIPPED", shipped)
    recognizer, notice = app._load(damaged, "cpu")
    assert recognizer.info == INFO
    assert str(damaged) in notice


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="tells what a process has loaded")
def test_the_network_is_loaded_though_nobody_draws(tmp_path):
    command = ["app.py", "--lean", "--port", str(free_port()), "--folder", str(tmp_path)]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout.readline().startswith("Ready")
        wait_until(lambda: "libtorch_cpu" in Path(f"/proc/{server.pid}/maps").read_text())
    finally:
        server.terminate()
        server.wait()


def test_what_may_not_be_there_is_loaded_at_once(tmp_path):
    assert app._load(None, "cpu")[0]._scorer is None
    own = tmp_path / "own.safetensors"
    weight_file.save(networks.build(INFO.architecture), INFO, own)
    assert app._load(own, "cpu")[0]._scorer is not None


def test_a_page_without_a_recognizer_reads_with_the_shipped_weights():
    with served(None) as (address, _):
        drawings = {7: SEVEN, 1: ONE}
        read = {
            digit: run(address, "predict", json.dumps(drawing)).json()["data"][0]["digit"]
            for digit, drawing in drawings.items()
        }
    assert read == {7: 7, 1: 1}


def test_a_training_process_that_imports_the_app_imports_nothing_heavy():
    check = "import sys, app; sys.exit(bool({'torch', 'gradio', 'numpy'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", check], env=environment).returncode == 0


@pytest.mark.parametrize("tunnel", ["https://x.gradio.live", None])
def test_the_link_of_the_tunnel_is_told_or_that_there_is_none(capsys, monkeypatch, tunnel):
    class Page:
        server = SimpleNamespace(config=SimpleNamespace())

        def launch(self, **_):
            print("Gradio's advice of ten lines")
            return None, "http://127.0.0.1:7860/", tunnel

    monkeypatch.setattr(app, "_start", lambda page, _: page.launch())
    app._launch(Page(), parse(["--share"]))
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "Ready: http://127.0.0.1:7860/"
    assert "advice" not in out + err
    if tunnel:
        assert (out.splitlines()[1:], err) == ([f"Shared: {tunnel}"], "")
    else:
        assert is_one_sentence(err.strip())
        assert "http://127.0.0.1:7860/" in err
