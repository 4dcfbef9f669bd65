"""The loops that follow a recipe, on real images, cut short."""

import dataclasses
import itertools

import pytest
import torch
from torch import nn

from mnist_core import calibration, datasets, evaluation, models, training, weights
from mnist_core.augmentation import Augmentation
from mnist_core.errors import TrainingError
from mnist_core.events import Evaluating, Look, Progress, Samples, Steering, Trained
from mnist_core.models import Architecture
from mnist_core.pen_styles import NO_DIGIT
from mnist_core.recipes import RECIPES, customize
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
    cropped=0.0, redraw=False,
)  # fmt: skip
WITH_PENS = dataclasses.replace(PLAIN, images=100, pen_digits=200, pen_others=100)


# ---- a whole training ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """All events of a small training, and the folder that it wrote to."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as monkeypatch:
        show_few_images(monkeypatch)
        monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
        events = list(training.train(SMALL, folder / "x.safetensors", device="cpu", seed=3))
    return events, folder


def test_a_recipe_leads_from_the_data_to_a_weight_file_that_reads(few_images, whole):
    events, folder = whole
    assert [type(event) for event in events[-2:]] == [Evaluating, Trained]
    trained = events[-1]
    model, info = weights.load(trained.output)
    assert info == trained.info
    assert (info.recipe, info.dataset, info.seed, info.epochs) == ("fast", "mnist", 3, 2)
    assert info.test_images == 1_000
    test = datasets.load("mnist", train=False)
    with torch.inference_mode():
        read = model(test.images[:, None] / 255)[:, :10].argmax(dim=1)
    assert int((read == test.labels).sum()) == info.test_right
    assert info.accuracy > 0.8
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
    model, info = weights.load(whole[0][-1].output)
    _, held_back = datasets.split_validation(datasets.load("mnist", train=True))
    pens = training._pens_to_accept("mnist")
    assert len(pens) == training.PENS_TO_ACCEPT
    fitted = calibration.calibrate(model, held_back.images, held_back.labels, pens)
    assert info.calibration.temperature == pytest.approx(fitted.temperature, rel=1e-3)
    assert info.calibration.reject_below == pytest.approx(fitted.reject_below, rel=1e-3)
    assert info.calibration.sure_above == 0.9


def test_the_pen_digits_to_accept_are_digits_that_the_shipped_weights_read(few_images):
    model, info = weights.load(weights.SHIPPED)
    scores = calibration.score(
        calibration.read_logits(model, training._pens_to_accept("mnist")), info.calibration
    )
    assert (scores.confidence >= info.calibration.reject_below).float().mean() > 0.97
    assert len(scores.probabilities.argmax(dim=1).unique()) == 10
    assert len(training._pens_to_accept("fashion-mnist")) == 0


@pytest.fixture
def fitted(few_images, monkeypatch):
    """What ``train`` gives to ``fit``, which does nothing: recipe, images, seed and weights."""
    given = []

    def fit(model, recipe, images, seed, viewer):
        start = torch.cat([each.detach().flatten() for each in model.parameters()])
        given.append((recipe, images, seed, start))
        yield from ()

    monkeypatch.setattr(training, "fit", fit)
    return given


def test_neither_images_held_back_nor_test_images_are_trained_on(fitted, tmp_path):
    list(training.train(PLAIN, tmp_path / "x", device="cpu"))
    _, images, _, _ = fitted[0]
    training_images = datasets.load("mnist", train=True)
    _, held_back = datasets.split_validation(training_images)
    assert pictures(images) < pictures(training_images)
    assert len(images) == 2_700
    assert not pictures(images) & pictures(held_back)


def test_a_seed_says_the_first_weights_and_goes_on_to_the_loop(fitted, tmp_path):
    for seed in (1, 1, 2):
        list(training.train(PLAIN, tmp_path / "x", device="cpu", seed=seed))
    assert [seed for _, _, seed, _ in fitted] == [1, 1, 2]
    one, again, other = (start for _, _, _, start in fitted)
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert weights.read_info(tmp_path / "x").seed == 2


def test_the_tutorials_network_learns_from_whole_images_of_digits_alone(fitted, tmp_path):
    recipe = dataclasses.replace(customize(SMALL, network="simple"), cropped=0.5)
    list(training.train(recipe, tmp_path / "x", device="cpu"))
    assert fitted[0][0] == dataclasses.replace(recipe, pen_others=0, cropped=0.0)


