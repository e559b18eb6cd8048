"""What ails this network, why, and what would help; every number of it is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.behaviour.attribution import Attribution, Part, attribute
from unrolled.core.behaviour.saturation import Saturation, saturation
from unrolled.core.behaviour.step_horizons import StepHorizons
from unrolled.core.behaviour.summary import Summary
from unrolled.core.checks.laws import Check
from unrolled.core.checks.readings import change_check, units_check
from unrolled.core.cost.derivative import Cost, forward_cost, gate_bytes, product_step_flops, products_flops
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import bounds_of, chain_of, checks_of, run
from unrolled.experiment.size import size_of
from unrolled.experiment.told_checks import horizons_checks_of, told_checks_of
from unrolled.experiment.triangle import (
    KEPT,
    horizons,
    horizons_cost,
    measured_triangle,
    products_checks_cost,
    sufficient_truncation,
)
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite
from unrolled.views.diagnosis.figure import diagnosis_figure
from unrolled.views.diagnosis.remedies import Remedy, remedies, remedies_cost
from unrolled.views.diagnosis.text import (
    cause_sentence,
    memory_sentence,
    part_label,
    truncation_sentence,
    units_sentence,
)
from unrolled.views.text.message import Message, joined
from unrolled.views.text.verdict import verdict_sentence

_STARTS, _LAG, _TOP = 12, 64, 8


@dataclass(frozen=True)
class Diagnosis:
    """The findings.

    ``verdict`` is one sentence; ``horizons`` are those of single steps. ``attribution`` says why, None for a single
    step. ``truncation`` is how many steps back hold 99 % of the squared influence, between which two numbers.
    """

    summary: Summary
    verdict: Message
    horizons: StepHorizons
    attribution: Attribution | None
    saturation: Saturation
    truncation: tuple[int, int]
    remedies: tuple[Remedy, ...]
    query: Query

    def payload(self) -> Payload:
        """Give the findings for JSON; units are counted from 1."""
        attribution, right = self.attribution, self.saturation.right_saturated
        return {
            "verdict": self.summary.verdict,
            "horizon": self.summary.horizon,
            "horizon_low": self.horizons.low,
            "horizon_high": self.horizons.high,
            "horizon_told": self.horizons.told,
            "horizon_untold": self.horizons.untold,
            "rate": self.summary.rate,
            "sentence": self.sentence(),
            "cause": "" if attribution is None else cause_sentence(attribution),
            "change": None if attribution is None else finite(attribution.total),
            "change_lag": 0 if attribution is None else attribution.lag,
            "causes": [
                {"name": part.name, "label": part_label(part.name), "log10_per_step": part.log10_per_step}
                for part in self.parts
            ],
            "units": {
                "of": "output" if self.saturation.is_output else "unit",
                "count": len(self.saturation.arriving),
                "arriving": _shares(self.saturation.arriving),
                "leaving": _shares(self.saturation.leaving),
                "dead": (self.saturation.dead + 1).tolist(),
                "saturated": (self.saturation.saturated + 1).tolist(),
                "left_saturated": None if right is None else (self.saturation.saturated + 1).tolist(),
                "right_saturated": None if right is None else (right + 1).tolist(),
                "sentence": units_sentence(self.saturation),
            },
            "truncation": {
                "share": KEPT,
                "steps": self.truncation[1],
                "steps_low": self.truncation[0],
                "sentence": truncation_sentence(self.truncation, self.query),
            },
            "remedies": [remedy.payload() for remedy in self.remedies],
        }

    @property
    def parts(self) -> tuple[Part, ...]:
        """The causes; none for a single step."""
        return () if self.attribution is None else self.attribution.parts

    def sentence(self) -> Message:
        """Say what becomes of the gradient, and how far single steps remember."""
        return joined(self.verdict, memory_sentence(self.horizons))

    def columns(self) -> Mapping[str, Column]:
        """Give one row a cause or remedy."""
        parts = self.parts
        names = [part.name for part in parts] + [f"{remedy.field}={remedy.value}" for remedy in self.remedies]
        kinds = ["cause"] * len(parts) + ["remedy"] * len(self.remedies)
        rates = [part.log10_per_step for part in parts]
        rates += [np.nan if remedy.summary.rate is None else remedy.summary.rate for remedy in self.remedies]
        return {"kind": kinds, "name": names, "log10_per_step": rates}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give causes, remedies and the shares of the units."""
        named = {name: np.array(column) for name, column in self.columns().items()}
        return named | {"arriving": self.saturation.arriving, "leaving": self.saturation.leaving}


