"""Everything of a network that can be asserted, as single numbers: what a CI job holds it to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.behaviour.saturation import saturation
from unrolled.core.checks.laws import Check
from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.product import product, scaled_norms
from unrolled.experiment.experiment import CELL_FIELDS, TRIANGLE_FIELDS, Experiment
from unrolled.experiment.product_cost import product_cost
from unrolled.experiment.run import chain_of, checks_of, matrix_bounds
from unrolled.experiment.told_checks import horizons_checks_of, told_checks_of
from unrolled.experiment.triangle import horizons, horizons_cost, measured_triangle, sufficient_truncation
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import Column, Payload, View
from unrolled.views.derivative.text import METRICS as MESSAGES
from unrolled.views.text.derivative import summary_notes
from unrolled.views.text.verdict import summary_payload, verdict_meanings

METRICS: Mapping[str, str] = {
    "verdict": f"what becomes of the gradient, by its rate; {verdict_meanings()}",
    "horizon": "largest lag with at least a thousandth of what there is at lag 0, or at the first lag with a path "
    "where lag 0 has none; never falling counts as the whole length, exactly zero as 0",
    "horizon_low": "the shortest horizon of single steps, of those whose past is long enough to tell; never falling "
    "counts as the whole length",
    "rate": "decades a step; −inf where the typical product is exactly zero",
    "log10_norm": "size of the chosen cell t, k",
    "saturated": "units that let less than a tenth through at nine of ten steps: slopes below a tenth of the largest, "
    "gates below 0.1",
    "dead": "units that let exactly nothing through at any step",
    "truncation": "steps back that hold 99 % of the squared influence; of a long sequence, which is sampled, the most "
    "that may be needed",
    "sigma_max": "largest singular value of a vanilla RNN's recurrent matrix, of the layer that is looked at",
    "spectral_radius": "largest eigenvalue modulus of it",
}


@dataclass(frozen=True)
class MeasuredMetrics:
    """The measured numbers by the names of ``METRICS``; None where there is no such number, infinities where meant.

    ``missing`` says, by the same names, why a number does not exist or is infinite.
    """

    values: Mapping[str, float | str | None]
    missing: Mapping[str, str]
    summary: Payload
    notes: tuple[str, ...]

    def payload(self) -> Payload:
        """Give the numbers for JSON."""
        return {
            "summary": self.summary,
            "measured": dict(self.values),
            "missing": dict(self.missing),
            "notes": list(self.notes),
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a number."""
        return {"name": list(self.values), "value": [str(value) for value in self.values.values()]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the numbers under their names."""
        return {name: np.array(np.nan if value is None else value) for name, value in self.values.items()}


def compute(experiment: Experiment, memo: Memo) -> MeasuredMetrics:
    """Measure everything that can be asserted."""
    query, measured, chain = experiment.query, measured_triangle(experiment, memo), chain_of(experiment, memo)
    bounds = matrix_bounds(experiment, memo)
    cell = product(chain, query.later, query.earlier)
    size = float(scaled_norms(cell.matrix[None], np.zeros(1, dtype=np.int64), query.norm)[0]) + cell.log10_scale
    units = saturation(chain, np.array([1]), 0)
    summary, low = measured.summary, horizons(experiment, memo).low
    values: dict[str, float | str | None] = {
        "verdict": summary.verdict,
        "horizon": query.length if summary.horizon is None else summary.horizon,
        "horizon_low": query.length if low is None else low,
        "rate": -np.inf if summary.verdict == "zero" else summary.rate,
        "log10_norm": -np.inf if cell.log10_scale == -np.inf else size,
        "saturated": len(units.saturated),
        "dead": len(units.dead),
        "truncation": sufficient_truncation(experiment, memo)[1],
        "sigma_max": bounds.sigma_max if bounds else None,
        "spectral_radius": bounds.spectral_radius if bounds else None,
    }
    notes = summary_notes(measured.told, query)
    return MeasuredMetrics(values, _missing(values, query), summary_payload(summary, measured.profile), notes)


def _missing(values: Mapping[str, float | str | None], query: Query) -> dict[str, str]:
    """Say of every number that JSON cannot hold why there is none."""
    missing = [name for name, value in values.items() if value in (None, -np.inf)]
    keys = {"rate": "rate.one_lag" if values["rate"] is None else "rate"}
    if not query.row.has_recurrent_matrix or len(query.row.gates) == 1:
        no_bound = "no_bound" if query.row.has_recurrent_matrix else "no_matrix"
        keys |= dict.fromkeys(("sigma_max", "spectral_radius"), no_bound)
    model = query.row.words.named
    return {name: MESSAGES[keys.get(name, name)].format(name=name, model=model) for name in missing}


def figure(result: MeasuredMetrics) -> Payload:
    """Give no picture: numbers to be compared are read, not seen."""
    del result
    return {"data": [], "layout": {}}


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    return horizons_cost(experiment).then(product_cost(experiment))


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative, and what is told of it."""
    told = (*told_checks_of(experiment, memo), *horizons_checks_of(experiment, memo))
    return (*checks_of(experiment, memo), *told)


METRICS_VIEW = View(
    name="check",
    label="Assertions",
    question="Does this network keep what is asserted of it?",
    formula=r"\text{horizon}\ge 50",
    source="",
    fields=TRIANGLE_FIELDS | CELL_FIELDS | {"truncation"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    needs=lambda model: bool(model.states),
)
