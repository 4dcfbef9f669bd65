"""Uploaded pictures: in a quota, deleted in every case, and known by names that tell nothing."""

import io
import os
import socket
import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.service.readings import GONE
from mnist_core.web.http import uploads as module
from mnist_core.web.http.faults import Faults
from mnist_core.web.http.shares import Shares
from mnist_core.web.http.uploads import LARGEST_FILE, Uploads, upload_route
from mnist_core.web.pad.component import pad_content
from tests.pages import client_of, is_one_sentence, served, stub_page

FORM = {"content-type": "multipart/form-data; boundary=B"}


@pytest.fixture
def uploads(tmp_path):
    return Uploads(1000, of_one=400, parent=tmp_path)


@pytest.fixture
def client():
    return client_of(stub_page())


def add(uploads, size, address="192.0.2.1"):
    return uploads.add(address, io.BytesIO(bytes(size)))


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def part(name='name="files"; filename="a"', content=b"x"):
    head = f"--B\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode()
    return head + content + b"\r\n"


def test_an_uploaded_file_is_found_by_its_name_alone(client):
    response = client.post("/gradio_api/upload", files={"files": ("../../7.png", b"content")})
    [name] = response.json()
    assert module.UPLOADS.find(name).read_bytes() == b"content"
    for junk in (f"../{name}", f"/{name}", name[:-1], "", None, 7, "/etc/hostname", str(
        module.UPLOADS.find(name)
    )):  # fmt: skip
        assert module.UPLOADS.find(junk) is None


def test_no_answer_tells_where_a_file_lies(client):
    response = client.post("/gradio_api/upload", files={"files": ("7.png", b"content")})
    assert "/" not in response.text
    assert "7.png" not in response.text


def test_several_files_are_kept_and_too_many_are_refused(client):
    many = [("files", (f"{number}", b"x")) for number in range(9)]
    assert len(client.post("/gradio_api/upload", files=many[:8]).json()) == 8
    response = client.post("/gradio_api/upload", files=many)
    assert response.status_code == 400
    assert is_one_sentence(response.json()["error"])


def test_a_picture_of_the_largest_size_is_taken_and_none_larger(client):
    sizes = {
        size: client.post("/gradio_api/upload", files={"files": ("x.png", bytes(size))}).status_code
        for size in (LARGEST_FILE, LARGEST_FILE + 2**17)
    }
    assert list(sizes.values()) == [200, 413]


@pytest.mark.parametrize(
    "body",
    [
        b"--B\r\nx",
        part()[:-9],
        part('name="x"', b"y" * 2000) + b"--B--\r\n",
        part('name="other"; filename="a"') + b"--B--\r\n",
        part("filename=a") + b"--B--\r\n",
        b"".join(part(content=b"") for _ in range(999)),
        b"".join(part('name="x"', b"") for _ in range(999)),
        b"--B--\r\n",
        b"",
    ],
)
def test_a_form_that_makes_no_sense_is_refused_and_leaves_nothing(client, body, tmp_path, caplog):
    before = set(files(module.UPLOADS._made_folder()))
    response = client.post("/gradio_api/upload", content=body, headers=FORM)
    assert response.status_code == 400
    assert is_one_sentence(response.json()["error"])
    assert set(files(module.UPLOADS._made_folder())) == before
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "multipart/x"])
def test_what_is_no_form_is_refused(client, kind):
    response = client.post("/gradio_api/upload", content=b"x", headers={"content-type": kind})
    assert response.status_code == 400


def test_an_upload_that_is_broken_off_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(module, "UPLOADS", Uploads(parent=tmp_path))
    with served() as (address, _):
        host, port = address.removeprefix("http://").split(":")
        for _ in range(3):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(
                    b"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                    b"multipart/form-data; boundary=B\r\nContent-Length: 30000000\r\n\r\n"
                    + part(content=b"a" * 3_000_000)
                )
        assert httpx.get(f"{address}/config").status_code == 200
    assert files(tmp_path) == []


