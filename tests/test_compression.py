"""What goes out compressed, and for how long a browser keeps it."""

import gzip
import json
import re
from pathlib import Path

import httpx
import pytest
from gradio.routes import BUILD_PATH_LIB

from tests.drawings import SEVEN
from tests.pages import served

ZIPPED = {"accept-encoding": "gzip"}


@pytest.fixture(scope="module")
def url():
    with served() as (address, _):
        yield address


def raw(url, path, method="GET", **options):
    """Ask for a path; gives the headers, and the body as it comes over the line."""
    with httpx.stream(method, f"{url}{path}", **{"headers": ZIPPED, **options}) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info"])
def test_the_page_and_its_description_are_compressed_for_who_can_read_that(url, path):
    headers, body = raw(url, path)
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(body)))
    whole = gzip.decompress(body)
    _, plain = raw(url, path, headers={"accept-encoding": "identity"})
    assert len(whole) == len(plain) > 2 * len(body)


def test_a_reading_is_not_compressed_as_it_comes_first(url):
    headers, body = raw(url, "/read", "POST", content=json.dumps({"strokes": SEVEN}))
    assert "content-encoding" not in headers
    assert json.loads(body)["digit"] == 7


def test_what_is_streamed_is_not_held_back_to_be_compressed(url):
    called = httpx.post(f"{url}/gradio_api/call/predict", json={"data": [SEVEN]}).json()
    headers, body = raw(url, f"/gradio_api/call/predict/{called['event_id']}")
    assert "content-encoding" not in headers
    assert b"event: complete" in body


def test_a_file_whose_name_changes_with_its_content_is_kept_for_ever(url):
    [script, *_] = re.findall(r'"[./]*(/assets/[^"]+[.]js)"', httpx.get(url).text)
    headers, _ = raw(url, script)
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


def test_gradios_files_come_as_they_are_and_compressed_for_who_can_read_that(url):
    # Each twice, as the second time it comes from memory.
    names = re.findall(r'"[./]*(/assets/[^"]+[.](?:js|css))"', httpx.get(url).text)
    for name in [*names, *names]:
        content = (Path(BUILD_PATH_LIB).parent / name[1:]).read_bytes()
        headers, plain = raw(url, name, headers={"accept-encoding": "identity"})
        assert plain == content
        assert "content-encoding" not in headers
        packed_headers, packed = raw(url, name)
        assert gzip.decompress(packed) == content
        assert packed_headers["content-encoding"] == "gzip"
        kind = {".js": "javascript", ".css": "text/css"}[Path(name).suffix]
        for each in (headers, packed_headers):
            assert kind in each["content-type"]
            assert each["vary"].lower() == "accept-encoding"


@pytest.mark.parametrize("name", ["no-12345678.js", "%2e%2e", "%2e%2e%2findex.html"])
def test_what_is_none_of_gradios_files_is_not_served(url, name):
    assert httpx.get(f"{url}/assets/{name}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/config", "/favicon.ico", "/static/img/logo.svg", "/assets/no-12345678.js"]
)
def test_what_may_change_or_is_not_there_is_not_kept_for_ever(url, path):
    headers, _ = raw(url, path)
    assert "immutable" not in headers.get("cache-control", "")
