"""Pictures that visitors upload: kept for an hour, in a folder of this process, within a quota.

``POST gradio_api/upload`` takes a form with files and answers their names, in a list, as Gradio's
own route does, which keeps what is broken off and keeps it for ever. A name tells nothing, and is
all that a client can name a file by: no path is ever taken from one.
"""

import atexit
import contextlib
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mnist_core.web.http.asgi import RefusedError, address_of
from mnist_core.web.http.shares import Shares, counted

LARGEST_FILE = 32 * 1024 * 1024  # bytes
MAX_UPLOAD = LARGEST_FILE + 64 * 1024  # bytes of a request: the file, and the form around it
FILES_AT_ONCE = 8  # of one request
ROOM = 1024**3  # bytes, of all files
ROOM_OF_ONE = 256 * 1024**2  # bytes, of all files from one address
UNDERWAY = 32  # uploads at once
UNDERWAY_OF_ONE = 8  # from one address
NOT_UPLOADED = "The picture is not an uploaded file: upload it first."  # said of an unknown name
KEPT_FOR = 3600.0  # s
SECONDS_BETWEEN_SWEEPS = 60.0
_PREFIX = "draw-a-digit-uploads-"
_NAME = re.compile("[0-9a-f]{32}")
_NO_ROOM = "The server has no room for the picture: try again later."


class Uploads:
    """The files. Its methods may be called from any thread."""

    def __init__(self, room: int = ROOM, *, of_one: int = ROOM_OF_ONE, parent: Path | None = None):
        """Make room for files in a folder that is made with the first of them.

        Args:
            room: bytes in all.
            of_one: bytes from one address.
            parent: holds the folder; by default the system's folder for temporary files.
        """
        self._parent = parent
        self._folder: Path | None = None
        self._shares = Shares(room, of_one=of_one)
        self._lock = threading.Lock()
        self._swept = float("-inf")  # s, by the monotonic clock

    def add(self, address: str, source: BinaryIO) -> str:
        """Keep a copy of a file from an address; return its name.

        The oldest files of whoever has most may have to go for it.

        Raises:
            OSError: it can't be written; nothing is left of it.
        """
        self.sweep()
        name = secrets.token_hex(16)
        path = self._made_folder() / name
        try:
            with path.open("xb") as file:
                shutil.copyfileobj(source, file, 1024 * 1024)
                size = file.tell()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            gone = self._shares.add(address, name, size)
        for each in gone:
            self._path(each).unlink(missing_ok=True)
        return name

    def find(self, name: object) -> Path | None:
        """Return the path of an uploaded file; None where no such file is kept."""
        if not isinstance(name, str) or not _NAME.fullmatch(name) or self._folder is None:
            return None
        path = self._path(name)
        return path if path.is_file() else None

    def sweep(self) -> None:
        """Delete what is old, unless that was done within the minute."""
        with self._lock:
            if time.monotonic() - self._swept < SECONDS_BETWEEN_SWEEPS:
                return
            self._swept = time.monotonic()
        if self._folder is not None:
            for path in self._folder.glob("*"):
                if _is_old(path):
                    path.unlink(missing_ok=True)
                    with self._lock:
                        self._shares.remove(path.name)
        # What killed servers have left behind.
        for folder in self._root().glob(f"{_PREFIX}*"):
            if folder != self._folder and _is_old(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Delete all."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _made_folder(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._root()))
                atexit.register(self.close)
            self._folder.mkdir(exist_ok=True, mode=0o700)  # a cleaner of the system may be at work
            return self._folder

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / name

    def _root(self) -> Path:
        return self._parent or Path(tempfile.gettempdir())


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > KEPT_FOR
    except OSError:  # gone already
        return False


UPLOADS = Uploads()  # of this process


def upload_route(uploads: Uploads = UPLOADS) -> Route:
    """Make the route."""
    underway: Counter[str] = Counter()

    async def answer(request: Request) -> Response:
        address = address_of(request.scope)
        if underway[address] >= UNDERWAY_OF_ONE or underway.total() >= UNDERWAY:
            raise RefusedError(429, "Too many pictures are on their way: try again in a moment.")
        with counted(underway, address):
            return JSONResponse(await _keep(request, uploads, address))

    return Route("/gradio_api/upload", answer, methods=["POST"])


async def _keep(request: Request, uploads: Uploads, address: str) -> list[str]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise RefusedError(400, "The request holds no file: send a form with one.")
    # Until a file is whole it has no name in any folder, so the system deletes what breaks off.
    parser = MultiPartParser(
        request.headers,
        request.stream(),
        max_files=FILES_AT_ONCE,
        max_fields=FILES_AT_ONCE,
        max_part_size=1024,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeError) as error:
        raise RefusedError(400, "The form can't be read: send one with a file.") from error
    except OSError as error:
        raise RefusedError(507, _NO_ROOM) from error
    try:
        files = [each for each in form.getlist("files") if isinstance(each, UploadFile)]
        if not files:
            raise RefusedError(400, "The form holds no file: send one in its field files.")
        with contextlib.suppress(OSError):
            return [await run_in_threadpool(uploads.add, address, each.file) for each in files]
        raise RefusedError(507, _NO_ROOM)
    finally:
        await form.close()
