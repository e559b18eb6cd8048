"""The MLP over a window of inputs: u_t = [x_t; x_{t−1}; …; x_{t−K+1}], zeros before x_1. With K = 1, step by step.

Its Jacobian to u_t is a product over layers, not over time, and ∂o_t/∂x_{t−j} is the block of columns jD … (j+1)D of
it: exactly nothing at lag K and beyond.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.scaling import flush_subnormal, require_finite, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.feedforward.mlp_diagram import MLPDiagram
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.feedforward.trace import DirectTrace, unscaled
from unrolled.core.networks.activations import ACTIVATIONS, Activation
from unrolled.core.networks.wiring import Edge, upward
from unrolled.runtime.progress import advance

# How many numbers of windows are laid side by side at once.
_CHUNK_ENTRIES = 2**20
# Passes over a unit until its slope is known, φ and φ′ included; calls of one layer of a Jacobian.
PASSES = 24
_CALLS = 24


@dataclass(frozen=True)
class MLPTrace(DirectTrace):
    """One forward pass: inputs (T, D), outputs (T, O), and of each hidden layer pre-activations and slopes (T, H).

    A slope φ′(a_t) is 0 below 10^−301.
    """

    inputs: Array
    outputs: Array
    a: tuple[Array, ...]
    slopes: tuple[Array, ...]
    parameters: Mapping[str, Array]
    activation: Activation
    window: int

    @property
    def reach(self) -> int:
        """The largest lag at which an output sees an input, K − 1."""
        return self.window - 1

    @property
    def pieces(self) -> npt.NDArray[np.bool_]:
        """On which side of each kink of φ every unit lies, (T, units); no columns for a smooth φ."""
        sides = [a > kink for a in self.a for kink in self.activation.kinks]
        return np.concatenate([np.empty((len(self.inputs), 0), dtype=np.bool_), *sides], axis=1)

    @property
    def too_small(self) -> int:
        """The zeros of slopes that have none."""
        return 0 if self.activation.is_flat else sum(int(np.count_nonzero(slope == 0.0)) for slope in self.slopes)

    def scaled_jacobians(self, t: int, steps: Steps) -> tuple[Array, Steps]:
        """Give ∂o_t/∂x_k with powers of two; as `DirectTrace.scaled_jacobians`."""
        matrix, exponent = rescale(self.parameters["weight_o"][None])
        for layer in reversed(range(len(self.a))):
            slope, power = rescale(self.slopes[layer][None, None, t - 1])
            weight = self.parameters[f"weight_l{layer}"]
            advance(_CALLS * CALL + 2.0 * len(matrix[0]) * weight.size)
            matrix, more = rescale((matrix * slope) @ weight)
            exponent = exponent + power + more
        blocks = matrix[0].reshape(len(matrix[0]), self.window, -1).swapaxes(0, 1)
        lags = t - steps
        is_seen = (lags >= 0) & (lags < self.window)
        matrices = np.zeros((len(steps), blocks.shape[1], blocks.shape[2]))
        matrices[is_seen] = blocks[lags[is_seen]]
        return matrices, np.where(is_seen, exponent, 0)

    def jacobians(self, t: int, steps: Steps) -> Array:
        """Give ∂o_t/∂x_k as plain numbers; as `DirectTrace.jacobians`."""
        return unscaled(*self.scaled_jacobians(t, steps))

    def hidden(self) -> Array:
        """Give φ(a_t) of the last hidden layer, shape (T, H)."""
        return self.activation.function(self.a[-1])

    def diagram(self) -> MLPDiagram:
        """Draw the hidden layers; as `DirectTrace.diagram`."""
        return MLPDiagram(self.a, self.slopes, self.parameters, self.activation, self.window)

    def readable(self, most: int) -> Array:
        """Give the inputs of the window side by side; as `DirectTrace.readable`."""
        return input_windows(self.inputs, min(self.window, most))

    def rerun(self, inputs: Array) -> "MLPTrace":
        """Run the same model on another sequence (n, D)."""
        return run_mlp(self.activation.name, self.window, self.parameters, inputs)


@dataclass(frozen=True)
class MLPNetwork(FeedforwardNetwork):
    """Hidden layers between input and output, every step by itself."""

    @property
    def window(self) -> int:
        """How many inputs lie side by side before the first layer."""
        return 1

    @property
    def layers(self) -> int:
        """L hidden layers."""
        return self.architecture.layers

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Layer upon layer; the first one reads the last K inputs."""
        first, *above = upward(["x", *(f"h{layer}" for layer in range(1, self.layers + 1)), "o"])
        return (replace(first, last=self.window - 1), *above)

    @property
    def square(self) -> tuple[str, ...]:
        """Those between the hidden layers."""
        return tuple(f"l{layer}" for layer in range(1, self.layers))

    def matrix_shapes(self) -> dict[str, tuple[int, int]]:
        """Give ``l0`` (H, K·D), ``l1`` (H, H) …, ``o`` (D, H)."""
        size, hidden = self.input_size, self.hidden_size
        widths = {f"l{layer}": hidden if layer else self.window * size for layer in range(self.layers)}
        return {name: (hidden, width) for name, width in widths.items()} | {"o": (size, hidden)}

    def run(
        self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None
    ) -> MLPTrace:
        """Run it; as `run_mlp`."""
        del initial
        return run_mlp(self.architecture.activation, self.window, parameters, inputs)

    def multiply_adds(self, length: int) -> int:
        """Count those of the first layer, the one that reads the sequence."""
        rows, columns = self.matrix_shapes()["l0"]
        return length * rows * columns


