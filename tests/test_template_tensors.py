"""From a template's points to a curve."""

import pytest
import torch

from mnist_core.data import pen_templates, template_tensors

TABLE = """
a 2
  0,0 10,0! 10,20 | 5,0 10,5! 10,30
  50,50 60,60     | 70,70 80,80
b 1
  0,0 0,30
"""


@pytest.fixture
def tensors(monkeypatch):
    """A template of two strokes, of 5 and 3 points, and one of a single stroke of 3."""
    monkeypatch.setattr(pen_templates, "table", lambda _: pen_templates.parse(TABLE))
    return template_tensors.load.__wrapped__("a table of this test", parts=3)


def test_templates_of_several_sizes_are_padded(tensors):
    assert tensors.names == ("a", "b")
    assert tensors.weights.tolist() == [2, 1]
    assert tensors.mixable.tolist() == [[1, 1], [1, 0]]
    assert tensors.keyframes.shape == (2, 2, 8, 2)
    assert tensors.keyframes[0, 1, [0, 4, 5, 7]].tolist() == [[5, 0], [10, 30], [70, 70], [80, 80]]
    assert tensors.keyframes[1, 0, :3].tolist() == [[0, 0], [0, 15], [0, 30]]
    assert not tensors.keyframes[1, 1].any()
    assert not tensors.keyframes[1, 0, 3:].any()


def test_a_point_knows_its_stroke_and_an_end_its_neighbor(tensors):
    assert tensors.stroke[0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert tensors.inner[0].tolist() == [1, 1, 2, 3, 3, 6, 6, 6]
    assert tensors.inner[1, :3].tolist() == [1, 1, 1]


def test_segments_join_the_points_of_a_stroke_and_no_stroke_to_another(tensors):
    within = [*range(12), *range(13, 19)]  # three from one of the template's points to the next
    assert tensors.segments[0].tolist() == [[point, point + 1] for point in within]
    shorter = [*range(6), *[5] * 12]  # the last one is repeated
    assert tensors.segments[1].tolist() == [[point, point + 1] for point in shorter]


def test_a_stroke_is_made_of_its_own_points_alone(tensors):
    assert tensors.bases.shape == (2, 3, 20, 8)
    assert not tensors.bases[0, :, :13, 5:].any()
    assert not tensors.bases[0, :, 13:, :5].any()
    assert torch.allclose(tensors.bases[0].sum(dim=-1), torch.ones(3, 20), atol=1e-5)


def test_lines_are_straight_and_rounder_corners_are_cut_but_keep_the_ends(tensors):
    curve, lines, rounded = tensors.bases[0] @ tensors.keyframes[0, 0]  # (20, 2) each
    evenly = torch.tensor([[0, 0], [5 / 3, 0], [10 / 3, 0], [5, 0]])
    assert torch.allclose(lines[:4], evenly, atol=1e-5)
    corner = 6
    assert curve[corner].tolist() == lines[corner].tolist() == [10, 0]
    x, y = rounded[corner].tolist()
    assert x < 9.5
    assert y > 0.5
    for end in (0, 12, 13, 19):
        assert torch.allclose(rounded[end], curve[end], atol=1e-5)


@pytest.mark.parametrize("hard", [(True, False, False, True), (True, False, True, False, True)])
def test_the_spline_goes_through_its_points_and_keeps_straight_lines(hard):
    basis = template_tensors.spline_basis(hard, parts=3)
    points = torch.arange(len(hard), dtype=torch.float32)[:, None] * torch.tensor([[2.0, -1.0]])
    curve = basis @ points
    assert torch.allclose(curve[::3], points, atol=1e-5)
    assert torch.allclose(curve[:, 0], -2 * curve[:, 1], atol=1e-5)
    assert torch.allclose(basis.sum(dim=1), torch.ones(len(basis)), atol=1e-5)
