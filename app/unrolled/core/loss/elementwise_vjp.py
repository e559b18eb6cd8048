"""A layer whose gates take a gradient unit by unit, so that a step back is one product of few flops.

For the vanilla RNN, the LSTM, and the GRU with its reset gate after the matrix, γ of a gate is a part of the gradient
times a vector. What arrives at h_{k−1} is then one matrix times the gradient, and lengths and sums of γ are read off
the gradient. The GRU with its reset gate before the matrix, and stacks, are not of this kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.core.arrays.scaling import flush_subnormal
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.lstm import LSTMTrace
from unrolled.core.networks.rnn import RNNTrace


@dataclass(frozen=True)
class ElementwiseVJP:
    """What multiplies at every step.

    The P parts of a gradient, of H numbers each, are that with respect to h_k and, of an LSTM, all that arrives at c_k,
    also by way of h_k.

    Attributes
    ----------
    weight_hh : array of shape (G·H, H)
        W_hh.
    by, by_inner : arrays of shape (T, G, H)
        What a gradient meets on its way to what W_hh gives, and to what W_ih gives.
    parts : tuple of slice
        For every part of a gradient the gates that take it.
    keep : array of shape (T, H) or None
        What passes from h_k to h_{k−1} without W_hh.
    fade, out : arrays of shape (T, H) and (T + 1, H), or None
        Of an LSTM: ∂c_k/∂c_{k−1} with the gates held fixed, and ∂h_k/∂c_k from step 0 on, where it is 0.
    """

    weight_hh: Array
    by: Array
    by_inner: Array
    parts: tuple[slice, ...]
    keep: Array | None = None
    fade: Array | None = None
    out: Array | None = None

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.weight_hh.shape[1]

    def entered(self, steps: Steps, onto_h: Array) -> Array:
        """Give the coordinates of gradients that begin at h of some steps; (n,) and (n, H) to (P, n, H)."""
        return np.stack([onto_h] if self.out is None else [onto_h, onto_h * self.out[steps]])

    def gamma(self, steps: Steps, rows: Array, *, inner: bool = False) -> Array:
        """Give γ of some gradients, each at its step, or that of what W_ih gives; (n,) and (P, n, H) to (n, G·H)."""
        by = (self.by_inner if inner else self.by)[steps - 1]
        made = np.empty(by.shape)
        for own, gates in zip(rows, self.parts, strict=True):
            np.multiply(own[:, None], by[:, gates], out=made[:, gates])
        return made.reshape(len(by), by.shape[1] * by.shape[2])

    def composed(self, steps: Steps, made: Array) -> None:
        """Make the matrices that take each part of a gradient to h one step before, as products from the left.

        Parameters
        ----------
        steps : array of shape (n,)
            1-based steps.
        made : array of shape (P, H, n, H)
            Where they are written: for every part, unit by unit, the rows of all steps.
        """
        size, by, keep = self.hidden_size, self.by[steps - 1], None if self.keep is None else self.keep[steps - 1]
        for gates, rows, into in zip(self.parts, self._unit_rows, made, strict=True):
            # One small product a unit: NumPy's passes over so many matrices would take longer.
            met = np.zeros((size, len(steps), rows.shape[1]))
            met[:, :, :-1] = by[:, gates].transpose(2, 0, 1)
            if keep is not None:
                met[:, :, -1] = keep.T
            np.matmul(met, rows, out=into)

    def alone(self, last: int, rows: Array, pushed: Array) -> None:
        """Take one gradient back, gate by gate.

        Parameters
        ----------
        last : int
            The 1-based step it begins at.
        rows : array of shape (P, n + 1, H)
            The gradient there, then room for those at the n steps before.
        pushed : array of shape (n, H)
            What joins it at h of each step; at the first one that has been done.
        """
        steps = slice(last - len(pushed), last)
        gamma, weight = np.empty(self.by.shape[1:]), self.weight_hh
        flat, by = gamma.reshape(-1), self.by[steps][::-1]
        joining = np.concatenate([pushed[1:], np.zeros_like(pushed[:1])])
        if self.fade is None or self.out is None:
            keeps = self.keep[steps][::-1] if self.keep is not None else pushed
            for row, met, keep, before, joins in zip(rows[0], by, keeps, rows[0, 1:], joining, strict=False):
                np.multiply(row, met, out=gamma)
                np.dot(flat, weight, out=before)
                if self.keep is not None:
                    np.add(before, row * keep, out=before)
                np.add(before, joins, out=before)
            return
        (of_h, of_c), fades, outs = self.parts, self.fade[steps][::-1], self.out[steps][::-1]
        onto_h, onto_c = gamma[of_h][0], gamma[of_c]
        met = zip(by[:, of_h][:, 0], by[:, of_c], fades, outs, joining, strict=True)
        now, ahead = zip(rows[0], rows[1], strict=True), zip(rows[0, 1:], rows[1, 1:], strict=True)
        for (h, c), (before, cell), (met_h, met_c, fade, out, joins) in zip(now, ahead, met, strict=False):
            np.multiply(h, met_h, out=onto_h)
            np.multiply(c, met_c, out=onto_c)
            np.dot(flat, weight, out=before)
            np.add(before, joins, out=before)
            np.multiply(c, fade, out=cell)
            np.add(cell, before * out, out=cell)

    @cached_property
    def _unit_rows(self) -> tuple[Array, ...]:
        """For every part and unit its rows in the matrices of the gates, and one that only passes on."""
        units = self.weight_hh.reshape(-1, self.hidden_size, self.hidden_size).swapaxes(0, 1)
        passing = np.eye(self.hidden_size)[:, None]
        return tuple(np.concatenate([units[:, gates], passing], axis=1) for gates in self.parts)


def elementwise_vjp(layer: LayerTrace) -> ElementwiseVJP | None:
    """Make what multiplies at every step of a layer; None where its gates do not take a gradient unit by unit.

    Parameters
    ----------
    layer : LayerTrace
        Its forward pass.

    Returns
    -------
    ElementwiseVJP or None
        For all steps.
    """
    return _MADE[type(layer)](layer)


def _of_rnn(layer: RNNTrace) -> ElementwiseVJP:
    by = layer.slope[:, None]
    return ElementwiseVJP(layer.weights.weight_hh, by, by, (slice(0, 1),))


def _of_lstm(layer: LSTMTrace) -> ElementwiseVJP:
    gates, size = layer.gates(np.arange(1, layer.length + 1)), layer.hidden_size
    by = np.stack([*gates.dc_dgates, gates.dh_do], axis=1)
    out = np.concatenate([np.zeros((1, size)), gates.dh_dc])
    return ElementwiseVJP(layer.weights.weight_hh, by, by, (slice(3, 4), slice(0, 3)), fade=gates.keep, out=out)


def _of_gru(layer: GRUTrace) -> ElementwiseVJP | None:
    if layer.reset == "before":
        return None
    gates = layer.gates(np.arange(1, layer.length + 1))
    by_n = gates.dh_dn
    by_inner = np.stack([flush_subnormal(by_n * gates.drq_dr), gates.dh_dz, by_n], axis=1)
    by = by_inner.copy()
    by[:, 2] = flush_subnormal(by_n * gates.r)
    return ElementwiseVJP(layer.weights.weight_hh, by, by_inner, (slice(0, 3),), keep=gates.keep)


_MADE: Mapping[type, Callable[[Any], ElementwiseVJP | None]] = {
    RNNTrace: _of_rnn,
    LSTMTrace: _of_lstm,
    GRUTrace: _of_gru,
}
