"""What is kept of how long trainings take here."""

import pytest

from mnist_core.service.run_times import RunTimes


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "times.json"


def test_what_a_recipe_has_last_taken_is_known_after_a_restart(path):
    assert RunTimes(path).seconds("fast") is None
    RunTimes(path).note("fast", 23.04)
    RunTimes(path).note("balanced", 90.0)
    RunTimes(path).note("fast", 21.0)
    assert [RunTimes(path).seconds(name) for name in ("fast", "balanced")] == [21.0, 90.0]


@pytest.mark.parametrize(
    "content", ["", "[1]", "7", '{"fast": "soon"}', '{"fast": NaN}', '{"fast": -1}', "\x00", "{"]
)
def test_a_file_that_makes_no_sense_counts_as_none(path, content):
    path.parent.mkdir()
    path.write_text(content)
    assert RunTimes(path).seconds("fast") is None
    RunTimes(path).note("fast", 5.0)
    assert RunTimes(path).seconds("fast") == 5.0


def test_where_nothing_can_be_written_nothing_is_known_and_nothing_fails(tmp_path):
    (tmp_path / "folder").write_text("a file where the folder should be")
    times = RunTimes(tmp_path / "folder" / "times.json")
    times.note("fast", 5.0)
    assert times.seconds("fast") is None
