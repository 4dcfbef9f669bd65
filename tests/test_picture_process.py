"""Pictures are opened in children that are killed when one takes too long or too much."""

import contextlib
import os
import signal
import struct
import sys
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.errors import MnistCoreError, PictureError
from mnist_core.ink.pictures import see_picture
from mnist_core.service import picture_process
from mnist_core.service.picture_process import PictureProcesses
from tests.pages import is_one_sentence

PATIENCE = 120  # s


@pytest.fixture(scope="module")
def processes():
    made = PictureProcesses(1)
    yield made
    made.close()


@pytest.fixture
def seven(tmp_path):
    image = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(image).line([(90, 70), (210, 70), (130, 230)], fill=0, width=18)
    image.save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


def slow_jpeg(scans, side=5_000):
    """A small progressive JPEG of many scans, each of which goes through all of the picture."""

    def part(marker, content):
        return b"\xff" + bytes([marker]) + struct.pack(">H", 2 + len(content)) + content

    blocks = ((side + 7) // 8) ** 2
    tables = part(0xDB, bytes(1) + bytes([1] * 64))
    tables += part(0xC2, struct.pack(">BHHB", 8, side, side, 1) + bytes([1, 0x11, 0]))
    for kind, symbol in ((0x00, 0), (0x10, 0xE0)):  # one code, of one bit
        tables += part(0xC4, bytes([kind, 1, *[0] * 15, symbol]))
    first = part(0xDA, bytes([1, 1, 0, 0, 0, 0])) + bytes((blocks + 7) // 8)
    runs = "0" + "1" * 14  # of 32,767 blocks without anything
    bits = runs * (blocks // 32_767 + 1)
    bits += "1" * (-len(bits) % 8)
    content = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    next_scan = part(0xDA, bytes([1, 1, 0, 1, 63, 0])) + content.replace(b"\xff", b"\xff\x00")
    return b"\xff\xd8" + tables + first + next_scan * scans + b"\xff\xd9"


def first_stage(processes, picture):
    with contextlib.closing(processes.see(picture)) as stages:
        return next(stages)


def test_a_child_sees_what_this_process_would(processes, seven):
    there = list(processes.see(seven))
    here = list(see_picture(seven))
    assert len(there) == len(here) > 1
    for one, other in zip(there, here, strict=True):
        assert np.array_equal(one.ink, other.ink)
        assert one.ways == other.ways
    assert there[0].ink.any()


def test_no_more_is_seen_than_is_asked_for_and_the_next_picture_is_seen_from_its_start(
    processes, seven, tmp_path
):
    other = tmp_path / "other.png"
    Image.new("L", (50, 50), 255).save(other)
    first_stage(processes, seven)
    assert [stage.ways for stage in processes.see(other)] == [
        stage.ways for stage in see_picture(other)
    ]


def test_what_is_no_picture_is_refused_in_the_same_words_without_its_name(processes, tmp_path):
    path = tmp_path / "x.png"
    path.write_text("junk")
    with pytest.raises(PictureError) as here:
        list(see_picture(b"junk"))
    with pytest.raises(PictureError) as there:
        list(processes.see(path))
    assert str(there.value) == str(here.value)


def test_of_a_picture_that_is_gone_no_path_is_told(processes, tmp_path):
    with pytest.raises(PictureError) as refusal:
        list(processes.see(tmp_path / "gone.png"))
    assert is_one_sentence(str(refusal.value))
    assert "gone" not in str(refusal.value)


def test_a_picture_that_takes_too_long_is_refused_and_the_next_is_opened(tmp_path, seven):
    slow = tmp_path / "slow.jpg"
    slow.write_bytes(slow_jpeg(20_000))
    processes = PictureProcesses(1, seconds=0.5)
    try:
        with pytest.raises(PictureError) as refusal:
            first_stage(processes, slow)
        assert is_one_sentence(str(refusal.value))
        processes._seconds = PATIENCE
        assert first_stage(processes, seven).ink.any()
        assert len(processes._all) == 1
    finally:
        processes.close()


def test_all_stages_together_have_the_time_of_one_picture(seven, monkeypatch):
    child = picture_process._Child()
    asked = []

    def receive(seconds):
        asked.append(seconds)
        now[0] += 2.0
        return "seen" if len(asked) < 4 else None

    now = [0.0]
    monkeypatch.setattr(picture_process.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(child, "_receive", receive)
    monkeypatch.setattr(child, "_has_started", True)
    try:
        for _ in child.see(seven, 5.0):
            now[0] += 100.0  # while a reader looks
        assert asked == [5.0, 3.0, 1.0, -1.0]
    finally:
        child.kill()


def test_what_decoders_print_of_a_damaged_file_does_not_reach_the_log(tmp_path, capfd):
    damaged = tmp_path / "x.tif"
    Image.new("L", (28, 28)).save(damaged, compression="tiff_deflate")
    damaged.write_bytes(
        damaged.read_bytes().replace(b"\x78", b"\x00")
    )  # what deflated data begin with
    with contextlib.suppress(PictureError):
        list(see_picture(damaged))
    assert capfd.readouterr().err  # so does libtiff where nobody keeps it from that
    processes = PictureProcesses(1)
    try:
        with contextlib.suppress(PictureError):
            list(processes.see(damaged))
    finally:
        processes.close()
    assert capfd.readouterr() == ("", "")


def test_a_child_that_is_killed_is_replaced(processes, seven):
    first_stage(processes, seven)
    [child] = processes._all
    os.kill(child._process.pid, signal.SIGTERM)
    child._process.join(PATIENCE)
    assert first_stage(processes, seven).ink.any()


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not limit memory")
def test_a_picture_that_takes_too_much_memory_is_refused(monkeypatch, seven):
    code = "import sys; from mnist_core.service import picture_process as p; p._limit_memory()\n"
    code += "try: x = bytearray(2_000_000_000)\nexcept MemoryError: sys.exit(5)"
    status = os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code)
    assert status == 5


def test_a_decoder_out_of_memory_is_told_as_a_picture_too_hard_to_open(seven):
    def see(_):
        try:
            raise MemoryError
        except MemoryError as error:
            raise PictureError("It can't be opened.") from error

    assert "too much memory" in str(next(picture_process._outcomes(see, seven)))


def test_when_it_is_closed_what_is_being_opened_ends_and_nothing_begins(tmp_path, seven):
    slow = tmp_path / "slow.jpg"
    slow.write_bytes(slow_jpeg(20_000))
    processes = PictureProcesses(1, seconds=PATIENCE)
    first_stage(processes, seven)
    refused = []

    def open_slow():
        try:
            first_stage(processes, slow)
        except MnistCoreError as error:
            refused.append(error)

    thread = threading.Thread(target=open_slow)
    thread.start()
    processes.close()
    thread.join(PATIENCE)
    assert len(refused) == 1
    with pytest.raises(MnistCoreError):
        first_stage(processes, seven)


def test_a_child_is_there_before_the_first_picture_where_that_is_asked_for(seven):
    processes = PictureProcesses(2)
    try:
        processes.prepare()
        processes.prepare()
        assert len(processes._all) == 1
        assert first_stage(processes, seven).ink.any()
        assert len(processes._all) == 1
    finally:
        processes.close()
