"""The loops that follow a recipe, on real images, cut short."""

import dataclasses
from dataclasses import replace

import pytest
import torch
from torch import nn

from mnist_core.data import image_sets, pen_styles
from mnist_core.data.augmentation import Augmentation
from mnist_core.errors import TrainingError
from mnist_core.labels import NO_DIGIT
from mnist_core.model import calibration, evaluation, networks, weight_file
from mnist_core.model.weight_info import Architecture
from mnist_core.training import loop, probe, run
from mnist_core.training.progress import (
    Evaluating,
    Preparing,
    PreviewImages,
    Progress,
    Snapshot,
    Trained,
    TrainingControl,
)
from mnist_core.training.recipes import RECIPES, customize
from tests.stubs import pictures, show_few_images

SMALL = dataclasses.replace(
    RECIPES["fast"],
    architecture=Architecture("convolutional", width=6),
    epochs=2,
    batch_size=100,
    pen_digits=300,
    pen_others=100,
    redraw=True,
    augmentation=Augmentation(rotation=5),
)
# Nothing but the images, as they are.
PLAIN = dataclasses.replace(
    SMALL, epochs=1, batch_size=50, pen_digits=0, pen_others=0, augmentation=Augmentation(),
    cropped_share=0.0, redraw=False,
)  # fmt: skip
WITH_PENS = dataclasses.replace(PLAIN, images=100, pen_digits=200, pen_others=100)


# ---- a whole training ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """All events of a small training, and the folder that it wrote to."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as monkeypatch:
        show_few_images(monkeypatch)
        monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)
        events = list(loop.train(SMALL, folder / "x.safetensors", device="cpu", seed=3))
    return events, folder


def test_a_recipe_leads_from_the_data_to_a_weight_file_that_reads(few_images, whole):
    events, folder = whole
    assert [type(event) for event in events[-2:]] == [Evaluating, Trained]
    trained = events[-1]
    model, info = weight_file.load(trained.output)
    assert info == trained.info
    assert (info.recipe, info.dataset, info.seed, info.epochs) == ("fast", "mnist", 3, 2)
    assert info.test_images == 1_000
    test = image_sets.load("mnist", train=False)
    with torch.inference_mode():
        read = model(test.images[:, None] / 255)[:, :10].argmax(dim=1)
    assert int((read == test.labels).sum()) == info.test_right
    assert info.accuracy.share > 0.8
    assert info.parameters == sum(each.numel() for each in model.parameters())
    assert list(folder.iterdir()) == [trained.output]
    assert sorted(trained.seconds) == ["data", "evaluate", "train"]


def test_progress_goes_on_to_the_end(whole):
    progress = [event for event in whole[0] if isinstance(event, Progress)]
    steps = (2_700 + 300 + 100) // 100  # 10 % of the images are held back
    assert len(progress) == 2 * steps
    assert [(event.epoch, event.step) for event in progress] == [
        (epoch, step) for epoch in (1, 2) for step in range(1, steps + 1)
    ]
    assert progress[-1].fraction == 1
    assert progress[-1].seconds_left == 0
    assert progress[-1].loss < progress[0].loss


def test_the_rate_rises_to_the_recipes_in_a_fifth_of_the_steps_and_falls_to_nothing(whole):
    # An event tells the rate of the step to come; after the last step there is none.
    rates = [event.learning_rate for event in whole[0] if isinstance(event, Progress)][:-1]
    peak = rates.index(max(rates))
    assert rates[peak] == pytest.approx(SMALL.learning_rate, rel=0.02)
    assert peak + 1 == pytest.approx(len(rates) / 5, abs=1.5)
    assert rates[:peak] == sorted(rates[:peak])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] < 1e-3 * SMALL.learning_rate


def test_a_network_is_calibrated_on_the_images_that_were_held_back_and_on_pen_digits(
    few_images, whole
):
    model, info = weight_file.load(whole[0][-1].output)
    _, held_back = image_sets.split_validation(image_sets.load("mnist", train=True))
    pens = loop._pens_to_accept("mnist")
    assert len(pens) == loop.PENS_TO_ACCEPT
    fitted = calibration.calibrate(model, held_back.images, held_back.labels, pens)
    assert info.calibration.temperature == pytest.approx(fitted.temperature, rel=1e-3)
    assert info.calibration.reject_below == pytest.approx(fitted.reject_below, rel=1e-3)
    assert info.calibration.sure_above == 0.9


