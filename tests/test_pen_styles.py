"""Claims about the synthetic pen strokes."""

import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor

from mnist_core.data import (
    digit_styles,
    other_styles,
    pen_styles,
    pen_templates,
    style_sheet,
)
from mnist_core.data.pen_styles import sample_digits, sample_others
from mnist_core.ink.drawing import parse_drawing
from mnist_core.ink.frame import DIGIT_BOX
from mnist_core.ink.raster import frame, segments_of
from mnist_core.model import weight_file
from mnist_core.model.calibration import read_logits
from tests.drawings import ONE, SEVEN, circle

ROOT = Path(__file__).parent.parent
SAMPLERS = (sample_digits, sample_others)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def ink_box(ink: Tensor) -> Tensor:
    """Longest side (N,) in px of what is at least half inked in images (N, 28, 28) uint8."""
    inked = ink > 127
    sides = []
    for axis in (1, 2):
        used = inked.any(dim=axis).int()
        first = used.argmax(dim=1)
        last = used.shape[1] - 1 - used.flip(1).argmax(dim=1)
        sides.append(last - first + 1)
    return torch.maximum(*sides)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_seed_says_all(sampler):
    one, two = sampler(50, seeded(3)), sampler(50, seeded(3))
    assert torch.equal(one.segments, two.segments)
    assert one.styles == two.styles
    assert torch.equal(one.labels, two.labels)
    assert torch.equal(pen_styles.render(one, seeded(4)), pen_styles.render(two, seeded(4)))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_another_seed_draws_other_strokes(sampler):
    one, two = sampler(50, seeded(3)), sampler(50, seeded(4))
    assert one.styles != two.styles
    assert not torch.equal(one.segments[:, 0], two.segments[:, 0])


def test_the_label_is_the_digit_that_the_style_names():
    sample = sample_digits(2000, seeded())
    assert sample.labels.dtype == torch.int64
    assert sample.labels.tolist() == [int(style[0]) for style in sample.styles]


def test_what_is_no_digit_has_the_label_10():
    assert set(sample_others(200, seeded()).labels.tolist()) == {10}


def test_each_digit_is_as_frequent_as_any_other():
    counts = torch.bincount(sample_digits(10_000, seeded()).labels, minlength=10)
    deviation = math.sqrt(10_000 * 0.1 * 0.9)
    assert (counts - 1000).abs().max() < 5 * deviation


def shares(styles) -> dict[str, float]:
    weights = styles.weights()
    return dict(zip(styles.names(), (weights / weights.sum()).tolist(), strict=True))


@pytest.mark.parametrize(
    ("sampler", "styles"), [(sample_digits, digit_styles), (sample_others, other_styles)]
)
def test_every_style_is_drawn_about_as_often_as_its_share_says(sampler, styles):
    count = 10_000
    drawn = sampler(count, seeded()).styles
    for style, share in shares(styles).items():
        deviation = math.sqrt(count * share * (1 - share))
        assert abs(drawn.count(style) - count * share) < 5 * deviation, style


@pytest.mark.parametrize("styles", [digit_styles, other_styles])
def test_no_style_is_named_twice_and_none_is_negligible(styles):
    assert len(shares(styles)) == len(styles.names())
    assert min(shares(styles).values()) > 0.0005


def test_the_shares_of_what_is_no_digit_leave_nothing_over():
    assert other_styles.weights().sum() == pytest.approx(1, abs=1e-4)


def test_every_digit_has_many_styles():
    for digit in "0123456789":
        assert sum(name.startswith(digit) for name in digit_styles.names()) >= 10


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_all_strokes_are_finite_and_of_the_size_of_the_pad(sampler):
    segments = sampler(5000, seeded()).segments
    assert segments.dtype == torch.float32
    assert segments.isfinite().all()
    assert segments.abs().max() < 1500  # pad pixels
    points = segments.reshape(len(segments), -1, 2)
    longest = (points.amax(dim=1) - points.amin(dim=1)).amax(dim=1)
    assert longest.min() > 10


