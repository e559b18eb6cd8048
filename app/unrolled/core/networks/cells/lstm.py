"""One layer of the LSTM, as ``torch.nn.LSTM`` computes it; its state is s = [h; c]."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import forward_step
from unrolled.core.arrays.scaling import flush_subnormal, require_finite
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.activations.smooth import sigmoid, sigmoid_slope, tanh_slope
from unrolled.core.networks.cell import Cell
from unrolled.core.networks.cells.gates import LSTMGates
from unrolled.core.networks.diagrams.cell import CellDiagram
from unrolled.core.networks.diagrams.lstm import lstm_diagram
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.vjp import BatchedVJP, VJPResult
from unrolled.core.networks.weights import Weights
from unrolled.runtime.progress import advance

_REPORT_STEPS = 512


@dataclass(frozen=True)
class LSTMTrace(LayerTrace):
    """One forward pass, enough for every Jacobian.

    i, f, o = σ(·), g = tanh(·), c_t = f ⊙ c_{t−1} + i ⊙ g, h_t = o ⊙ tanh c_t  (docstring of ``torch.nn.LSTM``;
    Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000). Pre-activations `a`
    (T, 4H) are in the order i, f, g, o; in the states h stands before c.
    """

    a: Array

    state_names = "h", "c"
    saved_arrays = "a", "states"
    largest_factor = 1.0

    @property
    def c(self) -> Array:
        """c_0 … c_T, shape (T + 1, H)."""
        return self.states[:, self.hidden_size :]

    def gates(self, steps: Steps) -> LSTMGates:
        """Give gates and slopes at some 1-based steps."""
        i, f, g, o = np.split(self.a[steps - 1], 4, axis=1)
        c = self.c[steps]
        slopes = sigmoid_slope(i), sigmoid_slope(f), tanh_slope(g), sigmoid_slope(o)
        values = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        return LSTMGates(*values, *slopes, np.tanh(c), tanh_slope(c), self.c[steps - 1])

    def jacobians(self, steps: Steps) -> Array:
        """Give the joint J_t = [[∂h/∂h′, ∂h/∂c′], [∂c/∂h′, diag f]] at some steps, shape (n, 2H, 2H)."""
        gates, size = self.gates(steps), self.hidden_size
        dh, dc = self._gate_jacobians(gates, self.weights.weight_hh)
        joint = np.zeros((len(steps), 2 * size, 2 * size))
        joint[:, :size, :size], joint[:, size:, :size] = dh, dc
        unit = np.arange(size)
        joint[:, unit, size + unit] = flush_subnormal(gates.dh_dc * gates.keep)
        joint[:, size + unit, size + unit] = gates.keep
        return joint

    def input_jacobians(self, steps: Steps) -> Array:
        """Give ∂s_t/∂x_t at some steps, shape (n, 2H, D)."""
        return np.concatenate(self._gate_jacobians(self.gates(steps), self.weights.weight_ih), axis=1)

    def takes_along(self, part: slice) -> bool:
        """Tell whether it is the cell alone: h_k = o_k ⊙ tanh c_k moves with it; as `LayerTrace.takes_along`."""
        return part.start >= self.hidden_size

    def part_jacobians(self, part: slice, steps: Steps) -> Array:
        """Put ∂h_k/∂c_k = diag(o_k ⊙ (1 − tanh² c_k)) above the cell; as `LayerTrace.part_jacobians`."""
        matrices = super().part_jacobians(part, steps)
        if self.takes_along(part):
            units = np.arange(part.start, part.stop) - self.hidden_size
            matrices[:, units, np.arange(len(units))] = self.gates(steps).dh_dc[:, units]
        return matrices

    def changed(self, step: int, part: slice, change: Array) -> Array:
        """Compute h_k anew from the cell; as `LayerTrace.changed`."""
        state, size = super().changed(step, part, change), self.hidden_size
        if self.takes_along(part):
            state[:size] = sigmoid(self.a[step - 1, 3 * size :]) * np.tanh(state[size:])
        return state

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply products by the joint J_t, half of which is diagonal; as `LayerTrace.left_multiply`."""
        size, gates = self.hidden_size, self.gates(steps)
        (dc_di, dc_df, dc_dg, dh_do, keep), powers = _rescale_steps([*gates.dc_dgates, gates.dh_do, gates.keep])
        w_i, w_f, w_g, w_o = np.split(self.weights.weight_hh, 4)
        matrices = np.empty((len(steps), 2 * size, size))
        np.multiply(dh_do[:, :, None], w_o, out=matrices[:, :size])
        np.multiply(dc_di[:, :, None], w_i, out=matrices[:, size:])
        matrices[:, size:] += dc_df[:, :, None] * w_f
        matrices[:, size:] += dc_dg[:, :, None] * w_g
        moved = np.matmul(products[:, :, :size], matrices.swapaxes(1, 2))
        cells = moved[:, :, size:]
        cells += products[:, :, size:] * keep[:, None]
        moved[:, :, :size] += cells * gates.dh_dc[:, None]
        return moved, powers

    def rerun(self, inputs: Array, start: Array) -> "LSTMTrace":
        """Run the same layer on other inputs (n, D) from another state (S,)."""
        return run_lstm(self.weights, inputs, start)

    def delta(self, step: int, gradients: Array) -> Array:
        """Take gradients to i, f, g, o; as `LayerTrace.delta`."""
        gates, (d_h, d_c) = self.gates(np.array([step])), np.split(gradients, 2, axis=1)
        d_cell = d_c + d_h * gates.dh_dc
        return np.concatenate([*(d_cell * factor for factor in gates.dc_dgates), d_h * gates.dh_do], axis=1)

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient one step back; as `LayerTrace.vjp`."""
        size, steps = self.hidden_size, np.array([step])
        gates = self.gates(steps)
        d_h, d_c = gradient[:size], gradient[size:]
        d_cell = d_c + d_h * gates.dh_dc[0]
        d_preactivation = np.concatenate([*(d_cell * factor[0] for factor in gates.dc_dgates), d_h * gates.dh_do[0]])
        d_state = np.concatenate([self.weights.weight_hh.T @ d_preactivation, d_cell * gates.keep[0]])
        return d_state, self.weights.weight_ih.T @ d_preactivation

    def batched_vjp(self) -> "_LSTMVJP":
        """Compute the gate slopes of all steps; as `LayerTrace.batched_vjp`."""
        return _LSTMVJP(self)

    def elementwise_vjp(self) -> ElementwiseVJP:
        """Compute the gate slopes of all steps, o apart; as `LayerTrace.elementwise_vjp`."""
        gates, size = self.gates(np.arange(1, self.length + 1)), self.hidden_size
        slopes = np.stack([*gates.dc_dgates, gates.dh_do], axis=1)
        dh_dc = np.concatenate([np.zeros((1, size)), gates.dh_dc])
        parts = slice(3, 4), slice(0, 3)
        return ElementwiseVJP(self.weights.weight_hh, slopes, slopes, parts, c_keep=gates.keep, dh_dc=dh_dc)

    def too_small(self, steps: Steps) -> int:
        """Count those among the products of its gates; as `LayerTrace.too_small`."""
        return self.gates(steps).too_small

    def determinant_parts(self, steps: Steps) -> tuple[Array, Array]:
        """Give ∂h_t/∂(pre-activation of o), f, and U_o; as `LayerTrace.determinant_parts`.

        The rows of h less ∂h_t/∂c_t times those of c are [∂h_t/∂o U_o, 0], and those of c end in diag f.
        """
        gates = self.gates(steps)
        return np.concatenate([gates.dh_do, gates.keep], axis=1), np.split(self.weights.weight_hh, 4)[3]

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give the gates, the forget gate first; as `LayerTrace.unit_factors`."""
        i, f, _, o = np.split(sigmoid(self.a[steps - 1]), 4, axis=1)
        return {"f": f, "i": i, "o": o}

    def memory_gate(self, steps: Steps) -> Array:
        """Give f, which keeps c; as `LayerTrace.memory_gate`."""
        return sigmoid(np.split(self.a[steps - 1], 4, axis=1)[1])

    def diagram(self, steps: Steps) -> CellDiagram:
        """Draw four gates, c and h; as `LayerTrace.diagram`."""
        weights = self.weights
        return lstm_diagram(self.gates(steps), self.h, self.c, weights.weight_ih, weights.weight_hh, steps)

    def _gate_jacobians(self, gates: LSTMGates, weight: Array) -> tuple[Array, Array]:
        """Give ∂h_t and ∂c_t with respect to what one matrix multiplies, each of shape (n, H, columns)."""
        w_i, w_f, w_g, w_o = np.split(weight, 4)
        dc_di, dc_df, dc_dg = gates.dc_dgates
        dc = dc_df[:, :, None] * w_f
        dc += dc_di[:, :, None] * w_i
        dc += dc_dg[:, :, None] * w_g
        dh = gates.dh_dc[:, :, None] * dc
        dh += gates.dh_do[:, :, None] * w_o
        return dh, dc


