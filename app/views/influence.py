"""The influence triangle: how strongly each earlier state still moves each later one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.cache import Memo
from app.core.bounds import weight_facts
from app.core.checks import Check, influence_checks
from app.core.cost import Cost, measured_cost
from app.core.triangle import Norm
from app.problem import TRIANGLE_FIELDS, Problem
from app.runs import Measured, measured_triangle, run
from app.views.colour import SCALE
from app.views.contract import Column, Payload, View
from app.views.furniture import layout, sealed
from app.views.numbers import finite, finite_rows, zeros_inside
from app.views.triangle_plot import stride_of, triangle_axes, triangle_traces
from app.views.verdict import summary_payload


@dataclass(frozen=True)
class Influence:
    """The influence triangle.

    Attributes
    ----------
    measured : Measured
        Steps, sizes and summary.
    labels : tuple of str
        What stands at each sampled step.
    notes : tuple of str
        What was cut, padded or sampled.
    checks : tuple of Check
        Laws measured on this very answer.
    norm : str
        How sizes were measured.
    """

    measured: Measured
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    checks: tuple[Check, ...]
    norm: Norm

    def payload(self) -> Payload:
        """Give the triangle for JSON: rows t, columns k, None where there is no path or the product is exactly zero."""
        steps = self.measured.steps
        return {
            "of": "h",
            "wrt": "h",
            "norm": self.norm,
            "t": steps.tolist(),
            "k": steps.tolist(),
            "log10_norm": finite_rows(self.measured.log10_norm),
            "exact_zeros": zeros_inside(self.measured.log10_norm),
            "labels": list(self.labels),
            "stride": stride_of(steps),
            "scale": list(SCALE),
            "summary": self.summary(),
            "notes": list(self.notes),
            "checks": [
                {"name": check.name, "value": finite(check.value), "tolerance": check.tolerance, "passed": check.passed}
                for check in self.checks
            ],
        }

    def summary(self) -> Payload:
        """Give verdict, horizon, rate and sentence."""
        return summary_payload(self.measured.summary, self.measured.profile)

    def columns(self) -> Mapping[str, Column]:
        """Give one row a cell on or below the diagonal."""
        steps = self.measured.steps
        row, column = np.tril_indices(len(steps))
        t, k = steps[row], steps[column]
        return {"t": t, "k": k, "lag": t - k, "log10_norm": self.measured.log10_norm[row, column]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the square matrix and its steps."""
        return {"t": self.measured.steps, "k": self.measured.steps, "log10_norm": self.measured.log10_norm}


def compute(problem: Problem, memo: Memo) -> Influence:
    """Measure the triangle and check it.

    Parameters
    ----------
    problem : Problem
        What to measure.
    memo : Memo
        Remembers the run and the triangle.

    Returns
    -------
    Influence
        The answer.
    """
    made, measured = run(problem, memo), measured_triangle(problem, memo)
    norm = problem.query.norm
    facts = weight_facts(made.parameters["weight_hh_l0"], made.activation.gamma)
    checks = influence_checks(made.trace, measured.steps, measured.log10_norm, norm, facts)
    labels = tuple(made.sequence.labels[step - 1] for step in measured.steps)
    return Influence(measured, labels, made.sequence.notes + _sampling(measured, problem.query.length), checks, norm)


def figure(result: Influence) -> Payload:
    """Draw the triangle.

    Parameters
    ----------
    result : Influence
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``summary``, ``notes``, ``stride`` and ``labels``.
    """
    measured = result.measured
    meta = {
        "summary": result.summary(),
        "notes": list(result.notes),
        "stride": stride_of(measured.steps),
        "labels": list(result.labels),
    }
    traces = triangle_traces(measured.log10_norm, measured.steps, result.norm)
    return sealed(traces, layout(*triangle_axes(measured.steps, result.labels)), meta)


def cost(problem: Problem) -> Cost:
    """Estimate the work.

    Parameters
    ----------
    problem : Problem
        What would be measured.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query = problem.query
    return measured_cost(query.length, query.hidden, query.resolution, query.norm, problem.input_size)


def _sampling(measured: Measured, length: int) -> tuple[str, ...]:
    """Say that only some steps are shown, if so."""
    stride = stride_of(measured.steps)
    if stride == 1:
        return ()
    shown = len(measured.steps)
    return (
        f"Of the {length:,} steps {shown:,} are shown, one in every {stride}; their values are exact, not averages.",
    )


VIEW = View(
    name="influence",
    label="Influence triangle",
    question="How strongly does each earlier state still move each later one?",
    formula=r"\log_{10}\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert,\qquad"
    r"\frac{\partial h_t}{\partial h_k}=\prod_{j=k+1}^{t}\operatorname{diag}\varphi'(a_j)\,W_{hh}",
    source="Pascanu, Mikolov and Bengio 2013, “On the difficulty of training recurrent neural networks”, "
    "arXiv 1211.5063, eq. 5",
    fields=TRIANGLE_FIELDS,
    compute=compute,
    figure=figure,
    cost=cost,
)
