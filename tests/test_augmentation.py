"""Random changes of ink."""

import pytest
import torch

from mnist_core.augmentation import Augmentation, augment

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