class _LSTMVJP(BatchedVJP):
    def __init__(self, layer: LSTMTrace) -> None:
        super().__init__(layer.weights.weight_ih)
        gates = layer.gates(np.arange(1, layer.length + 1))
        self._size, self._weight = layer.hidden_size, layer.weights.weight_hh
        self._slopes = np.stack([*gates.dc_dgates, gates.dh_do], axis=1)
        self._dh_dc, self._keep = gates.dh_dc, gates.keep

    def vjp(self, step: int | Steps, gradients: Array) -> VJPResult:
        size, slopes = self._size, self._slopes[step - 1]
        d_h = gradients[:, :size]
        d_c = gradients[:, size:] + d_h * self._dh_dc[step - 1]
        d_gates = np.empty((len(gradients), 4, size))
        np.multiply(d_c[:, None], slopes[..., :3, :], out=d_gates[:, :3])
        np.multiply(d_h, slopes[..., 3, :], out=d_gates[:, 3])
        d_preactivation = d_gates.reshape(len(gradients), 4 * size)
        d_state = np.empty_like(gradients)
        np.matmul(d_preactivation, self._weight, out=d_state[:, :size])
        np.multiply(d_c, self._keep[step - 1], out=d_state[:, size:])
        return VJPResult(d_state, d_preactivation, d_preactivation)


