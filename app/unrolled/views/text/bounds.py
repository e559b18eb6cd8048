"""Which bound on the decay held: γσ_max, or the eigenvalues, or neither."""

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds
from unrolled.core.behaviour.summary import LagProfile, Summary
from unrolled.core.networks.activations import Activation
from unrolled.views.text.numbers import counted, number, pace, power
from unrolled.views.text.verdict import MESSAGES as VERDICTS
from unrolled.views.text.verdict import direct_sentence

MESSAGES = {
    "one_step": "With one step there is no decay to compare.",
    "one_step.bounds": "With one step there is no decay to compare; γσ_max is {per_step} and ρ is {radius}.",
    "direct": "No matrix is multiplied again and again, so no power bounds the curve.",
    "zero": "γσ_max is 0: no step passes anything on, and nothing arrives.",
    "exceeded": "The bound is exceeded, which no true product can do: γσ_max is {per_step}.",
    "below.dies": "γσ_max is {per_step}, below 1, so vanishing was guaranteed, by {bound} or faster; "
    "the promise held: the product dies exactly.",
    "below.exactly": "γσ_max is {per_step}, below 1, so vanishing was guaranteed, by {bound} or faster; "
    "the promise held: measured is exactly that.",
    "below.measured": "γσ_max is {per_step}, below 1, so vanishing was guaranteed, by {bound} or faster; "
    "the promise held: measured is {rate}.",
    "one.dies": "γσ_max is {per_step}: nothing can explode, but vanishing is not promised; "
    "yet the product dies exactly.",
    "one.little": "γσ_max is {per_step}: nothing can explode, but vanishing is not promised; "
    "and there is little to measure.",
    "one.vanishes": "γσ_max is {per_step}: nothing can explode, but vanishing is not promised; "
    "yet the gradient vanishes, at {rate}.",
    "one.preserves": "γσ_max is {per_step}: nothing can explode, but vanishing is not promised; "
    "and the gradient nearly keeps its size, at {rate}.",
    "above.dies": "γσ_max is {per_step}, above 1, so the bound promises nothing, yet the product dies exactly.",
    "above.little": "γσ_max is {per_step}, above 1, so the bound promises nothing, and there is little to measure.",
    "above.vanishes": "γσ_max is {per_step}, above 1, so the bound promises nothing, "
    "yet the gradient vanishes, at {rate}.",
    "above.preserves": "γσ_max is {per_step}, above 1, so the bound promises nothing, "
    "and the gradient nearly keeps its size, at {rate}.",
    "above.explodes": "γσ_max is {per_step}, above 1, so growth of up to {bound} is possible, "
    "and it does grow, at {rate}.",
    "layers.dies": "Across layers no constant bounds a step; yet the product dies exactly.",
    "layers.little": "Across layers no constant bounds a step; and there is little to measure.",
    "layers.vanishes": "Across layers no constant bounds a step; yet the gradient vanishes, at {rate}.",
    "layers.preserves": "Across layers no constant bounds a step; and the gradient nearly keeps its size, at {rate}.",
    "layers.explodes": "Across layers no constant bounds a step; and it does grow, at {rate}.",
    "free.dies": "No matrix alone bounds a step of this model; yet the product dies exactly.",
    "free.little": "No matrix alone bounds a step of this model; and there is little to measure.",
    "free.vanishes": "No matrix alone bounds a step of this model; yet the gradient vanishes, at {rate}.",
    "free.preserves": "No matrix alone bounds a step of this model; and the gradient nearly keeps its size, at {rate}.",
    "free.explodes": "No matrix alone bounds a step of this model; and it does grow, at {rate}.",
    "gate.dies": "The gate that keeps the past would by itself leave {gate}; yet the product dies exactly.",
    "gate.little": "The gate that keeps the past would by itself leave {gate}; and there is little to measure.",
    "gate.same": "The gate that keeps the past would by itself leave {gate}: that is about what is measured.",
    "gate.more": "The gate that keeps the past would by itself leave {gate}; measured is {rate}: "
    "the matrices carry more than the gate does.",
    "gate.less": "The gate that keeps the past would by itself leave {gate}; measured is {rate}: "
    "what is measured fades faster.",
    "radius.zero": "ρ is 0: the matrix alone would forget everything within H steps.",
    "radius.same": "The spectral radius {radius} alone would give {alone}: that is about what is measured.",
    "radius.slopes": "The spectral radius {radius} alone would give {alone}; "
    "the slopes of the activation take the rest away.",
    "radius.directions": "The spectral radius {radius} alone would give {alone}; "
    "over so few steps other directions still count, and they fade faster.",
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
) -> str:
    """Compare what was measured with the bound (γ σ_max)^lag, log10 of it (n,), and with the asymptote ρ^lag."""
    if len(profile.lag) == 1:
        return MESSAGES["one_step.bounds"].format(
            per_step=number(bounds.per_step), radius=number(bounds.spectral_radius)
        )
    sentences = [_per_step(profile, summary, bounds, bound)]
    if summary.rate is not None:
        sentences.append(_radius(summary.rate, bounds, activation))
    change = profile.high - profile.reference
    peak = int(np.argmax(change))
    # Growth although ρ < 1: with slopes of at most 1 only a matrix that is not normal can do that.
    if bounds.spectral_radius < 1.0 and bounds.gamma <= 1.0 and change[peak] >= _CLEARLY:
        steps = counted(int(profile.lag[peak]), "step")
        sentences.append(MESSAGES["transient"].format(size=power(float(change[peak])), steps=steps))
    return " ".join(sentences)