@pytest.mark.parametrize(("sampler", "most"), [(sample_digits, 48), (sample_others, 64)])
def test_a_drawing_has_few_segments(sampler, most):
    assert sampler(2000, seeded()).segments.shape[1] <= most


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_drawing_renders_to_ink_of_20_px(sampler):
    ink = pen_styles.render(sampler(1000, seeded()), seeded(1))
    assert ink.shape == (1000, 28, 28)
    assert ink.dtype == torch.uint8
    assert ink.amax(dim=(1, 2)).min() > 200
    assert (ink_box(ink) - DIGIT_BOX).abs().max() <= 1


def test_framing_fits_the_longest_side_to_20_px_with_the_pen():
    segments = frame(sample_digits(100, seeded()).segments, 2.0)
    points = segments.reshape(100, -1, 2)
    longest = (points.amax(dim=1) - points.amin(dim=1)).amax(dim=1)
    assert torch.allclose(longest + 2.0, torch.full((100,), DIGIT_BOX), atol=1e-3)


def test_pens_are_of_various_widths():
    sample = sample_digits(300, seeded())
    ink = pen_styles.render(sample, seeded(1)).float().mean(dim=(1, 2))
    again = pen_styles.render(sample, seeded(2)).float().mean(dim=(1, 2))
    assert ((ink - again).abs() > 0.1 * ink).float().mean() > 0.3


def test_repeating_the_last_segment_adds_no_ink():
    sample = sample_digits(40, seeded())
    segments = torch.cat([sample.segments, sample.segments[:, -1:].expand(-1, 20, -1)], dim=1)
    padded = pen_styles.PenSample(segments, sample.labels, sample.styles)
    assert torch.equal(pen_styles.render(sample, seeded(1)), pen_styles.render(padded, seeded(1)))


def test_the_contact_sheet_shows_every_style():
    per_style, columns = 3, 2
    sheet = style_sheet.contact_sheet(seeded(), per_style=per_style, columns=columns)
    count = len(digit_styles.names()) + len(other_styles.names())
    rows = math.ceil(count / columns)
    assert sheet.height == rows * 28
    width = sheet.width // columns
    pixels = torch.frombuffer(bytearray(sheet.tobytes()), dtype=torch.uint8)
    pixels = pixels.reshape(sheet.height, sheet.width)
    for number in range(count):
        x, y = number // rows * width, number % rows * 28
        for drawing in range(per_style):
            left = x + width - (per_style - drawing) * 28
            assert pixels[y : y + 28, left : left + 28].min() < 128


def test_a_template_reads_as_its_notation_says():
    (template,) = pen_templates.parse("# Ones.\n1-x 2\n  0,0 10,0! 10,20 | 5,0 10,5! 10,30\n")
    assert (template.name, template.weight) == ("1-x", 2.0)
    (stroke,) = template.strokes
    # Straight parts get a middle: 0,0 - 5,0 - 10,0 - 10,10 - 10,20.
    assert stroke.keyframes[0] == ((0, 0), (5, 0), (10, 0), (10, 10), (10, 20))
    assert stroke.hard == (True, False, True, False, True)


TABLES = ["digits", "signs", "letters", "word_letters", "strikes", "hatchings", "scribbles"]


@pytest.mark.parametrize("table", TABLES)
def test_the_keyframes_of_a_template_fit_each_other(table):
    templates = pen_templates.table(table)
    assert len({template.name for template in templates}) == len(templates)
    for template in templates:
        assert len({len(stroke.keyframes) for stroke in template.strokes}) == 1, template.name
        for stroke in template.strokes:
            sizes = {len(points) for points in stroke.keyframes}
            assert sizes == {len(stroke.hard)}, template.name


@pytest.fixture(scope="module")
def shipped():
    model, _ = weight_file.load(weight_file.SHIPPED)
    return lambda images: read_logits(model, images).argmax(dim=1)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_shipped_weights_read_what_is_drawn_as_its_label_says(shipped, sampler):
    sample = sampler(1_000, seeded(99))
    read = shipped(pen_styles.render(sample, seeded(1)))
    assert (read == sample.labels).float().mean() > 0.97


