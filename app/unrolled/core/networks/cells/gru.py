"""One layer of the GRU in both published forms.

With the reset gate *after* the matrix, as ``torch.nn.GRU`` and cuDNN have it, n = tanh(W_n x + b_in + r ⊙ (U_n h′ +
b_hn)). With the reset gate *before* it, as in Cho et al. 2014 and older Keras, n = tanh(W_n x + b_in + U_n (r ⊙ h′) +
b_hn).
In both r, z = σ(·) and h_t = (1 − z) ⊙ n + z ⊙ h′, where h′ = h_{t−1}.
"""

from dataclasses import dataclass, fields

import numpy as np

from unrolled.core.arrays.flops import forward_step
from unrolled.core.arrays.scaling import flush_subnormal, require_finite
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.activations.smooth import sigmoid, sigmoid_slope, tanh_slope
from unrolled.core.networks.architecture import Reset
from unrolled.core.networks.cell import Cell
from unrolled.core.networks.cells.gates import GRUGates
from unrolled.core.networks.diagrams.cell import CellDiagram
from unrolled.core.networks.diagrams.gru import gru_diagram
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.vjp import BatchedVJP, RecurrentInput, VJPResult
from unrolled.core.networks.weights import Weights
from unrolled.runtime.progress import advance

_REPORT_STEPS = 512
# From here on 1 − tanh is less than a thousandth, and differences up to there have lost more than five digits.
_SATURATED, _CLOSE = 3.8, 1e-5


