"""PyTorch's own answer: the forward pass and every ∂h_t/∂h_k by autograd in float64."""

from collections.abc import Mapping

import numpy as np
import torch
from torch.nn import functional

from app.core.arrays import Array

# Written with PyTorch's own functions, independently of the project's formulas.
FUNCTIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    # By default PyTorch takes softplus for the identity above 20, which is 2e-9 off.
    "softplus": lambda x: functional.softplus(x, threshold=1000.0),
    "softsign": functional.softsign,
    "hardtanh": functional.hardtanh,
    "hardsigmoid": functional.hardsigmoid,
    "identity": lambda x: x,
    "sine": torch.sin,
    "mish": functional.mish,
}


def states(activation: str, parameters: Mapping[str, Array], inputs: Array) -> list[torch.Tensor]:
    """Run the recurrence; each state is kept so that it can be differentiated with respect to every earlier one."""
    named = {name: torch.tensor(array) for name, array in parameters.items()}
    state = torch.zeros(len(named["bias_hh_l0"]), dtype=torch.float64, requires_grad=True)
    found = [state]
    for x in torch.tensor(inputs):
        driven = functional.linear(x, named["weight_ih_l0"], named["bias_ih_l0"])
        recurrent = functional.linear(found[-1], named["weight_hh_l0"], named["bias_hh_l0"])
        found.append(FUNCTIONS[activation](driven + recurrent))
    return found


def pairs(found: list[torch.Tensor]) -> Array:
    """Differentiate every state with respect to every earlier one, shape (T, T, H, H), zero for k > t."""
    length, size = len(found) - 1, len(found[0])
    jacobians = np.zeros((length, length, size, size))
    for t in range(1, length + 1):
        for k in range(1, t + 1):
            for unit in range(size):
                (row,) = torch.autograd.grad(found[t][unit], found[k], retain_graph=True, allow_unused=True)
                jacobians[t - 1, k - 1, unit] = 0.0 if row is None else row.numpy()
    return jacobians
