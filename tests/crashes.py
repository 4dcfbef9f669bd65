"""Kill a process at random moments, as a power cut or the system would."""

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests import stubs

Work = Callable[[Path, Connection], None]  # a folder, and where each finished step is told


def killed_at_random_moments(work: Work, folder: Path, kills: int, longest: float = 0.15):
    """Start the work in a process of its own, and kill it; do so again and again.

    Yields:
        A fresh folder each time, and what the work has told until the moment of its death.
    """
    # A process that has loaded PyTorch once, and is cloned for each run.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([stubs.__name__])
    moments = random.Random(0)
    for number in range(kills):
        place = folder / str(number)
        place.mkdir()
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(place, theirs), daemon=True)
        process.start()
        theirs.close()
        told = [ours.recv()]  # it is at work
        time.sleep(moments.uniform(0, longest))
        process.kill()
        process.join()
        yield place, told[1:] + _rest(ours)


def _rest(connection: Connection) -> list[Any]:
    told = []
    try:
        while connection.poll():
            told.append(connection.recv())
    except (EOFError, OSError):  # the last message may be cut short
        pass
    return told
