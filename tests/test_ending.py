"""How the program ends: whenever it is asked to, whatever goes on, and without a traceback."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import app
from mnist_core.service.run_record import lost_run
from tests.pages import free_port
from tests.waiting import wait_until

ROOT = Path(app.__file__).parent
PATIENCE = 60  # s

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no polite end from outside")


def run(program, *arguments):
    """Run a program that ends by itself; return its exit status and what it says."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout, done.stderr


AT_THE_END = """
import os, signal, sys, threading, time
from mnist_core.ending import Ending
with Ending() as ending:
    ending.callback(print, "last")
    ending.callback(print, "first")
    {what_goes_on}
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_who_is_asked_to_end_does_what_is_to_be_done_the_newest_first(name):
    program = AT_THE_END.format(what_goes_on=f"os.kill(os.getpid(), signal.{name}); ending.wait()")
    assert run(program) == (0, "first\nlast\n", "")


def test_who_asks_again_while_it_ends_changes_nothing():
    step = "ending.callback(lambda: os.kill(os.getpid(), signal.SIGINT) or time.sleep(0.2))"
    asked = "os.kill(os.getpid(), signal.SIGINT); ending.wait()"
    program = AT_THE_END.format(what_goes_on=f"{step}\n    {asked}")
    assert run(program) == (0, "first\nlast\n", "")


def test_a_signal_is_heard_where_an_exception_would_be_lost():
    class_with_end = (
        "\n    class Lost:\n        def __del__(self): os.kill(os.getpid(), signal.SIGINT)"
        "\n    del Lost; time.sleep(0)"
    )
    program = AT_THE_END.format(what_goes_on="pass" + class_with_end).replace(
        "del Lost; time.sleep(0)", "Lost(); ending.wait()"
    )
    assert run(program) == (0, "first\nlast\n", "")


@pytest.mark.parametrize(
    "what_goes_on",
    [
        "ending.callback(time.sleep, 3600)",
        "threading.Thread(target=time.sleep, args=[3600]).start()",
    ],
    ids=["a step of the end", "a thread"],
)
def test_what_does_not_end_by_itself_holds_nothing_up(what_goes_on):
    program = AT_THE_END.format(what_goes_on=what_goes_on)
    status, _, said = run(program + "    os.kill(os.getpid(), signal.SIGINT); ending.wait()")
    assert (status, said) == (0, "")


def test_who_ends_otherwise_does_the_same_and_leaves_signals_as_they_were():
    # Not always Python's own: who is started in the background may have been told to ignore it.
    before = "import signal; before = signal.getsignal(signal.SIGINT)"
    after = "assert signal.getsignal(signal.SIGINT) is before\n"
    program = f"{before}{AT_THE_END.format(what_goes_on='pass')}{after}"
    assert run(program) == (0, "first\nlast\n", "")


AT_THE_START = """
import os, signal, sys, time, app
def interrupt(*_, **__):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(3600)
{place} = interrupt
sys.exit(app.main(["--port", sys.argv[1], "--folder", sys.argv[2]]))
"""


@pytest.mark.parametrize("place", ["app.own_folder.pick_folder", "app._load"])
def test_ctrl_c_at_any_time_of_the_start_ends_it_in_silence(tmp_path, place):
    program = AT_THE_START.format(place=place)
    assert run(program, str(free_port()), str(tmp_path)) == (0, "", "")


def test_ctrl_c_while_python_itself_is_loading_the_program_ends_it_in_silence():
    head = (ROOT / "app.py").read_text().partition("import argparse")[0]
    interrupted = f"{head}\nimport os, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)"
    status, _, said = run(interrupted)
    assert (status, said) == (-signal.SIGINT, "")


TRAINING = """
import sys, time, app
from tests.stub_tasks import Endless
make_service, launch, made = app._service, app._launch, []
app._service = lambda *a, **k: made.append(make_service(*a, **k)) or made[0]
def launch_and_train(*arguments):
    launch(*arguments)
    service = made[0]
    workspace = service.workspaces.open("anna-anna-anna-anna")
    service.trainings._submit(workspace, Endless(), "Endless")
    while service.state(workspace).status.state == "starting":
        time.sleep(0.1)
    print("Training", flush=True)
app._launch = launch_and_train
sys.exit(app.main(["--port", sys.argv[1], "--folder", sys.argv[2]]))
"""

UNFINISHED = (
    b"POST /read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n "
)


def children(process):
    files = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for file in files for each in file.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_trains_and_has_clients_ends_when_it_is_asked_to(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", TRAINING, str(port), str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Ready")
        assert server.stdout.readline() == "Training\n"
        workers = children(server.pid)
        assert workers
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(UNFINISHED)
            time.sleep(0.2)  # without a reading there is nothing that tells of its arrival
            server.terminate()
            _, said = server.communicate(timeout=PATIENCE)
    finally:
        server.kill()
    assert (server.returncode, said) == (0, "")
    wait_until(lambda: not any(map(is_alive, workers)))
    [record] = (tmp_path / "owner" / "runs").iterdir()
    assert json.loads(record.read_text())["process"] is None  # the server has said that it stopped
    assert lost_run(record.parent) == "Endless"


def is_alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # it waits for nothing but its parent's attention
