"""Everything of a network that can be asserted, as single numbers: what a CI job holds it to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.behaviour.saturation import saturation
from unrolled.core.cost.recurrent import Cost
from unrolled.core.jacobians.product import product, scaled_norms
from unrolled.core.networks.registry import RECURRENT
from unrolled.experiment.experiment import CELL_FIELDS, TRIANGLE_FIELDS, Experiment
from unrolled.experiment.path_cost import path_cost
from unrolled.experiment.run import chain_of, matrix_bounds, run
from unrolled.experiment.triangle import horizon_range_cost, horizons, measured_triangle, sufficient_truncation
from unrolled.experiment.uploads.messages import article
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload
from unrolled.views.contract.view import View
from unrolled.views.text.verdict import summary_payload

METRICS: Mapping[str, str] = {
    "verdict": "vanishes, preserves or explodes",
    "horizon": "largest lag with at least a thousandth of what there is at lag 0, or at the first lag with a path "
    "where lag 0 has none; never falling counts as the whole length",
    "horizon_low": "the same for the single step that forgets first",
    "rate": "decades a step; −inf where the typical product is exactly zero",
    "log10_norm": "size of the chosen cell t, k",
    "saturated": "units that let less than a tenth through at nine of ten steps",
    "dead": "units that let exactly nothing through at any step",
    "truncation": "steps back that hold 99 % of the squared influence",
    "sigma_max": "largest singular value of a vanilla RNN's recurrent matrix, of the layer that is looked at",
    "spectral_radius": "largest eigenvalue modulus of it",
}


@dataclass(frozen=True)
class MeasuredMetrics:
    """The measured numbers.

    Attributes
    ----------
    values : mapping of str to float, str or None
        By the names of ``METRICS``; None where there is no such number, infinities where they are meant.
    missing : mapping of str to str
        Why a number does not exist, or is infinite, by the same names.
    summary : mapping
        Verdict, horizon, rate and sentence.
    """

    values: Mapping[str, float | str | None]
    missing: Mapping[str, str]
    summary: Payload

    def payload(self) -> Payload:
        """Give the numbers for JSON."""
        return {"summary": self.summary, "measured": dict(self.values), "missing": dict(self.missing)}

    def columns(self) -> Mapping[str, Column]:
        """Give one row a number."""
        return {"name": list(self.values), "value": [str(value) for value in self.values.values()]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the numbers under their names."""
        return {name: np.array(np.nan if value is None else value) for name, value in self.values.items()}


def compute(experiment: Experiment, memo: Memo) -> MeasuredMetrics:
    """Measure everything that can be asserted.

    Parameters
    ----------
    problem : Experiment
        The network and its input.
    memo : Memo
        Remembers the run and the triangle.

    Returns
    -------
    MeasuredMetrics
        The numbers.
    """
    query, measured, made = experiment.query, measured_triangle(experiment, memo), run(experiment, memo)
    facts, through = matrix_bounds(experiment, memo), chain_of(experiment, memo)
    found = product(through, query.later, query.earlier)
    cell = float(scaled_norms(found.matrix[None], np.zeros(1, dtype=np.int64), query.norm)[0]) + found.log10_scale
    closed = saturation(through, np.array([1]), 0, made.activation.gamma if query.model == "rnn" else 1.0)
    summary = measured.summary
    values: dict[str, float | str | None] = {
        "verdict": summary.verdict,
        "horizon": query.length if summary.horizon is None else summary.horizon,
        "horizon_low": horizons(experiment, memo)[0],
        "rate": summary.rate if summary.rate is not None else -np.inf if summary.verdict == "vanishes" else None,
        "log10_norm": -np.inf if found.log10_scale == -np.inf else cell,
        "saturated": len(closed.saturated),
        "dead": len(closed.dead),
        "truncation": sufficient_truncation(experiment, memo),
        "sigma_max": facts.sigma_max if facts else None,
        "spectral_radius": facts.spectral_radius if facts else None,
    }
    return MeasuredMetrics(values, _missing(values, query), summary_payload(summary, measured.profile))


def _missing(values: Mapping[str, float | str | None], query: Query) -> dict[str, str]:
    """Say of every number that JSON cannot hold why there is none."""
    gates = f"{article(query.model)} has a recurrent matrix for every gate, and none of them alone bounds its gradient"
    why = {
        "rate": "there is only one lag with a path, so nothing to compare"
        if values["rate"] is None
        else "the typical product is exactly zero: the rate is −∞ and is compared as that",
        "log10_norm": "the product is exactly zero: its logarithm is −∞ and is compared as that",
        "sigma_max": gates,
        "spectral_radius": gates,
    }
    return {name: f"{name}: {why[name]}." for name, value in values.items() if value in (None, -np.inf)}


def figure(result: MeasuredMetrics) -> Payload:
    """Give no picture: numbers to be compared are read, not seen."""
    del result
    return {"data": [], "layout": {}}


def cost(experiment: Experiment) -> Cost:
    """Estimate the work.

    Parameters
    ----------
    problem : Experiment
        What would be measured.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    whole = horizon_range_cost(experiment)
    path = path_cost(experiment, products=1, singular_values=False)
    return Cost(whole.flops + path.flops, max(whole.bytes, path.bytes))


METRICS_VIEW = View(
    name="check",
    label="Assertions",
    question="Does this network keep what is asserted of it?",
    formula=r"\text{horizon}\ge 50",
    source="",
    fields=TRIANGLE_FIELDS | CELL_FIELDS,
    compute=compute,
    figure=figure,
    cost=cost,
    models=RECURRENT,
)
