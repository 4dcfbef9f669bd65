"""Which module may import which, and what is public."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted(path.stem for path in (ROOT / "mnist_core").glob("*.py") if path.stem != "__init__")

# Each module, and those of the core that it may import: the picture in the README.
MAY_IMPORT = {
    "errors": set(),
    "files": set(),
    "statistics": set(),
    "strokes": {"errors"},
    "paper": set(),
    "pictures": {"errors", "paper", "strokes"},
    "pen_templates": set(),
    "pen_styles": {"pen_templates", "strokes"},
    "augmentation": set(),
    "datasets": {"errors"},
    "devices": {"errors"},
    "models": {"strokes"},
    "calibration": {"models"},
    "stroke_sets": {"errors", "models", "strokes"},
    "corrections": {"errors", "files", "models", "stroke_sets", "strokes"},
    "weights": {"calibration", "errors", "files", "models", "statistics"},
    "shelf": {"errors", "files", "weights"},
    "inference": {"calibration", "devices", "models", "pictures", "strokes", "weights"},
    "evaluation": {
        "calibration", "datasets", "devices", "errors", "inference", "models", "statistics",
        "stroke_sets", "strokes",
    },
    "optimizers": set(),
    "recipes": {"augmentation", "errors", "models"},
    "events": {"weights"},
    "training": {
        "augmentation", "calibration", "datasets", "devices", "errors", "evaluation", "events",
        "models", "optimizers", "pen_styles", "recipes", "strokes", "weights",
    },
    "teaching": {
        "augmentation", "datasets", "devices", "errors", "evaluation", "events", "pen_styles",
        "stroke_sets", "training", "weights",
    },
    "jobs": {"errors", "events", "recipes", "stroke_sets", "teaching", "training"},
    "export": {"errors", "inference", "strokes"},
    "command_line": {
        "datasets", "devices", "errors", "evaluation", "events", "export", "inference",
        "pen_styles", "recipes", "stroke_sets", "training", "weights",
    },
    "__main__": {"command_line"},
}  # fmt: skip

# Every name that a module of the core offers to others.
PUBLIC = {
    "strokes": {"parse_drawing", "segments_of", "frame", "rasterize", "ink_from_drawings"},
    "pictures": {"ink_from_picture"},
    "datasets": {"ImageSet", "load", "split_validation", "torchvision_dataset"},
    "models": {"SimpleNetwork", "simple_sequential", "ConvolutionalNetwork", "build"},
    "pen_styles": {"sample_digits", "sample_others", "vary", "render", "contact_sheet"},
    "augmentation": {"Augmentation", "augment"},
    "optimizers": {"Muon"},
    "recipes": {"Recipe", "RECIPES", "customize"},
    "training": {"train", "fit", "fit_as_tutorial"},
    "teaching": {"teach"},
    "jobs": {"TrainingJob", "JobStatus", "TrainTask", "TeachTask"},
    "inference": {"Recognizer", "Reading"},
    "files": {"write_atomically", "check_room", "remove_abandoned"},
    "stroke_sets": {
        "StrokeSet", "load", "parse", "dump", "dump_line", "join", "place_anywhere",
    },
    "corrections": {"Correction", "Corrections"},
    "weights": {
        "WeightInfo", "save", "load", "read_info", "rewrite_info", "current_time", "SHIPPED",
    },
    "shelf": {"Shelf", "ShelfEntry"},
    "evaluation": {"measure_images", "count_right", "measure_strokes", "measure_folder"},
}  # fmt: skip


def imported_modules(source):
    """Find the names of the core's modules that a source imports, wherever it does so."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "mnist_core":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mnist_core."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.split(".")[1] for alias in node.names if "mnist_core." in alias.name
            }
    return found


def test_the_check_of_imports_can_fail():
    source = "from mnist_core import web\nimport mnist_core.jobs\nfrom mnist_core.web.pad import x"
    assert imported_modules(source) == {"web", "jobs"}