def test_the_pen_digits_to_accept_are_digits_that_the_shipped_weights_read(few_images):
    model, info = weight_file.load(weight_file.SHIPPED)
    scores = calibration.score(
        calibration.read_logits(model, loop._pens_to_accept("mnist")), info.calibration
    )
    assert (scores.confidence >= info.calibration.reject_below).float().mean() > 0.97
    assert len(scores.probabilities.argmax(dim=1).unique()) == 10
    assert len(loop._pens_to_accept("fashion-mnist")) == 0


@pytest.fixture
def fitted(few_images, monkeypatch):
    """What ``train`` gives to ``fit``, which does nothing: recipe, images, seed and weights."""
    given = []

    def fit(model, recipe, images, seed, control):
        start = torch.cat([each.detach().flatten() for each in model.parameters()])
        given.append((recipe, images, seed, start))
        yield from ()

    monkeypatch.setattr(loop, "fit", fit)
    return given


def test_neither_images_held_back_nor_test_images_are_trained_on(fitted, tmp_path):
    list(loop.train(PLAIN, tmp_path / "x", device="cpu"))
    _, images, _, _ = fitted[0]
    training_images = image_sets.load("mnist", train=True)
    _, held_back = image_sets.split_validation(training_images)
    assert pictures(images) < pictures(training_images)
    assert len(images) == 2_700
    assert not pictures(images) & pictures(held_back)


def test_a_seed_says_the_first_weights_and_goes_on_to_the_loop(fitted, tmp_path):
    for seed in (1, 1, 2):
        list(loop.train(PLAIN, tmp_path / "x", device="cpu", seed=seed))
    assert [seed for _, _, seed, _ in fitted] == [1, 1, 2]
    one, again, other = (start for _, _, _, start in fitted)
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert weight_file.read_info(tmp_path / "x").seed == 2


def test_the_tutorials_network_learns_from_whole_images_of_digits_alone(fitted, tmp_path):
    recipe = dataclasses.replace(customize(SMALL, network="simple"), cropped_share=0.5)
    list(loop.train(recipe, tmp_path / "x", device="cpu"))
    without = {"pen_others": 0, "cropped_share": 0.0, "muon_factor": 0.0}
    assert fitted[0][0] == dataclasses.replace(recipe, **without)


@pytest.fixture
def clothes(few_images, monkeypatch):
    """Let MNIST's images stand in for those of Fashion-MNIST, which do not ship."""
    load = image_sets.load
    monkeypatch.setattr(image_sets, "load", lambda _, train: load("mnist", train))


