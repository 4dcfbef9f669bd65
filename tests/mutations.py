"""Faults put into the program one at a time, to see that its tests would notice each.

``python -m tests.mutations [WORD …]`` tries those of the files that a word is part of, or all. It
takes some seconds a fault, so it is run by hand. Each fault goes into a scratch copy of the
project, never into the project itself.
"""

# ruff: noqa: E501 (faults are quoted as they stand)
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 300  # seconds; a fault that makes the tests hang has been noticed, too
LEAST_KILLED = 0.95

KILLED, SURVIVED, EXPLAINED = "killed", "SURVIVED", "explained"
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
        return KILLED
    if status > 1:  # pytest's word for tests that could not be run at all
        return NOT_APPLICABLE
    if status == 1:
        return KILLED
    return EXPLAINED if mutation.survives else SURVIVED


def main() -> int:
    """Try the mutations; return 1 if too few are killed, or one can't be tried."""
    words = sys.argv[1:]
    chosen = [each for each in MUTATIONS if not words or any(word in each.file for word in words)]
    counts: Counter[str] = Counter()
    for number, mutation in enumerate(chosen, start=1):
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            result = outcome(mutation, Path(folder))
        counts[result] += 1
        change = f"{mutation.find.strip()!r} -> {mutation.replace.strip()!r}"
        print(f"{number:3} {result:14} {mutation.file}: {change}", flush=True)
        if result == EXPLAINED:
            print(f"{'':18} {mutation.survives}")
    tried = counts[KILLED] + counts[SURVIVED]
    share = counts[KILLED] / max(1, tried)
    print(
        f"{len(chosen)} faults: {counts[KILLED]} killed of {tried} ({share:.0%}), "
        f"{counts[EXPLAINED]} that no test can notice, {counts[NOT_APPLICABLE]} not applicable"
    )
    return int(share < LEAST_KILLED or counts[NOT_APPLICABLE] > 0)


