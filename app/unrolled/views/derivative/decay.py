"""Size against lag, and which bound on it held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary
from unrolled.core.checks.laws import Check
from unrolled.core.checks.readings import curve_check, gate_check
from unrolled.core.cost.derivative import Cost, gate_bytes
from unrolled.core.networks.activations import ACTIVATIONS, Activation
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.run import bounds_of, checks_of, derivative_of, layer_of, matrix_bounds
from unrolled.experiment.size import size_of
from unrolled.experiment.told_checks import told_checks_of
from unrolled.experiment.triangle import measured_triangle, measured_triangle_cost, told
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite_list
from unrolled.views.derivative.text import DECAY as MESSAGES
from unrolled.views.plots.colour import ACCENT, COLD, INK
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks
from unrolled.views.text.bounds import bound_sentence, gate_sentence, no_chain_sentence

_BAND = "rgba(70,130,190,0.25)"


@dataclass(frozen=True)
class Decay:
    """Sizes by lag beside what the recurrent matrix guarantees.

    ``bounds`` has γ, σ_max and ρ of a vanilla RNN's layer; None where the matrix alone bounds nothing. All (n,):
    ``bound`` and ``asymptote`` are log10 (γ σ_max)^lag and log10 ρ^lag from the size at lag 0 on, NaN without bounds;
    ``gate`` is what the gate that keeps the past would leave by itself, median over t, NaN without one.
    """

    profile: LagProfile
    summary: Summary
    bounds: WeightBounds | None
    bound: Array
    asymptote: Array
    gate: Array
    activation: Activation
    has_matrix_bound: bool

    def payload(self) -> Payload:
        """Give the profile for JSON, all sizes as log10, None for exactly zero."""
        return {
            "lag": self.profile.lag.tolist(),
            "median": finite_list(self.profile.median),
            "low": finite_list(self.profile.low),
            "high": finite_list(self.profile.high),
            "bound": finite_list(self.bound),
            "asymptote": finite_list(self.asymptote),
            "gate": finite_list(self.gate),
            "gamma": self.bounds.gamma if self.bounds else None,
            "sigma_max": self.bounds.sigma_max if self.bounds else None,
            "spectral_radius": self.bounds.spectral_radius if self.bounds else None,
            "verdict": self.summary.verdict,
            "horizon": self.summary.horizon,
            "rate": self.summary.rate,
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """Say which bound held."""
        if not self.profile.chained:
            return no_chain_sentence(self.profile)
        if self.bounds is None:
            return gate_sentence(self.profile, self.summary, self.gate, has_matrix_bound=self.has_matrix_bound)
        return bound_sentence(self.profile, self.summary, self.bounds, self.bound, self.activation)

    def columns(self) -> Mapping[str, Column]:
        """Give one row a lag."""
        return self.arrays()

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give every curve."""
        return {
            "lag": self.profile.lag,
            "median": self.profile.median,
            "low": self.profile.low,
            "high": self.profile.high,
            "bound": self.bound,
            "asymptote": self.asymptote,
            "gate": self.gate,
        }


def compute(experiment: Experiment, memo: Memo) -> Decay:
    """Gather the triangle by lag and compare it with the recurrent matrix."""
    measured, query = measured_triangle(experiment, memo), experiment.query
    bounds = bounds_of(experiment, memo)
    start, lag = measured.profile.reference, measured.profile.lag
    bound = asymptote = gate = np.full(len(lag), np.nan)
    if bounds:
        bound, asymptote = (start + _powers(base, lag) for base in (bounds.per_step, bounds.spectral_radius))
    elif (retention := derivative_of(experiment, memo).gate_retention(measured.told.steps, query.norm)) is not None:
        gate = start + (retention - retention[0])
    has_matrix_bound = matrix_bounds(experiment, memo) is not None
    activation = ACTIVATIONS[query.activation]
    return Decay(
        measured.profile,
        measured.summary,
        bounds,
        bound,
        asymptote,
        gate,
        activation,
        has_matrix_bound=has_matrix_bound,
    )