def test_more_clothes_take_the_place_of_the_pen_strokes_that_they_have_none_of(
    fitted, clothes, tmp_path
):
    output = tmp_path / "x.safetensors"
    recipe = dataclasses.replace(SMALL, images=500)
    list(loop.train(recipe, output, dataset="fashion-mnist", device="cpu"))
    used = fitted[0][0]
    assert (used.images, used.pen_digits, used.pen_others) == (500 + 300 + 100, 0, 0)
    assert weight_file.load(output)[1].dataset == "fashion-mnist"


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist"])
def test_an_epoch_of_clothes_is_as_long_as_one_of_digits(batches, clothes, tmp_path, dataset):
    recipe = dataclasses.replace(SMALL, epochs=1, images=500)
    events = list(loop.train(recipe, tmp_path / "x", dataset=dataset, device="cpu"))
    steps = {event.steps for event in events if isinstance(event, Progress)}
    assert steps == {len(batches)} == {(500 + 300 + 100) // 100}


# ---- what a network is shown ---------------------------------------------------------------------


@pytest.fixture
def batches(monkeypatch):
    """Learn nothing in any step: gives the steps' arguments of ``learn``."""
    steps = []

    def learn(model, ink, labels, optimizer, criterion, use_bfloat16):
        steps.append((ink, labels, optimizer, criterion))
        optimizer.step()  # without gradients it does nothing
        return torch.tensor(1.0), torch.zeros(len(labels), 11)

    monkeypatch.setattr(loop, "learn", learn)
    return steps


@pytest.fixture
def shown(few_images, batches):
    """Follow a recipe without learning: gives each step's arguments of ``learn``."""

    def follow(recipe, seed=0, images=None):
        batches.clear()
        if images is None:
            images = image_sets.load("mnist", train=True)
        list(loop.fit(networks.build(recipe.architecture), recipe, images, seed))
        return list(batches)

    return follow


def joined(steps):
    """All that the steps show, as one image set."""
    ink = torch.cat([ink for ink, *_ in steps])
    labels = torch.cat([labels for _, labels, *_ in steps])
    return image_sets.ImageSet((ink[:, 0] * 255).round().to(torch.uint8), labels)


def test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order(shown):
    steps = shown(dataclasses.replace(PLAIN, images=500, epochs=2))
    assert len(steps) == 2 * 500 / 50
    first, second = joined(steps[:10]), joined(steps[10:])
    chosen = image_sets.load("mnist", train=True).take(torch.arange(500))
    assert pictures(first) == pictures(second) == pictures(chosen)
    orders = [each.labels.tolist() for each in (first, second, chosen)]
    assert orders[0] != orders[1] != orders[2] != orders[0]


def test_what_is_mixed_in_is_what_its_labels_say(shown):
    drawn = joined(shown(WITH_PENS))
    of_mnist = pictures(image_sets.load("mnist", train=True))
    mixed = [
        number
        for number, (image, label) in enumerate(
            zip(drawn.images, drawn.labels.tolist(), strict=True)
        )
        if (image.numpy().tobytes(), label) not in of_mnist
    ]
    assert len(mixed) == 200 + 100
    drawn = drawn.take(torch.tensor(mixed))
    assert int((drawn.labels == NO_DIGIT).sum()) == 100
    model, _ = weight_file.load(weight_file.SHIPPED)
    read = calibration.read_logits(model, drawn.images).argmax(dim=1)
    assert (read == drawn.labels).float().mean() > 0.97


@pytest.mark.parametrize("redraw", [False, True])
def test_pen_strokes_are_drawn_anew_for_each_epoch_if_the_recipe_says_so(shown, redraw):
    steps = shown(dataclasses.replace(WITH_PENS, epochs=2, redraw=redraw))
    first, second = joined(steps[:8]), joined(steps[8:])
    assert len(pictures(first) & pictures(second)) == (100 if redraw else 400)
    assert (first.labels == NO_DIGIT).sum() == (second.labels == NO_DIGIT).sum() == 100


def test_images_are_augmented_as_the_recipe_says_and_each_epoch_anew(shown):
    moved = dataclasses.replace(PLAIN, images=100, epochs=2, augmentation=Augmentation(rotation=9))
    steps = shown(moved)
    first, second = pictures(joined(steps[:2])), pictures(joined(steps[2:]))
    plain = pictures(joined(shown(dataclasses.replace(PLAIN, images=100))))
    assert not first & second
    assert not (first | second) & plain


def test_the_first_steps_see_images_without_their_margin(shown):
    steps = shown(dataclasses.replace(PLAIN, images=1_000, cropped_share=0.6))
    assert [ink.shape[-1] for ink, *_ in steps] == [24] * 12 + [28] * 8


def test_a_seed_says_the_order_and_the_pen_strokes(shown):
    one, again, other = (joined(shown(WITH_PENS, seed)) for seed in (1, 1, 2))
    assert torch.equal(one.images, again.images)
    assert len(pictures(one) & pictures(other)) == 100  # those of MNIST
    plain = dataclasses.replace(PLAIN, images=500)
    one, other = (joined(shown(plain, seed)) for seed in (1, 2))
    assert not torch.equal(one.images, other.images)


def test_a_seed_says_the_augmentation(shown):
    recipe = dataclasses.replace(PLAIN, augmentation=Augmentation(rotation=9))
    same = image_sets.load("mnist", train=True).take(torch.zeros(50, dtype=torch.int64))
    one, again, other = (joined(shown(recipe, seed, images=same)) for seed in (1, 1, 2))
    assert torch.equal(one.images, again.images)
    assert not torch.equal(one.images, other.images)


# ---- how it learns -------------------------------------------------------------------------------


def test_loss_and_optimizer_are_those_of_the_recipe(shown):
    recipe = dataclasses.replace(
        PLAIN, label_smoothing=0.2, weight_decay=0.3, learning_rate=0.01, muon_factor=4.0
    )
    _, _, optimizer, criterion = shown(recipe)[0]
    logits = torch.tensor([[2.0, 1.0, 0.0]])
    expected = nn.functional.cross_entropy(logits, torch.tensor([0]), label_smoothing=0.2)
    assert torch.equal(criterion(logits, torch.tensor([0])), expected)
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.3, 0.3]
    assert [group["max_lr"] for group in optimizer.param_groups] == [0.01, 0.04]


