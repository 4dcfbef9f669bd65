"""Whose workspace is whose, what stays in memory, and who is forgotten."""

import os

from mnist_core.service import workspaces as workspaces_module
from mnist_core.service.workspace import BUILT_IN
from mnist_core.service.workspaces import WORKSPACES_IN_MEMORY, Workspaces
from tests.drawings import SEVEN
from tests.stubs import ANNA, BEN, days_ago


def nobody(key):
    return False


def stay_away(folder, days):
    """Let the only stranger have been there for the last time so many days ago."""
    [visitor] = (folder / "visitors").iterdir()
    (visitor / "seen").write_text(days_ago(days))
    return visitor


# ---- whose is whose


def test_on_a_server_of_ones_own_everybody_has_one_workspace_and_on_a_public_one_their_own(
    tmp_path,
):
    own, public = Workspaces(tmp_path), Workspaces(tmp_path, public=True)
    assert own.open(ANNA) is own.open(BEN)
    assert public.open(ANNA) is public.open(ANNA) is public.of_key(public.open(ANNA).key)
    assert public.open(ANNA) is not public.open(BEN)
    assert public.open(ANNA).models.folder != public.open(BEN).models.folder


def test_a_visitor_who_has_nothing_is_not_found(tmp_path):
    workspaces = Workspaces(tmp_path, public=True)
    assert workspaces.find(ANNA) is None
    workspaces.open(ANNA).corrections.add(SEVEN, 7)
    assert workspaces.find(ANNA) is workspaces.open(ANNA)
    assert Workspaces(tmp_path, public=True).find(ANNA).corrections.count() == 1
    assert workspaces.find(BEN) is None


def test_a_visitors_name_is_not_written_down(tmp_path):
    Workspaces(tmp_path, public=True).open(ANNA).corrections.add(SEVEN, 7)
    assert any(tmp_path.iterdir())
    assert not any("anna" in str(path) for path in tmp_path.rglob("*"))


def test_what_the_owner_keeps_outlives_a_public_server_on_the_same_folder(make_server, tmp_path):
    own = make_server(forget_after=1.0)
    own.person(ANNA).corrections.add(SEVEN, 7)
    for path in tmp_path.rglob("*"):
        os.utime(path, (0, 0))
    own.sweep()
    public = make_server(public=True, forget_after=1.0)
    assert public.person(ANNA).corrections.count() == 0
    assert make_server().person(BEN).corrections.count() == 1


# ---- memory


def test_mere_names_push_no_visitor_out_of_memory(make_server):
    server = make_server(public=True)
    anna = server.person(ANNA)
    anna.train()
    server.jobs[0].succeed()
    anna.workspace.read_beside(BUILT_IN)
    for number in range(WORKSPACES_IN_MEMORY):
        assert server.service.workspaces.find(f"nobody-{number}") is None
    answer = server.person("nobody-at-all").read()
    assert (answer.reading.digit, answer.second) == (7, None)
    assert anna.workspace.second_id == BUILT_IN
    assert anna.read().second.reading.digit == 7


def test_of_many_visitors_the_ones_seen_last_stay_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces_module, "WORKSPACES_IN_MEMORY", 3)
    workspaces = Workspaces(tmp_path, public=True)
    first, second = workspaces.open("first"), workspaces.open("second")
    workspaces.open("third")
    workspaces.open("first")
    workspaces.open("fourth")
    assert workspaces.open("first") is first
    assert workspaces.open("second") is not second


# ---- forgetting


def test_a_stranger_who_stays_away_is_forgotten_and_has_everything_again_within_a_week(
    make_server, tmp_path
):
    server = make_server(public=True, forget_after=1.0)
    anna = server.person(ANNA)
    anna.corrections.add(SEVEN, 7)
    anna.train()
    server.jobs[0].succeed()
    anna.keep()
    kept = anna.state.in_use
    folder = stay_away(tmp_path, days=2)
    server.sweep()
    assert not folder.exists()
    assert anna.reads_with is not server.built_in
    assert (anna.state.in_use, anna.corrections.count()) == (kept, 1)
    server.sweep()
    assert folder.exists()


def test_who_is_forgotten_leaves_memory_too(make_server, tmp_path):
    server = make_server(public=True, forget_after=1.0)
    anna = server.person(ANNA)
    anna.corrections.add(SEVEN, 7)
    workspace = anna.workspace
    stay_away(tmp_path, days=2)
    server.sweep()
    assert anna.workspace is not workspace


def test_a_stranger_who_only_draws_is_not_forgotten(make_server, tmp_path):
    server = make_server(public=True, forget_after=1.0)
    anna = server.person(ANNA)
    anna.corrections.add(SEVEN, 7)
    assert anna.corrections.count() == 1
    folder = stay_away(tmp_path, days=2)
    make_server(public=True).person(ANNA).read()
    server.sweep()
    assert folder.exists()


def test_a_stranger_whose_training_is_on_is_not_forgotten(make_server, tmp_path):
    server = make_server(public=True, forget_after=1.0)
    anna = server.person(ANNA)
    anna.train()
    assert anna.state.active
    folder = stay_away(tmp_path, days=2)
    server.sweep()
    assert folder.exists()
    server.jobs[0].succeed()
    stay_away(tmp_path, days=2)
    server.sweep()
    assert not folder.exists()


def test_a_stranger_who_keeps_nothing_leaves_nothing(make_server, tmp_path):
    server = make_server(public=True)
    anna = server.person(ANNA)
    assert anna.corrections.count() == 0
    assert anna.corrections.all() == []
    anna.read()
    server.sweep()
    assert not any(tmp_path.iterdir())


def test_strangers_are_forgotten_when_a_server_starts_and_once_an_hour(
    make_server, tmp_path, monkeypatch
):
    seconds = [1e6]
    monkeypatch.setattr(workspaces_module.time, "monotonic", lambda: seconds[0])
    make_server(public=True, forget_after=1.0).person(ANNA).corrections.add(SEVEN, 7)
    folder = stay_away(tmp_path, days=2)
    server = make_server(public=True, forget_after=1.0)
    assert not folder.exists()
    server.person(ANNA).corrections.add(SEVEN, 7)
    stay_away(tmp_path, days=2)
    ben = server.person(BEN)
    for later, is_there in ((3_599, True), (2, False)):
        seconds[0] += later
        assert ben.state.in_use == BUILT_IN
        assert folder.exists() is is_there
