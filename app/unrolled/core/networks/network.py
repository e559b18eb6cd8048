"""A network that is not run yet: its parameters' names and shapes, how they are drawn, and its forward pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Protocol

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.flops import entering_step
from unrolled.core.arrays.types import Array
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.cell import Cell
from unrolled.core.networks.initialisations import DRAWN, INITIALISATIONS, MemoryBias
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.weights import Weights
from unrolled.core.networks.wiring import Edge, upward
from unrolled.runtime.progress import advance

# Steps whose gates are computed together.
_BLOCK = 1024


class ForwardPass(Protocol):
    """A network that has read a sequence."""

    @property
    def inputs(self) -> Array:
        """The sequence x_1 … x_T, shape (T, D)."""
        ...

    @property
    def layers(self) -> tuple[LayerTrace, ...]:
        """Its recurrent layers, the lowest first; none without recurrence."""
        ...

    def hidden(self) -> Array:
        """Give what the output is linear in at every step, shape (T, H)."""
        ...

    def readable(self, most: int) -> Array:
        """Give what the past is read out of, shape (T, n): of a window of inputs at most so many of these."""
        ...

    @property
    def too_small(self) -> int:
        """How many slopes and gates are taken for zero and are not: see `flush_subnormal`."""
        ...


class Network(Protocol):
    """One model in one size."""

    @property
    def architecture(self) -> Architecture:
        """Its sizes and choices."""
        ...

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Which number enters which, the lowest first, from ``x`` to ``o``."""
        ...

    @property
    def layers(self) -> int:
        """How many hidden layers it has: not every model can be stacked."""
        ...

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Give the shape of every parameter by its name, each matrix with its rows first."""
        ...

    def draw(self, init: str, gain: float, rng: Generator, memory: MemoryBias = DRAWN) -> dict[str, Array]:
        """Draw the parameters; only square matrices follow the initialisation and the gain."""
        ...

    def run(
        self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None
    ) -> ForwardPass:
        """Read inputs (T, D); raises Overflow, which names the step, when something leaves float64."""
        ...

    def multiply_adds(self, length: int) -> int:
        """Count the multiply-adds of the layer that reads the sequence, forwards over T steps, without the readout."""
        ...


@dataclass(frozen=True)
class Trace:
    """The forward pass of all recurrent layers, the lowest first, on inputs (T, D)."""

    inputs: Array
    layers: tuple[LayerTrace, ...]

    @property
    def length(self) -> int:
        """Number of steps T."""
        return self.layers[0].length

    def hidden(self) -> Array:
        """Give h_1 … h_T of the last layer, shape (T, H)."""
        return self.layers[-1].h[1:]

    def readable(self, most: int) -> Array:
        """Give the same: what the past leaves in the state is all there is."""
        del most
        return self.hidden()

    @cached_property
    def too_small(self) -> int:
        """Those of all layers, counted some steps at a time."""
        blocks = [np.arange(first, min(first + _BLOCK, self.length + 1)) for first in range(1, self.length + 1, _BLOCK)]
        return sum(layer.too_small(steps) for layer in self.layers for steps in blocks)


@dataclass(frozen=True)
class RecurrentNetwork:
    """A stack of equal layers; the input of a higher layer is the output h of the one below at the same step."""

    cell: Cell
    architecture: Architecture

    @property
    def input_size(self) -> int:
        """D."""
        return self.architecture.input_size

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.architecture.hidden_size

    @property
    def layers(self) -> int:
        """L."""
        return self.architecture.layers

    @property
    def state_size(self) -> int:
        """Size S of one layer's state."""
        return self.hidden_size * len(self.cell.states)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Layer upon layer, each of which also reads its own state of the step before; h and c are one joint state."""
        names = ["x", *(f"h{layer}" for layer in range(1, self.layers + 1)), "o"]
        return upward(names) + tuple(Edge(name, name, 1, 1) for name in names[1:-1])

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Give PyTorch's parameter names with their shapes."""
        rows = self.hidden_size * len(self.cell.gates)
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(self.layers):
            shapes[f"weight_ih_l{layer}"] = (rows, self.hidden_size if layer else self.input_size)
            if self.cell.has_recurrent_matrix:
                shapes[f"weight_hh_l{layer}"] = (rows, self.hidden_size)
            shapes |= {f"bias_ih_l{layer}": (rows,), f"bias_hh_l{layer}": (rows,)}
        return shapes

    def draw(self, init: str, gain: float, rng: Generator, memory: MemoryBias = DRAWN) -> dict[str, Array]:
        """Draw the parameters by PyTorch's names.

        Only the recurrent matrices follow the initialisation, every gate's block by itself, so that changing it changes
        one thing. They are drawn first in each layer, so that they do not depend on the input. W_ih is
        U(−1/√H, 1/√H) as in PyTorch; the biases are so for ``pytorch`` and 0 otherwise, as the papers have it.
        """
        size, gates, shapes = self.hidden_size, len(self.cell.gates), self.parameter_shapes()
        bound = 1.0 / np.sqrt(size)
        parameters: dict[str, Array] = {}
        for layer in range(self.layers):
            blocks = [
                gain * INITIALISATIONS[init].draw(rng, size) for _ in range(gates * self.cell.has_recurrent_matrix)
            ]
            biases = np.zeros((2, gates * size))
            if init == "pytorch":
                biases = rng.uniform(-bound, bound, (2, gates * size))
            parameters[f"weight_ih_l{layer}"] = rng.uniform(-bound, bound, shapes[f"weight_ih_l{layer}"])
            if blocks:
                parameters[f"weight_hh_l{layer}"] = np.concatenate(blocks)
            parameters |= {f"bias_ih_l{layer}": biases[0], f"bias_hh_l{layer}": biases[1]}
        for layer in range(self.layers if self.cell.memory else 0):
            self._set_memory(parameters, layer, memory, rng)
        return parameters

    def _set_memory(self, parameters: dict[str, Array], layer: int, memory: MemoryBias, rng: Generator) -> None:
        """Set the biases of `MemoryBias` in place."""
        bias_ih, bias_hh = parameters[f"bias_ih_l{layer}"], parameters[f"bias_hh_l{layer}"]
        size, signs = self.hidden_size, self.cell.memory
        rows = {name: slice(place * size, (place + 1) * size) for place, name in enumerate(self.cell.gates)}
        keeps = rows[self.cell.keeps]
        if memory.chrono is not None:
            bias_ih[:], bias_hh[:] = 0.0, 0.0
            logs = np.log(rng.uniform(1.0, memory.chrono - 1.0, size))
            for name, sign in signs.items():
                bias_ih[rows[name]] = sign * logs
        if memory.forget_bias is not None:
            bias_ih[keeps], bias_hh[keeps] = signs[self.cell.keeps] * memory.forget_bias, 0.0

    def run(self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None) -> Trace:
        """Run the network over inputs (T, D) from states (L, H) by name, zeros where left out.

        Raises Overflow when a state leaves the range of float64; it names the step.
        """
        zeros = np.zeros((self.layers, self.hidden_size))
        initial_states = [(initial or {}).get(name, zeros) for name in self.cell.states]
        layers: list[LayerTrace] = []
        for layer in range(self.layers):
            start = np.concatenate([states[layer] for states in initial_states])
            layer_inputs = layers[-1].h[1:] if layers else inputs
            weights = Weights.of(parameters, layer)
            advance(len(layer_inputs) * entering_step(weights.rows, layer_inputs.shape[1]))
            layers.append(self.cell.run(self.architecture, weights, layer_inputs, start))
        return Trace(inputs, tuple(layers))

    def multiply_adds(self, length: int) -> int:
        """Count them: every entry of the first layer's matrices is used once a step."""
        shapes = self.parameter_shapes().items()
        return length * sum(prod(shape) for name, shape in shapes if name in ("weight_ih_l0", "weight_hh_l0"))
