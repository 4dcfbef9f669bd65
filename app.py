"""Start the page on which one draws a digit and sees it read.

    python app.py [--host H] [--port P] [--root-path PATH] [--share] [--public]
                  [--auth USER:PASSWORD | --auth-file FILE] [--allow-host NAME]...
                  [--device auto|cpu|cuda|mps] [--weights FILE] [--folder FOLDER]
                  [--forget-after DAYS] [--lean]

``build_demo`` makes the page, and ``make_app`` the whole ASGI application of one, for
``uvicorn --factory app:make_app`` or to mount in an application of one's own.

A training's process imports this file again, so nothing heavy is imported before it is needed.
"""

import signal

if __name__ == "__main__":  # until ``main`` hears it, Ctrl+C just ends the process
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import atexit
import contextlib
import gc
import io
import logging
import os
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mnist_core.command_line import USER_ERROR, OneLineParser
from mnist_core.ending import Ending
from mnist_core.errors import MnistCoreError, WeightsError
from mnist_core.files import check_room, data_home
from mnist_core.model.devices import limit_spinning
from mnist_core.training.worker_process import Workers
from mnist_core.web.http.logs import log_to_stderr

if TYPE_CHECKING:
    import gradio as gr

    from mnist_core.model.recognizer import Recognizer
    from mnist_core.service.service import Service
    from mnist_core.service.training_queue import Job
    from mnist_core.service.trainings import MakeJob
    from mnist_core.training.worker import Task

FORGET_AFTER = 7.0  # days
SPACE_STORAGE = Path("/data")  # of a Hugging Face Space, if it has storage that lasts
SECONDS_TO_ANSWER = 1  # at the end, for what has been asked for already


class MistakeError(MnistCoreError):
    """The user asked for what can't be; the text is one sentence."""


def build_demo(
    recognizer: "Recognizer | None" = None,
    *,
    public: bool = False,
    device: str = "auto",
    notice: str = "",
    folder: Path | None = None,
    make_job: "MakeJob | None" = None,
) -> "gr.Blocks":
    """Build the page around a recognizer; ``launch()`` it, or ``make_app()`` of it, to serve it.

    Args:
        recognizer: reads drawings and pictures until another model is trained; by default one
            with the built-in model.
        public: visitors are strangers: each has only the built-in model and their own.
        device: where trainings run and their models read.
        notice: what to show on top of the page, in a sentence or two.
        folder: where kept models and corrections lie; by default one that is empty, and is
            deleted when the program ends.
        make_job: makes a training, not yet started, for a folder, in place of ``TrainingJob``.
    """
    from mnist_core.model.recognizer import Recognizer

    if recognizer is None:
        recognizer = Recognizer.load(device=device)
    folder = folder or _temporary_folder()
    service = _service(recognizer, folder, public, device, make_job=make_job)
    return _page(service, folder, notice)


def make_app(page: "gr.Blocks | None" = None, **options: Any) -> Any:
    """Make the whole ASGI application, with all that ``launch()`` puts around the page.

    Args:
        page: of ``build_demo``; by default one with the built-in model, for strangers where
            ``main`` would take them for that.
        options: of ``mnist_core.web.application.make_app``: ``auth``, ``auth_dependency``,
            ``hosts``.
    """
    page = page or build_demo(public=_is_space())
    from mnist_core.web.application import make_app as make

    return make(page, **options)


def _is_space() -> bool:
    return "SPACE_ID" in os.environ


def _page(service: "Service", folder: Path, notice: str) -> "gr.Blocks":
    _prepare_gradio()
    from mnist_core.web.http.visitors import visitor_key
    from mnist_core.web.page import build_page

    key = visitor_key(folder) if service.workspaces.public else None
    return build_page(service, notice, key)


def _service(
    recognizer: "Recognizer",
    folder: Path,
    public: bool,
    device: str,
    *,
    forget_after: float = FORGET_AFTER,
    make_job: "MakeJob | None" = None,
    workers: "Workers | None" = None,
) -> "Service":
    from mnist_core.model.recognizer import Recognizer
    from mnist_core.service.service import make_service
    from mnist_core.training.job import TrainingJob

    def train(task: "Task", models: Path) -> "Job":
        return TrainingJob(task, folder=models, workers=workers)

    return make_service(
        recognizer,
        folder=folder,
        make_job=make_job or train,
        load=lambda path: Recognizer.load(path, device),
        device=device,
        public=public,
        forget_after=forget_after,
    )


def _folder(asked: Path | None) -> tuple[Path, str]:
    """Return the folder to keep things in, and a sentence where nothing in it will last."""
    folder, cause = asked, "there is no home folder"
    if folder is None and (home := _home()) is not None:
        folder = home / "draw-a-digit"
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


def _home() -> Path | None:
    """Return where things last: on a Space not in the home folder."""
    if _is_space() and os.access(SPACE_STORAGE, os.W_OK):
        return SPACE_STORAGE
    return data_home()


def _unusable(folder: Path, error: OSError) -> MistakeError:
    cause = "it is a file" if os.path.isfile(folder) else error.strerror
    return MistakeError(f"The folder {folder} can't be used ({cause}): choose another --folder.")


def _temporary_folder() -> Path:
    """Make a folder that is deleted when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="draw-a-digit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _prepare_gradio(host: str | None = None) -> str:
    """Prepare the environment for Gradio before it is imported; say what doesn't work here."""
    from mnist_core.web.workarounds.own_address import reach_own_address
    from mnist_core.web.workarounds.stub_files import write_no_stub_files

    write_no_stub_files()
    # It shall report to nobody, and count little.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000")
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
    if _is_space():  # only the proxy of a Space reaches it, from a private address
        os.environ.setdefault("FORWARDED_ALLOW_IPS", "127.0.0.1,10.0.0.0/8,172.16.0.0/12")
    return reach_own_address(os.environ, host)


