"""The command line: its words, its JSON, its complaints."""

import json
from dataclasses import replace

import pytest
import torch
from onnx.reference import ReferenceEvaluator
from PIL import Image, ImageDraw, ImageFont

from mnist_core import command_line
from mnist_core.data import image_sets
from mnist_core.errors import ExportError
from mnist_core.ink import raster
from mnist_core.ink.drawing import parse_drawing
from mnist_core.labels import Accuracy
from mnist_core.model import weight_file
from mnist_core.model.evaluation import StrokeMeasure
from mnist_core.model.export import export
from mnist_core.model.recognizer import Recognizer
from mnist_core.training.recipes import RECIPES
from tests.drawings import SEVEN, moved
from tests.stubs import write_stroke_set


@pytest.fixture
def run(capsys):
    """Run a command; return its status, standard output and standard error."""

    def run_command(*words):
        try:
            status = command_line.main([str(word) for word in words])
        except SystemExit as ended:
            status = ended.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_command


def test_train_prints_one_json_object_last(run, few_images, tmp_path):
    output = tmp_path / "x.safetensors"
    status, out, _ = run(
        *("train", "--recipe", "tutorial", "--seed", 4, "--device", "cpu"),
        *("--output", output, "--json"),
    )
    result = json.loads(out.splitlines()[-1])
    assert status == 0
    assert output.is_file()
    assert set(result) == {
        "recipe", "dataset", "device", "seed", "epochs", "parameters", "seconds", "accuracy",
        "ci95", "output",
    }  # fmt: skip
    assert set(result["seconds"]) == {"data", "train", "evaluate", "total"}
    assert (result["recipe"], result["dataset"], result["device"]) == ("tutorial", "mnist", "cpu")
    assert (result["seed"], result["epochs"], result["parameters"]) == (4, 5, 109_386)
    low, high = result["ci95"]
    assert low < result["accuracy"] < high
    assert result["output"] == str(output)


def test_evaluate_prints_one_json_object(run, few_images, tmp_path):
    digits = write_stroke_set(tmp_path / "digits.jsonl.gz", [{"label": "7", "strokes": SEVEN}])
    others = write_stroke_set(
        tmp_path / "others.jsonl.gz", [{"label": "other", "strokes": [[[1, 1]]]}]
    )
    status, out, _ = run("evaluate", "--strokes", digits, "--strokes", others, "--placed", "--json")
    result = json.loads(out)
    assert status == 0
    assert result["mnist"]["n"] == 1_000
    assert result["mnist"]["ci95"][0] < result["mnist"]["accuracy"] < result["mnist"]["ci95"][1]
    first, second, together = result["strokes"]
    assert set(first) == {
        "file", "digits", "accuracy", "ci95", "others", "others_rejected", "digits_rejected",
        "auroc",
    }  # fmt: skip
    assert (first["digits"], first["accuracy"], first["auroc"]) == (1, 1.0, None)
    assert (second["others"], second["accuracy"], second["auroc"]) == (1, None, None)
    assert (together["file"], together["auroc"]) == ("all together", 1.0)


def test_evaluate_tells_a_person_the_same(run, few_images, tmp_path):
    digits = write_stroke_set(tmp_path / "digits.jsonl.gz", [{"label": "7", "strokes": SEVEN}])
    status, out, _ = run("evaluate", "--strokes", digits)
    assert status == 0
    assert "of 1,000 mnist test images read right" in out
    assert "of 1 digits read right" in out


def test_of_a_set_without_digits_nothing_is_said_of_digits():
    measure = StrokeMeasure(
        Accuracy(0, 0), 4, others_rejected=0.75, digits_rejected=None, auroc=None
    )
    assert command_line._strokes_text(measure) == "75.0% of 4 others rejected"
    assert command_line._strokes_json(measure)["accuracy"] is None


def test_train_offers_every_recipe_and_data_set(run):
    _, _, err = run("train", "--recipe", "cake")
    assert all(name in err for name in RECIPES)
    _, _, err = run("train", "--recipe", "fast", "--dataset", "cake")
    assert all(name in err for name in image_sets.DATASETS)


def test_a_format_that_is_none_is_refused_not_taken_for_another(tmp_path):
    recognizer = Recognizer.load(device="cpu")
    with pytest.raises(ExportError, match="no format 'onxx': choose onnx or torchscript"):
        export(recognizer, "onxx", tmp_path / "x")


