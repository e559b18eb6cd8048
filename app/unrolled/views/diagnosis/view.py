"""What ails this network, why, and what would help; every number of it is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.behaviour.attribution import Attribution, attribute
from unrolled.core.behaviour.saturation import Saturation, saturation
from unrolled.core.behaviour.summary import Summary
from unrolled.core.cost.recurrent import Cost, forward_cost, gate_bytes, product_step_flops
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.networks.registry import RECURRENT
from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.experiment.run import bounds_of, chain_of, run
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import KEPT, horizon_range_cost, horizons, measured_triangle, sufficient_truncation
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload, finite
from unrolled.views.contract.view import View
from unrolled.views.diagnosis.remedies import Remedy, remedies, remedies_cost
from unrolled.views.diagnosis.text import explained, labelled, units_sentence
from unrolled.views.plots.figure import axis, empty_note, layout, scatter, validated
from unrolled.views.text.numbers import counted
from unrolled.views.text.verdict import verdict_sentence

_STARTS, _LAG, _TOP = 12, 64, 8


@dataclass(frozen=True)
class Diagnosis:
    """The findings."""

    summary: Summary
    sentence_: str
    horizons: tuple[int, int | None]
    attribution: Attribution | None
    saturation: Saturation
    truncation: int
    remedies: tuple[Remedy, ...]
    length: int

    def payload(self) -> Payload:
        """Give the findings for JSON; units are counted from 1."""
        low, high = self.horizons
        found = self.attribution
        return {
            "verdict": self.summary.verdict,
            "horizon": self.summary.horizon,
            "horizon_low": low,
            "horizon_high": high,
            "rate": self.summary.rate,
            "sentence": self.sentence(),
            "cause": "" if found is None else explained(found),
            "change": None if found is None else finite(found.total),
            "change_lag": 0 if found is None else found.lag,
            "causes": [] if found is None else [
                {"name": part.name, "label": labelled(part.name), "log10_per_step": part.log10_per_step}
                for part in found.parts
            ],
            "units": {
                "count": len(self.saturation.arriving),
                "arriving": _shares(self.saturation.arriving),
                "leaving": _shares(self.saturation.leaving),
                "dead": (self.saturation.dead + 1).tolist(),
                "saturated": (self.saturation.saturated + 1).tolist(),
                "sentence": units_sentence(
                    len(self.saturation.arriving),
                    _shares(self.saturation.arriving),
                    len(self.saturation.dead),
                    len(self.saturation.saturated),
                ),
            },
            "truncation": {"share": KEPT, "steps": self.truncation, "sentence": self._truncated()},
            "remedies": [each.payload() for each in self.remedies],
        }  # fmt: skip

    def sentence(self) -> str:
        """Say what ails the network, and how far single steps remember."""
        low, high = self.horizons
        if self.length == 1 or (self.summary.horizon is None and high is None and low >= self.length // 2):
            return self.sentence_
        if high == 0:
            return f"{self.sentence_} No step remembers even the one before it."
        ends = "all of its past" if high is None else counted(high, "step")
        reach = f"Single steps remember between {low:,} and {ends}" if high != low else f"Every step remembers {ends}"
        return f"{self.sentence_} {reach}."

    def _truncated(self) -> str:
        """Say how far truncated backpropagation would have to reach."""
        if self.truncation >= self.length:
            return "Truncation would cut into what counts: 99 % of the squared influence needs every step."
        steps = counted(self.truncation, "step")
        return f"Backpropagation cut after {steps} keeps 99 % of the squared influence ‖∂h_t/∂h_k‖²."

    def columns(self) -> Mapping[str, Column]:
        """Give one row a cause or remedy."""
        parts = () if self.attribution is None else self.attribution.parts
        names = [part.name for part in parts] + [f"{each.field}={each.value}" for each in self.remedies]
        kinds = ["cause"] * len(parts) + ["remedy"] * len(self.remedies)
        rates = [part.log10_per_step for part in parts]
        rates += [np.nan if each.summary.rate is None else each.summary.rate for each in self.remedies]
        return {"kind": kinds, "name": names, "log10_per_step": rates}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give causes, remedies and the shares of the units."""
        named = {name: np.array(column) for name, column in self.columns().items()}
        return named | {"arriving": self.saturation.arriving, "leaving": self.saturation.leaving}


