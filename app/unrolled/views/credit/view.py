"""Credit: which earlier step each loss still moves, and how much of the gradient every pair of them brings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.grid import Grid, sample_steps
from unrolled.core.arrays.types import Array, Flags
from unrolled.core.checks.credit import credit_checks
from unrolled.core.checks.laws import Check
from unrolled.core.checks.truncation import kept_rows
from unrolled.core.cost.derivative import Cost
from unrolled.core.cost.loss import backpropagated_losses, credit_cost, pairs_cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.loss.credit import Credit, credit
from unrolled.core.loss.lag_sums import truncated_gradient
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.loss import (
    LOSS_FIELDS,
    gradient_check,
    gradient_check_cost,
    is_text,
    layer_number,
    loss_notes,
    loss_of,
    losses_check_of,
)
from unrolled.experiment.remembered import remembered
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, count_zeros, finite, finite_list, finite_rows
from unrolled.views.credit.checks import kept_check, summary_check
from unrolled.views.credit.figure import credit_figure
from unrolled.views.credit.text import MESSAGES, CreditSummary, Kept, credit_notes, credit_sentence
from unrolled.views.plots.colour import SCALE
from unrolled.views.text.message import Message

_FIELDS = LOSS_FIELDS | {"resolution"}


@dataclass(frozen=True)
class LossCredit:
    """The credit of the losses, or of a sample of them.

    ``losses`` has L_t of the rows, ``labels`` stand at the rows and at the columns. ``measure`` is how a loss is
    measured, ``layer`` whose recurrent matrix the gradient is of, ``truncation`` what of it is cut off.
    """

    credit: Credit
    losses: Array
    summary: CreditSummary
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...]
    truncation: Truncation
    measure: str
    layer: int

    @property
    def grid(self) -> Grid:
        """The rows and columns."""
        return Grid(self.credit.t, self.credit.k)

    @property
    def kept(self) -> Flags | None:
        """Which cells a truncation leaves; None without one."""
        return self.truncation.kept(self.credit.t, self.credit.k) if self.truncation.is_on else None

    @property
    def sentence(self) -> Message:
        """What it says in one or two sentences."""
        return credit_sentence(self.summary)

    def payload(self) -> Payload:
        """Give both triangles for JSON: rows t, columns k; None where k > t, or what is measured is exactly zero.

        Under a truncation also where it is cut off: the names that end in ``_full`` have the whole, ``kept`` says what
        is left.
        """
        kept, credit, summary = self.kept, self.credit, self.summary
        triangles: Payload = {name: finite_rows(values) for name, values in self._kept().items()}
        if kept is not None:
            triangles |= {f"{name}_full": finite_rows(values) for name, values in self._full().items()}
            triangles["kept"] = kept.tolist()
        return {
            "loss": summary.loss,
            "measure": self.measure,
            "layer": self.layer,
            "t": credit.t.tolist(),
            "k": credit.k.tolist(),
            **triangles,
            "by_lag": finite_list(credit.by_lag),
            "residual_by_lag": finite_list(credit.residual),
            "losses": self.losses.tolist(),
            "loss_steps": summary.losses,
            "loss_sum": summary.loss_sum,
            "log10_gradient": finite(credit.log10_gradient),
            "reached": summary.reached,
            "truncation": {
                "kind": self.truncation.kind,
                "window": self.truncation.window,
                "share": finite(summary.kept.share) if summary.kept else None,
                "error": finite(summary.kept.error) if summary.kept else None,
            },
            "exact_zeros": count_zeros(credit.log10_norm),
            "labels": list(self.labels[0]),
            "column_labels": list(self.labels[1]),
            "stride": self.grid.stride,
            "scale": list(SCALE),
            "notes": list(self.notes),
            "sentence": self.sentence,
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a pair."""
        credit = self.credit
        row, column = np.nonzero(credit.t[:, None] >= credit.k[None, :])
        t, k = credit.t[row], credit.k[column]
        columns: dict[str, Column] = {"t": t, "k": k, "lag": t - k, "loss": self.losses[row]}
        columns |= {name: values[row, column] for name, values in self._kept().items()}
        if self.kept is None:
            return columns
        full = {f"{name}_full": values[row, column] for name, values in self._full().items()}
        return columns | {"kept": self.kept[row, column].astype(np.int64)} | full

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the matrices, their steps, the losses and the shares by lag."""
        credit = self.credit
        arrays: dict[str, npt.NDArray[Any]] = {"t": credit.t, "k": credit.k, "losses": self.losses, **self._kept()}
        arrays |= {
            "by_lag": credit.by_lag,
            "residual_by_lag": credit.residual,
            "log10_gradient": np.array(credit.log10_gradient),
        }
        if self.kept is None:
            return arrays
        return arrays | {"kept": self.kept} | {f"{name}_full": values for name, values in self._full().items()}

    def _full(self) -> dict[str, Array]:
        credit = self.credit
        return {
            "log10_norm": credit.log10_norm,
            "log10_contribution": credit.log10_contribution,
            "share": credit.share,
        }

    def _kept(self) -> dict[str, Array]:
        """Give what is left by a truncation."""
        kept = self.kept
        if kept is None:
            return self._full()
        return {name: np.where(kept, values, np.nan) for name, values in self._full().items()}


def compute(experiment: Experiment, memo: Memo) -> LossCredit:
    """Take the losses back together, and note what each brings at each step."""
    graph, query, sequence = loss_of(experiment, memo), experiment.query, sequence_of(experiment, memo)
    pairs, cut = _credit(experiment, memo), Truncation(query.truncation, query.window)
    losses_back = _losses_back(experiment, len(graph.steps), len(pairs.t))
    kept = remembered("kept gradient", VIEW.fields, _kept, experiment, memo) if cut.is_on else None
    summary = CreditSummary.of(query.loss, graph, pairs, losses_back, kept)
    rows, columns = (tuple(sequence.labels[step - 1] for step in steps) for steps in (pairs.t, pairs.k))
    losses = graph.values[np.searchsorted(graph.steps, pairs.t)]
    notes = loss_notes(experiment, memo, graph) + credit_notes(summary, experiment, cut, sequence.data_length)
    measure = MESSAGES["cross-entropy" if is_text(experiment) else "squared error"]
    return LossCredit(pairs, losses, summary, (rows, columns), notes, cut, measure, graph.layer)


def _credit(experiment: Experiment, memo: Memo) -> Credit:
    """Measure the pairs, once for every truncation."""
    return remembered("credit", _FIELDS, _pairs, experiment, memo)


def _pairs(experiment: Experiment, memo: Memo) -> Credit:
    graph = loss_of(experiment, memo)
    if not graph.last_step:
        return credit(graph, graph.steps, graph.steps)
    steps = sample_steps(graph.last_step, experiment.query.resolution)
    shown = np.isin(graph.steps, steps)
    if _losses_back(experiment, len(graph.steps), int(shown.sum())) < len(graph.steps):
        return credit(graph, graph.steps[shown], steps)
    full = credit(graph, graph.steps, steps)
    cells = {name: getattr(full, name)[shown] for name in ("log10_norm", "log10_contribution", "share")}
    return replace(full, t=full.t[shown], **cells)


def _kept(experiment: Experiment, memo: Memo) -> Kept | None:
    """Measure what a truncation leaves of the gradient of the losses taken back; None where that is zero."""
    graph, pairs = loss_of(experiment, memo), _credit(experiment, memo)
    whole, size = pairs.taken.weight_hh, float(np.linalg.norm(pairs.taken.weight_hh))
    if not size:
        return None
    if _losses_back(experiment, len(graph.steps), len(pairs.t)) < len(graph.steps):
        graph = graph.only(pairs.t)
    cut = Truncation(experiment.query.truncation, experiment.query.window)
    kept = (
        truncated_gradient(graph, cut.keeps, cut.window, pairs.taken.exponent)
        if cut.window < graph.last_step
        else whole
    )
    return Kept(float((kept * whole).sum()) / size**2, float(np.linalg.norm(whole - kept)) / size)


def _losses_back(experiment: Experiment, losses: int, rows: int) -> int:
    """Tell how many losses go back: where it is little work all of them, though only some are shown."""
    # Whatever derivative is looked at elsewhere: a gradient of the loss goes back through whole states.
    experiment = experiment.changed(of="h", wrt="h", origin=None)
    return backpropagated_losses(
        size_of(experiment), experiment.query.layers - layer_number(experiment) + 1, losses, rows
    )


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the pairs to the equations of one step, what they add up to to the gradient, and that to the loss itself."""
    graph, pairs = loss_of(experiment, memo), _credit(experiment, memo)
    taken = graph if pairs.taken is pairs.gradient else graph.only(pairs.t)
    result, query = compute(experiment, memo), experiment.query
    return (
        *credit_checks(taken, pairs),
        summary_check(graph, pairs, result.losses, result.summary),
        kept_check(taken, pairs, query.truncation, query.window, result.summary),
        losses_check_of(experiment, memo),
        gradient_check(experiment, memo),
    )