class WindowNetwork(MLPNetwork):
    """The same over a window of the last K inputs."""

    @property
    def window(self) -> int:
        """K."""
        return self.architecture.window


def run_mlp(activation: str, window: int, parameters: Mapping[str, Array], inputs: Array) -> MLPTrace:
    """Compute a^1_t = W_0 u_t + b_0, a^{l+1}_t = W_l φ(a^l_t) + b_l and o_t = W_o φ(a^L_t) + b_o of inputs (T, D).

    Parameters are ``weight_l0`` (H, K·D), ``bias_l0``, ``weight_l1`` (H, H) …, ``weight_o`` (O, H), ``bias_o``. Raises
    Overflow, which names the step, when something leaves float64.
    """
    phi, layers = ACTIVATIONS[activation], sum(name.startswith("weight_l") for name in parameters)
    a: list[Array] = []
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for layer in range(layers):
            weight = parameters[f"weight_l{layer}"]
            product = _activated(phi, a[-1]) @ weight.T if layer else _windowed(inputs, window, weight)
            a.append(product + parameters[f"bias_l{layer}"])
            advance(2.0 * len(inputs) * weight.size)
        outputs = _activated(phi, a[-1]) @ parameters["weight_o"].T + parameters["bias_o"]
    require_finite((*a, outputs), phi.label, "the output")
    slopes = tuple(_slope(phi, of_layer) for of_layer in a)
    return MLPTrace(inputs, outputs, tuple(a), slopes, parameters, phi, window)


def _activated(phi: Activation, a: Array) -> Array:
    advance(0.5 * PASSES * ENTRY * a.size)
    return phi.function(a)


def _slope(phi: Activation, a: Array) -> Array:
    advance(0.5 * PASSES * ENTRY * a.size)
    return flush_subnormal(phi.derivative(a))


def _windowed(inputs: Array, window: int, weight: Array) -> Array:
    """Multiply every u_t by a matrix (H, K·D), a few steps at a time: all windows together would be K times as long."""
    length, size = inputs.shape
    # Reversed, the past of a step follows it.
    reversed_inputs = np.concatenate([inputs[::-1], np.zeros((window - 1, size))]).reshape(-1)
    windows = sliding_window_view(reversed_inputs, window * size)[::size]
    products, count = np.empty((length, len(weight))), max(1, _CHUNK_ENTRIES // (window * size))
    for first in range(0, length, count):
        products[first : first + count] = windows[first : first + count].copy() @ weight.T
    return products[::-1]


def input_windows(inputs: Array, window: int) -> Array:
    """Lay the last K inputs of each step side by side, zeros before the first: u_t, shape (T, K·D)."""
    padded = np.concatenate([np.zeros((window - 1, inputs.shape[1])), inputs])
    length = len(inputs)
    return np.concatenate([padded[window - 1 - lag : window - 1 - lag + length] for lag in range(window)], axis=1)
