"""The options of ``app.py``.

This module knows what may be asked for, not how it is done.
"""

import argparse
import os
import re
from pathlib import Path

from mnist_core.command_line import OneLineParser
from mnist_core.service.own_folder import is_space

FORGET_AFTER = 7.0  # days


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """Parse the words after the program's name; a mistake in them ends it with one line."""
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
        default=is_space(),
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
