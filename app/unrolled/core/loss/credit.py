"""Credit: how much of the gradient of W_hh each pair of a loss L_t and an earlier step k brings.

∂L/∂W_hh is a sum over all pairs, C[t, k] = γ_{t,k} ⊗ h_{k−1} with γ_{t,k} = ∂L_t/∂a_k (Pascanu et al. 2013). All losses
go back together, a row each, each row with its own power of two.
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import log10_unscaled
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.credit_sweep import PASS as PASS
from unrolled.core.loss.credit_sweep import BackwardSweep
from unrolled.core.loss.gradient import Gradient, LossGraph, gradient


@dataclass(frozen=True)
class Credit:
    """The credit of some losses at some steps.

    Attributes
    ----------
    t, k : arrays of shape (rows,) and (columns,)
        Steps with a loss, and earlier steps; 1-based.
    log10_norm : array of shape (rows, columns)
        log10 ‖∂L_t/∂h_k‖; NaN for k > t, −inf for an exact zero.
    log10_contribution : array of shape (rows, columns)
        log10 ‖C[t, k]‖_F.
    share : array of shape (rows, columns)
        ⟨C[t, k], g⟩ / ‖g‖²; all pairs together make 1. NaN where g is zero; below about 10^−100 it may be given as 0.
    by_lag : array of shape (reach,)
        Share of all pairs of these losses at lag 0, 1, …, whether their step is a column or not.
    gradient : Gradient
        g.
    log10_gradient : float
        log10 ‖g‖_F of W_hh.
    sum_error : float or None
        ‖Σ C − g‖/‖g‖, both of the losses of the rows; None where that is zero.
    """

    t: Steps
    k: Steps
    log10_norm: Array
    log10_contribution: Array
    share: Array
    by_lag: Array
    gradient: Gradient
    log10_gradient: float
    sum_error: float | None


def credit(way: LossGraph, t: Steps, k: Steps) -> Credit:
    """Take all losses back together and note what each brings at each step.

    Parameters
    ----------
    way : LossGraph
        The losses and the layers they pass.
    t, k : arrays of shape (rows,) and (columns,)
        Rising steps, those of the rows with a loss.

    Returns
    -------
    Credit
        Exact at every cell.
    """
    whole, is_whole = gradient(way), len(t) == len(way.steps)
    part = way if is_whole else way.only(t)
    mine = whole if is_whole else gradient(part)
    size = float(np.linalg.norm(whole.weight_hh))
    onto = [each.values[: way.last_step] @ whole.weight_hh[each.rows].T for each in way.recurrent_inputs]
    shared = np.concatenate(onto, axis=1) / (size**2 if size else np.nan)
    walk = BackwardSweep(part, k, shared, whole.exponent)
    walk.run()
    error = walk.error(mine)
    log10 = float(log10_unscaled(np.array([size]), np.array([whole.exponent]))[0])
    return Credit(t, k, walk.log10_norm, walk.log10_contribution, walk.share, walk.by_lag, whole, log10, error)


def lag_of_share(by_lag: Array, share: float) -> int:
    """Give the smallest n so that pairs at most n steps apart, and at most any larger n, bring a share.

    Parameters
    ----------
    by_lag : array of shape (n,)
        Signed shares by lag.
    share : float
        Of their sum.

    Returns
    -------
    int
        A lag.
    """
    below = np.flatnonzero(np.cumsum(by_lag) < share * by_lag.sum() * (1 - 1e-12))
    return int(below[-1]) + 1 if below.size else 0
