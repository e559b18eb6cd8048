"""Which bound on the decay held: γσ_max, or the eigenvalues, or neither."""

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary
from unrolled.core.networks.activations import Activation
from unrolled.views.text.message import Message, joined, say
from unrolled.views.text.numbers import counted, factor, number, pace
from unrolled.views.text.reach import direct_sentence
from unrolled.views.text.verdict import MESSAGES as VERDICTS

MESSAGES = {
    "one_step": "With one step there is no decay to compare.",
    "one_step.bounds": "With one step there is no decay to compare; γσ_max is {per_step} and ρ is {radius}.",
    "direct": "No matrix is multiplied again and again, so no power bounds the curve.",
    "zero": "γσ_max is 0: no step passes anything on, and nothing arrives.",
    "exceeded": "The bound is exceeded, which no true product can do: γσ_max is {per_step}.",
    "below.zero": "γσ_max is {per_step}, below 1, so vanishing was guaranteed, by {bound} or faster; "
    "the bound holds: the product is exactly zero.",
    "below.exactly": "γσ_max is {per_step}, below 1, so vanishing was guaranteed, by {bound} or faster; "
    "the bound holds: measured is exactly that.",
    "below.measured": "γσ_max is {per_step}, below 1, so vanishing was guaranteed, by {bound} or faster; "
    "the bound holds: measured is {rate}.",
    "one.zero": "γσ_max is {per_step}: the gradient cannot explode, and it need not vanish; "
    "measured: the product is exactly zero.",
    "one.measured": "γσ_max is {per_step}: the gradient cannot explode, and it need not vanish; measured is {rate}.",
    "above.zero": "γσ_max is {per_step}, above 1: growth of up to {bound} is possible, and vanishing is not "
    "guaranteed; measured: the product is exactly zero.",
    "above.measured": "γσ_max is {per_step}, above 1: growth of up to {bound} is possible, and vanishing is not "
    "guaranteed; measured is {rate}.",
    "layers.zero": "Across layers no constant bounds a step; measured: the product is exactly zero.",
    "layers.little": "Across layers no constant bounds a step; there is one lag only.",
    "layers.measured": "Across layers no constant bounds a step; measured is {rate}.",
    "free.zero": "No matrix alone bounds a step of this model; measured: the product is exactly zero.",
    "free.little": "No matrix alone bounds a step of this model; there is one lag only.",
    "free.measured": "No matrix alone bounds a step of this model; measured is {rate}.",
    "gate.zero": "The gate that keeps the past would by itself leave {gate}; measured: the product is exactly zero.",
    "gate.little": "The gate that keeps the past would by itself leave {gate}; there is one lag only.",
    "gate.same": "The gate that keeps the past would by itself leave {gate}: that is about what is measured.",
    "gate.more": "The gate that keeps the past would by itself leave {gate}; measured is {rate}: "
    "the matrices carry more than the gate does.",
    "gate.less": "The gate that keeps the past would by itself leave {gate}; measured is {rate}: "
    "what is measured decays faster.",
    "radius.zero": "ρ is 0: the matrix alone would forget everything within H steps.",
    "radius.same": "The spectral radius {radius} alone would give {alone}: that is about what is measured.",
    "radius.slopes": "The spectral radius {radius} alone would give {alone}; "
    "the slopes of the activation take the rest away.",
    "radius.directions": "The spectral radius {radius} alone would give {alone}; "
    "over so few steps other directions still count, and they decay faster.",
    "radius.above": "The spectral radius {radius} alone would give {alone}; "
    "slopes of the activation above 1, or a matrix that is not normal, give more.",
    "radius.better": "The spectral radius {radius} alone would give {alone}; "
    "over so few steps the product still does better than its eigenvalues.",
    "transient": "Though ρ is below 1, the largest product has grown to {size} after {steps}: W_hh is not normal.",
}

_CLEARLY = 0.3
_SAME = 0.1
_ROUNDING = 1e-9


