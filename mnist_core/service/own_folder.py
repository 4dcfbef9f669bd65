"""The folder in which a server keeps models and corrections, and how long that lasts.

This module knows nothing of what lies in it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from mnist_core.errors import OptionError
from mnist_core.files import check_room, data_home

SPACE_STORAGE = Path("/data")  # of a Hugging Face Space, if it has storage that lasts


def is_space() -> bool:
    """Whether this is a Space of Hugging Face."""
    return "SPACE_ID" in os.environ


def pick_folder(asked: Path | None) -> tuple[Path, str]:
    """Pick the folder to keep things in: the one asked for, or one of the user's own.

    Returns:
        The folder, and a sentence where nothing in it will last.

    Raises:
        OptionError: the folder asked for can't be written to, or there is none at all.
    """
    folder, cause = asked, "there is no home folder"
    if folder is None and (home := _home()) is not None:
        folder = home / "draw-a-digit"
    if folder is not None:
        try:
            check_room(folder, 0)
            return folder, ""
        except OSError as error:
            if asked is not None:
                raise unusable(asked, error) from error
            cause = f"{folder}: {error.strerror}"
    notice = (
        "What is kept here is gone when the server ends, since its own folder can't be used "
        f"({cause}): name another one with --folder."
    )
    try:
        return temporary_folder(), notice
    except OSError as error:
        raise OptionError(
            f"There is no folder to keep anything in ({cause}): name one with --folder."
        ) from error


def temporary_folder() -> Path:
    """Make a folder that is deleted when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="draw-a-digit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def unusable(folder: Path, error: OSError) -> OptionError:
    """Say why a folder that was asked for can't be used."""
    cause = "it is a file" if os.path.isfile(folder) else error.strerror
    return OptionError(f"The folder {folder} can't be used ({cause}): choose another --folder.")


def _home() -> Path | None:
    """Return where things last: on a Space not in the home folder."""
    if is_space() and os.access(SPACE_STORAGE, os.W_OK):
        return SPACE_STORAGE
    return data_home()
