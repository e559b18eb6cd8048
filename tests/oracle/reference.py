"""PyTorch's own answer: the forward pass and every derivative by autograd in float64; imported only where PyTorch is.

Its own backward of tanh is 1 − tanh², which has no digits left in a saturated unit. There the functions are written
with the exponential, whose derivatives by autograd keep their relative accuracy.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tests.oracle.cases import INPUT, Case, Place, input_pairs, pairs, places
from tests.oracle.comparison import Answer
from unrolled.core.arrays.types import Array

Function = Callable[[Tensor], Tensor]
# Takes one layer, the parts of its state and what enters it to the parts of its next state, the output first.
LayerStep = Callable[[int, Sequence[Tensor], Tensor], Sequence[Tensor]]

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

    def layer_step(layer: int, own: Sequence[Tensor], x: Tensor) -> list[Tensor]:
        w, u, b, v = (weight[f"{name}_l{layer}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        entering, h, model = functional.linear(x, w, b), own[0], case.architecture.model
        if model == "gru" and case.architecture.reset == "before":
            return [_gru_before(functions, entering, u, v, h)]
        within = functional.linear(h, u, v)
        if model == "lstm":
            return _lstm(functions, entering + within, own[1])
        if model == "gru":
            return [_gru(functions, entering, within, h)]
        return [functions[case.architecture.activation](entering + within)]

    return _all_pairs(layer_step, case)


def _lstm(functions: Mapping[str, Function], a: Tensor, cell: Tensor) -> list[Tensor]:
    i, f, g, o = a.chunk(4)
    sigma, tanh = functions["sigmoid"], functions["tanh"]
    cell = sigma(f) * cell + sigma(i) * tanh(g)
    return [sigma(o) * tanh(cell), cell]


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
    """Do the same by ``torch.nn.RNNCell``, ``LSTMCell`` or ``GRUCell`` and, in one call, ``RNN``, ``LSTM`` or ``GRU``.

    They take the parameters under their own names.
    """
    layers, hidden, model = case.architecture.layers, case.hidden, case.architecture.model
    kinds: Mapping[str, type[torch.nn.RNNBase]] = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    cells = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}
    more = {"nonlinearity": case.architecture.activation} if model == "rnn" else {}
    parameters = {name: torch.from_numpy(value) for name, value in case.parameters.items()}
    stack = []
    for layer in range(layers):
        width = hidden if layer else case.inputs.shape[1]
        stack.append(cells[model](width, hidden, dtype=torch.float64, **more))
        ending = f"_l{layer}"
        own = {name.removesuffix(ending): value for name, value in parameters.items() if name.endswith(ending)}
        stack[-1].load_state_dict(own)

    def layer_step(layer: int, own: Sequence[Tensor], x: Tensor) -> list[Tensor]:
        # Batches of one: a row taken out of c is another node than the c that h is computed from.
        if model == "lstm":
            return stack[layer](x[None], tuple(part[None] for part in own))
        return [stack[layer](x[None], own[0][None])]

    answer = _all_pairs(layer_step, case)
    # Once more in one call, as the module is meant to be used.
    net = kinds[model](case.inputs.shape[1], hidden, layers, dtype=torch.float64, **more)
    net.load_state_dict(parameters)
    start = tuple(torch.from_numpy(part) for part in case.initial.values())
    outputs, last = net(torch.from_numpy(case.inputs), start if model == "lstm" else start[0])
    last = torch.stack(last if model == "lstm" else [last], dim=1).reshape(-1)
    top = slice((layers - 1) * case.state_size, (layers - 1) * case.state_size + hidden)
    np.testing.assert_allclose(answer.states[1:, top], outputs.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(answer.states[-1], last.detach().numpy(), rtol=1e-12, atol=1e-15)
    return answer


def _all_pairs(step: LayerStep, case: Case) -> Answer:
    """Run with h, c and s = [h; c] of every layer at every step a node, and pull every unit vector at every t back.

    What reads a layer's state, above it and at the next step, reads s.
    """
    inputs = [torch.from_numpy(x).requires_grad_() for x in case.inputs]
    nodes: dict[Place, list[Tensor]] = {place: [] for place in places(case)}

    def hand_on(layer: int, parts: Sequence[Tensor]) -> list[Tensor]:
        joint = torch.cat([part.reshape(-1) for part in parts])
        for name, node in zip(case.initial, parts, strict=True):
            nodes[name, layer + 1].append(node)
        if len(parts) > 1:
            nodes["s", layer + 1].append(joint)
        return list(joint.split(case.hidden))

    layers = range(case.architecture.layers)
    leaves = [[torch.from_numpy(part[layer]).requires_grad_() for part in case.initial.values()] for layer in layers]
    states = [[hand_on(layer, leaves[layer]) for layer in layers]]
    for x in inputs:
        after: list[list[Tensor]] = []
        for layer in layers:
            after.append(hand_on(layer, step(layer, states[-1][layer], after[-1][0] if after else x)))
        states.append(after)
    joint = [torch.cat([part for own in state for part in own]) for state in states]
    eye, length = torch.eye(len(joint[0]), dtype=torch.float64), len(inputs)
    answers: dict[Place, dict[tuple[int, int], Array]] = {place: {} for place in [*nodes, INPUT]}
    for t in range(1, length + 1):
        wanted = [(place, k, node) for place, each in nodes.items() for k, node in enumerate(each[: t + 1])]
        wanted += [(INPUT, k, x) for k, x in enumerate(inputs[:t], 1)]
        rows = torch.autograd.grad(
            joint[t], [node for *_, node in wanted], eye, retain_graph=True, is_grads_batched=True
        )
        for (place, k, _), gradient in zip(wanted, rows, strict=True):
            answers[place][t, k] = gradient.reshape(len(eye), -1).numpy()
    assert all(set(answers[place]) == set(pairs(length)) for place in nodes)
    assert set(answers[INPUT]) == set(input_pairs(length))
    return Answer(torch.stack(joint).detach().numpy(), answers)