def compute(experiment: Experiment, memo: Memo) -> Diagnosis:
    """Measure, split, look at the units, and try what might help."""
    query, measured, through = experiment.query, measured_triangle(experiment, memo), chain_of(experiment, memo)
    made, facts, found = run(experiment, memo), bounds_of(experiment, memo), None
    lag = min(_LAG, max(0, query.length // 2), query.length - 1)
    starts = np.unique(np.linspace(1, query.length - lag, _STARTS).round().astype(np.int64))
    if lag:
        whole = jacobian_chain(made.trace, "s", "s", query.layer)
        found = attribute(whole, starts, lag, facts.spectral_radius if facts else None)
    most = made.activation.gamma if query.model == "rnn" else 1.0
    return Diagnosis(
        measured.summary,
        verdict_sentence(measured.summary, measured.profile),
        horizons(experiment, memo),
        found,
        saturation(through, starts, lag, most),
        sufficient_truncation(experiment, memo),
        remedies(experiment, memo),
        query.length,
    )


def figure(result: Diagnosis) -> Payload:
    """Draw the causes as steps of a staircase that ends at the whole change."""
    parts = () if result.attribution is None else result.attribution.parts
    ends = np.cumsum([part.log10_per_step for part in parts])
    traces = []
    for index, (part, end) in enumerate(zip(parts, ends, strict=True)):
        begin, colour = end - part.log10_per_step, "#3a77ad" if part.log10_per_step < 0 else "#b8641f"
        traces.append(
            scatter(
                x=[begin, end],
                y=[index, index],
                mode="lines",
                line={"color": colour, "width": 18},
                hovertemplate=f"{labelled(part.name)}: {part.log10_per_step:+.3f} decades a step<extra></extra>",
                showlegend=False,
            )
        )
    if parts:
        whole = float(ends[-1])
        traces.append(
            scatter(
                x=[0.0, whole],
                y=[len(parts)] * 2,
                mode="lines",
                line={"color": "#6b6b6b", "width": 18},
                hovertemplate=f"together: {whole:+.3f} decades a step<extra></extra>",
                showlegend=False,
            )
        )
    names = [labelled(part.name) for part in parts] + ["together"]
    drawn = layout(
        axis("decades a step", nticks=7, zeroline=True),
        axis(
            "",
            range=[len(names) - 0.4, -0.6],
            tickmode="array",
            tickvals=list(range(len(names))),
            ticktext=names,
            automargin=True,
            showgrid=False,
            zeroline=False,
        ),
        margin={"l": 140, "r": 16, "t": 12, "b": 44},
        annotations=[] if parts else [empty_note("nothing adds up here")],
    )
    payload = result.payload()
    meta = {name: payload[name] for name in ("sentence", "cause", "units", "truncation", "remedies")}
    return validated(traces, drawn, meta)


def cost(experiment: Experiment) -> Cost:
    """Estimate the work."""
    query, size = experiment.query, size_of(experiment)
    whole, tried = horizon_range_cost(experiment), remedies_cost(experiment)
    chain = 4.0 * _STARTS * min(_LAG, query.length) * (product_step_flops(size, size.state) + 2e5)
    held = max(whole.bytes, tried.bytes) + gate_bytes(size) + 64.0 * _STARTS * size.state**2
    # Attribution are split by running a layer once more, on silence.
    silent = forward_cost(size).flops / size.layers
    return Cost(whole.flops + tried.flops + chain + silent, held)


def _shares(shares: npt.NDArray[np.float64]) -> list[Payload]:
    """Give the units with the largest shares."""
    order = np.argsort(-shares, kind="stable")[:_TOP]
    return [{"unit": int(index) + 1, "share": float(shares[index])} for index in order]


VIEW = View(
    name="diagnosis",
    label="Diagnosis",
    question="What ails this network, and what would help?",
    formula=r"\frac{1}{n}\log_{10}\frac{\lVert P_{k+n}\rVert}{\lVert P_k\rVert}=\frac{1}{n}\sum_j"
    r"\log_{10}\frac{\lVert W P_{j-1}\rVert}{\lVert P_{j-1}\rVert}+\frac{1}{n}\sum_j"
    r"\log_{10}\frac{\lVert D_jWP_{j-1}\rVert}{\lVert WP_{j-1}\rVert}",
    source="Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063; chrono biases from Tallec and Ollivier 2018, "
    "arXiv 1804.11188",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=compute,
    figure=figure,
    cost=cost,
    models=RECURRENT,
)
