"""Cheap self-checks of a computed triangle: laws that every true one obeys, measured on this very answer."""

from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array, Steps
from app.core.bounds import WeightFacts
from app.core.product import log10_norms
from app.core.scaled import LOG10_2, normalised
from app.core.trace import Trace
from app.core.triangle import Norm

_CELLS = 3
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Check:
    """One law: the largest violation met, the tolerance, and whether it passed."""

    name: str
    value: float
    tolerance: float
    passed: bool


def influence_checks(
    trace: Trace, steps: Steps, log10_norm: Array, norm: Norm, facts: WeightFacts
) -> tuple[Check, ...]:
    """Check the diagonal, the bound, and some cells against products multiplied in the other order.

    Parameters
    ----------
    trace : Trace
        Forward pass with its one-step Jacobians.
    steps : array of shape (G,)
        The sampled steps.
    log10_norm : array of shape (G, G)
        The triangle.
    norm : {"spectral", "frobenius"}
        How it was measured.
    facts : WeightFacts
        γ and σ_max of the network.

    Returns
    -------
    tuple of Check
        ``diagonal``: P[t, t] = I. ``bound``: ‖P[t, k]‖₂ ≤ (γ σ_max)^(t−k). ``composition``: the same product with the
        factors multiplied from the other end. ``norm order``: ‖P‖₂ ≤ ‖P‖_F ≤ √H ‖P‖₂. All as log10.
    """
    root = 0.5 * float(np.log10(trace.state_size)) if norm == "frobenius" else 0.0
    diagonal = float(np.abs(np.diagonal(log10_norm) - root).max())
    lag = steps[:, None] - steps[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        ceiling = root + lag * float(np.log10(facts.per_step)) if facts.per_step else np.where(lag > 0, -np.inf, root)
        excess = np.where(log10_norm == -np.inf, -np.inf, log10_norm - ceiling)
    over = max(0.0, float(np.nanmax(excess)))
    other = _other_order(trace, steps, log10_norm, norm)
    return (_check("diagonal", diagonal), _check("bound", over), *other)


def _check(name: str, value: float) -> Check:
    """Judge one violation; a NaN does not pass."""
    return Check(name, value, _TOLERANCE, bool(value <= _TOLERANCE))


def _other_order(trace: Trace, steps: Steps, log10_norm: Array, norm: Norm) -> tuple[Check, Check]:
    """Multiply a few products from the earlier end, and compare the norms."""
    count = len(steps)
    rng = np.random.default_rng(count)
    composition = order = 0.0
    for _ in range(_CELLS):
        row, column = sorted(rng.integers(0, count, 2), reverse=True)
        matrix, exponent = np.eye(trace.state_size)[None], 0
        for step in range(int(steps[row]), int(steps[column]), -1):
            factor, power = normalised(trace.jacobians(np.array([step])))
            matrix, more = normalised(matrix @ factor)
            exponent += int(power[0] + more[0])
        spectral, frobenius = (float(log10_norms(matrix, name)[0]) for name in ("spectral", "frobenius"))
        here = (spectral if norm == "spectral" else frobenius) + LOG10_2 * exponent
        composition = max(composition, _distance(here, float(log10_norm[row, column])))
        if np.isfinite(spectral):
            half = 0.5 * float(np.log10(trace.state_size))
            order = max(order, spectral - frobenius, frobenius - spectral - half)
    return _check("composition", composition), _check("norm order", order)


def _distance(left: float, right: float) -> float:
    """Measure the distance of two logarithms; two exact zeros agree."""
    return 0.0 if left == right else abs(left - right)