def test_a_step_follows_the_gradient_of_its_own_batch():
    model = nn.Linear(2, 3)
    ours, theirs = model, nn.Linear(2, 3)
    theirs.load_state_dict(model.state_dict())
    optimizer = torch.optim.SGD(ours.parameters(), lr=0.5)
    for seed in (1, 2):
        ink = torch.randn(4, 2, generator=torch.Generator().manual_seed(seed))
        labels = torch.tensor([0, 1, 2, 0])
        loss, logits = loop.learn(ours, ink, labels, optimizer, nn.CrossEntropyLoss(), False)
        expected = nn.functional.cross_entropy(theirs(ink), labels)
        assert torch.allclose(logits, theirs(ink))
        assert torch.allclose(loss, expected)
        gradients = torch.autograd.grad(expected, list(theirs.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(theirs.parameters(), gradients, strict=True):
                parameter -= 0.5 * gradient
    assert torch.allclose(ours.weight, theirs.weight)
    assert torch.allclose(ours.bias, theirs.bias)


def test_the_same_seed_gives_the_same_weights(few_images):
    recipe = dataclasses.replace(SMALL, images=200, pen_digits=100)
    images = image_sets.load("mnist", train=True)

    def weights_after(seed):
        torch.manual_seed(seed)
        model = networks.build(SMALL.architecture)
        list(loop.fit(model, recipe, images, seed))
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    assert torch.equal(weights_after(1), weights_after(1))
    assert not torch.equal(weights_after(1), weights_after(2))


def test_a_training_that_nobody_follows_any_more_leaves_no_file(few_images, tmp_path):
    events = loop.train(SMALL, tmp_path / "x.safetensors", device="cpu")
    assert any(isinstance(event, Progress) for event in events)  # looks no further
    events.close()
    assert list(tmp_path.iterdir()) == []


def test_a_loss_that_is_no_number_ends_the_training_in_one_sentence(few_images, tmp_path):
    recipe = dataclasses.replace(SMALL, learning_rate=1e30)
    with pytest.raises(TrainingError, match="no longer a number"):
        list(loop.train(recipe, tmp_path / "x", device="cpu"))
    assert list(tmp_path.iterdir()) == []


def test_the_tutorials_network_can_be_trained_by_another_recipe(few_images, tmp_path):
    recipe = customize(SMALL, network="simple", epochs=1, batch_size=32, learning_rate=0.002)
    trained = list(loop.train(recipe, tmp_path / "x", device="cpu"))[-1]
    assert trained.info.parameters == 109_386
    assert trained.info.accuracy.share > 0.7


# ---- who watches ---------------------------------------------------------------------------------


def test_who_watches_sees_test_images_and_the_own_drawing_read(
    few_images, whole, tmp_path, monkeypatch
):
    monkeypatch.setattr(probe, "SNAPSHOTS_SHARE", 100)
    test = image_sets.load("mnist", train=False)
    output = tmp_path / "x.safetensors"
    control = TrainingControl(drawing=test.images[0].numpy())
    loading, drawing, previews, *rest = loop.train(
        SMALL, output, device="cpu", seed=3, control=control
    )
    assert loading == Preparing("Loading MNIST")
    pens = SMALL.pen_digits + SMALL.pen_others
    assert drawing == Preparing(f"Drawing {pens:,} synthetic digits and signs")
    assert isinstance(previews, PreviewImages)
    assert previews.images.shape == (12, 28, 28)
    assert previews.labels == tuple(test.labels[list(probe.PREVIEWS)].tolist())
    snapshots = [event for event in rest if isinstance(event, Snapshot)]
    right = [sum(map(int.__eq__, each.previews, previews.labels)) for each in snapshots]
    assert right[-1] > right[0]
    first, last = snapshots[0], snapshots[-1]
    assert last.validation > first.validation
    assert last.drawing.index(max(last.drawing)) == 7
    assert max(first.drawing) < 0.5
    # Watching changes nothing of what is learnt.
    watched, alone = (weight_file.load(each)[0] for each in (output, whole[0][-1].output))
    assert all(map(torch.equal, watched.state_dict().values(), alone.state_dict().values()))
    # The last snapshot was taken just before the training's end.
    _, held_back = image_sets.split_validation(image_sets.load("mnist", train=True))
    measured = evaluation.measure_images(watched, held_back, calibration.Calibration())
    assert last.validation == pytest.approx(measured.accuracy.share, abs=0.01)


@pytest.mark.parametrize(("shortest", "left"), [(100, 100), (5, 30)])
def test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing(
    few_images, batches, monkeypatch, shortest, left
):
    assert loop.SHORTEST_COOLDOWN == 100
    monkeypatch.setattr(loop, "SHORTEST_COOLDOWN", shortest)
    recipe = dataclasses.replace(PLAIN, images=500, epochs=50, batch_size=50)
    model, images = networks.build(recipe.architecture), image_sets.load("mnist", train=True)
    control, steps = TrainingControl(), []
    for step in loop.fit(model, recipe, images, 0, control):
        steps.append(step)
        control.finishing = len(steps) >= 300
    assert len(steps) == len(batches) == 300 + 1 + left
    assert [step.planned for step in steps] == [500] * 300 + [len(steps)] * (1 + left)
    falling = [step.learning_rate for step in steps[300:]]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 0
    assert falling[1] == pytest.approx(falling[0] * (1 - 1 / left))


def test_a_training_that_is_ended_at_once_still_reads_most_images(
    few_images, tmp_path, monkeypatch
):
    monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)  # an event for each step
    architecture = RECIPES["fast"].architecture
    recipe = dataclasses.replace(PLAIN, architecture=architecture, epochs=10)
    control, progress = TrainingControl(), []
    for event in loop.train(recipe, tmp_path / "x", device="cpu", control=control):
        if isinstance(event, Progress):
            progress.append(event)
        control.finishing = len(progress) >= 2
    assert len(progress) == 2 + 1 + loop.SHORTEST_COOLDOWN
    assert progress[-1].fraction == 1
    assert progress[-1].learning_rate == pytest.approx(0, abs=1e-9)
    rates = [each.learning_rate for each in progress[2 + 1 :]]
    assert rates == sorted(rates, reverse=True)
    assert event.info.epochs == pytest.approx(len(progress) / 54, abs=0.01)
    assert event.info.accuracy.share > 0.5


@pytest.mark.parametrize(("pen_digits", "seed"), [(60, 0), (60, 1), (40, 0)])
def test_what_is_made_ready_changes_nothing_of_the_training_that_comes(
    few_images, monkeypatch, pen_digits, seed
):
    recipe = replace(RECIPES["fast"], images=512, pen_digits=60, pen_others=20, redraw=True)
    recipe = replace(recipe, epochs=2, architecture=Architecture("convolutional", width=3))
    asked_for = replace(recipe, pen_digits=pen_digits)
    training = image_sets.load("mnist", train=True)

    def losses():
        torch.manual_seed(0)
        model = networks.build(asked_for.architecture)
        return [step.loss.item() for step in loop.fit(model, asked_for, training, seed)]

    as_it_was = losses()
    monkeypatch.setattr(loop, "_ready_drawings", {})
    monkeypatch.setattr(image_sets, "_kept", {})
    list(loop.get_ready("cpu", recipe))
    assert losses() == as_it_was


def test_what_is_made_ready_need_not_be_loaded_or_drawn_again(few_images, monkeypatch):
    monkeypatch.setattr(loop, "_ready_drawings", {})
    monkeypatch.setattr(image_sets, "_kept", {})
    recipe = replace(RECIPES["fast"], images=512, pen_digits=60, pen_others=20)
    list(loop.get_ready("cpu", recipe))
    monkeypatch.setattr(pen_styles, "render", None)
    training = image_sets._kept["mnist", True]
    next(loop.fit(networks.build(recipe.architecture), recipe, training, 0))