def compute(experiment: Experiment, memo: Memo) -> Diagnosis:
    """Measure, split, look at the units, and try what might help."""
    measured = measured_triangle(experiment, memo)
    attribution, units = _causes(experiment, memo)
    return Diagnosis(
        measured.summary,
        verdict_sentence(measured.summary, measured.profile),
        horizons(experiment, memo),
        attribution,
        units,
        sufficient_truncation(experiment, memo),
        remedies(experiment, memo),
        experiment.query,
    )


def _causes(experiment: Experiment, memo: Memo) -> tuple[Attribution | None, Saturation]:
    """Split the change of the whole state, and look at the units, once for all who ask."""
    return remembered("causes", TRIANGLE_FIELDS, _split, experiment, memo)


def _split(experiment: Experiment, memo: Memo) -> tuple[Attribution | None, Saturation]:
    query, bounds, attribution = experiment.query, bounds_of(experiment, memo), None
    lag, starts = _lag_and_starts(query)
    if lag:
        state = jacobian_chain(run(experiment, memo).stack, "s", "s", query.layer)
        attribution = attribute(state, starts, lag, bounds.spectral_radius if bounds else None)
    return attribution, saturation(chain_of(experiment, memo), starts, lag)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative, what is told of it, and the causes and units against products from the other end."""
    query, (attribution, units) = experiment.query, _causes(experiment, memo)
    lag, starts = _lag_and_starts(query)
    found = [
        *checks_of(experiment, memo),
        *told_checks_of(experiment, memo),
        *horizons_checks_of(experiment, memo),
        units_check(chain_of(experiment, memo), starts, lag, units.arriving, units.leaving),
    ]
    if attribution:
        state = jacobian_chain(run(experiment, memo).stack, "s", "s", query.layer)
        parts = {part.name: part.log10_per_step for part in attribution.parts}
        found.append(change_check(state, starts, lag, attribution.total, parts))
    return tuple(found)


def _lag_and_starts(query: Query) -> tuple[int, npt.NDArray[np.int64]]:
    """Choose over which lag, and from which steps on, causes and units are measured."""
    lag = min(_LAG, max(0, query.length // 2), query.length - 1)
    return lag, np.unique(np.linspace(1, query.length - lag, _STARTS).round().astype(np.int64))


def figure(result: Diagnosis) -> Payload:
    """Draw the causes as steps of a staircase that ends at the whole change."""
    payload = result.payload()
    meta = {name: payload[name] for name in ("sentence", "cause", "units", "truncation", "remedies")}
    return diagnosis_figure(result.parts, meta)


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    size, lag = size_of(experiment), min(_LAG, experiment.query.length)
    # Causes are split by running a layer once more, on silence: two halves of a step each, as many products as starts.
    halves = 4.0 * (products_flops(size, lag, size.state) + lag * (_STARTS - 1) * product_step_flops(size, size.state))
    attribution = Cost(halves + forward_cost(size).flops / size.layers)
    most = horizons_cost(experiment).then(remedies_cost(experiment), attribution)
    return Cost(most.flops, most.bytes + gate_bytes(size) + 64.0 * _STARTS * size.state**2)


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
    checks=checks,
    checks_cost=lambda experiment: products_checks_cost(experiment, 2 * _STARTS, _lag_and_starts(experiment.query)[0]),
    needs=lambda model: bool(model.states),
    panel=PagePanel(
        how="What one step does to the gradient, in powers of ten, split into what does it; the parts add up to "
        "the last bar. A remedy is this same network with one thing changed, measured anew; its strip shows "
        "what the gradient becomes from no step to all of them. Choose one to take it.",
        row=1,
        instrument="diagnosis",
        tells=True,
    ),
)
