"""What the credit of a loss says, in words."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.loss.credit import Credit, lag_of_share
from unrolled.core.loss.gradient import LossGraph
from unrolled.experiment.experiment import Experiment
from unrolled.views.text.numbers import MINUS, counted, number, ordinal, percent, power

MESSAGES = {
    "no loss": "No step has a next value to foretell, so there is no loss and no gradient.",
    "zero, last": (
        "The loss of step {step:,} is {loss}; its gradient of W_hh is exactly zero, so no step gets any credit."
    ),
    "zero, sum": "The loss of {steps} is {loss}; its gradient of W_hh is exactly zero, so no step gets any credit.",
    "gradient, last": "The loss of step {step:,} is {loss}; its gradient of W_hh has the size {gradient}.",
    "gradient, sum": "The loss of {steps} is {loss}; its gradient of W_hh has the size {gradient}.",
    "too few": ("The {shown:,} losses that are shown bring {share} of it: too little to say how far back it goes."),
    "same step": "Pairs of the same step, t = k, bring at least {most} of it.",
    "same step, shown": (
        "Pairs of the same step, t = k, bring at least {most} of what the {shown:,} losses that are shown bring."
    ),
    "steps back": "Pairs at most {steps} apart bring {most} of it, those of the step itself {own}.",
    "steps back, shown": (
        "Pairs at most {steps} apart bring {most} of what the {shown:,} losses that are shown bring, those of the step "
        "itself {own}."
    ),
    "signed": (
        "Shares are signed: a pair with a negative one pulls against the gradient. All pairs together bring 100 %."
    ),
    "initial state": "At k = 1 W_hh multiplies the initial state, which is zero: these pairs bring nothing.",
    "layers": (
        "∂L_t/∂h_k of layer {layer} contains what goes up through the layers above at the same step k, as grad has it "
        "in PyTorch."
    ),
    "padding": "Padding is nothing to foretell: the last loss is that of step {step:,}.",
    "sampled losses": (
        "Of the {losses:,} losses every {stride} is shown, {shown:,} in all. Their values are exact, and shares are "
        "those of the whole gradient."
    ),
    "sampled losses, share": (
        "Of the {losses:,} losses every {stride} is shown, {shown:,} in all. Their values are exact, and shares are "
        "those of the whole gradient: what is shown brings {share}."
    ),
    "sampled steps": "Every {stride} step k is shown; its values are exact, not averages.",
    "truncated": "Truncated, {kind} at K = {window:,}: faint cells are cut off.",
    "kept": "The pairs that are left bring {share} of the whole gradient.",
    "nothing": "nothing",
    "times all": "{factor} times all",
    "cross-entropy": "cross-entropy",
    "squared error": "mean squared error",
    "norm heading": "how strongly L<sub>t</sub> moves h<sub>k</sub>",
    "contribution heading": "what the pair brings to ∂L/∂W<sub>hh</sub>",
    "empty": "no loss, no credit",
    "pair": (
        "t = %{{y}}, k = %{{x}}<br>‖∂L<sub>t</sub>/∂h<sub>k</sub>‖ = 10<sup>{norm}</sup><br>contribution "
        "10<sup>{contribution}</sup>, share %{{customdata[1]:.2%}}<extra></extra>"
    ),
    "idle pair": (
        "t = %{{y}}, k = %{{x}}<br>‖∂L<sub>t</sub>/∂h<sub>k</sub>‖ = 10<sup>{norm}</sup><br>contribution exactly "
        "zero<extra></extra>"
    ),
    "cut pair": "cut off by the truncation; the whole chain has<br>{pair}",
    "zero pair": "t = %{{y}}, k = %{{x}}<br>exactly zero<extra></extra>",
}
# The share of the gradient that the sentence looks for.
MOST_OF_IT = 0.9
# A sample that brings less than this part of what as many losses bring on average is no sample of the whole.
_FEWEST = 0.2


@dataclass(frozen=True)
class CreditSummary:
    """What the sentence and the notes are made of.

    Of all ``losses``, as many as ``backpropagated`` were taken back and ``shown`` are rows; they add up to
    ``loss_sum``. ``share`` is what those taken back bring of the whole gradient, ``own_share`` what their pairs at lag
    0 do, and ``reached`` the largest lag of the pairs that bring most of it, None where that is nothing.
    ``kept_share`` is left by a truncation, NaN without one or where not every pair was measured. ``stride`` is that of
    the columns, and ``starts_at_zero`` whether the pairs at k = 1 bring nothing.
    """

    loss: str
    losses: int
    shown: int
    backpropagated: int
    last_step: int
    loss_sum: float
    log10_gradient: float
    share: float
    own_share: float
    reached: int | None
    kept_share: float
    stride: int
    starts_at_zero: bool

    @classmethod
    def of(cls, loss: str, graph: LossGraph, credit: Credit, cut: Truncation, backpropagated: int) -> "CreditSummary":
        """Summarise what was measured of the losses of a graph."""
        has_gradient = bool(np.isfinite(credit.log10_gradient))
        share = float(credit.by_lag.sum()) if has_gradient else np.nan
        stride = int(credit.k[1] - credit.k[0]) if len(credit.k) > 1 else 1
        kept = np.nan
        if cut.kind == "sliding" and has_gradient and backpropagated == len(graph.steps):
            kept = float(credit.by_lag[: cut.window].sum())
        elif cut.kind == "chunked" and has_gradient and len(credit.t) == len(graph.steps) and stride == 1:
            kept = float(credit.share[cut.kept(credit.t, credit.k)].sum())
        return cls(
            loss,
            len(graph.steps),
            len(credit.t),
            backpropagated,
            graph.last_step,
            float(graph.values.sum()),
            credit.log10_gradient,
            share,
            float(credit.by_lag[0]) if has_gradient else np.nan,
            lag_of_share(credit.by_lag, MOST_OF_IT) if has_gradient and share > 0 else None,
            kept,
            stride,
            1 in credit.k and not graph.trace.layers[graph.layer - 1].h[0].any(),
        )

    @property
    def is_sample(self) -> bool:
        """Whether only some of the losses were taken back."""
        return self.backpropagated < self.losses


def credit_sentence(summary: CreditSummary) -> str:
    """Say how many steps back bring most of the gradient, in one or two sentences."""
    if not summary.losses:
        return MESSAGES["no loss"]
    has_gradient = np.isfinite(summary.log10_gradient)
    first = MESSAGES[f"{'gradient' if has_gradient else 'zero'}, {summary.loss}"].format(
        step=summary.last_step,
        steps=counted(summary.losses, "step"),
        loss=number(summary.loss_sum),
        gradient=power(summary.log10_gradient) if has_gradient else "",
    )
    return f"{first} {_reach(summary)}" if has_gradient else first


def _reach(summary: CreditSummary) -> str:
    few = _FEWEST * summary.backpropagated / summary.losses
    if summary.is_sample and (summary.reached is None or summary.share < few):
        return MESSAGES["too few"].format(shown=summary.shown, share=signed_percent(summary.share))
    message = "steps back" if summary.reached else "same step"
    return MESSAGES[f"{message}, shown" if summary.is_sample else message].format(
        steps=counted(summary.reached or 0, "step"),
        most=percent(MOST_OF_IT),
        shown=summary.shown,
        own=signed_percent(summary.own_share / summary.share),
    )


def credit_notes(summary: CreditSummary, experiment: Experiment, cut: Truncation, data_length: int) -> tuple[str, ...]:
    """Say what one must know to read the triangles, nothing where there is no loss.

    The first ``data_length`` steps are data and no padding.
    """
    query = experiment.query
    if not summary.losses:
        return ()
    notes = []
    if np.isfinite(summary.log10_gradient):
        notes.append(MESSAGES["signed"])
    if summary.starts_at_zero:
        notes.append(MESSAGES["initial state"])
    if query.layer is not None and query.layer < query.layers:
        notes.append(MESSAGES["layers"].format(layer=query.layer))
    if data_length < query.length:
        notes.append(MESSAGES["padding"].format(step=summary.last_step))
    stride = ordinal(summary.stride)
    if summary.shown < summary.losses:
        message = MESSAGES["sampled losses, share" if summary.is_sample else "sampled losses"]
        share = signed_percent(summary.share)
        notes.append(message.format(losses=summary.losses, stride=stride, shown=summary.shown, share=share))
    elif summary.stride > 1:
        notes.append(MESSAGES["sampled steps"].format(stride=stride))
    if cut.is_on:
        notes.append(_truncation_note(summary, cut))
    return tuple(notes)


def _truncation_note(summary: CreditSummary, cut: Truncation) -> str:
    """Say what a truncation leaves of the gradient."""
    note = MESSAGES["truncated"].format(kind=cut.kind, window=cut.window)
    if not np.isfinite(summary.kept_share):
        return note
    return f"{note} {MESSAGES['kept'].format(share=signed_percent(summary.kept_share))}"


def signed_percent(share: float) -> str:
    """Write a share that may be negative, or larger than all: ``31 %``, ``−4 %`` or ``120 %``."""
    if not np.isfinite(share):
        return MESSAGES["nothing"]
    if abs(share) > 10.0:
        return MESSAGES["times all"].format(factor=number(share))
    size = percent(abs(share)) if abs(share) <= 1.0 else f"{100.0 * abs(share):.0f} %"
    return f"{MINUS}{size.removeprefix('less than ')}" if share < 0.0 else size
