"""A network run with hundreds of digits, and its derivatives by difference quotients: no formula of any derivative.

With so many digits a step of 10⁻¹⁶⁰ leaves a quotient right to a hundred of them, however far the units are saturated.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
from mpmath import mpf

from tests.oracle.cases import Case
from unrolled.core.arrays.types import Array

DIGITS, STEP = 700, -160

Numbers = list[mpf]
Entries = npt.NDArray[Any]


def _sigma(x: mpf) -> mpf:
    return 1 / (1 + mpmath.exp(-x))


def _softplus(x: mpf) -> mpf:
    return mpmath.log1p(mpmath.exp(x))


ACTIVATIONS: dict[str, Callable[[mpf], mpf]] = {
    "tanh": mpmath.tanh,
    "sigmoid": _sigma,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "silu": lambda x: x * _sigma(x),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "mish": lambda x: x * mpmath.tanh(_softplus(x)),
}


class ManyDigits:
    """The network of a case; a state is that of all layers, one after the other."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.weights = {name: mpmath.matrix(value.tolist()) for name, value in case.parameters.items()}
        self.inputs = [[mpf(number) for number in row] for row in case.inputs.tolist()]
        self.states = [[mpf(number) for number in case.start.tolist()]]
        for x in self.inputs:
            self.states.append(self.step(self.states[-1], x))

    def step(self, state: Numbers, x: Numbers) -> Numbers:
        """Take one step of all layers."""
        size, states = self.case.state_size, []
        for layer in range(self.case.architecture.layers):
            own = self._layer(layer, state[layer * size : (layer + 1) * size], x)
            states += own
            x = own[: self.case.hidden]
        return states

    def _layer(self, layer: int, own: Numbers, x: Numbers) -> Numbers:
        architecture, hidden = self.case.architecture, self.case.hidden
        w, u, b, v = (self.weights[f"{name}_l{layer}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        entering, h = list(w * mpmath.matrix(x) + b), own[:hidden]
        if architecture.model == "gru" and architecture.reset == "before":
            r, z = (_map(_sigma, _plus(entering, u * mpmath.matrix(h) + v)[part]) for part in _parts(hidden, 2))
            within = u * mpmath.matrix([one * other for one, other in zip(r, h, strict=True)]) + v
            n = _map(mpmath.tanh, _plus(entering, within)[2 * hidden :])
            return [(1 - z[i]) * n[i] + z[i] * h[i] for i in range(hidden)]
        within = list(u * mpmath.matrix(h) + v)
        if architecture.model == "gru":
            r, z = (_map(_sigma, _plus(entering, within)[part]) for part in _parts(hidden, 2))
            n = [mpmath.tanh(entering[2 * hidden + i] + r[i] * within[2 * hidden + i]) for i in range(hidden)]
            return [(1 - z[i]) * n[i] + z[i] * h[i] for i in range(hidden)]
        a = _plus(entering, within)
        if architecture.model == "rnn":
            return _map(ACTIVATIONS[architecture.activation], a)
        i, f, g, o = (a[part] for part in _parts(hidden, 4))
        c = [_sigma(f[j]) * own[hidden + j] + _sigma(i[j]) * mpmath.tanh(g[j]) for j in range(hidden)]
        return [_sigma(o[j]) * mpmath.tanh(c[j]) for j in range(hidden)] + c

    def by_state(self, k: int) -> list[Entries]:
        """Give ∂s_t/∂s_k for t = k … T."""
        return _quotients(self.states[k], lambda state: self._run(state, k))

    def by_input(self, k: int) -> list[Entries]:
        """Give ∂s_t/∂x_k for t = k … T."""
        return _quotients(self.inputs[k - 1], lambda x: self._run(self.step(self.states[k - 1], x), k))

    def _run(self, state: Numbers, k: int) -> list[Numbers]:
        states = [state]
        for x in self.inputs[k:]:
            states.append(self.step(states[-1], x))
        return states


def scaled(matrix: Entries) -> tuple[Array, float]:
    """Give a matrix divided by its largest entry, as float64, and log10 of that entry; −inf for zero."""
    largest = np.abs(matrix).max()
    if largest == 0:
        return np.zeros(matrix.shape), -np.inf
    return (matrix / largest).astype(np.float64), float(mpmath.log10(largest))


def _quotients(at: Sequence[mpf], run: Callable[[Numbers], list[Numbers]]) -> list[Entries]:
    step, columns = mpf(10) ** STEP, []
    for index in range(len(at)):
        ends = [np.array(run([*at[:index], at[index] + sign * step, *at[index + 1 :]])) for sign in (1, -1)]
        columns.append((ends[0] - ends[1]) / (2 * step))
    return list(np.stack(columns, axis=2))


def _plus(one: Numbers, other: Numbers) -> Numbers:
    return [a + b for a, b in zip(one, other, strict=True)]


def _map(function: Callable[[mpf], mpf], numbers: Numbers) -> Numbers:
    return [function(number) for number in numbers]


def _parts(hidden: int, count: int) -> Iterator[slice]:
    return (slice(part * hidden, (part + 1) * hidden) for part in range(count))
