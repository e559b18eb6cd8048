"""Credit: how much of the gradient of W_hh each pair of a loss L_t and an earlier step k brings.

∂L/∂W_hh is a sum over all pairs, C[t, k] = γ_{t,k} ⊗ h_{k−1} with γ_{t,k} = ∂L_t/∂a_k (Pascanu et al. 2013). All losses
go back together, a row each, each row with its own power of two.
"""

from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array, Steps
from app.core.gate_pull import Met
from app.core.lossward import Gradient, Lossward, gradient
from app.core.progress import advance
from app.core.scaled import logs, normalised, settled
from app.core.work import CALL

_SMALL = 2.0**-256
# What a row of the block costs beside its product: passes over its entries.
PASS = 30.0


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
        ⟨C[t, k], g⟩ / ‖g‖²; all pairs together make 1. NaN where g is zero.
    by_lag : array of shape (reach,)
        Share of all pairs of these losses at lag 0, 1, …, whether their step is a column or not.
    whole : Gradient
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
    whole: Gradient
    log10_gradient: float
    sum_error: float | None


def credit(way: Lossward, t: Steps, k: Steps) -> Credit:
    """Take all losses back together and note what each brings at each step.

    Parameters
    ----------
    way : Lossward
        The losses and the layers they pass.
    t, k : arrays of shape (rows,) and (columns,)
        Rising steps, those of the rows with a loss.

    Returns
    -------
    Credit
        Exact at every cell.
    """
    whole, part = gradient(way), way.only(t)
    mine = whole if len(t) == len(way.steps) else gradient(part)
    size = float(np.linalg.norm(whole.weight_hh))
    onto = [each.multiplied[: way.reach] @ whole.weight_hh[each.rows].T for each in way.met]
    shared = np.concatenate(onto, axis=1) / (size**2 if size else np.nan)
    walk = _Walk(part, k, shared, whole.exponent)
    walk.run()
    error = walk.error(mine)
    log10 = float(logs(np.array([size]), np.array([whole.exponent]))[0])
    return Credit(t, k, walk.log10_norm, walk.log10_contribution, walk.share, walk.by_lag, whole, log10, error)


class _Walk:
    """One way back of all rows, and what is written down on it."""

    def __init__(self, way: Lossward, k: Steps, shared: Array, exponent: int) -> None:
        self._way, self._k, self._shared, self._exponent = way, k, shared, exponent
        shape, reach = (len(way.steps), len(k)), way.reach
        self.log10_norm, self.log10_contribution, self.share = (np.full(shape, np.nan) for _ in range(3))
        self.by_lag = np.zeros(len(shared))
        self._rows = np.zeros((shape[0], way.state_size))
        self._powers = np.zeros(shape[0], dtype=np.int64)
        self._sums = np.zeros((reach, way.trace.layers[way.layer - 1].a.shape[1]))
        self._tops = np.zeros(reach, dtype=np.int64)
        self._lengths = [_lengths(met, reach) for met in way.met]

    def run(self) -> None:
        """Go from the last loss to the first step."""
        way, first = self._way, len(self._way.steps)
        last = int(np.searchsorted(self._k, way.reach, side="right")) - 1
        for step in range(way.reach, 0, -1):
            if first and way.steps[first - 1] == step:
                first -= 1
                self._rows[first, way.start : way.start + way.hidden_size] = way.seeds[first]
            rows, powers = self._rows[first:], self._powers[first:]
            pulled, onto_h = way.back(step, rows)
            shares = np.ldexp(pulled.recurrent @ self._shared[step - 1], np.clip(powers - self._exponent, -2200, 2200))
            np.add.at(self.by_lag, way.steps[first:] - step, shares)
            self._gather(step, pulled.recurrent, powers)
            if last >= 0 and self._k[last] == step:
                self.log10_norm[first:, last] = _log10_rows(onto_h, powers)
                self.log10_contribution[first:, last] = self._log10_outer(step, pulled.recurrent, powers)
                self.share[first:, last] = shares
                last -= 1
            self._rows[first:] = pulled.state
            settled(self._rows[first:, None], self._powers[first:])
            advance(CALL + len(rows) * rows.shape[1] * (2.0 * way.hidden_size + PASS))

    def error(self, other: Gradient) -> float | None:
        """Compare the sum of all credits with a gradient."""
        size = np.linalg.norm(other.weight_hh)
        if not size:
            return None
        weights = np.ldexp(1.0, np.clip(self._tops - other.exponent, -2200, 1000))
        sums, reach = self._sums * weights[:, None], len(self._sums)
        found = np.concatenate([sums[:, met.rows].T @ met.multiplied[:reach] for met in self._way.met])
        return float(np.linalg.norm(found - other.weight_hh) / size)

    def _gather(self, step: int, recurrent: Array, powers: Steps) -> None:
        """Add up what all losses bring at a step, scaled by the largest power of two among them."""
        top = int(powers.max(initial=-(2**40)))
        self._sums[step - 1] = np.ldexp(1.0, np.maximum(powers - top, -2200)) @ recurrent
        self._tops[step - 1] = top

    def _log10_outer(self, step: int, recurrent: Array, powers: Steps) -> Array:
        """Give log10 ‖C‖_F: what has one factor for all rows is of rank one, the product of two lengths."""
        parts = [
            _log10_rows(recurrent[:, met.rows], powers) + lengths[step - 1]
            for met, lengths in zip(self._way.met, self._lengths, strict=True)
        ]
        if len(parts) == 1:
            return parts[0]
        top = np.maximum.reduce(parts)
        raised = np.where(np.isfinite(top), top, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(raised + 0.5 * np.log10(sum(10.0 ** (2.0 * (part - raised)) for part in parts)))


def _log10_rows(rows: Array, powers: Steps) -> Array:
    """Measure log10 of the lengths of rows with powers of two, also of those whose squares are no float64."""
    squares = np.vecdot(rows, rows)
    found = logs(np.sqrt(squares), powers)
    strayed = np.flatnonzero(~((squares > _SMALL) & (squares < 1.0 / _SMALL)))
    if strayed.size:
        again, more = normalised(rows[strayed, None])
        found[strayed] = logs(np.linalg.norm(again[:, 0], axis=1), powers[strayed] + more)
    return found


def _lengths(met: Met, reach: int) -> Array:
    """Measure log10 of the length of what is multiplied at every step."""
    return _log10_rows(met.multiplied[:reach], np.zeros(reach, dtype=np.int64))


def reached(by_lag: Array, share: float) -> int:
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
