"""Faults put into the program one at a time, to see that its tests would notice each.

``python -m tests.mutations [WORD …]`` tries those of the files that a word is part of, or all. It
takes some seconds a fault, so it is run by hand. Each fault goes into a scratch copy of the
project, never into the project itself.
"""

# ruff: noqa: E501 (faults are quoted as they stand)
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 300  # seconds; of a fault that makes the tests hang people hear
LEAST_KILLED = 0.95

KILLED, HUNG, SURVIVED, EXPLAINED = "killed", "hung", "SURVIVED", "explained"
NOT_APPLICABLE = "NOT APPLICABLE"


@dataclass(frozen=True)
class Mutation:
    """One fault."""

    file: str  # relative to the project
    find: str  # occurs exactly once in it
    replace: str  # the faulty text
    tests: str  # what pytest is to run, words with spaces between: at least one has to fail
    survives: str = ""  # why no test can notice it, in one line


def outcome(mutation: Mutation, folder: Path) -> str:
    """Try a mutation in a copy of the project, made in an empty folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():  # not deleted since it was last committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    file = folder / mutation.file
    source = file.read_text(encoding="utf-8")
    if source.count(mutation.find) != 1:
        return NOT_APPLICABLE
    file.write_text(source.replace(mutation.find, mutation.replace), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", *mutation.tests.split()]
    try:
        status = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=PATIENCE
        ).returncode
    except subprocess.TimeoutExpired:
        return HUNG
    if status > 1:  # pytest's word for tests that could not be run at all
        return NOT_APPLICABLE
    if status == 1:
        return KILLED
    return EXPLAINED if mutation.survives else SURVIVED


def tried(mutation: Mutation) -> str:
    """Try a mutation in a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        return outcome(mutation, Path(folder))


def main() -> int:
    """Try the mutations, one a core; return 1 if too few are killed, or one can't be tried."""
    words = sys.argv[1:]
    chosen = [each for each in MUTATIONS if not words or any(word in each.file for word in words)]
    counts: Counter[str] = Counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (mutation, result) in enumerate(
            zip(chosen, pool.map(tried, chosen), strict=True), start=1
        ):
            counts[result] += 1
            change = f"{mutation.find.strip()!r} -> {mutation.replace.strip()!r}"
            print(f"{number:3} {result:14} {mutation.file}: {change}", flush=True)
            if result == EXPLAINED:
                print(f"{'':18} {mutation.survives}")
    noticed = counts[KILLED] + counts[HUNG]
    share = noticed / max(1, len(chosen) - counts[NOT_APPLICABLE])
    print(
        f"{len(chosen)} faults: {noticed} killed ({share:.1%}; {counts[HUNG]} of them by a test that "
        f"hung), {counts[SURVIVED]} survived, {counts[EXPLAINED]} that no test can notice, "
        f"{counts[NOT_APPLICABLE]} not applicable"
    )
    return int(share < LEAST_KILLED or counts[NOT_APPLICABLE] > 0)


