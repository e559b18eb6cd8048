"""The two ways a PyTorch user would take every ∂h_t/∂h_k, both in float64 with Frobenius norms.

A state is s = h, or [h; c] for an LSTM; the cell steps are written out, because no module of PyTorch gives them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.bench.nets import Net
from unrolled.core.arrays.types import Array

Step = Callable[[Tensor, Tensor, dict[str, Tensor]], Tensor]


def one_thread() -> None:
    """Hold PyTorch to one thread."""
    torch.set_num_threads(1)


def rows(model: str, net: Net) -> Array:
    """Ask ``torch.autograd.grad`` for one row of all ∂h_t/∂h_1 … ∂h_t/∂h_t at a time."""
    step, weights, input_terms, outputs, rest = _loaded(model, net)
    outputs.requires_grad_()
    ends = []
    for input_term in input_terms:
        state = step(torch.cat([outputs, rest]), input_term, weights)
        # An output that is its own leaf of the path: the cell beside it is held fixed.
        outputs, rest = state[: len(outputs)], state[len(outputs) :]
        ends.append(outputs)
    sizes = np.full((len(ends), len(ends)), np.nan)
    for t, end in enumerate(ends):
        squares = torch.zeros(t + 1, dtype=torch.float64)
        for unit in end:
            gradients: Any = torch.autograd.grad(unit, ends[: t + 1], retain_graph=True)
            squares += torch.stack(gradients).square().sum(dim=1)
        sizes[t, : t + 1] = 0.5 * squares.log10().numpy()
    return sizes


def chained(model: str, net: Net) -> Array:
    """Take all one-step Jacobians by ``vmap(jacrev(step))`` and carry a batch of products from row to row."""
    step, weights, input_terms, outputs, rest = _loaded(model, net)
    with torch.no_grad():
        states = [torch.cat([outputs, rest])]
        for input_term in input_terms:
            states.append(step(states[-1], input_term, weights))
    before = torch.stack(states[:-1])
    one_step = torch.vmap(torch.func.jacrev(step), in_dims=(0, 0, None))(before, input_terms, weights)
    length, hidden = len(input_terms), len(outputs)
    sizes = np.full((length, length), np.nan)
    identity = torch.eye(before.shape[1], dtype=torch.float64)[None, :, :hidden]
    products = identity
    for t in range(length):
        if t:
            products = torch.cat([one_step[t] @ products, identity])
        sizes[t, : t + 1] = products[:, :hidden].square().sum(dim=(1, 2)).log10().numpy() / 2
    return sizes


def _loaded(model: str, net: Net) -> tuple[Step, dict[str, Tensor], Tensor, Tensor, Tensor]:
    """Give the step, its weights, what drives it at each step, and the two parts of the initial state."""
    weights = {name: torch.from_numpy(value) for name, value in net.parameters.items()}
    input_terms = torch.from_numpy(net.inputs) @ weights["weight_ih_l0"].T + weights["bias_ih_l0"]
    hidden = net.network.hidden_size
    zeros = torch.zeros(net.network.state_size, dtype=torch.float64)
    return _STEPS[model], weights, input_terms, zeros[:hidden].clone(), zeros[hidden:].clone()


def _rnn(state: Tensor, input_term: Tensor, weights: dict[str, Tensor]) -> Tensor:
    return torch.tanh(input_term + weights["weight_hh_l0"] @ state + weights["bias_hh_l0"])


def _lstm(state: Tensor, input_term: Tensor, weights: dict[str, Tensor]) -> Tensor:
    h, c = state.chunk(2)
    i, f, g, o = (input_term + weights["weight_hh_l0"] @ h + weights["bias_hh_l0"]).chunk(4)
    cell = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.cat([torch.sigmoid(o) * torch.tanh(cell), cell])


def _gru(state: Tensor, input_term: Tensor, weights: dict[str, Tensor]) -> Tensor:
    recurrent = weights["weight_hh_l0"] @ state + weights["bias_hh_l0"]
    (r, z, n), (into_r, into_z, into_n) = input_term.chunk(3), recurrent.chunk(3)
    keep = torch.sigmoid(z + into_z)
    return (1 - keep) * torch.tanh(n + torch.sigmoid(r + into_r) * into_n) + keep * state


_STEPS: dict[str, Step] = {"rnn": _rnn, "lstm": _lstm, "gru": _gru}
