"""The networks that are compared with PyTorch: every model, activation and initialisation, one and two layers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.core.nets import WITH_MATRIX, Architecture, Derivative
from tests.models import initial_parameters
from unrolled.core.arrays.types import Array
from unrolled.core.networks.network import Trace

FEATURES = 3
# PyTorch has the gated models with a recurrent matrix.
GATED = [each for each in WITH_MATRIX if each.model != "rnn" and each.layers < 3]

# A part of a layer's state, or an input: its name and its layer, counted from 1.
Place = tuple[str, int]
INPUT: Place = ("x", 1)


@dataclass(frozen=True)
class Case:
    """One network with its sequence and its initial states, ``h`` and for an LSTM ``c``, each of shape (L, H)."""

    architecture: Architecture
    parameters: dict[str, Array]
    inputs: Array
    initial: dict[str, Array]

    @property
    def hidden(self) -> int:
        """Size H of every layer."""
        return self.initial["h"].shape[1]

    @property
    def state_size(self) -> int:
        """Size S of one layer's state."""
        return self.hidden * len(self.initial)

    @property
    def start(self) -> Array:
        """The initial states one after the other, shape (L·S,)."""
        return np.stack(list(self.initial.values()), axis=1).ravel()

    def run(self) -> Trace:
        """Run it with the code of this project."""
        return self.architecture.network(self.inputs.shape[1], self.hidden).run(
            self.parameters, self.inputs, self.initial
        )

    def derivatives(self) -> list[Derivative]:
        """Give every derivative; the whole state of a model with one state is its output."""
        several = self.architecture.model == "lstm"
        return [
            derivative
            for derivative in self.architecture.derivatives()
            if several or "s" not in (derivative.of, derivative.wrt)
        ]


def drawn(
    architecture: Architecture,
    init: str,
    *,
    length: int,
    hidden: int,
    seed: int = 0,
    gain: float = 1.0,
    amplitude: float = 1.0,
    shift: float = 0.0,
) -> Case:
    """Draw a network, a noisy sequence and initial states; a shift of the biases saturates the units."""
    weights, rest = np.random.default_rng(seed).spawn(2)
    network = architecture.network(FEATURES, hidden)
    parameters = initial_parameters(init, gain, network, weights)
    for layer in range(architecture.layers):
        parameters[f"bias_ih_l{layer}"] += shift * weights.standard_normal(parameters[f"bias_ih_l{layer}"].shape)
    inputs = amplitude * rest.standard_normal((length, FEATURES))
    initial = {name: 0.5 * rest.standard_normal((architecture.layers, hidden)) for name in network.cell.states}
    return Case(architecture, parameters, inputs, initial)


def places(case: Case) -> list[Place]:
    """Name the nodes of every step: the parts of every layer's state, and s, all of them, where there are several."""
    names = [*case.initial, *(["s"] if len(case.initial) > 1 else [])]
    return [(name, layer) for layer in range(1, case.architecture.layers + 1) for name in names]


def place_of(derivative: Derivative) -> Place:
    """Name what a derivative is with respect to."""
    return INPUT if derivative.wrt == "x" else (derivative.wrt, derivative.origin or 1)


def pairs(length: int) -> Iterator[tuple[int, int]]:
    """Give every (t, k) with k ≤ t, t ≥ 1, and k from the initial state on."""
    return ((t, k) for t in range(1, length + 1) for k in range(t + 1))


def input_pairs(length: int) -> Iterator[tuple[int, int]]:
    """Give every (t, k) with k ≤ t, and k from the first input on."""
    return ((t, k) for t in range(1, length + 1) for k in range(1, t + 1))


def every_pair(case: Case, length: int) -> int:
    """Count what there is to compare: every derivative at every pair of steps that it has."""
    by_input = sum(derivative.wrt == "x" for derivative in case.derivatives())
    by_state = len(case.derivatives()) - by_input
    return by_input * len(list(input_pairs(length))) + by_state * len(list(pairs(length)))
