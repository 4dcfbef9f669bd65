"""README and model card say what was measured, and what they tell people to run is there."""

import json
import re
from pathlib import Path

import pytest

from mnist_core.labels import Accuracy
from mnist_core.model import weight_file

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CARD = (ROOT / "weights" / "README.md").read_text(encoding="utf-8")
BENCHMARKS = ROOT / "tests" / "benchmarks"
EVALUATION = json.loads((BENCHMARKS / "evaluation.json").read_text())
RESULTS = json.loads((BENCHMARKS / "results.json").read_text())
INFO = weight_file.read_info(weight_file.SHIPPED)


def said(accuracy):
    """An accuracy as both texts say it."""
    low, high = accuracy.ci95
    return f"{100 * accuracy.share:.2f} % ({100 * low:.2f} to {100 * high:.2f})"


def measured(row):
    count = row.get("digits", row.get("n"))
    return Accuracy(round(row["accuracy"] * count), count)


def test_the_evaluation_is_of_the_shipped_weights():
    assert measured(EVALUATION["mnist"]) == INFO.accuracy


@pytest.mark.parametrize("text", [README, CARD], ids=["README", "model card"])
def test_accuracies_are_those_of_the_evaluation(text):
    assert said(INFO.accuracy) in text
    pens = [row for row in EVALUATION["strokes"] if row["file"].startswith("pen-dev")]
    assert len(pens) == 2
    for row in pens:
        assert said(measured(row)) in text, row["file"]
    (others,) = (row for row in EVALUATION["strokes"] if row["file"].startswith("others"))
    assert f"{100 * others['others_rejected']:.1f} %" in text


def test_the_model_card_says_what_the_header_says():
    assert f"{INFO.parameters:,} parameters" in CARD
    assert f"--recipe {INFO.recipe} --seed {INFO.seed} " in CARD
    assert f"{100 * EVALUATION['mnist']['calibration_error']:.2f} points" in CARD
    assert f"of the {INFO.epochs:g} epochs" in CARD


def test_the_recipes_figures_are_those_of_the_benchmarks():
    rows = {row["name"].strip("`"): row for row in RESULTS["training"]["trainings"]}
    line = r"^\| `(\w+)`[^|]*\| ([\d.]+) % \| \| \| ([\d,]+) \|$"
    table = re.findall(line, README, re.MULTILINE)
    assert {name for name, *_ in table} == {"tutorial", "fast", "balanced", "best"}
    for name, percent, seconds in table:
        assert percent == f"{100 * rows[name]['accuracy']:.2f}"
        assert seconds == f"{rows[name]['total']:,.0f}"


def test_every_file_that_a_text_links_to_is_there():
    for text, folder in ((README, ROOT), (CARD, ROOT / "weights")):
        links = re.findall(r"\]\(([^)#]+)\)", text)
        missing = [link for link in links if "://" not in link and not (folder / link).exists()]
        assert missing == []
