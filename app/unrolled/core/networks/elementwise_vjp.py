"""A layer whose gates take a gradient unit by unit, so that a step back is one product of few flops.

For the vanilla RNN, the LSTM, and the GRU with its reset gate after the matrix, δ of a gate is a part of the gradient
times a vector. What arrives at h_{k−1} is then one matrix times the gradient, and lengths and sums of δ are read off
the gradient. The GRU with its reset gate before the matrix, and stacks, are not of this kind.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class ElementwiseVJP:
    """The gate slopes of all steps, by which a gradient of P parts of H numbers goes back.

    The parts are the gradient with respect to h_k and, of an LSTM, all that arrives at c_k, also by way of h_k.
    ``slopes`` and ``input_slopes`` (T, G, H) are ∂ part/∂ pre-activation, of what W_hh gives and of what W_ih gives;
    ``gates_of_part`` says which gates take each part. ``h_keep`` (T, H) passes from h_k to h_{k−1} without W_hh.
    Of an LSTM, ``c_keep`` (T, H) is ∂c_k/∂c_{k−1} with the gates held fixed, and ``dh_dc`` (T + 1, H) is ∂h_k/∂c_k
    from step 0 on, where it is 0.
    """

    weight_hh: Array
    slopes: Array
    input_slopes: Array
    gates_of_part: tuple[slice, ...]
    h_keep: Array | None = None
    c_keep: Array | None = None
    dh_dc: Array | None = None

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.weight_hh.shape[1]

    def parts(self, steps: Steps, d_h: Array) -> Array:
        """Give the parts (P, n, H) of gradients (n, H) that start at h of some steps (n,)."""
        return np.stack([d_h] if self.dh_dc is None else [d_h, d_h * self.dh_dc[steps]])

    def delta(self, steps: Steps, parts: Array, *, of_inputs: bool = False) -> Array:
        """Give δ (n, G·H) of gradients (P, n, H), each at its step; with `of_inputs` that of what W_ih gives."""
        slopes = (self.input_slopes if of_inputs else self.slopes)[steps - 1]
        delta = np.empty(slopes.shape)
        for part, gates in zip(parts, self.gates_of_part, strict=True):
            np.multiply(part[:, None], slopes[:, gates], out=delta[:, gates])
        return delta.reshape(len(slopes), slopes.shape[1] * slopes.shape[2])

    def fuse(self, steps: Steps, out: Array) -> None:
        """Write the matrices that take each part of a gradient to h one step before, as products from the left.

        `out` (P, H, n, H) holds, for every part and unit, the matrices' rows of all n steps.
        """
        size, slopes = self.hidden_size, self.slopes[steps - 1]
        keep = None if self.h_keep is None else self.h_keep[steps - 1]
        for gates, unit_rows, matrices in zip(self.gates_of_part, self._unit_rows, out, strict=True):
            # One small product a unit: NumPy's passes over so many matrices would take longer.
            factors = np.zeros((size, len(steps), unit_rows.shape[1]))
            factors[:, :, :-1] = slopes[:, gates].transpose(2, 0, 1)
            if keep is not None:
                factors[:, :, -1] = keep.T
            np.matmul(factors, unit_rows, out=matrices)

    def backpropagate(self, last: int, parts: Array, entering: Array) -> None:
        """Take one gradient from 1-based step `last` back over n steps, gate by gate.

        `parts` (P, n + 1, H) holds it at that step, and room for those at the n steps before. Row i of `entering`
        (n, H) joins it at h of step last − i; that of the first step is in `parts` already.
        """
        steps = slice(last - len(entering), last)
        delta, weight = np.empty(self.slopes.shape[1:]), self.weight_hh
        flat, slopes = delta.reshape(-1), self.slopes[steps][::-1]
        joining = np.concatenate([entering[1:], np.zeros_like(entering[:1])])
        if self.c_keep is None or self.dh_dc is None:
            keeps = self.h_keep[steps][::-1] if self.h_keep is not None else entering
            for row, slope, keep, before, joins in zip(parts[0], slopes, keeps, parts[0, 1:], joining, strict=False):
                np.multiply(row, slope, out=delta)
                np.dot(flat, weight, out=before)
                if self.h_keep is not None:
                    np.add(before, row * keep, out=before)
                np.add(before, joins, out=before)
            return
        (of_h, of_c), keeps, dh_dcs = self.gates_of_part, self.c_keep[steps][::-1], self.dh_dc[steps][::-1]
        delta_h, delta_c = delta[of_h][0], delta[of_c]
        factors = zip(slopes[:, of_h][:, 0], slopes[:, of_c], keeps, dh_dcs, joining, strict=True)
        now, ahead = zip(parts[0], parts[1], strict=True), zip(parts[0, 1:], parts[1, 1:], strict=True)
        for (h, c), (h_before, c_before), (slope_h, slope_c, keep, dh_dc, joins) in zip(
            now, ahead, factors, strict=False
        ):
            np.multiply(h, slope_h, out=delta_h)
            np.multiply(c, slope_c, out=delta_c)
            np.dot(flat, weight, out=h_before)
            np.add(h_before, joins, out=h_before)
            np.multiply(c, keep, out=c_before)
            np.add(c_before, h_before * dh_dc, out=c_before)

    @cached_property
    def _unit_rows(self) -> tuple[Array, ...]:
        """For every part and unit its rows in the matrices of the gates, and a unit vector for what is kept."""
        units = self.weight_hh.reshape(-1, self.hidden_size, self.hidden_size).swapaxes(0, 1)
        identity = np.eye(self.hidden_size)[:, None]
        return tuple(np.concatenate([units[:, gates], identity], axis=1) for gates in self.gates_of_part)
