"""One layer of the minimal GRU, whose gate and candidate read the input alone.

z_t = σ(W_z x_t + b_z) and h_t = (1 − z_t) ⊙ h_{t−1} + z_t ⊙ (W_h x_t + b_h), so that J_t = diag(1 − z_t): nothing
passes from one unit to another (Feng et al. 2024, "Were RNNs all we needed?", arXiv 2410.01201). Here z writes.
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import forward_step
from unrolled.core.arrays.scaling import count_zeros, flush_subnormal, require_finite
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.activations.smooth import sigmoid, sigmoid_slope
from unrolled.core.networks.cell import Cell
from unrolled.core.networks.diagrams.cell import CellDiagram, CellEdge, CellNode, Constant, Diagonal, ScaledRows
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.weights import Weights
from unrolled.runtime.progress import advance

_REPORT_STEPS = 512


@dataclass(frozen=True)
class MinGRUTrace(LayerTrace):
    """One forward pass: pre-activation ``a`` of the gate and ``candidate`` W_h x_t + b_h, (T, H) each."""

    a: Array
    candidate: Array

    saved_arrays = "states", "a", "candidate"

    def jacobians(self, steps: Steps) -> Array:
        """Give J_t = diag(1 − z_t), shape (n, H, H)."""
        return self.memory_gate(steps)[:, :, None] * np.eye(self.state_size)

    def input_jacobians(self, steps: Steps) -> Array:
        """Give ∂h_t/∂x_t, shape (n, H, D)."""
        w_z, w_h = np.split(self.weights.weight_ih, 2)
        dh_dz, dh_dcandidate = self._slopes(steps)
        return dh_dz[:, :, None] * w_z + dh_dcandidate[:, :, None] * w_h

    def delta(self, step: int, gradients: Array) -> Array:
        """Multiply by the slopes of gate and candidate; as `LayerTrace.delta`."""
        return np.concatenate([gradients * slope for slope in self._slopes(np.array([step]))], axis=1)

    def rerun(self, inputs: Array, start: Array) -> "MinGRUTrace":
        """Run the same layer on other inputs (n, D) from another state (H,)."""
        return run_mingru(self.weights, inputs, start)

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply unit by unit; as `LayerTrace.left_multiply`."""
        keep = self.memory_gate(steps)
        powers = np.frexp(keep.max(axis=1))[1].astype(np.int64)
        return products * np.ldexp(keep, -powers[:, None])[:, None], powers

    def too_small(self, steps: Steps) -> int:
        """Count zeros of 1 − z, z, and z′ where candidate and state differ; as `LayerTrace.too_small`."""
        gap = self.candidate[steps - 1] - self.states[steps - 1]
        d_z, z = self._slopes(steps)
        return count_zeros((self.memory_gate(steps), 1.0), (z, 1.0), (d_z, gap))

    def determinant_parts(self, steps: Steps) -> tuple[Array, Array]:
        """Give 1 − z alone; as `LayerTrace.determinant_parts`."""
        return self.memory_gate(steps), np.empty((0, 0))

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give 1 − z, and z; as `LayerTrace.unit_factors`."""
        return {"1 − z": self.memory_gate(steps), "z": sigmoid(self.a[steps - 1])}

    @property
    def largest_factor(self) -> float:
        """1."""
        return 1.0

    def memory_gate(self, steps: Steps) -> Array:
        """Give 1 − z without cancellation, (n, H)."""
        return flush_subnormal(sigmoid(-self.a[steps - 1]))

    def diagram(self, steps: Steps) -> CellDiagram:
        """Draw z, the candidate n and h; as `LayerTrace.diagram`."""
        w_z, w_h = np.split(self.weights.weight_ih, 2)
        z, candidate, before = sigmoid(self.a[steps - 1]), self.candidate[steps - 1], self.states[steps - 1]
        nodes = (
            CellNode("z", "gate", z, 0.0, 26.0),
            CellNode("n", "candidate", candidate, 84.0, -26.0),
            CellNode("h", "state", self.states[steps], 166.0),
        )
        keep, opening = Diagonal(self.memory_gate(steps)), ScaledRows(sigmoid_slope(self.a[steps - 1]), w_z)
        edges = (
            CellEdge("x", "z", "∂z_{t}/∂x_{t} = diag(z_{t} (1 − z_{t})) W_z", opening),
            CellEdge("x", "n", "∂n_{t}/∂x_{t} = W_h", Constant(w_h)),
            CellEdge("z", "h", "∂h_{t}/∂z_{t} = diag(n_{t} − h_{s})", Diagonal(candidate - before)),
            CellEdge("n", "h", "∂h_{t}/∂n_{t} = diag(z_{t})", Diagonal(z)),
            CellEdge("h", "h", "∂h_{t}/∂h_{s} = diag(1 − z_{t})", keep, is_back=True),
        )
        return CellDiagram(nodes, edges, {"h": self.states[0]}, ("h", "h"), 166.0)

    def _slopes(self, steps: Steps) -> tuple[Array, Array]:
        """Give ∂h_t with respect to the pre-activation of z, and to the candidate, (n, H) each."""
        a, gap = self.a[steps - 1], self.candidate[steps - 1] - self.states[steps - 1]
        return flush_subnormal(gap * sigmoid_slope(a)), flush_subnormal(sigmoid(a))


def run_mingru(weights: Weights, inputs: Array, initial_state: Array) -> MinGRUTrace:
    """Run one layer over inputs (T, D) from h_0 (H,); raises Overflow when a state leaves float64."""
    size = len(initial_state)
    states = np.empty((len(inputs) + 1, size))
    states[0] = initial_state
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        both = inputs @ weights.weight_ih.T + (weights.bias_ih + weights.bias_hh)
        a, candidate = both[:, :size], both[:, size:]
        keep, written = sigmoid(-a), sigmoid(a) * candidate
        for step in range(len(inputs)):
            states[step + 1] = keep[step] * states[step] + written[step]
            if step % _REPORT_STEPS == 0:
                advance(min(_REPORT_STEPS, len(inputs) - step) * forward_step(2, 0))
    require_finite((both, states[1:]), "minGRU")
    return MinGRUTrace(weights, states, a, candidate)


MINGRU = Cell(
    gates=("z", "h"),
    states=("h",),
    run=lambda _, *layer: run_mingru(*layer),
    memory={"z": -1.0},
    factors=("1 − z", "z"),
    factor_words=("share kept", "shares kept"),
    has_recurrent_matrix=False,
)