def figure(result: LossCredit) -> Payload:
    """Draw both triangles beside each other, on the one scale."""
    meta = {"sentence": result.sentence, "notes": list(result.notes)}
    return credit_figure(result.credit, result.labels, result.kept, meta)


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    query, most = experiment.query, min(experiment.query.length, experiment.query.resolution)
    rows = _losses_back(experiment, query.length, most) if query.loss == "sum" else 1
    window = query.window if query.truncation != "none" else 0
    return credit_cost(size_of(experiment), query.layers - layer_number(experiment) + 1, rows, most, window)


def checks_cost(experiment: Experiment) -> Cost:
    """Count the checks."""
    query, most = experiment.query, min(experiment.query.length, experiment.query.resolution)
    rows = _losses_back(experiment, query.length, most) if query.loss == "sum" else 1
    kept = 0 if query.truncation == "none" else kept_rows(query.truncation, query.window, query.length - 1)
    pairs = pairs_cost(size_of(experiment), query.layers - layer_number(experiment) + 1, rows, kept)
    return gradient_check_cost(experiment).then(pairs)


VIEW = View(
    name="credit",
    label="Credit of every pair",
    question="Which steps does the gradient come from?",
    formula=r"\frac{\partial L}{\partial W_{hh}}=\sum_t\sum_{k\le t}C_{t,k},\qquad "
    r"C_{t,k}=\frac{\partial L_t}{\partial a_k}\,h_{k-1}^{\top},\quad"
    r"\text{share}_{t,k}=\frac{\langle C_{t,k},\,\partial L/\partial W_{hh}\rangle}"
    r"{\lVert\partial L/\partial W_{hh}\rVert_F^2}",
    source="Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, eq. 4: the contributions of single steps",
    fields=_FIELDS | {"truncation", "window"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    checks_cost=checks_cost,
    needs=lambda model: model.has_recurrent_matrix,
    panel=PagePanel(
        how="Learning to foretell the next value. Left: how strongly the loss L_t of step t still moves the state"
        " at step k. Right: how much the pair brings to the gradient of W_hh. Both on the scale of the "
        "triangle above; point at a cell for its share.",
        row=7,
        frame="maps",
        short="credit",
    ),
)