@pytest.fixture
def clothes(few_images, monkeypatch):
    """Let MNIST's images stand in for those of Fashion-MNIST, which do not ship."""
    load = datasets.load
    monkeypatch.setattr(datasets, "load", lambda _, train: load("mnist", train))


def test_more_clothes_take_the_place_of_the_pen_strokes_that_they_have_none_of(
    fitted, clothes, tmp_path
):
    output = tmp_path / "x.safetensors"
    recipe = dataclasses.replace(SMALL, images=500)
    list(training.train(recipe, output, dataset="fashion-mnist", device="cpu"))
    used = fitted[0][0]
    assert (used.images, used.pen_digits, used.pen_others) == (500 + 300 + 100, 0, 0)
    assert weights.load(output)[1].dataset == "fashion-mnist"


# ---- what a network is shown ---------------------------------------------------------------------


@pytest.fixture
def shown(few_images, monkeypatch):
    """Follow a recipe without learning: gives each step's arguments of ``learn``."""

    def follow(recipe, seed=0, viewer=None, images=None):
        steps = []

        def learn(model, ink, labels, optimizer, criterion, reduced):
            steps.append((ink, labels, optimizer, criterion))
            optimizer.step()  # without gradients it does nothing
            return torch.tensor(1.0), torch.zeros(len(labels), 11)

        monkeypatch.setattr(training, "learn", learn)
        if images is None:
            images = datasets.load("mnist", train=True)
        list(training.fit(models.build(recipe.architecture), recipe, images, seed, viewer))
        return steps

    return follow


def joined(steps):
    """All that the steps show, as one image set."""
    ink = torch.cat([ink for ink, *_ in steps])
    labels = torch.cat([labels for _, labels, *_ in steps])
    return datasets.ImageSet((ink[:, 0] * 255).round().to(torch.uint8), labels)


def test_each_epoch_shows_as_many_images_as_the_recipe_says_once_each_in_another_order(shown):
    steps = shown(dataclasses.replace(PLAIN, images=500, epochs=2))
    assert len(steps) == 2 * 500 / 50
    first, second = joined(steps[:10]), joined(steps[10:])
    chosen = datasets.load("mnist", train=True).take(torch.arange(500))
    assert pictures(first) == pictures(second) == pictures(chosen)
    orders = [each.labels.tolist() for each in (first, second, chosen)]
    assert orders[0] != orders[1] != orders[2] != orders[0]


def test_what_is_mixed_in_is_what_its_labels_say(shown):
    drawn = joined(shown(WITH_PENS))
    of_mnist = pictures(datasets.load("mnist", train=True))
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
    model, _ = weights.load(weights.SHIPPED)
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
    steps = shown(dataclasses.replace(PLAIN, images=1_000, cropped=0.6))
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
    same = datasets.load("mnist", train=True).take(torch.zeros(50, dtype=torch.int64))
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
        loss, logits = training.learn(ours, ink, labels, optimizer, nn.CrossEntropyLoss(), False)
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
    images = datasets.load("mnist", train=True)

    def weights_after(seed):
        torch.manual_seed(seed)
        model = models.build(SMALL.architecture)
        list(training.fit(model, dataclasses.replace(SMALL, images=500), images, seed))
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    assert torch.equal(weights_after(1), weights_after(1))
    assert not torch.equal(weights_after(1), weights_after(2))


def test_a_loss_that_is_no_number_ends_the_training_in_one_sentence(few_images):
    recipe = dataclasses.replace(SMALL, learning_rate=1e30)
    images = datasets.load("mnist", train=True)
    with pytest.raises(TrainingError, match="no longer a number"):
        list(training.fit(models.build(recipe.architecture), recipe, images, 0))


