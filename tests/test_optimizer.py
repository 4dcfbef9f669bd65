"""The optimizer."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from mnist_core.model import networks
from mnist_core.model.weight_info import Architecture
from mnist_core.training.optimizer import Muon, orthogonalized


@settings(deadline=None, max_examples=25)
@given(rows=some.integers(2, 24), columns=some.integers(2, 24), seed=some.integers(0, 1000))
def test_an_orthogonalized_matrix_keeps_its_directions_and_evens_their_strengths(
    rows, columns, seed
):
    generator = torch.Generator().manual_seed(seed)
    left, _ = torch.linalg.qr(torch.randn(rows, rows, generator=generator))
    right, _ = torch.linalg.qr(torch.randn(columns, columns, generator=generator))
    rank = min(rows, columns)
    strengths = torch.logspace(0, -1.5, rank)
    found = orthogonalized(left[:, :rank] * strengths @ right[:, :rank].T)
    mixed = left[:, :rank].T @ found @ right[:, :rank]  # diagonal, if the directions are kept
    assert torch.allclose(mixed, torch.diag(mixed.diagonal()), atol=2e-3)
    assert 0.5 < mixed.diagonal().min() <= mixed.diagonal().max() < 1.4


def steps(filter_rate):
    torch.manual_seed(0)
    model = networks.build(Architecture("convolutional", width=4))
    before = {name: each.detach().clone() for name, each in model.named_parameters()}
    optimizer = Muon(model, learning_rate=0.01, weight_decay=0.0, filter_rate=filter_rate)
    ink, labels = torch.rand(8, 1, 28, 28), torch.arange(8)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(ink), labels).backward()
        optimizer.step()
    return before, dict(model.named_parameters())


def test_every_parameter_learns():
    before, after = steps(filter_rate=0.05)
    assert not any(torch.equal(before[name], after[name]) for name in before)


def test_filters_keep_their_norm_where_they_take_orthogonal_steps_and_only_there():
    _, after = steps(filter_rate=0.05)
    filters = [each for each in after.values() if each.ndim == 4 and each.shape[1] > 1]
    assert len(filters) == 4
    for each in filters:
        assert each.norm().item() == pytest.approx(len(each) ** 0.5, rel=0.1)
    _, plain = steps(filter_rate=0.0)
    assert all(each.norm() < 0.9 * len(each) ** 0.5 for each in plain.values() if each.ndim == 4)


def test_without_a_rate_for_filters_it_is_adamw():
    _, found = steps(filter_rate=0.0)
    torch.manual_seed(0)
    model = networks.build(Architecture("convolutional", width=4))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.0, fused=True)
    ink, labels = torch.rand(8, 1, 28, 28), torch.arange(8)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(ink), labels).backward()
        optimizer.step()
    assert all(torch.equal(found[name], each) for name, each in model.named_parameters())


def test_a_filters_step_is_orthogonal_and_follows_its_momentum():
    torch.manual_seed(0)
    model = nn.Conv2d(3, 4, 2, bias=True)
    expected, momentum = model.weight.detach().clone(), torch.zeros_like(model.weight)
    optimizer = Muon(model, learning_rate=0.01, weight_decay=0.5, filter_rate=0.1)
    for seed in range(3):
        gradient = torch.randn(model.weight.shape, generator=torch.Generator().manual_seed(seed))
        model.weight.grad = gradient.clone()
        optimizer.step()
        momentum = 0.6 * momentum + gradient
        direction = orthogonalized((gradient + 0.6 * momentum).flatten(1)).view_as(expected)
        expected = expected / expected.norm() * 2 - 0.1 * direction  # of norm 2: it has 4 outputs
        assert torch.allclose(model.weight, expected, atol=1e-5)


def test_only_filters_of_several_inputs_take_orthogonal_steps():
    model = networks.build(Architecture("convolutional", width=4))
    others, filters = Muon(model, 0.01, 0.3, 0.05).param_groups
    assert [each.shape[1] > 1 and each.ndim == 4 for each in filters["params"]] == [True] * 4
    assert not any(each.ndim == 4 and each.shape[1] > 1 for each in others["params"])
    assert len(others["params"]) + len(filters["params"]) == len(list(model.parameters()))
    assert (others["lr"], filters["lr"]) == (0.01, 0.05)


def test_weights_decay_where_adamw_steps():
    model = nn.Linear(3, 3)
    before = model.weight.detach().clone()
    model.weight.grad = torch.zeros_like(before)
    Muon(model, learning_rate=0.1, weight_decay=0.5, filter_rate=1.0).step()
    assert torch.allclose(model.weight, before * (1 - 0.1 * 0.5))