@pytest.mark.parametrize("module", CORE)
def test_a_module_imports_only_what_lies_below_it(module):
    source = (ROOT / "mnist_core" / f"{module}.py").read_text()
    assert imported_modules(source) <= MAY_IMPORT[module]


def test_imports_make_no_circle():
    done: set[str] = set()
    while len(done) < len(MAY_IMPORT):
        ready = {name for name, below in MAY_IMPORT.items() if below <= done} - done
        assert ready, f"a circle among {set(MAY_IMPORT) - done}"
        done |= ready


def test_the_readmes_list_has_every_module_below_those_that_it_imports():
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `mnist_core/.*$", readme, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"(\w+)\.py`", row)]
    assert sorted(listed) == CORE
    for place, name in enumerate(listed):
        assert MAY_IMPORT[name] <= set(listed[:place]), name


def test_so_has_the_part_of_it_that_is_the_page():
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `… /.*$", readme, re.MULTILINE)
    listed = [re.findall(r"(\w+)\.py`", row) for row in rows]
    files = (ROOT / "mnist_core" / "web").glob("*.py")
    named = [name for names in listed for name in names]
    assert sorted(named) == sorted({path.stem for path in files} - {"__init__"})
    above: set[str] = set()
    for names in listed:
        above |= set(names)
        for name in names:
            tree = ast.parse((ROOT / "mnist_core" / "web" / f"{name}.py").read_text())
            nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            imported = {str(node.module).removeprefix("mnist_core.web.") for node in nodes}
            for node in nodes:
                if node.module == "mnist_core.web":
                    imported |= {alias.name for alias in node.names}
            of_page = imported & {path.stem for path in (ROOT / "mnist_core/web").glob("*.py")}
            assert of_page <= above, name


def loaded_after(statement):
    """Run a statement in a fresh interpreter and return the modules that it has loaded."""
    program = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return set(output.split())


def test_the_core_works_without_gradio():
    modules = [name for name in CORE if name != "__main__"]
    loaded = loaded_after(f"from mnist_core import {', '.join(modules)}")
    assert "mnist_core.training" in loaded
    assert not any(name.partition(".")[0] in ("gradio", "app") for name in loaded)


def test_the_check_for_gradio_can_fail():
    assert "gradio" in loaded_after("import sys, types; sys.modules['gradio'] = types")


def test_what_the_page_needs_to_read_to_keep_and_to_watch_a_training_loads_no_torchvision():
    loaded = loaded_after("from mnist_core import corrections, inference, jobs, recipes, shelf")
    assert "torch" in loaded
    assert "torchvision" not in loaded


def test_help_loads_no_torch():
    assert "torch" not in loaded_after("import mnist_core.command_line")
    assert not {"torch", "gradio"} & loaded_after("import app")


@pytest.mark.parametrize("module", sorted(PUBLIC))
def test_the_public_names_are_there_and_say_what_they_do(module):
    tree = ast.parse((ROOT / "mnist_core" / f"{module}.py").read_text())
    named: dict[str, str | None] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named[node.name] = ast.get_docstring(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named |= {target.id: "" for target in targets if isinstance(target, ast.Name)}
    assert set(named) >= PUBLIC[module]
    assert all(named[name] is not None for name in PUBLIC[module])


def imported_test_modules(source):
    """Find the names of the test modules that a source imports."""
    return re.findall(r"^\s*(?:from|import) tests(?:\.| import )(test_\w+)", source, re.MULTILINE)


def test_the_check_of_test_modules_can_fail():
    source = "import tests.test_a\nfrom tests.test_b import x\nfrom tests import test_c"
    assert imported_test_modules(source) == ["test_a", "test_b", "test_c"]


def test_no_test_module_imports_another():
    for path in (ROOT / "tests").glob("*.py"):
        assert imported_test_modules(path.read_text()) == [], path.name