def test_loss_and_accuracy_are_running_means(monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    meter = training.Meter("x", epochs=1, steps=2, batch_size=4)
    right, wrong = torch.eye(2), torch.eye(2).flip(0)
    labels = torch.tensor([0, 1])
    (first,) = meter.after_step(torch.tensor(3.0), right, labels, 0.1, 2)
    (second,) = meter.after_step(torch.tensor(0.0), wrong, labels, 0.1, 2)
    assert (first.loss, first.accuracy, first.fraction) == (3, 1, 0.5)
    left = 1 - 1 / training.MEMORY_OF_MEANS
    assert (second.loss, second.accuracy) == pytest.approx((3 * left, left))


def test_a_training_that_nobody_follows_any_more_leaves_no_file(few_images, tmp_path):
    events = training.train(SMALL, tmp_path / "x.safetensors", device="cpu")
    assert isinstance(next(events), Progress)
    events.close()
    assert list(tmp_path.iterdir()) == []


# ---- who watches ---------------------------------------------------------------------------------


def steering(*, finish_after=None, ink=None):
    """Somebody who watches, and after so many steps asks to finish."""
    steps = itertools.count()
    return Steering(
        watched=lambda: ink,
        finishing=lambda: finish_after is not None and next(steps) >= finish_after,
    )


def test_who_watches_sees_test_images_and_the_own_drawing_read(
    few_images, whole, tmp_path, monkeypatch
):
    monkeypatch.setattr(training, "LOOKING_SHARE", 100)
    test = datasets.load("mnist", train=False)
    output = tmp_path / "x.safetensors"
    watching = steering(ink=test.images[0].numpy())
    events = list(training.train(SMALL, output, device="cpu", seed=3, steering=watching))
    samples, *rest = events
    assert isinstance(samples, Samples)
    assert samples.images.shape == (12, 28, 28)
    assert samples.labels == tuple(test.labels[list(training.SAMPLES)].tolist())
    looks = [event for event in rest if isinstance(event, Look)]
    right = [sum(map(int.__eq__, look.samples, samples.labels)) for look in looks]
    assert right[-1] > right[0]
    assert looks[-1].validation > looks[0].validation
    assert looks[-1].drawing.index(max(looks[-1].drawing)) == 7
    assert max(looks[0].drawing) < 0.5
    # Watching changes nothing of what is learnt.
    watched, alone = (weights.load(each)[0] for each in (output, whole[0][-1].output))
    assert all(map(torch.equal, watched.state_dict().values(), alone.state_dict().values()))
    # The last look was taken just before the training's end.
    _, held_back = datasets.split_validation(datasets.load("mnist", train=True))
    measured = evaluation.measure_images(watched, held_back, calibration.Calibration())
    assert looks[-1].validation == pytest.approx(measured.accuracy, abs=0.01)


@pytest.mark.parametrize(("shortest", "left"), [(100, 100), (5, 30)])
def test_a_training_that_is_ended_early_lets_its_rate_fall_to_nothing(
    shown, monkeypatch, shortest, left
):
    assert training.SHORTEST_COOLDOWN == 100
    monkeypatch.setattr(training, "SHORTEST_COOLDOWN", shortest)
    asking = steering(finish_after=300)
    rates = []

    class Viewer:
        finishing = staticmethod(asking.finishing)

        def looks(self, model):
            yield Look(None, (), None)

    class Meter(training.Meter):
        def after_step(self, loss, logits, labels, learning_rate, planned):
            rates.append((learning_rate, planned))
            return super().after_step(loss, logits, labels, learning_rate, planned)

    monkeypatch.setattr(training, "Meter", Meter)
    recipe = dataclasses.replace(PLAIN, images=500, epochs=50, batch_size=50)
    steps = shown(recipe, viewer=Viewer())
    assert len(steps) == 300 + 1 + left
    assert [planned for _, planned in rates] == [500] * 300 + [len(steps)] * (1 + left)
    falling = [rate for rate, _ in rates[300:]]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 0
    assert falling[1] == pytest.approx(falling[0] * (1 - 1 / left))


def test_a_training_that_is_ended_at_once_still_reads_something(few_images, tmp_path):
    recipe = dataclasses.replace(SMALL, epochs=10)
    asking = steering(finish_after=2)
    trained = list(training.train(recipe, tmp_path / "x", device="cpu", steering=asking))[-1]
    assert trained.info.epochs == pytest.approx((3 + training.SHORTEST_COOLDOWN) / 31, abs=0.01)
    assert trained.info.accuracy > 0.3  # a guess is right one time in ten


# ---- the tutorial --------------------------------------------------------------------------------


def test_the_tutorial_follows_the_tutorial(few_images, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    recipe = dataclasses.replace(RECIPES["tutorial"], epochs=2)
    events = list(training.train(recipe, tmp_path / "x.safetensors", device="cpu"))
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) == 2 * 50  # batches of 64
    assert {event.learning_rate for event in progress} == {0.01}
    assert 2.1 < progress[0].loss < 2.5  # ln 10 = 2.30: it knows nothing yet
    assert events[-1].info.accuracy > 0.3
    assert events[-1].info.parameters == 109_386


def test_the_tutorial_ends_at_once_when_it_is_asked_to_finish(few_images, tmp_path):
    asking = steering(finish_after=20)
    events = list(
        training.train(RECIPES["tutorial"], tmp_path / "x", device="cpu", steering=asking)
    )
    assert events[-1].info.epochs == pytest.approx(21 / 50, abs=0.01)
    assert all(event.validation is None for event in events if isinstance(event, Look))


def test_the_tutorial_normalizes_its_images_and_shuffles_them_by_its_seed(few_images, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_EVENTS", 0)
    shown = []

    def first_loss(seed):
        torch.manual_seed(0)
        model = models.build(Architecture("simple"))
        model[1].register_forward_pre_hook(lambda _, arguments: shown.append(arguments[0]))
        return next(training.fit_as_tutorial(model, RECIPES["tutorial"], "mnist", seed)).loss

    assert first_loss(1) == first_loss(1) != first_loss(2)
    assert (shown[0].min(), shown[0].max(), len(shown[0])) == (-1, 1, 64)


def test_the_tutorials_network_can_be_trained_by_another_recipe(few_images, tmp_path):
    recipe = customize(SMALL, network="simple", epochs=1, batch_size=32, learning_rate=0.002)
    trained = list(training.train(recipe, tmp_path / "x", device="cpu"))[-1]
    assert trained.info.parameters == 109_386
    assert trained.info.accuracy > 0.7


# ---- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"epochs": 0}, "The epochs can't be 0: choose 1 to 50."),
        ({"epochs": 2.5}, "The epochs can't be 2.5: enter a number."),
        ({"epochs": True}, "The epochs can't be True: enter a number."),
        ({"learning_rate": float("nan")}, "The learning rate can't be nan: enter a number."),
        ({"learning_rate": "x"}, "The learning rate can't be 'x': enter a number."),
        ({"batch_size": 1e9}, r"The batch size can't be 1e\+09: choose 16 to 2048."),
        ({"network": "../x"}, "There is no network '../x'"),
    ],
)
def test_a_setting_out_of_its_range_is_refused_in_a_sentence(asked, sentence):
    with pytest.raises(TrainingError, match=sentence):
        customize(RECIPES["fast"], **asked)