@dataclass(frozen=True)
class GRUTrace(LayerTrace):
    """One forward pass, enough for every Jacobian (Cho et al. 2014; docstring of ``torch.nn.GRU``).

    The states are h. `a` (T, 3H) are pre-activations in the order r, z, n; `q` (T, H) is what the reset gate
    multiplies: U_n h′ + b_hn after the matrix, h′ before it. `gap` (T, H) is h′ − n where h′ and n are so close to 1 or
    −1 that their difference has lost its digits; None if nowhere.
    """

    a: Array
    q: Array
    gap: Array | None
    reset: Reset

    largest_factor = 1.0

    def gates(self, steps: Steps) -> GRUGates:
        """Give gates and slopes at some 1-based steps."""
        r, z, n = np.split(self.a[steps - 1], 3, axis=1)
        slopes = sigmoid_slope(r), sigmoid_slope(z), tanh_slope(n)
        gap = self.h[steps - 1] - np.tanh(n) if self.gap is None else self.gap[steps - 1]
        return GRUGates(
            flush_subnormal(sigmoid(r)), flush_subnormal(sigmoid(z)), sigmoid(-z), *slopes, self.q[steps - 1], gap
        )

    def jacobians(self, steps: Steps) -> Array:
        """Give J_t = ∂h_t/∂h_{t−1} at some steps, shape (n, H, H)."""
        return self._jacobians(self.gates(steps), self.weights.weight_hh)

    def too_small(self, steps: Steps) -> int:
        """Count those among the products of its gates; as `LayerTrace.too_small`."""
        return self.gates(steps).too_small

    def jacobian_terms(self, steps: Steps) -> Array:
        """Give the same of gates and weights without signs; as `LayerTrace.jacobian_terms`."""
        gates = self.gates(steps)
        sizes = {field.name: np.abs(getattr(gates, field.name)) for field in fields(gates)}
        # h′ − n is a difference.
        sizes["gap"] = np.abs(self.h[steps - 1]) + 1.0
        return self._jacobians(GRUGates(**sizes), np.abs(self.weights.weight_hh))

    def _jacobians(self, gates: GRUGates, weight_hh: Array) -> Array:
        unit, (w_r, w_z, w_n) = np.arange(self.state_size), np.split(weight_hh, 3)
        result = gates.dh_dz[:, :, None] * w_z
        if self.reset == "after":
            result += (gates.dh_dn * gates.r)[:, :, None] * w_n
            result += (gates.dh_dn * gates.drq_dr)[:, :, None] * w_r
        else:
            d_reset = gates.drq_dr[:, :, None] * w_r
            d_reset[:, unit, unit] += gates.r
            result += gates.dh_dn[:, :, None] * (w_n @ d_reset)
        result[:, unit, unit] += gates.keep
        return result

    def input_jacobians(self, steps: Steps) -> Array:
        """Give ∂h_t/∂x_t at some steps, shape (n, H, D)."""
        gates = self.gates(steps)
        w_r, w_z, w_n = np.split(self.weights.weight_ih, 3)
        result = gates.dh_dz[:, :, None] * w_z
        result += gates.dh_dn[:, :, None] * w_n
        d_reset = gates.drq_dr[:, :, None] * w_r
        if self.reset == "before":
            d_reset = np.split(self.weights.weight_hh, 3)[2] @ d_reset
        result += gates.dh_dn[:, :, None] * d_reset
        return result

    def rerun(self, inputs: Array, start: Array) -> "GRUTrace":
        """Run the same layer on other inputs (n, D) from another state (S,)."""
        return run_gru(self.reset, self.weights, inputs, start)

    @property
    def recurrent_inputs(self) -> tuple[RecurrentInput, ...]:
        """What W_hh multiplies: h_{t−1}, or for n r ⊙ h_{t−1}; as `LayerTrace.recurrent_inputs`."""
        if self.reset == "after":
            return super().recurrent_inputs
        size, before = self.hidden_size, self.h[:-1]
        r = flush_subnormal(sigmoid(self.a[:, :size]))
        return RecurrentInput(slice(0, 2 * size), before), RecurrentInput(slice(2 * size, 3 * size), r * before)

    def delta(self, step: int, gradients: Array) -> Array:
        """Take gradients to r, z, n; as `LayerTrace.delta`."""
        gates, size = self.gates(np.array([step])), self.hidden_size
        d_n = gradients * gates.dh_dn
        d_rq = d_n if self.reset == "after" else d_n @ self.weights.weight_hh[2 * size :]
        return np.concatenate([d_rq * gates.drq_dr, gradients * gates.dh_dz, d_n], axis=1)

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient one step back; as `LayerTrace.vjp`."""
        gates = self.gates(np.array([step]))
        w_n = np.split(self.weights.weight_hh, 3)[2]
        d_n = gradient * gates.dh_dn[0]
        d_z = gradient * gates.dh_dz[0]
        d_rq = d_n if self.reset == "after" else w_n.T @ d_n
        d_r = d_rq * gates.drq_dr[0]
        d_state = gradient * gates.keep[0]
        d_state += w_n.T @ (d_n * gates.r[0]) if self.reset == "after" else d_rq * gates.r[0]
        d_state += self.weights.weight_hh[: 2 * self.hidden_size].T @ np.concatenate([d_r, d_z])
        return d_state, self.weights.weight_ih.T @ np.concatenate([d_r, d_z, d_n])

    def batched_vjp(self) -> "_GRUVJP":
        """Compute the gate slopes of all steps; as `LayerTrace.batched_vjp`."""
        return _GRUVJP(self)

    def elementwise_vjp(self) -> ElementwiseVJP | None:
        """Compute the gate slopes of all steps; None where the reset gate, before the matrix, mixes units."""
        if self.reset == "before":
            return None
        gates = self.gates(np.arange(1, self.length + 1))
        dh_dn = gates.dh_dn
        input_slopes = np.stack([flush_subnormal(dh_dn * gates.drq_dr), gates.dh_dz, dh_dn], axis=1)
        slopes = input_slopes.copy()
        slopes[:, 2] = flush_subnormal(dh_dn * gates.r)
        return ElementwiseVJP(self.weights.weight_hh, slopes, input_slopes, (slice(0, 3),), h_keep=gates.keep)

    @property
    def saved_arrays(self) -> tuple[str, ...]:
        """What its backward pass reads; before the matrix, what the reset gate multiplies is the state itself."""
        return ("a", "states") if self.reset == "before" else ("a", "states", "q")

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give the gates, the update gate first; as `LayerTrace.unit_factors`."""
        r, z, _ = np.split(sigmoid(self.a[steps - 1]), 3, axis=1)
        return {"z": z, "r": r}

    def memory_gate(self, steps: Steps) -> Array:
        """Give z; as `LayerTrace.memory_gate`."""
        return sigmoid(np.split(self.a[steps - 1], 3, axis=1)[1])

    def diagram(self, steps: Steps) -> CellDiagram:
        """Draw both gates, the candidate and h; as `LayerTrace.diagram`."""
        weights, n = self.weights, np.tanh(self.a[steps - 1, 2 * self.hidden_size :])
        is_after = self.reset == "after"
        gates = self.gates(steps)
        return gru_diagram(gates, n, self.h, weights.weight_ih, weights.weight_hh, steps, is_after=is_after)


