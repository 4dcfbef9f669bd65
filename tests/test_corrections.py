"""The labelled drawings of one owner."""

import gzip
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.data import stroke_sets
from mnist_core.errors import CorrectionError, DataError, DrawingError
from mnist_core.ink import raster
from mnist_core.ink.drawing import parse_drawing
from mnist_core.storage import corrections
from mnist_core.storage.corrections import Corrections, SetAdded
from tests.crashes import killed_at_random_moments
from tests.drawings import ONE, SEVEN, circle, moved

GONE = r"^That drawing is no longer there: choose another\.$"


@pytest.fixture
def kept(tmp_path):
    return Corrections(tmp_path / "drawings")


def ones(count, first=0):
    """Drawings of a 1, no two alike."""
    return [moved(ONE, right=number) for number in range(first, first + count)]


def test_a_folder_that_was_never_used_holds_no_drawings(kept):
    assert kept.all() == []
    assert (kept.count(), stroke_sets.parse(kept.export(), "x").drawings) == (0, [])
    assert not kept.folder.exists()


def test_drawings_are_listed_oldest_first_as_they_were_added(kept):
    added = [kept.add(drawing, label) for drawing, label in ((SEVEN, 7), (ONE, 1), (circle(), 0))]
    assert kept.all() == added == Corrections(kept.folder).all()
    assert [each.label for each in added] == [7, 1, 0]
    assert added[0].strokes == SEVEN


def test_points_are_rounded_to_a_tenth(kept):
    correction = kept.add([[[80.04, 70.06], [200.123456, -0.04]], []], 7)
    assert correction.strokes == [[[80.0, 70.1], [200.1, 0.0]]]
    assert kept.all() == [correction]


@given(st.floats(-12, 12), st.floats(-100, 100))
@settings(max_examples=50)
def test_a_drawing_that_is_kept_reads_as_the_one_that_was_drawn(power, away):
    scale = 10.0**power
    drawn = moved(SEVEN, scale=scale, right=away * scale, down=-away * scale)
    rounded = corrections._kept(parse_drawing(drawn))
    before, after = (raster.ink_from_drawings([parse_drawing(each)]) for each in (drawn, rounded))
    assert (before - after).abs().max() < 0.1


@pytest.mark.parametrize("extent", [0, 1e-320, 1e29])
def test_a_drawing_of_an_odd_size_is_kept_as_finite_points(kept, extent):
    correction = kept.add([[[3, 3], [3 if extent == 0 else 0, 3 + extent]]], 1)
    assert np.isfinite(np.array(correction.strokes)).all()
    assert kept.all() == [correction]


@pytest.mark.parametrize("blank", [None, [], [[]]])
def test_a_blank_drawing_is_refused(kept, blank):
    with pytest.raises(CorrectionError, match="The drawing is blank: draw a digit first"):
        kept.add(blank, 7)


@pytest.mark.parametrize("junk", [7, "x", [[1, 2]], [[[1, float("inf")]]]])
def test_what_is_no_drawing_is_refused(kept, junk):
    with pytest.raises(DrawingError):
        kept.add(junk, 7)
    assert kept.all() == []


@pytest.mark.parametrize("label", [-1, 10, True, "7", None, 7.0])
def test_a_label_that_is_no_digit_is_refused(kept, label):
    correction = kept.add(SEVEN, 7)
    with pytest.raises(CorrectionError, match="is not a digit: choose one from 0 to 9"):
        kept.add(SEVEN, label)
    with pytest.raises(CorrectionError, match="is not a digit: choose one from 0 to 9"):
        kept.relabel(correction.id, label)
    assert kept.all() == [correction]


def test_a_relabelled_drawing_keeps_its_place(kept):
    first, second = kept.add(ONE, 7), kept.add(SEVEN, 7)
    relabelled = kept.relabel(first.id, 1)
    assert (relabelled.id, relabelled.label, relabelled.strokes) == (first.id, 1, first.strokes)
    assert kept.all() == [relabelled, second]


def test_a_removed_drawing_is_gone(kept):
    correction = kept.add(SEVEN, 7)
    kept.remove(correction.id)
    assert kept.all() == []
    assert list(kept.folder.iterdir()) == []
    for use in (kept.remove, lambda gone: kept.relabel(gone, 1)):
        with pytest.raises(CorrectionError, match=GONE):
            use(correction.id)


@pytest.mark.parametrize("correction_id", ["", "../0-0", "0" * 20, "0" * 20 + "-0000\n", None])
def test_an_id_that_is_none_opens_no_file(kept, correction_id):
    correction = kept.add(SEVEN, 7)
    content = (kept.folder / f"{correction.id}.json").read_bytes()
    outside = kept.folder.parent / "0-0.json"
    outside.write_bytes(content)
    for use in (kept.remove, lambda gone: kept.relabel(gone, 1)):
        with pytest.raises(CorrectionError, match=GONE):
            use(correction_id)
    assert kept.all() == [correction]
    assert outside.read_bytes() == content


