"""Backpropagation of many gradients at once: one step back is a few products of all of them with the same factors.

Each row is the gradient of another number with respect to the same state. Gate slopes are computed for all steps
beforehand, so that a step costs matrix products and little else.
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
    """Gradients one step back, a row each: to the state before (n, S), and to the pre-activations (n, G·H).

    ``d_preactivation`` is to what W_ih and b_ih give, ``d_recurrent`` to what W_hh and b_hh give.
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
    """The vector–Jacobian product of one layer."""

    @property
    def recurrent_inputs(self) -> tuple[RecurrentInput, ...]:
        """What W_hh multiplies; together these are all its rows."""
        ...

    def vjp(self, step: int, gradients: Array) -> VJPResult:
        """Take gradients with respect to s_step, shape (n, S), one step back."""
        ...


def batched_vjp(layer: LayerTrace) -> BatchedVJP:
    """Compute the gate slopes of all steps of a layer for its vector–Jacobian product."""
    return _VJPS[type(layer)](layer)


class _RNNVJP:
    def __init__(self, layer: RNNTrace) -> None:
        self._slope, self._weight = layer.slope, layer.weights.weight_hh
        self.recurrent_inputs = (RecurrentInput(slice(0, layer.hidden_size), layer.h[:-1]),)

    def vjp(self, step: int, gradients: Array) -> VJPResult:
        d_preactivation = gradients * self._slope[step - 1]
        return VJPResult(d_preactivation @ self._weight, d_preactivation, d_preactivation)


class _LSTMVJP:
    def __init__(self, layer: LSTMTrace) -> None:
        gates = layer.gates(np.arange(1, layer.length + 1))
        self._size, self._weight = layer.hidden_size, layer.weights.weight_hh
        self._slopes = np.stack([*gates.dc_dgates, gates.dh_do], axis=1)
        self._dh_dc, self._keep = gates.dh_dc, gates.keep
        self.recurrent_inputs = (RecurrentInput(slice(0, 4 * self._size), layer.h[:-1]),)

    def vjp(self, step: int, gradients: Array) -> VJPResult:
        size, slopes = self._size, self._slopes[step - 1]
        d_h = gradients[:, :size]
        d_c = gradients[:, size:] + d_h * self._dh_dc[step - 1]
        d_gates = np.empty((len(gradients), 4, size))
        np.multiply(d_c[:, None], slopes[:3], out=d_gates[:, :3])
        np.multiply(d_h, slopes[3], out=d_gates[:, 3])
        d_preactivation = d_gates.reshape(len(gradients), 4 * size)
        d_state = np.empty_like(gradients)
        np.matmul(d_preactivation, self._weight, out=d_state[:, :size])
        np.multiply(d_c, self._keep[step - 1], out=d_state[:, size:])
        return VJPResult(d_state, d_preactivation, d_preactivation)


class _GRUVJP:
    def __init__(self, layer: GRUTrace) -> None:
        gates = layer.gates(np.arange(1, layer.length + 1))
        self._size, self._weight, self._is_after = layer.hidden_size, layer.weights.weight_hh, layer.reset == "after"
        self._r, self._keep = gates.r, gates.keep
        self._drq_dr, self._dh_dz, self._dh_dn = gates.drq_dr, gates.dh_dz, gates.dh_dn
        before, size = layer.h[:-1], self._size
        of_gates, of_n = slice(0, 2 * size), slice(2 * size, 3 * size)
        self.recurrent_inputs = (
            (RecurrentInput(slice(0, 3 * size), before),)
            if self._is_after
            else (RecurrentInput(of_gates, before), RecurrentInput(of_n, gates.r * before))
        )

    def vjp(self, step: int, gradients: Array) -> VJPResult:
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


_VJPS: Mapping[type, Callable[[Any], BatchedVJP]] = {RNNTrace: _RNNVJP, LSTMTrace: _LSTMVJP, GRUTrace: _GRUVJP}
