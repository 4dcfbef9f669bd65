"""Where a server keeps what is kept, and what is said where that does not last."""

import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core.errors import OptionError
from mnist_core.service import own_folder
from mnist_core.service.own_folder import pick_folder
from tests.pages import is_one_sentence


def test_where_a_folder_is_named_no_other_is_looked_for(tmp_path, monkeypatch):
    def search():
        raise AssertionError("looked for")

    monkeypatch.setattr(Path, "home", search)
    monkeypatch.setattr(own_folder, "data_home", search)
    assert pick_folder(tmp_path) == (tmp_path, "")


def test_a_temporary_folder_is_gone_when_its_program_has_ended():
    program = (
        "from mnist_core.service.own_folder import temporary_folder as make\n"
        "folder = make()\n(folder / 'kept').touch()\nprint(folder)"
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    folder = Path(done.stdout.strip())
    assert folder.name.startswith("draw-a-digit-")
    assert not folder.exists()


@pytest.fixture
def homeless(monkeypatch):
    """Let the user have no home folder."""

    def fail():
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", fail)


@pytest.mark.usefixtures("homeless")
def test_where_there_is_no_home_a_folder_is_used_that_is_empty_and_said_not_to_last():
    folder, notice = pick_folder(None)
    assert list(folder.iterdir()) == []
    assert is_one_sentence(notice)
    assert "there is no home folder" in notice


@pytest.mark.usefixtures("homeless")
def test_where_there_is_no_folder_at_all_a_sentence_says_so(monkeypatch):
    def fail(**_):
        raise FileNotFoundError(2, "No usable temporary directory")

    monkeypatch.setattr("tempfile.mkdtemp", fail)
    with pytest.raises(OptionError) as refusal:
        pick_folder(None)
    assert is_one_sentence(str(refusal.value))


def test_on_a_space_things_are_kept_where_they_last_if_there_is_such_a_place(monkeypatch, tmp_path):
    monkeypatch.setattr(own_folder, "SPACE_STORAGE", tmp_path)
    monkeypatch.setattr(own_folder, "data_home", lambda: None)
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert tmp_path not in pick_folder(None)[0].parents
    monkeypatch.setenv("SPACE_ID", "someone/digits")
    assert pick_folder(None) == (tmp_path / "draw-a-digit", "")
    monkeypatch.setattr(own_folder, "SPACE_STORAGE", tmp_path / "no storage")
    monkeypatch.setattr(own_folder, "data_home", lambda: tmp_path / "home")
    assert pick_folder(None) == (tmp_path / "home" / "draw-a-digit", "")