def figure(result: Decay) -> Payload:
    """Draw the median with its range, the bound and the asymptote over the lag.

    ``layout.meta`` has ``sentence`` and ``horizon``.
    """
    profile, lag, dead = result.profile, short_integers(result.profile.lag), _dead(result.profile)

    def curve(values: Array, name: str, **properties: Any) -> Payload:
        hover = f"{name}, lag %{{x}}: 10<sup>%{{y:.2f}}</sup><extra></extra>"
        return scatter(x=lag, y=float32(values), name=name, hovertemplate=hover, **properties)

    few = "lines+markers" if len(lag) < 3 else "lines"
    edge = {"mode": "lines", "line": {"width": 0}, "showlegend": False}
    traces = [
        curve(profile.low, "least", **edge),
        curve(profile.high, "range over t", **edge | {"fill": "tonexty", "fillcolor": _BAND, "showlegend": True}),
    ]
    bounds = [
        curve(
            result.bound,
            "bound (γσ<sub>max</sub>)<sup>lag</sup>",
            mode=few,
            line={"color": ACCENT, "dash": "dash", "width": 1.5},
        ),
        curve(
            result.asymptote, "asymptote ρ<sup>lag</sup>", mode=few, line={"color": INK, "dash": "dot", "width": 1.5}
        ),
        curve(result.gate, "the gate alone", mode=few, line={"color": ACCENT, "dash": "dash", "width": 1.5}),
    ]
    traces += [
        trace
        for trace, values in zip(bounds, (result.bound, result.asymptote, result.gate), strict=True)
        if not np.isnan(values).all()
    ]
    traces.append(curve(profile.median, "median over t", mode=few, line={"color": COLD, "width": 2.5}))
    drawn = layout(
        axis("lag t − k", rangemode="tozero", tickformat="d", **whole_ticks(int(profile.lag[-1]), 8)),
        axis(
            "log<sub>10</sub> of the norm",
            range=_range(profile),
            showgrid=not dead,
            showticklabels=not dead,
            ticks="" if dead else "outside",
            zeroline=not dead,
            nticks=8,
            automargin=True,
        ),
        showlegend=True,
        # Below the axis and its title, where it makes room for itself: above the plot a file has its own title.
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.22, "yanchor": "top", "entrywidth": 118},
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
        annotations=[empty_note(MESSAGES["empty"])] if dead else [],
    )
    return validated(traces, drawn, {"sentence": result.sentence(), "horizon": result.summary.horizon})


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    cost, size = measured_triangle_cost(experiment), size_of(experiment)
    # What bounds a gated network is read off its gates at every step.
    return Cost(cost.flops, cost.bytes + gate_bytes(size)) if size.state and size.gates > 1 else cost


def _powers(base: float, lag: npt.NDArray[np.int64]) -> Array:
    """Give log10 of base^lag; 1 at lag 0 whatever the base."""
    if base == 0.0:
        return np.where(lag == 0, 0.0, -np.inf)
    return lag.astype(np.float64) * float(np.log10(base))


def _dead(profile: LagProfile) -> bool:
    """Tell whether no curve goes anywhere: every product is exactly zero."""
    return len(profile.lag) > 1 and not np.isfinite(profile.high[1:]).any()


def _range(profile: LagProfile) -> list[float]:
    """Frame what was measured, not the bound that may run far away: the curve is the news."""
    sizes = np.concatenate([profile.low, profile.high])
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size:
        return [-1.0, 1.0]
    low, high = float(sizes.min()), float(sizes.max())
    room = max(0.5, 0.12 * (high - low))
    return [low - room, high + room]


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative, what is told of it, and the curves beside it."""
    result, known = compute(experiment, memo), told(experiment, memo)
    common = (*checks_of(experiment, memo), *told_checks_of(experiment, memo))
    if not known.profile.chained:
        return common
    layer = layer_of(experiment, memo)
    if result.bounds:
        return (*common, curve_check(layer, result.profile.lag, result.bound, result.asymptote))
    if not np.isfinite(result.gate[0]):
        return common
    offset = 0.5 * float(np.log10(layer.hidden_size)) if experiment.query.norm == "frobenius" else 0.0
    retained = result.gate - result.gate[0] + offset
    return (*common, gate_check(layer, known.steps, experiment.query.norm, retained))


VIEW = View(
    name="decay",
    label="Decay with the lag",
    question="Which promise about the decay held?",
    formula=r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert_2\le"
    r"\left(\gamma\,\sigma_{\max}(W_{hh})\right)^{t-k},\qquad\lVert W_{hh}^{n}\rVert\sim\rho(W_{hh})^{n}",
    source="Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063; Hochreiter, Bengio, Frasconi and Schmidhuber 2001",
    fields=TRIANGLE_FIELDS,
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    panel=PagePanel(
        how="The line is the median over t, the band its range. For a vanilla RNN, no product can rise above the "
        "bound, and the asymptote is the slope that the spectral radius alone would give; for an LSTM or GRU,"
        " the dashed line is what the gate that keeps the past would leave by itself.",
        row=5,
        short="decay",
    ),
)
