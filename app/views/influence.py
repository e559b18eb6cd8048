"""The influence triangle: how strongly each earlier state still moves each later one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app.cache import Memo
from app.core.arrays import Array
from app.core.checks import Check, triangle_checks
from app.core.cost import Cost, measured_cost, triangle_cost
from app.core.grid import Grid, sample_steps, square
from app.core.triangle import Norm, triangle
from app.problem import TRIANGLE_FIELDS, WINDOW_FIELDS, Problem
from app.runs import laws, run, size_of, way
from app.triangles import Measured, measured_triangle
from app.views.colour import SCALE
from app.views.contract import Column, Payload, View
from app.views.derivative import Derivative, derivative
from app.views.furniture import layout, sealed
from app.views.numbers import finite_rows, zeros_inside
from app.views.triangle_plot import triangle_axes, triangle_traces
from app.views.verdict import summary_payload
from app.views.words import ordinal


@dataclass(frozen=True)
class Influence:
    """The influence triangle, or a window of it.

    Attributes
    ----------
    measured : Measured
        Steps, sizes and summary of the whole sequence.
    grid : Grid
        The rows and columns that are shown.
    log10_norm : array of shape (rows, columns)
        Their cells: NaN where there is no path, −inf where the product is exactly zero.
    labels : tuple of tuple of str
        What stands at each row, and at each column.
    notes : tuple of str
        What was cut, padded or sampled.
    norm : str
        How sizes were measured.
    derivative : Derivative
        Of what, with respect to what.
    """

    measured: Measured
    grid: Grid
    log10_norm: Array
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...]
    norm: Norm
    derivative: Derivative

    def payload(self) -> Payload:
        """Give the triangle for JSON: rows t, columns k, None where there is no path or the product is exactly zero."""
        return {
            "of": self.derivative.of,
            "wrt": self.derivative.wrt,
            "layer": self.derivative.layer,
            "origin": self.derivative.origin,
            "norm": self.norm,
            "t": self.grid.t.tolist(),
            "k": self.grid.k.tolist(),
            "log10_norm": finite_rows(self.log10_norm),
            "exact_zeros": zeros_inside(self.log10_norm),
            "labels": list(self.labels[0]),
            "column_labels": list(self.labels[1]),
            "stride": self.grid.stride,
            "scale": list(SCALE),
            "summary": self.summary(),
            "notes": list(self.notes),
        }

    def summary(self) -> Payload:
        """Give verdict, horizon, rate and sentence of the whole sequence."""
        return summary_payload(self.measured.summary, self.measured.profile)

    def columns(self) -> Mapping[str, Column]:
        """Give one row a cell with a path."""
        row, column = np.nonzero(self.grid.t[:, None] >= self.grid.k[None, :])
        t, k = self.grid.t[row], self.grid.k[column]
        return {"t": t, "k": k, "lag": t - k, "log10_norm": self.log10_norm[row, column]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the matrix and its steps."""
        return {"t": self.grid.t, "k": self.grid.k, "log10_norm": self.log10_norm}


