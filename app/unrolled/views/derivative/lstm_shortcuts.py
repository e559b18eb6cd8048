"""An LSTM's gradient beside what it is often mistaken for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.lstm_shortcuts import Shortcuts, shortcut_step, shortcuts
from unrolled.core.checks.laws import REACH, Check
from unrolled.core.checks.readings import shortcuts_check
from unrolled.core.cost.derivative import Cost, forward_cost, norm_flops
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.experiment.experiment import CHAIN_FIELDS, Experiment
from unrolled.experiment.run import chain_of, checks_of, layer_of, run
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import checks_cost, products_checks_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite_list
from unrolled.views.derivative.text import SHORTCUTS as MESSAGES
from unrolled.views.plots.colour import ACCENT, COLD, INK, WARM
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks
from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import counted, power

_STARTS, _FEWER, _LARGE, _LAGS, _REACH, _FEWEST, _WORK = 12, 4, 64, 41, 512, 32, 4e10


@dataclass(frozen=True)
class ShortcutCurves:
    """The curves, or None for a network without a cell."""

    curves: Shortcuts | None

    def payload(self) -> Payload:
        """Give the curves for JSON, log10 of the sizes; empty for a network without a cell."""
        return {name: values.tolist() if name == "lag" else finite_list(values) for name, values in self._named()} | {
            "sentence": self.sentence()
        }

    def _named(self) -> list[tuple[str, Any]]:
        if self.curves is None:
            return [(name, np.empty(0)) for name in ("lag", "truth_h", "truth_c", "blocks", "gates", "held_c")]
        curves = self.curves
        return [
            ("lag", curves.lag),
            ("truth_h", curves.truth_h),
            ("truth_c", curves.truth_c),
            ("blocks", curves.blocks),
            ("gates", curves.gates),
            ("held_c", curves.held_c),
        ]

    def sentence(self) -> str:
        """Say how far the shortcuts are from the truth."""
        if self.curves is None:
            return MESSAGES["no_cell"]
        if len(self.curves.lag) == 1:
            return MESSAGES["one_step"]
        steps = counted(int(self.curves.lag[-1]), "step")
        last = {name: float(values[-1]) for name, values in self._named()[1:]}
        beside = (("truth_h", "blocks"), ("truth_c", "gates"), ("truth_c", "held_c"))
        return joined(*(_beside(shortcut, truth, last, steps) for truth, shortcut in beside))

    def columns(self) -> Mapping[str, Column]:
        """Give one row a lag."""
        return dict(self._named())

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give every curve."""
        return dict(self._named())


