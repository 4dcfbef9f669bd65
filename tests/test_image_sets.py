"""MNIST and Fashion-MNIST."""

import errno
import functools
import gzip
import hashlib
import http.server
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torchvision.datasets import MNIST, FashionMNIST

from mnist_core.data import image_sets, torchvision_sets
from mnist_core.data.catalog import DATASETS, class_names
from mnist_core.errors import DataError

VARIABLE = "FASHION_MNIST_DIR"
DEBIAN = DATASETS["fashion-mnist"].installed
needs_the_package = pytest.mark.skipif(
    not DEBIAN.is_dir() and not os.environ.get("CI"),
    reason="needs Debian's package dataset-fashion-mnist",
)


@pytest.fixture(scope="module")
def training():
    return image_sets.load("mnist", train=True)


def test_mnist_is_60000_images_to_train_on_and_10000_to_test_on(training):
    test = image_sets.load("mnist", train=False)
    for part, count in ((training, 60_000), (test, 10_000)):
        assert part.images.shape == (count, 28, 28)
        assert part.images.dtype == torch.uint8
        assert part.labels.shape == (count,)
        assert sorted(part.labels.unique().tolist()) == list(range(10))


def test_a_set_that_is_kept_is_not_read_again(monkeypatch):
    monkeypatch.setattr(image_sets, "_kept", {})
    image_sets.keep("mnist")
    monkeypatch.setattr(image_sets, "data_folder", None)  # would fail if it were called
    assert len(image_sets.load("mnist", train=True)) == 60_000
    assert len(image_sets.load("mnist", train=False)) == 10_000


def md5(content):
    return hashlib.md5(content).hexdigest()


def test_the_shipped_archives_are_those_that_were_published():
    for archive, published in MNIST.resources:
        assert md5((DATASETS["mnist"].installed / archive).read_bytes()) == published


def test_validation_images_are_not_trained_on(training):
    numbered = image_sets.ImageSet(torch.arange(60_000), training.labels)
    rest, validation = image_sets.split_validation(numbered)
    assert len(validation) == 5_000
    assert len(rest) == 55_000
    assert len(torch.cat([rest.images, validation.images]).unique()) == 60_000


def test_the_split_is_the_same_each_time_and_the_one_that_all_figures_are_of(training):
    numbered = image_sets.ImageSet(torch.arange(60_000), training.labels)
    first = image_sets.split_validation(numbered)[1].images[:5]
    assert first.tolist() == [22305, 55651, 31030, 59760, 57081]
    assert torch.equal(
        image_sets.split_validation(training)[1].labels,
        image_sets.split_validation(training)[1].labels,
    )


# When the published archives were packed, seconds since 1970: their gzip headers say so.
PACKED = {"train": 1504176606, "t10k": 1504176627}


@needs_the_package
def test_the_content_of_debians_archives_is_what_was_published():
    for archive, published in FashionMNIST.resources:
        content = (DEBIAN / archive).read_bytes()
        name, packed = archive.removesuffix(".gz"), PACKED[archive.partition("-")[0]]
        # Debian leaves the name and the time out of the header, which is 10 bytes long then.
        header = b"\x1f\x8b\x08\x08" + struct.pack("<I", packed) + b"\0\x03"
        assert md5(header + name.encode() + b"\0" + content[10:]) == published


@needs_the_package
def test_fashion_mnist_is_found_where_debian_installs_it(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # nothing was ever downloaded
    monkeypatch.setattr(FashionMNIST, "mirrors", [])
    for train, of_each in ((True, 6_000), (False, 1_000)):
        part = image_sets.load("fashion-mnist", train)
        assert part.images.shape == (10 * of_each, 28, 28)
        assert torch.bincount(part.labels).tolist() == [of_each] * 10
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def fashion(tmp_path, monkeypatch):
    """A folder that stands in for Fashion-MNIST's: the same files, with MNIST's content.

    Neither the package nor the user's cache nor a server is within reach.
    """
    folder = tmp_path / "archives"
    shutil.copytree(DATASETS["mnist"].installed, folder)
    info = replace(
        DATASETS["fashion-mnist"], installed=tmp_path / "none", sha256=DATASETS["mnist"].sha256
    )
    monkeypatch.setitem(DATASETS, "fashion-mnist", info)
    monkeypatch.setattr(FashionMNIST, "resources", MNIST.resources)
    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])  # nobody listens there
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def named(fashion, monkeypatch):
    """The same folder, named in the environment variable."""
    monkeypatch.setenv(VARIABLE, str(fashion))
    return fashion


