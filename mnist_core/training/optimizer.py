"""The optimizer: orthogonal steps for the filters of convolutions, AdamW for all else.

This module knows nothing of recipes, data or schedules.
"""

from typing import Any

import torch
from torch import Tensor, nn

MOMENTUM = 0.6  # of the filters' gradients
ITERATIONS = 5
QUINTIC = (3.4445, -4.7750, 2.0315)  # coefficients of the iteration: steep near zero


class Muon(torch.optim.AdamW):
    """AdamW, but filters of convolutions take orthogonal steps.

    The momentum of a filter's gradient, as a matrix of outputs by inputs, is replaced by the
    nearest orthogonal matrix, so that all its directions are learnt equally fast (Keller Jordan,
    "Muon", 2024, kellerjordan.github.io/posts/muon). Filters keep a fixed norm: the batch
    normalization behind them takes their scale out anyhow. Filters of a single input channel are
    AdamW's.
    """

    def __init__(
        self, model: nn.Module, learning_rate: float, weight_decay: float, filter_rate: float
    ) -> None:
        """Take a network.

        Args:
            model: on its device.
            learning_rate: of AdamW.
            weight_decay: of AdamW.
            filter_rate: how far an orthogonal step goes: the spectral norm of the change. 0
                leaves the filters to AdamW.
        """
        filters = [each for each in model.parameters() if filter_rate > 0 and _is_filter(each)]
        chosen = {id(each) for each in filters}
        others = [each for each in model.parameters() if id(each) not in chosen]
        groups: list[dict[str, Any]] = [{"params": others, "orthogonal": False}]
        if filters:
            groups.append({"params": filters, "orthogonal": True, "lr": filter_rate})
        super().__init__(groups, lr=learning_rate, weight_decay=weight_decay, fused=True)

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Take a step along the gradients; those of filters are cleared by it."""
        for group in self.param_groups:
            if group["orthogonal"]:
                for filters in group["params"]:
                    self._step_orthogonally(filters, group["lr"])
        return super().step(closure)

    def _step_orthogonally(self, filters: Tensor, rate: float) -> None:
        gradient = filters.grad
        if gradient is None:
            return
        state = self.state[filters]
        if not state:
            state["momentum"] = torch.zeros_like(filters)
        momentum = state["momentum"].mul_(MOMENTUM).add_(gradient)
        direction = gradient.add(momentum, alpha=MOMENTUM)  # Nesterov's
        filters.mul_(len(filters) ** 0.5 / filters.norm())
        filters.sub_(rate * orthogonalized(direction.flatten(1)).view_as(filters))
        filters.grad = None  # AdamW passes over what has none


def _is_filter(parameter: Tensor) -> bool:
    return parameter.ndim == 4 and parameter.shape[1] > 1


def orthogonalized(matrix: Tensor) -> Tensor:
    """Bring all singular values of a matrix (N, M) near to 1, by Newton and Schulz's iteration."""
    a, b, c = QUINTIC
    tall = len(matrix) > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(ITERATIONS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x
