"""The influence triangle: how strongly each earlier state still moves each later one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Array, Flags, Norm
from unrolled.core.checks.laws import Check
from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import TRIANGLE_FIELDS, WINDOW_FIELDS, Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import checks_of, derivative_of, notes_of
from unrolled.experiment.told_checks import told_checks_of
from unrolled.experiment.triangle import (
    MeasuredTriangle,
    cells_cost,
    measured_triangle,
    measured_triangle_cost,
    picture_checks_cost,
    triangle_cells,
)
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, count_zeros, finite_rows
from unrolled.views.derivative.text import INFLUENCE as MESSAGES
from unrolled.views.plots.colour import SCALE
from unrolled.views.plots.figure import layout, validated
from unrolled.views.plots.triangle import triangle_axes, triangle_traces
from unrolled.views.text.derivative import Derivative, derivative, direct_notes, summary_notes, truncation_notes
from unrolled.views.text.numbers import ordinal
from unrolled.views.text.verdict import horizon_sentence, summary_payload


@dataclass(frozen=True)
class Influence:
    """The influence triangle, or a window of it.

    ``measured`` is the whole sequence. ``log10_norm`` (rows, columns) of the shown ``grid`` is NaN where there is no
    path, −inf where the product is exactly zero; ``labels`` stand at its rows and at its columns.
    """

    measured: MeasuredTriangle
    grid: Grid
    log10_norm: Array
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...]
    norm: Norm
    derivative: Derivative
    truncation: Truncation

    @property
    def kept(self) -> Flags | None:
        """Which cells a truncation leaves; None without one."""
        return self.truncation.kept(self.grid.t, self.grid.k) if self.truncation.is_on else None

    @property
    def visible(self) -> Array:
        """The cells that are left: NaN where there is no path, or where it is cut off."""
        return self.log10_norm if self.kept is None else np.where(self.kept, self.log10_norm, np.nan)

    def payload(self) -> Payload:
        """Give the triangle for JSON: rows t, columns k, None where there is no path or the product is exactly zero.

        Under a truncation also where it is cut off: ``log10_norm_full`` has the whole, ``kept`` says what is left.
        """
        full: Payload = {}
        if self.kept is not None:
            full = {"log10_norm_full": finite_rows(self.log10_norm), "kept": self.kept.tolist()}
        return {
            "of": self.derivative.of,
            "wrt": self.derivative.wrt,
            "layer": self.derivative.layer,
            "origin": self.derivative.origin,
            "norm": self.norm,
            "t": self.grid.t.tolist(),
            "k": self.grid.k.tolist(),
            "log10_norm": finite_rows(self.visible),
            **full,
            "truncation": self._cut(),
            "exact_zeros": count_zeros(self.log10_norm),
            "labels": list(self.labels[0]),
            "column_labels": list(self.labels[1]),
            "stride": self.grid.stride,
            "scale": list(SCALE),
            "summary": self.summary(),
            "notes": list(self.notes),
        }

    def _cut(self) -> Payload:
        """Say in numbers what is left of all pairs."""
        length = int(self.measured.steps[-1])
        kept, pairs = self.truncation.pairs(length), length * (length + 1) // 2
        return {
            "kind": self.truncation.kind,
            "window": self.truncation.window,
            "kept_pairs": kept,
            "all_pairs": pairs,
            "share": kept / pairs,
        }

    def summary(self) -> Payload:
        """Give verdict, horizon, rate and sentence of the whole sequence."""
        return summary_payload(self.measured.summary, self.measured.profile)

    def columns(self) -> Mapping[str, Column]:
        """Give one row a cell with a path."""
        row, column = np.nonzero(self.grid.t[:, None] >= self.grid.k[None, :])
        t, k = self.grid.t[row], self.grid.k[column]
        columns = {"t": t, "k": k, "lag": t - k, "log10_norm": self.visible[row, column]}
        if self.kept is None:
            return columns
        kept = self.kept[row, column].astype(np.int64)
        return columns | {"kept": kept, "log10_norm_full": self.log10_norm[row, column]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the matrix and its steps."""
        arrays = {"t": self.grid.t, "k": self.grid.k, "log10_norm": self.visible}
        return arrays if self.kept is None else arrays | {"kept": self.kept, "log10_norm_full": self.log10_norm}


