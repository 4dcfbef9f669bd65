"""Random changes of ink."""

import pytest
import torch
from torch.nn import functional

from mnist_core.data.augment import augment, dilated
from mnist_core.data.augmentation import Augmentation

EVERYTHING = Augmentation(rotation=12, shear=0.2, scale=0.12, shift=1, elastic=0.8, thickness=0.8)


def ink(count=16):
    images = torch.zeros(count, 1, 28, 28)
    images[:, :, 6:22, 12:15] = 1
    return images


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_default_changes_nothing():
    images = ink()
    assert torch.equal(augment(images, Augmentation(), generator()), images)


def test_ink_stays_ink():
    changed = augment(ink(), EVERYTHING, generator())
    assert changed.shape == (16, 1, 28, 28)
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_each_image_is_changed_in_its_own_way():
    changed = augment(ink(), EVERYTHING, generator())
    assert all(not torch.equal(changed[0], other) for other in changed[1:])


def test_a_seed_gives_the_same_changes_again():
    assert torch.equal(
        augment(ink(), EVERYTHING, generator(3)), augment(ink(), EVERYTHING, generator(3))
    )


@pytest.mark.parametrize("augmentation", [Augmentation(), Augmentation(rotation=9, elastic=1)])
def test_a_margin_is_left_out_of_what_the_image_would_be(augmentation):
    whole = augment(ink(), augmentation, generator())
    middle = augment(ink(), augmentation, generator(), margin=2)
    assert torch.equal(middle, whole[..., 2:-2, 2:-2])


@pytest.mark.parametrize("part", ["rotation", "shear", "scale", "shift", "elastic", "thickness"])
def test_each_part_alone_changes_the_ink(part):
    alone = Augmentation(**{part: getattr(EVERYTHING, part)})
    assert not torch.allclose(augment(ink(), alone, generator()), ink(), atol=0.05)


def test_moved_edges_stay_sharp():
    soft = torch.nn.functional.avg_pool2d(ink(64), 3, stride=1, padding=1)
    moved = augment(soft, Augmentation(shift=1), generator())
    before, after = ((image.diff(dim=-1) ** 2).sum() for image in (soft, moved))
    assert after > 0.9 * before  # 0.81 by bilinear resampling


def test_a_shift_moves_ink_by_no_more_than_it_says():
    columns = torch.arange(28.0)
    changed = augment(ink(64), Augmentation(shift=2), generator())
    center = (changed.sum(dim=(1, 2)) * columns).sum(dim=1) / changed.sum(dim=(1, 2, 3))
    assert (center - 13).abs().max() <= 2.01
    assert (center - 13).abs().max() > 1


def test_thickness_goes_both_ways():
    amounts = augment(ink(64), Augmentation(thickness=1), generator()).sum(dim=(1, 2, 3))
    assert amounts.min() < ink().sum(dim=(1, 2, 3))[0] < amounts.max()


def spread(images):
    """Variance along x, along y and covariance of the ink of images: three of (B,)."""
    mass = images[:, 0] / images.sum(dim=(1, 2, 3))[:, None, None]
    place = torch.arange(28.0)
    x, y = place[None, None, :], place[None, :, None]
    mean_x, mean_y = ((mass * each).sum(dim=(1, 2))[:, None, None] for each in (x, y))
    return (
        (mass * (x - mean_x) ** 2).sum(dim=(1, 2)),
        (mass * (y - mean_y) ** 2).sum(dim=(1, 2)),
        (mass * (x - mean_x) * (y - mean_y)).sum(dim=(1, 2)),
    )


def square(count=256):
    images = torch.zeros(count, 1, 28, 28)
    images[:, :, 8:20, 8:20] = 1
    return images


def test_width_and_height_change_each_on_its_own_by_no_more_than_the_scale():
    before_x, before_y, _ = spread(square(1))
    wide, high, both = spread(augment(square(), Augmentation(scale=0.2), generator()))
    changes = [
        (after / before).sqrt().log() for after, before in ((wide, before_x), (high, before_y))
    ]
    for change in changes:
        assert 0.15 < change.abs().max() < 0.22
        assert change.mean().abs() < 0.03
    assert torch.corrcoef(torch.stack(changes))[0, 1].abs() < 0.2
    assert both.abs().max() < 0.1


def test_a_turn_changes_no_size_and_goes_as_far_as_it_says_both_ways():
    before_x, before_y, _ = spread(ink(1))
    x, y, both = spread(augment(ink(256), Augmentation(rotation=20), generator()))
    assert (x + y - before_x - before_y).abs().max() < 0.05 * (before_x + before_y)
    turns = torch.rad2deg(torch.atan2(2 * both, y - x) / 2)
    assert 18 < turns.max() < 21
    assert -21 < turns.min() < -18


def test_a_slant_moves_ink_sideways_in_proportion_to_its_height():
    before_x, before_y, _ = spread(ink(1))
    x, y, both = spread(augment(ink(256), Augmentation(shear=0.3), generator()))
    assert (y - before_y).abs().max() < 0.05 * before_y
    slants = both / y
    assert 0.27 < slants.max() < 0.32
    assert -0.32 < slants.min() < -0.27
    assert torch.allclose(x, before_x + slants**2 * y, atol=0.35)  # resampling blurs a little


def test_ink_moves_along_x_and_along_y_each_on_its_own():
    place = torch.arange(28.0)
    moved = augment(square(), Augmentation(shift=2), generator())[:, 0]
    mass = moved / moved.sum(dim=(1, 2), keepdim=True)
    right = (mass.sum(dim=1) * place).sum(dim=1) - 13.5
    down = (mass.sum(dim=2) * place).sum(dim=1) - 13.5
    for way in (right, down):
        assert 1.8 < way.max() < 2.05
        assert -2.05 < way.min() < -1.8
    assert torch.corrcoef(torch.stack([right, down]))[0, 1].abs() < 0.2


def test_an_elastic_change_moves_ink_about_as_far_as_it_says_and_smoothly():
    ramp = torch.arange(28.0)[None, None, None, :].expand(64, 1, 28, 28) / 27
    moved = augment(ramp, Augmentation(elastic=0.5), generator())
    pixels = ((moved - ramp) * 27)[:, 0, 4:-4, 4:-4]
    assert 0.25 < pixels.std() < 0.6
    assert pixels.mean().abs() < 0.1
    assert pixels.diff(dim=1).abs().max() < 0.6


@pytest.mark.parametrize("sign", [1, -1])
def test_a_dilation_takes_the_largest_of_nine_pixels_and_of_fewer_at_the_edge(sign):
    image = sign * torch.rand(8, 1, 20, 28, generator=generator())
    before = image.clone()
    largest = functional.max_pool2d(image, 3, stride=1, padding=1)
    assert torch.equal(dilated(image), largest)
    assert torch.equal(image, before)


def test_strokes_become_thicker_by_up_to_a_pixel_a_side_and_thinner_by_half_of_that():
    line = torch.zeros(256, 1, 28, 28)
    line[:, :, :, 12:16] = 1
    changed = augment(line, Augmentation(thickness=1), generator())[:, 0, 14]
    widths = changed.sum(dim=1)
    assert 5.8 < widths.max() <= 6
    assert 3 <= widths.min() < 3.1
    assert torch.allclose(changed[:, 13:15], torch.ones(1), atol=1e-6)
    assert (changed[:, :11] == 0).all()
