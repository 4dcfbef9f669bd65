"""The list of faults fits the program as it is."""

from pathlib import Path

import pytest

from tests.mutations import MUTATIONS, ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: f"{each.file}:{each.find[:30]!r}")
def test_a_fault_can_be_put_in_at_one_place_and_there_are_tests_to_notice_it(mutation):
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.find) == 1
    assert mutation.replace != mutation.find
    assert mutation.tests
    for selected in mutation.tests.split():
        file, _, test = selected.partition("::")
        source = Path(ROOT, file).read_text(encoding="utf-8")
        assert not test or f"def {test.partition('[')[0]}(" in source


def test_no_fault_is_listed_twice():
    assert len({(each.file, each.find, each.replace) for each in MUTATIONS}) == len(MUTATIONS)
