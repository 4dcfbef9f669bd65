"""Labeled drawings in one file."""

import gzip
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.data import stroke_sets
from mnist_core.data.stroke_sets import StrokeSet
from mnist_core.errors import DataError
from tests.drawings import ONE, SEVEN, circle
from tests.stubs import write_stroke_set

NUMBERS = st.floats(-1e6, 1e6)
STROKES = st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), min_size=1)
LABELED = st.lists(st.tuples(STROKES, st.integers(0, 10)), max_size=5)


@given(LABELED)
@settings(max_examples=50)
def test_a_set_that_is_written_is_read_as_it_was(labeled):
    drawings = [[np.array(stroke) for stroke in strokes] for strokes, _ in labeled]
    labels = [label for _, label in labeled]
    content = stroke_sets.dump(StrokeSet(drawings, labels))
    read = stroke_sets.parse(content, "x")
    assert read.labels == labels
    assert [[stroke.tolist() for stroke in drawing] for drawing in read.drawings] == [
        [stroke.tolist() for stroke in drawing] for drawing in drawings
    ]
    assert stroke_sets.dump(read) == content


def test_a_line_has_the_format_that_others_rely_on():
    drawing = [np.array([[1.0, 2.5], [3.0, 4.0]]), np.array([[0.0, 0.0]])]
    content = stroke_sets.dump(StrokeSet([drawing, drawing], [7, 10]))
    first, second = gzip.decompress(content).decode().splitlines()
    assert json.loads(first) == {"label": "7", "strokes": [[[1, 2.5], [3, 4]], [[0, 0]]]}
    assert json.loads(second)["label"] == "other"


def test_a_file_is_read_gzipped_or_not(tmp_path):
    file = write_stroke_set(tmp_path / "x.jsonl.gz", [{"label": "1", "strokes": ONE}])
    assert stroke_sets.load(file).labels == [1]
    file.write_bytes(gzip.decompress(file.read_bytes()) + b"\r\n")
    assert stroke_sets.load(file).labels == [1]


@pytest.mark.parametrize(
    "record",
    [
        {"label": "x", "strokes": ONE},
        {"label": "1"},
        {"label": "1", "strokes": []},
        {"label": "1", "strokes": [[[1, float("nan")]]]},
        ["1"],
        7,
    ],
    ids=str,
)
def test_a_line_that_is_no_labeled_drawing_is_named(tmp_path, record):
    file = write_stroke_set(tmp_path / "x.jsonl.gz", [{"label": "1", "strokes": ONE}, record])
    with pytest.raises(DataError, match=r"Line 2 of .*x.jsonl.gz is"):
        stroke_sets.load(file)


@pytest.mark.parametrize("line", ["[" * 100_000, " " * 5_000_000, "9" * 5000], ids=len)
def test_a_line_made_to_break_the_reader_is_named(line):
    with pytest.raises(DataError, match="Line 1 of x is not a labeled drawing"):
        stroke_sets.parse(line.encode(), "x")


# Without its time it is the same in all processes that share the tests, which it names.
WHOLE = gzip.compress(b'{"label": "1", "strokes": [[[1, 1]]]}', mtime=0)


@pytest.mark.parametrize(
    "content", [b"\x1f\x8bnot gzip", b"\xff\xfe\xff", WHOLE[:-9], WHOLE + b"more"]
)
def test_a_file_that_is_no_stroke_set_is_named(tmp_path, content):
    (tmp_path / "x.jsonl.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"x.jsonl.gz can't be read"):
        stroke_sets.load(tmp_path / "x.jsonl.gz")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"x.jsonl.gz can't be read"):
        stroke_sets.load(tmp_path / "x.jsonl.gz")


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_junk_is_refused_in_a_sentence(junk):
    for content in (b"7" + junk, gzip.compress(b"7" + junk), b"\x1f\x8b" + junk):
        with pytest.raises(DataError):
            stroke_sets.parse(content, "x")


@pytest.mark.parametrize("packed", [True, False])
def test_a_set_that_unpacks_to_more_than_it_may_is_refused(packed):
    assert stroke_sets.LARGEST == 64_000_000
    content = b"\n" * 2_000_001
    with pytest.raises(DataError, match="x is larger than 2 MB unpacked: split it"):
        stroke_sets.parse(gzip.compress(content) if packed else content, "x", 2_000_000)


def test_an_empty_file_is_a_set_without_drawings():
    assert len(stroke_sets.parse(b"", "x").labels) == 0


