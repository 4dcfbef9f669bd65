"""Files that are whole or absent."""

import contextlib
import errno
import os
import stat
import sys
import time
from pathlib import Path

import pytest

from mnist_core import files

FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_file_is_written_with_its_folders_and_all_may_read_it(tmp_path):
    path = tmp_path / "new" / "deep" / "x.bin"
    files.write_atomically(path, b"content")
    assert path.read_bytes() == b"content"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_a_file_replaces_the_one_before(tmp_path):
    path = tmp_path / "x.bin"
    for content in (b"a long one", b"short", b""):
        files.write_atomically(path, content)
        assert path.read_bytes() == content


def test_a_file_written_first_stays_as_it_is_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "new" / "key"
    files.write_first(path, b"first")
    files.write_first(path, b"second")
    assert path.read_bytes() == b"first"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_name_as_long_as_names_may_be_is_written(tmp_path):
    path = tmp_path / ("x" * 255)
    files.write_atomically(path, b"content")
    assert path.read_bytes() == b"content"


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=["full", "interrupted"])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, step, error):
    path = tmp_path / "x.bin"
    files.write_atomically(path, b"old")

    def fail(*_):
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@contextlib.contextmanager
def full_at_1000_bytes():
    """Let no file grow longer, as on a disk that is full; what pytest writes to is a file, too."""
    if sys.platform == "win32":
        pytest.skip("no limits on the size of files")
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_disk_that_is_full_half_way_leaves_nothing(tmp_path):
    with full_at_1000_bytes(), pytest.raises(OSError, match="File too large"):
        files.write_atomically(tmp_path / "x.bin", bytes(5000))
    assert list(tmp_path.iterdir()) == []


def test_room_is_found_where_a_file_of_the_size_can_be_written_and_nothing_stays(tmp_path):
    folder = tmp_path / "new" / "deep"
    with full_at_1000_bytes():
        files.check_room(folder, 1000)
        with pytest.raises(OSError, match="File too large"):
            files.check_room(folder, 1001)
    assert list(folder.iterdir()) == []


def test_there_is_no_room_in_a_file_or_below_one(tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(b"content")
    for folder in (path, path / "folder"):
        with pytest.raises(OSError, match=r"exists|directory"):
            files.check_room(folder, 0)
    assert path.read_bytes() == b"content"


@pytest.mark.parametrize("able", [True, False])
def test_a_folder_that_cannot_be_synced_is_no_error_but_a_broken_disk_is(
    tmp_path, monkeypatch, able
):
    def refuse(path, flags):
        raise OSError(errno.EIO if able else errno.EACCES, "refused")

    monkeypatch.setattr(files.os, "open", refuse)
    if able:
        with pytest.raises(OSError, match="refused"):
            files._sync_folder(tmp_path)
    else:
        files._sync_folder(tmp_path)


def test_what_killed_writers_left_goes_after_an_hour(tmp_path):
    old, new, other = tmp_path / ".part-old", tmp_path / ".part-new", tmp_path / "x.bin"
    for path in (old, new, other):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    files.remove_abandoned(tmp_path)
    assert sorted(tmp_path.iterdir()) == [new, other]
    files.remove_abandoned(tmp_path / "nowhere")


def test_all_is_on_the_disk_before_a_file_gets_its_name_and_its_name_is_before_the_end(
    tmp_path, monkeypatch
):
    path, steps = tmp_path / "x.bin", []
    fsync, replace = os.fsync, os.replace

    def sync(handle):
        status = os.fstat(handle)
        steps.append("folder" if stat.S_ISDIR(status.st_mode) else status.st_size)
        if len(steps) == 1:
            (staging,) = tmp_path.iterdir()  # until it is whole
            assert staging.name.startswith(".")
        fsync(handle)

    def rename(source, target):
        steps.append("named")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", rename)
    files.write_atomically(path, b"content")
    assert steps == [7, "named", "folder"]


def test_what_a_writer_of_half_an_hour_ago_left_may_still_be_in_the_making(tmp_path):
    for minutes in (30, 90):
        path = tmp_path / f".part-{minutes}"
        path.write_bytes(b"half")
        then = time.time() - minutes * 60
        os.utime(path, (then, then))
    files.remove_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".part-30"]


def test_the_users_folders_are_those_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert files.data_home() == tmp_path / ".local" / "share"
    assert files.cache_home() == tmp_path / ".cache"
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert files.data_home() == files.cache_home() == tmp_path / "local"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert files.cache_home() == tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert files.cache_home() == tmp_path / "local"