def test_what_is_no_whole_drawing_is_left_out(kept):
    whole = kept.add(SEVEN, 7)
    content = (kept.folder / f"{whole.id}.json").read_text()
    broken = [content[:40], "", "7", "[" * 100_000, content * 2, content.replace('"7"', '"other"')]
    for number, each in enumerate(broken):
        (kept.folder / f"{number:020d}-0000.json").write_text(each)
    (kept.folder / f"{0:020d}-0001.json").mkdir()
    (kept.folder / "other.json").write_text(content)
    (kept.folder / f".part-{whole.id}").write_text(content)
    assert kept.all() == [whole]


def test_two_servers_see_what_the_other_does(kept):
    other = Corrections(kept.folder)
    correction = kept.add(SEVEN, 7)
    assert other.all() == [correction]
    other.relabel(correction.id, 1)
    assert [each.label for each in kept.all()] == [1]
    kept.remove(correction.id)
    assert other.all() == []


def test_drawings_are_counted_without_being_read(kept, monkeypatch):
    kept.add(SEVEN, 7)
    kept.add(ONE, 1)

    def fail(path):
        raise AssertionError("read")

    monkeypatch.setattr(stroke_sets, "load", fail)
    assert kept.count() == 2


@pytest.mark.parametrize("strokes_drawn", [1, corrections.STROKES_KEPT])
def test_of_a_very_slow_hand_fewer_points_are_kept_and_they_read_the_same(kept, strokes_drawn):
    times = np.linspace(0, 2 * np.pi, 20_000)
    spiral = np.stack([140 + 90 * np.cos(times), 140 + 120 * np.sin(2 * times)], axis=1)
    drawn = [part.tolist() for part in np.array_split(spiral, strokes_drawn)]
    correction = kept.add(drawn, 8)
    points = sum(len(stroke) for stroke in correction.strokes)
    assert len(correction.strokes) == strokes_drawn
    assert points <= corrections.POINTS_KEPT + 2 * strokes_drawn
    before, after = (
        raster.ink_from_drawings([parse_drawing(each)]) for each in (drawn, correction.strokes)
    )
    assert (before - after).abs().max() < 0.1


def test_a_hand_at_rest_leaves_only_the_ends_of_its_stroke(kept):
    assert kept.add([[[3, 4]] * 20_000], 1).strokes == [[[3, 4], [3, 4]]]


def test_what_has_more_strokes_than_a_digit_is_refused(kept):
    with pytest.raises(CorrectionError, match="51 strokes, more than the 50 that are kept"):
        kept.add([[[0, 0], [1, 1]]] * 51, 1)
    with pytest.raises(CorrectionError, match="51 strokes"):
        kept.add_set(lines({"label": "1", "strokes": [[[0, 0], [1, 1]]] * 51}))
    assert kept.all() == []


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(kept):
    with pytest.raises(DataError, match="larger than 4 MB unpacked: split it"):
        kept.add_set(gzip.compress(b"\n" * 4_000_001))


def test_of_the_tenth_and_then_each_fifth_drawing_it_is_known_for_ever_that_it_is_held_back(kept):
    drawings = ones(20)
    for drawing in drawings[:9]:
        kept.add(drawing, 1)
    more = [{"label": "1", "strokes": drawing} for drawing in drawings[9:12]]
    assert kept.add_set(lines(*more)) == SetAdded(3, 0, 0)
    added = kept.all() + [kept.add(drawing, 1) for drawing in drawings[12:]]
    held_back = [each.id for each in added if each.held_back]
    assert held_back == [added[number - 1].id for number in (10, 15, 20)]
    for each in added[:5]:
        kept.remove(each.id)
    assert kept.relabel(held_back[0], 2).held_back
    assert [each.id for each in kept.all() if each.held_back] == held_back


def test_as_others_are_deleted_and_drawn_anew_no_more_of_them_are_held_back(kept):
    for drawing in ones(10):
        kept.add(drawing, 1)
    for drawing in ones(9, first=10):
        taught = next(each for each in kept.all() if not each.held_back)
        kept.remove(taught.id)
        kept.add(drawing, 1)
    assert [each.held_back for each in kept.all()].count(True) == 1


