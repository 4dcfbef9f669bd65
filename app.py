"""Start the page on which one draws a digit and sees it read.

    python app.py [--host H] [--port P] [--share] [--auth USER:PASSWORD] [--public]
                  [--device auto|cpu|cuda|mps] [--weights FILE] [--folder FOLDER]
                  [--forget-after DAYS]

A training's process imports this file again, so nothing heavy is imported before it is needed.
"""

import argparse
import atexit
import contextlib
import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mnist_core.errors import DeviceError, WeightsError
from mnist_core.files import check_room

if TYPE_CHECKING:
    import gradio as gr

    from mnist_core.inference import Recognizer
    from mnist_core.web.studio import StartJob, Studio

FORGET_AFTER = 7.0  # days
MISTAKE = 2  # exit status


class MistakeError(Exception):
    """The user asked for what can't be; the text is one sentence."""


def build_demo(
    recognizer: "Recognizer",
    *,
    public: bool = False,
    device: str = "auto",
    notice: str = "",
    folder: Path | None = None,
    start_job: "StartJob | None" = None,
) -> "gr.Blocks":
    """Build the page around a recognizer; ``launch()`` it to serve it.

    Args:
        recognizer: reads drawings and pictures until another model is trained.
        public: visitors are strangers: each has only the shipped model and their own.
        device: where trainings run and their models read.
        notice: what to show on top of the page, in a sentence or two.
        folder: where kept models and corrections lie; by default one that is empty, and is
            deleted when the program ends.
        start_job: makes a training, not yet started, for a folder, in place of ``TrainingJob``.
    """
    _prepare_gradio()
    from mnist_core.web.page import build_page

    studio = _studio(recognizer, folder or _temporary_folder(), public, device, start_job=start_job)
    return build_page(studio, notice)


def _studio(
    recognizer: "Recognizer",
    folder: Path,
    public: bool,
    device: str,
    *,
    forget_after: float = FORGET_AFTER,
    start_job: "StartJob | None" = None,
) -> "Studio":
    from mnist_core.inference import Recognizer
    from mnist_core.jobs import TrainingJob
    from mnist_core.web.studio import Studio

    return Studio(
        recognizer,
        folder=folder,
        start_job=start_job or (lambda task, place: TrainingJob(task, folder=place)),
        load_model=lambda path: Recognizer.load(path, device),
        device=device,
        public=public,
        forget_after=forget_after,
    )


def _folder(asked: Path | None) -> tuple[Path, str]:
    """Return the folder to keep things in, and a sentence where nothing in it will last."""
    folder, cause = asked or _default_folder(), "there is no home folder"
    if folder is not None:
        try:
            check_room(folder, 0)
            return folder, ""
        except OSError as error:
            if asked is not None:
                raise _unusable(asked, error) from error
            cause = f"{folder}: {error.strerror}"
    notice = (
        "What is kept here is gone when the server ends, since its own folder can't be used "
        f"({cause}): name another one with --folder."
    )
    try:
        return _temporary_folder(), notice
    except OSError as error:
        raise MistakeError(
            f"There is no folder to keep anything in ({cause}): name one with --folder."
        ) from error


def _unusable(folder: Path, error: OSError) -> MistakeError:
    cause = "it is a file" if os.path.isfile(folder) else error.strerror
    return MistakeError(f"The folder {folder} can't be used ({cause}): choose another --folder.")


def _default_folder() -> Path | None:
    """Where programs keep what is their user's own; None where the user has no home."""
    root = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return Path(root or Path.home() / ".local" / "share", "draw-a-digit")
    except RuntimeError:
        return None


def _temporary_folder() -> Path:
    """Make a folder that is deleted when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="draw-a-digit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _prepare_gradio() -> None:
    """Tell Gradio, before it is imported, to report to nobody and to count little."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000")
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")


def main(argv: list[str] | None = None) -> int:
    """Serve the page until Ctrl+C; return the exit status."""
    options = _parse(argv)
    try:
        return _serve(options)
    except MistakeError as error:
        print(error, file=sys.stderr)
        return MISTAKE