MUTATIONS = (
    Mutation(
        "mnist_core/model/calibration.py",
        "replace(unset, reject_below=threshold)",
        "replace(unset, reject_below=0.0)",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "REJECTED_SHARE = 0.003",
        "REJECTED_SHARE = 0.015",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "everything = torch.cat([logits, read_logits(model, pens)]) if len(pens) else logits",
        "everything = logits",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "_fit_temperature(logits, labels))",
        "_fit_temperature(torch.cat([logits, read_logits(model, pens)]), torch.cat([labels, labels[: len(pens)]])))",
        "tests/test_calibration.py::test_pen_digits_do_not_change_the_temperature",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "logits.float() / calibration.temperature, dim=1",
        "logits.float(), dim=1",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "confidence = digits.amax(dim=1)",
        "confidence = (digits / digits.sum(dim=1, keepdim=True)).amax(dim=1)",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "images.unsqueeze(1).float().div_(255)",
        "images.unsqueeze(1).float()",
        "tests/test_calibration.py::test_many_images_are_read_in_their_order_and_as_ink_between_0_and_1 tests/test_raster.py::test_stored_images_are_ink_again_and_255_is_full_ink",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "losses.argmin()",
        "losses.argmax()",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "torch.logspace(-1, 1, 463",
        "torch.logspace(0, 1, 463",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/model/calibration.py",
        "sure_above: float = 0.9",
        "sure_above: float = 0.8",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "calibration=calibration.calibrate(model, validation.images, validation.labels, pens),",
        "calibration=calibration.Calibration(),",
        "tests/test_loop.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "calibrate(model, validation.images, validation.labels, pens)",
        "calibrate(model, run.test.images, run.test.labels, pens)",
        "tests/test_loop.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "calibration=calibration.calibrate(model, validation.images, validation.labels, pens),",
        "calibration=replace(calibration.calibrate(model, validation.images, validation.labels, pens), reject_below=0.5),",
        "tests/test_loop.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "validation.labels, pens)",
        "validation.labels, pens[:0])",
        "tests/test_loop.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "pen_styles.render(pen_styles.sample_digits(PENS_TO_ACCEPT",
        "pen_styles.render(pen_styles.sample_others(PENS_TO_ACCEPT",
        "tests/test_loop.py::test_the_pen_digits_to_accept_are_digits_that_the_shipped_weights_read",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "ink = augment(ink, recipe.augmentation, generator, margin)",
        "ink = ink[..., margin : 28 - margin, margin : 28 - margin]",
        "tests/test_loop.py::test_images_are_augmented_as_the_recipe_says_and_each_epoch_anew",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "(recipe.pen_digits, pen_styles.sample_digits)",
        "(recipe.pen_digits, pen_styles.sample_others)",
        "tests/test_loop.py::test_what_is_mixed_in_is_what_its_labels_say",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "ImageSet(pen_styles.render(sample, generator), sample.labels)",
        "ImageSet(pen_styles.render(pen_styles.sample_others(len(sample.labels), generator), generator), sample.labels)",
        "tests/test_loop.py::test_what_is_mixed_in_is_what_its_labels_say",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "label_smoothing=recipe.label_smoothing",
        "label_smoothing=0.0",
        "tests/test_loop.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "Muon(model, peak, recipe.weight_decay, ",
        "Muon(model, peak, 0.0, ",
        "tests/test_loop.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "recipe.muon_factor * peak",
        "peak",
        "tests/test_loop.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "OneCycleLR(optimizer, peaks, steps",
        "OneCycleLR(optimizer, peaks[0], steps",
        "tests/test_loop.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "margin = MARGIN if",
        "margin = 0 if",
        "tests/test_loop.py::test_the_first_steps_see_images_without_their_margin",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "recipe.cropped_share * schedule.steps",
        "recipe.cropped_share * steps / 2",
        "tests/test_loop.py::test_the_first_steps_see_images_without_their_margin",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "if recipe.redraw and epoch > 0:",
        "if epoch > 0:",
        "tests/test_loop.py::test_pen_strokes_are_drawn_anew_for_each_epoch_if_the_recipe_says_so",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "if recipe.redraw and epoch > 0:",
        "if recipe.redraw and epoch > 1:",
        "tests/test_loop.py::test_pen_strokes_are_drawn_anew_for_each_epoch_if_the_recipe_says_so",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "torch.arange(min(recipe.images, len(training)))",
        "torch.arange(len(training))",
        "tests/test_loop.py::test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "order = torch.randperm(len(mixture), generator=generator, device=device)",
        "order = torch.arange(len(mixture), device=device)",
        "tests/test_loop.py::test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "order[: steps * recipe.batch_size].split",
        "order[recipe.batch_size :].split",
        "tests/test_loop.py::test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "    generator = torch.Generator(device).manual_seed(seed)",
        "    generator = torch.Generator(device).manual_seed(0)",
        "tests/test_loop.py::test_a_seed_says_the_order_and_the_pen_strokes",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "strokes_generator = torch.Generator().manual_seed(seed)",
        "strokes_generator = torch.Generator().manual_seed(0)",
        "tests/test_loop.py::test_a_seed_says_the_order_and_the_pen_strokes",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "torch.manual_seed(seed)\n    model",
        "torch.manual_seed(0)\n    model",
        "tests/test_loop.py::test_a_seed_says_the_first_weights_and_goes_on_to_the_loop",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "steps = fit(model, suited, run.training.to(run.device), seed, run.control)",
        "steps = fit(model, suited, run.training.to(run.device), 0, run.control)",
        "tests/test_loop.py::test_a_seed_says_the_first_weights_and_goes_on_to_the_loop",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "steps = fit(model, suited, run.training.to(run.device), seed, run.control)",
        "steps = fit(model, suited, run.validation.to(run.device), seed, run.control)",
        "tests/test_loop.py::test_neither_images_held_back_nor_test_images_are_trained_on",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "self.training, self.validation = image_sets.split_validation(\n            image_sets.load(dataset, train=True)\n        )",
        "self.training = image_sets.load(dataset, train=True)\n        _, self.validation = image_sets.split_validation(self.training)",
        "tests/test_loop.py::test_neither_images_held_back_nor_test_images_are_trained_on",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "optimizer.zero_grad()\n    loss.backward()",
        "loss.backward()",
        "tests/test_loop.py::test_a_step_follows_the_gradient_of_its_own_batch",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "pct_start=0.2",
        "pct_start=0.5",
        "tests/test_loop.py::test_the_rate_rises_to_the_recipes_in_a_fifth_of_the_steps_and_falls_to_nothing",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "LinearLR(self._optimizer, 1.0, 0.0, total_iters=left)",
        "LinearLR(self._optimizer, 1.0, 1.0, total_iters=left)",
        "tests/test_loop.py::test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "left = max(SHORTEST_COOLDOWN, round(COOLDOWN * self.done))",
        "left = SHORTEST_COOLDOWN",
        "tests/test_loop.py::test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "pen_others=0, cropped_share=0.0)",
        "pen_others=0)",
        "tests/test_loop.py::test_the_tutorials_network_learns_from_whole_images_of_digits_alone",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "count = recipe.images + recipe.pen_digits + recipe.pen_others",
        "count = recipe.images",
        "tests/test_loop.py::test_more_clothes_take_the_place_of_the_pen_strokes_that_they_have_none_of",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "None if recipe.tutorial else run.validation)",
        "run.validation)",
        "tests/test_tutorial.py::test_the_tutorial_ends_at_once_when_it_is_asked_to_finish",
    ),
    Mutation(
        "mnist_core/training/probe.py",
        "model.train(mode)",
        "model.train(False)",
        "tests/test_probe.py",
    ),
    Mutation(
        "mnist_core/training/probe.py",
        "torch.from_numpy(watched)[None]",
        "torch.from_numpy(watched).T[None]",
        "tests/test_loop.py::test_who_watches_sees_test_images_and_the_own_drawing_read",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "measure_accuracy(model, self.test)",
        "measure_accuracy(model, self.validation)",
        "tests/test_loop.py::test_a_recipe_leads_from_the_data_to_a_weight_file_that_reads",
    ),
    Mutation(
        "mnist_core/training/loop.py",
        "epochs=round(run.epochs_done, 2)",
        "epochs=recipe.epochs",
        "tests/test_loop.py::test_a_training_that_is_ended_at_once_still_reads_most_images",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "if not math.isfinite(loss):",
        "if not math.isfinite(accuracy):",
        "tests/test_run.py tests/test_loop.py::test_a_loss_that_is_no_number_ends_the_training_in_one_sentence",
    ),
    Mutation(
        "mnist_core/training/tutorial.py",
        "generator=torch.Generator().manual_seed(seed),",
        "generator=torch.Generator().manual_seed(0),",
        "tests/test_tutorial.py::test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed",
    ),
    Mutation(
        "mnist_core/training/tutorial.py",
        "shuffle=True",
        "shuffle=False",
        "tests/test_tutorial.py::test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed",
    ),
    Mutation(
        "mnist_core/training/tutorial.py",
        "transforms.Normalize((0.5,), (0.5,))",
        "transforms.Normalize((0.1307,), (0.3081,))",
        "tests/test_tutorial.py::test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "new if self._means is None else self._means.lerp(new, 1 / MEMORY_OF_MEANS)",
        "new",
        "tests/test_run.py::test_loss_and_accuracy_are_running_means",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "model = _mean(before, after, lessons)",
        "model = after",
        "tests/test_fine_tuning.py::test_what_is_written_is_the_mean_of_the_weights_before_and_after",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "training.take(torch.randperm(len(training), generator=generator)[: STEPS * MNIST])",
        "training.take(torch.arange(0))",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "training.take(torch.randperm(len(training), generator=generator)[: STEPS * MNIST])",
        "_rendered(pen_styles.sample_digits(STEPS * MNIST, generator), generator)",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "pens = pen_styles.sample_digits(STEPS * PENS",
        "pens = pen_styles.sample_others(STEPS * PENS",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "pens = pen_styles.sample_digits(STEPS * PENS",
        "pens = pen_styles.sample_digits(STEPS",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "others = pen_styles.sample_others(STEPS * OTHERS",
        "others = pen_styles.sample_digits(STEPS * OTHERS",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "        rendered(others, generator),\n    ]",
        "        rendered(others, generator),\n    ][:3]",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "_parts(lessons, run.training, generator)",
        "_parts(lessons, run.validation, generator)",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "zip(*(part.images.tensor_split(STEPS) for part in parts), strict=True)",
        "zip(*([part.images.tensor_split(STEPS)[0]] * STEPS for part in parts), strict=True)",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "augment(ink_of(torch.cat(images)), AUGMENTATION, generator)",
        "ink_of(torch.cat(images))",
        "tests/test_fine_tuning.py::test_what_is_shown_is_augmented",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "generator = torch.Generator().manual_seed(seed)",
        "generator = torch.Generator().manual_seed(0)",
        "tests/test_fine_tuning.py::test_a_seed_says_all_that_is_shown",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "label_smoothing=0.05",
        "label_smoothing=0.0",
        "tests/test_fine_tuning.py::test_it_learns_in_small_steps_that_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "LinearLR(optimizer, 1.0, 0.0,",
        "LinearLR(optimizer, 1.0, 1.0,",
        "tests/test_fine_tuning.py::test_it_learns_in_small_steps_that_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "    model.eval()\n    image_shares",
        "    model.train()\n    image_shares",
        "tests/test_fine_tuning.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        ' or info.dataset != "mnist"',
        "",
        "tests/test_fine_tuning.py::test_a_network_that_can_learn_no_handwriting_is_refused",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "SHARES = (0.5, 0.75, 1.0)",
        "SHARES = (1.0,)",
        "tests/test_fine_tuning.py::test_of_the_weights_before_and_after_the_least_share_that_reads_the_lessons_is_taken",
    ),
    Mutation(
        "mnist_core/training/fine_tuning.py",
        "until_finishing(fit(after, parts, seed), run.control)",
        "fit(after, parts, seed)",
        "tests/test_fine_tuning.py::test_fine_tuning_ends_at_once_when_it_is_asked_to_finish",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "torch.stack([sine * wide, cosine * high, down], dim=1)",
        "torch.stack([sine * wide, cosine * wide, down], dim=1)",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "high = torch.exp(_uniform(count, generator) * augmentation.scale)",
        "high = wide",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "torch.stack([cosine * wide, (slant - sine) * high, right], dim=1),\n        torch.stack([sine * wide, cosine * high, down], dim=1),",
        "torch.stack([cosine * high, (slant - sine) * wide, right], dim=1),\n        torch.stack([sine * high, cosine * wide, down], dim=1),",
        "tests/test_augmentation.py",
        survives="width and height are drawn alike, so it is the same augmentation by another seed",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "(slant - sine) * high",
        "-sine * high",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "down = _uniform(count, generator) * augmentation.shift * unit",
        "down = right",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "deviation * 2 / width",
        "deviation / width",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "amount.clamp(max=0) / 2",
        "amount.clamp(max=0)",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "grid[:, rows, columns]",
        "grid",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        '== "mps" else "bicubic"',
        '== "mps" else "bilinear"',
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "ink = ink.clamp_(0, 1)",
        "ink = ink.clamp_(0, 2)",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/data/augmentation.py",
        "torch.deg2rad(_uniform(count, generator) * augmentation.rotation)",
        "torch.deg2rad(_uniform(count, generator) * augmentation.rotation / 2)",
        "tests/test_augmentation.py",
    ),
    Mutation("mnist_core/data/augmentation.py", " * 2 - 1\n", "\n", "tests/test_augmentation.py"),
    Mutation(
        "mnist_core/training/worker.py",
        "WORKER_NICENESS = 10",
        "WORKER_NICENESS = 0",
        "tests/test_worker.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "tempfile.tempdir = scratch",
        "tempfile.tempdir = None",
        "tests/test_worker.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "killer.start()",
        "pass",
        "tests/test_worker.py::test_a_worker_that_is_deaf_to_a_polite_signal_is_killed_and_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "process.terminate()",
        "process.kill()",
        "tests/test_worker.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "self.output.unlink()",
        "pass",
        "tests/test_worker.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)",
        "pass",
        "tests/test_worker.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/job.py",
        'replace(self._status, state="stopped")',
        'replace(self._status, state="failed")',
        "tests/test_worker.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "> _ABANDONED_AFTER",
        "> 3600",
        "tests/test_worker.py::test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "_ABANDONED_AFTER = 86_400.0",
        "_ABANDONED_AFTER = 864_000.0",
        "tests/test_worker.py::test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later",
    ),
    Mutation(
        "mnist_core/training/job.py",
        '.glob(f"{_SCRATCH}*")',
        '.glob("*")',
        "tests/test_worker.py::test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "process.join()\n        shutil.rmtree(scratch, ignore_errors=True)",
        "process.join()",
        "tests/test_worker.py::test_a_worker_that_is_deaf_to_a_polite_signal_is_killed_and_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "finally:\n        shutil.rmtree(scratch, ignore_errors=True)",
        "finally:",
        "tests/test_worker.py::test_a_worker_whose_server_is_killed_ends_by_itself_and_leaves_no_scratch",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "unwound.callback(shutil.rmtree, scratch, ignore_errors=True)",
        "pass",
        "tests/test_worker.py::test_a_job_that_cannot_start_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "        on_end()\n\n",
        "\n",
        "tests/test_worker.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "_KILLED = -9",
        "_KILLED = -15",
        "tests/test_worker.py::test_a_worker_that_is_killed_ends_in_a_sentence",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "connection.send(Failed(_explain(error)))",
        "pass",
        "tests/test_worker.py::test_a_training_that_breaks_off_ends_in_a_sentence",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "connection.send(Failed(str(error)))",
        "raise",
        "tests/test_worker.py::test_an_error_of_a_training_comes_in_its_own_words_from_the_environment_of_its_server",
    ),
    Mutation(
        "mnist_core/training/job.py",
        'state="finished", output=last.output)',
        'state="finished")',
        "tests/test_worker.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "replace(history[-1], validation=event.validation)",
        "history[-1]",
        "tests/test_job.py",
    ),
    Mutation(
        "mnist_core/training/job.py",
        "            if self._status.active and not self._status.finishing:\n                self._status",
        "            if True:\n                self._status",
        "tests/test_worker.py::test_a_training_that_is_asked_to_finish_ends_with_a_weight_file_that_loads",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "return train(output=output, control=control, **vars(self))",
        "return train(output=output, control=control, **{**vars(self), 'seed': 0})",
        "tests/test_worker.py::test_a_task_is_carried_out_as_it_says",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "while connection.poll():",
        "while False:",
        "tests/test_worker.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation("mnist_core/labels.py", "Z95 = 1.959964", "Z95 = 1.644854", "tests/test_labels.py"),
    Mutation(
        "mnist_core/model/metrics.py",
        "positive.double(), right=True)",
        "positive.double())",
        "tests/test_metrics.py",
    ),
    Mutation(
        "mnist_core/model/metrics.py",
        "gaps.abs().sum()",
        "gaps.sum().abs()",
        "tests/test_metrics.py",
    ),
    Mutation(
        "mnist_core/model/metrics.py", "bins: int = 15", "bins: int = 1", "tests/test_metrics.py"
    ),
    Mutation(
        "mnist_core/model/metrics.py",
        ".clamp(0, bins - 1)",
        ".clamp(1, bins - 1)",
        "tests/test_metrics.py",
    ),
    Mutation("mnist_core/labels.py", "return 0.0, 1.0", "return 0.0, 0.0", "tests/test_labels.py"),
    Mutation(
        "mnist_core/model/devices.py",
        "including_emulation=False",
        "including_emulation=True",
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/model/devices.py",
        'capabilities.get("amx_bf16")',
        'capabilities.get("amx_int8")',
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/model/devices.py",
        'capabilities.get("avx512_bf16")',
        'capabilities.get("avx512_f")',
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/model/devices.py",
        "if name in present and not present[name]:",
        "if name not in present:",
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/model/devices.py",
        '{"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}',
        '{"mps": torch.backends.mps.is_available(), "cuda": torch.cuda.is_available()}',
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        '"epochs": (1, 50)',
        '"epochs": (1, 500)',
        "tests/test_recipes.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        '"batch_size": (16, 2048)',
        '"batch_size": (1, 2048)',
        "tests/test_recipes.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        '"learning_rate": (0.000_01, 0.5)',
        '"learning_rate": (0.000_01, 5.0)',
        "tests/test_recipes.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        "if not least <= value <= most:",
        "if not least < value <= most:",
        "tests/test_recipes.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        "if not least <= value <= most:",
        "if not least <= value < most:",
        "tests/test_recipes.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        "return kind(value)",
        "return float(value)",
        "tests/test_recipes.py::test_what_is_not_asked_for_stays_as_it_is",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        "or not math.isfinite(value) or (kind is int and value != int(value))",
        "or not math.isfinite(value)",
        "tests/test_recipes.py::test_a_setting_out_of_its_range_is_refused_in_a_sentence",
    ),
    Mutation(
        "mnist_core/training/recipes.py",
        "if network not in (None, recipe.architecture.name):",
        "if network is not None:",
        "tests/test_recipes.py::test_what_is_not_asked_for_stays_as_it_is",
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        "MOMENTUM = 0.6",
        "MOMENTUM = 0.0",
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        "direction = gradient.add(momentum, alpha=MOMENTUM)",
        "direction = momentum",
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/training/optimizer.py", "filters.grad = None", "pass", "tests/test_optimizer.py"
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        "parameter.shape[1] > 1",
        "parameter.shape[1] > 0",
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        "weight_decay=weight_decay, fused",
        "weight_decay=0.0, fused",
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        "filters.mul_(len(filters) ** 0.5 / filters.norm())",
        "pass",
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        "ITERATIONS = 5",
        "ITERATIONS = 2",
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/training/optimizer.py",
        '"orthogonal": True, "lr": filter_rate',
        '"orthogonal": True, "lr": learning_rate',
        "tests/test_optimizer.py",
    ),
    Mutation(
        "mnist_core/model/networks.py",
        "1 <= self.width <= 256",
        "1 <= self.width < 256",
        "tests/test_networks.py",
    ),
    Mutation(
        "mnist_core/model/networks.py",
        "Normalize(0.5, 0.5), SimpleNetwork()",
        "Normalize(0.1307, 0.3081), SimpleNetwork()",
        "tests/test_networks.py",
    ),
    Mutation(
        "mnist_core/model/networks.py",
        "(ink - self.mean) / self.deviation",
        "(ink - self.mean) * self.deviation",
        "tests/test_networks.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "_LARGEST = 2**64",
        "_LARGEST = 2**63",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "_LARGEST = 2**64",
        "_LARGEST = 2**65",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "return model.eval(), info",
        "return model.train(), info",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/labels.py",
        "self.right / max(1, self.count)",
        "self.right / self.count",
        "tests/test_labels.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "for field in fields(WeightInfo)} & set(header)",
        "for field in fields(WeightInfo)} | set(header)",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "type(value) in (int, kind)",
        "isinstance(value, int | float)",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        " or self.test_right > self.test_images:",
        ":",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "if not abs(value) < _LARGEST:",
        "if abs(value) >= _LARGEST:",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        "{name: _checked(str, each) for name, each in value.items()}",
        "value",
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/model/weight_file.py",
        'timespec="seconds"',
        'timespec="milliseconds"',
        "tests/test_weight_file.py",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "random.uniform(0.15, 0.95)",
        "random.uniform(0.5, 0.95)",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "random.uniform(0, 1, size=2)",
        "random.uniform(0, 0.5, size=2)",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "np.random.default_rng(seed)",
        "np.random.default_rng()",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "(stroke - low) * scale + corner",
        "stroke * scale + corner",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "file.read(largest + 1)",
        "file.read()",
        "tests/test_stroke_sets.py::test_of_a_small_file_that_unpacks_to_a_huge_one_no_more_is_unpacked_than_may_be",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "if len(content) > largest:",
        "if len(content) >= largest:",
        "tests/test_stroke_sets.py::test_a_set_may_be_as_large_as_it_may_be",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "encode(), mtime=0)",
        "encode())",
        "tests/test_stroke_sets.py::test_the_bytes_of_a_set_do_not_tell_the_time",
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py", "start=1\n", "start=0\n", "tests/test_stroke_sets.py"
    ),
    Mutation(
        "mnist_core/data/stroke_sets.py",
        "if len(line) > LONGEST_LINE:",
        "if False:",
        "tests/test_stroke_sets.py::test_a_line_may_be_4000000_characters_long",
    ),
    Mutation(
        "mnist_core/ink/raster.py", "DIGIT_BOX = 20.0", "DIGIT_BOX = 19.0", "tests/test_raster.py"
    ),
    Mutation("mnist_core/ink/raster.py", "CENTER = 14.0", "CENTER = 13.5", "tests/test_raster.py"),
    Mutation(
        "mnist_core/ink/raster.py", "PEN_WIDTH = 2.2", "PEN_WIDTH = 2.6", "tests/test_raster.py"
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "SHORTEST_STEP = 0.002",
        "SHORTEST_STEP = 0.02",
        "tests/test_raster.py",
    ),
    Mutation(
        "mnist_core/ink/drawing.py",
        "    keep[-1] = True\n",
        "",
        "tests/test_raster.py tests/test_drawing.py",
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "shift = (CENTER - mass).clamp(min=to_low, max=to_high)",
        "shift = CENTER - mass",
        "tests/test_raster.py",
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "(DIGIT_BOX - width) / extent",
        "DIGIT_BOX / extent",
        "tests/test_raster.py",
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "half = ((high - low) * scale + width) / 2",
        "half = (high - low) * scale / 2",
        "tests/test_raster.py",
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "radius.reshape(-1, 1) + 0.5 - squared",
        "radius.reshape(-1, 1) + 1.0 - squared",
        "tests/test_raster.py",
    ),
    Mutation(
        "mnist_core/ink/raster.py", "t = q.clamp(0, 1)", "t = q.clamp(0, 2)", "tests/test_raster.py"
    ),
    Mutation(
        "mnist_core/ink/drawing.py",
        "MAX_STROKES = 500",
        "MAX_STROKES = 499",
        "tests/test_drawing.py",
    ),
    Mutation(
        "mnist_core/ink/drawing.py",
        "MAX_POINTS = 20_000",
        "MAX_POINTS = 20_001",
        "tests/test_drawing.py",
    ),
    Mutation(
        "mnist_core/ink/drawing.py",
        "(np.abs(array) < 1e30).all()",
        "np.isfinite(array).all()",
        "tests/test_drawing.py",
    ),
    Mutation(
        "mnist_core/ink/drawing.py",
        "step = max(float(length) / most",
        "step = max(float(length) / most / 2",
        "tests/test_drawing.py",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "for part in numbers.split(CHUNK)]",
        "for part in numbers.flip(0).split(CHUNK)]",
        "tests/test_pen_styles.py::test_the_shipped_weights_read_what_is_drawn_as_its_label_says",
    ),
    Mutation(
        "mnist_core/labels.py",
        "NO_DIGIT = 10",
        "NO_DIGIT = 0",
        "tests/test_pen_styles.py::test_what_is_no_digit_has_the_label_10",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        'labels[number], ["given"]',
        'labels[number].flip(0), ["given"]',
        "tests/test_pen_styles.py::test_given_drawings_serve_equally_often_and_bring_their_labels",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "number = torch.randperm(count, generator=generator) % len(drawings)",
        "number = torch.randint(len(drawings), (count,), generator=generator)",
        "tests/test_pen_styles.py::test_given_drawings_serve_equally_often_and_bring_their_labels",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "number = torch.randperm(count, generator=generator) % len(drawings)",
        "number = torch.arange(count) * len(drawings) // count",
        "tests/test_pen_styles.py::test_given_drawings_serve_equally_often_and_bring_their_labels",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "drawn = torch.cat([bend(part, random, SAME_HAND) for part in chosen.split(CHUNK)])",
        "drawn = chosen",
        "tests/test_pen_styles.py::test_given_drawings_are_drawn_each_time_a_little_differently",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "ANY_HAND, wave=0.012, bulge=3.0, taper=0.1, aspect=0.12, slant=0.1, mean_slant=0, rotation=0.07",
        "ANY_HAND, aspect=0.8",
        "tests/test_pen_styles.py::test_given_drawings_are_drawn_each_time_a_little_differently",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "aspect=0.12, slant=0.1",
        "aspect=0.2, slant=0.1",
        "tests/test_pen_styles.py::test_given_drawings_nearly_keep_their_proportions",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "HASTE = (1, 2, 3)",
        "HASTE = (1, 1, 1)",
        "tests/test_pen_styles.py::test_given_drawings_are_drawn_at_three_paces",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "[stroke[:-1:step], stroke[-1:]]",
        "[stroke[::step]]",
        "tests/test_pen_styles.py::test_a_faster_hand_leaves_points_out_but_neither_the_ends_nor_a_short_strokes",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "FEWEST_POINTS = 12",
        "FEWEST_POINTS = 2",
        "tests/test_pen_styles.py::test_a_faster_hand_leaves_points_out_but_neither_the_ends_nor_a_short_strokes",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "widths = widths.clamp(THINNEST_PEN, THICKEST_PEN)",
        "widths = widths.clamp(THINNEST_PEN)",
        "tests/test_pen_styles.py::test_a_pen_is_at_least_1_4_and_at_most_3_4_px_wide",
    ),
    Mutation(
        "mnist_core/data/pen_styles.py",
        "PEN_WIDTH_SPREAD = 0.22",
        "PEN_WIDTH_SPREAD = 0.1",
        "tests/test_pen_styles.py::test_a_pen_is_at_least_1_4_and_at_most_3_4_px_wide",
    ),
    Mutation(
        "mnist_core/data/other_styles.py",
        "_FIGURE_SHARE = 1 - _SCRIBBLE_SHARE",
        "_FIGURE_SHARE = 1",
        "tests/test_pen_styles.py::test_the_shares_of_what_is_no_digit_leave_nothing_over",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "test.labels * DIGITS + read",
        "read * DIGITS + test.labels",
        "tests/test_evaluation.py::test_images_are_measured_with_an_interval_and_a_confusion_matrix",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "CLOSE = 1.0",
        "CLOSE = 0.0",
        "tests/test_evaluation.py::test_counting_what_is_read_right_in_fewer_bits_gives_the_same_count",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "rejected = confidence < calibration.reject_below",
        "rejected = confidence > calibration.reject_below",
        "tests/test_evaluation.py::test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "== stroke_set.labels)[is_digit]",
        "== stroke_set.labels)",
        "tests/test_evaluation.py::test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "right += reading.best == digit",
        "right += reading.best is not None",
        "tests/test_evaluation.py::test_a_picture_in_the_folder_of_another_digit_is_read_wrong",
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "drawings[start : start + DRAWINGS_AT_ONCE]",
        "drawings[: start + DRAWINGS_AT_ONCE]",
        "tests/test_raster.py::test_more_drawings_than_are_drawn_at_once_keep_their_order",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "expected_calibration_error(scores.confidence.cpu(), right.cpu())",
        "expected_calibration_error(1 - scores.confidence.cpu(), right.cpu())",
        "tests/test_evaluation.py::test_the_calibration_error_of_images_is_that_of_their_confidence",
    ),
    Mutation(
        "mnist_core/model/evaluation.py",
        "auroc(confidence[is_digit], confidence[~is_digit])",
        "auroc(confidence[~is_digit], confidence[is_digit])",
        "tests/test_evaluation.py::test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc",
    ),
    Mutation(
        "mnist_core/model/export.py",
        "self.network(ink) / self.temperature",
        "self.network(ink)",
        "tests/test_command_line.py::test_an_exported_torchscript_reads_as_the_weights_do",
    ),
    Mutation(
        "mnist_core/model/export.py",
        "torch.zeros((2, 1, IMAGE_SIZE, IMAGE_SIZE))",
        "torch.zeros((1, 1, IMAGE_SIZE, IMAGE_SIZE))",
        "tests/test_command_line.py::test_an_exported_onnx_file_reads_as_the_weights_do",
    ),
    Mutation(
        "mnist_core/model/export.py",
        'output_names=["probabilities"]',
        'output_names=["p"]',
        "tests/test_command_line.py::test_an_exported_onnx_file_reads_as_the_weights_do",
    ),
    Mutation(
        "mnist_core/model/export.py",
        "copy.deepcopy(recognizer.model)",
        "recognizer.model",
        "tests/test_command_line.py",
    ),
    Mutation(
        "mnist_core/files.py", "            os.fsync(file.fileno())\n", "", "tests/test_files.py"
    ),
    Mutation("mnist_core/files.py", "            file.flush()\n", "", "tests/test_files.py"),
    Mutation("mnist_core/files.py", "    _sync_folder(path.parent)\n", "", "tests/test_files.py"),
    Mutation(
        "mnist_core/files.py",
        "os.chmod(staging, 0o644)",
        "os.chmod(staging, 0o600)",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/files.py",
        "_ABANDONED_AFTER = 3600.0",
        "_ABANDONED_AFTER = 360.0",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/files.py",
        "_ABANDONED_AFTER = 3600.0",
        "_ABANDONED_AFTER = 36_000.0",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/files.py", '_STAGING = ".part-"', '_STAGING = "part-"', "tests/test_files.py"
    ),
    Mutation(
        "mnist_core/files.py",
        "            os.unlink(staging)",
        "            pass",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/files.py",
        "        if error.errno not in _UNABLE_TO_SYNC:\n            raise",
        "        if error.errno in _UNABLE_TO_SYNC:\n            raise",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/files.py",
        "    finally:\n        with contextlib.suppress(OSError):  # it may have got its name\n            os.unlink(staging)",
        "    finally:\n        pass",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "return training.take(order[validation:]),",
        "return training.take(order),",
        "tests/test_image_sets.py::test_validation_images_are_not_trained_on",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "order = torch.randperm(len(training), generator=torch.Generator().manual_seed(VALIDATION_SEED))",
        "order = torch.arange(len(training))",
        "tests/test_image_sets.py::test_validation_images_are_from_all_over_the_training_images",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        ".manual_seed(VALIDATION_SEED))",
        ")",
        "tests/test_image_sets.py::test_the_split_is_the_same_each_time_and_the_one_that_all_figures_are_of",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "len(training) // 10",
        "len(training) // 2",
        "tests/test_image_sets.py::test_of_a_small_set_a_tenth_is_held_back",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "self.images[index], self.labels[index]",
        "self.images[index], self.labels[index.sort().values]",
        "tests/test_image_sets.py::test_a_label_stays_with_its_image",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "if hashlib.sha256(unpacked).hexdigest() == self.info.sha256[FILES.index(name)]:",
        "if unpacked:",
        "tests/test_image_sets.py::test_a_damaged_archive_is_named_and_not_mended_behind_ones_back",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "            _keep(raw, _cache(name))",
        "            pass",
        "tests/test_image_sets.py::test_fashion_mnist_is_downloaded_once_and_kept",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        ">= calibration.sure_above",
        ">= 0.85",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        "if confidence < calibration.reject_below:",
        "if confidence < 0.5:",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        "LEAST_CANDIDATE = 0.05",
        "LEAST_CANDIDATE = 0.01",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        "MOST_CANDIDATES = 3",
        "MOST_CANDIDATES = 4",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        " if part[-1].any() else BLANK",
        "",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        'None if self.state == "blank" else int(np.argmax(self.probabilities))',
        "self.digit",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        "if 0 < count <= MOST_POINTS_TOGETHER]",
        "if count <= MOST_POINTS_TOGETHER]",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/model/recognizer.py",
        "readings[index] = reading",
        "readings[indices[0]] = reading",
        "tests/test_recognizer.py",
    ),
    Mutation(
        "mnist_core/labels.py",
        "self.ci95[0] > other.ci95[1]",
        "self.share > other.share",
        "tests/test_labels.py",
    ),
    Mutation(
        "mnist_core/labels.py",
        "(self.share + z2 / (2 * n)) / (1 + z2 / n)",
        "self.share",
        "tests/test_labels.py",
    ),
    Mutation(
        "mnist_core/labels.py", "max(0.0, middle - half)", "middle - half", "tests/test_labels.py"
    ),
    Mutation(
        "mnist_core/ink/raster.py",
        "(ink[:, 0] * 255).round().to(torch.uint8)",
        "(ink[:, 0] * 255).to(torch.uint8)",
        "tests/test_raster.py::test_stored_images_are_ink_again_and_255_is_full_ink",
    ),
    Mutation("mnist_core/ink/drawing.py", "if len(stroke) > 0]", "]", "tests/test_drawing.py"),
    Mutation(
        "mnist_core/ink/drawing.py", "isinstance(number, bool) or ", "", "tests/test_drawing.py"
    ),
    Mutation(
        "mnist_core/data/catalog.py",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c35",
        "tests/test_image_sets.py",
    ),
    Mutation(
        "mnist_core/data/catalog.py",
        "DATASETS[dataset].class_names if dataset in DATASETS else None",
        "DATASETS[dataset].class_names",
        "tests/test_image_sets.py::test_only_clothes_have_names_in_place_of_digits",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "gzip.GzipFile(fileobj=file) if is_packed else file",
        "gzip.GzipFile(fileobj=file)",
        "tests/test_image_sets.py::test_files_that_are_already_unpacked_are_read",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "except (gzip.BadGzipFile, EOFError, zlib.error):",
        "except (gzip.BadGzipFile, EOFError):",
        "tests/test_image_sets.py::test_a_damaged_archive_is_named_and_not_mended_behind_ones_back",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "except (gzip.BadGzipFile, EOFError, zlib.error):",
        "except (gzip.BadGzipFile, zlib.error):",
        "tests/test_image_sets.py::test_a_damaged_archive_is_named_and_not_mended_behind_ones_back",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "    named = os.environ.get(info.variable) if info.variable else None\n",
        "    named = None\n",
        "tests/test_image_sets.py::test_fashion_mnist_is_read_from_the_folder_that_the_variable_names",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "if _cache(name).is_dir():",
        "if False:",
        "tests/test_image_sets.py::test_fashion_mnist_is_downloaded_once_and_kept",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "isinstance(error, FileNotFoundError | NotADirectoryError)",
        "True",
        "tests/test_image_sets.py::test_a_file_that_cannot_be_read_is_named",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "except (RuntimeError, URLError, ConnectionError, TimeoutError, HTTPException) as error:",
        "except (URLError, ConnectionError, TimeoutError, HTTPException) as error:",
        "tests/test_image_sets.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "points = points + random.normal(*points.shape) * hand.jitter * care",
        "points = points + 0 * care",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "** hand.sharpness * mixable",
        "** hand.sharpness",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "mix = mix / mix.sum(dim=1, keepdim=True)",
        "mix = mix / mix.shape[1]",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "is_end = inner != torch.arange(inner.shape[1], device=inner.device)",
        "is_end = inner == torch.arange(inner.shape[1], device=inner.device)",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "points = points + _pick(offsets, templates.stroke[index])",
        "points = points + offsets[:, :1]",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "rounded = random.uniform(count) * (random.uniform(count) < hand.hasty) * (1 - straight)",
        "rounded = random.uniform(count) * (random.uniform(count) < hand.hasty)",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "return torch.stack([x, y], dim=-1).reshape(segments.shape) + UNIT / 2",
        "return torch.stack([x, y], dim=-1).reshape(segments.shape)",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py", "+ hand.mean_slant)", "- hand.mean_slant)", "tests/test_hand.py"
    ),
    Mutation(
        "mnist_core/data/hand.py",
        ".clamp(-2.3, 2.3) * hand.rotation",
        " * hand.rotation",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/hand.py",
        "* hand.taper).clamp(-0.4, 0.4)",
        "* hand.taper)",
        "tests/test_hand.py",
    ),
    Mutation(
        "mnist_core/data/template_tensors.py",
        "first = last + 1\n",
        "first = last\n",
        "tests/test_template_tensors.py",
    ),
    Mutation(
        "mnist_core/data/template_tensors.py",
        "numbers += [min(max(number, first + 1), last - 1) for number in range(first, last + 1)]",
        "numbers += [min(max(number, 1), last - 1) for number in range(first, last + 1)]",
        "tests/test_template_tensors.py",
    ),
    Mutation(
        "mnist_core/data/template_tensors.py",
        "row[:] = tensor[-1]",
        "pass",
        "tests/test_template_tensors.py",
    ),
    Mutation(
        "mnist_core/data/template_tensors.py",
        "torch.cat([basis[:1], middle, basis[-1:]])",
        "torch.cat([middle[:1], middle, middle[-1:]])",
        "tests/test_template_tensors.py",
    ),
    Mutation(
        "mnist_core/data/template_tensors.py",
        "repeat_interleave(points)",
        "repeat(len(strokes))[: int(points.sum())]",
        "tests/test_template_tensors.py",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "yield replace(step, planned=done)",
        "yield step",
        "tests/test_run.py",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "(self._steps - 1) // step.steps_per_epoch + 1",
        "self._steps // step.steps_per_epoch + 1",
        "tests/test_run.py",
    ),
    Mutation(
        "mnist_core/training/run.py", " and self._steps < step.planned:", ":", "tests/test_run.py"
    ),
    Mutation(
        "mnist_core/training/run.py",
        "SECONDS_BETWEEN_EVENTS = 0.1",
        "SECONDS_BETWEEN_EVENTS = 0.3",
        "tests/test_run.py",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "elapsed * (1 - fraction) / fraction",
        "elapsed / fraction",
        "tests/test_run.py",
    ),
    Mutation(
        "mnist_core/training/run.py",
        "self._watched = control is not None",
        "self._watched = True",
        "tests/test_fine_tuning.py::test_a_single_lesson_is_learnt_and_what_it_does_not_touch_stays",
    ),
    Mutation(
        "mnist_core/training/run.py",
        'zip(("data", "train", "evaluate"), spans, strict=True)',
        'zip(("train", "data", "evaluate"), spans, strict=True)',
        "tests/test_run.py",
    ),
    Mutation(
        "mnist_core/training/probe.py",
        "self._due = ended + (ended - begun) / SNAPSHOTS_SHARE",
        "self._due = ended",
        "tests/test_probe.py",
    ),
    Mutation("mnist_core/training/probe.py", "        model.eval()\n", "", "tests/test_probe.py"),
    Mutation(
        "mnist_core/training/probe.py",
        "torch.arange(min(HELD_BACK_IMAGES, len(held_back)))",
        "torch.arange(len(held_back))",
        "tests/test_probe.py",
    ),
    Mutation("mnist_core/training/probe.py", "if number < len(test)]", "]", "tests/test_probe.py"),
    Mutation(
        "mnist_core/training/probe.py",
        "probabilities[: len(self._images)]",
        "probabilities",
        "tests/test_probe.py",
    ),
    Mutation(
        "mnist_core/training/tutorial.py", "optimizer.zero_grad()", "pass", "tests/test_tutorial.py"
    ),
    Mutation(
        "mnist_core/training/tutorial.py",
        "planned = recipe.epochs * len(loader)",
        "planned = len(loader)",
        "tests/test_tutorial.py",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "control.drawing, control.finishing = asked.drawing, asked.finishing",
        "control.drawing = asked.drawing",
        "tests/test_worker.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/training/worker.py",
        "return fine_tune(output=output, control=control, **vars(self))",
        "return fine_tune(output=output, control=control, source=self.source, lessons=self.lessons)",
        "tests/test_worker.py::test_a_task_is_carried_out_as_it_says",
    ),
    Mutation(
        "mnist_core/files.py",
        "if folder.is_absolute():",
        "if str(folder) != '.':",
        "tests/test_files.py::test_the_users_folders_are_those_of_the_environment",
    ),
    Mutation(
        "mnist_core/files.py",
        'for name in (variable, "LOCALAPPDATA"):',
        "for name in (variable,):",
        "tests/test_files.py::test_the_users_folders_are_those_of_the_environment",
    ),
    Mutation(
        "mnist_core/files.py",
        "or Path(tempfile.gettempdir())",
        "",
        "tests/test_image_sets.py::test_without_a_home_folder_fashion_mnist_is_downloaded_all_the_same",
    ),
    Mutation(
        "mnist_core/files.py",
        "os.urandom(size)",
        "b''",
        "tests/test_files.py::test_room_is_found_where_a_file_of_the_size_can_be_written_and_nothing_stays",
    ),
    Mutation(
        "mnist_core/files.py",
        "    folder.mkdir(parents=True, exist_ok=True)\n    # At",
        "    # At",
        "tests/test_files.py::test_room_is_found_where_a_file_of_the_size_can_be_written_and_nothing_stays",
    ),
    Mutation(
        "mnist_core/__init__.py",
        "return sorted({*globals(), *__all__})",
        "return sorted(globals())",
        "tests/test_package.py::test_a_public_name_can_be_had_and_says_what_it_is",
    ),
    Mutation(
        "mnist_core/__init__.py",
        '    if name not in _SOURCES:\n        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")\n',
        "",
        "tests/test_package.py::test_a_name_that_is_not_public_is_an_attribute_error",
    ),
    Mutation(
        "mnist_core/__init__.py",
        '"fine_tune": ("mnist_core.training.fine_tuning", "fine_tune"),',
        '"fine_tune": ("mnist_core.training.loop", "train"),',
        "tests/test_package.py::test_type_checkers_are_told_the_names_that_python_finds",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "if len(self._runs) > MOST_WAITING:",
        "if len(self._runs) >= MOST_WAITING:",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "if len(self._runs) > MOST_WAITING:",
        "if len(self._runs) > MOST_WAITING + 1:",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "MOST_WAITING = 50",
        "MOST_WAITING = 5",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "            self._runs.append(run)",
        "            self._runs.insert(1, run)",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "if any(other.owner == run.owner for other in self._runs):",
        "if any(other.owner == run.owner for other in self._runs[:1]):",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "            for run in self._runs[1:]:\n                self._remove(run)\n",
        "pass",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "self._closed = True",
        "self._closed = False",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "run.job.close()",
        "run.job.stop()",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "self._remove(run)\n            run.record.remove()\n            raise",
        "raise",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "failures.append((run, str(error)))",
        "pass",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "            if run is not self._runs[0]:\n                self._remove(run)\n",
        "            if run is not self._runs[0]:\n                pass\n",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "(each for each in self._runs if each.owner == owner)",
        "(each for each in self._runs)",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "if run in self._runs:\n                    self._remove(run)",
        "if run in self._runs:\n                    self._runs.pop()",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "while self._runs and not self._closed:",
        "while self._runs:",
        "tests/test_training_queue.py",
        survives="once it is closed nobody waits, and nobody is let in",
    ),
    Mutation(
        "mnist_core/service/comparison.py",
        "return self.test[0].is_clearly_above(self.test[1])",
        "return self.test[1].is_clearly_above(self.test[0])",
        "tests/test_comparison.py",
    ),
    Mutation(
        "mnist_core/service/comparison.py",
        "_accuracy(new, held_back))",
        "_accuracy(new, corrections))",
        "tests/test_comparison.py",
    ),
    Mutation(
        "mnist_core/service/comparison.py",
        "read_strokes(each.strokes).best",
        "read_strokes(each.strokes).digit",
        "tests/test_comparison.py",
    ),
    Mutation(
        "mnist_core/service/limits.py",
        "if size > self._free or",
        "if size >= self._free or",
        "tests/test_limits.py",
    ),
    Mutation(
        "mnist_core/service/limits.py",
        "if size > self._free or",
        "if size > self._free + 1 or",
        "tests/test_limits.py",
    ),
    Mutation(
        "mnist_core/service/limits.py",
        "        future.add_done_callback(lambda _: self._free_again(size, owner))\n",
        "",
        "tests/test_limits.py",
    ),
    Mutation(
        "mnist_core/service/limits.py",
        "            self._free_again(size, owner)\n            raise",
        "            raise",
        "tests/test_limits.py",
    ),
    Mutation(
        "mnist_core/service/micro_batcher.py",
        "zip(batch, results, strict=True)",
        "zip(batch, reversed(results), strict=True)",
        "tests/test_micro_batcher.py",
    ),
    Mutation(
        "mnist_core/service/micro_batcher.py",
        "len(batch) < self._largest_batch",
        "len(batch) <= self._largest_batch",
        "tests/test_micro_batcher.py",
    ),
    Mutation(
        "mnist_core/service/micro_batcher.py",
        "if taken[0][1].set_running_or_notify_cancel():",
        "if taken[0][1].set_running_or_notify_cancel() or True:",
        "tests/test_micro_batcher.py",
    ),
    Mutation(
        "mnist_core/service/micro_batcher.py",
        "            for each in batch:\n                self._fulfill([each])",
        "            for each in batch:\n                each[1].set_exception(error)",
        "tests/test_micro_batcher.py",
    ),
    Mutation(
        "mnist_core/service/micro_batcher.py",
        "if len(batch) == 1:",
        "if len(batch) == 0:",
        "tests/test_micro_batcher.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "readings[index][model] = reading",
        "readings[indices[0]][model] = reading",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "if model in models_of[visitor].all",
        "if model",
        "tests/test_readings.py::test_drawings_that_wait_together_are_read_by_each_visitors_models_in_one_batch_a_model",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "for visitor in {each for each, _ in asked}",
        "for visitor in [each for each, _ in asked]",
        "tests/test_readings.py::test_the_models_of_one_visitor_are_looked_up_once_for_a_batch",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "            self._second(workspace),\n",
        "            None,\n",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "second = SecondReading(name, reading_by(model)",
        "second = SecondReading(name, reading_by(self.main)",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "model.info.dataset)\n        return",
        "self.main.info.dataset)\n        return",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "self._trainings.is_busy(workspace.key),",
        "False,",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        'ink = None if reading.state == "blank" else reading.ink',
        "ink = reading.ink",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "1 + points, lambda",
        "1, lambda",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "threads=PICTURES_AT_ONCE",
        "threads=4",
        "tests/test_readings.py",
    ),
    Mutation(
        "mnist_core/service/recognizers.py",
        "            self._loaded.move_to_end(path)\n",
        "",
        "tests/test_recognizers.py",
    ),
    Mutation(
        "mnist_core/service/recognizers.py",
        "self._loaded.get(path) or self._load(path)",
        "self._load(path)",
        "tests/test_recognizers.py",
    ),
    Mutation(
        "mnist_core/service/recognizers.py",
        "len(self._loaded) > MODELS_IN_MEMORY",
        "len(self._loaded) >= MODELS_IN_MEMORY",
        "tests/test_recognizers.py",
    ),
    Mutation(
        "mnist_core/service/recognizers.py",
        "        except MnistCoreError:\n            return self.built_in",
        "        except MnistCoreError:\n            raise",
        "tests/test_recognizers.py",
    ),
    Mutation(
        "mnist_core/service/run_record.py",
        "if record and not _goes_on(record)",
        "if record",
        "tests/test_run_record.py",
    ),
    Mutation(
        "mnist_core/service/run_record.py",
        "return max(lost.values()",
        "return min(lost.values()",
        "tests/test_run_record.py",
    ),
    Mutation(
        "mnist_core/service/run_record.py",
        'return _start_of(process) == record.get("started")',
        "return True",
        "tests/test_run_record.py",
    ),
    Mutation(
        "mnist_core/service/run_record.py",
        "            if self._path.exists():",
        "            if True:",
        "tests/test_run_record.py",
    ),
    Mutation(
        "mnist_core/service/run_record.py",
        "< LONGEST_RUN",
        "< 2 * LONGEST_RUN",
        "tests/test_run_record.py",
    ),
    Mutation(
        "mnist_core/service/service.py",
        "        self.workspaces.sweep_hourly(self.trainings.is_busy)\n",
        "",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/service.py",
        "    workspaces.sweep(trainings.is_busy)\n",
        "",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "            run.record.remove()\n            if run is not",
        "            if run is not",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        'if not (self._closed and run.job.status.state == "stopped"):\n                run.record.remove()',
        "pass",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        'if not (self._closed and run.job.status.state == "stopped"):',
        "if True:",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        'if not (self._closed and run.job.status.state == "stopped"):',
        "if not self._closed:",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "                run.record.end()",
        "                pass",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "return run, queue_position",
        "return run, queue_position + 1",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "if run.owner == owner:\n                    return run",
        "if True:\n                    return run",
        "tests/test_training_queue.py tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "        workspace.keep_candidate()\n",
        "",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "if not each.held_back]",
        "]",
        "tests/test_trainings.py::test_corrections_are_taught_to_the_model_in_use",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "        _check_room(workspace.candidates.folder)\n",
        "",
        "tests/test_trainings.py::test_a_folder_without_room_for_a_model_is_told_before_the_training",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "        workspace.outcome = RunOutcome()\n",
        "",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "        if self.is_busy(workspace.key):\n            return",
        "        if False:\n            return",
        "tests/test_trainings.py::test_a_second_training_of_the_same_visitor_is_refused_and_changes_nothing",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "found[0].job.watch(ink)",
        "self._queue._runs[0].job.watch(ink)",
        "tests/test_trainings.py::test_a_run_can_be_watched_finished_and_stopped_by_who_started_it",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "        remove_lost(workspace.runs)\n",
        "",
        "tests/test_trainings.py::test_who_waited_when_the_server_was_killed_is_told_until_the_next_run",
    ),
    Mutation(
        "mnist_core/service/trainings.py", " and output.exists():", ":", "tests/test_trainings.py"
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "output.unlink(missing_ok=True)",
        "pass",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "self._recognizers.of(workspace.chosen)",
        "self._recognizers.built_in",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "with workspace.lock:  # so that of many who ask at once one compares",
        "if True:",
        "tests/test_trainings.py::test_a_candidate_of_another_server_is_compared_once_however_many_ask_at_once",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "workspace.compared = (candidate_id, comparison)",
        "pass",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "workspace.compared[0] == candidate.id",
        "True",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "self._comparison(workspace) if run is None else None",
        "self._comparison(workspace)",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        'if run is None and comparison is None else ""',
        'if run is None else ""',
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        'replace(status, state="evaluating")',
        "status",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "RunOutcome(None, sentence)",
        'RunOutcome(None, "")',
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/trainings.py",
        "        workspace.note_change()\n",
        "",
        "tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "hexdigest()[:32] if self._public else OWNER",
        "hexdigest()[:32] if False else OWNER",
        "tests/test_trainings.py tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "DAYS_IN_FORGOTTEN = 7.0",
        "DAYS_IN_FORGOTTEN = 0.0",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "                _move(folder, forgotten, replace=True)",
        "                shutil.rmtree(folder)",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        " and not is_busy(folder.name)",
        "",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "return age if age >= timedelta() else None",
        "return age",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "        with contextlib.suppress(OSError):\n            _write_now(record)\n        return 0.0",
        "        return 0.0",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "                (forgotten / _FORGOTTEN).unlink(missing_ok=True)\n",
        "",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/visitor_folders.py",
        "        elif replace or not there.exists():",
        "        else:",
        "tests/test_visitor_folders.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "            write_atomically(self._choice, model_id.encode())",
        "            pass",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "return self.candidate or self.chosen",
        "return self.chosen or self.candidate",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        " or self._second_id == id_of(self.in_use):",
        ":",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "        self.keep_candidate()\n",
        "",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "        self._check(model_id)\n        self.keep",
        "        self.keep",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "            self._second_id = None\n\n",
        "            pass\n\n",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "                self.candidates.remove(candidate.id)",
        "                pass",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspace.py",
        "except (OSError, UnicodeDecodeError):",
        "except OSError:",
        "tests/test_workspace.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        "if key in self._open or self._folders.has(key) else None",
        "",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        "if key in self._open or self._folders.has(key)",
        "if key in self._open",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        "        self._folders.note_visit(key)\n",
        "",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        "            self._open.move_to_end(key)\n",
        "",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        "len(self._open) > WORKSPACES_IN_MEMORY",
        "len(self._open) >= WORKSPACES_IN_MEMORY",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        "                self._open.pop(key, None)",
        "                pass",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/service/workspaces.py",
        ">= SECONDS_BETWEEN_SWEEPS:",
        ">= 0:",
        "tests/test_workspaces.py",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "len(name) > LONGEST_NAME",
        "len(name) >= LONGEST_NAME",
        "tests/test_model_store.py",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "MODELS_KEPT = 50",
        "MODELS_KEPT = 500",
        "tests/test_model_store.py::test_fifty_models_are_kept",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "        and character not in _TURNING\n",
        "",
        "tests/test_model_store.py::test_a_name_may_be_60_characters_long_and_signs_that_turn_it_are_taken_out",
    ),
    Mutation(
        "mnist_core/storage/file_store.py",
        "        remove_abandoned(folder)",
        "        pass",
        "tests/test_model_store.py::test_a_shelf_that_is_opened_is_rid_of_what_killed_servers_left",
    ),
    Mutation(
        "mnist_core/storage/file_store.py",
        "        if not self.is_id(item_id):\n            raise self._missing()\n",
        "",
        "tests/test_corrections.py tests/test_model_store.py",
    ),
    Mutation(
        "mnist_core/storage/file_store.py",
        "return sorted(each for each in ids if self.is_id(each))",
        "return [each for each in ids if self.is_id(each)]",
        "tests/test_corrections.py tests/test_model_store.py",
    ),
    Mutation(
        "mnist_core/storage/file_store.py",
        "            except FileNotFoundError:\n                names = []",
        "            except OSError:\n                names = []",
        "tests/test_corrections.py tests/test_model_store.py",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "                file.unlink()",
        "                pass",
        "tests/test_model_store.py tests/test_trainings.py",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        ">= MODELS_KEPT:",
        "> MODELS_KEPT:",
        "tests/test_model_store.py::test_a_full_shelf_takes_a_model_only_in_the_place_of_itself",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "if model.id != model_id]",
        "]",
        "tests/test_model_store.py::test_a_full_shelf_takes_a_model_only_in_the_place_of_itself",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "self._known.pop(gone, None)",
        "pass",
        "tests/test_model_store.py::test_the_shelf_forgets_the_headers_of_models_that_are_gone",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "status.st_mtime_ns, status.st_size)",
        "0, 0)",
        "tests/test_model_store.py::test_a_damaged_file_that_is_mended_is_listed",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "if not file.samefile(target):",
        "if True:",
        "tests/test_model_store.py::test_a_model_that_is_put_where_it_is_stays",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        "reverse=True",
        "reverse=False",
        "tests/test_model_store.py::test_the_newest_model_is_first",
    ),
    Mutation(
        "mnist_core/storage/models.py",
        'id_pattern = re.compile("[0-9a-f]{12}")',
        'id_pattern = re.compile("[0-9a-f./]*")',
        "tests/test_model_store.py::test_an_id_that_is_none_opens_no_file",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "HELD_BACK = 5",
        "HELD_BACK = 4",
        "tests/test_corrections.py::test_of_the_tenth_and_then_each_fifth_drawing_it_is_known_for_ever_that_it_is_held_back",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "ENOUGH = 10",
        "ENOUGH = 11",
        "tests/test_corrections.py::test_of_the_tenth_and_then_each_fifth_drawing_it_is_known_for_ever_that_it_is_held_back",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "and held_back < count // HELD_BACK - 1",
        "",
        "tests/test_corrections.py::test_as_others_are_deleted_and_drawn_anew_no_more_of_them_are_held_back",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "DECIMALS = 1",
        "DECIMALS = 0",
        "tests/test_corrections.py::test_points_are_rounded_to_a_tenth",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "(np.round(stroke, DECIMALS) + 0.0)",
        "np.round(stroke, DECIMALS)",
        "tests/test_corrections.py::test_no_number_is_kept_with_a_sign_that_says_nothing",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "STROKES_KEPT = 50",
        "STROKES_KEPT = 500",
        "tests/test_corrections.py::test_what_has_more_strokes_than_a_digit_is_refused",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "if len(drawing) > STROKES_KEPT:",
        "if len(drawing) >= STROKES_KEPT:",
        "tests/test_corrections.py::test_of_a_very_slow_hand_fewer_points_are_kept_and_they_read_the_same",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "POINTS_KEPT = 400",
        "POINTS_KEPT = 40",
        "tests/test_corrections.py::test_of_a_very_slow_hand_fewer_points_are_kept_and_they_read_the_same",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "SMALLEST = PAD_SIZE / 10",
        "SMALLEST = PAD_SIZE / 5",
        "tests/test_corrections.py::test_a_drawing_of_28_pixels_or_more_is_not_enlarged",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "if 0 < extent < SMALLEST:",
        "if 0 < extent < 1e-9:",
        "tests/test_corrections.py::test_a_drawing_that_is_kept_reads_as_the_one_that_was_drawn",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "LARGEST_SET = 4_000_000",
        "LARGEST_SET = 40_000_000",
        "tests/test_corrections.py::test_a_small_file_that_unpacks_to_a_large_one_is_refused",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "DRAWINGS_KEPT = 500",
        "DRAWINGS_KEPT = 501",
        "tests/test_corrections.py::test_no_more_drawings_are_kept_than_may_be",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "if len(kept) + wanted > DRAWINGS_KEPT:",
        "if len(kept) + wanted >= DRAWINGS_KEPT:",
        "tests/test_corrections.py::test_no_more_drawings_are_kept_than_may_be",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "self._path(correction.id).unlink()",
        "pass",
        "tests/test_corrections.py::test_a_full_disk_is_told_in_one_sentence_and_adds_nothing",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "if type(label) is not int or not 0 <= label < DIGITS:",
        "if not isinstance(label, int) or not 0 <= label < DIGITS:",
        "tests/test_corrections.py::test_a_label_that_is_no_digit_is_refused",
    ),
    Mutation(
        "mnist_core/storage/corrections.py",
        "[0-9]{20}-[0-9a-f]{4}t?",
        "[0-9./]*-?[0-9a-f]*t?",
        "tests/test_corrections.py::test_an_id_that_is_none_opens_no_file",
    ),
    Mutation(
        "mnist_core/web/http/read_route.py",
        "if app.auth is None and app.auth_dependency is None:",
        "if app.auth is None:",
        "tests/test_read_route.py::test_where_somebody_else_says_who_may_come_in_their_word_holds",
    ),
    Mutation(
        "mnist_core/web/http/read_route.py",
        'request.scope["root_path"] + "/gradio_api/login_check"',
        '"/gradio_api/login_check"',
        "tests/test_read_route.py::test_behind_a_proxy_too_only_who_has_logged_in_is_read_for",
    ),
    Mutation(
        "mnist_core/web/http/read_route.py",
        'pad_content({**asked, "picture": None})',
        "pad_content(asked)",
        "tests/test_read_route.py::test_a_file_of_the_server_can_not_be_asked_for",
    ),
    Mutation(
        "mnist_core/web/http/guard.py",
        'received += len(message.get("body", b""))',
        "pass",
        "tests/test_app.py::test_a_request_that_does_not_say_how_long_it_is_is_refused_once_it_is_too_long",
    ),
    Mutation(
        "mnist_core/web/http/guard.py",
        "if declared.isdigit() and int(declared) > MAX_BODY:",
        "if False:",
        "tests/test_app.py::test_a_request_too_large_to_be_a_drawing_is_refused",
        survives="the limit on what really comes answers the same, only later",
    ),
    Mutation(
        "mnist_core/web/http/guard.py",
        "_REFUSALS = {400: 400, 422: 422, 500: 400}",
        "_REFUSALS = {400: 400, 422: 422}",
        "tests/test_app.py::test_a_bad_drawing_by_plain_http_is_refused_in_one_sentence",
    ),
    Mutation(
        "mnist_core/web/http/guard.py",
        "exc_info=True",
        "exc_info=False",
        "tests/test_app.py::test_a_fault_of_the_server_leaves_its_traceback_in_the_log",
    ),
    Mutation(
        "mnist_core/web/page.py",
        "html.escape(notice, quote=False)",
        "notice",
        "tests/test_app.py::test_the_page_shows_the_notice_as_text",
    ),
    Mutation(
        "mnist_core/web/page.py",
        '            "state_session_capacity": SESSIONS,\n',
        "",
        "tests/test_app.py::test_what_is_kept_of_callers_does_not_pile_up",
    ),
    Mutation(
        "mnist_core/web/page.py",
        '            "max_file_size": LARGEST_FILE,\n',
        "",
        "tests/test_app.py::test_a_file_larger_than_a_picture_may_be_is_not_taken",
    ),
    Mutation(
        "mnist_core/web/page.py",
        "add_api(service.readings)  # first",
        "pass  # first",
        "tests/test_app.py::test_the_api_offers_these_two_and_nothing_else",
    ),
    Mutation(
        "mnist_core/web/page.py",
        "training = TrainingCard(public)",
        "training = TrainingCard(False)",
        "tests/test_app.py::test_strangers_are_not_offered_the_recipe_that_takes_half_an_hour",
    ),
    Mutation(
        "mnist_core/web/card.py",
        '    "queue": False,\n',
        "",
        "tests/test_app.py::test_no_call_waits_in_gradios_queue_unless_its_caller_wants_it",
    ),
    Mutation(
        "mnist_core/web/card.py",
        "notes.get(card, NO_NOTE)",
        "next(iter(notes.values()), NO_NOTE)",
        "tests/test_card.py",
    ),
    Mutation(
        "mnist_core/web/card.py",
        "self.shown(visitor, shown, {by: note})",
        "self.shown(visitor, shown, {shown[-1]: note})",
        "tests/test_card.py",
    ),
    Mutation(
        "mnist_core/web/card.py",
        "note = Note(str(error), failed=True)",
        "note = Note(str(error))",
        "tests/test_card.py",
    ),
    Mutation(
        "mnist_core/web/card.py",
        "shown = self.cards if shows is None else shows",
        "shown = self.cards",
        "tests/test_card.py",
    ),
    Mutation(
        "mnist_core/web/card.py",
        "if isinstance(value, str) and SHORTEST_VISITOR <= len(value)",
        "if isinstance(value, str) and 1 <= len(value)",
        "tests/test_card.py",
    ),
    Mutation(
        "mnist_core/web/api.py",
        "answered = await asyncio.wrap_future(readings.submit(API_CALLER, content))",
        "answered = await asyncio.wrap_future(readings.submit(API_CALLER, content))\n            readings.watch(API_CALLER, answered)",
        "tests/test_app.py::test_what_the_api_reads_is_not_watched_by_a_network_that_learns",
    ),
    Mutation(
        "mnist_core/web/api.py",
        "if not is_file_obj_with_meta(picture):",
        "if False:",
        "tests/test_app.py::test_a_picture_that_lies_on_the_server_is_not_read",
    ),
    Mutation(
        "mnist_core/web/training/settings.py",
        "or (public and name in LONG_RECIPES)",
        "",
        "tests/test_training_settings.py",
    ),
    Mutation(
        "mnist_core/web/training/settings.py",
        "if public and recipe.epochs > EPOCHS_OF_STRANGERS:",
        "if public and recipe.epochs > 2 * EPOCHS_OF_STRANGERS:",
        "tests/test_training_settings.py",
    ),
    Mutation(
        "mnist_core/web/training/settings.py",
        "hidden = LONG_RECIPES if public else frozenset()",
        "hidden = frozenset()",
        "tests/test_training_settings.py",
    ),
    Mutation(
        "mnist_core/web/training/settings.py",
        "return TrainTask(recipe, dataset, device, int(seed))",
        "return TrainTask(recipe, dataset, device)",
        "tests/test_training_settings.py",
    ),
    Mutation(
        "mnist_core/web/training/settings.py",
        "new if value == old else gr.skip()",
        "new",
        "tests/test_training_settings.py",
    ),
    Mutation(
        "mnist_core/web/training/card.py",
        "task_of(settings, service.workspaces.public, service.device)",
        "task_of(settings, False, service.device)",
        "tests/test_training_card.py",
    ),
    Mutation(
        "mnist_core/web/training/card.py",
        "            events.watch(visitor, payload)\n",
        "",
        "tests/test_training_card.py",
    ),
    Mutation(
        "mnist_core/web/training/card.py",
        "[self] if is_active else events.cards",
        "events.cards",
        "tests/test_training_card.py",
    ),
    Mutation(
        "mnist_core/web/training/card.py",
        '"Stop" if is_training or not state.active else "Leave"',
        '"Stop"',
        "tests/test_training_card.py",
    ),
    Mutation(
        "mnist_core/web/training/panel.py",
        'if run_state in ("evaluating", "finished"):',
        'if run_state == "finished":',
        "tests/test_training_panel.py",
    ),
    Mutation(
        "mnist_core/web/training/panel.py",
        "each.fraction / planned",
        "each.fraction",
        "tests/test_training_panel.py",
    ),
    Mutation(
        "mnist_core/web/corrections/card.py",
        "visitor.workspace.corrections.add(content.strokes, label)",
        "visitor.workspace.corrections.add(content.strokes, 7)",
        "tests/test_corrections_card.py::test_a_drawing_is_kept_under_the_label_that_was_clicked",
    ),
    Mutation(
        "mnist_core/web/corrections/card.py",
        "corrections.remove(drawing)",
        "pass",
        "tests/test_corrections_card.py::test_a_removed_drawing_is_gone_and_the_others_stay",
    ),
    Mutation(
        "mnist_core/web/corrections/card.py",
        "corrections.relabel(drawing, label)",
        "pass",
        "tests/test_corrections_card.py::test_a_drawing_gets_another_label_and_the_others_keep_theirs",
    ),
    Mutation(
        "mnist_core/web/corrections/card.py",
        "if content.picture is not None or label is None:",
        "if label is None:",
        "tests/test_corrections_card.py::test_what_is_no_drawing_or_no_digit_is_not_kept",
        survives="a picture on the pad leaves no strokes, which are refused",
    ),
    Mutation(
        "mnist_core/web/corrections/card.py",
        "count = corrections.add_set(unpacked)",
        "count = 2",
        "tests/test_corrections_card.py::test_the_drawings_are_exported_and_added_again",
    ),
    Mutation(
        "mnist_core/web/models/card.py",
        "workspace.read_beside(model)",
        "pass",
        "tests/test_models_card.py",
    ),
    Mutation(
        "mnist_core/web/models/card.py",
        "workspace.delete(model)",
        "pass",
        "tests/test_models_card.py",
    ),
    Mutation(
        "mnist_core/web/models/card.py",
        "stored = workspace.models.get(model)",
        "stored = workspace.models.entries()[0]",
        "tests/test_models_card.py",
    ),
    Mutation(
        "mnist_core/web/models/card.py",
        "if model == BUILT_IN and self._built_in.path:",
        "if False:",
        "tests/test_models_card.py",
    ),
    Mutation(
        "mnist_core/web/downloads.py",
        '"serial": next(_serial)',
        '"serial": 1',
        "tests/test_models_card.py",
    ),
    Mutation(
        "mnist_core/web/assets.py",
        "_FOLDER.rglob(",
        "_FOLDER.glob(",
        "tests/test_app.py::test_every_folder_of_the_page_brings_its_own_styles",
    ),
    Mutation(
        "mnist_core/web/workarounds/first_script.py",
        '.removeprefix(scope.get("root_path", ""))',
        "",
        "tests/test_first_script.py",
    ),
    Mutation(
        "mnist_core/web/workarounds/first_script.py",
        "int(value) + more",
        "int(value)",
        "tests/test_first_script.py",
    ),
    Mutation(
        "app.py",
        'default="SPACE_ID" in os.environ',
        "default=False",
        "tests/test_app.py::test_the_environment_sets_host_and_port_and_a_space_is_public",
    ),
    Mutation(
        "app.py",
        'page = _page(service, " ".join(notices))',
        'page = _page(service, "")',
        "tests/test_app.py::test_where_the_home_cannot_be_used_the_page_says_so_and_nothing_is_left",
    ),
    Mutation(
        "app.py",
        "    atexit.register(shutil.rmtree, folder, ignore_errors=True)\n",
        "",
        "tests/test_app.py::test_where_the_home_cannot_be_used_the_page_says_so_and_nothing_is_left",
    ),
    Mutation(
        "app.py",
        "1 <= int(text) <= 65535",
        "1 <= int(text)",
        "tests/test_app.py::test_a_mistake_in_the_arguments_is_one_line_and_exit_2",
    ),
    Mutation(
        "app.py",
        "if not user or not password:",
        "if not password:",
        "tests/test_app.py::test_a_mistake_in_the_arguments_is_one_line_and_exit_2",
    ),
    Mutation(
        "app.py",
        '        _check_port(options.host or "127.0.0.1", options.port)\n',
        "        pass\n",
        "tests/test_app.py::test_a_taken_port_is_one_line_and_exit_2",
    ),
    Mutation(
        "mnist_core/web/training/scales.js",
        "if (end < seen) floor = 0;",
        "",
        "tests/browser/test_scripts.py",
    ),
    Mutation(
        "mnist_core/web/training/scales.js",
        "const last = above < 0 ? ticks.length - 1 : Math.max",
        "const last = Math.max",
        "tests/browser/test_scripts.py",
    ),
    Mutation(
        "mnist_core/web/corrections/thumbnail.js",
        "Math.max(right - left, bottom - top, 1)",
        "Math.max(right - left, 1)",
        "tests/browser/test_scripts.py",
    ),
    Mutation(
        "mnist_core/web/pad/points.js",
        "< SMALLEST_STEP) return false;",
        "< SMALLEST_STEP) return true;",
        "tests/browser/test_scripts.py",
    ),
    Mutation(
        "mnist_core/web/pad/pad.js",
        '"number": ${number}, ',
        "",
        "tests/browser/test_reading.py::test_a_seven_drawn_with_the_mouse_is_read_as_seven",
    ),
    Mutation(
        "mnist_core/web/reading/reading.js",
        "if (reading.drawing < newest.drawing) return;",
        "",
        "tests/browser/test_reading.py::test_no_older_answer_overwrites_a_newer_one_and_the_last_stroke_is_read",
    ),
    Mutation(
        "mnist_core/web/workarounds/storage.js",
        "if (isKept(name)) continue;",
        "continue;",
        "tests/browser/test_storage.py::test_by_itself_the_page_works_and_says_what_is_not_kept",
    ),
    Mutation(
        "mnist_core/web/cards.js",
        "if (!file || file.serial === saved) return;",
        "if (!file) return;",
        "tests/browser/test_cards.py::test_a_model_is_saved_once",
        survives="Gradio shows a value once; the check is for a page that shows it again",
    ),
    Mutation(
        "mnist_core/web/models/models.js",
        'else if (event.key === "Escape") endRenaming(row, false);',
        'else if (event.key === "Escape") endRenaming(row, true);',
        "tests/browser/test_cards.py::test_a_model_is_renamed_by_keyboard",
    ),
    Mutation(
        "mnist_core/ending.py",
        "os._exit(0)",
        "sys.exit(0)",
        "tests/test_ending.py -k asked",
    ),
    Mutation(
        "mnist_core/ending.py",
        "steps.join(SECONDS_TO_END)",
        "steps.join()",
        "tests/test_ending.py -k holds",
    ),
    Mutation(
        "mnist_core/ending.py",
        "        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)\n",
        "",
        "tests/test_ending.py -k heard",
    ),
    Mutation(
        "app.py",
        "    ending.callback(service.close)\n",
        "",
        "tests/test_ending.py -k clients",
    ),
    Mutation(
        "app.py",
        '    ending.callback(logging.getLogger("uvicorn.error").setLevel, logging.CRITICAL + 1)\n',
        "",
        "tests/test_ending.py -k clients",
    ),
    Mutation(
        "mnist_core/web/workarounds/own_address.py",
        "        del environment[name]\n",
        "        pass\n",
        "tests/test_own_address.py -k dropped",
    ),
    Mutation(
        "mnist_core/web/workarounds/own_address.py",
        'environment["no_proxy"] = environment["NO_PROXY"] =',
        'environment["NO_PROXY"] =',
        "tests/test_own_address.py -k join",
    ),
    Mutation(
        "mnist_core/web/workarounds/idle_queue.py",
        "self._called = time.monotonic()",
        "self._called = 0.0",
        "tests/test_idle_queue.py",
    ),
    Mutation(
        "mnist_core/service/turns.py",
        "self._waiting[owner] = items  # the last from now on",
        "self._waiting[owner] = items\n                self._waiting.move_to_end(owner, last=False)",
        "tests/test_turns.py",
    ),
    Mutation(
        "mnist_core/service/limits.py",
        " or self._taken[owner] + size > self._of_one",
        "",
        "tests/test_limits.py",
    ),
    Mutation(
        "mnist_core/service/limits.py",
        "                del self._taken[owner]",
        "                pass",
        "tests/test_limits.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "thinned(parse_drawing(content.strokes), MOST_POINTS)",
        "parse_drawing(content.strokes)",
        "tests/test_readings.py -k scribble",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "self._drawings.submit((visitor, drawing), address), address",
        "self._drawings.submit((visitor, drawing)), address",
        "tests/test_readings.py -k turn",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "        return not self._is_closed\n",
        "        return True\n",
        "tests/test_health_route.py",
    ),
    Mutation(
        "mnist_core/service/readings.py",
        "        self._last_read = time.monotonic()\n",
        "",
        "tests/test_health_route.py -k often",
    ),
    Mutation(
        "mnist_core/service/picture_process.py",
        "            self._drop(child)\n            child = None\n",
        "            child = None\n",
        "tests/test_picture_process.py -k long",
    ),
    Mutation(
        "mnist_core/service/picture_process.py",
        "resource.setrlimit(resource.RLIMIT_AS, (most, most))",
        "pass",
        "tests/test_picture_process.py -k memory",
    ),
    Mutation(
        "mnist_core/service/picture_process.py",
        "or not child.is_alive:",
        "or False:",
        "tests/test_picture_process.py -k killed",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "            gone = [run for run in self._runs[1:]",
        "            gone = [run for run in self._runs",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "self._count_of(run.address) >= MOST_OF_ADDRESS",
        "self._count_of(run.address) > MOST_OF_ADDRESS",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/service/training_queue.py",
        "            timer.cancel()\n",
        "            pass\n",
        "tests/test_training_queue.py",
    ),
    Mutation(
        "mnist_core/web/training/card.py",
        "SECONDS_BETWEEN_LOOKS * (1 + state.queue_position)",
        "SECONDS_BETWEEN_LOOKS",
        "tests/test_training_card.py -k less",
    ),
    Mutation(
        "mnist_core/web/training/card.py",
        "            trainings.look(visitor.workspace)\n",
        "",
        "tests/test_training_card.py -k place",
    ),
    Mutation(
        "mnist_core/web/http/asked_from.py",
        "token = ADDRESS.set(address)",
        'token = ADDRESS.set("")',
        "tests/test_asked_from.py",
    ),
    Mutation(
        "mnist_core/web/http/asked_from.py",
        "if declared.isdigit() else MAX_BODY",
        "if declared.isdigit() else 0",
        "tests/test_asked_from.py",
    ),
    Mutation(
        "mnist_core/data/image_sets.py",
        "    socket.setdefaulttimeout(SECONDS_WITHOUT_DATA)  # torchvision sets none\n",
        "",
        "tests/test_image_sets.py -k never_answers",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main())
