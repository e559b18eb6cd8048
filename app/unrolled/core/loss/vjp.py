"""Backpropagation of many gradients at once: one step back is a few products of all of them with the same factors.

Each row is the gradient of another number with respect to the same state. What a layer multiplies at a step is made for
all steps beforehand, so that a step costs matrix products and little else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.lstm import LSTMTrace
from unrolled.core.networks.rnn import RNNTrace


@dataclass(frozen=True)
class VJPResult:
    """Gradients that were taken one step back, a row each.

    Attributes
    ----------
    d_state : array of shape (n, S)
        With respect to the state before.
    d_preactivation : array of shape (n, G·H)
        With respect to the pre-activations: of what W_ih and b_ih give.
    d_recurrent : array of shape (n, G·H)
        With respect to what W_hh and b_hh give.
    """

    d_state: Array
    d_preactivation: Array
    d_recurrent: Array


@dataclass(frozen=True)
class RecurrentInput:
    """Some rows of W_hh, and what they multiply at every step, shape (T, H)."""

    rows: slice
    values: Array


class BatchedVJP(Protocol):
    """A layer, ready to take gradients back."""

    @property
    def recurrent_inputs(self) -> tuple[RecurrentInput, ...]:
        """What W_hh multiplies; together these are all its rows."""
        ...

    def vjp(self, step: int, rows: Array) -> VJPResult:
        """Take gradients with respect to s_step, shape (n, S), one step back."""
        ...


def batched_vjp(layer: LayerTrace) -> BatchedVJP:
    """Make a layer ready to take gradients back.

    Parameters
    ----------
    layer : LayerTrace
        Its forward pass.

    Returns
    -------
    BatchedVJP
        What multiplies at every step.
    """
    return _PULLS[type(layer)](layer)


class _RNNPull:
    """The equation of the vanilla RNN."""

    def __init__(self, layer: RNNTrace) -> None:
        self._slope, self._weight = layer.slope, layer.weights.weight_hh
        self.recurrent_inputs = (RecurrentInput(slice(0, layer.hidden_size), layer.h[:-1]),)

    def vjp(self, step: int, rows: Array) -> VJPResult:
        inner = rows * self._slope[step - 1]
        return VJPResult(inner @ self._weight, inner, inner)


class _LSTMPull:
    """The equations of the LSTM."""

    def __init__(self, layer: LSTMTrace) -> None:
        gates = layer.gates(np.arange(1, layer.length + 1))
        self._size, self._weight = layer.hidden_size, layer.weights.weight_hh
        self._by = np.stack([*gates.dc_dgates, gates.dh_do], axis=1)
        self._out, self._keep = gates.dh_dc, gates.keep
        self.recurrent_inputs = (RecurrentInput(slice(0, 4 * self._size), layer.h[:-1]),)

    def vjp(self, step: int, rows: Array) -> VJPResult:
        size, by = self._size, self._by[step - 1]
        on_h = rows[:, :size]
        cell = rows[:, size:] + on_h * self._out[step - 1]
        gated = np.empty((len(rows), 4, size))
        np.multiply(cell[:, None], by[:3], out=gated[:, :3])
        np.multiply(on_h, by[3], out=gated[:, 3])
        inner = gated.reshape(len(rows), 4 * size)
        state = np.empty_like(rows)
        np.matmul(inner, self._weight, out=state[:, :size])
        np.multiply(cell, self._keep[step - 1], out=state[:, size:])
        return VJPResult(state, inner, inner)


class _GRUPull:
    """The equations of the GRU, its reset gate after or before the matrix."""

    def __init__(self, layer: GRUTrace) -> None:
        gates = layer.gates(np.arange(1, layer.length + 1))
        self._size, self._weight, self._is_after = layer.hidden_size, layer.weights.weight_hh, layer.reset == "after"
        self._r, self._keep = gates.r, gates.keep
        self._by_r, self._by_z, self._by_n = gates.drq_dr, gates.dh_dz, gates.dh_dn
        gated, before, size = slice(0, 2 * self._size), layer.h[:-1], self._size
        self.recurrent_inputs = (
            (RecurrentInput(slice(0, 3 * size), before),)
            if self._is_after
            else (RecurrentInput(gated, before), RecurrentInput(slice(2 * size, 3 * size), gates.r * before))
        )

    def vjp(self, step: int, rows: Array) -> VJPResult:
        size, place = self._size, step - 1
        inner = np.empty((len(rows), 3 * size))
        on_r, on_z, on_n = inner[:, :size], inner[:, size : 2 * size], inner[:, 2 * size :]
        np.multiply(rows, self._by_n[place], out=on_n)
        np.multiply(rows, self._by_z[place], out=on_z)
        if self._is_after:
            np.multiply(on_n, self._by_r[place], out=on_r)
            recurrent = inner.copy()
            recurrent[:, 2 * size :] *= self._r[place]
            state = recurrent @ self._weight
        else:
            through = on_n @ self._weight[2 * size :]
            np.multiply(through, self._by_r[place], out=on_r)
            recurrent = inner
            state = inner[:, : 2 * size] @ self._weight[: 2 * size]
            state += through * self._r[place]
        state += rows * self._keep[place]
        return VJPResult(state, inner, recurrent)


_PULLS: Mapping[type, Callable[[Any], BatchedVJP]] = {RNNTrace: _RNNPull, LSTMTrace: _LSTMPull, GRUTrace: _GRUPull}