def gate_sentence(profile: LagProfile, summary: Summary, gate: Array, *, has_matrix_bound: bool) -> str:
    """Compare what was measured with what the gate that keeps the past would leave by itself.

    ``gate`` (n,) is log10 of that at each lag; NaN without one. Then it says why nothing bounds the derivative: it is
    not that of one layer's state to itself, or the matrix of the model bounds nothing at all.
    """
    if len(profile.lag) == 1:
        return MESSAGES["one_step"]
    if np.isnan(gate).all():
        why = "layers" if has_matrix_bound else "free"
        return MESSAGES[f"{why}.{_outcome(summary)}"].format(rate=_pace(summary.rate))
    if not np.isfinite(profile.median).any():
        return VERDICTS["no_path"]
    alone = float((gate[-1] - gate[0]) / profile.lag[-1])
    if summary.rate is None:
        key = _outcome(summary)
    elif abs(summary.rate - alone) <= _SAME * max(abs(summary.rate), abs(alone), _SAME):
        key = "same"
    else:
        key = "more" if summary.rate > alone else "less"
    return MESSAGES[f"gate.{key}"].format(gate=pace(alone), rate=_pace(summary.rate))


def no_chain_sentence(profile: LagProfile) -> str:
    """Say of a model without recurrence that nothing is multiplied over and over, and what it sees."""
    return MESSAGES["one_step"] if len(profile.lag) == 1 else f"{MESSAGES['direct']} {direct_sentence(profile)}"


def _per_step(profile: LagProfile, summary: Summary, bounds: WeightBounds, bound: Array) -> str:
    """Say what γσ_max guarantees and what happened."""
    per_step = bounds.per_step
    if per_step == 0.0:
        return MESSAGES["zero"]
    excess = profile.high > bound + _ROUNDING * np.maximum(1.0, np.abs(bound))
    allowed = float(np.log10(per_step))
    if excess.any():
        key = "exceeded"
    elif allowed < -_ROUNDING and summary.rate is None:
        key = "below.dies"
    elif allowed < -_ROUNDING:
        key = "below.exactly" if abs((summary.rate or 0.0) - allowed) < _ROUNDING else "below.measured"
    else:
        key = f"{'one' if allowed <= _ROUNDING else 'above'}.{_outcome(summary)}"
    return MESSAGES[key].format(per_step=number(per_step), bound=pace(allowed), rate=_pace(summary.rate))


def _outcome(summary: Summary) -> str:
    """Tell what was measured: the verdict, or why there is no rate."""
    if summary.rate is None:
        return "dies" if summary.verdict == "vanishes" else "little"
    return summary.verdict


def _pace(rate: float | None) -> str:
    return "" if rate is None else pace(rate)


def _radius(rate: float, bounds: WeightBounds, activation: Activation) -> str:
    """Compare the measured rate with ρ, and name what makes the difference."""
    radius = bounds.spectral_radius
    if radius == 0.0:
        return MESSAGES["radius.zero"]
    alone = float(np.log10(radius))
    if abs(rate - alone) <= _SAME * max(abs(rate), abs(alone), _SAME):
        key = "same"
    elif rate < alone:
        key = "slopes" if activation.low < activation.high else "directions"
    else:
        key = "above" if activation.gamma > 1.0 else "better"
    return MESSAGES[f"radius.{key}"].format(radius=number(radius), alone=pace(alone))
