"""Images and drawings are mixed anew for each epoch; drawings are made no sooner than needed."""

import pytest
import torch

from mnist_core.data.image_sets import ImageSet
from mnist_core.labels import NO_DIGIT
from mnist_core.training.mixture import PARTS, Drawings, Mixture

IMAGES, DIGITS, OTHERS = 160, 48, 34  # the last not a multiple of the parts


@pytest.fixture
def images():
    """Images that are told from each other, and from drawings, by their first pixels."""
    numbered = torch.zeros(IMAGES, 28, 28, dtype=torch.uint8)
    numbered[:, 0, 0] = torch.arange(IMAGES)
    numbered[:, 0, 1] = 255
    return ImageSet(numbered, torch.arange(IMAGES) % 10)


def mixture(images, drawings, redraw=False):
    return Mixture(images, drawings, redraw, torch.Generator().manual_seed(0))


def numbers(batch):
    """The numbers of a batch's images of the data set."""
    return batch.images[batch.images[:, 0, 1] == 255][:, 0, 0].tolist()


def content(epoch):
    return sorted(
        (image.numpy().tobytes(), int(label))
        for batch in epoch
        for image, label in zip(batch.images, batch.labels, strict=True)
    )


def test_an_epoch_shows_everything_once_in_whole_batches_but_what_is_over(images):
    mixed = mixture(images, Drawings(DIGITS, OTHERS, seed=0))
    assert len(mixed) == IMAGES + DIGITS + OTHERS
    for _ in range(2):
        batches = list(mixed.epoch(11))
        assert [len(batch) for batch in batches] == [11] * (len(mixed) // 11)
    [whole] = mixed.epoch(len(mixed))
    assert sorted(numbers(whole)) == list(range(IMAGES))
    assert int((whole.labels == NO_DIGIT).sum()) == OTHERS


def test_a_part_of_the_drawings_is_made_when_the_first_step_that_sees_it_comes(images):
    drawings = Drawings(DIGITS, OTHERS, seed=0)
    made = []
    make = drawings._make
    drawings._make = lambda: made.append(1) or make()
    size = (IMAGES + DIGITS + OTHERS) // PARTS  # a little less than a part with its images
    counts = [len(made) for _ in mixture(images, drawings).epoch(size)]
    assert counts[0] in (1, 2)
    assert counts[PARTS // 2] in (PARTS // 2 + 1, PARTS // 2 + 2)
    assert len(made) == PARTS


def test_every_part_of_an_epoch_has_its_share_of_the_images(images):
    [*batches] = mixture(images, Drawings(DIGITS, OTHERS, seed=0)).epoch(IMAGES // 2)
    shown = sorted(numbers(batches[0]) + numbers(batches[1]))
    assert len(set(shown)) == len(shown)
    assert abs(len(numbers(batches[0])) - len(numbers(batches[1]))) < IMAGES / PARTS + 2


@pytest.mark.parametrize("ready", [0, 1, PARTS, PARTS + 3])
def test_drawings_are_the_same_whenever_they_are_made(ready):
    ahead, late = Drawings(DIGITS, OTHERS, seed=1), Drawings(DIGITS, OTHERS, seed=1)
    for _ in range(ready):
        ahead.make_ready()
    for part in range(2 * PARTS):
        one, other = ahead.next_part(), late.next_part()
        assert torch.equal(one.images, other.images), part
        assert torch.equal(one.labels, other.labels), part


@pytest.mark.parametrize(("digits", "others"), [(DIGITS, OTHERS), (DIGITS, 0), (0, 3), (1, 0)])
def test_the_parts_of_an_epoch_are_as_many_drawings_as_were_asked_for(digits, others):
    drawings = Drawings(digits, others, seed=0)
    assert len(drawings) == digits + others
    for _ in range(2):
        labels = torch.cat([drawings.next_part().labels for _ in range(PARTS)])
        assert (int((labels < NO_DIGIT).sum()), int((labels == NO_DIGIT).sum())) == (digits, others)


@pytest.mark.parametrize("redraw", [False, True])
def test_each_epoch_has_an_order_of_its_own_and_new_drawings_where_they_are_wanted(images, redraw):
    mixed = mixture(images, Drawings(DIGITS, OTHERS, seed=0), redraw)
    first, second = list(mixed.epoch(len(mixed))), list(mixed.epoch(len(mixed)))
    assert numbers(first[0]) != numbers(second[0])
    assert (content(first) == content(second)) is not redraw


def test_without_drawings_the_order_is_one_of_all_images(images):
    mixed = mixture(images, Drawings(0, 0, seed=0))
    [batch] = mixed.epoch(IMAGES)
    expected = torch.randperm(IMAGES, generator=torch.Generator().manual_seed(0))
    assert numbers(batch) == expected.tolist()
