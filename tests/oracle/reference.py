"""PyTorch's own answer: the forward pass and every ∂h_t/∂h_k by autograd in float64; imported only where PyTorch is."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from app.core.arrays import Array
from tests.oracle.cases import Case

# Written with PyTorch's own functions, independently of the project's formulas.
FUNCTIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    # By default PyTorch gives up the curve from 20 on, where the slope is still 2e-9 short of 1.
    "softplus": lambda x: functional.softplus(x, threshold=500.0),
    "softsign": functional.softsign,
    "hardtanh": functional.hardtanh,
    "hardsigmoid": functional.hardsigmoid,
    "identity": torch.clone,
    "sine": torch.sin,
    "mish": functional.mish,
}


def differentiated(case: Case) -> tuple[Array, dict[tuple[int, int], Array]]:
    """Run a network and let autograd take every ∂h_t/∂h_k, k < t.

    Parameters
    ----------
    case : Case
        The network, H units, T steps.

    Returns
    -------
    states : array of shape (T + 1, H)
        h_0 … h_T.
    jacobians : dict of (t, k) to array of shape (H, H)
        ∂h_t/∂h_k.
    """
    weight = {name: torch.from_numpy(value) for name, value in case.parameters.items()}
    inputs = torch.from_numpy(case.inputs)
    function = FUNCTIONS[case.activation]

    def step(h: Tensor, x: Tensor) -> Tensor:
        return function(
            functional.linear(x, weight["weight_ih_l0"], weight["bias_ih_l0"])
            + functional.linear(h, weight["weight_hh_l0"], weight["bias_hh_l0"])
        )

    return _all_pairs(step, torch.from_numpy(case.initial_state), inputs)


def module(case: Case) -> tuple[Array, dict[tuple[int, int], Array]]:
    """Do the same by ``torch.nn.RNN`` itself, which takes the parameters under their own names; tanh and relu only."""
    size, hidden = case.inputs.shape[1], len(case.initial_state)
    rnn = torch.nn.RNN(size, hidden, nonlinearity=case.activation, dtype=torch.float64)
    rnn.load_state_dict({name: torch.from_numpy(value) for name, value in case.parameters.items()})
    inputs = torch.from_numpy(case.inputs)
    states, _ = rnn(inputs, torch.from_numpy(case.initial_state)[None])

    def step(h: Tensor, x: Tensor) -> Tensor:
        return rnn(x[None], h[None])[0][0]

    found, jacobians = _all_pairs(step, torch.from_numpy(case.initial_state), inputs)
    np.testing.assert_allclose(found[1:], states.detach().numpy(), rtol=1e-13, atol=1e-15)
    return found, jacobians


def _all_pairs(
    step: Callable[[Tensor, Tensor], Tensor], start: Tensor, inputs: Tensor
) -> tuple[Array, dict[tuple[int, int], Array]]:
    """Run with every state a leaf of its own path, and pull every unit vector at every t back through the graph."""
    states = [start.requires_grad_()]
    for x in inputs:
        states.append(step(states[-1], x))
    jacobians = {}
    eye = torch.eye(len(start), dtype=torch.float64)
    for t in range(1, len(states)):
        rows = torch.autograd.grad(states[t], states[:t], eye, retain_graph=True, is_grads_batched=True)
        jacobians.update({(t, k): row.numpy() for k, row in enumerate(rows)})
    return torch.stack(states).detach().numpy(), jacobians
