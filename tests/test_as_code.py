"""A recipe as a program that people take away: it runs by itself, and does what the recipe does."""

import json
import os
import re
import struct
import subprocess
import sys

import pytest

from mnist_core.data.catalog import FILES
from mnist_core.data.image_sets import data_folder
from mnist_core.training.as_code import as_code, as_notebook
from mnist_core.training.recipes import RECIPES, customize

TRAINING, TEST = 4_000, 1_000  # images


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder where torchvision finds the first images of MNIST, and so downloads nothing."""
    place = tmp_path_factory.mktemp("program")
    raw = place / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    with data_folder("mnist") as files:
        for name in FILES:
            content = files.read(name)
            count = TRAINING if name.startswith("train") else TEST
            is_images = "images" in name
            head, size = (16, 28 * 28) if is_images else (8, 1)
            magic = content[:4] + struct.pack(">I", count) + content[8:head]
            (raw / name).write_bytes(magic + content[head : head + count * size])
    return place


def run(code, folder):
    """Run a program as people do; gives the share of test images that it has read right."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    [right] = re.findall(rf"^([0-9.]+)% of {TEST:,} test images read right$", done.stdout, re.M)
    return float(right) / 100


def test_the_tutorials_code_trains_as_the_tutorial_does(folder):
    # With so few images it takes a larger rate.
    recipe = customize(RECIPES["tutorial"], epochs=6, learning_rate=0.1)
    assert run(as_code(recipe, "mnist", 0), folder) > 0.8


def test_the_code_of_a_convolutional_recipe_learns_too(folder):
    recipe = customize(RECIPES["fast"], batch_size=128)
    assert run(as_code(recipe, "mnist", 0), folder) > 0.9


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist"])
def test_the_code_of_each_recipe_has_its_numbers_and_is_short(name, dataset):
    recipe = customize(RECIPES[name], epochs=3, batch_size=77, learning_rate=0.004)
    code = as_code(recipe, dataset, 5)
    compile(code, name, "exec")
    assert "EPOCHS, BATCH_SIZE, LEARNING_RATE = 3, 77, 0.004" in code
    assert "torch.manual_seed(5)" in code
    assert f"datasets.{'MNIST' if dataset == 'mnist' else 'FashionMNIST'}(" in code
    for number in (recipe.weight_decay, recipe.label_smoothing, recipe.augmentation.rotation):
        assert not number or f"{number:g}" in code
    if recipe.architecture.name == "convolutional":
        assert (
            f"nn.Linear({4 * recipe.architecture.width * recipe.architecture.growth}, 10)" in code
        )
    assert max(map(len, code.splitlines())) <= 100


def test_what_a_recipe_does_beyond_its_code_is_said():
    recipe = RECIPES["balanced"]
    said = as_code(recipe, "mnist", 0)
    for word in ("Muon", "margin", "thicker", f"{recipe.pen_digits:,} synthetic pen digits"):
        assert word in said
    assert "Left out" not in as_code(RECIPES["tutorial"], "mnist", 0)
    assert "pen digits" not in as_code(RECIPES["balanced"], "fashion-mnist", 0)


def test_a_simple_network_can_be_trained_by_another_recipe():
    code = as_code(customize(RECIPES["fast"], network="simple"), "mnist", 0)
    assert "nn.Linear(784, 128)" in code
    assert "Conv2d" not in code
    assert "transforms.Normalize(0.5, 0.5)" in code  # as the network itself does
    assert "Muon" not in code


def test_the_notebook_holds_the_code_in_one_cell():
    code = as_code(RECIPES["tutorial"], "mnist", 0)
    notebook = json.loads(as_notebook(code))
    [cell] = notebook["cells"]
    assert (notebook["nbformat"], cell["cell_type"]) == (4, "code")
    assert "".join(cell["source"]) == code
