"""The package from outside: its public names, what importing it does, and what is installed."""

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mnist_core
from tests.drawings import SEVEN

ROOT = Path(__file__).parent.parent


def run_python(program, *arguments, **options):
    """Run a program in a fresh interpreter and return what it printed."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        **{"cwd": ROOT, **options},
    ).stdout


def test_these_names_are_public_and_no_others():
    assert mnist_core.__all__ == [
        "RECIPES",
        "Accuracy",
        "MnistCoreError",
        "Reading",
        "Recognizer",
        "StrokeSet",
        "export",
        "fine_tune",
        "load_strokes",
        "measure_strokes",
        "train",
    ]


@pytest.mark.parametrize("name", mnist_core.__all__)
def test_a_public_name_can_be_had_and_says_what_it_is(name):
    assert name in dir(mnist_core)
    value = getattr(mnist_core, name)
    assert value.__doc__


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        mnist_core.nonsense  # noqa: B018


def test_type_checkers_are_told_the_names_that_python_finds():
    tree = ast.parse(Path(mnist_core.__file__).read_text(encoding="utf-8"))
    told = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("mnist_core.")
        for alias in node.names
    }
    assert told == mnist_core._SOURCES
    assert set(told) == set(mnist_core.__all__)


def test_importing_the_package_loads_nothing_heavy():
    loaded = run_python("import sys, mnist_core; print(*sys.modules)").split()
    assert "mnist_core" in loaded
    assert not {"torch", "numpy", "PIL", "gradio"} & set(loaded)


def test_importing_the_programs_changes_no_environment_variable():
    run_python(
        "import os; before = dict(os.environ)\n"
        "import mnist_core, mnist_core.__main__, mnist_core.command_line, app\n"
        "from mnist_core import Recognizer\n"
        "assert 'GOMP_SPINCOUNT' not in os.environ and dict(os.environ) == before",
        env={name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"},
    )


WEIGHTS = str(ROOT / "weights" / "digits.safetensors")


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("app", ["--weights", WEIGHTS]),
        ("mnist_core.__main__", ["predict", "x.png", "--weights", WEIGHTS]),
    ],
)
@pytest.mark.parametrize(("already", "expected"), [(None, "20000"), ("7", "7")])
def test_a_program_limits_spinning_before_it_loads_pytorch(program, words, already, expected):
    watch = (
        "import importlib, os, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'torch':\n"
        "            print(os.environ.get('GOMP_SPINCOUNT'), flush=True)\n"
        "            os._exit(0)\n"
        "sys.meta_path.insert(0, Watch())\n"
        "importlib.import_module(sys.argv[1]).main(sys.argv[2:])\n"
    )
    environment = {name: text for name, text in os.environ.items() if name != "GOMP_SPINCOUNT"}
    if already is not None:
        environment["GOMP_SPINCOUNT"] = already
    assert run_python(watch, program, *words, env=environment).split() == [expected]


def pip(*words):
    subprocess.run(
        [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *map(str, words)],
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy of its sources, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    for name in ("pyproject.toml", "requirements.txt", "README.md"):
        shutil.copy(ROOT / name, sources)
    for name in ("mnist_core", "weights"):
        shutil.copytree(ROOT / name, sources / name)
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", folder, sources)
    return next(folder.glob("*.whl"))


def files_of(folder):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_package_and_the_weights_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        installed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert installed == {f"mnist_core/{name}" for name in files_of(ROOT / "mnist_core")} | {
        f"mnist_core/shipped/{name}" for name in files_of(ROOT / "weights")
    }
    assert {"mnist_core/py.typed", "mnist_core/LICENSES.md"} <= installed


def test_the_wheel_asks_for_what_requirements_txt_asks_for(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(name).decode()
    asked = {
        line.partition(": ")[2].partition("<")[0].partition(">")[0]
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist: ")
    }
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert asked == {line.partition(">=")[0] for line in lines}


def test_what_is_installed_reads_a_drawing_and_has_a_command_line_away_from_the_checkout(
    wheel, tmp_path
):
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip("install", "--no-deps", "--no-index", "--no-compile", "--target", installed, wheel)
    away = {"cwd": elsewhere, "env": {**os.environ, "PYTHONPATH": str(installed)}}
    program = (
        "import json, sys; from mnist_core import Recognizer\n"
        "recognizer = Recognizer.load(device='cpu')\n"
        "digit = recognizer.read_strokes(json.loads(sys.argv[1])).digit\n"
        "files = [sys.modules['mnist_core'].__file__, str(recognizer.path)]\n"
        "print(json.dumps([digit, files]))"
    )
    digit, files = json.loads(run_python(program, json.dumps(SEVEN), **away))
    assert digit == 7
    assert all(Path(file).is_relative_to(installed) for file in files)
    run = [sys.executable, "-m", "mnist_core", "--help"]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, **away).stdout
    assert "evaluate" in shown
