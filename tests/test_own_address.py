"""Gradio reaches its own server, whatever proxies the environment names."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import gradio
import pytest

import app
from mnist_core.web.workarounds.own_address import reach_own_address
from tests.pages import free_port, is_one_sentence

ROOT = Path(app.__file__).parent
NOWHERE = "127.0.0.1:9"


def test_own_addresses_join_those_that_need_no_proxy():
    environment = {"http_proxy": "http://proxy:3128", "no_proxy": "intranet,localhost"}
    assert reach_own_address(environment, "[::2]") == ""
    assert reach_own_address(environment, "[::2]") == ""
    assert environment == {
        "http_proxy": "http://proxy:3128",
        "no_proxy": "intranet,localhost,127.0.0.1,::1,::2",
        "NO_PROXY": "intranet,localhost,127.0.0.1,::1,::2",
    }


@pytest.mark.parametrize("proxy", ["socks://proxy:9", "socks5://proxy:9", "junk://x"])
def test_a_proxy_of_no_use_is_dropped_in_a_sentence(monkeypatch, proxy):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    environment = {"ALL_PROXY": proxy, "http_proxy": "proxy:3128", "https_proxy": ""}
    said = reach_own_address(environment)
    assert is_one_sentence(said)
    assert "ALL_PROXY" in said
    assert "ALL_PROXY" not in environment
    assert environment["http_proxy"] == "proxy:3128"


def test_a_socks_proxy_stays_where_its_library_is(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    environment = {"all_proxy": "socks5://proxy:9"}
    assert reach_own_address(environment) == ""
    assert environment["all_proxy"] == "socks5://proxy:9"


@pytest.mark.skipif(sys.platform == "win32", reason="no polite end from outside")
def test_the_page_starts_behind_proxies_that_lead_nowhere(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(free_port()), "--folder", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "http_proxy": f"http://{NOWHERE}", "ALL_PROXY": f"socks://{NOWHERE}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Ready: ")
    finally:
        server.terminate()
        _, said = server.communicate()
    assert "Traceback" not in said


def test_gradio_asks_its_own_server_through_a_proxy():
    source = inspect.getsource(gradio.Blocks.launch)
    assert "httpx.get(" in source
    assert "trust_env=False" not in source
