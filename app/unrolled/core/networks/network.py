"""Layers on top of each other: the whole network, its parameters' names and shapes, and its forward pass."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.networks.gru import Reset, run_gru
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.lstm import run_lstm
from unrolled.core.networks.registry import MODELS, Model
from unrolled.core.networks.rnn import run_rnn
from unrolled.core.networks.weights import Weights


@dataclass(frozen=True)
class Trace:
    """The forward pass of all layers, the lowest first, on inputs (T, D)."""

    inputs: Array
    layers: tuple[LayerTrace, ...]

    @property
    def length(self) -> int:
        """Number of steps T."""
        return self.layers[0].length


@dataclass(frozen=True)
class Network:
    """A stack of equal layers; the input of a higher layer is the output h of the one below at the same step.

    `activation` is φ of the vanilla RNN; the gated models have their own, as in PyTorch.
    """

    model: str
    input_size: int
    hidden_size: int
    layers: int = 1
    activation: str = "tanh"
    reset: Reset = "after"

    @property
    def kind(self) -> Model:
        """The row of the model's table."""
        return MODELS[self.model]

    @property
    def state_size(self) -> int:
        """Size S of one layer's state."""
        return self.hidden_size * len(self.kind.states)

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Give PyTorch's parameter names with their shapes."""
        rows = self.hidden_size * len(self.kind.gates)
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(self.layers):
            shapes |= {
                f"weight_ih_l{layer}": (rows, self.hidden_size if layer else self.input_size),
                f"weight_hh_l{layer}": (rows, self.hidden_size),
                f"bias_ih_l{layer}": (rows,),
                f"bias_hh_l{layer}": (rows,),
            }
        return shapes

    def run(self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None) -> Trace:
        """Run the network over inputs (T, D) from states (L, H) by name, zeros where left out.

        Raises Overflow when a state leaves the range of float64; it names the step.
        """
        zeros = np.zeros((self.layers, self.hidden_size))
        initial_states = [(initial or {}).get(name, zeros) for name in self.kind.states]
        layers: list[LayerTrace] = []
        for layer in range(self.layers):
            start = np.concatenate([states[layer] for states in initial_states])
            layer_inputs = layers[-1].h[1:] if layers else inputs
            layers.append(self._layer(Weights.of(parameters, layer), layer_inputs, start))
        return Trace(inputs, tuple(layers))

    def _layer(self, weights: Weights, inputs: Array, start: Array) -> LayerTrace:
        if self.model == "lstm":
            return run_lstm(weights, inputs, start)
        if self.model == "gru":
            return run_gru(self.reset, weights, inputs, start)
        return run_rnn(self.activation, weights, inputs, start)
