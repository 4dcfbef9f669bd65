"""What somebody who watches a training sees of it besides its figures.

This module knows nothing of recipes or of how a network learns.
"""

import time
from collections.abc import Iterator

import torch
from torch import nn

from mnist_core.data.image_sets import ImageSet
from mnist_core.model import evaluation
from mnist_core.model.calibration import read_logits, score
from mnist_core.model.weight_info import Calibration
from mnist_core.training.progress import PreviewImages, Snapshot, TrainingControl

SNAPSHOTS_SHARE = 0.08  # of the time of a training goes into snapshots, if somebody watches
VALIDATION_IMAGES = 500  # at most are read for a snapshot
# Test images to show: half of them plain, half of them hard to read.
PREVIEWS = (0, 1, 2, 3, 4, 7, 8, 18, 247, 445, 582, 947)


class TrainingProbe:
    """Reads some images and the watched drawing with a network in training, now and then."""

    def __init__(
        self, control: TrainingControl, validation: ImageSet | None, test: ImageSet
    ) -> None:
        """Choose among images that are not trained on, if there are any, and the test images.

        The test images lie on the network's device.
        """
        self._control = control
        chosen = test.take(torch.tensor([number for number in PREVIEWS if number < len(test)]))
        self.previews = PreviewImages(chosen.images.cpu().numpy(), tuple(chosen.labels.tolist()))
        self._images = chosen.images
        self._validation = None
        if validation is not None:
            few = torch.arange(min(VALIDATION_IMAGES, len(validation)))
            self._validation = validation.take(few).to(test.images.device)
        self._due = 0.0

    def snapshots(self, model: nn.Module) -> Iterator[Snapshot]:
        """Yield a snapshot if it is time for one; the network's mode stays as it is."""
        begun = time.perf_counter()
        if begun < self._due:
            return
        mode = model.training
        model.eval()
        read_right = None
        if self._validation is not None:
            read_right = evaluation.measure_accuracy(model, self._validation).share
        watched, images = self._control.drawing, self._images
        if watched is not None:
            images = torch.cat([images, torch.from_numpy(watched)[None].to(images.device)])
        probabilities = score(read_logits(model, images), Calibration()).probabilities
        previews = probabilities[: len(self._images)].argmax(dim=1)
        drawing = None if watched is None else tuple(probabilities[-1].tolist())
        model.train(mode)
        ended = time.perf_counter()
        self._due = ended + (ended - begun) / SNAPSHOTS_SHARE
        yield Snapshot(read_right, tuple(previews.tolist()), drawing)
