"""The verdict on a triangle in one sentence, computed from what was measured."""

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.summary import HORIZON_LOG10, LagProfile, Summary
from unrolled.views.contract.view import Payload
from unrolled.views.text.numbers import counted, power

MESSAGES = {
    "one_step": "There is only one step to see: nothing lies between, so nothing fades and nothing grows.",
    "one_lag": "There is only one lag with a path: with nothing to compare it to, nothing fades and nothing grows.",
    "no_path": "There is no path at all: every product is exactly zero.",
    "dies.after": "Gradients die: after {steps} the typical product is exactly zero.",
    "dies.within": "Gradients die: within {steps} the typical product is exactly zero.",
    "short.fade.gone": "Gradients fade by {rate} a step, but the sequence is short: "
    "after {last} nothing of them is left.",
    "short.fade.less": "Gradients fade by {rate} a step, but the sequence is short: "
    "after {last} {size} of them is left.",
    "short.fade.more": "Gradients fade by {rate} a step, but the sequence is short: "
    "after {last} they are {size} times as large.",
    "short.grow.gone": "Gradients grow by {rate} a step, but the sequence is short: "
    "after {last} nothing of them is left.",
    "short.grow.less": "Gradients grow by {rate} a step, but the sequence is short: "
    "after {last} {size} of them is left.",
    "short.grow.more": "Gradients grow by {rate} a step, but the sequence is short: "
    "after {last} they are {size} times as large.",
    "keeps.same": "Gradients keep their size: after {last} they are what they were.",
    "keeps.less": "Gradients keep their size: after {last} {size} of them is left.",
    "keeps.more": "Gradients keep their size: after {last} they are {size} times as large.",
    "keeps.yet.gone": "Gradients keep their size over {half}, yet after all {last} nothing of them is left.",
    "keeps.yet.less": "Gradients keep their size over {half}, yet after all {last} {size} of them is left.",
    "keeps.yet.more": "Gradients keep their size over {half}, yet after all {last} they are {size} times as large.",
    "grows.peak": "Gradients grow by {rate} a step: after {steps} they are {peak} times as large.",
    "grows.peak.gone": "Gradients grow by {rate} a step: after {steps} they are {peak} times as large, "
    "yet after all {last} nothing of them is left.",
    "grows.peak.less": "Gradients grow by {rate} a step: after {steps} they are {peak} times as large, "
    "yet after all {last} {size} of them is left.",
    "grows.after": "Gradients grow by {rate} a step: after {steps} they are a thousand times as large.",
    "grows.after.gone": "Gradients grow by {rate} a step: after {steps} they are a thousand times as large, "
    "yet after all {last} nothing of them is left.",
    "grows.after.less": "Gradients grow by {rate} a step: after {steps} they are a thousand times as large, "
    "yet after all {last} {size} of them is left.",
    "grows.within": "Gradients grow by {rate} a step: within {steps} they are a thousand times as large.",
    "grows.within.gone": "Gradients grow by {rate} a step: within {steps} they are a thousand times as large, "
    "yet after all {last} nothing of them is left.",
    "grows.within.less": "Gradients grow by {rate} a step: within {steps} they are a thousand times as large, "
    "yet after all {last} {size} of them is left.",
    "fades.yet": "Gradients fade by {rate} a step over {half}, yet after all {last} they are {size} times as large.",
    "fades.after": "Gradients fade by {rate} a step: after {steps} less than a thousandth is left.",
    "fades.back": "Gradients fade by {rate} a step: on the way less than a thousandth is left, "
    "though after {last} it is more again.",
    "fades.one_step": "Gradients fade by {rate} a step: after {last} {size} of them is left.",
    "fades.less": "Gradients fade by {rate} a step: after all {last} {size} of them is left.",
    "fades.more": "Gradients fade by {rate} a step: after all {last} they are {size} times as large.",
}
DIRECT = {
    "nothing": "No input moves an output: every derivative is exactly zero.",
    "one_step": "There is only one step to see.",
    "own": "Every output sees its own input alone: from the step before on, nothing reaches it at all.",
    "last": "Every output sees its last {count} inputs directly, and exactly nothing before.",
    "all": "Every input is one hop away, however far back: the typical size is {size} at lag {lag} and {last_size} "
    "at lag {last}, with no chain to fade along.",
}
DIRECT_OF_PANEL = {
    "nothing": "No input moves an output: every derivative is exactly zero ({panel}).",
    "one_step": "There is only one step to see ({panel}).",
    "own": "Every output sees its own input alone: from the step before on, nothing reaches it at all ({panel}).",
    "last": "Every output sees its last {count} inputs directly, and exactly nothing before ({panel}).",
    "all": "Every input is one hop away, however far back: the typical size is {size} at lag {lag} and {last_size} "
    "at lag {last}, with no chain to fade along ({panel}).",
}
HORIZON = {
    "step": "Up to {lag} step back at least a thousandth of the gradient is left; beyond, less.",
    "steps": "Up to {lag} steps back at least a thousandth of the gradient is left; beyond, less.",
    "nowhere": "Nowhere in this picture does the typical gradient shrink to a thousandth.",
    "everywhere": "At every lag in this picture at least a thousandth of the gradient is left.",
}
REACH = {"nothing": "sees nothing", "all": "one hop", "last": "last {count} steps", "own": "own step"}

# Below this many decades a step, a change is no fading and no growing; below the other, there is none.
_SLOW, _NOTHING = 0.05, 1e-9


def summary_payload(summary: Summary, profile: LagProfile) -> Payload:
    """Give the summary for JSON, with its sentence.

    ``reach`` is empty where a chain has a rate; ``reference_lag`` is the lag that the horizon and the rate are measured
    from: 0, or the first with a path.
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
    """Say what happens to the gradient on its way back.

    "Gradients fade by 10^−0.6 a step: after 5 steps less than a thousandth is left."
    """
    if len(profile.lag) == 1:
        return MESSAGES["one_step"]
    if not profile.chained:
        return direct_sentence(profile)
    if summary.rate is None and summary.verdict == "preserves":
        return MESSAGES["one_lag"]
    if profile.reference == -np.inf:
        return MESSAGES["no_path"]
    change = profile.median - profile.reference
    if summary.rate is None:
        lag = int(profile.lag[(profile.lag > profile.reference_lag) & (change == -np.inf)][0])
        return MESSAGES[f"dies.{_after(profile)}"].format(steps=counted(lag, "step"))
    if summary.verdict == "preserves":
        key, steps = _kept(summary.rate, float(change[-1])), 0
    elif summary.verdict == "explodes":
        key, steps = _grown(profile, change)
    else:
        key, steps = _faded(summary, int(profile.lag[-1]), float(change[-1]))
    return MESSAGES[key].format(
        rate=power(summary.rate),
        steps=counted(steps, "step"),
        half=counted(int(profile.lag[len(profile.lag) // 2]), "step"),
        last=counted(int(profile.lag[-1]), "step"),
        size=power(float(change[-1])),
        peak=power(float(change.max())),
    )


def horizon_sentence(summary: Summary) -> str:
    """Say how far back a thousandth of the gradient is left."""
    if summary.horizon is not None:
        return HORIZON["step" if summary.horizon == 1 else "steps"].format(lag=summary.horizon)
    return HORIZON["nowhere" if summary.verdict == "explodes" else "everywhere"]


def reach_label(profile: LagProfile) -> str:
    """Say in a few words which inputs a model without recurrence sees, such as ``one hop`` or ``last 8 steps``."""
    return REACH[_reach(profile)].format(count=f"{(profile.reach or 0) + 1:,}")


def direct_sentence(profile: LagProfile, panel: str = "") -> str:
    """Say what a model without recurrence sees, of a panel with its name: what it sees at all is one hop away."""
    messages, reach = DIRECT_OF_PANEL if panel else DIRECT, _reach(profile)
    if reach != "nothing" and len(profile.lag) == 1:
        return messages["one_step"].format(panel=panel)
    if reach != "all":
        return messages[reach].format(count=f"{(profile.reach or 0) + 1:,}", panel=panel)
    last = int(np.flatnonzero(np.isfinite(profile.median))[-1])
    first = min(1, last)
    return messages["all"].format(
        size=power(float(profile.median[first])),
        lag=f"{profile.lag[first]:,}",
        last_size=power(float(profile.median[last])),
        last=f"{profile.lag[last]:,}",
        panel=panel,
    )


def _reach(profile: LagProfile) -> str:
    """Tell whether the outputs see every lag there is, so many, their own step alone, or nothing."""
    if not np.isfinite(profile.median).any():
        return "nothing"
    if profile.reach is None or profile.reach >= int(profile.lag[-1]):
        return "all"
    return "last" if profile.reach else "own"


def _after(profile: LagProfile) -> str:
    """Tell whether a lag is exact: between two sampled lags nobody looked."""
    return "after" if profile.lag[1] == 1 else "within"


def _end(change: float) -> str:
    return "gone" if change == -np.inf else "more" if change > 0 else "less"


def _kept(rate: float, change: float) -> str:
    """Choose the message where sizes stay, the sequence is too short to tell, or the longest lags differ."""
    if abs(rate) >= _SLOW:
        return f"short.{'fade' if rate < 0 else 'grow'}.{_end(change)}"
    if change == -np.inf or abs(change) >= 1:
        return f"keeps.yet.{_end(change)}"
    return "keeps.same" if abs(change) < _NOTHING else f"keeps.{_end(change)}"


def _grown(profile: LagProfile, change: Array) -> tuple[str, int]:
    """Choose the message, and the lag at which sizes are a thousandfold or else largest."""
    yet = f".{_end(float(change[-1]))}" if change[-1] <= -1 else ""
    large = np.flatnonzero(change >= -HORIZON_LOG10)
    if large.size:
        return f"grows.{_after(profile)}{yet}", int(profile.lag[large[0]])
    return f"grows.peak{yet}", int(profile.lag[int(np.argmax(change))])


def _faded(summary: Summary, last: int, change: float) -> tuple[str, int]:
    """Choose the message, and the lag after which less than a thousandth is left."""
    if change >= 1:
        return "fades.yet", 0
    if summary.horizon is None:
        return "fades.one_step" if last == 1 else f"fades.{_end(change)}", 0
    return "fades.back" if summary.horizon >= last else "fades.after", summary.horizon + 1
