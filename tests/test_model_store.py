"""The kept models of one owner."""

import dataclasses
import os
import shutil
import sys
import time
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import ModelStoreError
from mnist_core.model import networks, weight_file
from mnist_core.model.weight_info import Architecture
from mnist_core.storage import models
from mnist_core.storage.models import ModelStore
from tests.crashes import killed_at_random_moments
from tests.stubs import INFO

SMALL = dataclasses.replace(INFO, architecture=Architecture("convolutional", width=1))
GONE = r"^That model is no longer there: choose another\.$"


@pytest.fixture
def kept(tmp_path):
    return ModelStore(tmp_path / "shelf")


@pytest.fixture
def finished(tmp_path):
    """Make a finished weight file, as a training leaves it."""

    def make(stem=None, **changes):
        path = tmp_path / "done" / f"{stem or uuid4().hex[:12]}.safetensors"
        weight_file.save(
            networks.build(SMALL.architecture), dataclasses.replace(SMALL, **changes), path
        )
        return path

    return make


def names(kept):
    return [entry.info.name for entry in kept.entries()]


def test_a_shelf_that_was_never_used_is_empty(kept):
    assert kept.entries() == []
    assert not kept.folder.exists()


def test_a_model_that_is_put_on_the_shelf_moves_there_and_stays_the_same(kept, finished):
    file = finished()
    model, _ = weight_file.load(file)
    entry = kept.put(file, "  My first ")
    assert not file.exists()
    assert kept.entries() == [entry] == [kept.get(entry.id)]
    assert entry.info.name == "My first"
    assert entry.size == entry.path.stat().st_size
    loaded, info = weight_file.load(entry.path)
    assert info == entry.info
    assert all(map(torch.equal, loaded.state_dict().values(), model.state_dict().values()))


def test_the_newest_model_is_first(kept, finished):
    for year in (2025, 2027, 2026):
        kept.put(finished(created=f"{year}-01-01T00:00:00+00:00"), str(year))
    assert names(kept) == ["2027", "2026", "2025"]


def test_a_model_without_a_time_gets_that_of_its_coming(kept, finished):
    entry = kept.put(finished(created=""), "x")
    assert entry.info.created[:4] == weight_file.current_time()[:4]


def test_a_renamed_model_keeps_its_place_and_its_id(kept, finished):
    entries = [kept.put(finished(), name) for name in ("a", "b")]
    renamed = kept.rename(entries[0].id, "Ünï ✏️")
    assert renamed.info == dataclasses.replace(entries[0].info, name="Ünï ✏️")
    assert kept.get(entries[0].id) == renamed
    assert len(kept.entries()) == 2


def test_a_removed_model_is_gone(kept, finished):
    entry = kept.put(finished(), "x")
    kept.remove(entry.id)
    assert kept.entries() == []
    assert list(kept.folder.iterdir()) == []
    for use in (kept.get, kept.remove, lambda gone: kept.rename(gone, "y")):
        with pytest.raises(ModelStoreError, match=GONE):
            use(entry.id)


@pytest.mark.parametrize(
    "model_id", ["", "../" + "0" * 12, "0" * 11, "0" * 12 + "\n", "A" * 12, None]
)
def test_an_id_that_is_none_opens_no_file(kept, finished, model_id):
    entry = kept.put(finished(), "x")
    outside = kept.folder.parent / f"{'0' * 12}.safetensors"
    outside.write_bytes(entry.path.read_bytes())
    for use in (kept.get, kept.remove, lambda gone: kept.rename(gone, "y")):
        with pytest.raises(ModelStoreError, match=GONE):
            use(model_id)
    assert len(kept.entries()) == 1
    assert outside.read_bytes() == entry.path.read_bytes()


@pytest.mark.parametrize("name", ["", "  ", "\n\t\x00", "\u202e", "\u200b", "x" * 61, "\ud800"])
def test_a_name_that_is_none_is_refused_and_nothing_moves(kept, finished, name):
    file = finished()
    with pytest.raises(ModelStoreError, match="name"):
        kept.put(file, name)
    assert file.exists()
    assert kept.entries() == []


