"""MNIST and Fashion-MNIST."""

import errno
import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
import torch
from torchvision.datasets import MNIST, FashionMNIST

from mnist_core import datasets
from mnist_core.errors import DataError


@pytest.fixture(scope="module")
def training():
    return datasets.load("mnist", train=True)


def test_mnist_is_60000_images_to_train_on_and_10000_to_test_on(training):
    test = datasets.load("mnist", train=False)
    for part, count in ((training, 60_000), (test, 10_000)):
        assert part.images.shape == (count, 28, 28)
        assert part.images.dtype == torch.uint8
        assert part.labels.shape == (count,)
        assert sorted(part.labels.unique().tolist()) == list(range(10))


def test_the_shipped_archives_are_those_that_torchvision_expects():
    assert datasets._archives("mnist") is not None


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    datasets.load("mnist", train=False)
    assert list(tmp_path.iterdir()) == []


def test_validation_images_are_not_trained_on(training):
    numbered = datasets.ImageSet(torch.arange(60_000), training.labels)
    rest, validation = datasets.split_validation(numbered)
    assert len(validation) == 5_000
    assert len(rest) == 55_000
    assert len(torch.cat([rest.images, validation.images]).unique()) == 60_000


def test_the_split_is_the_same_each_time(training):
    assert torch.equal(
        datasets.split_validation(training)[1].labels, datasets.split_validation(training)[1].labels
    )


@pytest.fixture
def fashion_archives(tmp_path, monkeypatch):
    """A folder that stands in for Fashion-MNIST's: the same files, with MNIST's content."""
    folder = tmp_path / "archives"
    shutil.copytree(datasets._SHIPPED, folder)
    monkeypatch.setattr(FashionMNIST, "resources", MNIST.resources)
    return folder


def test_fashion_mnist_is_read_from_the_folder_that_the_variable_names(
    fashion_archives, monkeypatch
):
    monkeypatch.setenv(datasets.FASHION_MNIST_FOLDER, str(fashion_archives))
    assert len(datasets.load("fashion-mnist", train=False)) == 10_000


@pytest.fixture
def mirror(fashion_archives):
    """A web server on this machine that offers the archives."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=fashion_archives)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_fashion_mnist_is_downloaded_once_and_kept(mirror, tmp_path, monkeypatch):
    monkeypatch.delenv(datasets.FASHION_MNIST_FOLDER, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(FashionMNIST, "mirrors", [mirror])
    assert len(datasets.load("fashion-mnist", train=False)) == 10_000
    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])
    assert len(datasets.load("fashion-mnist", train=False)) == 10_000


def test_without_a_home_folder_fashion_mnist_is_downloaded_all_the_same(
    mirror, tmp_path, monkeypatch
):
    def fail():
        raise RuntimeError("Could not determine home directory.")

    for name in (datasets.FASHION_MNIST_FOLDER, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(FashionMNIST, "mirrors", [mirror])
    assert len(datasets.load("fashion-mnist", train=False)) == 10_000


def test_without_a_network_one_sentence_names_the_remedy(tmp_path, monkeypatch):
    monkeypatch.delenv(datasets.FASHION_MNIST_FOLDER, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])  # nobody listens there
    with pytest.raises(DataError, match=r"could not be downloaded .*: connect to the internet"):
        datasets.load("fashion-mnist", train=True)


def test_a_damaged_archive_is_named_and_not_mended_behind_ones_back(fashion_archives, monkeypatch):
    monkeypatch.setenv(datasets.FASHION_MNIST_FOLDER, str(fashion_archives))
    archive = fashion_archives / "train-images-idx3-ubyte.gz"
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz is damaged"):
        datasets.load("fashion-mnist", train=True)


def test_a_missing_archive_is_named(fashion_archives, monkeypatch):
    monkeypatch.setenv(datasets.FASHION_MNIST_FOLDER, str(fashion_archives))
    (fashion_archives / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte.gz is missing"):
        datasets.load("fashion-mnist", train=True)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_is_full_or_read_only_is_told_in_one_sentence(code, monkeypatch):
    def fail(*_):
        raise OSError(code, "as the system words it")

    monkeypatch.setattr(shutil, "copyfile", fail)
    with pytest.raises(DataError, match=r"can't be unpacked \(as the system words it\): free"):
        datasets.load("mnist", train=True)


def test_validation_images_are_from_all_over_the_training_images(training):
    numbered = datasets.ImageSet(torch.arange(60_000), training.labels)
    _, validation = datasets.split_validation(numbered)
    assert validation.images.double().mean().item() == pytest.approx(30_000, abs=1_000)
    assert torch.bincount(validation.labels).min() > 400


def test_of_a_small_set_a_tenth_is_held_back(training):
    rest, validation = datasets.split_validation(training.take(torch.arange(2_000)))
    assert (len(rest), len(validation)) == (1_800, 200)


def test_a_label_stays_with_its_image(training):
    index = torch.tensor([5, 3])
    taken = training.take(index)
    assert torch.equal(taken.images, training.images[index])
    assert taken.labels.tolist() == [training.labels[5].item(), training.labels[3].item()]
    assert taken.to("cpu").labels.tolist() == taken.labels.tolist()
