"""Gradio's queue sleeps while nobody calls."""

import json
import sys

import gradio as gr
import httpx
import pytest

import app
from mnist_core.web.workarounds import idle_queue
from mnist_core.web.workarounds.idle_queue import SECONDS_BETWEEN_LOOKS
from tests.drawings import SEVEN
from tests.pages import served
from tests.stubs import reader


def test_the_pages_queue_looks_twenty_times_a_second_at_most_while_nobody_calls():
    queue = app.build_demo(reader(d7=30.0))._queue
    assert queue.sleep_when_free >= SECONDS_BETWEEN_LOOKS == 0.05
    assert queue.progress_update_sleep_when_free >= 0.1


def test_after_a_call_the_queue_looks_as_often_as_gradios_own(monkeypatch):
    monkeypatch.setattr(idle_queue, "SECONDS_OF_CALLS", 3600)
    with served() as (address, demo):
        posted = httpx.post(f"{address}/gradio_api/call/predict", json={"data": [SEVEN]})
        answer = httpx.get(f"{address}/gradio_api/call/predict/{posted.json()['event_id']}")
        assert json.loads(answer.text.partition("data: ")[2])[0]["digit"] == 7
        assert demo._queue.sleep_when_free == gr.Blocks()._queue.sleep_when_free


@pytest.mark.skipif(sys.platform == "win32", reason="there it sleeps for longer by itself")
def test_gradios_queue_looks_every_millisecond():
    assert gr.Blocks()._queue.sleep_when_free == 0.001
