"""Models that are ready to read, loaded when they are needed."""

import pytest

from mnist_core.errors import WeightsError
from mnist_core.model.recognizer import Recognizer
from mnist_core.service import recognizers as recognizers_module
from mnist_core.service.recognizers import Recognizers
from mnist_core.storage.models import ModelStore
from tests.stubs import reader, write_model


class Loading:
    """Loads weight files, and remembers which."""

    def __init__(self):
        self.loaded = []

    def __call__(self, path):
        self.loaded.append(path)
        return Recognizer.load(path, "cpu")


@pytest.fixture
def loading():
    return Loading()


@pytest.fixture
def recognizers(loading):
    return Recognizers(reader(d7=30.0), loading)


@pytest.fixture
def stored(tmp_path):
    for _ in range(4):
        write_model(tmp_path)
    return ModelStore(tmp_path).entries()


def test_a_stored_model_is_loaded_when_it_is_first_asked_for_and_then_stays(
    recognizers, loading, stored
):
    assert loading.loaded == []
    first = recognizers.of(stored[0])
    assert first.path == stored[0].path
    assert recognizers.of(stored[0]) is recognizers.load(stored[0].path) is first
    assert recognizers.of(stored[1]) is not first
    assert loading.loaded == [stored[0].path, stored[1].path]


def test_without_a_stored_model_the_built_in_one_reads(recognizers, loading):
    assert recognizers.of(None) is recognizers.built_in
    assert loading.loaded == []


def test_the_built_in_model_reads_in_place_of_one_that_is_gone_or_damaged(recognizers, stored):
    gone, damaged = stored[:2]
    gone.path.unlink()
    damaged.path.write_bytes(damaged.path.read_bytes()[:100])
    for model in (gone, damaged):
        assert recognizers.of(model) is recognizers.built_in
        with pytest.raises(WeightsError):
            recognizers.load(model.path)


def test_models_in_memory_are_bounded_and_the_others_are_loaded_again(
    recognizers, loading, stored, monkeypatch
):
    assert recognizers_module.MODELS_IN_MEMORY == 64
    monkeypatch.setattr(recognizers_module, "MODELS_IN_MEMORY", 3)
    first, second, third, fourth = stored
    for model in (first, second, third, first, fourth):
        recognizers.of(model)
    assert len(loading.loaded) == 4
    for model in (first, third, fourth):
        recognizers.of(model)
    assert len(loading.loaded) == 4
    recognizers.of(second)  # the one used longest ago had given way
    assert len(loading.loaded) == 5