def main(argv: list[str] | None = None) -> int:
    """Serve the page until Ctrl+C or a polite kill ends the program; return what else does."""
    limit_spinning()
    options = _parse(argv)
    try:
        with Ending() as ending:
            _serve(options, ending)
    except MnistCoreError as error:
        print(error, file=sys.stderr)
        return USER_ERROR


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="app.py", description="Draw a digit and see it read while you draw."
    )
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
    parser.add_argument(
        "--root-path",
        type=_root_path,
        default=os.environ.get("GRADIO_ROOT_PATH", ""),
        metavar="PATH",
        help="the path under which a proxy serves the page, such as /digits",
    )
    parser.add_argument("--share", action="store_true", help="also open a temporary public address")
    login = parser.add_mutually_exclusive_group()
    login.add_argument(
        "--auth",
        type=_auth,
        default=os.environ.get("DRAW_A_DIGIT_AUTH") or None,
        metavar="USER:PASSWORD",
        help="ask visitors for these. Other users of this machine can see what is given here: "
        "rather put it into the variable DRAW_A_DIGIT_AUTH, or into a file",
    )
    login.add_argument(
        "--auth-file",
        type=_auth_file,
        dest="auth",
        metavar="FILE",
        help="ask visitors for the USER:PASSWORD in a file",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name by which a proxy, or your network, knows this server; one that is --public "
        "or has a login answers by any",
    )
    parser.add_argument(
        "--public",
        action="store_true",
        default=_is_space(),
        help="visitors are strangers: models and corrections are each visitor's own",
    )
    parser.add_device_option("models run and train")
    parser.add_argument(
        "--lean",
        action="store_true",
        help="keep no process ready for the next training: 0.5 GB less, and a start some seconds "
        "later",
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
        "--weights",
        type=Path,
        metavar="FILE",
        help="weight file to read with (default: the built-in model)",
    )
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def _root_path(text: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9_.~-]+)*/?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a path such as /digits")
    return text.rstrip("/")


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


def _auth_file(name: str) -> tuple[str, str]:
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{name} can't be read") from error
    return _auth(text.strip("\r\n"))


def _serve(options: argparse.Namespace, ending: Ending) -> NoReturn:
    if options.port is not None:
        _check_port(options.host or "127.0.0.1", options.port)
    if options.weights is not None and not options.weights.is_file():
        raise MistakeError(
            f"There is no weight file {options.weights}: check the path of --weights."
        )
    folder, about_folder = _folder(options.folder)
    if about_folder:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
    about_proxies = _prepare_gradio(options.host)
    workers = Workers()
    ending.callback(workers.close)
    if not options.lean:  # now, so that it gets ready beside this process's own slow part
        workers.keep_ready(options.device)
    recognizer, about_weights = _load(options.weights, options.device)
    notices = [each for each in (about_weights, about_folder) if each]
    for each in filter(None, (*notices, about_proxies)):
        print(each, file=sys.stderr)
    # Where it is installed, Gradio loads it at the first event, though this page has no plots:
    # 45 MB. Not in build_demo, whose caller may have plots of their own.
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]
    try:
        service = _service(
            recognizer,
            folder,
            options.public,
            options.device,
            forget_after=options.forget_after,
            workers=workers,
        )
        page = _page(service, folder, " ".join(notices))
    except OSError as error:
        raise _unusable(folder, error) from error
    from mnist_core.web.http.uploads import UPLOADS

    page.hosts |= {name.lower() for name in options.allow_host}
    ending.callback(page.close, verbose=False)
    ending.callback(UPLOADS.close)
    ending.callback(service.close)
    # What is broken off at the end is no fault of the server's.
    ending.callback(logging.getLogger("uvicorn.error").setLevel, logging.CRITICAL + 1)
    log_to_stderr()
    _launch(page, options)
    # What was loaded stays until the end. Without this, each full garbage collection would go
    # through all of it, and hold readings up for 0.2 s.
    gc.collect()
    gc.freeze()
    ending.wait()


def _load(weights: Path | None, device: str) -> tuple["Recognizer", str]:
    """Load the weights asked for, or the built-in ones with a sentence about why."""
    import torch

    from mnist_core.model.recognizer import Recognizer

    torch.set_num_threads(1)  # one drawing gains nothing from more, and others read too
    try:
        return Recognizer.load(weights, device), ""
    except WeightsError as error:
        if weights is None:
            raise
        notice = f"{str(error).rstrip('.')}. The built-in model is used instead."
        return Recognizer.load(None, device), notice


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
    said = io.StringIO()  # Gradio explains a missing tunnel at length
    try:
        with contextlib.redirect_stdout(said) if options.share else contextlib.nullcontext():
            _, address, shared = _start(page, options)
    except OSError as error:
        raise MistakeError(f"The page can't be served ({error}): choose another --port.") from error
    page.server.config.timeout_graceful_shutdown = SECONDS_TO_ANSWER
    print(f"Ready: {address}", flush=True)
    if shared:
        print(f"Shared: {shared}", flush=True)
    elif options.share:
        print(
            "There is no temporary public address, since Gradio's tunnel can't be reached from "
            f"here: the page is at {address} all the same.",
            file=sys.stderr,
        )


def _start(page: Any, options: argparse.Namespace) -> Any:
    return page.launch(
        server_name=options.host,
        server_port=options.port,
        root_path=options.root_path,
        share=options.share,
        auth=options.auth,
        prevent_thread_lock=True,
        quiet=True,
    )


if __name__ == "__main__":
    sys.exit(main())
