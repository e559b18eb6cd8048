"""Which promise about the decay held: the bound's, or the eigenvalues', or neither."""

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds
from unrolled.core.behaviour.summary import LagProfile, Summary
from unrolled.core.networks.activations import Activation
from unrolled.views.text.numbers import counted, number, pace, power
from unrolled.views.text.verdict import hops

_CLEARLY = 0.3
_SAME = 0.1
_ROUNDING = 1e-9


def bound_sentence(
    profile: LagProfile, summary: Summary, facts: WeightBounds, bound: Array, activation: Activation
) -> str:
    """Compare what was measured with the bound (γ σ_max)^lag and with the asymptote ρ^lag.

    Parameters
    ----------
    profile : LagProfile
        Sizes by lag.
    summary : Summary
        Verdict, horizon and rate.
    facts : WeightBounds
        γ, σ_max and ρ.
    bound : array of shape (n,)
        log10 of the bound at each lag.
    activation : Activation
        φ.

    Returns
    -------
    str
        One to three sentences.
    """
    if len(profile.lag) == 1:
        known = f"γσ_max is {number(facts.per_step)} and ρ is {number(facts.spectral_radius)}"
        return f"With one step there is no decay to compare; {known}."
    parts = [_bound_sentence(profile, summary, facts, bound)]
    if summary.rate is not None:
        parts.append(_radius_sentence(summary.rate, facts, activation))
    growth = _transient(profile, facts)
    return " ".join([*parts, growth] if growth else parts)


def gate_sentence(profile: LagProfile, summary: Summary, gate: Array) -> str:
    """Compare what was measured with what the gate that keeps the past would leave by itself.

    Parameters
    ----------
    profile : LagProfile
        Sizes by lag.
    summary : Summary
        Verdict, horizon and rate.
    gate : array of shape (n,)
        log10 of what the gate alone would leave at each lag; NaN without one.

    Returns
    -------
    str
        One or two sentences.
    """
    if len(profile.lag) == 1:
        return "With one step there is no decay to compare."
    if np.isnan(gate).all():
        return f"Across layers no constant bounds a step; {_happened(summary)}."
    if not np.isfinite(profile.median).any():
        return "There is no path at all: every product is exactly zero."
    alone = float((gate[-1] - gate[0]) / profile.lag[-1])
    told = f"The gate that keeps the past would by itself leave {pace(alone)}"
    if summary.rate is None:
        return f"{told}; {_happened(summary)}."
    if abs(summary.rate - alone) <= _SAME * max(abs(summary.rate), abs(alone), _SAME):
        return f"{told}: that is about what is measured."
    more = "the matrices carry more than the gate does" if summary.rate > alone else "what is measured fades faster"
    return f"{told}; measured is {pace(summary.rate)}: {more}."


def direct_sentence(profile: LagProfile) -> str:
    """Say of a model without recurrence that nothing is multiplied over and over.

    Parameters
    ----------
    profile : LagProfile
        Sizes by lag.

    Returns
    -------
    str
        Two sentences.
    """
    if len(profile.lag) == 1:
        return "With one step there is no decay to compare."
    return f"No matrix is multiplied again and again, so no power bounds the curve. {hops(profile)}."


def _bound_sentence(profile: LagProfile, summary: Summary, facts: WeightBounds, bound: Array) -> str:
    """Say what γσ_max promised and what happened."""
    per_step = facts.per_step
    if per_step == 0.0:
        return "γσ_max is 0: no step passes anything on, and nothing arrives."
    excess = profile.high > bound + _ROUNDING * np.maximum(1.0, np.abs(bound))
    if excess.any():
        return f"The bound is exceeded, which no true product can do: γσ_max is {number(per_step)}."
    said, allowed = f"γσ_max is {number(per_step)}", float(np.log10(per_step))
    if allowed < -_ROUNDING:
        guarantee = f"{said}, below 1, so vanishing was guaranteed, by {pace(allowed)} or faster"
        if summary.rate is None:
            return f"{guarantee}; the promise held: the product dies exactly."
        exactly = "exactly that" if abs(summary.rate - allowed) < _ROUNDING else pace(summary.rate)
        return f"{guarantee}; the promise held: measured is {exactly}."
    happened = _happened(summary)
    if allowed <= _ROUNDING:
        return f"{said}: nothing can explode, but vanishing is not promised; {happened}."
    if summary.verdict == "explodes":
        return f"{said}, above 1, so growth of up to {pace(allowed)} is possible, {happened}."
    return f"{said}, above 1, so the bound promises nothing, {happened}."


def _happened(summary: Summary) -> str:
    """Say what was measured."""
    if summary.rate is None:
        return "yet the product dies exactly" if summary.verdict == "vanishes" else "and there is little to measure"
    told = f"at {pace(summary.rate)}"
    return {
        "vanishes": f"yet the gradient vanishes, {told}",
        "preserves": f"and the gradient nearly keeps its size, {told}",
        "explodes": f"and it does grow, {told}",
    }[summary.verdict]


def _radius_sentence(rate: float, facts: WeightBounds, activation: Activation) -> str:
    """Compare the measured rate with ρ, and name what makes the difference."""
    radius = facts.spectral_radius
    if radius < 1e-12:
        return "ρ is 0: the matrix alone would forget everything within H steps."
    alone = float(np.log10(radius))
    said = f"The spectral radius {number(radius)} alone would give {pace(alone)}"
    if abs(rate - alone) <= _SAME * max(abs(rate), abs(alone), _SAME):
        return f"{said}: that is about what is measured."
    if rate < alone and activation.low < activation.high:
        return f"{said}; the slopes of the activation take the rest away."
    if rate < alone:
        return f"{said}; over so few steps other directions still count, and they fade faster."
    if activation.gamma > 1.0:
        return f"{said}; slopes of the activation above 1, or a matrix that is not normal, give more."
    return f"{said}; over so few steps the product still does better than its eigenvalues."


def _transient(profile: LagProfile, facts: WeightBounds) -> str:
    """Point out growth although ρ < 1: with slopes of at most 1 only a matrix that is not normal can do that."""
    change = profile.high - profile.reference
    peak = int(np.argmax(change))
    if facts.spectral_radius >= 1.0 or facts.gamma > 1.0 or change[peak] < _CLEARLY:
        return ""
    told = (
        f"the largest product has grown to {power(float(change[peak]))} after {counted(int(profile.lag[peak]), 'step')}"
    )
    return f"Though ρ is below 1, {told}: W_hh is not normal."
