"""Records on disk of the runs that are waited for."""

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from mnist_core.service.run_record import RunRecord, lost_run, remove_lost
from tests.stubs import gone_process

ROOT = Path(__file__).parent.parent
WRITE_AND_WAIT = """
import sys
from pathlib import Path
from mnist_core.service.run_record import RunRecord
RunRecord(Path(sys.argv[1]), "Best").write()
print("written", flush=True)
sys.stdin.read()
"""


def change(folder, **changes):
    """Change what the only record in a folder says."""
    [path] = folder.glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.fixture
def record(tmp_path):
    record = RunRecord(tmp_path, "Balanced")
    record.write()
    return record


@pytest.mark.usefixtures("record")
def test_what_this_process_trains_is_not_lost(tmp_path):
    assert lost_run(tmp_path) == ""
    remove_lost(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no harmless way to ask for a process")
def test_what_another_process_trains_is_lost_when_that_is_killed_and_not_before(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline().strip() == b"written"
    assert lost_run(tmp_path) == ""
    server.kill()
    server.communicate()
    assert lost_run(tmp_path) == "Best"
    remove_lost(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes' starts are unknown")
@pytest.mark.usefixtures("record")
def test_a_later_process_with_the_same_number_is_another(tmp_path):
    change(tmp_path, started="1")
    assert lost_run(tmp_path) == "Balanced"


@pytest.mark.usefixtures("record")
def test_what_another_machine_trains_is_lost_after_a_day(tmp_path):
    change(tmp_path, host="another machine", process=gone_process())
    assert lost_run(tmp_path) == ""
    yesterday = datetime.now(timezone.utc) - timedelta(days=1.01)
    change(tmp_path, submitted=yesterday.isoformat())
    assert lost_run(tmp_path) == "Balanced"


def test_what_was_on_when_its_server_shut_down_is_lost(tmp_path, record):
    record.end()
    assert lost_run(tmp_path) == "Balanced"


def test_what_was_over_when_its_server_shut_down_is_not_lost(tmp_path, record):
    record.remove()
    record.remove()
    record.end()
    assert lost_run(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_of_several_lost_runs_the_newest_is_named(tmp_path):
    for what in ("Fast", "Balanced", "Best"):
        record = RunRecord(tmp_path, what)
        record.write()
        record.end()
    assert lost_run(tmp_path) == "Best"


@pytest.mark.parametrize(
    "content", ["", "[]", "7", "{}", '{"submitted": 7, "what": "x"}', '{"submitted": "now"}']
)
def test_what_is_no_record_says_nothing(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    assert lost_run(tmp_path) == ""


def test_where_nothing_was_ever_trained_nothing_is_lost(tmp_path):
    assert lost_run(tmp_path / "nowhere") == ""
    remove_lost(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []
