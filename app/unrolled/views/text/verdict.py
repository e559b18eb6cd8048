"""The verdict on a triangle in one sentence, computed from what was measured."""

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.summary import HORIZON_LOG10, LagProfile, Summary
from unrolled.views.contract.payload import Payload
from unrolled.views.text.numbers import counted, power

# Below this many decades a step, a change is no fading and no growing; below the other, there is none.
_SLOW, _NOTHING = 0.05, 1e-9


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
        ``verdict``, ``horizon``, ``rate``, ``sentence``, ``reach`` in a few words where there is no chain whose rate
        could be told, else empty, and as ``reference_lag`` the lag that the horizon and the rate
        are measured from: 0, or the first with a path.
    """
    return {
        "verdict": summary.verdict,
        "horizon": summary.horizon,
        "rate": summary.rate,
        "reference_lag": profile.reference_lag,
        "reach": "" if profile.chained else reach_label(profile),
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
    if not profile.chained:
        return f"{hops(profile)}."
    if summary.rate is None and summary.verdict == "preserves":
        return "There is only one lag with a path: with nothing to compare it to, nothing fades and nothing grows."
    if profile.reference == -np.inf:
        return "There is no path at all: every product is exactly zero."
    change = profile.median - profile.reference
    if summary.rate is None:
        lag = int(profile.lag[(profile.lag > profile.reference_lag) & (change == -np.inf)][0])
        return f"Gradients die: {_when(lag, profile)} the typical product is exactly zero."
    if summary.verdict == "preserves":
        return f"{_kept(summary.rate, profile, change)}."
    if summary.verdict == "explodes":
        told = f"Gradients grow by {power(summary.rate)} a step: {_grown(profile, change)}"
        turned = change[-1] <= -1
    else:
        turned = change[-1] >= 1
        milestone = f" over {_half(profile)}" if turned else f": {_left(summary, profile, change)}"
        told = f"Gradients fade by {power(summary.rate)} a step{milestone}"
    return f"{told}, yet after all {_last(profile)} {_size(change[-1])}." if turned else f"{told}."


def horizon_sentence(summary: Summary) -> str:
    """Say how far back a thousandth of the gradient is left."""
    if summary.horizon is not None:
        steps = f"{summary.horizon} {'step' if summary.horizon == 1 else 'steps'}"
        return f"Up to {steps} back at least a thousandth of the gradient is left; beyond, less."
    if summary.verdict == "explodes":
        return "Nowhere in this picture does the typical gradient shrink to a thousandth."
    return "At every lag in this picture at least a thousandth of the gradient is left."


def reach_label(profile: LagProfile) -> str:
    """Say in a few words which inputs a model without recurrence sees.

    Parameters
    ----------
    profile : LagProfile
        Sizes by lag.

    Returns
    -------
    str
        For example ``one hop`` or ``last 8 steps``.
    """
    if not np.isfinite(profile.median).any():
        return "sees nothing"
    if _sees_all(profile):
        return "one hop"
    return f"last {profile.reach + 1:,} steps" if profile.reach else "own step"


def hops(profile: LagProfile) -> str:
    """Say what a model without recurrence sees: every input that it sees at all is one hop away.

    Parameters
    ----------
    profile : LagProfile
        Sizes by lag.

    Returns
    -------
    str
        A sentence without its full stop.
    """
    seen = np.flatnonzero(np.isfinite(profile.median))
    if not seen.size:
        return "No input moves an output: every derivative is exactly zero"
    if len(profile.lag) == 1:
        return "There is only one step to see"
    if not _sees_all(profile):
        if not profile.reach:
            return "Every output sees its own input alone: from the step before on, nothing reaches it at all"
        return f"Every output sees its last {profile.reach + 1:,} inputs directly, and exactly nothing before"
    last = int(seen[-1])
    sizes = [power(float(profile.median[index])) for index in (min(1, last), last)]
    ends = f"{sizes[0]} at lag {int(profile.lag[min(1, last)]):,} and {sizes[1]} at lag {int(profile.lag[last]):,}"
    return f"Every input is one hop away, however far back: the typical size is {ends}, with no chain to fade along"


def _sees_all(profile: LagProfile) -> bool:
    """Tell whether the outputs see every lag that there is."""
    return profile.reach is None or profile.reach >= int(profile.lag[-1])


def _last(profile: LagProfile) -> str:
    """Name the longest lag."""
    return counted(int(profile.lag[-1]), "step")


def _half(profile: LagProfile) -> str:
    """Name the lag up to which the rate is measured."""
    return counted(int(profile.lag[len(profile.lag) // 2]), "step")


def _size(change: float) -> str:
    """Say how large they are."""
    if change == -np.inf:
        return "nothing of them is left"
    return f"they are {power(change)} times as large" if change > 0 else f"{power(change)} of them is left"


def _when(lag: int, profile: LagProfile) -> str:
    """Say when something has happened: between two sampled lags nobody looked."""
    return f"{'after' if profile.lag[1] == 1 else 'within'} {counted(lag, 'step')}"


def _left(summary: Summary, profile: LagProfile, change: Array) -> str:
    """Say when less than a thousandth is left, or what is left in the end."""
    last = int(profile.lag[-1])
    if summary.horizon is None:
        return f"after {'all ' if last > 1 else ''}{_last(profile)} {_size(change[-1])}"
    if summary.horizon >= last:
        return f"on the way less than a thousandth is left, though after {_last(profile)} it is more again"
    return f"after {counted(summary.horizon + 1, 'step')} less than a thousandth is left"


def _grown(profile: LagProfile, change: Array) -> str:
    """Say when they are a thousand times as large, or how large they are in the end."""
    large = np.flatnonzero(change >= -HORIZON_LOG10)
    if large.size:
        return f"{_when(int(profile.lag[large[0]]), profile)} they are a thousand times as large"
    peak = int(np.argmax(change))
    return f"after {counted(int(profile.lag[peak]), 'step')} they are {power(float(change[peak]))} times as large"


def _kept(rate: float, profile: LagProfile, change: Array) -> str:
    """Say that they keep their size, or that the sequence is too short to tell, or that the longest lags differ."""
    end = float(change[-1])
    if abs(rate) >= _SLOW:
        moved = "fade" if rate < 0 else "grow"
        return (
            f"Gradients {moved} by {power(rate)} a step, but the sequence is short: after {_last(profile)} {_size(end)}"
        )
    if end == -np.inf or abs(end) >= 1:
        return f"Gradients keep their size over {_half(profile)}, yet after all {_last(profile)} {_size(end)}"
    if abs(end) < _NOTHING:
        return f"Gradients keep their size: after {_last(profile)} they are what they were"
    return f"Gradients keep their size: after {_last(profile)} {_size(end)}"