def test_the_tutorial_keeps_its_network():
    with pytest.raises(TrainingError, match="tutorial's own network"):
        customize(RECIPES["tutorial"], network="convolutional")


@pytest.mark.parametrize(
    ("setting", "bounds"),
    [("epochs", (1, 50)), ("batch_size", (16, 2048)), ("learning_rate", (0.000_01, 0.5))],
)
def test_a_setting_may_be_the_least_and_the_most_of_its_range_and_no_more(setting, bounds):
    for bound, beyond in zip(bounds, (0.99, 1.01), strict=True):
        assert getattr(customize(RECIPES["fast"], **{setting: bound}), setting) == bound
        outside = (
            bound * beyond if setting == "learning_rate" else bound + (1 if beyond > 1 else -1)
        )
        with pytest.raises(TrainingError, match="choose"):
            customize(RECIPES["fast"], **{setting: outside})


def test_what_is_not_asked_for_stays_as_it_is():
    fast = RECIPES["fast"]
    assert customize(fast) == customize(fast, network="convolutional") == fast
    assert customize(fast, epochs=3.0) == dataclasses.replace(fast, epochs=3)
    assert type(customize(fast, epochs=3.0).epochs) is int
    assert customize(fast, learning_rate=0.1) == dataclasses.replace(fast, learning_rate=0.1)
    assert customize(fast, batch_size=64) == dataclasses.replace(fast, batch_size=64)
    simple = dataclasses.replace(fast, architecture=Architecture("simple"))
    assert customize(fast, network="simple") == simple
