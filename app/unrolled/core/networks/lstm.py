"""One layer of the LSTM, as ``torch.nn.LSTM`` computes it; its state is s = [h; c]."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import forward_step
from unrolled.core.arrays.overflow import require_finite
from unrolled.core.arrays.scaling import flush_subnormal
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.activations.smooth import sigmoid, sigmoid_slope, tanh_slope
from unrolled.core.networks.layer import Weights
from unrolled.runtime.progress import advance

_TELL = 512


@dataclass(frozen=True)
class Gates:
    """Gates and slopes at some steps, each of shape (n, H); primes are derivatives with respect to pre-activations."""

    i: Array
    f: Array
    g: Array
    o: Array
    di: Array
    df: Array
    dg: Array
    do: Array
    tanh_c: Array
    d_tanh_c: Array
    c_before: Array

    @property
    def dc_dgates(self) -> tuple[Array, Array, Array]:
        """∂c_t with respect to the pre-activations of i, f and g."""
        return (
            flush_subnormal(self.g * self.di),
            flush_subnormal(self.c_before * self.df),
            flush_subnormal(self.i * self.dg),
        )

    @property
    def dh_do(self) -> Array:
        """∂h_t with respect to the pre-activation of o."""
        return flush_subnormal(self.tanh_c * self.do)

    @property
    def keep(self) -> Array:
        """∂c_t/∂c_{t−1} with the gates held fixed: f."""
        return flush_subnormal(self.f)

    @property
    def dh_dc(self) -> Array:
        """∂h_t/∂c_t."""
        return flush_subnormal(self.o * self.d_tanh_c)


@dataclass(frozen=True)
class LSTMTrace:
    """What one forward pass left behind; enough for every Jacobian.

    i, f, o = σ(·), g = tanh(·), c_t = f ⊙ c_{t−1} + i ⊙ g, h_t = o ⊙ tanh c_t  (docstring of ``torch.nn.LSTM``;
    Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000).

    Attributes
    ----------
    a : array of shape (T, 4H)
        Pre-activations in the order i, f, g, o.
    states : array of shape (T + 1, 2H)
        s_0 … s_T, h before c.
    weights : Weights
        Of four gates.
    """

    a: Array
    states: Array
    weights: Weights

    @property
    def length(self) -> int:
        """Number of steps T."""
        return len(self.a)

    @property
    def state_size(self) -> int:
        """Size of the recurrent state, 2H."""
        return self.states.shape[1]

    @property
    def hidden_size(self) -> int:
        """Size of the output, H."""
        return self.states.shape[1] // 2

    @property
    def input_size(self) -> int:
        """Size of one input, D."""
        return self.weights.weight_ih.shape[1]

    @property
    def h(self) -> Array:
        """Outputs h_0 … h_T, shape (T + 1, H)."""
        return self.states[:, : self.hidden_size]

    @property
    def c(self) -> Array:
        """Cells c_0 … c_T, shape (T + 1, H)."""
        return self.states[:, self.hidden_size :]

    def gates(self, steps: Steps) -> Gates:
        """Give gates and slopes at some 1-based steps."""
        i, f, g, o = np.split(self.a[steps - 1], 4, axis=1)
        c = self.c[steps]
        slopes = sigmoid_slope(i), sigmoid_slope(f), tanh_slope(g), sigmoid_slope(o)
        values = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        return Gates(*values, *slopes, np.tanh(c), tanh_slope(c), self.c[steps - 1])

    def jacobians(self, steps: Steps) -> Array:
        """Give the joint J_t = [[∂h/∂h′, ∂h/∂c′], [∂c/∂h′, diag f]] at some steps, shape (n, 2H, 2H)."""
        gates, size = self.gates(steps), self.hidden_size
        onto_h, onto_c = self._through(gates, self.weights.weight_hh)
        made = np.zeros((len(steps), 2 * size, 2 * size))
        made[:, :size, :size], made[:, size:, :size] = onto_h, onto_c
        unit = np.arange(size)
        made[:, unit, size + unit] = flush_subnormal(gates.dh_dc * gates.keep)
        made[:, size + unit, size + unit] = gates.keep
        return made

    def input_jacobians(self, steps: Steps) -> Array:
        """Give ∂s_t/∂x_t at some steps, shape (n, 2H, D)."""
        return np.concatenate(self._through(self.gates(steps), self.weights.weight_ih), axis=1)

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply products by the joint J_t, half of which is diagonal; as `LayerTrace.left_multiply`."""
        size, gates = self.hidden_size, self.gates(steps)
        (by_i, by_f, by_g, by_o, keep), powers = _scaled([*gates.dc_dgates, gates.dh_do, gates.keep])
        into_i, into_f, into_g, into_o = np.split(self.weights.weight_hh, 4)
        matrices = np.empty((len(steps), 2 * size, size))
        np.multiply(by_o[:, :, None], into_o, out=matrices[:, :size])
        np.multiply(by_i[:, :, None], into_i, out=matrices[:, size:])
        matrices[:, size:] += by_f[:, :, None] * into_f
        matrices[:, size:] += by_g[:, :, None] * into_g
        moved = np.matmul(products[:, :, :size], matrices.swapaxes(1, 2))
        cell = moved[:, :, size:]
        cell += products[:, :, size:] * keep[:, None]
        moved[:, :, :size] += cell * gates.dh_dc[:, None]
        return moved, powers

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give the gates, the forget gate first; as `LayerTrace.unit_factors`."""
        i, f, _, o = np.split(sigmoid(self.a[steps - 1]), 4, axis=1)
        return {"f": f, "i": i, "o": o}

    def rerun(self, inputs: Array, start: Array) -> "LSTMTrace":
        """Run the same layer on other inputs (n, D) from another state (S,)."""
        return run_lstm(self.weights, inputs, start)

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient one step back; as `LayerTrace.vjp`."""
        size, steps = self.hidden_size, np.array([step])
        gates = self.gates(steps)
        on_h, on_c = gradient[:size], gradient[size:]
        cell = on_c + on_h * gates.dh_dc[0]
        inner = np.concatenate([*(cell * each[0] for each in gates.dc_dgates), on_h * gates.dh_do[0]])
        before = np.concatenate([self.weights.weight_hh.T @ inner, cell * gates.keep[0]])
        return before, self.weights.weight_ih.T @ inner

    def _through(self, gates: Gates, weight: Array) -> tuple[Array, Array]:
        """Give ∂h_t and ∂c_t with respect to what one matrix multiplies, each of shape (n, H, columns)."""
        into_i, into_f, into_g, into_o = np.split(weight, 4)
        by_i, by_f, by_g = gates.dc_dgates
        onto_c = by_f[:, :, None] * into_f
        onto_c += by_i[:, :, None] * into_i
        onto_c += by_g[:, :, None] * into_g
        onto_h = gates.dh_dc[:, :, None] * onto_c
        onto_h += gates.dh_do[:, :, None] * into_o
        return onto_h, onto_c