@given(st.text())
def test_a_name_is_clean_or_refused(name):
    try:
        cleaned = models._checked_name(name)
    except ModelStoreError:
        return
    assert 1 <= len(cleaned) <= 60
    assert cleaned == cleaned.strip() == models._checked_name(cleaned)
    assert len(cleaned.splitlines()) == 1
    cleaned.encode()


def test_what_is_no_whole_weight_file_is_left_out(kept, finished, tmp_path):
    whole = kept.put(finished(), "whole")
    content = whole.path.read_bytes()
    (kept.folder / f"{'0' * 12}.safetensors").write_bytes(content[:-1])
    (kept.folder / f"{'1' * 12}.safetensors").write_bytes(b"")
    (kept.folder / f"{'2' * 12}.safetensors").mkdir()
    (kept.folder / ".part-x.safetensors").write_bytes(content)
    (kept.folder / "other.safetensors").write_bytes(content)
    (kept.folder / "notes.txt").write_text("mine")
    if sys.platform != "win32":
        (kept.folder / f"{'3' * 12}.safetensors").symlink_to(tmp_path / "nowhere")
    assert kept.entries() == [whole]
    with pytest.raises(ModelStoreError, match=GONE):
        kept.get("0" * 12)


def test_a_damaged_file_that_is_mended_is_listed(kept, finished):
    entry = kept.put(finished(), "x")
    content = entry.path.read_bytes()
    entry.path.write_bytes(content[:100])
    assert kept.entries() == []
    entry.path.write_bytes(content)
    assert names(kept) == ["x"]


def test_two_servers_see_what_the_other_does(kept, finished):
    other = ModelStore(kept.folder)
    entry = kept.put(finished(), "x")
    assert other.entries() == [entry]
    other.rename(entry.id, "y")
    assert names(kept) == ["y"]
    kept.remove(entry.id)
    assert other.entries() == []
    with pytest.raises(ModelStoreError, match=GONE):
        other.rename(entry.id, "z")
    assert kept.entries() == []


def test_a_file_that_goes_while_it_is_listed_is_absent(kept, finished, monkeypatch):
    for name in ("a", "b"):
        kept.put(finished(), name)
    read_info = weight_file.read_info

    def remove_and_read(path):
        if weights_read == []:
            path.unlink()
        weights_read.append(path)
        return read_info(path)

    weights_read: list[Path] = []
    monkeypatch.setattr(weight_file, "read_info", remove_and_read)
    assert len(ModelStore(kept.folder).entries()) == 1


def test_a_listing_reads_each_header_once(kept, finished, monkeypatch):
    for name in ("a", "b", "c"):
        kept.put(finished(), name)
    listed = kept.entries()

    def fail(path):
        raise AssertionError("read again")

    monkeypatch.setattr(weight_file, "read_info", fail)
    assert kept.entries() == listed


def test_the_shelf_forgets_the_headers_of_models_that_are_gone(kept, finished):
    kept.put(finished(), "x").path.unlink()
    assert kept.entries() == []
    assert kept._known == {}


def test_a_full_shelf_takes_a_model_only_in_the_place_of_itself(kept, finished, monkeypatch):
    monkeypatch.setattr(models, "MODELS_KEPT", 2)
    kept.put(finished("a" * 12), "a")
    kept.put(finished("b" * 12), "b")
    file = finished()
    with pytest.raises(ModelStoreError, match="2 models are kept already: delete one first"):
        kept.put(file, "c")
    assert file.exists()
    kept.put(finished("b" * 12), "b again")
    assert sorted(names(kept)) == ["a", "b again"]


def test_a_put_that_was_killed_before_its_end_is_repeated_into_one_model(kept, finished):
    file = finished("a" * 12)
    copy = file.with_name("copy")
    shutil.copyfile(file, copy)
    kept.put(file, "x")
    copy.rename(file)  # as if it had been killed before the last step
    assert kept.put(file, "x").id == "a" * 12
    assert names(kept) == ["x"]
    assert not file.exists()


