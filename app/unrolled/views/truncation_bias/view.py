"""Bias: how wrong the gradient of a truncated backward pass is, for every K, and the smallest K that will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.core.checks.laws import Check
from unrolled.core.cost.loss import bias_cost
from unrolled.core.cost.recurrent import Cost
from unrolled.core.loss.memory import backward_steps, saved_bytes, step_flops
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias, choose_windows, truncation_bias
from unrolled.core.networks.registry import RECURRENT
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.loss import LOSS_FIELDS, gradient_check, layer_number, loss_notes, loss_of
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload, finite, finite_list
from unrolled.views.contract.view import View
from unrolled.views.truncation_bias.figure import bias_figure
from unrolled.views.truncation_bias.text import Truncated, notes_of_bias, sentence_of_bias


@dataclass(frozen=True)
class Biases:
    """The bias of truncated gradients against K."""

    found: TruncationBias
    flops: dict[str, Array]
    said: Truncated
    notes: tuple[str, ...]
    loss: str
    layer: int

    @property
    def sentence(self) -> str:
        """The advice."""
        return sentence_of_bias(self.said)

    def payload(self) -> Payload:
        """Give the curves and the advice for JSON; None where there is no gradient to compare with."""
        said = self.said
        return {
            "loss": self.loss,
            "layer": self.layer,
            "tolerance": said.tolerance,
            "windows": self.found.windows.tolist(),
            **{kind: {name: finite_list(values) for name, values in self._curves(kind).items()} for kind in KINDS},
            "bytes": self._bytes().tolist(),
            "whole": {"steps": said.reach, "bytes": said.reach * said.bytes, "flops": said.whole_flops},
            "advice": {kind: None if each is None else each.payload() for kind, each in said.advice.items()},
            "truncation": {
                "kind": said.kind,
                "window": said.window,
                **{name: finite(value) for name, value in said.own.items()},
            },
            "notes": list(self.notes),
            "sentence": self.sentence,
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a kind and K."""
        count = len(self.found.windows)
        told: dict[str, Column] = {"kind": [kind for kind in KINDS for _ in range(count)]}
        told |= {"window": np.tile(self.found.windows, len(KINDS)), "bytes": np.tile(self._bytes(), len(KINDS))}
        curves = [self._curves(kind) for kind in KINDS]
        return told | {name: np.concatenate([each[name] for each in curves]) for name in curves[0]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give K and every curve."""
        named = {f"{kind}_{name}": values for kind in KINDS for name, values in self._curves(kind).items()}
        return {"window": self.found.windows, "bytes": self._bytes(), **named}

    def _curves(self, kind: str) -> dict[str, Array]:
        found = self.found
        return {
            "bias": found.relative[kind],
            "cosine": found.cosine[kind],
            "ratio": found.ratio[kind],
            "flops": self.flops[kind],
        }

    def _bytes(self) -> npt.NDArray[np.int64]:
        """Give what must be kept for the backward pass at every K, the same for both kinds."""
        return np.minimum(self.found.windows, self.said.reach) * self.said.bytes


def compute(experiment: Experiment, memo: Memo) -> Biases:
    """Truncate the gradient at every K, and choose the smallest K of each kind that will do."""
    way, found, query = loss_of(experiment, memo), _found(experiment, memo), experiment.query
    step, count = step_flops(way.trace), len(found.windows)
    flops = {kind: np.zeros(count) for kind in KINDS}
    for kind in KINDS:
        flops[kind][:] = [step * backward_steps(kind, window, way.steps) for window in found.windows.tolist()]
    said = Truncated.of(found, flops, way, saved_bytes(way.trace), query)
    notes = loss_notes(experiment, memo, way) + notes_of_bias(said, step, len(way.trace.layers), found.windows)
    return Biases(found, flops, said, notes, query.loss, way.layer)


def _found(experiment: Experiment, memo: Memo) -> TruncationBias:
    """Measure the curves, once for every tolerance."""
    way, window = loss_of(experiment, memo), experiment.query.window
    windows = choose_windows(way.last_step + 1, window)
    # A chosen K is measured too; where all are, it makes no difference.
    key = ("bias", experiment.key(LOSS_FIELDS), tuple(windows.tolist()))
    return memo.get(key, lambda: truncation_bias(way, windows))


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the curves to their ends, and the whole gradient to the loss itself."""
    found = _found(experiment, memo)
    sides = [np.array([each[kind][0] for each in (found.cosine, found.ratio, found.relative)]) for kind in KINDS]
    apart = float(np.max(np.abs(sides[0] - sides[1]))) if np.isfinite(sides).all() else None
    return (
        Check.of("whole", found.full_window_error, "K ≥ T: what either kind adds up to is the whole gradient"),
        Check.of("one step", apart, "K = 1: chunked and sliding keep the same pairs, t = k"),
        gradient_check(experiment, memo),
    )


def figure(result: Biases) -> Payload:
    """Draw the bias with the tolerance and the advice, beside it cosine and length ratio."""
    return bias_figure(result.found, result.said, {"sentence": result.sentence, "notes": list(result.notes)})


def cost(experiment: Experiment) -> Cost:
    """Estimate the work."""
    query = experiment.query
    losses = query.length if query.loss == "sum" else 1
    return bias_cost(size_of(experiment), query.layers - layer_number(experiment) + 1, losses)


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
    models=RECURRENT,
)
