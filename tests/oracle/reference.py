"""PyTorch's own answer: the forward pass and every derivative by autograd in float64; imported only where PyTorch is.

Its own backward of tanh is 1 − tanh², which has no digits left in a saturated unit. There the functions are written
with the exponential, whose derivatives by autograd keep their relative accuracy.
"""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tests.oracle.cases import Case, input_pairs, pairs
from tests.oracle.comparison import Answer

Function = Callable[[Tensor], Tensor]
Step = Callable[[Tensor, Tensor], Tensor]

# Written with PyTorch's own functions, independently of the project's formulas.
FUNCTIONS: Mapping[str, Function] = {
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


def _exponential_sigmoid(x: Tensor) -> Tensor:
    return 1.0 / (1.0 + torch.exp(-x))


def _exponential_tanh(x: Tensor) -> Tensor:
    return 1.0 - 2.0 / (torch.exp(2.0 * x) + 1.0)


EXPONENTIAL: Mapping[str, Function] = {"sigmoid": _exponential_sigmoid, "tanh": _exponential_tanh}


def differentiated(case: Case, functions: Mapping[str, Function] = FUNCTIONS) -> Answer:
    """Run a network written out here, and let autograd take every derivative.

    Parameters
    ----------
    case : Case
        The network.
    functions : mapping of str to callable
        Activations; ``EXPONENTIAL`` for saturated units.

    Returns
    -------
    Answer
        PyTorch's numbers.
    """
    weight = {name: torch.from_numpy(value) for name, value in case.parameters.items()}
    size, hidden = case.state_size, case.hidden
    models: Mapping[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
        "rnn": lambda entering, within, _: functions[case.architecture.activation](entering + within),
        "lstm": lambda entering, within, own: _lstm(functions, entering + within, own[hidden:]),
        "gru": lambda entering, within, own: _gru(functions, entering, within, own),
    }

    def layer_step(layer: int, own: Tensor, x: Tensor) -> Tensor:
        w, u, b, v = (weight[f"{name}_l{layer}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        entering = functional.linear(x, w, b)
        if case.architecture.model == "gru" and case.architecture.reset == "before":
            return _gru_before(functions, entering, u, v, own)
        return models[case.architecture.model](entering, functional.linear(own[:hidden], u, v), own)

    def step(state: Tensor, x: Tensor) -> Tensor:
        parts: list[Tensor] = []
        for layer, own in enumerate(state.split(size)):
            parts.append(layer_step(layer, own, parts[-1][:hidden] if parts else x))
        return torch.cat(parts)

    return _all_pairs(step, case)


def _lstm(functions: Mapping[str, Function], a: Tensor, cell: Tensor) -> Tensor:
    i, f, g, o = a.chunk(4)
    sigma, tanh = functions["sigmoid"], functions["tanh"]
    cell = sigma(f) * cell + sigma(i) * tanh(g)
    return torch.cat([sigma(o) * tanh(cell), cell])


def _gru(functions: Mapping[str, Function], entering: Tensor, within: Tensor, h: Tensor) -> Tensor:
    (wr, wz, wn), (ur, uz, un) = entering.chunk(3), within.chunk(3)
    sigma, tanh = functions["sigmoid"], functions["tanh"]
    n = tanh(wn + sigma(wr + ur) * un)
    # σ(−a) for 1 − σ(a), which has no digits left in a saturated gate.
    return sigma(-wz - uz) * n + sigma(wz + uz) * h


def _gru_before(functions: Mapping[str, Function], entering: Tensor, u: Tensor, v: Tensor, h: Tensor) -> Tensor:
    (wr, wz, wn), (ur, uz, un), (vr, vz, vn) = entering.chunk(3), u.chunk(3), v.chunk(3)
    sigma, tanh = functions["sigmoid"], functions["tanh"]
    r, z = sigma(wr + ur @ h + vr), wz + uz @ h + vz
    return sigma(-z) * tanh(wn + un @ (r * h) + vn) + sigma(z) * h


def module(case: Case) -> Answer:
    """Do the same by ``torch.nn.RNN``, ``LSTM`` or ``GRU`` itself, which takes the parameters under their own names."""
    layers, hidden = case.architecture.layers, case.hidden
    kinds: Mapping[str, type[torch.nn.RNNBase]] = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    more = {"nonlinearity": case.architecture.activation} if case.architecture.model == "rnn" else {}
    net = kinds[case.architecture.model](case.inputs.shape[1], hidden, layers, dtype=torch.float64, **more)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in case.parameters.items()})

    def onward(state: Tensor, xs: Tensor) -> tuple[Tensor, Tensor]:
        parts = [part.contiguous() for part in state.view(layers, -1, hidden).unbind(1)]
        outputs, last = net(xs, tuple(parts) if case.architecture.model == "lstm" else parts[0])
        return outputs, torch.stack(last if case.architecture.model == "lstm" else [last], dim=1).reshape(-1)

    answer = _all_pairs(lambda state, x: onward(state, x[None])[1], case)
    # Once more in one call, as the module is meant to be used.
    outputs, last = (
        tensor.detach().numpy() for tensor in onward(torch.from_numpy(case.start), torch.from_numpy(case.inputs))
    )
    top = slice((layers - 1) * case.state_size, (layers - 1) * case.state_size + hidden)
    np.testing.assert_allclose(answer.states[1:, top], outputs, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(answer.states[-1], last, rtol=1e-12, atol=1e-15)
    return answer


def _all_pairs(step: Step, case: Case) -> Answer:
    """Run with every state and input a leaf of its own path, and pull every unit vector at every t back at once."""
    inputs = [torch.from_numpy(x).requires_grad_() for x in case.inputs]
    states = [torch.from_numpy(case.start).requires_grad_()]
    for x in inputs:
        states.append(step(states[-1], x))
    by_state, by_input = {}, {}
    eye, length = torch.eye(len(states[0]), dtype=torch.float64), len(inputs)
    for t in range(1, length + 1):
        leaves = [*states[:t], *inputs[:t]]
        rows = torch.autograd.grad(states[t], leaves, eye, retain_graph=True, is_grads_batched=True)
        gradients = [gradient.numpy() for gradient in rows]
        by_state.update({(t, k): gradients[k] for k in range(t)})
        by_input.update({(t, k + 1): gradients[t + k] for k in range(t)})
    assert set(by_state) == set(pairs(length))
    assert set(by_input) == set(input_pairs(length))
    return Answer(torch.stack(states).detach().numpy(), by_state, by_input)