def test_joined_sets_keep_their_order(tmp_path):
    one = stroke_sets.load(write_stroke_set(tmp_path / "1", [{"label": "1", "strokes": ONE}]))
    seven = stroke_sets.load(write_stroke_set(tmp_path / "7", [{"label": "7", "strokes": SEVEN}]))
    both = stroke_sets.join([seven, one])
    assert both.labels == [7, 1]
    assert [len(drawing[0]) for drawing in both.drawings] == [6, 2]


def test_placed_drawings_lie_within_the_pad_each_elsewhere(tmp_path):
    records = [{"label": "other", "strokes": each} for each in (SEVEN, circle(), ONE)]
    placed = stroke_sets.place_anywhere(stroke_sets.load(write_stroke_set(tmp_path / "x", records)))
    points = [np.concatenate(drawing) for drawing in placed.drawings]
    assert all(each.min() >= 0 and each.max() <= stroke_sets.PAD_SIZE for each in points)
    assert len({round(float(each[:, 0].mean())) for each in points}) == len(points)


def test_placed_drawings_are_of_15_to_95_percent_of_the_pad_and_all_sizes_between():
    drawing = [np.array(stroke) for stroke in SEVEN]
    many = StrokeSet([drawing] * 400, [0] * 400)
    placed = stroke_sets.place_anywhere(many)
    points = [np.concatenate(each) for each in placed.drawings]
    shares = np.array([np.ptp(each, axis=0).max() / 280 for each in points])
    assert 0.15 <= shares.min() < 0.18
    assert 0.92 < shares.max() <= 0.95
    corners = np.array([each.min(axis=0) for each in points])
    rooms = np.array([280 - np.ptp(each, axis=0) for each in points])
    assert (np.abs((corners / rooms).mean(axis=0) - 0.5) < 0.06).all()
    assert ((corners / rooms).min(axis=0) < 0.05).all()
    proportions = np.ptp(drawing[0], axis=0)
    assert np.allclose(np.ptp(points[0], axis=0) / np.ptp(points[0]), proportions / 160, rtol=0.5)
    assert placed.labels == many.labels


def test_a_seed_says_where_drawings_are_placed():
    many = StrokeSet([[np.array(SEVEN[0])]] * 3, [7, 7, 7])
    one, again, other = (
        stroke_sets.dump(stroke_sets.place_anywhere(many, seed)) for seed in (1, 1, 2)
    )
    assert one == again != other


def test_the_bytes_of_a_set_do_not_tell_the_time():
    content = stroke_sets.dump(StrokeSet([[np.array(ONE[0])]], [1]))
    assert content[4:8] == bytes(4)  # where gzip puts it


def test_of_a_small_file_that_unpacks_to_a_huge_one_no_more_is_unpacked_than_may_be():
    content = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="larger than 1 MB unpacked"):
            stroke_sets.parse(content, "x", 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_set_may_be_as_large_as_it_may_be():
    line = json.dumps({"label": "1", "strokes": ONE}).encode()
    assert len(stroke_sets.parse(line, "x", len(line)).labels) == 1
    with pytest.raises(DataError, match="larger"):
        stroke_sets.parse(line, "x", len(line) - 1)


def test_a_line_may_be_4000000_characters_long():
    line = json.dumps({"label": "1", "strokes": ONE}).ljust(4_000_000).encode()
    assert stroke_sets.parse(line, "x").labels == [1]
    with pytest.raises(DataError, match="Line 1 of x is not a labeled drawing"):
        stroke_sets.parse(line + b" ", "x")


def test_a_number_has_its_digits_for_a_label(tmp_path):
    records = [{"label": "1", "strokes": ONE}, {"label": "007", "strokes": SEVEN}]
    read = stroke_sets.load(write_stroke_set(tmp_path / "x", records))
    assert (read.labels, read.numbers) == ([1, stroke_sets.NUMBER], {1: "007"})
    again = stroke_sets.parse(stroke_sets.dump(read), "x")
    assert (again.labels, again.numbers) == ([1, stroke_sets.NUMBER], {1: "007"})


@pytest.mark.parametrize("label", ["4 2", "-42", "４２", "4.2", "1" * 51])
def test_what_is_neither_digits_nor_other_is_no_label(tmp_path, label):
    file = write_stroke_set(tmp_path / "x", [{"label": label, "strokes": ONE}])
    with pytest.raises(DataError, match="is not a labeled drawing"):
        stroke_sets.load(file)
