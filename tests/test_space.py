"""What the README sends to a Hugging Face Space, and the settings in its first lines."""

import re
import shlex
import subprocess
from pathlib import Path

import gradio
from huggingface_hub.utils import DEFAULT_IGNORE_PATTERNS, filter_repo_objects

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Beside what git knows, what lies in the folder of somebody who has installed and tested it.
LITTER = [".venv/lib/python3.11/site-packages/torch/__init__.py", ".git/config", ".venv/pyvenv.cfg"]


def uploaded():
    """The files that the command of the README sends."""
    (command,) = re.findall(r"^\S*/hf upload (.*)$", README, re.MULTILINE)
    words = shlex.split(command)
    assert words[:3] == ["USER/NAME", ".", "--repo-type=space"]
    options = words[3:]
    assert options[::2] == ["--exclude"] * (len(options) // 2)
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ignored = [*DEFAULT_IGNORE_PATTERNS, *options[1::2]]  # as hf does it
    files = [*listed.stdout.splitlines(), *LITTER]
    return set(filter_repo_objects(files, ignore_patterns=ignored))


def test_a_space_gets_the_program_and_neither_tests_nor_an_environment():
    files = uploaded()
    for needed in ("app.py", "requirements.txt", "README.md", "weights/README.md"):
        assert needed in files
    assert "mnist_core/data/mnist/train-images-idx3-ubyte.gz" in files
    assert any(each.startswith("weights/") and each.endswith(".safetensors") for each in files)
    assert not [each for each in files if each.startswith(("tests/", ".venv/", ".git/", ".ci/"))]


def test_its_pictures_are_sent_along():
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert picture in uploaded()


def test_the_settings_fit_the_program():
    settings = dict(re.findall(r"^(\w+): (.+)$", README.split("---")[1], re.MULTILINE))
    assert settings["sdk"] == "gradio"
    assert (ROOT / settings["app_file"]).is_file()
    assert len(settings["short_description"]) <= 60  # longer ones are refused
    needed = re.search(r"^gradio>=([0-9.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert needed is not None
    assert version(needed[1]) <= version(settings["sdk_version"]) <= version(gradio.__version__)


def version(text):
    return tuple(map(int, text.split(".")))
