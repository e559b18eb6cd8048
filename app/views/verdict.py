"""The verdict on a triangle in one sentence, computed from what was measured."""

import numpy as np

from app.core.arrays import Array
from app.core.summary import HORIZON_LOG10, LagProfile, Summary
from app.views.contract import Payload
from app.views.words import counted, power


def summary_payload(summary: Summary, profile: LagProfile) -> Payload:
    """Give the summary for JSON, with its sentence.

    Parameters
    ----------
    summary : Summary
        Verdict, horizon and rate.
    profile : LagProfile
        Sizes by lag.

    Returns
    -------
    dict
        ``verdict``, ``horizon``, ``rate`` and ``sentence``.
    """
    return {
        "verdict": summary.verdict,
        "horizon": summary.horizon,
        "rate": summary.rate,
        "sentence": verdict_sentence(summary, profile),
    }


def verdict_sentence(summary: Summary, profile: LagProfile) -> str:
    """Say in one sentence what happens to the gradient on its way back.

    Parameters
    ----------
    summary : Summary
        Verdict, horizon and rate.
    profile : LagProfile
        Sizes by lag.

    Returns
    -------
    str
        For example "Gradients fade by 10^−0.6 a step: after 5 steps less than a thousandth is left."
    """
    if len(profile.lag) == 1:
        return "There is only one step to see: nothing lies between, so nothing fades and nothing grows."
    change = profile.median - profile.median[0]
    if summary.rate is None:
        lag = int(profile.lag[np.argmax(change == -np.inf)])
        return f"Gradients die: {_when(lag, profile)} the typical product is exactly zero."
    if summary.verdict == "explodes":
        return f"Gradients grow by {power(summary.rate)} a step: {_grown(profile, change)}."
    if summary.verdict == "preserves":
        return _kept(summary.rate, profile, change)
    return f"Gradients fade by {power(summary.rate)} a step: {_left(summary, profile, change)}."


def _when(lag: int, profile: LagProfile) -> str:
    """Say when something has happened: between two sampled lags nobody looked."""
    return f"{'after' if profile.lag[1] == 1 else 'within'} {counted(lag, 'step')}"


def _left(summary: Summary, profile: LagProfile, change: Array) -> str:
    """Say when less than a thousandth is left, or what is left in the end."""
    last = int(profile.lag[-1])
    if summary.horizon is None:
        return f"after {'all ' if last > 1 else ''}{counted(last, 'step')} {power(change[-1])} of them is left"
    after = profile.lag[profile.lag > summary.horizon]
    if not after.size:
        return f"on the way less than a thousandth is left, though after {counted(last, 'step')} it is more again"
    return f"{_when(int(after[0]), profile)} less than a thousandth is left"


def _grown(profile: LagProfile, change: Array) -> str:
    """Say when they are a thousand times as large, or how large they are in the end."""
    large = np.flatnonzero(change >= -HORIZON_LOG10)
    if large.size:
        return f"{_when(int(profile.lag[large[0]]), profile)} they are a thousand times as large"
    peak = int(np.argmax(change))
    return f"after {counted(int(profile.lag[peak]), 'step')} they are {power(float(change[peak]))} times as large"


def _kept(rate: float, profile: LagProfile, change: Array) -> str:
    """Say how little they change, or that the sequence is too short for it to matter."""
    last = counted(int(profile.lag[-1]), "step")
    if change[-1] == -np.inf:
        return f"Gradients keep their size on the way, though after {last} the longest product is exactly zero."
    if abs(rate) < 1e-9 and abs(change[-1]) < 1e-9:
        return f"Gradients keep their size: after {last} they are what they were."
    left = f"they are {power(change[-1])} times as large" if change[-1] > 0 else f"{power(change[-1])} of them is left"
    if abs(rate) < 0.05:
        return f"Gradients keep their size: after {last} {left}."
    moved = "fade" if rate < 0 else "grow"
    return f"Gradients {moved} by {power(rate)} a step, but the sequence is short: after {last} {left}."