def test_one_drawing_has_one_label_the_newest(kept):
    first, other = kept.add(SEVEN, 3), kept.add(ONE, 1)
    kept.add(SEVEN, 3)
    newest = kept.add([[[x + 0.01, y] for x, y in stroke] for stroke in SEVEN], 8)  # rounds away
    assert (newest.id, newest.label) == (first.id, 8)
    assert kept.all() == [newest, other]
    assert kept.find(SEVEN) == newest
    assert kept.find(circle()) is None


def test_a_label_that_comes_too_late_changes_nothing(kept):
    for label, serial in ((3, 1), (8, 3), (5, 2)):
        newest = kept.add(SEVEN, label, serial)
    assert newest.label == 8
    assert [each.label for each in kept.all()] == [8]
    assert kept.add(ONE, 1, 2).label == 1  # another drawing has labels of its own


def test_labels_given_at_once_leave_one_drawing(kept):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda serial: kept.add(SEVEN, serial % 10, serial), range(24)))
    assert [each.label for each in kept.all()] == [3]


def test_ones_own_export_adds_nothing(kept):
    times = np.linspace(0, 6, 4_000)
    slow = np.stack([140 + 90 * np.cos(times), 140 + 120 * np.sin(times)], axis=1)
    drawings = [SEVEN, slow[None].tolist(), moved(SEVEN, scale=0.05), [[[3, 4]]], *ones(10)]
    added = [kept.add(drawing, 1) for drawing in drawings]
    assert kept.add_set(kept.export()) == SetAdded(0, 0, len(added))
    assert kept.all() == added


def test_a_set_brings_new_labels_for_drawings_that_are_there(kept):
    added = [kept.add(drawing, 1) for drawing in ones(3)]
    exported = kept.export()
    kept.relabel(added[0].id, 7)
    assert kept.add_set(exported) == SetAdded(0, 1, 2)
    assert kept.all() == added


def test_of_a_drawing_that_a_set_has_twice_the_last_label_holds(kept):
    twice = [{"label": label, "strokes": ONE} for label in ("1", "7")]
    assert kept.add_set(lines(*twice)) == SetAdded(1, 0, 0)
    assert [each.label for each in kept.all()] == [7]


def test_a_set_that_can_not_be_written_leaves_the_labels_as_they_were(kept, monkeypatch):
    correction = kept.add(SEVEN, 7)
    other = [{"label": "1", "strokes": SEVEN}, {"label": "1", "strokes": ONE}]
    write, calls = kept._write, count()

    def fail_once(correction):
        if next(calls) == 1:
            raise CorrectionError("full")
        write(correction)

    monkeypatch.setattr(kept, "_write", fail_once)
    with pytest.raises(CorrectionError, match="full"):
        kept.add_set(lines(*other))
    assert kept.all() == [correction]


def test_which_drawings_are_held_back_outlives_export_and_import(kept, tmp_path):
    for drawing in ones(12):
        kept.add(drawing, 1)
    for each in kept.all()[:5]:  # so few that none would be held back by number
        kept.remove(each.id)
    assert [each.held_back for each in kept.all()].count(True) == 1
    other = Corrections(tmp_path / "other")
    other.add_set(kept.export())
    assert [each.held_back for each in other.all()] == [each.held_back for each in kept.all()]


@pytest.mark.parametrize("junk", ["yes", 1, []])
def test_a_mark_of_a_held_back_drawing_that_is_none_is_refused(kept, junk):
    with pytest.raises(DataError, match="Line 1 of the file is not a labeled drawing"):
        kept.add_set(lines({"label": "1", "strokes": ONE, "held_back": junk}))


def test_exported_drawings_can_be_added_elsewhere(kept, tmp_path):
    for label, drawing in ((7, SEVEN), (1, ONE), (0, circle())):
        kept.add(drawing, label)
    other = Corrections(tmp_path / "other")
    assert other.add_set(kept.export()) == SetAdded(3, 0, 0)
    assert [(each.label, each.strokes) for each in other.all()] == [
        (each.label, each.strokes) for each in kept.all()
    ]
    assert other.export() == kept.export()


def test_the_drawings_are_a_stroke_set(kept):
    kept.add(ONE, 1)
    kept.add(SEVEN, 7)
    stroke_set = corrections.as_stroke_set(kept.all())
    assert stroke_set.labels == [1, 7]
    assert [drawing[0].tolist() for drawing in stroke_set.drawings] == [ONE[0], SEVEN[0]]


def lines(*records):
    return "\n".join(json.dumps(each) for each in records).encode()


