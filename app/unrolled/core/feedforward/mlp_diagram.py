"""How an MLP is drawn: hidden layers h = φ(a) in a row, the first of which reads the last K inputs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.diagram import DirectDiagram
from unrolled.core.jacobians.local_norms import factor_norms
from unrolled.core.networks.activations import Activation
from unrolled.core.networks.diagrams.cell import LAYER_DIGITS, CellDiagram, CellEdge, CellNode, Constant, ScaledRows

FORMULAS = {
    "window of one": "∂{into}_{t}/∂{read} = {slope} W_0",
    "lag": "∂{into}_{t}/∂{read} = {slope} W_0, columns of lag {lag}",
    "lags": "∂{into}_{t}/∂{read} = {slope} W_0, columns of {lags:,} lags",
}
_NEXT = 100.0


@dataclass(frozen=True)
class MLPDiagram(DirectDiagram):
    """One forward pass: pre-activations and slopes (T, H) of each hidden layer, and the parameters."""

    a: tuple[Array, ...]
    slopes: tuple[Array, ...]
    parameters: Mapping[str, Array]
    activation: Activation
    window: int

    @property
    def into(self) -> str:
        """The first hidden layer."""
        return self._name("h", 0)

    def cell(self, steps: Steps) -> CellDiagram:
        """Draw the hidden layers, and the readout."""
        places, layers = steps - 1, range(len(self.a))
        names = [self._name("h", layer) for layer in layers]
        nodes = [
            CellNode(names[layer], "hidden", self.activation.function(self.a[layer][places]), _NEXT * layer)
            for layer in layers
        ]
        edges = [
            CellEdge(
                names[layer - 1],
                names[layer],
                f"∂{names[layer]}_{{t}}/∂{names[layer - 1]}_{{t}} = {self._slope(layer)} W_{layer}",
                ScaledRows(self.slopes[layer][places], self.parameters[f"weight_l{layer}"]),
            )
            for layer in layers[1:]
        ]
        readout = Constant(self.parameters["weight_o"])
        edges.append(CellEdge(names[-1], "o", f"∂o_{{t}}/∂{names[-1]}_{{t}} = W_o", readout))
        return CellDiagram(tuple(nodes), tuple(edges), {}, None, _NEXT * len(layers))

    def norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure the first layer's slopes times the columns of each lag."""
        return np.array([self.joint_norm(t, steps[place : place + 1], norm) for place in range(len(steps))])

    def joint_norm(self, t: int, steps: Steps, norm: Norm) -> float:
        """Measure the first layer's slopes times the columns of all these lags."""
        weight = self.parameters["weight_l0"]
        size = weight.shape[1] // self.window
        columns = np.concatenate([weight[:, lag * size : (lag + 1) * size] for lag in t - steps], axis=1)
        return float(factor_norms(ScaledRows(self.slopes[0][t - 1][None], columns), 1, norm)[0])

    def formula(self, t: int, k: int) -> str:
        """Write the columns of one lag."""
        return self._formula(t, np.array([k]), f"x_{k}")

    def joint_formula(self, t: int, steps: Steps) -> str:
        """Write the columns of all these lags."""
        return self._formula(t, steps, f"x_{steps[0]} … ∂x_{steps[-1]}")

    def _formula(self, t: int, steps: Steps, read: str) -> str:
        name = "window of one" if self.window == 1 else "lag" if len(steps) == 1 else "lags"
        slope = self._slope(0).format(t=t)
        return FORMULAS[name].format(into=self.into, t=t, read=read, slope=slope, lag=t - steps[0], lags=len(steps))

    def _slope(self, layer: int) -> str:
        return f"diag φ′({self._name('a', layer)}_{{t}})"

    def _name(self, letter: str, layer: int) -> str:
        return letter if len(self.a) == 1 else letter + LAYER_DIGITS[layer + 1]
