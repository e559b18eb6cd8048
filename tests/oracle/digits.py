"""A network run with hundreds of digits, and its derivatives by difference quotients: no formula of any derivative.

With so many digits a step of 10⁻¹⁶⁰ leaves a quotient right to a hundred of them, however far the units are saturated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
from mpmath import mpf

from tests.oracle.cases import INPUT, Case, Place
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

    def step(self, state: Numbers, x: Numbers, place: Place = INPUT, node: Numbers | None = None) -> Numbers:
        """Take one step of all layers; the value of a node may be given."""
        size, states = self.case.state_size, []
        for layer in range(self.case.architecture.layers):
            given = {place[0]: node} if node is not None and place[1] == layer + 1 else {}
            own = self._layer(layer, state[layer * size : (layer + 1) * size], x, given)
            states += own
            x = own[: self.case.hidden]
        return states

    def _layer(self, layer: int, own: Numbers, x: Numbers, given: Mapping[str, Numbers]) -> Numbers:
        if "s" in given:
            return given["s"]
        if self.case.architecture.model != "lstm":
            return given.get("h") or self._plain(layer, own, x)
        a, hidden = self._preactivations(layer, own, x), self.case.hidden
        i, f, g, o = (a[part] for part in _parts(hidden, 4))
        c = [_sigma(f[j]) * own[hidden + j] + _sigma(i[j]) * mpmath.tanh(g[j]) for j in range(hidden)]
        c = given.get("c", c)
        return given.get("h", [_sigma(o[j]) * mpmath.tanh(c[j]) for j in range(hidden)]) + c

    def _preactivations(self, layer: int, own: Numbers, x: Numbers) -> Numbers:
        w, u, b, v = (self.weights[f"{name}_l{layer}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        return _plus(list(w * mpmath.matrix(x) + b), list(u * mpmath.matrix(own[: self.case.hidden]) + v))

    def _plain(self, layer: int, own: Numbers, x: Numbers) -> Numbers:
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
        return _map(ACTIVATIONS[architecture.activation], _plus(entering, within))

    def by_node(self, place: Place, k: int) -> list[Entries]:
        """Give ∂s_t/∂(place)_k for t = k … T, with what is computed from the node at step k; at k = 0 all is given."""
        if place == INPUT:
            return _quotients(self.inputs[k - 1], lambda x: self._run(self.step(self.states[k - 1], x), k))
        columns = self._columns(place)
        node = self.states[k][columns]
        if k:
            before, x = self.states[k - 1], self.inputs[k - 1]
            return _quotients(node, lambda value: self._run(self.step(before, x, place, value), k))
        start = self.states[0]
        return _quotients(node, lambda value: self._run([*start[: columns.start], *value, *start[columns.stop :]], 0))

    def _columns(self, place: Place) -> slice:
        """Find a node in the states of all layers."""
        name, layer = place
        start, hidden = (layer - 1) * self.case.state_size, self.case.hidden
        first, last = {"h": (0, hidden), "c": (hidden, 2 * hidden), "s": (0, self.case.state_size)}[name]
        return slice(start + first, start + last)

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