def bound_sentence(
    profile: LagProfile, summary: Summary, bounds: WeightBounds, bound: Array, activation: Activation
) -> Message:
    """Compare what was measured with the bound (γ σ_max)^lag, log10 of it (n,), and with the asymptote ρ^lag."""
    if len(profile.lag) == 1:
        return say(MESSAGES["one_step.bounds"], per_step=number(bounds.per_step), radius=number(bounds.spectral_radius))
    sentences = [_per_step(profile, summary, bounds, bound)]
    if summary.rate is not None:
        sentences.append(_radius(summary.rate, bounds, activation))
    change = profile.high - profile.reference
    peak = int(np.argmax(change))
    # Growth although ρ < 1: with slopes of at most 1 only a matrix that is not normal can do that.
    if bounds.spectral_radius < 1.0 and bounds.gamma <= 1.0 and change[peak] >= _CLEARLY:
        steps = counted(int(profile.lag[peak]), "step")
        sentences.append(say(MESSAGES["transient"], size=factor(float(change[peak])), steps=steps))
    return joined(*sentences)


def gate_sentence(profile: LagProfile, summary: Summary, gate: Array, *, has_matrix_bound: bool) -> Message:
    """Compare what was measured with what the gate that keeps the past would leave by itself.

    ``gate`` (n,) is log10 of that at each lag; NaN without one. Then it says why nothing bounds the derivative: it is
    not that of one layer's state to itself, or the matrix of the model bounds nothing at all.
    """
    if len(profile.lag) == 1:
        return say(MESSAGES["one_step"])
    if np.isnan(gate).all():
        why = "layers" if has_matrix_bound else "free"
        return say(MESSAGES[f"{why}.{_outcome(summary)}"], rate=_pace(summary))
    if profile.is_zero:
        return say(VERDICTS["no_path"])
    # Over the same lags as the rate.
    alone = float((gate[profile.half] - gate[0]) / profile.lag[profile.half])
    key = _outcome(summary)
    if summary.rate is not None:
        is_same = abs(summary.rate - alone) <= _SAME * max(abs(summary.rate), abs(alone), _SAME)
        key = "same" if is_same else "more" if summary.rate > alone else "less"
    return say(MESSAGES[f"gate.{key}"], gate=pace(alone), rate=_pace(summary))


def no_chain_sentence(profile: LagProfile) -> Message:
    """Say of a model without recurrence that nothing is multiplied over and over, and what it sees."""
    if len(profile.lag) == 1:
        return say(MESSAGES["one_step"])
    return joined(MESSAGES["direct"], direct_sentence(profile))


def _per_step(profile: LagProfile, summary: Summary, bounds: WeightBounds, bound: Array) -> Message:
    """Say what γσ_max guarantees and what happened."""
    per_step = bounds.per_step
    if per_step == 0.0:
        return say(MESSAGES["zero"])
    excess = profile.high > bound + _ROUNDING * np.maximum(1.0, np.abs(bound))
    allowed = float(np.log10(per_step))
    if excess.any():
        return say(MESSAGES["exceeded"], per_step=number(per_step))
    side, outcome = "above" if allowed > _ROUNDING else "one", _outcome(summary)
    if allowed < -_ROUNDING:
        side = "below"
        if summary.rate is not None and abs(summary.rate - allowed) < _ROUNDING:
            outcome = "exactly"
    return say(MESSAGES[f"{side}.{outcome}"], per_step=number(per_step), bound=pace(allowed), rate=_pace(summary))


def _outcome(summary: Summary) -> str:
    """Tell whether there is a rate, or why there is none."""
    if summary.rate is not None:
        return "measured"
    return "zero" if summary.verdict == "zero" else "little"


def _pace(summary: Summary) -> str:
    return "" if summary.rate is None else pace(summary.rate)


def _radius(rate: float, bounds: WeightBounds, activation: Activation) -> Message:
    """Compare the measured rate with ρ, and name what makes the difference."""
    radius = bounds.spectral_radius
    if radius == 0.0:
        return say(MESSAGES["radius.zero"])
    alone = float(np.log10(radius))
    if abs(rate - alone) <= _SAME * max(abs(rate), abs(alone), _SAME):
        key = "same"
    elif rate < alone:
        key = "slopes" if activation.low < activation.high else "directions"
    else:
        key = "above" if activation.gamma > 1.0 else "better"
    return say(MESSAGES[f"radius.{key}"], radius=number(radius), alone=pace(alone))
