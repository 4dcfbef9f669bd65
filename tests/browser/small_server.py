"""``app.py`` with trainings that are small: few images, short steps, hardly behind others.

    python -m tests.browser.small_server [the arguments of app.py]

The process of a training imports this file, too, so what is changed here holds there.
"""

import sys
from dataclasses import replace

import app

TEST_IMAGES = 1_000
NICENESS = 1  # of a training; with more it gets nothing beside tests that run at once


def small_recipe():
    """A run long enough to be watched and ended early, whose steps take some milliseconds."""
    from mnist_core.training.recipes import RECIPES

    sizes = {"images": 2_700, "pen_digits": 300, "pen_others": 100}
    return replace(RECIPES["balanced"], epochs=10, batch_size=16, **sizes)


def serve():
    """Serve the page."""
    from mnist_core.training.recipes import RECIPES

    RECIPES["balanced"] = small_recipe()  # a task takes its recipe along
    return app.main()


def train_less():
    """Have the first of MNIST's images stand for all, and trainings wait for nobody."""
    import torch

    from mnist_core.data import image_sets
    from mnist_core.training import loop, worker

    worker.WORKER_NICENESS = NICENESS
    load = image_sets.load

    def load_few(name, train):
        return load(name, train).take(torch.arange(3_000 if train else TEST_IMAGES))

    image_sets.load = load_few
    loop.PENS_TO_ACCEPT = 500


if __name__ == "__main__":
    sys.exit(serve())
elif __name__ == "__mp_main__":
    train_less()