def test_a_set_with_one_wrong_line_adds_nothing(kept):
    good = {"label": "1", "strokes": ONE}
    with pytest.raises(DataError, match="Line 2 of the file is not a labeled drawing"):
        kept.add_set(lines(good, {"label": "x", "strokes": ONE}, good))
    with pytest.raises(CorrectionError, match="Line 2 of the file is no digit: remove it"):
        kept.add_set(lines(good, {"label": "other", "strokes": ONE}))
    with pytest.raises(CorrectionError, match="Line 2 of the file holds several digits: remove"):
        kept.add_set(lines(good, {"label": "42", "strokes": ONE}))
    with pytest.raises(DataError, match="The stroke set the file can't be read"):
        kept.add_set(b"\x1f\x8b")
    assert kept.all() == []


def test_no_more_drawings_are_kept_than_may_be(kept, monkeypatch):
    assert corrections.DRAWINGS_KEPT == 500
    monkeypatch.setattr(corrections, "DRAWINGS_KEPT", 2)
    good = [{"label": "1", "strokes": drawing} for drawing in ones(3)]
    with pytest.raises(CorrectionError, match="There are 0 drawings, and 3 more"):
        kept.add_set(lines(*good))
    assert kept.add_set(gzip.compress(lines(*good[:2]))) == SetAdded(2, 0, 0)
    with pytest.raises(CorrectionError, match=r"There are 2 drawings, and 1 more .* delete some"):
        kept.add(SEVEN, 7)
    assert kept.add(ONE, 2).label == 2  # one that is there needs no room
    assert len(kept.all()) == 2


def test_a_full_disk_is_told_in_one_sentence_and_adds_nothing(kept, monkeypatch):
    correction = kept.add(SEVEN, 7)
    fsync, calls = os.fsync, count()

    def fail_late(handle):
        if next(calls) > 2:
            raise OSError(28, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", fail_late)
    good = [{"label": "1", "strokes": drawing} for drawing in ones(3)]
    for _ in range(2):
        with pytest.raises(CorrectionError, match=r"written \(No space left on device\): free"):
            kept.add_set(lines(*good))
    with pytest.raises(CorrectionError, match="No space left on device"):
        kept.relabel(correction.id, 1)
    assert kept.all() == [correction]
    assert len(list(kept.folder.iterdir())) == 1


def test_a_folder_that_is_none_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CorrectionError, match=r"can't be read \(Not a directory\)"):
        Corrections(tmp_path / "file").all()


def add_and_relabel(folder, told):
    """Add drawings and relabel them, until killed; tell each step."""
    kept = Corrections(folder / "drawings")
    told.send("begun")
    for number in count():
        if number >= corrections.DRAWINGS_KEPT:
            time.sleep(60)
        correction = kept.add(moved(SEVEN, right=number), 1)
        told.send(correction.id)
        kept.relabel(correction.id, 7)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork server")
def test_a_server_killed_at_any_moment_leaves_whole_drawings_and_loses_none(tmp_path):
    seen = 0
    for folder, told in killed_at_random_moments(add_and_relabel, tmp_path, kills=10):
        listed = Corrections(folder / "drawings").all()
        files = list((folder / "drawings").glob("[!.]*")) if told else []
        assert [each.id for each in listed][: len(told)] == told
        assert not told or len(listed) == len(files)
        assert all(each.strokes == moved(SEVEN, right=n) for n, each in enumerate(listed))
        assert all(each.label == 7 for each in listed[:-2])
        seen += len(told)
    assert seen > 0


def test_no_number_is_kept_with_a_sign_that_says_nothing(kept):
    correction = kept.add([[[-0.04, 100], [0, -0.01], [50, 60]]], 7)
    assert "-0" not in json.dumps(correction.strokes)
    assert "-0" not in (kept.folder / f"{correction.id}.json").read_text()


def test_a_folder_that_is_opened_is_rid_of_what_killed_servers_left(kept):
    correction = kept.add(SEVEN, 7)
    abandoned = kept.folder / ".part-x"
    abandoned.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    assert Corrections(kept.folder).all() == [correction]
    assert [each.name for each in kept.folder.iterdir()] == [f"{correction.id}.json"]


def test_a_drawing_of_28_pixels_or_more_is_not_enlarged(kept):
    small, large = ([[[3.0, 4.0], [3.0, 4.0 + extent]]] for extent in (27.9, 28.0))
    assert kept.add(large, 1).strokes == large
    assert kept.add(small, 1).strokes == [[[0.0, 0.0], [0.0, 280.0]]]


def test_as_many_points_as_are_kept_are_all_kept(kept):
    times = np.linspace(0, 6, corrections.POINTS_KEPT + 1)
    curve = np.stack([140 + 90 * np.cos(times), 140 + 120 * np.sin(times)], axis=1).round(1)
    assert kept.add([curve[:-1].tolist()], 0).strokes == [curve[:-1].tolist()]
    assert len(kept.add([curve.tolist()], 0).strokes[0]) < len(curve)
