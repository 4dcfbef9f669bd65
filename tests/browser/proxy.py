"""Debian's nginx before the app, with the configuration that the README gives."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from tests.machine import is_missing
from tests.pages import free_port
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATIENCE = 30.0  # s


def block(language):
    """The one block of the README in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return found


@contextlib.contextmanager
def nginx(folder, path, *servers):
    """Run nginx with the README's configuration before two servers, at a path; gives its address.

    All visitors of a test come from one address, so a visitor is known by the header ``visitor``
    where there is one.
    """
    program = shutil.which("nginx")
    if program is None:
        is_missing("There is no nginx on this machine: install Debian's package nginx.")
    port = free_port()
    text = block("nginx").replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = text.replace("ip_hash;", "hash $remote_addr$http_visitor;")
    icon = "location = /favicon.ico { return 204; }" if path != "/" else ""  # browsers ask for it
    text = text.replace("location /digits/", f"{icon} location {path}")
    for name, server in zip(("127.0.0.1:7860", "127.0.0.1:7861"), servers, strict=True):
        assert name in text
        text = text.replace(name, server.removeprefix("http://").rstrip("/"))
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{each}_temp_path {folder}/{each};" for each in places)
    configuration = folder / "nginx.conf"
    # Its workers, which root's nginx has run as nobody, keep what is large in the folder meanwhile.
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; {user}\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}\n{text}\n}}\n"
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    try:
        wait_until(lambda: answers(port), lambda: "nginx does not listen")
        yield f"http://127.0.0.1:{port}{path}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