MUTATIONS = (
    Mutation(
        "mnist_core/calibration.py",
        "replace(unset, reject_below=threshold)",
        "replace(unset, reject_below=0.0)",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "REJECTED_SHARE = 0.003",
        "REJECTED_SHARE = 0.015",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "everything = torch.cat([logits, read_logits(model, pens)]) if len(pens) else logits",
        "everything = logits",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "_fit_temperature(logits, labels))",
        "_fit_temperature(torch.cat([logits, read_logits(model, pens)]), torch.cat([labels, labels[: len(pens)]])))",
        "tests/test_calibration.py::test_pen_digits_do_not_change_the_temperature",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "logits.float() / calibration.temperature, dim=1",
        "logits.float(), dim=1",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "confidence = digits.amax(dim=1)",
        "confidence = (digits / digits.sum(dim=1, keepdim=True)).amax(dim=1)",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        ".float().div_(255)).float()",
        ".float()).float()",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "losses.argmin()",
        "losses.argmax()",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "torch.logspace(-1, 1, 463",
        "torch.logspace(0, 1, 463",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/calibration.py",
        "sure_above: float = 0.9",
        "sure_above: float = 0.8",
        "tests/test_calibration.py",
    ),
    Mutation(
        "mnist_core/training.py",
        "fitted = calibration.calibrate(model, validation.images, validation.labels, pens)",
        "fitted = calibration.Calibration()",
        "tests/test_training.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training.py",
        "calibrate(model, validation.images, validation.labels, pens)",
        "calibrate(model, test.images, test.labels, pens)",
        "tests/test_training.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training.py",
        "calibration=fitted,",
        "calibration=replace(fitted, reject_below=0.5),",
        "tests/test_training.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training.py",
        "validation.labels, pens)",
        "validation.labels, pens[:0])",
        "tests/test_training.py::test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits",
    ),
    Mutation(
        "mnist_core/training.py",
        "pen_styles.render(pen_styles.sample_digits(PENS_TO_ACCEPT",
        "pen_styles.render(pen_styles.sample_others(PENS_TO_ACCEPT",
        "tests/test_training.py::test_the_pen_digits_to_accept_are_digits_that_the_shipped_weights_read",
    ),
    Mutation(
        "mnist_core/training.py",
        "ink = augment(ink, recipe.augmentation, generator, margin)",
        "ink = ink[..., margin : 28 - margin, margin : 28 - margin]",
        "tests/test_training.py::test_images_are_augmented_as_the_recipe_says_and_each_epoch_anew",
    ),
    Mutation(
        "mnist_core/training.py",
        "(recipe.pen_digits, pen_styles.sample_digits)",
        "(recipe.pen_digits, pen_styles.sample_others)",
        "tests/test_training.py::test_what_is_mixed_in_is_what_its_labels_say",
    ),
    Mutation(
        "mnist_core/training.py",
        "ImageSet(pen_styles.render(drawn, generator), drawn.labels)",
        "ImageSet(pen_styles.render(pen_styles.sample_others(count, generator), generator), drawn.labels)",
        "tests/test_training.py::test_what_is_mixed_in_is_what_its_labels_say",
    ),
    Mutation(
        "mnist_core/training.py",
        "label_smoothing=recipe.label_smoothing",
        "label_smoothing=0.0",
        "tests/test_training.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training.py",
        "recipe.learning_rate, recipe.weight_decay,",
        "recipe.learning_rate, 0.0,",
        "tests/test_training.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training.py",
        "recipe.muon_factor * recipe.learning_rate",
        "recipe.learning_rate",
        "tests/test_training.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training.py",
        "max_lr=optimizer.rates,",
        "max_lr=optimizer.rates[0],",
        "tests/test_training.py::test_loss_and_optimizer_are_those_of_the_recipe",
    ),
    Mutation(
        "mnist_core/training.py",
        "margin = MARGIN if",
        "margin = 0 if",
        "tests/test_training.py::test_the_first_steps_see_images_without_their_margin",
    ),
    Mutation(
        "mnist_core/training.py",
        "recipe.cropped * schedule.steps",
        "recipe.cropped * steps / 2",
        "tests/test_training.py::test_the_first_steps_see_images_without_their_margin",
    ),
    Mutation(
        "mnist_core/training.py",
        "if recipe.redraw and epoch > 0:",
        "if epoch > 0:",
        "tests/test_training.py::test_pen_strokes_are_drawn_anew_for_each_epoch_if_the_recipe_says_so",
    ),
    Mutation(
        "mnist_core/training.py",
        "if recipe.redraw and epoch > 0:",
        "if recipe.redraw and epoch > 1:",
        "tests/test_training.py::test_pen_strokes_are_drawn_anew_for_each_epoch_if_the_recipe_says_so",
    ),
    Mutation(
        "mnist_core/training.py",
        "torch.arange(min(recipe.images, len(training)))",
        "torch.arange(len(training))",
        "tests/test_training.py::test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order",
    ),
    Mutation(
        "mnist_core/training.py",
        "order = torch.randperm(len(mixture), generator=generator, device=place)",
        "order = torch.arange(len(mixture), device=place)",
        "tests/test_training.py::test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order",
    ),
    Mutation(
        "mnist_core/training.py",
        "order[: steps * recipe.batch_size].split",
        "order[recipe.batch_size :].split",
        "tests/test_training.py::test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order",
    ),
    Mutation(
        "mnist_core/training.py",
        "generator = torch.Generator(place).manual_seed(seed)",
        "generator = torch.Generator(place).manual_seed(0)",
        "tests/test_training.py::test_a_seed_says_the_order_and_the_pen_strokes",
    ),
    Mutation(
        "mnist_core/training.py",
        "strokes_generator = torch.Generator().manual_seed(seed)",
        "strokes_generator = torch.Generator().manual_seed(0)",
        "tests/test_training.py::test_a_seed_says_the_order_and_the_pen_strokes",
    ),
    Mutation(
        "mnist_core/training.py",
        "torch.manual_seed(seed)\n    model",
        "torch.manual_seed(0)\n    model",
        "tests/test_training.py::test_a_seed_says_the_first_weights_and_goes_on_to_the_loop",
    ),
    Mutation(
        "mnist_core/training.py",
        "steps = fit(model, recipe, training.to(place), seed, viewer)",
        "steps = fit(model, recipe, training.to(place), 0, viewer)",
        "tests/test_training.py::test_a_seed_says_the_first_weights_and_goes_on_to_the_loop",
    ),
    Mutation(
        "mnist_core/training.py",
        "steps = fit(model, recipe, training.to(place), seed, viewer)",
        "steps = fit(model, recipe, validation.to(place), seed, viewer)",
        "tests/test_training.py::test_neither_images_held_back_nor_test_images_are_trained_on",
    ),
    Mutation(
        "mnist_core/training.py",
        "training, validation = datasets.split_validation(datasets.load(dataset, train=True))",
        "training = datasets.load(dataset, train=True)\n    _, validation = datasets.split_validation(training)",
        "tests/test_training.py::test_neither_images_held_back_nor_test_images_are_trained_on",
    ),
    Mutation(
        "mnist_core/training.py",
        "optimizer.zero_grad()\n    loss.backward()",
        "loss.backward()",
        "tests/test_training.py::test_a_step_follows_the_gradient_of_its_own_batch",
    ),
    Mutation(
        "mnist_core/training.py",
        "pct_start=0.2",
        "pct_start=0.5",
        "tests/test_training.py::test_the_rate_rises_to_the_recipes_in_a_fifth_of_the_steps_and_falls_to_nothing",
    ),
    Mutation(
        "mnist_core/training.py",
        "rate * (self.steps - self.done) / left",
        "rate",
        "tests/test_training.py::test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/training.py",
        "left = max(SHORTEST_COOLDOWN, round(COOLDOWN * self.done))",
        "left = SHORTEST_COOLDOWN",
        "tests/test_training.py::test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/training.py",
        "pen_others=0, cropped=0.0)",
        "pen_others=0)",
        "tests/test_training.py::test_the_tutorials_network_learns_from_whole_images_of_digits_alone",
    ),
    Mutation(
        "mnist_core/training.py",
        "count = recipe.images + recipe.pen_digits + recipe.pen_others",
        "count = recipe.images",
        "tests/test_training.py::test_more_clothes_take_the_place_of_the_pen_strokes_that_they_have_none_of",
    ),
    Mutation(
        "mnist_core/training.py",
        "held_back = None if recipe.tutorial else validation",
        "held_back = validation",
        "tests/test_training.py::test_the_tutorial_ends_at_once_when_it_is_asked_to_finish",
    ),
    Mutation(
        "mnist_core/training.py",
        "model.train(mode)",
        "model.train(False)",
        "tests/test_training.py::test_who_watches_sees_test_images_and_the_own_drawing_read",
    ),
    Mutation(
        "mnist_core/training.py",
        "ink = torch.from_numpy(watched)[None]",
        "ink = torch.from_numpy(watched).T[None]",
        "tests/test_training.py::test_who_watches_sees_test_images_and_the_own_drawing_read",
    ),
    Mutation(
        "mnist_core/training.py",
        "test_right=evaluation.count_right(model, test)",
        "test_right=evaluation.count_right(model, validation)",
        "tests/test_training.py::test_a_recipe_leads_from_the_data_to_a_weight_file_that_reads",
    ),
    Mutation(
        "mnist_core/training.py",
        "epochs=round(epochs, 2)",
        "epochs=recipe.epochs",
        "tests/test_training.py::test_a_training_that_is_ended_at_once_still_reads_something",
    ),
    Mutation(
        "mnist_core/training.py",
        "if not torch.isfinite(self.loss):",
        "if not torch.isfinite(self.accuracy):",
        "tests/test_training.py::test_a_loss_that_is_no_number_ends_the_training_in_one_sentence",
    ),
    Mutation(
        "mnist_core/training.py",
        "generator=torch.Generator().manual_seed(seed),",
        "generator=torch.Generator().manual_seed(0),",
        "tests/test_training.py::test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed",
    ),
    Mutation(
        "mnist_core/training.py",
        "shuffle=True",
        "shuffle=False",
        "tests/test_training.py::test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed",
    ),
    Mutation(
        "mnist_core/training.py",
        "transforms.Normalize((0.5,), (0.5,))",
        "transforms.Normalize((0.1307,), (0.3081,))",
        "tests/test_training.py::test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed",
    ),
    Mutation(
        "mnist_core/training.py",
        "self.loss.lerp(loss.detach(), 1 / MEMORY_OF_MEANS)",
        "loss.detach()",
        "tests/test_training.py::test_loss_and_accuracy_are_running_means",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "model = _mean(untaught, model.eval(), lessons)",
        "model = model.eval()",
        "tests/test_teaching.py::test_what_is_written_is_the_mean_of_the_weights_before_and_after",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "training.take(torch.randperm(len(training), generator=generator)[: STEPS * MNIST])",
        "training.take(torch.arange(0))",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "training.take(torch.randperm(len(training), generator=generator)[: STEPS * MNIST])",
        "_rendered(pen_styles.sample_digits(STEPS * MNIST, generator), generator)",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "pens = pen_styles.sample_digits(STEPS * PENS",
        "pens = pen_styles.sample_others(STEPS * PENS",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "pens = pen_styles.sample_digits(STEPS * PENS",
        "pens = pen_styles.sample_digits(STEPS",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "others = pen_styles.sample_others(STEPS * OTHERS",
        "others = pen_styles.sample_digits(STEPS * OTHERS",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "_rendered(others, generator),\n    ]",
        "_rendered(others, generator),\n    ][:3]",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        'training, validation = datasets.split_validation(datasets.load("mnist", train=True))',
        'training = datasets.load("mnist", train=True)\n    _, validation = datasets.split_validation(training)',
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "slice(step * _share(part), (step + 1) * _share(part))",
        "slice(0, _share(part))",
        "tests/test_teaching.py::test_each_step_rehearses_what_the_network_could_before",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "ink = augment(images.unsqueeze(1).float().div_(255), AUGMENTATION, generator)",
        "ink = images.unsqueeze(1).float().div_(255)",
        "tests/test_teaching.py::test_what_is_shown_is_augmented",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "generator = torch.Generator().manual_seed(seed)",
        "generator = torch.Generator().manual_seed(0)",
        "tests/test_teaching.py::test_a_seed_says_all_that_is_shown",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "label_smoothing=0.05",
        "label_smoothing=0.0",
        "tests/test_teaching.py::test_it_learns_in_small_steps_that_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "LinearLR(optimizer, 1.0, 0.0,",
        "LinearLR(optimizer, 1.0, 1.0,",
        "tests/test_teaching.py::test_it_learns_in_small_steps_that_fall_to_nothing",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "    model.eval()\n    for step",
        "    model.train()\n    for step",
        "tests/test_teaching.py::test_a_single_lesson_is_learnt_and_what_it_does_not_touch_stays",
    ),
    Mutation(
        "mnist_core/teaching.py",
        ' or info.dataset != "mnist"',
        "",
        "tests/test_teaching.py::test_a_network_that_can_learn_no_handwriting_is_refused",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "SHARES = (0.5, 0.75, 1.0)",
        "SHARES = (1.0,)",
        "tests/test_teaching.py::test_of_the_weights_before_and_after_the_least_share_that_reads_the_lessons_is_taken",
    ),
    Mutation(
        "mnist_core/teaching.py",
        "        if ending:\n            return",
        "        if ending:\n            continue",
        "tests/test_teaching.py::test_teaching_ends_at_once_when_it_is_asked_to_finish",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "torch.stack([sine * wide, cosine * high, down], dim=1)",
        "torch.stack([sine * wide, cosine * wide, down], dim=1)",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "high = torch.exp(_uniform(count, generator) * augmentation.scale)",
        "high = wide",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "torch.stack([cosine * wide, (slant - sine) * high, right], dim=1),\n        torch.stack([sine * wide, cosine * high, down], dim=1),",
        "torch.stack([cosine * high, (slant - sine) * wide, right], dim=1),\n        torch.stack([sine * high, cosine * wide, down], dim=1),",
        "tests/test_augmentation.py",
        "width and height are drawn alike, so it is the same augmentation by another seed",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "(slant - sine) * high",
        "-sine * high",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "down = _uniform(count, generator) * augmentation.shift * unit",
        "down = right",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "deviation * 2 / width",
        "deviation / width",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "amount.clamp(max=0) / 2",
        "amount.clamp(max=0)",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py", "grid[:, rows, columns]", "grid", "tests/test_augmentation.py"
    ),
    Mutation(
        "mnist_core/augmentation.py",
        '== "mps" else "bicubic"',
        '== "mps" else "bilinear"',
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "ink = ink.clamp_(0, 1)",
        "ink = ink.clamp_(0, 2)",
        "tests/test_augmentation.py",
    ),
    Mutation(
        "mnist_core/augmentation.py",
        "torch.deg2rad(_uniform(count, generator) * augmentation.rotation)",
        "torch.deg2rad(_uniform(count, generator) * augmentation.rotation / 2)",
        "tests/test_augmentation.py",
    ),
    Mutation("mnist_core/augmentation.py", " * 2 - 1\n", "\n", "tests/test_augmentation.py"),
    Mutation(
        "mnist_core/jobs.py",
        "WORKER_NICENESS = 10",
        "WORKER_NICENESS = 0",
        "tests/test_jobs.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "tempfile.tempdir = scratch",
        "tempfile.tempdir = None",
        "tests/test_jobs.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "killer.start()",
        "pass",
        "tests/test_jobs.py::test_a_worker_that_is_deaf_to_a_polite_signal_is_killed_and_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "process.terminate()",
        "process.kill()",
        "tests/test_jobs.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "self.output.unlink()",
        "pass",
        "tests/test_jobs.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)",
        "pass",
        "tests/test_jobs.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        'self._set(state="stopped")',
        'self._set(state="failed")',
        "tests/test_jobs.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "> _ABANDONED_AFTER",
        "> 3600",
        "tests/test_jobs.py::test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "_ABANDONED_AFTER = 86_400.0",
        "_ABANDONED_AFTER = 864_000.0",
        "tests/test_jobs.py::test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later",
    ),
    Mutation(
        "mnist_core/jobs.py",
        '.glob(f"{_SCRATCH}*")',
        '.glob("*")',
        "tests/test_jobs.py::test_what_a_killed_server_and_its_killed_worker_left_goes_a_day_later",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "process.join()\n        shutil.rmtree(scratch, ignore_errors=True)",
        "process.join()",
        "tests/test_jobs.py::test_a_worker_that_is_deaf_to_a_polite_signal_is_killed_and_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "finally:\n        shutil.rmtree(scratch, ignore_errors=True)",
        "finally:",
        "tests/test_jobs.py::test_a_worker_whose_server_is_killed_ends_by_itself_and_leaves_no_scratch",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "unwound.callback(shutil.rmtree, scratch, ignore_errors=True)",
        "pass",
        "tests/test_jobs.py::test_a_job_that_cannot_start_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "        on_end()\n\n",
        "\n",
        "tests/test_jobs.py::test_drawing_on_goes_on_while_a_worker_does_not_listen_and_when_stopped_it_leaves_nothing",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "_KILLED = -9",
        "_KILLED = -15",
        "tests/test_jobs.py::test_a_worker_that_is_killed_ends_in_a_sentence",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "connection.send(_Failed(_explain(error)))",
        "pass",
        "tests/test_jobs.py::test_a_training_that_breaks_off_ends_in_a_sentence",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "connection.send(_Failed(str(error)))",
        "raise",
        "tests/test_jobs.py::test_a_full_disk_at_the_end_of_a_training_is_told_and_leaves_no_half_file",
    ),
    Mutation(
        "mnist_core/jobs.py",
        '_set(state="finished", output=last.output)',
        '_set(state="finished")',
        "tests/test_jobs.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "replace(history[-1], validation=event.validation)",
        "history[-1]",
        "tests/test_jobs.py::test_no_look_at_the_held_back_images_is_lost_when_curves_are_thinned_out",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "            if self._status.active:\n                self._status",
        "            if True:\n                self._status",
        "tests/test_jobs.py::test_a_training_by_a_recipe_ends_with_a_weight_file_that_loads",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "seed=self.seed,\n            steering=steering,\n        )\n\n\n@dataclass(frozen=True)\nclass TeachTask",
        "steering=steering,\n        )\n\n\n@dataclass(frozen=True)\nclass TeachTask",
        "tests/test_jobs.py::test_a_training_by_a_recipe_ends_with_a_weight_file_that_loads",
    ),
    Mutation(
        "mnist_core/jobs.py",
        "self._connection.poll()",
        "False",
        "tests/test_jobs.py::test_what_is_asked_of_a_worker_reaches_it_and_it_keeps_out_of_the_way",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "if len(self._runs) > MOST_WAITING:",
        "if len(self._runs) >= MOST_WAITING:",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "if len(self._runs) > MOST_WAITING:",
        "if len(self._runs) > MOST_WAITING + 1:",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "MOST_WAITING = 50",
        "MOST_WAITING = 5",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "            self._runs.append(run)",
        "            self._runs.insert(1, run)",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "if any(other.owner == run.owner for other in self._runs):",
        "if any(other.owner == run.owner for other in self._runs[:1]):",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py", "del self._runs[1:]", "pass", "tests/test_run_queue.py"
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "self._closed = True",
        "self._closed = False",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "run.job.close()",
        "run.job.stop()",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "self._runs.remove(run)\n            run.record.remove()\n            raise",
        "raise",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "failures.append((following, str(error)))",
        "pass",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "self._runs[1:] = [run for run in self._runs[1:] if run.owner != owner]",
        "pass",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "for run in self._runs[:1] if run.owner == owner",
        "for run in self._runs[:1]",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "if run in self._runs:\n                    self._runs.remove(run)",
        "if run in self._runs:\n                    self._runs.pop()",
        "tests/test_run_queue.py",
    ),
    Mutation(
        "mnist_core/web/run_queue.py",
        "while self._runs and not self._closed:",
        "while self._runs:",
        "tests/test_run_queue.py",
        "once it is closed nobody waits, and nobody is let in",
    ),
    Mutation(
        "mnist_core/statistics.py", "Z95 = 1.959964", "Z95 = 1.644854", "tests/test_statistics.py"
    ),
    Mutation(
        "mnist_core/statistics.py",
        "positive.double(), right=True)",
        "positive.double())",
        "tests/test_statistics.py",
    ),
    Mutation(
        "mnist_core/statistics.py",
        "gaps.abs().sum()",
        "gaps.sum().abs()",
        "tests/test_statistics.py",
    ),
    Mutation(
        "mnist_core/statistics.py", "bins: int = 15", "bins: int = 1", "tests/test_statistics.py"
    ),
    Mutation(
        "mnist_core/statistics.py",
        ".clamp(0, bins - 1)",
        ".clamp(1, bins - 1)",
        "tests/test_statistics.py",
    ),
    Mutation(
        "mnist_core/statistics.py", "return 0.0, 1.0", "return 0.0, 0.0", "tests/test_statistics.py"
    ),
    Mutation(
        "mnist_core/devices.py",
        "including_emulation=False",
        "including_emulation=True",
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/devices.py",
        'capabilities.get("amx_bf16")',
        'capabilities.get("amx_int8")',
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/devices.py",
        'capabilities.get("avx512_bf16")',
        'capabilities.get("avx512_f")',
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/devices.py",
        "if name in present and not present[name]:",
        "if name not in present:",
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/devices.py",
        '{"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}',
        '{"mps": torch.backends.mps.is_available(), "cuda": torch.cuda.is_available()}',
        "tests/test_devices.py",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "EPOCHS = (1, 50)",
        "EPOCHS = (1, 500)",
        "tests/test_training.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "BATCH_SIZES = (16, 2048)",
        "BATCH_SIZES = (1, 2048)",
        "tests/test_training.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "LEARNING_RATES = (0.000_01, 0.5)",
        "LEARNING_RATES = (0.000_01, 5.0)",
        "tests/test_training.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "if not least <= value <= most:",
        "if not least < value <= most:",
        "tests/test_training.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "if not least <= value <= most:",
        "if not least <= value < most:",
        "tests/test_training.py::test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "int(value) if whole else float(value)",
        "float(value)",
        "tests/test_training.py::test_what_is_not_asked_for_stays_as_it_is",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "or not math.isfinite(value) or (whole and value != int(value))",
        "or not math.isfinite(value)",
        "tests/test_training.py::test_a_setting_out_of_its_range_is_refused_in_a_sentence",
    ),
    Mutation(
        "mnist_core/recipes.py",
        "if network not in (None, recipe.architecture.name):",
        "if network is not None:",
        "tests/test_training.py::test_what_is_not_asked_for_stays_as_it_is",
    ),
    Mutation(
        "mnist_core/optimizers.py", "MOMENTUM = 0.6", "MOMENTUM = 0.0", "tests/test_optimizers.py"
    ),
    Mutation(
        "mnist_core/optimizers.py",
        "direction = gradient.add(momentum, alpha=MOMENTUM)",
        "direction = momentum",
        "tests/test_optimizers.py",
    ),
    Mutation("mnist_core/optimizers.py", "filters.grad = None", "pass", "tests/test_optimizers.py"),
    Mutation(
        "mnist_core/optimizers.py",
        "parameter.shape[1] > 1",
        "parameter.shape[1] > 0",
        "tests/test_optimizers.py",
    ),
    Mutation(
        "mnist_core/optimizers.py",
        "weight_decay=weight_decay, fused",
        "weight_decay=0.0, fused",
        "tests/test_optimizers.py",
    ),
    Mutation(
        "mnist_core/optimizers.py",
        "filters.mul_(len(filters) ** 0.5 / filters.norm())",
        "pass",
        "tests/test_optimizers.py",
    ),
    Mutation(
        "mnist_core/optimizers.py", "ITERATIONS = 5", "ITERATIONS = 2", "tests/test_optimizers.py"
    ),
    Mutation(
        "mnist_core/optimizers.py",
        '"orthogonal": True, "lr": filter_rate',
        '"orthogonal": True, "lr": learning_rate',
        "tests/test_optimizers.py",
    ),
    Mutation(
        "mnist_core/models.py",
        "1 <= self.width <= 256",
        "1 <= self.width < 256",
        "tests/test_models.py",
    ),
    Mutation(
        "mnist_core/models.py",
        "Normalize(0.5, 0.5), SimpleNetwork()",
        "Normalize(0.1307, 0.3081), SimpleNetwork()",
        "tests/test_models.py",
    ),
    Mutation(
        "mnist_core/models.py",
        "(ink - self.mean) / self.deviation",
        "(ink - self.mean) * self.deviation",
        "tests/test_models.py",
    ),
    Mutation(
        "mnist_core/weights.py", "_LARGEST = 2**64", "_LARGEST = 2**63", "tests/test_weights.py"
    ),
    Mutation(
        "mnist_core/weights.py", "_LARGEST = 2**64", "_LARGEST = 2**65", "tests/test_weights.py"
    ),
    Mutation(
        "mnist_core/weights.py",
        "return model.eval(), info",
        "return model.train(), info",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        "max(1, self.test_images)",
        "self.test_images",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        "for field in fields(WeightInfo)} & set(header)",
        "for field in fields(WeightInfo)} | set(header)",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        "type(value) in (int, kind)",
        "isinstance(value, int | float)",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        " or self.test_right > self.test_images:",
        ":",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        "if not abs(value) < _LARGEST:",
        "if abs(value) >= _LARGEST:",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        "{name: _checked(str, each) for name, each in value.items()}",
        "value",
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/weights.py",
        'timespec="seconds"',
        'timespec="milliseconds"',
        "tests/test_weights.py",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "len(name) > LONGEST_NAME",
        "len(name) >= LONGEST_NAME",
        "tests/test_shelf.py",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "MODELS_KEPT = 50",
        "MODELS_KEPT = 500",
        "tests/test_shelf.py::test_fifty_models_are_kept",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "        and character not in _TURNING\n",
        "",
        "tests/test_shelf.py::test_a_name_may_be_60_characters_long_and_signs_that_turn_it_are_taken_out",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "        remove_abandoned(folder)",
        "        pass",
        "tests/test_shelf.py::test_a_shelf_that_is_opened_is_rid_of_what_killed_servers_left",
    ),
    Mutation(
        "mnist_core/shelf.py",
        ">= MODELS_KEPT:",
        "> MODELS_KEPT:",
        "tests/test_shelf.py::test_a_full_shelf_takes_a_model_only_in_the_place_of_itself",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "if entry.id != model_id]",
        "]",
        "tests/test_shelf.py::test_a_full_shelf_takes_a_model_only_in_the_place_of_itself",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "self._known.pop(gone, None)",
        "pass",
        "tests/test_shelf.py::test_the_shelf_forgets_the_headers_of_models_that_are_gone",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "status.st_mtime_ns, status.st_size)",
        "0, 0)",
        "tests/test_shelf.py::test_a_damaged_file_that_is_mended_is_listed",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "if not file.samefile(target):",
        "if True:",
        "tests/test_shelf.py::test_a_model_that_is_put_where_it_is_stays",
    ),
    Mutation(
        "mnist_core/shelf.py",
        "reverse=True",
        "reverse=False",
        "tests/test_shelf.py::test_the_newest_model_is_first",
    ),
    Mutation(
        "mnist_core/shelf.py",
        '_ID = re.compile("[0-9a-f]{12}")',
        '_ID = re.compile("[0-9a-f./]*")',
        "tests/test_shelf.py::test_an_id_that_is_none_opens_no_file",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "HELD_BACK = 5",
        "HELD_BACK = 4",
        "tests/test_corrections.py::test_of_the_tenth_and_then_each_fifth_drawing_it_is_known_for_ever_that_it_is_held_back",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "ENOUGH = 10",
        "ENOUGH = 11",
        "tests/test_corrections.py::test_of_the_tenth_and_then_each_fifth_drawing_it_is_known_for_ever_that_it_is_held_back",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "and held_back < count // HELD_BACK - 1",
        "",
        "tests/test_corrections.py::test_as_others_are_deleted_and_drawn_anew_no_more_of_them_are_held_back",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "DECIMALS = 1",
        "DECIMALS = 0",
        "tests/test_corrections.py::test_points_are_rounded_to_a_tenth",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "(np.round(stroke, DECIMALS) + 0.0)",
        "np.round(stroke, DECIMALS)",
        "tests/test_corrections.py::test_no_number_is_kept_with_a_sign_that_says_nothing",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "STROKES_KEPT = 50",
        "STROKES_KEPT = 500",
        "tests/test_corrections.py::test_what_has_more_strokes_than_a_digit_is_refused",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "if len(drawing) > STROKES_KEPT:",
        "if len(drawing) >= STROKES_KEPT:",
        "tests/test_corrections.py::test_of_a_very_slow_hand_fewer_points_are_kept_and_they_read_the_same",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "POINTS_KEPT = 400",
        "POINTS_KEPT = 40",
        "tests/test_corrections.py::test_of_a_very_slow_hand_fewer_points_are_kept_and_they_read_the_same",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "SMALLEST = PAD_SIZE / 10",
        "SMALLEST = PAD_SIZE / 5",
        "tests/test_corrections.py::test_a_drawing_of_28_pixels_or_more_is_not_enlarged",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "if 0 < extent < SMALLEST:",
        "if 0 < extent < 1e-9:",
        "tests/test_corrections.py::test_a_drawing_that_is_kept_reads_as_the_one_that_was_drawn",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "LARGEST_SET = 4_000_000",
        "LARGEST_SET = 40_000_000",
        "tests/test_corrections.py::test_a_small_file_that_unpacks_to_a_large_one_is_refused",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "DRAWINGS_KEPT = 500",
        "DRAWINGS_KEPT = 501",
        "tests/test_corrections.py::test_no_more_drawings_are_kept_than_may_be",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "if len(kept) + wanted > DRAWINGS_KEPT:",
        "if len(kept) + wanted >= DRAWINGS_KEPT:",
        "tests/test_corrections.py::test_no_more_drawings_are_kept_than_may_be",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "        remove_abandoned(folder)",
        "        pass",
        "tests/test_corrections.py::test_a_folder_that_is_opened_is_rid_of_what_killed_servers_left",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "self._path(correction.id).unlink()",
        "pass",
        "tests/test_corrections.py::test_a_full_disk_is_told_in_one_sentence_and_adds_nothing",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "if type(label) is not int or not 0 <= label < DIGITS:",
        "if not isinstance(label, int) or not 0 <= label < DIGITS:",
        "tests/test_corrections.py::test_a_label_that_is_no_digit_is_refused",
    ),
    Mutation(
        "mnist_core/corrections.py",
        "[0-9]{20}-[0-9a-f]{4}t?",
        "[0-9./]*-?[0-9a-f]*t?",
        "tests/test_corrections.py::test_an_id_that_is_none_opens_no_file",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "random.uniform(0.15, 0.95)",
        "random.uniform(0.5, 0.95)",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "random.uniform(0, 1, size=2)",
        "random.uniform(0, 0.5, size=2)",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "np.random.default_rng(seed)",
        "np.random.default_rng()",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "(stroke - low) * scale + corner",
        "stroke * scale + corner",
        "tests/test_stroke_sets.py",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "file.read(largest + 1)",
        "file.read()",
        "tests/test_stroke_sets.py::test_of_a_small_file_that_unpacks_to_a_huge_one_no_more_is_unpacked_than_may_be",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "if len(content) > largest:",
        "if len(content) >= largest:",
        "tests/test_stroke_sets.py::test_a_set_may_be_as_large_as_it_may_be",
    ),
    Mutation(
        "mnist_core/stroke_sets.py",
        "encode(), mtime=0)",
        "encode())",
        "tests/test_stroke_sets.py::test_the_bytes_of_a_set_do_not_tell_the_time",
    ),
    Mutation("mnist_core/stroke_sets.py", "start=1\n", "start=0\n", "tests/test_stroke_sets.py"),
    Mutation(
        "mnist_core/stroke_sets.py",
        "if len(line) > LONGEST_LINE:",
        "if False:",
        "tests/test_stroke_sets.py::test_a_line_made_to_break_the_reader_is_named",
    ),
    Mutation(
        "mnist_core/strokes.py", "DIGIT_BOX = 20.0", "DIGIT_BOX = 19.0", "tests/test_strokes.py"
    ),
    Mutation("mnist_core/strokes.py", "CENTER = 14.0", "CENTER = 13.5", "tests/test_strokes.py"),
    Mutation(
        "mnist_core/strokes.py", "PEN_WIDTH = 2.2", "PEN_WIDTH = 2.6", "tests/test_strokes.py"
    ),
    Mutation(
        "mnist_core/strokes.py",
        "SHORTEST_STEP = 0.002",
        "SHORTEST_STEP = 0.02",
        "tests/test_strokes.py",
    ),
    Mutation("mnist_core/strokes.py", "    keep[-1] = True\n", "", "tests/test_strokes.py"),
    Mutation(
        "mnist_core/strokes.py",
        "shift = (CENTER - mass).clamp(min=to_low, max=to_high)",
        "shift = CENTER - mass",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/strokes.py",
        "(DIGIT_BOX - width) / extent",
        "DIGIT_BOX / extent",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/strokes.py",
        "half = ((high - low) * scale + width) / 2",
        "half = (high - low) * scale / 2",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/strokes.py",
        "radius.reshape(-1, 1) + 0.5 - squared",
        "radius.reshape(-1, 1) + 1.0 - squared",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/strokes.py", "t = q.clamp(0, 1)", "t = q.clamp(0, 2)", "tests/test_strokes.py"
    ),
    Mutation(
        "mnist_core/strokes.py", "MAX_STROKES = 500", "MAX_STROKES = 499", "tests/test_strokes.py"
    ),
    Mutation(
        "mnist_core/strokes.py",
        "MAX_POINTS = 20_000",
        "MAX_POINTS = 20_001",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/strokes.py",
        "(np.abs(array) < 1e30).all()",
        "np.isfinite(array).all()",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/strokes.py",
        "step = max(float(length) / most",
        "step = max(float(length) / most / 2",
        "tests/test_strokes.py",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "segments = _on_pad([_draw_digits(part, dice) for part in style.split(CHUNK)])",
        "segments = _on_pad([_draw_digits(part, dice) for part in style.flip(0).split(CHUNK)])",
        "tests/test_pen_styles.py::test_the_shipped_weights_read_what_is_drawn_as_its_label_says",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "NO_DIGIT = 10",
        "NO_DIGIT = 0",
        "tests/test_pen_styles.py::test_what_is_no_digit_has_the_label_10",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        'labels[number], ["given"]',
        'labels[number].flip(0), ["given"]',
        "tests/test_pen_styles.py::test_given_drawings_serve_equally_often_and_bring_their_labels",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "number = torch.randperm(count, generator=generator) % len(drawings)",
        "number = torch.randint(len(drawings), (count,), generator=generator)",
        "tests/test_pen_styles.py::test_given_drawings_serve_equally_often_and_bring_their_labels",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "number = torch.randperm(count, generator=generator) % len(drawings)",
        "number = torch.arange(count) * len(drawings) // count",
        "tests/test_pen_styles.py::test_given_drawings_serve_equally_often_and_bring_their_labels",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "drawn = torch.cat([_bend(part, dice, SAME_HAND) for part in chosen.split(CHUNK)])",
        "drawn = chosen",
        "tests/test_pen_styles.py::test_given_drawings_are_drawn_each_time_a_little_differently",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "torch.cat([_bend(part, dice, SAME_HAND)",
        "torch.cat([_bend(part, dice, replace(HAND, aspect=0.8))",
        "tests/test_pen_styles.py::test_given_drawings_are_drawn_each_time_a_little_differently",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "HASTE = (1, 2, 3)",
        "HASTE = (1, 1, 1)",
        "tests/test_pen_styles.py::test_given_drawings_are_drawn_at_three_paces",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "[stroke[:-1:step], stroke[-1:]]",
        "[stroke[::step]]",
        "tests/test_pen_styles.py::test_a_faster_hand_leaves_points_out_but_neither_the_ends_nor_a_short_strokes",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "FEWEST_POINTS = 12",
        "FEWEST_POINTS = 2",
        "tests/test_pen_styles.py::test_a_faster_hand_leaves_points_out_but_neither_the_ends_nor_a_short_strokes",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "widths = widths.clamp(THINNEST_PEN, THICKEST_PEN)",
        "widths = widths.clamp(THINNEST_PEN)",
        "tests/test_pen_styles.py::test_a_pen_is_at_least_1_4_and_at_most_3_4_px_wide",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "PEN_WIDTH_SPREAD = 0.22",
        "PEN_WIDTH_SPREAD = 0.1",
        "tests/test_pen_styles.py::test_a_pen_is_at_least_1_4_and_at_most_3_4_px_wide",
    ),
    Mutation(
        "mnist_core/pen_styles.py",
        "_FIGURE_SHARE = 1 - _SCRIBBLE_SHARE",
        "_FIGURE_SHARE = 1",
        "tests/test_pen_styles.py::test_shares_add_up_to_one_and_none_is_negligible",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "test.labels * DIGITS + read",
        "read * DIGITS + test.labels",
        "tests/test_evaluation.py::test_images_are_measured_with_an_interval_and_a_confusion_matrix",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "CLOSE = 1.0",
        "CLOSE = 0.0",
        "tests/test_evaluation.py::test_counting_what_is_read_right_in_fewer_bits_gives_the_same_count",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "rejected = confidence < calibration.reject_below",
        "rejected = confidence > calibration.reject_below",
        "tests/test_evaluation.py::test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "== stroke_set.labels)[is_digit]",
        "== stroke_set.labels)",
        "tests/test_evaluation.py::test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "right += reading.best == digit",
        "right += reading.best is not None",
        "tests/test_evaluation.py::test_a_picture_in_the_folder_of_another_digit_is_read_wrong",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "drawings[start : start + DRAWINGS_AT_ONCE]",
        "drawings[: start + DRAWINGS_AT_ONCE]",
        "tests/test_evaluation.py::test_more_drawings_than_are_drawn_at_once_keep_their_order",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "expected_calibration_error(scores.confidence.cpu(), right.cpu())",
        "expected_calibration_error(1 - scores.confidence.cpu(), right.cpu())",
        "tests/test_evaluation.py::test_the_calibration_error_of_images_is_that_of_their_confidence",
    ),
    Mutation(
        "mnist_core/evaluation.py",
        "auroc(confidence[is_digit], confidence[~is_digit])",
        "auroc(confidence[~is_digit], confidence[is_digit])",
        "tests/test_evaluation.py::test_a_stroke_set_is_measured_by_accuracy_rejection_and_auroc",
    ),
    Mutation(
        "mnist_core/export.py",
        "self.network(ink) / self.temperature",
        "self.network(ink)",
        "tests/test_command_line.py::test_an_exported_torchscript_reads_as_the_weights_do",
    ),
    Mutation(
        "mnist_core/export.py",
        "torch.zeros((2, 1, IMAGE_SIZE, IMAGE_SIZE))",
        "torch.zeros((1, 1, IMAGE_SIZE, IMAGE_SIZE))",
        "tests/test_command_line.py::test_an_exported_onnx_file_reads_as_the_weights_do",
    ),
    Mutation(
        "mnist_core/export.py",
        'output_names=["probabilities"]',
        'output_names=["p"]',
        "tests/test_command_line.py::test_an_exported_onnx_file_reads_as_the_weights_do",
    ),
    Mutation(
        "mnist_core/export.py",
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
        "    finally:\n        with contextlib.suppress(OSError):  # it may have got its name\n"
        "            os.unlink(staging)",
        "    finally:\n        pass",
        "tests/test_files.py",
    ),
    Mutation(
        "mnist_core/datasets.py",
        "return training.take(order[validation:]),",
        "return training.take(order),",
        "tests/test_datasets.py::test_validation_images_are_not_trained_on",
    ),
    Mutation(
        "mnist_core/datasets.py",
        "order = torch.randperm(len(training), generator=torch.Generator().manual_seed(VALIDATION_SEED))",
        "order = torch.arange(len(training))",
        "tests/test_datasets.py::test_validation_images_are_from_all_over_the_training_images",
    ),
    Mutation(
        "mnist_core/datasets.py",
        ".manual_seed(VALIDATION_SEED))",
        ")",
        "tests/test_datasets.py::test_the_split_is_the_same_each_time",
    ),
    Mutation(
        "mnist_core/datasets.py",
        "len(training) // 10",
        "len(training) // 2",
        "tests/test_datasets.py::test_of_a_small_set_a_tenth_is_held_back",
    ),
    Mutation(
        "mnist_core/datasets.py",
        "self.images[index], self.labels[index]",
        "self.images[index], self.labels[index.sort().values]",
        "tests/test_datasets.py::test_a_label_stays_with_its_image",
    ),
    Mutation(
        "mnist_core/datasets.py",
        "if not check_integrity(folder / file, md5):",
        "if not check_integrity(folder / file):",
        "tests/test_datasets.py::test_a_damaged_archive_is_named_and_not_mended_behind_ones_back",
    ),
    Mutation(
        "mnist_core/datasets.py",
        "                _keep(raw, dataset_class)",
        "                pass",
        "tests/test_datasets.py::test_fashion_mnist_is_downloaded_once_and_kept",
    ),
    Mutation(
        "mnist_core/inference.py", ">= calibration.sure_above", ">= 0.85", "tests/test_inference.py"
    ),
    Mutation(
        "mnist_core/inference.py",
        "if confidence < calibration.reject_below:",
        "if confidence < 0.5:",
        "tests/test_inference.py",
    ),
    Mutation(
        "mnist_core/inference.py",
        "LEAST_CANDIDATE = 0.05",
        "LEAST_CANDIDATE = 0.01",
        "tests/test_inference.py",
    ),
    Mutation(
        "mnist_core/inference.py",
        "MOST_CANDIDATES = 3",
        "MOST_CANDIDATES = 4",
        "tests/test_inference.py",
    ),
    Mutation(
        "mnist_core/inference.py", " if part[-1].any() else BLANK", "", "tests/test_inference.py"
    ),
    Mutation(
        "mnist_core/inference.py",
        'None if self.state == "blank" else int(np.argmax(self.probabilities))',
        "self.digit",
        "tests/test_inference.py",
    ),
    Mutation(
        "mnist_core/inference.py",
        "if 0 < count <= MOST_POINTS_TOGETHER]",
        "if count <= MOST_POINTS_TOGETHER]",
        "tests/test_inference.py",
    ),
    Mutation(
        "mnist_core/inference.py",
        "readings[index] = reading",
        "readings[indices[0]] = reading",
        "tests/test_inference.py",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main())
