"""All singular values against the lag: how many directions of the past are still told apart, and how far down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import determinant_step, jacobi_sweep, qr_step
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.checks.laws import Check
from unrolled.core.checks.readings import singular_values_check
from unrolled.core.cost.derivative import Cost, Size, forward_cost
from unrolled.core.spectra.lyapunov import log10_spectra, lyapunov_exponents, mean_log_determinant
from unrolled.experiment.experiment import CELL_FIELDS, CHAIN_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import chain_of, checks_of
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import products_checks_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite, finite_list, finite_rows
from unrolled.views.derivative.text import SPECTRUM as MESSAGES
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks
from unrolled.views.text.derivative import Derivative, derivative
from unrolled.views.text.message import Message, joined, say
from unrolled.views.text.numbers import counted, number, power

_MOST_LAGS, _FEWEST_LAGS, _ROWS = 33, 9, 1280
# What the longest sweep is worth, in flops of two QR decompositions a step, and those of all rotations at one lag.
_WORTH, _ROTATIONS = 1.5e11, 6
_TOLERANCE = 1e-8
_LINES = 48


@dataclass(frozen=True)
class Spectrum:
    """Singular values of ∂(of)_t/∂(wrt)_k for one k.

    ``values`` (n, r) are log10 σ_i by lag (n,), descending: −inf for exactly zero, NaN for what rounding took.
    ``exponents`` (S,) are the finite-time Lyapunov exponents λ_i over the longest lag, per step, and ``determinant`` is
    Σ ln|det J_j| / n, what they must add up to: −inf where a factor is singular, NaN where that is not certain; None
    for a lag of 0 or part of a state. ``beyond`` further lags are left out, because they would have taken too long.
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
        if self.exponents is None or self.determinant is None or np.isnan([*self.exponents, self.determinant]).any():
            return None
        total = float(self.exponents.sum())
        if total == self.determinant:
            return 0.0
        return abs(total - self.determinant) / max(1.0, abs(self.determinant))

    @property
    def singular(self) -> bool | None:
        """Whether one of the factors is singular; None where that is not certain, or not asked."""
        return None if self.determinant is None or np.isnan(self.determinant) else self.determinant == -np.inf

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
            "singular": self.singular,
            "sentence": self.sentence(),
        }

    def sentence(self) -> Message:
        """Say how many directions are left at the longest lag, and whether it is the longest that was asked for."""
        last, count, lag = self.values[-1], self.values.shape[1], int(self.lag[-1])
        near = int(np.count_nonzero(last >= last[0] - 3.0))
        if np.isnan(last).all():
            key = "close"
        elif last[0] == -np.inf:
            key = "zero"
        elif count == 1:
            key = "only"
        else:
            key = f"{'one' if near == 1 else 'some'}{'.worst' if np.isfinite(last[-1]) else ''}"
        best, worst = (power(value) if np.isfinite(value) else "" for value in (float(last[0]), float(last[-1])))
        first = say(
            MESSAGES[f"{key}.{'steps' if lag else 'within'}"],
            steps=counted(lag, "step"),
            count=count,
            best=best,
            near=near,
            worst=worst,
        )
        return joined(first, self._exponents(key), say(MESSAGES["beyond"]) if self.beyond else "")

    def _exponents(self, key: str) -> str:
        """Say what the largest exponent is, and whether they add up to a number at all."""
        if self.exponents is None or key == "zero":
            return ""
        largest, rest = "", ""
        if key not in ("close", "only") and np.isfinite(self.exponents[0]):
            largest = say(MESSAGES["exponent"], exponent=number(float(self.exponents[0])))
        if self.singular is not False:
            rest = say(MESSAGES["singular" if self.singular else "uncertain"])
        return joined(largest, rest)

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
    """Sweep the factors from k to t, once for all who ask."""
    return remembered("spectrum", VIEW.fields, _compute, experiment, memo)


def _compute(experiment: Experiment, memo: Memo) -> Spectrum:
    query, chain = experiment.query, chain_of(experiment, memo)
    k = query.earlier
    t = min(query.later, k + _affordable(size_of(experiment)))
    lag = np.unique(np.linspace(0, t - k, min(_lags(chain.state_size), t - k + 1)).round().astype(np.int64))
    values = log10_spectra(chain, k, k + lag)
    exponents = determinant = None
    if t > k and chain.is_full_state:
        exponents, determinant = lyapunov_exponents(values[-1], t - k), mean_log_determinant(chain, k, t)
    return Spectrum(k, lag, values, exponents, determinant, derivative(query), query.later - t)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the laws of the derivative, and that the exponents add up to the determinants."""
    result, law = compute(experiment, memo), "Σ λ_i = Σ_j ln|det J_j| / n"
    distance, chosen = result.distance, {len(result.lag) // 2, len(result.lag) - 1}
    pairs = [(result.k + int(result.lag[index]), result.k, result.values[index]) for index in chosen]
    laws = (*checks_of(experiment, memo), singular_values_check(chain_of(experiment, memo), pairs))
    if distance is None:
        return laws
    return (*laws, Check("determinant", distance, _TOLERANCE, distance <= _TOLERANCE, law))


def figure(result: Spectrum) -> Payload:
    """Draw one line a singular value over the lag; ``layout.meta`` has ``sentence``."""
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
    layout_ = layout(
        axis("lag t − k", rangemode="tozero", tickformat="d", **whole_ticks(int(result.lag[-1]), 8)),
        axis("log<sub>10</sub> of the singular values", nticks=8, automargin=True, zeroline=not empty),
        annotations=[empty_note(MESSAGES["empty"])] if empty else [],
    )
    return validated(traces, layout_, {"sentence": result.sentence()})


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    size, query = size_of(experiment), experiment.query
    lag = min(query.later - query.earlier, _affordable(size))
    forward = forward_cost(size)
    # Two sweeps, with other last digits, and the determinants.
    rotations = min(_lags(size.state), lag) * _ROTATIONS * jacobi_sweep(min(size.width, size.height))
    sweeps = 2.0 * (lag * size.joint * qr_step(size.state, size.width) + rotations)
    determinants = lag * size.joint * determinant_step(size.state // size.joint)
    return Cost(forward.flops + sweeps + determinants, forward.bytes + 64.0 * size.state**2)


def _affordable(size: Size) -> int:
    """Give the longest lag that is swept."""
    return int(_WORTH / (2.0 * (12.0 * size.state**3 + 2e6)))


def _lags(size: int) -> int:
    """Choose at how many lags the values are taken: each takes rotations of all pairs of rows."""
    return min(_MOST_LAGS, max(_FEWEST_LAGS, _ROWS // size))


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
    checks_cost=lambda experiment: products_checks_cost(experiment, 2),
    needs=lambda model: bool(model.states),
    panel=PagePanel(
        how="One line a singular value of ∂h_t/∂h_k for the chosen k, as t moves on. The upper lines are the "
        "directions that are still told apart; where only one is left, all pasts look alike.",
        row=6,
        short="singular values",
    ),
)