def varied(count, *pairs):
    drawings, labels = zip(*pairs, strict=True)
    parsed = [parse_drawing(each) for each in drawings]
    return pen_styles.vary(parsed, torch.tensor(labels), count, seeded())


def test_given_drawings_serve_equally_often_and_bring_their_labels(shipped):
    sample = varied(301, (SEVEN, 7), (ONE, 1), (circle(), 0))
    assert sorted(torch.bincount(sample.labels)[[0, 1, 7]].tolist()) == [100, 100, 101]
    assert sample.styles == ["given"] * 301
    read = shipped(pen_styles.render(sample, seeded(1)))
    assert (read == sample.labels).float().mean() > 0.95
    assert sample.labels[:12].unique().numel() > 1  # mixed, not one drawing after the other


def test_given_drawings_are_drawn_each_time_a_little_differently():
    sample = varied(60, (SEVEN, 7))
    images = pen_styles.render(sample, torch.Generator().manual_seed(0))
    assert len({image.numpy().tobytes() for image in images}) == 60
    plain = frame(segments_of([parse_drawing(SEVEN)]))
    bent = frame(sample.segments)
    count = plain.shape[1]
    whole = [each for each in bent if not torch.equal(each[-1], each[-2])]
    apart = torch.stack([(each[:count] - plain[0]).abs().mean() for each in whole])
    assert 0.3 < apart.mean() < 2.5  # px of the frame: one person's hand from time to time


def test_given_drawings_nearly_keep_their_proportions():
    points = varied(1_000, (circle(), 0)).segments.reshape(1_000, -1, 2)
    width, height = (points.amax(dim=1) - points.amin(dim=1)).unbind(dim=1)
    assert 0.1 < (width / height).log().std() < 0.2


def test_a_faster_hand_leaves_points_out_but_neither_the_ends_nor_a_short_strokes():
    long, short = [[x, 0.0] for x in range(60)], [[0.0, y] for y in range(11)]
    drawing = parse_drawing([long, short])
    for keep_one_of, left in ((1, 60), (2, 31), (3, 21)):
        first, second = pen_styles._thinned_out(drawing, keep_one_of)
        assert len(first) == left
        assert first[0].tolist() == long[0]
        assert first[-1].tolist() == long[-1]
        assert second.tolist() == short


def test_given_drawings_are_drawn_at_three_paces():
    drawing = [[[float(x), float(x * x % 17)] for x in range(61)]]
    segments = varied(200, (drawing, 7)).segments
    counts = ((segments != segments[:, -1:]).any(dim=2).sum(dim=1) + 1).unique().tolist()
    assert counts == [20, 30, 60]


def test_a_pen_is_at_least_1_4_and_at_most_3_4_px_wide():
    line = torch.tensor([[[0.0, 0.0, 0.0, 100.0]]]).expand(3_000, -1, -1)
    sample = pen_styles.PenSample(line, torch.zeros(3_000, dtype=torch.int64), ["1"] * 3_000)
    widths = pen_styles.render(sample, seeded())[:, 14].float().sum(dim=1) / 255
    assert widths.min() == pytest.approx(1.4, abs=0.15)
    assert widths.max() == pytest.approx(3.4, abs=0.15)
    assert widths.log().std() == pytest.approx(0.22, abs=0.03)
    assert widths.median() == pytest.approx(2.2, abs=0.1)


def test_every_table_of_the_folder_is_tested_here():
    folder = Path(pen_templates.__file__).parent / "templates"
    assert {file.stem for file in folder.iterdir()} == set(TABLES) - {"hatchings", "scribbles"}


def test_no_table_is_read_before_the_first_drawing():
    program = (
        "import mnist_core.data.style_sheet\n"
        "from mnist_core.data import template_tensors\n"
        "assert template_tensors.load.cache_info().misses == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
