"""How well a network reads."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

from mnist_core.data import image_sets, stroke_sets
from mnist_core.data.image_sets import ImageSet
from mnist_core.errors import DataError
from mnist_core.ink import raster
from mnist_core.ink.drawing import parse_drawing
from mnist_core.labels import Accuracy
from mnist_core.model import evaluation, weight_file
from mnist_core.model.evaluation import FolderMeasure
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.weight_info import Calibration
from tests.drawings import ONE, SEVEN, circle, moved
from tests.stubs import recognizer_of, write_stroke_set

STROKE_SETS = Path(__file__).parents[2] / "shared" / "strokes"
FEW_PEN_DIGITS = Path(__file__).parent / "fixtures" / "pen_digits.jsonl.gz"


class FromInk(nn.Module):
    """A network that says 7 with all its might where there is much ink, else is all doubt."""

    def __init__(self):
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, ink):
        logits = torch.zeros(len(ink), 11)
        logits[:, 7] = torch.where(ink.sum(dim=(1, 2, 3)) > 60, 20.0, 0.1)
        return logits


@pytest.fixture
def stroke_file(tmp_path):
    records = [
        {"label": "7", "strokes": SEVEN},
        {"label": "0", "strokes": circle()},
        {"label": "other", "strokes": circle(radius=40)},
        {"label": "other", "strokes": ONE},
    ]
    return write_stroke_set(tmp_path / "set.jsonl.gz", records)


def test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc(stroke_file):
    stroke_set = stroke_sets.load(stroke_file)
    measured = evaluation.measure_strokes(FromInk(), stroke_set, Calibration(reject_below=0.5))
    assert (measured.accuracy.count, measured.others) == (2, 2)
    assert measured.accuracy.share == 0.5
    assert measured.digits_rejected == 0
    assert measured.others_rejected == 0.5
    assert measured.auroc == 0.75  # one of the others is as sure as the digits: half a point


@pytest.mark.parametrize("fewer_bits", [False, True])
def test_counting_what_is_read_right_in_fewer_bits_gives_the_same_count(fewer_bits, monkeypatch):
    monkeypatch.setattr(evaluation, "has_fast_bfloat16", lambda device: fewer_bits)
    test = image_sets.load("mnist", train=False).take(torch.arange(500))
    model, info = weight_file.load(weight_file.SHIPPED)
    hard = ImageSet(test.images.roll(4, dims=2), test.labels)  # many of them close
    for images in (test, hard):
        right = evaluation.measure_images(model, images, info.calibration).accuracy
        assert evaluation.measure_accuracy(model, images) == right


def test_a_set_without_others_has_no_auroc(tmp_path):
    file = write_stroke_set(tmp_path / "x.jsonl.gz", [{"label": "7", "strokes": SEVEN}])
    measured = evaluation.measure_strokes(FromInk(), stroke_sets.load(file), Calibration())
    assert measured.accuracy.share == 1
    assert measured.auroc is None
    assert measured.others_rejected is None


def test_images_are_measured_with_an_interval_and_a_confusion_matrix():
    images = torch.zeros(10, 28, 28, dtype=torch.uint8)
    images[:6] = 255
    labels = torch.tensor([7, 7, 7, 7, 7, 3, 0, 0, 0, 0])
    measured = evaluation.measure_images(FromInk(), ImageSet(images, labels), Calibration())
    assert measured.accuracy == Accuracy(5, 10)
    assert measured.confusion[7, 7] == 5
    assert measured.confusion[3, 7] == 1
    assert measured.confusion.sum() == 10


def test_a_folder_of_pictures_is_read_by_its_sub_folders(tmp_path):
    (tmp_path / "7").mkdir()
    ink = raster.ink_from_drawings([parse_drawing(SEVEN)])[0, 0]
    picture = Image.fromarray((255 - ink.numpy() * 255).astype("uint8")).resize((280, 280))
    picture.save(tmp_path / "7" / "a.png")
    recognizer = recognizer_of(FromInk())
    assert evaluation.measure_folder(recognizer, tmp_path) == FolderMeasure(Accuracy(1, 1), 0)


def test_a_folder_without_pictures_is_named(tmp_path):
    recognizer = recognizer_of(FromInk())
    with pytest.raises(DataError, match="holds no pictures in sub-folders named by digits"):
        evaluation.measure_folder(recognizer, tmp_path)


@pytest.fixture(scope="module")
def shipped():
    return Recognizer.load(weight_file.SHIPPED, "cpu")


def test_the_pen_digits_that_ship_are_20_of_each_digit_by_30_people():
    lines = gzip.decompress(FEW_PEN_DIGITS.read_bytes()).splitlines()
    records = [json.loads(line) for line in lines]
    assert Counter(each["label"] for each in records) == dict.fromkeys("0123456789", 20)
    assert len({each["writer"] for each in records}) == 30
    assert len(set(lines)) == 200


@pytest.mark.parametrize("placed", [False, True], ids=["middle", "placed"])
def test_the_shipped_weights_read_the_pen_digits_that_ship(shipped, placed):
    stroke_set = stroke_sets.load(FEW_PEN_DIGITS)
    if placed:
        stroke_set = stroke_sets.place_anywhere(stroke_set)
    measured = evaluation.measure_strokes(shipped.model, stroke_set, shipped.info.calibration)
    assert measured.accuracy.count == 200
    assert measured.accuracy.share >= 0.97
    assert measured.digits_rejected is not None
    assert measured.digits_rejected <= 0.02


@pytest.mark.skipif(not STROKE_SETS.is_dir(), reason="the stroke sets are not here")
@pytest.mark.parametrize("placed", [False, True], ids=["middle", "placed"])
@pytest.mark.parametrize(("name", "least"), [("pen-dev-1", 0.98), ("pen-dev-2", 0.975)])
def test_the_shipped_weights_read_real_pen_digits(shipped, name, least, placed):
    stroke_set = stroke_sets.load(STROKE_SETS / f"{name}.jsonl.gz")
    if placed:
        stroke_set = stroke_sets.place_anywhere(stroke_set)
    measured = evaluation.measure_strokes(shipped.model, stroke_set, shipped.info.calibration)
    assert measured.accuracy.share >= least
    assert measured.digits_rejected is not None
    assert measured.digits_rejected <= 0.02


@pytest.mark.skipif(not STROKE_SETS.is_dir(), reason="the stroke sets are not here")
def test_the_shipped_weights_reject_letters_and_signs(shipped):
    stroke_set = stroke_sets.load(STROKE_SETS / "others-dev.jsonl.gz")
    measured = evaluation.measure_strokes(shipped.model, stroke_set, shipped.info.calibration)
    assert measured.others_rejected is not None
    assert measured.others_rejected >= 0.9


def test_a_picture_in_the_folder_of_another_digit_is_read_wrong(tmp_path):
    ink = raster.ink_from_drawings([parse_drawing(SEVEN)])[0, 0]
    picture = Image.fromarray((255 - ink.numpy() * 255).astype("uint8")).resize((280, 280))
    for digit in "17":
        (tmp_path / digit).mkdir()
        picture.save(tmp_path / digit / "a.png")
    recognizer = recognizer_of(FromInk())
    assert evaluation.measure_folder(recognizer, tmp_path).accuracy == Accuracy(1, 2)


def test_the_calibration_error_of_images_is_that_of_their_confidence():
    images = torch.full((4, 28, 28), 255, dtype=torch.uint8)
    labels = torch.tensor([7, 7, 7, 3])
    measured = evaluation.measure_images(FromInk(), ImageSet(images, labels), Calibration())
    assert measured.calibration_error == pytest.approx(0.25, abs=1e-3)  # 100 % sure, 75 % right
    assert (measured.accuracy, measured.confusion.sum()) == (Accuracy(3, 4), 4)


def test_what_is_no_picture_is_passed_over_and_what_is_not_read_is_wrong(shipped, tmp_path):
    folder = tmp_path / "7"
    folder.mkdir()
    ink = raster.ink_from_drawings([parse_drawing(SEVEN)])[0, 0]
    Image.fromarray((255 - ink.numpy() * 255).astype("uint8")).save(folder / "a.png")
    Image.new("L", (50, 50), 255).save(folder / "blank.png")
    (folder / "damaged.png").write_bytes(b"x")
    for name in (".DS_Store", "._a.png", "Thumbs.db", "notes.txt"):
        (folder / name).write_bytes(b"x")
    (folder / "more").mkdir()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.png").write_bytes(b"x")
    measured = evaluation.measure_folder(shipped, tmp_path)
    assert measured == FolderMeasure(Accuracy(1, 3), 5)


def test_numbers_of_a_stroke_set_are_measured_beside_its_digits(shipped, tmp_path):
    two_sevens = [*SEVEN, *moved(SEVEN, right=170)]
    records = [
        {"label": "7", "strokes": SEVEN},
        {"label": "77", "strokes": two_sevens},
        {"label": "71", "strokes": two_sevens},
        {"label": "777", "strokes": two_sevens},
    ]
    stroke_set = stroke_sets.load(write_stroke_set(tmp_path / "x", records))
    placed = stroke_sets.place_anywhere(stroke_set)
    for each in (stroke_set, placed):
        numbers = evaluation.measure_numbers(shipped, each)
        assert numbers is not None
        assert (numbers.right, numbers.lengths) == (Accuracy(1, 3), Accuracy(2, 3))
        digits = evaluation.measure_strokes(shipped.model, each, shipped.info.calibration)
        assert (digits.accuracy, digits.others) == (Accuracy(1, 1), 0)
    joined = stroke_sets.join([stroke_set, stroke_set])
    assert joined.numbers == {1: "77", 2: "71", 3: "777", 5: "77", 6: "71", 7: "777"}


def test_a_set_without_numbers_has_no_measure_of_them(shipped, stroke_file):
    assert evaluation.measure_numbers(shipped, stroke_sets.load(stroke_file)) is None
