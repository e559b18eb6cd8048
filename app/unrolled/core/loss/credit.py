"""Credit: how much of the gradient of W_hh each pair of a loss L_t and an earlier step k brings.

∂L/∂W_hh is a sum over all pairs, C[t, k] = δ_{t,k} ⊗ h_{k−1} with δ_{t,k} = ∂L_t/∂a_k (Pascanu et al. 2013). All losses
go back together, a row each, each row with its own power of two.
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import log10_unscaled
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.credit_sweep import BackwardSweep
from unrolled.core.loss.gradient import Gradient, LossGraph, gradient
from unrolled.core.loss.lag_sums import residual_by_lag

# Most of a gradient is what leaves out at most this part of its length.
LEFT_OUT = 0.1


@dataclass(frozen=True)
class Credit:
    """The credit of losses at the rising 1-based steps `t` (rows,) at the earlier steps `k` (columns,).

    Of shape (rows, columns): ``log10_norm`` is log10 ‖∂L_t/∂h_k‖, NaN for k > t and −inf for an exact zero;
    ``log10_contribution`` is log10 ‖C[t, k]‖_F; ``share`` is ⟨C[t, k], g⟩ / ‖g‖², where all pairs together make 1: NaN
    where g is zero, and below about 10^−100 it may be 0. ``by_lag`` (reach,) is the share of all pairs of these losses
    at lag 0, 1, …, whether their step is a column or not. ``gradient`` is g, ``log10_gradient`` log10 ‖g‖_F of W_hh.
    Of the losses of the rows, whose gradient is ``taken``: ``residual`` is ‖g − Σ_{t−k≤n} C‖/‖g‖ at the lags n = 0, 1,
    … up to one from which all others certainly leave out less than `LEFT_OUT`, ``sum_error`` is ‖Σ C − g‖/‖g‖; empty
    and None where that gradient is zero.
    """

    t: Steps
    k: Steps
    log10_norm: Array
    log10_contribution: Array
    share: Array
    by_lag: Array
    residual: Array
    gradient: Gradient
    taken: Gradient
    log10_gradient: float
    sum_error: float | None


def credit(graph: LossGraph, t: Steps, k: Steps) -> Credit:
    """Take the losses at the rising steps t back together and measure each at the steps k; exact at every cell."""
    total, is_all = gradient(graph), len(t) == len(graph.steps)
    shown = graph if is_all else graph.only(t)
    reference = total if is_all else gradient(shown)
    size = float(np.linalg.norm(total.weight_hh))
    inputs = graph.recurrent_inputs
    directions = np.concatenate(
        [part.values[: graph.last_step] @ total.weight_hh[part.rows].T for part in inputs], axis=1
    ) / (size**2 if size else np.nan)
    sweep = BackwardSweep(shown, k, directions, total.exponent)
    sweep.run()
    error = sweep.error(reference)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        taken = np.linalg.norm(reference.weight_hh) * np.ldexp(1.0, reference.exponent - total.exponent)
        residual = residual_by_lag(shown, reference, sweep.lengths / taken, LEFT_OUT)
    log10 = float(log10_unscaled(np.array([size]), np.array([total.exponent]))[0])
    cells = (sweep.log10_norm, sweep.log10_contribution, sweep.share)
    return Credit(t, k, *cells, sweep.by_lag, residual, total, reference, log10, error)


def reached_lag(residual: Array) -> int | None:
    """Give the smallest lag n so that pairs at most n steps apart, and at most any larger n, leave out `LEFT_OUT`.

    `residual` (n,) is that of `Credit`; None where there is none.
    """
    above = np.flatnonzero(~(residual <= LEFT_OUT))
    return (int(above[-1]) + 1 if above.size else 0) if residual.size else None
