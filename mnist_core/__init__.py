"""Train and run networks that read handwritten digits; its public names are its modules."""

import os

# How often a thread looks for its next piece of work before it goes to sleep. As many times as is
# the default, waiting threads take the cores from whatever else runs, and a training beside the
# page is several times slower; going to sleep at once costs half the speed. It has to be said
# before PyTorch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")
