"""What is known of the page by a link to it: title, words, picture and icon, all of its own."""

import io
import json
import re
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from tests.pages import client_of, served, stub_page


@pytest.fixture(scope="module")
def client():
    return client_of(stub_page(public=True), address="http://digits.example")


@pytest.fixture(scope="module")
def page(client):
    return client.get("/").text


def tags(page, kind):
    found = re.findall(rf'<meta (?:property|name)="({kind}:[^"]+)" content="([^"]*)">', page)
    assert len(dict(found)) == len(found)  # no tag twice
    return dict(found)


def test_a_link_to_the_page_shows_its_own_title_words_and_picture(client, page):
    shown = tags(page, "og")
    assert shown["og:title"] == "Draw a digit"
    assert "reads it while you write" in shown["og:description"]
    assert shown["og:url"] == "http://digits.example/"
    assert urlsplit(shown["og:image"]).netloc == "digits.example"
    answer = client.get(shown["og:image"])
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == "PNG"
        assert (str(picture.width), str(picture.height)) == (
            shown["og:image:width"],
            shown["og:image:height"],
        )
        assert len(picture.getcolors(2**20)) > 5
    assert re.findall("<title>(.*?)</title>", page) == ["Draw a digit"]


def test_nothing_of_gradios_preview_is_left(page):
    assert page.count('property="og:title"') == 1
    assert 'name="twitter:creator"' not in page
    assert set(tags(page, "twitter")) == {"twitter:card"}  # the rest is taken from og:
    assert "raw.githubusercontent.com" not in page
    assert "Click to try out the app" not in page


def test_the_page_loads_nothing_from_another_host(page):
    addresses = re.findall(r'<(?:link|script|img)[^>]*\b(?:href|src)="([^"]+)"', page)
    assert addresses
    assert {urlsplit(address).netloc for address in addresses} == {""}


def test_the_icon_and_the_manifest_are_the_pages_own(client, page):
    icon = client.get("/icon.svg")
    assert icon.headers["content-type"].startswith("image/svg+xml")
    assert client.get("/favicon.ico").content == icon.content
    assert page.count('rel="manifest"') == 1
    manifest = json.loads(client.get("/manifest.json").content)
    assert manifest["name"] == "Draw a digit"
    assert [each["src"] for each in manifest["icons"]] == ["icon.svg"]
    assert "gradio" not in json.dumps(manifest).lower()


def test_a_host_that_is_asked_by_can_put_nothing_into_the_page(client):
    page = client.get("/", headers={"host": 'a"><script>x'}).text
    assert "<script>x" not in page


def test_behind_a_proxy_and_before_a_login_the_preview_is_there_too():
    client = client_of(stub_page(), address="http://digits.example", auth=("anna", "chalk"))
    page = client.get("/", headers={"x-forwarded-proto": "https"}).text
    assert tags(page, "og")["og:url"] == "https://digits.example/"
    for path in ("/preview.png", "/icon.svg", "/manifest.json"):
        assert client.get(path).status_code == 200


def test_gradio_still_writes_a_preview_of_its_own(monkeypatch):
    """Once this fails, ``preview`` may have less to take away."""
    monkeypatch.setattr(
        "mnist_core.web.workarounds.first_script.own_head", lambda page, address: page
    )
    with served() as (address, _):
        page = httpx.get(f"{address}/").text
    assert 'content="Gradio"' in page
    assert '<link rel="manifest" href="/manifest.json" />' in page
