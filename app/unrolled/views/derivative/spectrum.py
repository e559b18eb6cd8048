"""All singular values against the lag: how many directions of the past are still told apart, and how far down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import jacobi_rotations, qr_step
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.checks.laws import Check
from unrolled.core.cost.recurrent import Cost, Size, forward_cost
from unrolled.core.networks.registry import RECURRENT
from unrolled.core.spectra.lyapunov import log10_spectra, lyapunov_exponents, mean_log_determinant
from unrolled.experiment.experiment import CELL_FIELDS, CHAIN_FIELDS, Experiment
from unrolled.experiment.run import chain_of, checks_of
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload, finite, finite_list, finite_rows
from unrolled.views.contract.view import View
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks
from unrolled.views.text.derivative import Derivative, derivative
from unrolled.views.text.numbers import counted, number, power

_MOST_ENDS, _FEWEST_ENDS, _ROWS = 33, 9, 1280
_SWEPT = 1.5e11
_TOLERANCE = 1e-8
_LINES = 48


@dataclass(frozen=True)
class Spectrum:
    """Singular values of ∂(of)_t/∂(wrt)_k for one k.

    Attributes
    ----------
    k : int
        The earlier step.
    lag : array of shape (n,)
        Lags.
    values : array of shape (n, r)
        log10 σ_i, descending; −inf for exactly zero, NaN for what rounding took.
    exponents : array of shape (S,), or None
        Finite-time Lyapunov exponents λ_i over the longest lag, per step; None for a lag of 0 or part of a state.
    determinant : float or None
        Σ ln|det J_j| / n, what the exponents must add up to.
    derivative : Derivative
        Of what, with respect to what.
    beyond : int
        How many further lags were asked for and left out, because they would have taken too long.
    """

    k: int
    lag: Steps
    values: Array
    exponents: Array | None
    determinant: float | None
    derivative: Derivative
    beyond: int

    @property
    def distance(self) -> float | None:
        """How far the exponents are from adding up, relative to their size; None where that cannot be told."""
        if self.exponents is None or self.determinant is None or np.isnan(self.exponents).any():
            return None
        total = float(self.exponents.sum())
        if total == self.determinant:
            return 0.0
        return abs(total - self.determinant) / max(1.0, abs(self.determinant))

    def payload(self) -> Payload:
        """Give the spectrum for JSON; None for exactly zero and for what rounding took."""
        return {
            "of": self.derivative.of,
            "wrt": self.derivative.wrt,
            "k": self.k,
            "lag": self.lag.tolist(),
            "log10_singular_values": finite_rows(self.values),
            "lyapunov_exponents": None if self.exponents is None else finite_list(self.exponents),
            "lyapunov_sum": None if self.exponents is None else finite(float(self.exponents.sum())),
            "log_determinant": None if self.determinant is None else finite(self.determinant),
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """Say how many directions are left at the longest lag, and whether it is the longest that was asked for."""
        if not self.beyond:
            return self._told()
        return f"{self._told()} Longer lags are left out at this size; a later k or a smaller network shows them."

    def _told(self) -> str:
        """Say how many directions are left."""
        last, count = self.values[-1], self.values.shape[1]
        lag = int(self.lag[-1])
        after = f"After {counted(lag, 'step')}" if lag else "Within one step"
        if np.isnan(last).all():
            return f"{after} the directions have drawn so close that float64 cannot tell them apart."
        if last[0] == -np.inf:
            return f"{after} every direction is exactly zero."
        near = int(np.count_nonzero(last >= last[0] - 3.0))
        if count == 1:
            return f"{after} the only direction has the gain {power(float(last[0]))}."
        told = f"{after} the best of {count} directions has the gain {power(float(last[0]))}"
        ends = "" if not np.isfinite(last[-1]) else f"; the worst has {power(float(last[-1]))}"
        exponent = ""
        if self.exponents is not None and np.isfinite(self.exponents[0]):
            exponent = f" The largest Lyapunov exponent over this time is {number(float(self.exponents[0]))} a step."
        arrive = "it alone arrives" if near == 1 else f"{near} of them arrive"
        return f"{told}, and {arrive} within a thousandth of it{ends}.{exponent}"

    def columns(self) -> Mapping[str, Column]:
        """Give one row a lag and singular value."""
        count = self.values.shape[1]
        return {
            "lag": np.repeat(self.lag, count),
            "index": np.tile(np.arange(1, count + 1), len(self.lag)),
            "log10_singular_value": self.values.ravel(),
        }

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give lags, values and exponents."""
        exponents = np.empty(0) if self.exponents is None else self.exponents
        return {"lag": self.lag, "log10_singular_values": self.values, "lyapunov_exponents": exponents}