def test_an_export_leaves_the_recognizer_as_it_is(tmp_path):
    recognizer = Recognizer.load(device="cpu")
    recognizer.model.train()
    export(recognizer, "torchscript", tmp_path / "x.pt")
    assert recognizer.model.training


def test_what_is_misread_most_is_named_by_how_often():
    confusion = 50 * torch.eye(10, dtype=torch.int64)
    confusion[4, 9], confusion[7, 2] = 1, 3
    assert command_line._most_confused(confusion) == "7 as 2 (3), 4 as 9 (1)"


def picture_of_seven(path):
    ink = raster.ink_from_drawings([parse_drawing(SEVEN)])[0, 0]
    Image.fromarray((255 - ink.numpy() * 255).astype("uint8")).resize((280, 280)).save(path)
    return path


def test_predict_prints_a_list_with_an_entry_a_file(run, tmp_path):
    picture = picture_of_seven(tmp_path / "seven.png")
    blank = tmp_path / "blank.png"
    Image.new("L", (100, 100), 255).save(blank)
    status, out, _ = run("predict", picture, blank, "--json")
    first, second = json.loads(out)
    assert status == 0
    assert set(first) == {"file", "digit", "confidence", "probabilities", "number", "digits"}
    assert (first["number"], len(first["digits"])) == ("7", 1)
    assert (first["file"], first["digit"]) == (str(picture), 7)
    assert len(first["probabilities"]) == 10
    assert second["digit"] is None


def test_predict_says_where_a_picture_holds_more_than_was_read(run, tmp_path):
    picture = Image.new("L", (600, 300), 255)
    with Image.open(picture_of_seven(tmp_path / "seven.png")) as seven:
        picture.paste(seven, (0, 10))
    ImageDraw.Draw(picture).text((380, 120), "Kitten", font=ImageFont.load_default(50))
    picture.save(tmp_path / "more.png")
    _, said, _ = run("predict", tmp_path / "seven.png", tmp_path / "more.png")
    assert [line.endswith(", and more that was not read") for line in said.splitlines()] == [
        False,
        True,
    ]
    _, out, _ = run("predict", tmp_path / "more.png", "--json")
    [answer] = json.loads(out)
    assert (answer["number"], answer["unread"] > 0) == ("7", True)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["train"],
        ["train", "--recipe", "cake"],
        ["train", "--recipe", "fast", "--seed", "x"],
        ["train", "--recipe", "fast", "--seed", "-1"],
        ["train", "--recipe", "fast", "--seed", "18446744073709551616"],
        ["styles", "--seed", "18446744073709551616", "--output", "x.png"],
        ["train", "--recipe", "fast", "--device", "mps"],
        ["evaluate", "--weights", "nowhere.safetensors"],
        ["evaluate", "--strokes", "nowhere.jsonl.gz"],
        ["evaluate", "--images", "nowhere"],
        ["predict"],
        ["predict", "nowhere.png"],
        ["predict", __file__],
        ["predict", 300 * "x"],
        ["predict", f"{__file__}/x.png"],
        ["export", "--format", "onnx", "--output", "nowhere/x.onnx"],
        ["export", "--format", "torchscript", "--output", "nowhere/x.pt"],
        ["styles", "--output", "nowhere/x.png"],
    ],
    ids=" ".join,
)
def test_a_users_mistake_is_one_line_and_status_2(run, few_images, words):
    if "mps" in words and torch.backends.mps.is_available():
        pytest.skip("this machine has an mps device")
    status, out, err = run(*words)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("recipe", ["fast", "tutorial"])
