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
import contextlib
import functools
import gc
import io
import logging
import os
import shutil
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mnist_core.app_options import FORGET_AFTER, parse
from mnist_core.command_line import USER_ERROR
from mnist_core.ending import Ending
from mnist_core.errors import MnistCoreError, OptionError, WeightsError
from mnist_core.model.devices import limit_spinning
from mnist_core.service import own_folder
from mnist_core.service.own_folder import is_space
from mnist_core.training.worker_process import Workers
from mnist_core.web.http.logs import log_to_stderr

if TYPE_CHECKING:
    import gradio as gr

    from mnist_core.model.recognizer import Recognizer
    from mnist_core.model.scorer import Scorer
    from mnist_core.service.service import Service
    from mnist_core.service.training_queue import Job
    from mnist_core.service.trainings import MakeJob
    from mnist_core.training.worker import Task

SECONDS_TO_ANSWER = 1  # at the end, for what has been asked for already


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
    folder = folder or own_folder.temporary_folder()
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
    page = page or build_demo(public=is_space())
    from mnist_core.web.application import make_app as make

    return make(page, **options)


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


def _prepare_gradio(host: str | None = None) -> str:
    """Prepare the environment for Gradio before it is imported; say what doesn't work here."""
    from mnist_core.web.workarounds.own_address import reach_own_address
    from mnist_core.web.workarounds.stub_files import write_no_stub_files

    write_no_stub_files()
    # It shall report to nobody, and count little.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000")
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
    if is_space():  # only the proxy of a Space reaches it, from a private address
        os.environ.setdefault("FORWARDED_ALLOW_IPS", "127.0.0.1,10.0.0.0/8,172.16.0.0/12")
    return reach_own_address(os.environ, host)


def main(argv: list[str] | None = None) -> int:
    """Serve the page until Ctrl+C or a polite kill ends the program; return what else does."""
    limit_spinning()
    options = parse(argv)
    try:
        with Ending() as ending:
            _serve(options, ending)
    except MnistCoreError as error:
        print(error, file=sys.stderr)
        return USER_ERROR


def _serve(options: argparse.Namespace, ending: Ending) -> NoReturn:
    if options.port is not None:
        _check_port(options.host or "127.0.0.1", options.port)
    if options.weights is not None and not options.weights.is_file():
        raise OptionError(
            f"There is no weight file {options.weights}: check the path of --weights."
        )
    folder, about_folder = own_folder.pick_folder(options.folder)
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
        raise own_folder.unusable(folder, error) from error
    from mnist_core.web.http.uploads import UPLOADS

    page.hosts |= set(options.allow_host)
    ending.callback(page.close, verbose=False)
    ending.callback(UPLOADS.close)
    ending.callback(service.close)
    # What is broken off at the end is no fault of the server's.
    ending.callback(logging.getLogger("uvicorn.error").setLevel, logging.CRITICAL + 1)
    log_to_stderr()
    _launch(page, options)
    threading.Thread(target=_get_ready, args=(recognizer,), daemon=True).start()
    ending.wait()


def _get_ready(recognizer: "Recognizer") -> None:
    """Load the network, unless a first drawing already has."""
    try:
        _ = recognizer.scorer
    except MnistCoreError as error:
        print(error, file=sys.stderr)
    # What was loaded stays until the end. Without this, each full garbage collection would go
    # through all of it, and hold readings up for 0.2 s.
    gc.collect()
    gc.freeze()


def _load(weights: Path | None, device: str) -> tuple["Recognizer", str]:
    """Load the weights asked for, or the built-in ones with a sentence about why.

    The network waits, so that the page can be opened meanwhile, unless something is asked for that
    may not be there.
    """
    from mnist_core.model.weight_file import SHIPPED

    try:
        is_plain = weights is None and device in ("auto", "cpu")
        return _recognizer(weights or SHIPPED, device, now=not is_plain), ""
    except WeightsError as error:
        if weights is None:
            raise
        notice = f"{str(error).rstrip('.')}. The built-in model is used instead."
        return _recognizer(SHIPPED, device), notice


def _recognizer(file: Path, device: str, now: bool = False) -> "Recognizer":
    from mnist_core.model import weight_file
    from mnist_core.model.recognizer import Recognizer

    info = weight_file.read_info(file)
    recognizer = Recognizer(info, functools.partial(_scorer, file, device), file)
    if now:
        _ = recognizer.scorer
    return recognizer


def _scorer(file: Path, device: str) -> "Scorer":
    import torch

    from mnist_core.model.scorer import Scorer

    torch.set_num_threads(1)  # one drawing gains nothing from more, and others read too
    return Scorer.load(file, device)


def _check_port(host: str, port: int) -> None:
    """Find a taken port before the slow part of the start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise OptionError(
                f"Port {port} of {host} can't be used ({error.strerror}): choose another --port."
            ) from error


def _launch(page: Any, options: argparse.Namespace) -> None:
    said = io.StringIO()  # Gradio explains a missing tunnel at length
    try:
        with contextlib.redirect_stdout(said) if options.share else contextlib.nullcontext():
            _, address, shared = _start(page, options)
    except OSError as error:
        raise OptionError(f"The page can't be served ({error}): choose another --port.") from error
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
