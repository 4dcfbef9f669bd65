"""Steps as events, and the clock, without any training."""

import dataclasses

import pytest
import torch

from mnist_core.errors import TrainingError
from mnist_core.model import networks, weight_file
from mnist_core.training import run
from mnist_core.training.progress import Evaluating, Progress, TrainingControl
from mnist_core.training.run import Meter, Step, TrainingRun, until_finishing
from tests.stubs import INFO

STEP = Step(
    torch.tensor(1.0), torch.eye(2), torch.tensor([0, 1]), 0.1, steps_per_epoch=2, planned=4
)


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only as the test says: a list of one number, in seconds."""
    now = [100.0]
    monkeypatch.setattr(run.time, "perf_counter", lambda: now[0])
    return now


def test_loss_and_accuracy_are_running_means(monkeypatch):
    monkeypatch.setattr(run, "SECONDS_BETWEEN_EVENTS", 0)
    meter = Meter(epochs=1)
    (first,) = meter.after_step(dataclasses.replace(STEP, loss=torch.tensor(3.0)))
    wrong = dataclasses.replace(STEP, loss=torch.tensor(0.0), logits=torch.eye(2).flip(0))
    (second,) = meter.after_step(wrong)
    assert (first.loss, first.accuracy, first.fraction) == (3, 1, 0.25)
    left = 1 - 1 / run.MEMORY_OF_MEANS
    assert (second.loss, second.accuracy) == pytest.approx((3 * left, left))


def test_progress_counts_epochs_and_steps_from_1_and_tells_speed_and_time_left(clock):
    meter, told = Meter(epochs=3), []
    for step in (STEP, STEP, STEP, dataclasses.replace(STEP, learning_rate=0.0)):
        clock[0] += 2
        told += meter.after_step(step)
    assert [(each.epoch, each.epochs, each.step, each.steps) for each in told] == [
        (1, 3, 1, 2), (1, 3, 2, 2), (2, 3, 1, 2), (2, 3, 2, 2),
    ]  # fmt: skip
    assert [each.fraction for each in told] == [0.25, 0.5, 0.75, 1]
    assert [each.seconds_left for each in told] == [6, 4, 2, 0]
    assert {each.images_per_second for each in told} == {1}
    assert [each.learning_rate for each in told] == [0.1, 0.1, 0.1, 0]
    assert meter.epochs_done == 2


def test_progress_comes_five_times_a_second_and_at_the_end(clock):
    meter, told = Meter(epochs=1), []
    for number in range(1, 96):
        clock[0] += 0.021
        step = dataclasses.replace(STEP, steps_per_epoch=95, planned=95)
        told += [number for _ in meter.after_step(step)]
    assert told == [*range(10, 95, 10), 95]


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_told_when_there_is_something_to_tell(clock, loss):
    meter = Meter(epochs=1)
    assert list(meter.after_step(dataclasses.replace(STEP, loss=torch.tensor(loss)))) == []
    clock[0] += 1
    with pytest.raises(TrainingError, match="no longer a number: train again with another seed"):
        list(meter.after_step(STEP))


def test_steps_are_passed_on_until_one_after_somebody_asks_to_finish():
    control, passed = TrainingControl(), []
    for step in until_finishing([STEP] * 4, control):
        passed.append(step)
        control.finishing = len(passed) == 2
    assert passed == [STEP, STEP, dataclasses.replace(STEP, planned=3)]
    assert list(until_finishing([STEP] * 4, TrainingControl())) == [STEP] * 4


def test_a_run_tells_the_seconds_of_its_parts_and_writes_what_it_is_given(
    few_images, clock, tmp_path
):
    training = TrainingRun("mnist", "cpu", None)
    model = networks.build(INFO.architecture)
    clock[0] += 1

    def steps():
        clock[0] += 10
        yield dataclasses.replace(STEP, planned=1)

    events = list(training.follow(model, steps(), 1, None))
    assert [type(event) for event in events] == [Progress, Evaluating]
    assert training.epochs_done == 0.5
    clock[0] += 100
    trained = training.save(model, INFO, tmp_path / "x")
    assert trained.seconds == {"data": 1, "train": 10, "evaluate": 100}
    assert weight_file.read_info(trained.output) == trained.info == INFO