def _scaled(factors: list[Array]) -> tuple[list[Array], Steps]:
    """Scale what multiplies at each step, (n, H) each, by one power of two a step: gates of any size multiply on."""
    powers = np.frexp(np.max([np.abs(each).max(axis=1) for each in factors], axis=0))[1].astype(np.int64)
    return [np.ldexp(each, -powers[:, None]) for each in factors], powers


def run_lstm(weights: Weights, inputs: Array, initial_state: Array) -> LSTMTrace:
    """Run one layer over a sequence.

    Parameters
    ----------
    weights : Weights
        Of four gates in the order i, f, g, o.
    inputs : array of shape (T, D)
        The sequence x_1 … x_T.
    initial_state : array of shape (2H,)
        [h_0; c_0].

    Returns
    -------
    LSTMTrace
        Everything the Jacobians need.

    Raises
    ------
    Overflow
        When a state leaves the range of float64; it names the step.
    """
    size = len(initial_state) // 2
    states = np.empty((len(inputs) + 1, 2 * size))
    states[0] = initial_state
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        a = inputs @ weights.weight_ih.T + (weights.bias_ih + weights.bias_hh)
        for step in range(len(inputs)):
            now = a[step]
            now += weights.weight_hh @ states[step, :size]
            opened = sigmoid(now)
            cell = opened[size : 2 * size] * states[step, size:] + opened[:size] * np.tanh(now[2 * size : 3 * size])
            states[step + 1, size:] = cell
            states[step + 1, :size] = opened[3 * size :] * np.tanh(cell)
            if step % _TELL == 0:
                advance(min(_TELL, len(inputs) - step) * forward_step(4, size))
    require_finite((a, states[1:]), "LSTM")
    return LSTMTrace(a, states, weights)
