"""Junk to every route: a little of what ``benchmarks/hostile.py`` sends in thousands."""

import pytest

from tests.benchmarks.hostile import Outcome, attack, attacks
from tests.drawings import SEVEN
from tests.pages import client_of, served, stub_page


def test_the_attacks_of_one_seed_are_the_same():
    assert list(attacks(3, 50)) == list(attacks(3, 50))
    assert list(attacks(3, 50)) != list(attacks(4, 50))


@pytest.mark.parametrize("public", [False, True])
def test_no_junk_is_an_error_of_the_server_or_leaves_a_traceback(public, caplog, capfd):
    with served(public=public) as (address, _):
        outcome = attack(address, 11 + public, 250, Outcome())
        assert outcome.errors == []
        assert outcome.statuses[200] > 10  # some of it is served
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_after_all_of_it_a_drawing_is_still_read():
    with client_of(stub_page()) as client:
        for each in attacks(17, 40):
            client.request(each.method, "/read", content=each.content)
        assert client.post("/read", json={"strokes": SEVEN}).json()["digit"] == 7