def compute(experiment: Experiment, memo: Memo) -> Spectrum:
    """Sweep the factors from k to t.

    Parameters
    ----------
    problem : Experiment
        ``t`` and ``k`` choose the longest product.
    memo : Memo
        Remembers the run.

    Returns
    -------
    Spectrum
        The answer, once for all who ask.
    """
    return memo.get(("spectrum", experiment.key(VIEW.fields)), lambda: _compute(experiment, memo))


def _compute(experiment: Experiment, memo: Memo) -> Spectrum:
    query, through = experiment.query, chain_of(experiment, memo)
    k = query.earlier
    t = min(query.later, k + _affordable(size_of(experiment)))
    lag = np.unique(np.linspace(0, t - k, min(_ends(through.state_size), t - k + 1)).round().astype(np.int64))
    values = log10_spectra(through, k, k + lag)
    exponents = determinant = None
    if t > k and through.is_full_state:
        exponents, determinant = lyapunov_exponents(values[-1], t - k), mean_log_determinant(through, k, t)
    return Spectrum(k, lag, values, exponents, determinant, derivative(query), query.later - t)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the laws of the derivative, and that the exponents add up to the determinants.

    Parameters
    ----------
    problem : Experiment
        What was measured.
    memo : Memo
        Remembers the answer.

    Returns
    -------
    tuple of Check
        One a law.
    """
    distance, says = compute(experiment, memo).distance, "Σ λ_i = Σ_j ln|det J_j| / n"
    if distance is None:
        return checks_of(experiment, memo)
    return (*checks_of(experiment, memo), Check("determinant", distance, _TOLERANCE, distance <= _TOLERANCE, says))


def figure(result: Spectrum) -> Payload:
    """Draw one line a singular value over the lag.

    Parameters
    ----------
    result : Spectrum
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``sentence``.
    """
    count = result.values.shape[1]
    chosen = np.unique(np.linspace(0, count - 1, min(count, _LINES)).round().astype(int))
    lag, traces = short_integers(result.lag), []
    for index in chosen:
        shade = 0.25 + 0.75 * (1.0 - index / max(1, count - 1))
        colour = f"rgba(58,119,173,{shade:.2f})"
        name = f"σ<sub>{index + 1}</sub>"
        values = np.where(np.isfinite(result.values[:, index]), result.values[:, index], np.nan)
        traces.append(
            scatter(
                x=lag,
                y=float32(values),
                name=name,
                mode="lines+markers" if len(lag) < 3 else "lines",
                line={"color": colour, "width": 2.25 if index == 0 else 1},
                hovertemplate=f"{name}, lag %{{x}}: 10<sup>%{{y:.2f}}</sup><extra></extra>",
            )
        )
    empty = not np.isfinite(result.values).any()
    drawn = layout(
        axis("lag t − k", rangemode="tozero", tickformat="d", **whole_ticks(int(result.lag[-1]), 8)),
        axis("log<sub>10</sub> of the singular values", nticks=8, automargin=True, zeroline=not empty),
        annotations=[empty_note("exactly zero: nothing to draw")] if empty else [],
    )
    return validated(traces, drawn, {"sentence": result.sentence()})


def cost(experiment: Experiment) -> Cost:
    """Estimate the work.

    Parameters
    ----------
    problem : Experiment
        What would be swept.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    size, query = size_of(experiment), experiment.query
    lag = min(query.later - query.earlier, _affordable(size))
    forward = forward_cost(size)
    step = 2.0 * qr_step(size.state)
    sweeps = lag * step + _ends(size.state) * jacobi_rotations(size.state)
    return Cost(forward.flops + sweeps, forward.bytes + 64.0 * size.state**2)


def _affordable(size: Size) -> int:
    """Give the longest lag that is swept."""
    return int(_SWEPT / (2.0 * qr_step(size.state)))


def _ends(size: int) -> int:
    """Choose at how many lags the values are taken: each takes rotations of all pairs of rows."""
    return min(_MOST_ENDS, max(_FEWEST_ENDS, _ROWS // size))


VIEW = View(
    name="spectrum",
    label="All singular values",
    question="How many directions of the past are still told apart?",
    formula=r"\sigma_i\!\left(\frac{\partial h_t}{\partial h_k}\right),\qquad"
    r"\lambda_i=\frac{1}{t-k}\ln\sigma_i,\qquad\sum_i\lambda_i=\frac{1}{t-k}\sum_{j=k+1}^{t}\ln\left|\det J_j\right|",
    source="Vogt, Puelma Touzel, Shlizerman and Lajoie 2022, “On Lyapunov exponents for RNNs”, arXiv 2006.14123; "
    "Engelken, Wolf and Abbott 2023, arXiv 2006.02427",
    fields=CHAIN_FIELDS | CELL_FIELDS | {"norm"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    models=RECURRENT,
)
