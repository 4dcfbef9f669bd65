"""What a network sees as it trains: a data set's images, and synthetic drawings among them.

Drawings take seconds to make. So an epoch's are made part by part: each when the first step that
sees it comes, or before that, where there is time.
"""

from collections import deque
from collections.abc import Iterator

import torch
from torch import Tensor

from mnist_core.data import pen_styles
from mnist_core.data.image_sets import ImageSet
from mnist_core.ink.frame import IMAGE_SIZE

PARTS = 16  # of an epoch whose drawings are new


class Drawings:
    """Synthetic drawings for a training, made on the CPU: the same, whenever that is."""

    def __init__(self, digits: int, others: int, seed: int) -> None:
        """Make none yet.

        Args:
            digits: how many synthetic digits an epoch has.
            others: how many drawings of no digit.
            seed: of all of them.
        """
        self._counts = digits, others
        self._generator = torch.Generator().manual_seed(seed)
        self._made = 0  # parts
        self._ready: deque[ImageSet] = deque()

    def __len__(self) -> int:
        """How many an epoch has."""
        return sum(self._counts)

    def make_ready(self) -> None:
        """Make one more part before it is asked for."""
        self._ready.append(self._make())

    def next_part(self) -> ImageSet:
        """Return one more part of an epoch, which has ``PARTS``."""
        return self._ready.popleft() if self._ready else self._make()

    def _make(self) -> ImageSet:
        part = self._made % PARTS
        self._made += 1
        sets = [ImageSet(torch.zeros(0, IMAGE_SIZE, IMAGE_SIZE).byte(), torch.zeros(0).long())]
        for sample, count in zip(
            (pen_styles.sample_digits, pen_styles.sample_others), self._counts, strict=True
        ):
            if number := count * (part + 1) // PARTS - count * part // PARTS:
                sets.append(rendered(sample(number, self._generator), self._generator))
        return _joined(*sets)


class Mixture:
    """Images and drawings, in an order of their own for each epoch."""

    def __init__(
        self, images: ImageSet, drawings: Drawings, redraw: bool, generator: torch.Generator
    ) -> None:
        """Mix.

        Args:
            images: N of a data set, on the device of the training.
            drawings: P an epoch.
            redraw: make new drawings for each epoch, not for the first alone.
            generator: of the order, on the device.
        """
        self._count, count = len(images), len(drawings)
        device = images.images.device
        room = torch.zeros(count, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8, device=device)
        labels = torch.zeros(count, dtype=torch.int64, device=device)
        self._all = _joined(images, ImageSet(room, labels))
        self._drawings = drawings
        self._redraw = redraw
        self._generator = generator
        self._epochs = 0  # begun

    def __len__(self) -> int:
        """N + P."""
        return len(self._all)

    def epoch(self, batch_size: int) -> Iterator[ImageSet]:
        """Yield whole batches of all images and drawings; what is over at the end is left out."""
        are_new = len(self._drawings) > 0 and (self._redraw or self._epochs == 0)
        self._epochs += 1
        rest = torch.arange(0, device=self._generator.device)
        for index in self._new_parts() if are_new else [torch.arange(len(self))]:
            rest = torch.cat([rest, self._shuffled(index)])
            whole = len(rest) // batch_size * batch_size
            for start in range(0, whole, batch_size):
                yield self._all.take(rest[start : start + batch_size])
            rest = rest[whole:]

    def _new_parts(self) -> Iterator[Tensor]:
        """Yield positions: of a share of the images, and of one part of the drawings, made now."""
        end = self._count
        for images in self._shuffled(torch.arange(self._count)).tensor_split(PARTS):
            part = self._drawings.next_part()
            begin, end = end, end + len(part)
            self._all.images[begin:end] = part.images
            self._all.labels[begin:end] = part.labels
            yield torch.cat([images, torch.arange(begin, end, device=images.device)])

    def _shuffled(self, index: Tensor) -> Tensor:
        device = self._generator.device
        order = torch.randperm(len(index), generator=self._generator, device=device)
        return index.to(device)[order]


def rendered(sample: pen_styles.PenSample, generator: torch.Generator) -> ImageSet:
    """Draw synthetic strokes as images, on the CPU."""
    return ImageSet(pen_styles.render(sample, generator), sample.labels)


def _joined(*sets: ImageSet) -> ImageSet:
    return ImageSet(
        torch.cat([each.images for each in sets]), torch.cat([each.labels for each in sets])
    )
