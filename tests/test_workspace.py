"""One visitor's things: kept models, corrections, and which model reads."""

import pytest

from mnist_core.errors import MnistCoreError, ModelStoreError
from mnist_core.service import workspace as workspace_module
from mnist_core.service.workspace import BUILT_IN, Workspace, id_of
from mnist_core.storage import models
from tests.stubs import write_model


@pytest.fixture
def workspace(tmp_path):
    return Workspace("owner", tmp_path / "owner")


def kept(workspace, name="Mine"):
    """Keep one more model, and return it."""
    write_model(workspace.candidates.folder, name=name)
    workspace.keep_candidate()
    return workspace.chosen


def test_before_anything_is_kept_the_built_in_model_reads_and_nothing_lies_on_disk(
    workspace, tmp_path
):
    assert (workspace.in_use, workspace.candidate, workspace.second_id) == (None, None, None)
    assert id_of(workspace.in_use) == BUILT_IN
    workspace.keep_candidate()
    workspace.discard_candidate()
    assert list(tmp_path.iterdir()) == []


def test_a_candidate_reads_in_place_of_the_chosen_model_until_it_is_discarded(workspace):
    before = kept(workspace)
    candidate = write_model(workspace.candidates.folder)
    assert workspace.in_use.id == workspace.candidate.id == candidate.stem
    workspace.discard_candidate()
    assert workspace.in_use.id == before.id
    assert not candidate.exists()


def test_another_model_can_be_used_renamed_read_beside_and_deleted(workspace):
    model = kept(workspace)
    workspace.models.rename(model.id, "Hers")
    assert workspace.in_use.title == "Hers"
    workspace.use(BUILT_IN)
    assert workspace.in_use is None
    workspace.read_beside(model.id)
    assert workspace.second_id == model.id
    workspace.delete(model.id)
    assert workspace.models.find(model.id) is None
    assert workspace.in_use is None


def test_the_choice_outlives_the_server(workspace):
    model, other = kept(workspace), kept(workspace, "Other")
    folder = workspace.models.folder.parent
    for choice, in_use in ((model.id, model.id), (other.id, other.id), (BUILT_IN, BUILT_IN)):
        workspace.use(choice)
        assert id_of(Workspace("owner", folder).in_use) == in_use


def test_a_candidate_is_kept_when_another_model_is_used(workspace):
    candidate = write_model(workspace.candidates.folder)
    workspace.use(BUILT_IN)
    assert workspace.candidate is None
    assert [model.id for model in workspace.models.entries()] == [candidate.stem]
    assert workspace.in_use is None


def test_a_candidate_that_cannot_be_kept_is_not_lost(workspace, monkeypatch):
    write_model(workspace.candidates.folder)
    monkeypatch.setattr(models, "MODELS_KEPT", 0)
    with pytest.raises(ModelStoreError, match="delete one first"):
        workspace.use(BUILT_IN)
    assert workspace.candidate is not None


def test_a_choice_that_cannot_be_written_down_is_told_and_changes_nothing(workspace, monkeypatch):
    def write(path, content):
        raise OSError(28, "No space left on device")

    model = kept(workspace)
    monkeypatch.setattr(workspace_module, "write_atomically", write)
    with pytest.raises(MnistCoreError, match=r"written down \(No space left on device\): free"):
        workspace.use(BUILT_IN)
    assert workspace.in_use.id == model.id


def test_a_model_is_not_read_beside_itself(workspace):
    candidate = write_model(workspace.candidates.folder)
    workspace.read_beside(BUILT_IN)
    assert workspace.second_id == BUILT_IN
    workspace.discard_candidate()
    assert workspace.second_id is None
    write_model(workspace.candidates.folder)
    assert workspace.second_id == BUILT_IN
    assert workspace.candidate.id != candidate.stem


def test_a_model_that_was_read_beside_and_is_then_used_is_not_asked_for_any_more(workspace):
    model = kept(workspace)
    workspace.use(BUILT_IN)
    workspace.read_beside(model.id)
    workspace.use(model.id)
    workspace.use(BUILT_IN)
    assert workspace.second_id is None


def test_reading_beside_can_be_ended(workspace):
    kept(workspace)
    workspace.read_beside(BUILT_IN)
    workspace.read_beside(None)
    assert workspace.second_id is None


def test_the_model_in_use_may_be_deleted_and_the_built_in_one_reads_again(workspace):
    workspace.delete(kept(workspace).id)
    assert workspace.in_use is None


@pytest.mark.parametrize("model", [BUILT_IN, "../built-in", "", "0" * 12])
def test_the_built_in_model_and_what_is_none_cannot_be_deleted(workspace, model):
    kept(workspace)
    with pytest.raises(ModelStoreError):
        workspace.delete(model)


@pytest.mark.parametrize("model", ["../built-in", "", "0" * 12])
def test_what_is_no_model_can_neither_be_used_nor_read_beside(workspace, model):
    before = kept(workspace)
    with pytest.raises(ModelStoreError):
        workspace.use(model)
    with pytest.raises(ModelStoreError):
        workspace.read_beside(model)
    assert (workspace.in_use.id, workspace.second_id) == (before.id, None)


@pytest.mark.parametrize("choice", [b"", b"\xff\xfe", b"../x", b"0" * 12])
def test_a_choice_that_names_no_model_leaves_the_built_in_one(workspace, choice):
    kept(workspace)
    (workspace.models.folder.parent / "choice").write_bytes(choice)
    assert workspace.in_use is None


def test_what_was_half_written_when_a_server_died_is_never_loaded(workspace):
    model = kept(workspace)
    whole = model.path.read_bytes()
    for folder in (workspace.candidates.folder, workspace.models.folder):
        (folder / ".part-abc").write_bytes(whole[: len(whole) // 2])
        (folder / "0123456789ab.safetensors").write_bytes(whole[:100])
    again = Workspace("owner", workspace.models.folder.parent)
    assert [each.id for each in again.models.entries()] == [model.id]
    assert (again.in_use.id, again.candidate) == (model.id, None)