def test_who_uploads_much_loses_their_own_oldest(uploads, tmp_path):
    names = [add(uploads, 100) for _ in range(6)]
    others = add(uploads, 100, "192.0.2.2")
    assert [uploads.find(name) is not None for name in names] == [False] * 2 + [True] * 4
    assert uploads.find(others) is not None
    assert len(files(tmp_path)) == 5


def test_when_all_is_full_who_has_most_loses_their_oldest(uploads):
    small = add(uploads, 50, "192.0.2.9")
    for number in range(4):
        for _ in range(3):
            last = add(uploads, 100, f"192.0.2.{number}")
    assert uploads.find(small) is not None
    assert uploads.find(last) is not None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 40)), max_size=40))
def test_shares_never_hold_more_than_there_is_room_for(things):
    shares, held = Shares(100, of_one=60), {}
    for number, (owner, size) in enumerate(things):
        name = f"{owner}{number}"
        held[name] = (owner, size)
        for gone in shares.add(owner, name, size):
            del held[gone]
        assert name in held
        assert sum(size for _, size in held.values()) <= 100
        for each in "abc":
            assert sum(size for owner, size in held.values() if owner == each) <= 60


def test_a_thing_that_was_taken_out_makes_room():
    shares = Shares(10, of_one=10)
    shares.add("a", "x", 6)
    shares.remove("x")
    shares.remove("never there")
    assert shares.add("a", "y", 10) == []


def test_old_files_go_and_so_do_those_of_servers_that_were_killed(uploads, tmp_path, monkeypatch):
    name = add(uploads, 10)
    left = tmp_path / "draw-a-digit-uploads-killed"
    left.mkdir()
    (left / "a").write_bytes(b"x")
    running = tmp_path / "draw-a-digit-uploads-running"
    running.mkdir()
    long_ago = time.time() - module.KEPT_FOR - 1
    for path in (left, uploads.find(name)):
        os.utime(path, (long_ago, long_ago))
    uploads.sweep()
    assert left.exists()  # not twice within the minute
    monkeypatch.setattr(module, "SECONDS_BETWEEN_SWEEPS", 0.0)
    uploads.sweep()
    assert not left.exists()
    assert uploads.find(name) is None
    assert running.exists()


def test_at_the_end_nothing_is_left(uploads, tmp_path):
    add(uploads, 10)
    uploads.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_can_not_be_written_leaves_nothing(uploads, tmp_path):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        uploads.add("192.0.2.1", Broken())
    assert files(tmp_path) == []


def test_where_too_many_are_on_their_way_one_is_refused_and_the_next_is_not(uploads, monkeypatch):
    monkeypatch.setattr(module, "UNDERWAY_OF_ONE", 1)
    keep = uploads.add
    nested = []

    def upload():
        return client.post("/gradio_api/upload", files={"files": ("a", b"x")})

    def add_while_another_comes(*arguments):
        if not nested:
            nested.append(upload())
        return keep(*arguments)

    monkeypatch.setattr(uploads, "add", add_while_another_comes)
    whole = Faults(Starlette(routes=[upload_route(uploads)]))
    with TestClient(whole) as client:
        assert upload().status_code == 200
        assert nested[0].status_code == 429
        assert upload().status_code == 200


def test_what_the_pad_sends_names_an_upload_or_nothing(client):
    [name] = client.post("/gradio_api/upload", files={"files": ("7.png", b"content")}).json()
    assert pad_content({"picture": {"name": name}}).picture.read_bytes() == b"content"
    for junk in ("/etc/hostname", "", None, 7, "0" * 32):
        assert pad_content({"picture": {"name": junk}}).picture == GONE


def test_where_the_disk_is_full_while_a_file_comes_that_is_told(monkeypatch, caplog):
    async def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("starlette.datastructures.UploadFile.write", full)
    with client_of(stub_page()) as client:
        response = client.post("/gradio_api/upload", files={"files": ("a", b"abc")})
    assert response.status_code == 507
    assert is_one_sentence(response.json()["error"])
    assert "Traceback" not in caplog.text
