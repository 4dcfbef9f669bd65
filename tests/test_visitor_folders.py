"""Where each visitor's things lie, and when those of strangers go."""

import os
from datetime import datetime, timedelta, timezone

import pytest

from mnist_core.service.visitor_folders import OWNER, VisitorFolders
from tests.stubs import days_ago

ANNA = "anna-anna-anna-anna"
EARLIER = "visitors/everybody"  # where an earlier version kept what is the owner's


def is_now(record):
    age = datetime.now(timezone.utc) - datetime.fromisoformat(record.read_text())
    return timedelta() <= age < timedelta(minutes=1)


def nobody(key):
    return False


def files_in(folder):
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


@pytest.fixture
def folders(tmp_path):
    return VisitorFolders(tmp_path, public=True, forget_after=3.0)


@pytest.fixture
def anna(folders):
    """Return Anna's folder, in which she has a model, a choice, and no record."""
    folder = folders.path(folders.key(ANNA))
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "mine").write_text("model")
    (folder / "choice").write_text("mine")
    return folder


def put_away(folders, anna):
    """Let Anna stay away too long; return the folder in which her things are then."""
    (anna / "seen").write_text(days_ago(4))
    assert folders.sweep(nobody) == [anna.name]
    return anna.parents[1] / "forgotten" / anna.name


# ---- the owner


@pytest.mark.parametrize("public", [False, True])
def test_what_an_earlier_version_kept_of_the_owner_is_moved_and_never_swept(tmp_path, public):
    earlier = tmp_path / EARLIER
    (earlier / "models").mkdir(parents=True)
    (earlier / "models" / "mine").write_text("model")
    (earlier / "seen").write_text(days_ago(400))
    for path in (*earlier.rglob("*"), earlier):
        os.utime(path, (0, 0))
    VisitorFolders(tmp_path, public=public, forget_after=1.0).sweep(nobody)
    assert files_in(tmp_path / "owner")["models/mine"] == "model"
    assert not earlier.exists()
    assert VisitorFolders(tmp_path, public=False).path(OWNER) == tmp_path / "owner"


def test_what_the_owner_has_already_stays_and_nothing_is_lost(tmp_path):
    for place, model in ((EARLIER, "old"), ("owner", "new")):
        (tmp_path / place / "models").mkdir(parents=True)
        (tmp_path / place / "models" / model).write_text(model)
        (tmp_path / place / "choice").write_text(model)
    VisitorFolders(tmp_path, public=True, forget_after=1e-9).sweep(nobody)
    assert files_in(tmp_path) == {
        "owner/models/old": "old",
        "owner/models/new": "new",
        "owner/choice": "new",
        f"{EARLIER}/choice": "old",
    }


def test_what_cannot_be_moved_is_an_error_and_stays(tmp_path):
    (tmp_path / EARLIER).mkdir(parents=True)
    (tmp_path / EARLIER / "choice").write_text("old")
    (tmp_path / "owner").write_text("in the way")
    with pytest.raises(FileExistsError):
        VisitorFolders(tmp_path, public=False)
    assert files_in(tmp_path)[f"{EARLIER}/choice"] == "old"


def test_on_a_server_of_ones_own_no_visit_is_noted_and_nothing_swept(tmp_path, anna):
    (anna / "seen").write_text(days_ago(400))
    (tmp_path / "owner").mkdir()
    folders = VisitorFolders(tmp_path, public=False, forget_after=1.0)
    assert folders.key(ANNA) == OWNER
    folders.note_visit(OWNER)
    assert folders.sweep(nobody) == []
    assert anna.exists()
    assert files_in(tmp_path / "owner") == {}


# ---- records


def test_a_visit_is_noted_where_there_is_something_and_at_most_once_a_minute(folders, anna):
    folders.note_visit(anna.name)
    assert is_now(anna / "seen")
    before = (anna / "seen").read_text()
    folders.note_visit(anna.name)
    assert (anna / "seen").read_text() == before
    (anna / "seen").write_text(days_ago(0.01))
    folders.note_visit(anna.name)
    assert is_now(anna / "seen")


