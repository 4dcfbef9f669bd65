"""Gradio's stub files for editors."""

import subprocess
import sys

import pytest

PROBE = """
import sys
touched = []
def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".pyi"):
        touched.append(arguments[0])
sys.addaudithook(note)
{prepare}
import gradio
with gradio.Blocks():
    gradio.HTML().change(print)
print(len(touched))
"""
PREPARE = """
from mnist_core.web.workarounds.stub_files import write_no_stub_files
write_no_stub_files()
write_no_stub_files()
"""


def stub_files_touched(prepare):
    command = [sys.executable, "-c", PROBE.format(prepare=prepare)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("prepare", [PREPARE, "import app; app._prepare_gradio()"])
def test_no_stub_file_is_read_or_written_as_gradio_is_imported(prepare):
    assert stub_files_touched(prepare) == 0


def test_gradio_by_itself_goes_through_its_stub_files():
    assert stub_files_touched("") > 0  # else the workaround can go
