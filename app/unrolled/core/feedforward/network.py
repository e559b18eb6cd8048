"""The networks without recurrence: names and shapes of their parameters, random ones, and the forward pass."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.feedforward.attention import run_attention
from unrolled.core.feedforward.mlp import run_mlp
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.networks.initialisations import INITIALISATIONS


@dataclass(frozen=True)
class DirectNetwork:
    """A model without recurrence that predicts the next input: its outputs are as large as its inputs.

    ``layers`` (hidden ones) and ``activation`` are those of the MLPs, ``window`` is that of the windowed MLP;
    ``key_size`` is d_k of attention, which with ``positions`` adds sinusoids to its embedding.
    """

    model: str
    input_size: int
    hidden_size: int
    layers: int
    activation: str
    window: int
    key_size: int
    positions: bool

    @property
    def input_window(self) -> int:
        """How many inputs lie side by side before the first layer of an MLP."""
        return self.window if self.model == "window" else 1

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Give the shape of every parameter by its name: matrices (rows, columns), and a bias for each."""
        size, hidden, key = self.input_size, self.hidden_size, self.key_size
        if self.model == "attention":
            shapes = {"e": (hidden, size), "q": (key, hidden), "k": (key, hidden), "v": (hidden, hidden)}
        else:
            shapes = {
                f"l{layer}": (hidden, hidden if layer else self.input_window * size) for layer in range(self.layers)
            }
        shapes["o"] = (size, hidden)
        named: dict[str, tuple[int, ...]] = {}
        for name, shape in shapes.items():
            named |= {f"weight_{name}": shape, f"bias_{name}": shape[:1]}
        return named

    def run(self, parameters: Mapping[str, Array], inputs: Array) -> DirectTrace:
        """Compute the forward pass of inputs (T, D); raises Overflow, which names the step, beyond float64."""
        if self.model == "attention":
            return run_attention(self.positions, parameters, inputs)
        return run_mlp(self.activation, self.input_window, parameters, inputs)


def direct_parameters(init: str, gain: float, network: DirectNetwork, rng: Generator) -> dict[str, Array]:
    """Draw the parameters of a network without recurrence.

    Only the square matrices from hidden to hidden units follow the initialisation: those between the layers of an MLP,
    and W_v of attention. They are drawn first, so that they do not depend on the input. An MLP of one hidden layer has
    none, so there `init` and `gain` change no matrix. All others are U(−1/√n, 1/√n) for n entering numbers, as
    ``torch.nn.Linear`` has it; the biases are so for ``pytorch`` and 0 otherwise.
    """
    shapes, hidden = network.parameter_shapes(), network.hidden_size
    if network.model == "attention":
        square = ["weight_v"]
    else:
        square = [f"weight_l{layer}" for layer in range(1, network.layers)]
    parameters = {name: gain * INITIALISATIONS[init].draw(rng, hidden) for name in square}
    for name, shape in shapes.items():
        bound = 1.0 / np.sqrt(shapes[name.replace("bias", "weight")][1])
        if name.startswith("bias") and init != "pytorch":
            parameters[name] = np.zeros(shape)
        elif name not in parameters:
            parameters[name] = rng.uniform(-bound, bound, shape)
    return {name: parameters[name] for name in shapes}