def compute(experiment: Experiment, memo: Memo) -> ShortcutCurves:
    """Measure truth and shortcuts over the lags."""
    layer = layer_of(experiment, memo)
    if "c" not in layer.state_names:
        return ShortcutCurves(None)
    length = experiment.query.length
    _, reach = _followed(length, experiment.query.hidden)
    lags = np.unique(np.linspace(0, reach, _LAGS).round().astype(np.int64))
    return ShortcutCurves(
        shortcuts(layer, chain_of(experiment, memo).inputs, experiment.query.norm, _starts(experiment), lags)
    )


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative, and the curves at the longest lag that is short enough."""
    curves, laws = compute(experiment, memo).curves, checks_of(experiment, memo)
    if curves is None:
        return laws
    index = int(np.flatnonzero(curves.lag <= min(REACH, int(curves.lag[-1])))[-1])
    told = {name: float(values[index]) for name, values in curves.__dict__.items() if name != "lag"}
    query, starts = experiment.query, _starts(experiment)
    cell = jacobian_chain(run(experiment, memo).stack, "c", "c", query.layer)
    return (*laws, shortcuts_check(cell, starts, int(curves.lag[index]), query.norm, told))


def _checks_cost(experiment: Experiment) -> Cost:
    """Count the checks: without a cell those of the derivative alone."""
    if "c" not in experiment.query.row.states:
        return checks_cost(experiment)
    return products_checks_cost(experiment, len(_starts(experiment)), min(REACH, experiment.query.length))


def _starts(experiment: Experiment) -> Steps:
    """Choose the steps k that are followed."""
    length = experiment.query.length
    count, reach = _followed(length, experiment.query.hidden)
    return np.unique(np.linspace(1, length - reach, count).round().astype(np.int64))


def figure(result: ShortcutCurves) -> Payload:
    """Draw the curves over the lag; ``layout.meta`` has ``sentence``."""
    traces = []
    if result.curves is not None:
        lag = short_integers(result.curves.lag)

        def curve(values: Array, name: str, **line: Any) -> Payload:
            hover = f"{name}, lag %{{x}}: 10<sup>%{{y:.2f}}</sup><extra></extra>"
            return scatter(x=lag, y=float32(values), name=name, mode="lines", hovertemplate=hover, line=line)

        traces = [
            curve(result.curves.truth_h, "∂h/∂h, the truth", color=COLD, width=2.5),
            curve(result.curves.blocks, "h-blocks, c held fixed", color=ACCENT, dash="dash", width=1.75),
            curve(result.curves.truth_c, "∂c/∂c, the truth", color=WARM, width=2.5),
            curve(result.curves.gates, "forget gates alone", color=INK, dash="dot", width=1.75),
            curve(result.curves.held_c, "∂c/∂c, h held fixed", color=WARM, dash="dash", width=1.5),
        ]
    last = 1 if result.curves is None else int(result.curves.lag[-1])
    layout_ = layout(
        axis("lag t − k", rangemode="tozero", tickformat="d", **whole_ticks(last, 8)),
        axis("log<sub>10</sub> of the norm", nticks=8, automargin=True),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.22, "yanchor": "top", "entrywidth": 150},
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
        annotations=[] if traces else [empty_note(MESSAGES["empty"])],
    )
    return validated(traces, layout_, {"sentence": result.sentence()})


def cost(experiment: Experiment) -> Cost:
    """Count the work: nothing where h is all that is carried on."""
    size = size_of(experiment)
    forward, hidden = forward_cost(size), size.hidden
    if size.states == 1:
        return forward
    count, reach = _followed(size.length, hidden)
    norms = 4.0 * count * min(_LAGS, reach + 1) * norm_flops(hidden, hidden, experiment.query.norm)
    return Cost(forward.flops + reach * shortcut_step(count, hidden) + norms, forward.bytes + 160.0 * count * hidden**2)


def _followed(length: int, hidden: int) -> tuple[int, int]:
    """Choose how many steps k are followed, and over how many lags: fewer of a large network."""
    count = _STARTS if hidden <= _LARGE else _FEWER
    most = max(_FEWEST, min(_REACH, int(_WORK / (count * 18.0 * hidden**3))))
    return count, min(length - 1, max(1, length // 2) if length > 2 * count else length - 1, most)


def _beside(shortcut: str, truth: str, last: Mapping[str, float], steps: Text) -> Message:
    """Say how large a truth and what is taken for it are at the last lag, and by how much this is wrong."""
    gap = last[shortcut] - last[truth] if np.isfinite([last[shortcut], last[truth]]).all() else 0.0
    kind = "" if not gap else ".close" if abs(gap) < 0.05 else ".much" if gap > 0 else ".little"
    values = {name: power(last[name]) for name in (shortcut, truth)}
    return say(MESSAGES[f"{shortcut}{kind}"], steps=steps, **values, **{f"gap_{shortcut}": power(abs(gap))})


VIEW = View(
    name="shortcuts",
    label="The LSTM's shortcuts",
    question="Is the forget gate the whole story?",
    formula=r"\frac{\partial h_t}{\partial h_k}=\left[J_t\cdots J_{k+1}\right]_{hh}\;\ne\;"
    r"\prod_{j}\left[J_j\right]_{hh},\qquad\frac{\partial c_t}{\partial c_k}=\left[P\right]_{cc}+\left[P\right]_{ch}"
    r"\frac{\partial h_k}{\partial c_k}\;\ne\;\left[P\right]_{cc}\;\ne\;\operatorname{diag}\prod_{j}f_j",
    source="Hochreiter and Schmidhuber 1997 for the constant error carousel; Gers, Schmidhuber and Cummins 2000 "
    "for the forget gate",
    fields=CHAIN_FIELDS | {"norm"},
    compute=compute,
    figure=figure,
    cost=cost,
    checks=checks,
    checks_cost=_checks_cost,
    needs=lambda model: bool(model.states),
    panel=PagePanel(
        how="Solid lines are the total derivatives, as automatic differentiation gives them; dashed ones what is often "
        "taken for them: the product of the h-blocks, the forget gates alone, and ∂c_t/∂c_k with h_k held fixed.",
        row=6,
        column=1,
        needs=lambda model: "c" in model.states,
        short="shortcuts",
    ),
)