def compute(experiment: Experiment, memo: Memo) -> Influence:
    """Measure the triangle, and the window of it that is asked for."""
    measured, query, sequence = measured_triangle(experiment, memo), experiment.query, sequence_of(experiment, memo)
    grid, log10_norm = _shown(experiment, memo)
    rows, columns = (tuple(sequence.labels[step - 1] for step in steps) for steps in (grid.t, grid.k))
    truncation, of = Truncation(query.truncation, query.window), derivative(query)
    notes = direct_notes(query) + notes_of(experiment, memo) + truncation_notes(truncation, query.length)
    notes += summary_notes(measured.told, query) + _beginning(measured, of) + _sampling(grid, experiment)
    return Influence(measured, grid, log10_norm, (rows, columns), notes, query.norm, of, truncation)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the laws of the derivative, and the picture itself."""
    shown = derivative_of(experiment, memo).picture_laws(*_shown(experiment, memo), experiment.query.norm)
    return checks_of(experiment, memo) + shown + told_checks_of(experiment, memo)


def figure(result: Influence) -> Payload:
    """Draw the triangle; ``layout.meta`` has ``summary``, ``notes``, ``stride``, ``labels`` and ``derivative``."""
    meta = {
        "summary": result.summary(),
        "reading": horizon_sentence(result.measured.summary, result.measured.profile),
        "notes": list(result.notes),
        "stride": result.grid.stride,
        "labels": list(result.labels[0]),
        "derivative": {"of": result.derivative.of, "wrt": result.derivative.wrt},
    }
    # What the horizon is measured from; of nothing at all there is no thousandth.
    reference = max(result.measured.profile.reference, -1e300)
    traces = triangle_traces(
        result.log10_norm, result.grid, result.norm, result.derivative, result.kept, reference=reference
    )
    return validated(traces, layout(*triangle_axes(result.grid, *result.labels)), meta)


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    query, triangle = experiment.query, measured_triangle_cost(experiment)
    if not query.is_zoomed:
        return triangle
    first, _, _, last = query.zoom_bounds
    window = cells_cost(experiment, 2 * query.resolution, last - first + 1)
    return triangle.then(window)


def _shown(experiment: Experiment, memo: Memo) -> tuple[Grid, Array]:
    """Give the rows, columns and cells that are shown: of the whole sequence, or of the window, once."""
    measured = measured_triangle(experiment, memo)
    if not experiment.query.is_zoomed:
        return square_grid(measured.steps), measured.log10_norm
    return remembered("window", TRIANGLE_FIELDS | WINDOW_FIELDS, _window, experiment, memo)


def _window(experiment: Experiment, memo: Memo) -> tuple[Grid, Array]:
    """Sample rows and columns of the window, each as finely as the resolution allows, and measure their cells."""
    query = experiment.query
    first, until, since, last = query.zoom_bounds
    grid = Grid(sample_steps(last, query.resolution, since), sample_steps(until, query.resolution, first))
    return grid, triangle_cells(experiment, memo, grid)


def _sampling(grid: Grid, experiment: Experiment) -> tuple[str, ...]:
    """Say that only some steps are shown, if so."""
    query, stride, count = experiment.query, ordinal(grid.stride), f"{len(grid.t):,}"
    if query.is_zoomed:
        first, until, since, last = (f"{step:,}" for step in query.zoom_bounds)
        message = MESSAGES["window" if grid.stride == 1 else "window.sampled"]
        return (message.format(since=since, last=last, first=first, until=until, stride=stride),)
    return (
        ()
        if grid.stride == 1
        else (MESSAGES["sampled"].format(length=f"{query.length:,}", stride=stride, count=count),)
    )


def _beginning(measured: MeasuredTriangle, of: Derivative) -> tuple[str, ...]:
    """Say what the sizes are compared with where lag 0 has no path."""
    lag = measured.profile.reference_lag
    if not lag:
        return ()
    earlier, later = (
        letter if of.layers == 1 else MESSAGES["part"].format(letter=letter, layer=layer)
        for letter, layer in ((of.wrt, of.origin), (of.of, of.layer))
    )
    return (MESSAGES["begins"].format(earlier=earlier, later=later, lag=lag),)


VIEW = View(
    name="influence",
    label="Influence triangle",
    question="How strongly does each earlier state still move each later one?",
    formula=r"\log_{10}\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert,\qquad"
    r"\frac{\partial s_t}{\partial s_k}=J_t\,J_{t-1}\cdots J_{k+1},\quad J_j=\frac{\partial s_j}{\partial s_{j-1}}",
    source="Pascanu, Mikolov and Bengio 2013, “On the difficulty of training recurrent neural networks”, "
    "arXiv 1211.5063, eq. 5",
    fields=TRIANGLE_FIELDS | WINDOW_FIELDS | {"truncation", "window"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    checks_cost=picture_checks_cost,
    panel=PagePanel(
        how="Row t, column k: how strongly the state at step k still moves the state at step t. White passes on "
        "unchanged, blue has faded, orange has grown, grey is exactly zero; the scale never changes. The thin"
        " line is where a thousandth is left.",
        hint="Choose a cell with a click or the arrow keys; drag over a part to look closer.",
        row=0,
        instrument="triangle",
        left_out=False,
    ),
)
