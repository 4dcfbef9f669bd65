"""Train and run networks that read handwritten digits; its public names are its modules."""

import os

# Threads of one computation wait for each other asleep. Awake, as is the default, they take the
# cores from whatever else runs: a training beside the page was five times slower. It has to be
# said before PyTorch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
