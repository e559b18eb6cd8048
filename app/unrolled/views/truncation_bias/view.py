"""How wrong the gradient of a truncated backward pass is, for every K, and the smallest K that will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.core.checks.laws import Check
from unrolled.core.checks.truncation import truncation_errors
from unrolled.core.cost.derivative import Cost
from unrolled.core.cost.loss import bias_cost, kept_pairs_cost
from unrolled.core.loss.relative_bias import first_cuts
from unrolled.core.loss.saved_memory import backward_steps, saved_bytes, step_flops
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias, is_every_measured, truncation_bias
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.loss import (
    LOSS_FIELDS,
    gradient_check,
    gradient_check_cost,
    layer_number,
    loss_notes,
    loss_of,
    losses_check_of,
)
from unrolled.experiment.remembered import remembered
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite, finite_list
from unrolled.views.text.message import Message
from unrolled.views.truncation_bias.advice import Advice
from unrolled.views.truncation_bias.checks import advice_check, curves_check
from unrolled.views.truncation_bias.figure import truncation_bias_figure
from unrolled.views.truncation_bias.text import MESSAGES, bias_notes, bias_sentence


@dataclass(frozen=True)
class BiasCurves:
    """The bias of truncated gradients against K.

    ``flops`` of one backward pass by kind, at every K (n,), the mean over the first cuts. ``loss`` is which steps
    count, ``layer`` whose recurrent matrix the gradient is of.
    """

    bias: TruncationBias
    flops: dict[str, Array]
    advice: Advice
    notes: tuple[str, ...]
    loss: str
    layer: int

    @property
    def sentence(self) -> Message:
        """The advice."""
        return bias_sentence(self.advice)

    def payload(self) -> Payload:
        """Give the curves and the advice for JSON; None where there is no gradient to compare with."""
        advice = self.advice
        return {
            "loss": self.loss,
            "layer": self.layer,
            "tolerance": advice.tolerance,
            "windows": self.bias.windows.tolist(),
            **{kind: {name: finite_list(values) for name, values in self._curves(kind).items()} for kind in KINDS},
            "bytes": self._bytes().tolist(),
            "whole": {"steps": advice.last_step, "bytes": advice.last_step * advice.bytes, "flops": advice.whole_flops},
            "advice": {kind: None if saving is None else saving.payload() for kind, saving in advice.savings.items()},
            "truncation": {
                "kind": advice.kind,
                "window": advice.window,
                **{name: finite(value) for name, value in advice.current.items()},
            },
            "notes": list(self.notes),
            "sentence": self.sentence,
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a kind and K."""
        count = len(self.bias.windows)
        columns: dict[str, Column] = {"kind": [kind for kind in KINDS for _ in range(count)]}
        columns |= {"window": np.tile(self.bias.windows, len(KINDS)), "bytes": np.tile(self._bytes(), len(KINDS))}
        curves = [self._curves(kind) for kind in KINDS]
        return columns | {name: np.concatenate([curve[name] for curve in curves]) for name in curves[0]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give K and every curve."""
        named = {f"{kind}_{name}": values for kind in KINDS for name, values in self._curves(kind).items()}
        return {"window": self.bias.windows, "bytes": self._bytes(), **named}

    def _curves(self, kind: str) -> dict[str, Array]:
        curve = self.bias.curves[kind]
        return {
            "bias": curve.mean.relative,
            "bias_lowest": curve.lowest,
            "bias_highest": curve.highest,
            "cosine": curve.mean.cosine,
            "ratio": curve.mean.ratio,
            "flops": self.flops[kind],
        }

    def _bytes(self) -> npt.NDArray[np.int64]:
        """Give what must be kept for the backward pass at every K, the same for both kinds."""
        return np.minimum(self.bias.windows, self.advice.last_step) * self.advice.bytes


def compute(experiment: Experiment, memo: Memo) -> BiasCurves:
    """Truncate the gradient at every K, and choose the smallest K of each kind that will do."""
    graph, bias, query = loss_of(experiment, memo), _measured(experiment, memo), experiment.query
    step, last = step_flops(graph.trace), graph.last_step
    flops = {kind: np.zeros(len(bias.windows)) for kind in KINDS}
    for place, window in enumerate(bias.windows.tolist()):
        cuts = first_cuts(window, last).tolist()
        chunked = np.mean([backward_steps("chunked", window, graph.steps, cut) for cut in cuts])
        flops["chunked"][place] = step * chunked
        flops["sliding"][place] = step * backward_steps("sliding", window, graph.steps)
    advice = Advice.of(bias, flops, graph, saved_bytes(graph.trace), query)
    notes = loss_notes(experiment, memo, graph) + bias_notes(advice, step, len(graph.trace.layers))
    return BiasCurves(bias, flops, advice, notes, query.loss, graph.layer)


def _measured(experiment: Experiment, memo: Memo) -> TruncationBias:
    """Measure the curves, where they have every K once for all tolerances."""
    if is_every_measured(loss_of(experiment, memo)):
        return remembered("bias", LOSS_FIELDS, _every, experiment, memo)
    return remembered("some bias", LOSS_FIELDS | {"tolerance", "window"}, _some, experiment, memo)


def _every(experiment: Experiment, memo: Memo) -> TruncationBias:
    return truncation_bias(loss_of(experiment, memo))


def _some(experiment: Experiment, memo: Memo) -> TruncationBias:
    return truncation_bias(loss_of(experiment, memo), experiment.query.tolerance, experiment.query.window)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold curves and advice to the kept pairs at a few K and at the ends; and the whole gradient to the loss."""
    bias = _measured(experiment, memo)
    means = [bias.curves[kind].mean for kind in KINDS]
    ends = [np.array([curve[0] for curve in (mean.relative, mean.cosine, mean.ratio)]) for mean in means]
    difference = float(np.max(np.abs(ends[0] - ends[1]))) if np.isfinite(ends).all() else None
    graph, tolerance, result = loss_of(experiment, memo), experiment.query.tolerance, compute(experiment, memo)
    kept, advice = truncation_errors(graph, bias, tolerance, np.random.default_rng(graph.trace.length))
    return (
        Check.of("whole", bias.full_window_error, MESSAGES["whole check"]),
        Check.of("one step", difference, MESSAGES["one step check"]),
        Check.of("kept pairs", kept, MESSAGES["kept pairs check"]),
        Check.of("advice", advice, MESSAGES["advice check"]),
        curves_check(bias, graph.last_step),
        advice_check(graph, bias, result.flops, result.advice),
        losses_check_of(experiment, memo),
        gradient_check(experiment, memo),
    )


def figure(result: BiasCurves) -> Payload:
    """Draw the bias with the tolerance and the advice, beside it cosine and length ratio."""
    return truncation_bias_figure(
        result.bias, result.advice, {"sentence": result.sentence, "notes": list(result.notes)}
    )


def cost(experiment: Experiment) -> Cost:
    """Count the work."""
    query = experiment.query
    losses = query.length if query.loss == "sum" else 1
    return bias_cost(size_of(experiment), query.layers - layer_number(experiment) + 1, losses)


def checks_cost(experiment: Experiment) -> Cost:
    """Count the checks."""
    kept = kept_pairs_cost(size_of(experiment), experiment.query.layers - layer_number(experiment) + 1)
    return gradient_check_cost(experiment).then(kept)


VIEW = View(
    name="bias",
    label="Bias of a truncation",
    question="How far back must a truncation reach?",
    formula=r"\text{bias}(K)=\frac{\lVert g_K-g\rVert}{\lVert g\rVert},\qquad g_K=\sum_{(t,k)\ \text{kept}}C_{t,k},"
    r"\quad g=\frac{\partial L}{\partial W_{hh}}",
    source="Aicher, Foti and Fox 2019, “Adaptively truncating backpropagation through time to control gradient bias”, "
    "for the relative bias; Williams and Peng 1990 for both kinds",
    fields=LOSS_FIELDS | {"tolerance", "truncation", "window"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    checks_cost=checks_cost,
    needs=lambda model: model.has_recurrent_matrix,
    panel=PagePanel(
        how="Left: how far the gradient of a truncated backward pass is from the whole one, as a share of its "
        "length. A sequence may begin anywhere in a chunk: the chunked line is the mean over where the first cut may "
        "fall, the band its range; what fits into one chunk is not cut. A dot marks the smallest K from which the bias "
        "stays within the tolerance, at the worst first cut. Right: the cosine between the two (solid) and the ratio "
        "of their lengths (dotted). Change loss and tolerance under “How far back”.",
        row=8,
        frame="curves",
        short="bias",
    ),
)
