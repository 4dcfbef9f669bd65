"""Which room may import which, what loads what, and what is public.

The order of the rooms is that of the tree in the README: there is no second list.
"""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mnist_core"


def rooms_of_the_readme():
    """The files and folders of the package as the README's tree lists them, the lowest first."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = text.partition("\nmnist_core/\n")[2].partition("\nweights/")[0]
    return re.findall(r"^  (\w+)(?:/|\.py) ", tree, re.MULTILINE)


ROOMS = rooms_of_the_readme()
# These two stand at the top and the bottom of the package and are no rooms.
DOORS = {"mnist_core", "mnist_core.__main__"}


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported_modules(source, modules):
    """Find the modules of the package that a source imports, wherever it does so."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & modules) or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & modules


def room_of(module):
    return module.split(".")[1]


IMPORTS = {
    name: imported_modules(path.read_text(encoding="utf-8"), set(MODULES))
    for name, path in MODULES.items()
}


def test_the_check_of_imports_can_fail():
    source = (
        "from mnist_core import web\nimport mnist_core.files\n"
        "def f():\n    from mnist_core.web.pad import x"
    )
    known = {"mnist_core", "mnist_core.web", "mnist_core.files", "mnist_core.web.pad"}
    assert imported_modules(source, known) == known - {"mnist_core"}


def test_the_readmes_tree_names_every_room_and_no_other():
    assert len(ROOMS) == len(set(ROOMS))
    assert set(ROOMS) == {room_of(name) for name in MODULES if name not in DOORS}


@pytest.mark.parametrize("module", sorted(set(MODULES) - DOORS))
def test_a_module_imports_nothing_from_a_room_above_its_own(module):
    own = ROOMS.index(room_of(module))
    above = {name for name in IMPORTS[module] - DOORS if ROOMS.index(room_of(name)) > own}
    assert above == set()


def test_imports_make_no_circle():
    TopologicalSorter(IMPORTS).prepare()  # raises CycleError where they do


@pytest.mark.parametrize("room", [room for room in ROOMS if (PACKAGE / room).is_dir()])
def test_a_room_says_what_it_is_for(room):
    assert ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text()))


def test_only_the_page_names_gradio():
    naming = {
        name
        for name, path in MODULES.items()
        if re.search(r"^\s*(import|from) gradio", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {room_of(name) for name in naming} == {"web"}


def loaded_after(statement):
    """Run a statement in a fresh interpreter and return the modules that it has loaded."""
    program = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return set(output.split())


def test_the_core_works_without_gradio():
    core = [name for name in MODULES if name not in DOORS and room_of(name) != "web"]
    loaded = loaded_after("import " + ", ".join(core))
    assert set(core) <= loaded
    assert not any(name.partition(".")[0] in ("gradio", "app") for name in loaded)


def test_the_check_for_gradio_can_fail():
    assert "gradio" in loaded_after("import sys, types; sys.modules['gradio'] = types")


def test_the_page_is_built_without_torch():
    loaded = loaded_after("import app\napp.build_demo(app._load(None, 'auto')[0])")
    assert "gradio" in loaded
    assert "torch" not in loaded


def test_what_reads_loads_no_torchvision():
    loaded = loaded_after("import mnist_core; mnist_core.Recognizer.load()")
    assert "torch" in loaded
    assert "torchvision" not in loaded


def test_a_workers_process_loads_no_torch_before_it_knows_its_task():
    assert "torch" not in loaded_after("import mnist_core.training.worker")


def test_help_loads_no_torch():
    assert "torch" not in loaded_after("import mnist_core.command_line")
    assert not {"torch", "gradio"} & loaded_after("import app")


def imported_test_modules(source):
    """Find the names of the test modules that a source imports."""
    return re.findall(
        r"^\s*(?:from|import) tests(?:\.browser)?(?:\.| import )(test_\w+)", source, re.MULTILINE
    )


def test_the_check_of_test_modules_can_fail():
    source = "import tests.test_a\nfrom tests.test_b import x\nfrom tests import test_c"
    source += "\nfrom tests.browser.test_d import y"
    assert imported_test_modules(source) == ["test_a", "test_b", "test_c", "test_d"]


def test_no_test_module_imports_another():
    for path in (ROOT / "tests").rglob("*.py"):
        assert imported_test_modules(path.read_text()) == [], path.name
