"""How a hand traces templates and bends what it draws. A calm hand does neither."""

from dataclasses import replace

import pytest
import torch

from mnist_core.data import hand, pen_templates, template_tensors
from mnist_core.data.hand import ANY_HAND, RandomSource

CALM = replace(
    ANY_HAND, jitter=0, stroke_offset=0, overshoot=0, tremor=0, polygonal=0, hasty=0, wave=0,
    bulge=0, taper=0, aspect=0, slant=0, mean_slant=0, rotation=0,
)  # fmt: skip
TABLE = """
line 1
  0,0 0,30
two-lines 1
  0,0 0,30
  50,0 50,30
mixed 1
  0,0 0,30 | 60,0 60,30
arc 1
  0,0 25,50 50,0
"""
LINE, TWO_LINES, MIXED, ARC = range(4)
COUNT = 4_000


@pytest.fixture
def templates(monkeypatch):
    monkeypatch.setattr(pen_templates, "table", lambda _: pen_templates.parse(TABLE))
    return template_tensors.load.__wrapped__("a table of this test", parts=3)


def random():
    return RandomSource(torch.Generator().manual_seed(0))


@pytest.fixture
def traced(templates):
    """Trace one of the templates many times: the points (N, P, 2) of its first stroke."""

    def trace(number, **changes):
        index = torch.full((COUNT,), number)
        segments = hand.trace(templates, index, random(), replace(CALM, **changes))
        last = 6  # of the segments of a stroke through 3 points
        return torch.cat([segments[:, :last, :2], segments[:, last - 1 : last, 2:]], dim=1)

    return trace


def bent(*points, **changes):
    """Bend a drawing of one segment many times: (N, 2, 2) points."""
    segments = torch.tensor([[each for point in points for each in point]]).expand(COUNT, 1, 4)
    return hand.bend(segments, random(), replace(CALM, **changes)).reshape(COUNT, 2, 2)


# ---- tracing -------------------------------------------------------------------------------------


def test_a_calm_hand_traces_a_template_as_it_stands(traced, templates):
    points = traced(LINE)
    expected = torch.stack([torch.zeros(7), torch.arange(7) * 5.0], dim=1)
    assert torch.allclose(points, expected.expand_as(points), atol=1e-4)
    index = torch.full((3,), TWO_LINES)
    assert torch.allclose(
        hand.draw(templates, index, random(), CALM),
        hand.trace(templates, index, random(), CALM),
        atol=1e-4,
    )


def test_keyframes_are_mixed_and_more_sharply_the_nearer_to_one_of_them(traced):
    even, sharp = (traced(MIXED, sharpness=each)[:, 0, 0] / 60 for each in (1.0, 4.0))
    for share in (even, sharp):
        assert 0 <= share.min() <= share.max() <= 1
        assert share.mean().item() == pytest.approx(0.5, abs=0.03)
    assert even.std().item() == pytest.approx(12**-0.5, abs=0.02)  # uniform
    assert sharp.std() > 0.38


def test_each_point_is_shaken_on_its_own_by_careful_and_careless_hands(traced):
    apart = traced(LINE, jitter=3.0) - traced(LINE)
    start, end = apart[:, 0], apart[:, -1]
    assert start.std().item() == pytest.approx(3 * 1.1, rel=0.1)
    assert abs(torch.corrcoef(torch.stack([start[:, 0], end[:, 0]]))[0, 1]) < 0.1
    sizes = torch.stack([start.norm(dim=1), end.norm(dim=1)])
    assert torch.corrcoef(sizes)[0, 1] > 0.1  # who is careless is so at all points


def test_a_stroke_is_moved_as_a_whole_and_each_on_its_own(templates):
    index = torch.full((COUNT,), TWO_LINES)
    calm, moved = (
        hand.trace(templates, index, random(), replace(CALM, stroke_offset=each))
        for each in (0.0, 3.0)
    )
    apart = (moved - calm)[..., :2]
    first, second = apart[:, :6], apart[:, 6:]
    for stroke in (first, second):
        assert torch.allclose(stroke, stroke[:, :1].expand_as(stroke), atol=1e-4)
        assert stroke[:, 0].std().item() == pytest.approx(3 * 1.1, rel=0.1)
    assert (first[:, 0] - second[:, 0]).std() > 3


def test_a_stroke_goes_too_far_or_not_far_enough_at_its_ends_alone(traced):
    points = traced(LINE, overshoot=0.2)
    assert points[..., 0].abs().max() < 1e-4  # along the line
    assert torch.allclose(points[:, 3, 1], torch.tensor(15.0), atol=1e-4)
    for end in (0, 6):
        assert points[:, end, 1].std().item() == pytest.approx(0.2 * 15, rel=0.1)


def test_a_tremor_shakes_the_points_between_those_of_the_template_too(traced):
    apart = traced(LINE, tremor=1.0) - traced(LINE)
    assert (apart.std(dim=(0, 2)) > 0.4).all()
    assert apart.std() < 1


