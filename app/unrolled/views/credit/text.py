"""What the credit of a loss says, in words."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.loss.credit import LEFT_OUT, Credit, reached_lag
from unrolled.core.loss.gradient import LossGraph
from unrolled.experiment.experiment import Experiment
from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import MINUS, counted, number, ordinal, percent, power

MESSAGES = {
    "no loss": "No step has a next value to foretell, so there is no loss and no gradient.",
    "zero, last": (
        "The loss of step {step:,} is {loss}; its gradient of W_hh is exactly zero, so no step gets any credit."
    ),
    "zero, sum": "The loss of {steps} is {loss}; its gradient of W_hh is exactly zero, so no step gets any credit.",
    "gradient, last": "The loss of step {step:,} is {loss}; its gradient of W_hh has the size {gradient}.",
    "gradient, sum": "The loss of {steps} is {loss}; its gradient of W_hh has the size {gradient}.",
    "too few": (
        "The projection of what the {shown:,} losses that are shown bring is {share} of it: too little to say how far "
        "back it goes."
    ),
    "same step": "{most} of it comes from lag 0: what is left out has {left} of its length.",
    "same step, shown": (
        "{most} of the gradient of the {shown:,} losses that are shown comes from lag 0: what is left out has {left} "
        "of its length."
    ),
    "steps back": (
        "{most} of it comes from lags up to {reached:,}: what is left out has {left} of its length, and {own} if all "
        "but lag 0 is left out."
    ),
    "steps back, shown": (
        "{most} of the gradient of the {shown:,} losses that are shown comes from lags up to {reached:,}: what is left "
        "out has {left} of its length, and {own} if all but lag 0 is left out."
    ),
    "signed": (
        "Shares are projections onto the gradient, ⟨C[t,k], g⟩/‖g‖², with a sign: a pair with a negative one pulls "
        "against it, and those of all pairs add up to 100 %. That {most} comes from some lags is more: what is left "
        "out there, or at any larger lag, has at most {least} of the gradient’s length, whatever its direction."
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
        "those of the whole gradient: what is shown adds up to {share} of it."
    ),
    "sampled steps": "Every {stride} step k is shown; its values are exact, not averages.",
    "truncated": "Truncated, {kind} at K = {window:,}: faint cells are cut off.",
    "kept": (
        "What is cut off has {error} of the gradient’s length; the projection of what is left is {kept_share} of it."
    ),
    "kept, shown": (
        "What is cut off has {error} of the length of the gradient of the {shown:,} losses that are shown; the "
        "projection of what is left is {kept_share} of it."
    ),
    "summary check": "what the sentence tells against the losses, the shares by lag and the residuals, one by one",
    "kept check": "what the truncation leaves against the pairs it keeps, taken back once more",
    "no truncation check": "what a truncation leaves: none is set, no gradient, or K is too large to repeat it",
    "nothing": "nothing",
    "times all": "{factor} times all",
    "share": "{percent:.0f} %",
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
# A sample that brings less than this part of what as many losses bring on average is no sample of the whole.
_FEWEST = 0.2


@dataclass(frozen=True)
class Kept:
    """What a truncation leaves of the gradient g of the losses taken back, as g_K.

    ``share`` is ⟨g_K, g⟩/‖g‖², ``error`` ‖g − g_K‖/‖g‖, the length of what is cut off.
    """

    share: float
    error: float


@dataclass(frozen=True)
class CreditSummary:
    """What the sentence and the notes are made of.

    Of all ``losses``, as many as ``backpropagated`` were taken back and ``shown`` are rows; they add up to
    ``loss_sum``. ``share`` is the projection of what those taken back bring, as a part of the whole gradient. Of their
    own gradient ``reached`` is the smallest lag up to which pairs, there and at any larger lag, leave out no more than
    `LEFT_OUT` of its length, ``left`` what they leave out there, and ``own`` what lag 0 alone leaves out; None and NaN
    where that is nothing. ``kept`` is None without a truncation. ``stride`` is that of the columns, and
    ``starts_at_zero`` whether the pairs at k = 1 bring nothing.
    """

    loss: str
    losses: int
    shown: int
    backpropagated: int
    last_step: int
    loss_sum: float
    log10_gradient: float
    share: float
    own: float
    left: float
    reached: int | None
    kept: Kept | None
    stride: int
    starts_at_zero: bool

    @classmethod
    def of(cls, loss: str, graph: LossGraph, credit: Credit, backpropagated: int, kept: Kept | None) -> "CreditSummary":
        """Summarise what was measured of the losses of a graph."""
        has_gradient = bool(np.isfinite(credit.log10_gradient))
        reached = reached_lag(credit.residual) if has_gradient else None
        return cls(
            loss,
            len(graph.steps),
            len(credit.t),
            backpropagated,
            graph.last_step,
            float(graph.values.sum()),
            credit.log10_gradient,
            float(credit.by_lag.sum()) if has_gradient else np.nan,
            np.nan if reached is None else float(credit.residual[0]),
            np.nan if reached is None else float(credit.residual[reached]),
            reached,
            kept,
            int(credit.k[1] - credit.k[0]) if len(credit.k) > 1 else 1,
            1 in credit.k and not graph.trace.layers[graph.layer - 1].h[0].any(),
        )

    @property
    def is_sample(self) -> bool:
        """Whether only some of the losses were taken back."""
        return self.backpropagated < self.losses


def credit_sentence(summary: CreditSummary) -> Message:
    """Say how many steps back most of the gradient comes from, in one or two sentences."""
    if not summary.losses:
        return say(MESSAGES["no loss"])
    has_gradient = np.isfinite(summary.log10_gradient)
    first = say(
        MESSAGES[f"{'gradient' if has_gradient else 'zero'}, {summary.loss}"],
        step=summary.last_step,
        steps=counted(summary.losses, "step"),
        loss=number(summary.loss_sum),
        gradient=power(summary.log10_gradient) if has_gradient else "",
    )
    return joined(first, _reach(summary)) if has_gradient else first


def _reach(summary: CreditSummary) -> Message:
    few = _FEWEST * summary.backpropagated / summary.losses
    if summary.reached is None or (summary.is_sample and summary.share < few):
        return say(MESSAGES["too few"], shown=summary.shown, share=signed_percent(summary.share))
    message = "steps back" if summary.reached else "same step"
    return say(
        MESSAGES[f"{message}, shown" if summary.is_sample else message],
        most=percent(1.0 - LEFT_OUT),
        shown=summary.shown,
        reached=summary.reached,
        left=signed_percent(summary.left),
        own=signed_percent(summary.own),
    )


def credit_notes(summary: CreditSummary, experiment: Experiment, cut: Truncation, data_length: int) -> tuple[str, ...]:
    """Say what one must know to read the triangles, nothing where there is no loss.

    The first ``data_length`` steps are data and no padding.
    """
    query = experiment.query
    if not summary.losses:
        return ()
    notes = list[str]()
    if np.isfinite(summary.log10_gradient):
        notes.append(say(MESSAGES["signed"], most=percent(1.0 - LEFT_OUT), least=percent(LEFT_OUT)))
    if summary.starts_at_zero:
        notes.append(MESSAGES["initial state"])
    if query.layer is not None and query.layer < query.layers:
        notes.append(say(MESSAGES["layers"], layer=query.layer))
    if data_length < query.length:
        notes.append(say(MESSAGES["padding"], step=summary.last_step))
    stride = ordinal(summary.stride)
    if summary.shown < summary.losses:
        message = MESSAGES["sampled losses, share" if summary.is_sample else "sampled losses"]
        share = signed_percent(summary.share)
        notes.append(say(message, losses=summary.losses, stride=stride, shown=summary.shown, share=share))
    elif summary.stride > 1:
        notes.append(say(MESSAGES["sampled steps"], stride=stride))
    if cut.is_on:
        notes.append(_truncation_note(summary, cut))
    return tuple(notes)


def _truncation_note(summary: CreditSummary, cut: Truncation) -> Message:
    """Say what a truncation leaves of the gradient."""
    note = say(MESSAGES["truncated"], kind=cut.kind, window=cut.window)
    kept = summary.kept
    if kept is None:
        return note
    what = say(
        MESSAGES["kept, shown" if summary.is_sample else "kept"],
        error=signed_percent(kept.error),
        kept_share=signed_percent(kept.share),
        shown=summary.shown,
    )
    return joined(note, what)


def signed_percent(share: float) -> Text:
    """Write a share that may be negative, or larger than all: ``31 %``, ``−4 %`` or ``120 %``."""
    return Text(_signed_percent(share), share)


def _signed_percent(share: float) -> str:
    if not np.isfinite(share):
        return MESSAGES["nothing"]
    if abs(share) > 10.0:
        return MESSAGES["times all"].format(factor=number(share))
    size = percent(abs(share)) if abs(share) <= 1.0 else MESSAGES["share"].format(percent=100.0 * abs(share))
    return f"{MINUS}{size.removeprefix('less than ')}" if share < 0.0 else size
