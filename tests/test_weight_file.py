"""Weight files."""

import dataclasses
import json
from datetime import datetime, timedelta, timezone

import pytest
import safetensors.torch
import torch

from mnist_core.errors import WeightsError
from mnist_core.model import networks, weight_file
from tests.stubs import INFO


@pytest.fixture
def model():
    torch.manual_seed(0)
    return networks.build(INFO.architecture).eval()


@pytest.fixture
def file(model, tmp_path):
    path = tmp_path / "kept.safetensors"
    weight_file.save(model, INFO, path)
    return path


def test_a_file_gives_back_the_network_and_its_header(file, model):
    loaded, info = weight_file.load(file)
    ink = torch.rand(4, 1, 28, 28)
    assert torch.equal(loaded(ink), model(ink))
    assert info == INFO
    assert info.accuracy.share == 0.991
    assert info.accuracy.ci95[0] < 0.991 < info.accuracy.ci95[1]


def test_the_header_can_be_read_by_any_reader_of_safetensors(file):
    with safetensors.safe_open(file, framework="pt") as opened:
        header = opened.metadata()
    assert json.loads(header["architecture"]) == {"name": "convolutional", "width": 3, "growth": 1}
    assert json.loads(header["recipe"]) == "fast"


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_a_file_cut_short_is_refused_by_its_name(file, kept):
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(WeightsError, match=r"kept.safetensors is damaged"):
        weight_file.load(file)


def test_a_missing_file_is_refused_by_its_name(tmp_path):
    with pytest.raises(WeightsError, match=r"There is no weight file .*none.safetensors"):
        weight_file.load(tmp_path / "none.safetensors")


def test_a_folder_is_no_damaged_file(tmp_path):
    with pytest.raises(WeightsError, match="can't be read"):
        weight_file.load(tmp_path)


def test_what_can_be_written_is_known_before_it_is_there_and_leaves_nothing(tmp_path):
    weight_file.check_writable(tmp_path / "new" / "x.safetensors")
    assert list(tmp_path.rglob("*")) == [tmp_path / "new"]
    with pytest.raises(WeightsError, match=r"new can't be written .*: free some space, or name"):
        weight_file.check_writable(tmp_path / "new")
    (tmp_path / "file").touch()
    with pytest.raises(WeightsError, match="can't be written"):
        weight_file.check_writable(tmp_path / "file" / "x.safetensors")


def rewrite(file, tensors=None, **header):
    old = safetensors.torch.load_file(file)
    with safetensors.safe_open(file, framework="pt") as opened:
        metadata = opened.metadata()
    metadata |= {name: json.dumps(value) for name, value in header.items()}
    safetensors.torch.save_file(old if tensors is None else tensors, file, metadata)


@pytest.mark.parametrize(
    "header",
    [
        {"architecture": {"name": "convolutional", "width": 10**9}},
        {"architecture": {"name": "other"}},
        {"architecture": {"name": "convolutional", "width": 3, "growth": 2}},
        {"architecture": {"name": "convolutional", "width": 3, "growth": 0}},
        {"architecture": 7},
        {"calibration": {"unheard_of": 1}},
        {"architecture": {"name": "convolutional", "width": 4}},
        {"architecture": {"name": "convolutional", "width": "3"}},
        {"calibration": {"temperature": float("nan")}},
        {"recipe": 7},
        {"name": None},
        {"created": 2026},
        {"versions": {"torch": 2}},
        {"epochs": "2"},
        {"epochs": True},
        {"epochs": float("nan")},
        {"epochs": -1},
        {"seed": 10**400},
        {"parameters": 1.5},
        {"test_images": -1, "test_right": -1},
        {"test_images": 3, "test_right": 4},
    ],
    ids=str,
)
def test_a_header_that_does_not_fit_is_refused(file, header):
    rewrite(file, **header)
    with pytest.raises(WeightsError, match="does not describe a network of this program"):
        weight_file.load(file)


def test_safetensors_of_another_program_are_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"a": torch.zeros(3)}, path)
    with pytest.raises(WeightsError, match="does not describe a network of this program"):
        weight_file.load(path)


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(model, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match=r"can't be written .*: free some space"):
        weight_file.save(model, INFO, tmp_path / "file" / "x.safetensors")


def test_a_save_that_fails_leaves_the_old_file_and_no_other(file, model, monkeypatch):
    before = file.read_bytes()

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(WeightsError, match="No space left on device"):
        weight_file.save(model, dataclasses.replace(INFO, seed=6), file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_header_of_before_models_had_names_is_read(file):
    tensors = safetensors.torch.load_file(file)
    with safetensors.safe_open(file, framework="pt") as opened:
        header = opened.metadata()
    del header["name"], header["created"]
    safetensors.torch.save_file(tensors, file, header)
    assert weight_file.read_info(file) == INFO
    assert (INFO.name, INFO.created) == ("", "")


def test_a_header_alone_says_what_the_whole_file_says(file):
    assert weight_file.read_info(file) == weight_file.load(file)[1]


def test_a_header_alone_is_refused_as_the_whole_file_is(file):
    rewrite(file, epochs=-1)
    with pytest.raises(WeightsError, match="does not describe a network of this program"):
        weight_file.read_info(file)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(WeightsError, match=r"kept.safetensors is damaged"):
        weight_file.read_info(file)
    with pytest.raises(WeightsError, match="There is no weight file"):
        weight_file.read_info(file.parent / "none.safetensors")


@pytest.mark.parametrize("target", ["kept.safetensors", "new/other.safetensors"])
def test_a_new_header_leaves_the_network_as_it_is(file, model, tmp_path, target):
    info = dataclasses.replace(
        INFO, name="Ärger 7 ✏️", created=weight_file.current_time(), epochs=1.5
    )
    weight_file.rewrite_info(file, info, tmp_path / target)
    loaded, read = weight_file.load(tmp_path / target)
    assert read == info
    assert all(map(torch.equal, loaded.state_dict().values(), model.state_dict().values()))


def test_a_new_header_of_no_weight_file_is_refused(file, tmp_path):
    file.write_bytes(b"other")
    with pytest.raises(WeightsError, match="is damaged"):
        weight_file.rewrite_info(file, INFO, tmp_path / "x.safetensors")
    assert not (tmp_path / "x.safetensors").exists()


def test_the_time_of_a_header_is_utc_to_the_second():
    time = datetime.fromisoformat(weight_file.current_time())
    assert time.utcoffset() == timedelta(0)
    assert time.microsecond == 0
    assert abs(datetime.now(timezone.utc) - time) < timedelta(seconds=5)


def test_a_seed_may_be_as_large_as_seeds_may_be(file):
    rewrite(file, seed=2**64 - 1)
    assert weight_file.read_info(file).seed == 2**64 - 1
    rewrite(file, seed=2**64)
    with pytest.raises(WeightsError, match="does not describe a network of this program"):
        weight_file.read_info(file)


def test_a_header_of_a_later_version_with_more_in_it_is_read(file):
    rewrite(file, unheard_of=[1])
    assert weight_file.read_info(file) == INFO


def test_a_network_that_was_tested_on_nothing_has_no_accuracy():
    info = dataclasses.replace(INFO, test_images=0, test_right=0)
    assert (info.accuracy.share, info.accuracy.ci95) == (0, (0, 1))


def test_a_network_in_training_is_loaded_to_read(model, tmp_path):
    weight_file.save(model.train(), INFO, tmp_path / "x")
    loaded, _ = weight_file.load(tmp_path / "x")
    assert not any(module.training for module in loaded.modules())