def test_curves_get_straighter_or_rounder_and_no_drawing_leaves_what_lies_between(traced):
    calm = traced(ARC)[0, :, 1]
    straight = torch.tensor([0, 50 / 3, 100 / 3, 50, 100 / 3, 50 / 3, 0])
    lowest = torch.minimum(calm, straight)
    lines = traced(ARC, polygonal=1.0)[..., 1]
    assert (lines > lowest - 1e-3).all()
    assert (lines < torch.maximum(calm, straight) + 1e-3).all()
    assert (lines[:, 1] < calm[1] - 0.3).float().mean() > 0.5
    rounded = traced(ARC, hasty=1.0)[:, 3, 1]
    assert rounded.max() <= 50 + 1e-3
    assert (rounded < 49).float().mean() > 0.5
    both = traced(ARC, polygonal=1.0, hasty=1.0)[..., 1]
    assert both[:, 3].min() >= rounded.min() - 0.5
    assert both[:, 1].min() >= min(lines[:, 1].min(), traced(ARC, hasty=1.0)[:, 1, 1].min()) - 0.1


@pytest.mark.parametrize("change", ["polygonal", "hasty"])
def test_only_a_share_of_the_drawings_is_straighter_or_rounder(traced, change):
    apart = (traced(ARC, **{change: 0.3}) - traced(ARC)).abs().amax(dim=(1, 2)) > 1e-3
    assert apart.float().mean().item() == pytest.approx(0.3, abs=0.03)


# ---- bending -------------------------------------------------------------------------------------


def test_a_calm_hand_bends_nothing():
    points = bent([20.0, 0.0], [30.0, 100.0])
    assert torch.allclose(points, torch.tensor([[20.0, 0.0], [30.0, 100.0]]), atol=1e-4)


def test_most_people_lean_to_the_right():
    top, bottom = bent([50.0, 0.0], [50.0, 100.0], mean_slant=0.08, slant=0.16).unbind(dim=1)
    assert (top[:, 0] - bottom[:, 0]).mean().item() == pytest.approx(8, abs=1)
    assert (top[:, 0] - bottom[:, 0]).std().item() == pytest.approx(16, rel=0.1)
    assert torch.allclose(top[:, 1], torch.tensor(0.0), atol=1e-4)


def test_a_drawing_is_turned_by_12_degrees_at_most():
    left, right = bent([0.0, 50.0], [100.0, 50.0], rotation=0.09).unbind(dim=1)
    angle = torch.atan2(right[:, 1] - left[:, 1], right[:, 0] - left[:, 0])
    assert angle.abs().max().item() == pytest.approx(2.3 * 0.09, abs=1e-4)
    assert angle.std().item() == pytest.approx(0.09, rel=0.1)


def test_the_top_is_wider_or_narrower_than_the_middle_by_no_more_than_two_fifths():
    left, right = bent([0.0, 0.0], [100.0, 0.0], taper=0.3).unbind(dim=1)
    width = right[:, 0] - left[:, 0]
    assert width.min().item() == pytest.approx(60, abs=1e-3)
    assert width.max().item() == pytest.approx(140, abs=1e-3)
    middle = bent([0.0, 50.0], [100.0, 50.0], taper=0.3)
    assert torch.allclose(middle[:, 1, 0], torch.tensor(100.0), atol=1e-3)


def test_a_drawing_is_wider_or_narrower_as_a_whole():
    left, right = bent([0.0, 0.0], [100.0, 100.0], aspect=0.2).unbind(dim=1)
    width = (right[:, 0] - left[:, 0]) / 100
    assert width.log().std().item() == pytest.approx(0.2, rel=0.1)
    assert width.log().mean().item() == pytest.approx(0, abs=0.02)
    assert torch.allclose(right[:, 1], torch.tensor(100.0), atol=1e-3)


def test_the_middle_moves_up_or_down_while_top_and_bottom_stay():
    middle, bottom = bent([50.0, 50.0], [50.0, 100.0], bulge=5.0).unbind(dim=1)
    assert middle[:, 1].std().item() == pytest.approx(5, rel=0.1)
    assert torch.allclose(bottom[:, 1], torch.tensor(100.0), atol=1e-3)


def test_waves_bend_a_drawing_and_near_points_alike():
    one, near = bent([50.0, 50.0], [51.0, 50.0], wave=0.02).unbind(dim=1)
    moved = one - torch.tensor([50.0, 50.0])
    assert moved.std().item() == pytest.approx(3.7, rel=0.15)  # three waves, 80 to 240 long
    assert (near - one - torch.tensor([1.0, 0.0])).std() < 0.05 * moved.std() * 2


# ---- chance --------------------------------------------------------------------------------------


def test_choices_are_in_proportion_to_their_weights():
    chosen = random().choice(torch.tensor([2.0, 0.0, 6.0]), 10_000)
    shares = torch.bincount(chosen, minlength=3) / 10_000
    assert shares.tolist() == pytest.approx([0.25, 0, 0.75], abs=0.02)