class _Parser(argparse.ArgumentParser):
    """Says a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISTAKE, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="app.py", description="Draw a digit and see it read while you draw.")
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME") or None,
        help="address to listen on (127.0.0.1; 0.0.0.0 for the whole network)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("GRADIO_SERVER_PORT") or None,
        help="port to listen on (the first free one from 7860)",
    )
    parser.add_argument("--share", action="store_true", help="also open a temporary public address")
    parser.add_argument(
        "--auth", type=_auth, metavar="USER:PASSWORD", help="ask visitors for these"
    )
    parser.add_argument(
        "--public",
        action="store_true",
        default="SPACE_ID" in os.environ,
        help="visitors are strangers: models and corrections are each visitor's own",
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where models run and train (auto: the fastest there is)",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where kept models and corrections lie (draw-a-digit, where the system keeps such "
        "things: on Linux in ~/.local/share)",
    )
    parser.add_argument(
        "--forget-after",
        type=_days,
        default=FORGET_AFTER,
        metavar="DAYS",
        help="with --public: forget visitors who have not come back for so long (%(default)s)",
    )
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="weight file to read with (the shipped one)"
    )
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days < 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days")
    return days


def _auth(text: str) -> tuple[str, str]:
    user, _, password = text.partition(":")
    if not user or not password:
        raise argparse.ArgumentTypeError("it must be USER:PASSWORD, neither of them empty")
    return user, password


def _serve(options: argparse.Namespace) -> int:
    if options.port is not None:
        _check_port(options.host or "127.0.0.1", options.port)
    if options.weights is not None and not options.weights.is_file():
        raise MistakeError(
            f"There is no weight file {options.weights}: check the path of --weights."
        )
    folder, about_folder = _folder(options.folder)
    recognizer, about_weights = _load(options.weights, options.device)
    notices = [each for each in (about_weights, about_folder) if each]
    for each in notices:
        print(each, file=sys.stderr)
    _prepare_gradio()
    # Where it is installed, Gradio loads it at the first event, though this page has no plots:
    # 45 MB. Not in build_demo, whose caller may have plots of their own.
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]
    from mnist_core.web.page import build_page

    try:
        studio = _studio(
            recognizer, folder, options.public, options.device, forget_after=options.forget_after
        )
    except OSError as error:
        raise _unusable(folder, error) from error
    page = build_page(studio, " ".join(notices))
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        _launch(page, options)
        # What stays for good is not looked through again: it would hold readings up for 0.2 s.
        gc.collect()
        gc.freeze()
        _wait(ended)
    finally:
        studio.close()
        page.close(verbose=False)
    return 0


def _load(weights: Path | None, device: str) -> tuple["Recognizer", str]:
    """Load the weights asked for, or the shipped ones with a sentence about why."""
    import torch

    from mnist_core.inference import Recognizer
    from mnist_core.weights import SHIPPED

    torch.set_num_threads(1)  # one drawing gains nothing from more, and others read too
    try:
        if weights is not None:
            try:
                return Recognizer.load(weights, device), ""
            except WeightsError as error:
                notice = f"{str(error).rstrip('.')}. The shipped weights are used instead."
                return Recognizer.load(SHIPPED, device), notice
        return Recognizer.load(SHIPPED, device), ""
    except (DeviceError, WeightsError) as error:
        raise MistakeError(str(error)) from error


def _check_port(host: str, port: int) -> None:
    """Find a taken port before the slow part of the start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise MistakeError(
                f"Port {port} of {host} can't be used ({error.strerror}): choose another --port."
            ) from error


def _launch(page: Any, options: argparse.Namespace) -> None:
    try:
        _, address, shared = page.launch(
            server_name=options.host,
            server_port=options.port,
            share=options.share,
            auth=options.auth,
            prevent_thread_lock=True,
            quiet=True,
        )
    except OSError as error:
        raise MistakeError(f"The page can't be served ({error}): choose another --port.") from error
    print(f"Ready: {address}", flush=True)
    if shared:
        print(f"Shared: {shared}", flush=True)


def _wait(ended: threading.Event) -> None:
    """Wait for a polite kill or Ctrl+C."""
    # In steps, because Windows does not let a signal into an endless wait.
    with contextlib.suppress(KeyboardInterrupt):
        while not ended.wait(1.0):
            pass


if __name__ == "__main__":
    sys.exit(main())
