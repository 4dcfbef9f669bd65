"""What goes wrong: one line for a fault of the client, a traceback for one of ours."""

import io
import json
import logging
import sys

import pytest

from mnist_core.errors import MnistCoreError
from mnist_core.web.http.asgi import RefusedError
from mnist_core.web.http.faults import Faults
from mnist_core.web.http.logs import OneLine
from tests.pages import in_a_loop, is_one_sentence


def ask(application, path="/read"):
    """Ask an application, with the middleware around it; gives the status and the body."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [],
        "client": ("192.0.2.7", 1),
    }
    in_a_loop(Faults(application)(scope, None, send))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent)


async def faulty(scope, receive, send):
    raise KeyError("ours")


async def says_500(scope, receive, send):
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"object at 0x7f00 in /home"})


async def refuses(scope, receive, send):
    raise RefusedError(404, "There is no such thing.")


def test_a_fault_of_the_server_is_500_and_leaves_its_traceback_in_the_log(caplog):
    status, body = ask(faulty)
    assert status == 500
    assert b"ours" not in body
    assert "KeyError: 'ours'" in caplog.text
    assert "Traceback" in caplog.text
    assert [each.levelname for each in caplog.records] == ["ERROR"]


def test_what_is_said_for_people_reaches_who_has_asked_without_a_traceback(caplog):
    async def can_not(scope, receive, send):
        raise MnistCoreError("The folder can't be read: check it.")

    status, body = ask(can_not)
    assert (status, json.loads(body)) == (503, {"error": "The folder can't be read: check it."})
    assert "Traceback" not in caplog.text


def test_what_a_failed_answer_says_of_the_inside_is_not_told(caplog):
    status, body = ask(says_500)
    assert status == 500
    assert b"0x7f00" not in body
    assert [each.levelname for each in caplog.records] == ["ERROR"]


def test_a_refusal_is_one_line_without_a_traceback(caplog):
    caplog.set_level(logging.INFO)
    status, body = ask(refuses)
    assert status == 404
    assert b"There is no such thing." in body
    [record] = caplog.records
    assert record.levelname == "INFO"
    assert record.exc_info is None
    assert "192.0.2.7" in record.getMessage()


@pytest.mark.parametrize("path", ["/a\n2026 root logged in", "/\x1b[2J", "/" + "z" * 9000, "/ü☃"])
def test_what_a_client_wrote_is_not_printed_as_it_is(caplog, path):
    caplog.set_level(logging.INFO)
    ask(refuses, path)
    line = caplog.records[0].getMessage()
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 700


def test_a_sentence_that_quotes_what_a_client_sent_does_not_fill_the_log(caplog):
    async def quotes(scope, receive, send):
        raise RefusedError(400, f"There is no {'z' * 9000}: choose another.")

    caplog.set_level(logging.INFO)
    ask(quotes)
    assert len(caplog.records[0].getMessage()) < 700


def logged(*arguments, **options):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    logger = logging.getLogger("test of logs")
    logger.propagate = False
    logger.handlers = [handler]
    logger.error(*arguments, **options)
    return stream.getvalue()


def test_an_event_is_a_line_with_time_level_and_source():
    line = logged("seen by %s", "anna")
    date, level, rest = line.split(" ", 2)
    assert date.endswith("Z")
    assert (level, rest) == ("ERROR", "test of logs: seen by anna\n")


def test_no_message_can_begin_a_line_of_its_own():
    assert logged("a\nb\rc\x1bd").count("\n") == 1
    try:
        raise ValueError("x\n2026 ERROR forged")
    except ValueError:
        text = logged("failed", exc_info=sys.exc_info())
    assert all(line.startswith("    ") for line in text.splitlines()[1:])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_of_a_refusal_is_a_sentence(method):
    _, body = ask(refuses)
    assert is_one_sentence(eval(body)["error"])
