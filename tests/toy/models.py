"""Two models of the tests' own: a leaky integrator, and one that remembers without recurrence."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.core.leaky import run_leaky
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.model import Words, direct_model, recurrent_model
from unrolled.core.networks.cell import Cell

FADING = 0.8


@dataclass(frozen=True)
class FadingTrace(DirectTrace):
    """o_t = W_o tanh(W_i Σ_{k≤t} λ^{t−k} x_k), with hidden units (T, H)."""

    inputs: Array
    outputs: Array
    units: Array
    parameters: Mapping[str, Array]

    def jacobians(self, t: int, steps: Steps) -> Array:
        slopes = 1.0 - self.units[t - 1] ** 2
        matrix = self.parameters["weight_o"] * slopes @ self.parameters["weight_i"]
        factors = np.where(steps <= t, FADING ** np.maximum(t - steps, 0), 0.0)
        return np.asarray(factors[:, None, None] * matrix)

    def rerun(self, inputs: Array) -> "FadingTrace":
        return run_fading(self.parameters, inputs)


def run_fading(parameters: Mapping[str, Array], inputs: Array) -> FadingTrace:
    """Run it on inputs (T, D)."""
    lags = np.subtract.outer(np.arange(len(inputs)), np.arange(len(inputs)))
    sums = np.where(lags >= 0, FADING ** np.maximum(lags, 0), 0.0) @ inputs
    units = np.tanh(sums @ parameters["weight_i"].T)
    return FadingTrace(inputs, units @ parameters["weight_o"].T, units, parameters)


class FadingNetwork(FeedforwardNetwork):
    """Its two matrices."""

    def matrix_shapes(self) -> dict[str, tuple[int, int]]:
        size, hidden = self.input_size, self.hidden_size
        return {"i": (hidden, size), "o": (size, hidden)}

    def run(
        self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None
    ) -> FadingTrace:
        del initial
        return run_fading(parameters, inputs)


LEAKY = recurrent_model(
    Cell(gates=("h",), states=("h",), run=lambda _, *layer: run_leaky(*layer)),
    name="leaky",
    label="leaky integrator",
    words=Words("the leaky integrator", "a leaky integrator", "a leaky", "leaky integrator"),
    formula=r"h_t=(1-\alpha)h_{t-1}+\alpha\tanh(\cdot)",
    jacobian=r"J_t=(1-\alpha)I+\cdots",
    source="Nobody 2024",
    note="A toy.",
)
FADING_SUM = direct_model(
    FadingNetwork,
    name="fading",
    label="fading sum",
    words=Words("the fading sum", "a fading sum", "a fading", "fading sum"),
    formula=r"o_t=W_o\tanh(W_i\sum\lambda^{t-k}x_k)",
    jacobian=r"W_o\operatorname{diag}(\cdot)W_i\lambda^{t-k}",
    source="Nobody 2024",
    note="A toy.",
)
TOYS = {model.name: model for model in (LEAKY, FADING_SUM)}