def _rescale_steps(factors: list[Array]) -> tuple[list[Array], Steps]:
    """Scale what multiplies at each step, (n, H) each, by one power of two a step: gates of any size multiply on."""
    powers = np.frexp(np.max([np.abs(factor).max(axis=1) for factor in factors], axis=0))[1].astype(np.int64)
    return [np.ldexp(factor, -powers[:, None]) for factor in factors], powers


def run_lstm(weights: Weights, inputs: Array, initial_state: Array) -> LSTMTrace:
    """Run one layer over inputs (T, D) from [h_0; c_0] (2H,); raises Overflow when a state leaves float64."""
    size = len(initial_state) // 2
    states = np.empty((len(inputs) + 1, 2 * size))
    states[0] = initial_state
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        a = inputs @ weights.weight_ih.T + (weights.bias_ih + weights.bias_hh)
        for step in range(len(inputs)):
            preactivation = a[step]
            preactivation += weights.weight_hh @ states[step, :size]
            gates = sigmoid(preactivation)
            cell = gates[size : 2 * size] * states[step, size:] + gates[:size] * np.tanh(
                preactivation[2 * size : 3 * size]
            )
            states[step + 1, size:] = cell
            states[step + 1, :size] = gates[3 * size :] * np.tanh(cell)
            if step % _REPORT_STEPS == 0:
                advance(min(_REPORT_STEPS, len(inputs) - step) * forward_step(4, size))
    require_finite((a, states[1:]), "LSTM")
    return LSTMTrace(weights, states, a)


LSTM = Cell(
    gates=("i", "f", "g", "o"),
    states=("h", "c"),
    run=lambda _, *layer: run_lstm(*layer),
    memory={"f": 1.0, "i": -1.0},
    factors=("f", "i", "o"),
    factor_words=("forget gate", "forget gates"),
)