def test_a_file_with_another_name_gets_an_id(kept, finished):
    entry = kept.put(finished("fast"), "x")
    assert len(entry.id) == 12
    assert kept.entries() == [entry]


def test_a_model_that_is_put_where_it_is_stays(kept, finished):
    entry = kept.put(finished(), "x")
    assert kept.put(entry.path, "y").id == entry.id
    assert names(kept) == ["y"]


def test_what_is_no_weight_file_is_not_put_on_the_shelf(kept, tmp_path):
    (tmp_path / "x").write_text("no weights")
    with pytest.raises(ModelStoreError, match="no whole weight file"):
        kept.put(tmp_path / "x", "x")
    with pytest.raises(ModelStoreError):
        kept.put(tmp_path / "nowhere", "x")
    assert kept.entries() == []


def test_a_full_disk_is_told_in_one_sentence_and_nothing_is_lost(kept, finished, monkeypatch):
    entry, file = kept.put(finished(), "x"), finished()

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(
        ModelStoreError, match=r"can't be kept \(No space left on device\): free some"
    ):
        kept.put(file, "y")
    with pytest.raises(ModelStoreError, match=r"can't be renamed \(No space left on device\)"):
        kept.rename(entry.id, "y")
    assert file.exists()
    assert kept.entries() == [entry]
    assert list(kept.folder.iterdir()) == [entry.path]


def test_a_folder_that_is_none_is_told_in_one_sentence(tmp_path, finished):
    (tmp_path / "file").write_text("in the way")
    kept = ModelStore(tmp_path / "file")
    with pytest.raises(ModelStoreError, match=r"The model can't be read \(Not a directory\)"):
        kept.entries()


def put_and_rename(folder, told):
    """Put models on a shelf and rename them, until killed; tell each step."""
    kept, model = ModelStore(folder / "shelf"), networks.build(SMALL.architecture)
    told.send("begun")
    for number in count():
        if number >= models.MODELS_KEPT:
            time.sleep(60)
        model_id = uuid4().hex[:12]
        file = folder / "done" / f"{model_id}.safetensors"
        weight_file.save(model, SMALL, file)
        told.send(model_id)
        kept.put(file, "put")
        kept.rename(model_id, "renamed")


@pytest.mark.skipif(sys.platform == "win32", reason="no fork server")
def test_a_server_killed_at_any_moment_leaves_whole_models_and_loses_none(tmp_path):
    seen = 0
    for folder, told in killed_at_random_moments(put_and_rename, tmp_path, kills=10):
        kept = ModelStore(folder / "shelf")
        entries = kept.entries()
        for entry in entries:
            weight_file.load(entry.path)
        done = list((folder / "done").glob("[!.]*"))
        saved = {entry.id for entry in entries} | {file.stem for file in done}
        assert saved >= set(told)
        renamed = {entry.id for entry in entries if entry.info.name == "renamed"}
        assert renamed >= set(told[:-1])
        for file in done:  # what the next server does
            kept.put(file, "put")
        assert {entry.id for entry in kept.entries()} == saved
        seen += len(told)
    assert seen > 0


def test_a_name_may_be_60_characters_long_and_signs_that_turn_it_are_taken_out(kept, finished):
    assert kept.put(finished(), "x" * 60).info.name == "x" * 60
    assert kept.put(finished(), "a\u202eb\u200ec\u2066").info.name == "abc"
    assert kept.put(finished(), "a\nb\u2028c\x00").info.name == "abc"


def test_a_shelf_that_is_opened_is_rid_of_what_killed_servers_left(kept, finished):
    entry = kept.put(finished(), "x")
    abandoned = kept.folder / ".part-x"
    abandoned.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    assert ModelStore(kept.folder).entries() == [entry]
    assert list(kept.folder.iterdir()) == [entry.path]


def test_fifty_models_are_kept():
    assert models.MODELS_KEPT == 50