def test_a_training_whose_output_is_a_folder_is_refused_before_it_begins(
    run, monkeypatch, tmp_path, recipe
):
    monkeypatch.setattr(image_sets, "load", None)  # the first that it would need
    status, out, err = run("train", "--recipe", recipe, "--output", tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith(f"mnist_core: {tmp_path} can't be written (")


def test_a_weight_file_of_another_programs_data_set_is_told_in_a_sentence(run, tmp_path):
    file = tmp_path / "x.safetensors"
    info = replace(weight_file.read_info(weight_file.SHIPPED), dataset="emnist")
    weight_file.rewrite_info(weight_file.SHIPPED, info, file)
    status, _, err = run("evaluate", "--weights", file)
    assert status == 2
    assert err == "mnist_core: There is no data set 'emnist': choose mnist or fashion-mnist.\n"


@pytest.mark.parametrize("images", [1, 3])
def test_an_exported_torchscript_reads_as_the_weights_do(run, tmp_path, images):
    output = tmp_path / "x.pt"
    assert run("export", "--format", "torchscript", "--output", output)[0] == 0
    check_export(lambda ink: torch.jit.load(output)(ink), images)


@pytest.mark.parametrize("images", [1, 3])
def test_an_exported_onnx_file_reads_as_the_weights_do(run, tmp_path, images):
    output = tmp_path / "x.onnx"
    assert run("export", "--format", "onnx", "--output", output)[0] == 0
    session = ReferenceEvaluator(str(output))
    assert (session.input_names, session.output_names) == (["ink"], ["probabilities"])
    check_export(lambda ink: torch.tensor(session.run(None, {"ink": ink.numpy()})[0]), images)


def check_export(network, images):
    recognizer = Recognizer.load(weight_file.SHIPPED, "cpu")
    ink = torch.rand(images, 1, 28, 28)
    with torch.inference_mode():
        logits = recognizer.model(ink) / recognizer.info.calibration.temperature
        assert torch.allclose(network(ink), logits.softmax(dim=1), atol=1e-5)


def test_styles_writes_a_picture(run, tmp_path):
    output = tmp_path / "sheet.png"
    status, _, _ = run("styles", "--output", output)
    assert status == 0
    with Image.open(output) as sheet:
        assert sheet.width > 100


def test_predict_goes_on_past_files_that_it_can_not_read(run, tmp_path):
    picture = picture_of_seven(tmp_path / "seven.png")
    damaged, missing, folder = (tmp_path / name for name in ("x.png", "no.png", "folder"))
    damaged.write_bytes(b"x")
    folder.mkdir()
    status, out, err = run("predict", damaged, missing, folder, picture, "--json")
    first, second, third, last = json.loads(out)
    assert status == 2
    assert [set(each) for each in (first, second, third)] == [{"file", "error"}] * 3
    assert first["file"] == str(damaged)
    assert "can't be opened" in first["error"]
    assert second["error"] == "There is no such file: check its name."
    assert third["error"] == "It is a folder: name a picture."
    assert last["digit"] == 7
    lines = err.splitlines()
    assert len(lines) == 3
    assert all(
        str(file) in line for file, line in zip((damaged, missing, folder), lines, strict=True)
    )


def test_predict_says_what_it_read_and_names_what_it_did_not(run, tmp_path):
    picture = picture_of_seven(tmp_path / "seven.png")
    status, out, err = run("predict", picture, tmp_path / "no.png")
    assert status == 2
    assert out.startswith(f"{picture}: 7 (")
    assert len(out.splitlines()) == len(err.splitlines()) == 1
    status, out, err = run("predict", tmp_path / "no.png")
    assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_evaluate_reports_numbers_where_a_set_has_some(run, few_images, tmp_path):
    records = [
        {"label": "7", "strokes": SEVEN},
        {"label": "77", "strokes": [*SEVEN, *moved(SEVEN, right=170)]},
        {"label": "7", "strokes": SEVEN},
    ]
    file = write_stroke_set(tmp_path / "x.jsonl.gz", records)
    status, out, _ = run("evaluate", "--strokes", file, "--json")
    (measured,) = json.loads(out)["strokes"]
    assert status == 0
    assert (measured["digits"], measured["numbers"]) == (2, 1)
    assert (measured["numbers_right"], measured["lengths_right"]) == (1.0, 1.0)
    assert "of 1 numbers read right" in run("evaluate", "--strokes", file)[1]


def test_evaluate_counts_what_it_passes_over_in_a_folder(run, few_images, tmp_path):
    (tmp_path / "7").mkdir()
    picture_of_seven(tmp_path / "7" / "seven.png")
    (tmp_path / "7" / ".DS_Store").write_bytes(b"x")
    status, out, _ = run("evaluate", "--images", tmp_path, "--json")
    assert status == 0
    assert json.loads(out)["images"] == [{"dir": str(tmp_path), "n": 1, "accuracy": 1.0}]
    _, out, _ = run("evaluate", "--images", tmp_path)
    assert "of 1 pictures read right (1 passed over that are no pictures)" in out
