"""The two ways a PyTorch user would take every ∂h_t/∂h_k of a tanh network, both in float64 with Frobenius norms."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from app.core.arrays import Array


def rows(parameters: Mapping[str, Array], inputs: Array) -> Array:
    """Ask ``torch.autograd.grad`` for one row of all ∂h_t/∂h_1 … ∂h_t/∂h_t at a time."""
    weights, driven, state = _loaded(parameters, inputs)
    states = []
    state.requires_grad_()
    for drive in driven:
        state = _step(state, drive, weights)
        states.append(state)
    sizes = np.full((len(states), len(states)), np.nan)
    for t, end in enumerate(states):
        squares = torch.zeros(t + 1, dtype=torch.float64)
        for unit in end:
            gradients = torch.autograd.grad(unit, states[: t + 1], retain_graph=True)
            squares += torch.stack(gradients).square().sum(dim=1)
        sizes[t, : t + 1] = 0.5 * squares.log10().numpy()
    return sizes


def chained(parameters: Mapping[str, Array], inputs: Array) -> Array:
    """Take all one-step Jacobians by ``vmap(jacrev(step))`` and carry a batch of products from row to row."""
    weights, driven, state = _loaded(parameters, inputs)
    with torch.no_grad():
        states = [state]
        for drive in driven:
            states.append(_step(states[-1], drive, weights))
    before = torch.stack(states[:-1])
    one_step = torch.vmap(torch.func.jacrev(_step), in_dims=(0, 0, None))(before, driven, weights)
    length, size = before.shape
    sizes = np.full((length, length), np.nan)
    eye = torch.eye(size, dtype=torch.float64)[None]
    products = eye
    for t in range(length):
        if t:
            products = torch.cat([one_step[t] @ products, eye])
        sizes[t, : t + 1] = products.square().sum(dim=(1, 2)).log10().numpy() / 2
    return sizes


def _loaded(parameters: Mapping[str, Array], inputs: Array) -> tuple[Tensor, Tensor, Tensor]:
    """Give W_hh, what the inputs and biases contribute at each step, and the initial state."""
    named = {name: torch.from_numpy(value) for name, value in parameters.items()}
    driven = torch.from_numpy(inputs) @ named["weight_ih_l0"].T + named["bias_ih_l0"] + named["bias_hh_l0"]
    return named["weight_hh_l0"], driven, torch.zeros(driven.shape[1], dtype=torch.float64)


def _step(state: Tensor, drive: Tensor, weights: Tensor) -> Tensor:
    return torch.tanh(drive + weights @ state)