class _GRUVJP(BatchedVJP):
    def __init__(self, layer: GRUTrace) -> None:
        super().__init__(layer.weights.weight_ih)
        gates = layer.gates(np.arange(1, layer.length + 1))
        self._size, self._weight, self._is_after = layer.hidden_size, layer.weights.weight_hh, layer.reset == "after"
        self._r, self._keep = gates.r, gates.keep
        self._drq_dr, self._dh_dz, self._dh_dn = gates.drq_dr, gates.dh_dz, gates.dh_dn

    def vjp(self, step: int | Steps, gradients: Array) -> VJPResult:
        size, place = self._size, step - 1
        d_preactivation = np.empty((len(gradients), 3 * size))
        d_r, d_z, d_n = (d_preactivation[:, gate * size : (gate + 1) * size] for gate in range(3))
        np.multiply(gradients, self._dh_dn[place], out=d_n)
        np.multiply(gradients, self._dh_dz[place], out=d_z)
        if self._is_after:
            np.multiply(d_n, self._drq_dr[place], out=d_r)
            d_recurrent = d_preactivation.copy()
            d_recurrent[:, 2 * size :] *= self._r[place]
            d_state = d_recurrent @ self._weight
        else:
            d_reset_h = d_n @ self._weight[2 * size :]
            np.multiply(d_reset_h, self._drq_dr[place], out=d_r)
            d_recurrent = d_preactivation
            d_state = d_preactivation[:, : 2 * size] @ self._weight[: 2 * size]
            d_state += d_reset_h * self._r[place]
        d_state += gradients * self._keep[place]
        return VJPResult(d_state, d_preactivation, d_recurrent)


def run_gru(reset: Reset, weights: Weights, inputs: Array, initial_state: Array) -> GRUTrace:
    """Run one layer over inputs (T, D) from h_0 (H,); raises Overflow when a state leaves float64."""
    size = len(initial_state)
    h, q = np.empty((len(inputs) + 1, size)), np.empty((len(inputs), size))
    h[0] = initial_state
    w_gates, w_n = weights.weight_hh[: 2 * size], weights.weight_hh[2 * size :]
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        a = inputs @ weights.weight_ih.T + weights.bias_ih
        a[:, : 2 * size] += weights.bias_hh[: 2 * size]
        for step in range(len(inputs)):
            preactivation, previous = a[step], h[step]
            preactivation[: 2 * size] += w_gates @ previous
            r, z = sigmoid(preactivation[:size]), sigmoid(preactivation[size : 2 * size])
            if reset == "after":
                q[step] = w_n @ previous + weights.bias_hh[2 * size :]
                preactivation[2 * size :] += r * q[step]
            else:
                q[step] = previous
                preactivation[2 * size :] += w_n @ (r * previous) + weights.bias_hh[2 * size :]
            h[step + 1] = sigmoid(-preactivation[size : 2 * size]) * np.tanh(preactivation[2 * size :]) + z * previous
            if step % _REPORT_STEPS == 0:
                advance(min(_REPORT_STEPS, len(inputs) - step) * forward_step(3, size))
    require_finite((a, q, h[1:]), "GRU")
    return GRUTrace(weights, h, a, q, _gap(a, h), reset)


def _gap(a: Array, h: Array) -> Array | None:
    """Compute h′ − n where both are close to 1 or −1, shape (T, H); None where no difference loses its digits.

    1 − h and 1 + h keep theirs when they are carried along: 1 ∓ h_t = (1 − z)(1 ∓ n) + z (1 ∓ h′), sums without
    cancellation.
    """
    size = h.shape[1]
    z, n = a[:, size : 2 * size], a[:, 2 * size :]
    gap = h[:-1] - np.tanh(n)
    close = (np.abs(n) > _SATURATED) & (np.abs(gap) < _CLOSE)
    if not close.any():
        return None
    keep, write, e = sigmoid(z), sigmoid(-z), np.exp(-2.0 * np.abs(n))
    from_one, from_minus_one = (2.0 * np.where(sign * n > 0, e, 1.0) / (1.0 + e) for sign in (1.0, -1.0))
    top, bottom = 1.0 - h[0], 1.0 + h[0]
    for step in range(len(n)):
        nearer = np.where(n[step] > 0, from_one[step] - top, bottom - from_minus_one[step])
        gap[step] = np.where(close[step], nearer, gap[step])
        top = write[step] * from_one[step] + keep[step] * top
        bottom = write[step] * from_minus_one[step] + keep[step] * bottom
    return gap


GRU = Cell(
    gates=("r", "z", "n"),
    states=("h",),
    run=lambda architecture, *layer: run_gru(architecture.reset, *layer),
    memory={"z": 1.0},
    factors=("z", "r"),
    factor_words=("update gate", "update gates"),
)