def compute(problem: Problem, memo: Memo) -> Influence:
    """Measure the triangle, and the window of it that is asked for.

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
    made, measured, query = run(problem, memo), measured_triangle(problem, memo), problem.query
    grid, log10_norm = _shown(problem, memo)
    rows, columns = (tuple(made.sequence.labels[step - 1] for step in steps) for steps in (grid.t, grid.k))
    notes = made.sequence.notes + _beginning(measured, derivative(query)) + _sampling(grid, problem)
    return Influence(measured, grid, log10_norm, (rows, columns), notes, query.norm, derivative(query))


def checks(problem: Problem, memo: Memo) -> tuple[Check, ...]:
    """Check the laws of the derivative, and the picture itself.

    Parameters
    ----------
    problem : Problem
        What was measured.
    memo : Memo
        Remembers the triangle.

    Returns
    -------
    tuple of Check
        One a law.
    """
    return laws(problem, memo) + triangle_checks(way(problem, memo), *_shown(problem, memo), problem.query.norm)


def figure(result: Influence) -> Payload:
    """Draw the triangle.

    Parameters
    ----------
    result : Influence
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``summary``, ``notes``, ``stride``, ``labels`` and the ``derivative``.
    """
    meta = {
        "summary": result.summary(),
        "notes": list(result.notes),
        "stride": result.grid.stride,
        "labels": list(result.labels[0]),
        "derivative": {"of": result.derivative.of, "wrt": result.derivative.wrt},
    }
    traces = triangle_traces(result.log10_norm, result.grid, result.norm, result.derivative)
    return sealed(traces, layout(*triangle_axes(result.grid, *result.labels)), meta)


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
    query, size = problem.query, size_of(problem)
    whole = measured_cost(size, query.resolution, query.norm)
    if not query.is_zoomed:
        return whole
    first, _, _, last = query.window
    window = triangle_cost(replace(size, length=last - first + 1), 2 * query.resolution, query.norm)
    return Cost(whole.flops + window.flops, max(whole.bytes, window.bytes))


def _shown(problem: Problem, memo: Memo) -> tuple[Grid, Array]:
    """Give the rows, columns and cells that are shown: of the whole sequence, or of the window, once."""
    measured = measured_triangle(problem, memo)
    if not problem.query.is_zoomed:
        return square(measured.steps), measured.log10_norm
    grid = _window(problem)
    key = ("window", problem.key(TRIANGLE_FIELDS | WINDOW_FIELDS))
    return grid, memo.get(key, lambda: triangle(way(problem, memo), grid, problem.query.norm))


def _window(problem: Problem) -> Grid:
    """Sample rows and columns of the window, each as finely as the resolution allows."""
    query = problem.query
    first, until, since, last = query.window
    return Grid(sample_steps(last, query.resolution, since), sample_steps(until, query.resolution, first))


def _sampling(grid: Grid, problem: Problem) -> tuple[str, ...]:
    """Say that only some steps are shown, if so."""
    length = problem.query.length
    if problem.query.is_zoomed:
        first, until, since, last = problem.query.window
        where = f"The window shows t from {since:,} to {last:,} and k from {first:,} to {until:,}"
        every = "every single step" if grid.stride == 1 else f"every {ordinal(grid.stride)} step"
        return (f"{where}, {every}; the verdict is that of all {length:,} steps.",)
    if grid.stride == 1:
        return ()
    return (
        f"Of the {length:,} steps every {ordinal(grid.stride)} step is shown, {len(grid.t):,} in all; "
        "their values are exact, not averages.",
    )


def _beginning(measured: Measured, asked: Derivative) -> tuple[str, ...]:
    """Say what the sizes are compared with where lag 0 has no path."""
    begins = measured.profile.begins
    if not begins:
        return ()
    earlier, later = (
        letter if asked.layers == 1 else f"{letter} of layer {layer}"
        for letter, layer in ((asked.wrt, asked.origin), (asked.of, asked.layer))
    )
    return (
        f"At lag 0 no path leads from {earlier} to {later}: horizon and rate are measured from lag {begins}, the first "
        "with one.",
    )


VIEW = View(
    name="influence",
    label="Influence triangle",
    question="How strongly does each earlier state still move each later one?",
    formula=r"\log_{10}\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert,\qquad"
    r"\frac{\partial s_t}{\partial s_k}=J_t\,J_{t-1}\cdots J_{k+1},\quad J_j=\frac{\partial s_j}{\partial s_{j-1}}",
    source="Pascanu, Mikolov and Bengio 2013, “On the difficulty of training recurrent neural networks”, "
    "arXiv 1211.5063, eq. 5",
    fields=TRIANGLE_FIELDS | WINDOW_FIELDS,
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
)
