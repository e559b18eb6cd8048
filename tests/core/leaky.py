"""A leaky integrator, a cell that gives what every cell must give and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.network import Trace
from unrolled.core.networks.weights import Weights

ALPHA = 0.3


@dataclass(frozen=True)
class LeakyTrace(LayerTrace):
    """h = (1−α)h′ + α tanh(W h′ + U x + b), or without W h′; ``slope`` (T, H) is tanh′."""

    slope: Array

    def jacobians(self, steps: Steps) -> Array:
        keep = (1 - ALPHA) * np.eye(self.state_size)
        if not self.has_recurrent_matrix:
            return np.repeat(keep[None], len(steps), axis=0)
        return keep + ALPHA * self.slope[steps - 1, :, None] * self.weights.weight_hh

    def input_jacobians(self, steps: Steps) -> Array:
        return ALPHA * self.slope[steps - 1, :, None] * self.weights.weight_ih

    def delta(self, step: int, gradients: Array) -> Array:
        return ALPHA * self.slope[step - 1] * gradients

    def rerun(self, inputs: Array, start: Array) -> "LeakyTrace":
        return run_leaky(self.weights, inputs, start)


def run_leaky(weights: Weights, inputs: Array, start: Array) -> LeakyTrace:
    """Run one layer over inputs (T, D) from h_0 (H,)."""
    states, slope = np.empty((len(inputs) + 1, len(start))), np.empty((len(inputs), len(start)))
    states[0] = start
    for step, x in enumerate(inputs):
        a = weights.weight_ih @ x + weights.bias_ih + weights.bias_hh
        a += weights.weight_hh @ states[step, : weights.weight_hh.shape[1]]
        states[step + 1] = (1 - ALPHA) * states[step] + ALPHA * np.tanh(a)
        slope[step] = 1 - np.tanh(a) ** 2
    return LeakyTrace(weights, states, slope)


def leaky(layers: int = 1, length: int = 9, hidden: int = 3, *, has_recurrent_matrix: bool = True) -> Trace:
    """Run a stack with random weights on white noise of two features, from random states."""
    rng = np.random.default_rng(5)
    inputs = rng.standard_normal((length, 2))
    stack: list[LeakyTrace] = []
    for _ in range(layers):
        entering = stack[-1].h[1:] if stack else inputs
        columns = hidden if has_recurrent_matrix else 0
        shapes = (hidden, entering.shape[1]), (hidden, columns), (hidden,), (hidden,)
        weights = Weights(*(rng.standard_normal(shape) for shape in shapes))
        stack.append(run_leaky(weights, entering, 0.5 * rng.standard_normal(hidden)))
    return Trace(inputs, tuple(stack))


def leaky_step(stack: Sequence[Any], state: Any, x: Any, lowest: Any = None) -> Any:
    """Take the joint state (L·H,) of layers, each (U, W, b), one step on, in autograd's terms.

    The lowest layer's new state may be given.
    """
    parts: list[Any] = []
    for (u, w, b), h in zip(stack, anp.split(state, len(stack)), strict=True):
        a = anp.dot(u, parts[-1] if parts else x) + anp.dot(w, h[: w.shape[1]]) + b
        is_given = lowest is not None and not parts
        parts.append(lowest if is_given else (1 - ALPHA) * h + ALPHA * anp.tanh(a))
    return anp.concatenate(parts)


def leaky_parameters(trace: Trace) -> list[tuple[Array, Array, Array]]:
    """Give (U, W, b) of every layer."""
    weights = [layer.weights for layer in trace.layers]
    return [(each.weight_ih, each.weight_hh, each.bias_ih + each.bias_hh) for each in weights]