def test_a_visitor_who_has_nothing_leaves_nothing(folders, tmp_path):
    key = folders.key(ANNA)
    folders.note_visit(key)
    assert not folders.has(key)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "record",
    [None, "", "yesterday", "2020-01-01T00:00:00", "\x80", days_ago(-400)],
    ids=["none", "empty", "a word", "no zone", "no text", "to come"],
)
def test_who_has_no_record_that_tells_a_time_gone_by_is_not_forgotten_but_gets_one(
    folders, anna, record
):
    if record is not None:
        (anna / "seen").write_bytes(record.encode("latin-1"))
    os.utime(anna, (0, 0))
    assert folders.sweep(nobody) == []
    assert is_now(anna / "seen")


def test_a_time_to_come_gives_way_to_the_next_visit(folders, anna):
    (anna / "seen").write_text(days_ago(-400))
    folders.note_visit(anna.name)
    assert is_now(anna / "seen")


def test_the_dates_of_folders_count_for_nothing(folders, anna):
    (anna / "seen").write_text(days_ago(2))
    for path in (*anna.rglob("*"), anna):
        os.utime(path, (0, 0))
    assert folders.sweep(nobody) == []
    (anna / "seen").write_text(days_ago(4))
    assert folders.sweep(nobody) == [anna.name]


# ---- away, and back


def test_who_stays_away_is_put_away_and_has_everything_again_on_coming_back(folders, anna):
    kept = files_in(anna)
    forgotten = put_away(folders, anna)
    assert not anna.exists()
    assert files_in(forgotten).items() >= kept.items()
    assert folders.has(anna.name)
    folders.note_visit(anna.name)
    assert not forgotten.exists()
    assert files_in(anna).items() >= kept.items()
    assert is_now(anna / "seen")
    assert folders.sweep(nobody) == []


def test_what_was_put_away_is_deleted_a_week_later_and_not_before(folders, anna):
    forgotten = put_away(folders, anna)
    for days in (0, 6.9):
        (forgotten / "forgotten").write_text(days_ago(days))
        os.utime(forgotten, (0, 0))
        folders.sweep(nobody)
        assert forgotten.exists()
    (forgotten / "forgotten").write_text(days_ago(7.1))
    folders.sweep(nobody)
    assert not forgotten.exists()
    assert not folders.has(anna.name)


def test_who_came_back_and_stays_away_again_has_another_week(folders, anna):
    forgotten = put_away(folders, anna)
    (forgotten / "forgotten").write_text(days_ago(6.9))
    folders.note_visit(anna.name)
    put_away(folders, anna)
    assert is_now(forgotten / "forgotten")


def test_a_clock_that_jumps_by_years_deletes_nothing_at_once(folders, anna):
    (anna / "seen").write_text(days_ago(4000))
    for _ in range(3):
        folders.sweep(nobody)
    folders.note_visit(anna.name)
    assert (anna / "models" / "mine").exists()


@pytest.mark.parametrize("record", ["", days_ago(-4000)], ids=["empty", "to come"])
def test_what_was_put_away_at_no_time_gone_by_lies_there_for_another_week(folders, anna, record):
    forgotten = put_away(folders, anna)
    (forgotten / "forgotten").write_text(record)
    folders.sweep(nobody)
    assert is_now(forgotten / "forgotten")


def test_who_is_busy_is_left_alone(folders, anna):
    (anna / "seen").write_text(days_ago(4))
    assert folders.sweep(lambda key: key == anna.name) == []
    assert anna.exists()


def test_who_is_put_away_twice_has_what_both_times_left_and_the_newer_choice(folders, anna):
    forgotten = put_away(folders, anna)
    (forgotten / "forgotten").write_text(days_ago(6.9))
    (anna / "models").mkdir(parents=True)
    (anna / "models" / "other").write_text("another model")
    (anna / "choice").write_text("other")
    put_away(folders, anna)
    assert not anna.exists()
    assert is_now(forgotten / "forgotten")
    folders.note_visit(anna.name)
    kept = files_in(anna)
    assert (kept["models/mine"], kept["models/other"]) == ("model", "another model")
    assert kept["choice"] == "other"


def test_what_cannot_be_put_away_stays_where_it_is(folders, anna, tmp_path):
    (anna / "seen").write_text(days_ago(4))
    (tmp_path / "forgotten").write_text("in the way")
    folders.sweep(nobody)
    assert (anna / "models" / "mine").exists()


def test_what_is_no_strangers_folder_is_not_swept(folders, tmp_path):
    other = tmp_path / "visitors" / "notes"
    other.mkdir(parents=True)
    (other / "seen").write_text(days_ago(400))
    assert folders.sweep(nobody) == []
    assert other.exists()