def test_fashion_mnist_is_read_from_the_folder_that_the_variable_names(named):
    assert len(image_sets.load("fashion-mnist", train=False)) == 10_000


def test_archives_that_were_packed_again_are_read(named):
    for archive in named.iterdir():
        archive.write_bytes(gzip.compress(gzip.decompress(archive.read_bytes()), 1))
    assert len(image_sets.load("fashion-mnist", train=False)) == 10_000


def test_files_that_are_already_unpacked_are_read(named):
    for archive in list(named.iterdir()):
        archive.with_suffix("").write_bytes(gzip.decompress(archive.read_bytes()))
        archive.unlink()
    before = sorted(named.iterdir())
    assert len(image_sets.load("fashion-mnist", train=False)) == 10_000
    assert sorted(named.iterdir()) == before


@pytest.fixture
def mirror(fashion):
    """A web server on this machine that offers the archives."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=fashion)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_fashion_mnist_is_downloaded_once_and_kept(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(FashionMNIST, "mirrors", [mirror])
    assert len(image_sets.load("fashion-mnist", train=False)) == 10_000
    monkeypatch.setattr(FashionMNIST, "mirrors", [])
    assert len(image_sets.load("fashion-mnist", train=False)) == 10_000
    assert [each.name for each in (tmp_path / "cache" / "mnist_core").iterdir()] == [
        "fashion-mnist"
    ]


def test_without_a_home_folder_fashion_mnist_is_downloaded_all_the_same(
    mirror, tmp_path, monkeypatch
):
    def fail():
        raise RuntimeError("Could not determine home directory.")

    for name in ("FASHION_MNIST_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(FashionMNIST, "mirrors", [mirror])
    assert len(image_sets.load("fashion-mnist", train=False)) == 10_000


NOT_DOWNLOADED = (
    "Fashion-MNIST can't be downloaded: connect to the internet, install Debian's package "
    "dataset-fashion-mnist, or name the folder of its four files in FASHION_MNIST_DIR."
)


def test_without_a_network_one_plain_sentence_names_the_remedies(fashion):
    with pytest.raises(DataError) as caught:
        image_sets.load("fashion-mnist", train=True)
    assert str(caught.value) == NOT_DOWNLOADED


@pytest.mark.usefixtures("fashion")
def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(image_sets, "SECONDS_WITHOUT_DATA", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mirror = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        monkeypatch.setattr(FashionMNIST, "mirrors", [mirror])
        with pytest.raises(DataError) as caught:
            image_sets.load("fashion-mnist", train=True)
    assert str(caught.value) == NOT_DOWNLOADED
    assert socket.getdefaulttimeout() is None


def test_a_download_of_something_else_is_refused_and_not_kept(
    fashion, mirror, tmp_path, monkeypatch
):
    (fashion / "train-images-idx3-ubyte.gz").write_bytes(b"Please log in to this network.")
    monkeypatch.setattr(FashionMNIST, "mirrors", [mirror])
    with pytest.raises(DataError) as caught:
        image_sets.load("fashion-mnist", train=True)
    assert str(caught.value) == NOT_DOWNLOADED
    assert not (tmp_path / "cache").exists()


def truncated(content):
    return content[:-100]


def of_other_content(content):
    return gzip.compress(gzip.decompress(content)[:-1] + b"x")


def no_archive(content):
    return b"x" * 100


def flipped(content):
    return content[:5_000] + bytes([content[5_000] ^ 255]) + content[5_001:]


@pytest.mark.parametrize("harm", [truncated, of_other_content, no_archive, flipped])
def test_a_damaged_archive_is_named_and_not_mended_behind_ones_back(named, harm):
    archive = named / "train-labels-idx1-ubyte.gz"
    archive.write_bytes(harm(archive.read_bytes()))
    with pytest.raises(DataError) as caught:
        image_sets.load("fashion-mnist", train=True)
    assert str(caught.value) == (
        f"{archive} is damaged, or not of Fashion-MNIST: "
        "name the folder of its four files in FASHION_MNIST_DIR."
    )


def test_a_damaged_cache_says_what_to_delete(fashion, tmp_path):
    cache = tmp_path / "cache" / "mnist_core" / "fashion-mnist"
    shutil.copytree(fashion, cache)
    (cache / "t10k-labels-idx1-ubyte.gz").write_bytes(b"")
    with pytest.raises(DataError, match=f"is damaged.*: delete {cache}, and it is downloaded"):
        image_sets.load("fashion-mnist", train=False)


def test_a_missing_file_is_named(named):
    (named / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte.gz is missing: name the folder"):
        image_sets.load("fashion-mnist", train=False)


def test_a_file_that_cannot_be_read_is_named(named):
    (named / "t10k-labels-idx1-ubyte.gz").unlink()
    (named / "t10k-labels-idx1-ubyte.gz").mkdir()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte.gz can't be read \(.*\): name"):
        image_sets.load("fashion-mnist", train=False)


def failing(code, words):
    """A function that raises the OSError of a code, such as PermissionError."""

    def fail(*_, **__):
        raise OSError(code, words)

    return fail


def test_a_folder_that_is_closed_to_who_asks_is_named(named, monkeypatch):
    """As a user who is not root finds it, on Pythons that raise where they look for a file."""
    refuse = failing(errno.EACCES, "Permission denied")
    monkeypatch.setattr(os, "stat", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"can't be read \(Permission denied\): name the folder"):
        image_sets.load("fashion-mnist", train=False)


def test_where_no_folder_takes_temporary_files_it_is_told(monkeypatch):
    fail = failing(errno.ENOENT, "No usable temporary directory found")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_get_default_tempdir", fail)
    with pytest.raises(DataError, match=r"No usable temporary .*name another folder in TMPDIR"):
        torchvision_sets.torchvision_dataset("mnist", train=True)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_is_full_or_read_only_is_told_in_one_sentence(code, monkeypatch):
    monkeypatch.setattr(Path, "write_bytes", failing(code, "as the system words it"))
    with pytest.raises(DataError, match=r"can't be unpacked \(as the system words it\): free"):
        torchvision_sets.torchvision_dataset("mnist", train=True)


def test_as_torchvisions_class_it_holds_the_same_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dataset = torchvision_sets.torchvision_dataset("mnist", train=False)
    test = image_sets.load("mnist", train=False)
    assert isinstance(dataset, MNIST)
    assert torch.equal(dataset.data, test.images)
    assert torch.equal(dataset.targets, test.labels)
    assert list(tmp_path.iterdir()) == []


def test_it_is_read_without_torchvision():
    program = (
        "import sys\nfrom mnist_core.data import image_sets\nfrom mnist_core.training import loop\n"
        "image_sets.load('mnist', train=False)\nassert 'torchvision' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parent.parent, check=True)


def test_validation_images_are_from_all_over_the_training_images(training):
    numbered = image_sets.ImageSet(torch.arange(60_000), training.labels)
    _, validation = image_sets.split_validation(numbered)
    assert validation.images.double().mean().item() == pytest.approx(30_000, abs=1_000)
    assert torch.bincount(validation.labels).min() > 400


def test_of_a_small_set_a_tenth_is_held_back(training):
    rest, validation = image_sets.split_validation(training.take(torch.arange(2_000)))
    assert (len(rest), len(validation)) == (1_800, 200)


def test_a_label_stays_with_its_image(training):
    index = torch.tensor([5, 3])
    taken = training.take(index)
    assert torch.equal(taken.images, training.images[index])
    assert taken.labels.tolist() == [training.labels[5].item(), training.labels[3].item()]
    assert taken.to("cpu").labels.tolist() == taken.labels.tolist()


def test_only_clothes_have_names_in_place_of_digits():
    assert len(set(class_names("fashion-mnist"))) == 10
    assert class_names("mnist") is None
    assert class_names("a data set of somebody else") is None


def test_the_catalog_costs_nothing():
    program = (
        "import sys\nfrom mnist_core.data import catalog\n"
        "assert not {'torch', 'numpy', 'hashlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parent.parent, check=True)
