"""The verdict on a triangle in one sentence, computed from what was measured."""

from collections.abc import Mapping

import numpy as np

from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import HORIZON_LOG10, LONG, SHORT, VERDICTS, Summary
from unrolled.views.contract.view import Payload
from unrolled.views.text.message import Message, say
from unrolled.views.text.numbers import counted, factor, pace, remainder
from unrolled.views.text.reach import direct_sentence, far_sentence, reach_label

MESSAGES = {
    "one_step": "With one step there is no product of Jacobians.",
    "one_lag": "Only one lag has a path: there is nothing to compare it with.",
    "no_path": "There is no path: every product of Jacobians is exactly zero.",
    "zero": "The gradient is exactly zero from lag {lag} on (median over t).",
    "vanishes.below": "The gradient vanishes: {rate}, below 1/1000 after {steps}.",
    "vanishes.left": "The gradient vanishes: {rate}, {left} is left after {last}.",
    "vanishes.bent": "The gradient vanishes, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}.",
    "vanishes.bent.below": "The gradient vanishes, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}; "
    "below 1/1000 after {steps}.",
    "decays.below": "The gradient decays slowly: {rate}, below 1/1000 after {steps}.",
    "decays.left": "The gradient decays slowly: {rate}, {left} is left after {last}.",
    "decays.bent": "The gradient decays on the whole, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}.",
    "decays.bent.below": "The gradient decays on the whole, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}; "
    "below 1/1000 after {steps}.",
    "preserves.same": "The gradient is preserved: {rate}, the same norm after {last}.",
    "preserves.below": "The gradient is nearly preserved: {rate}, below 1/1000 after {steps}.",
    "preserves.left": "The gradient is preserved: {rate}, {left} is left after {last}.",
    "preserves.more": "The gradient is preserved: {rate}, {times} times as large after {last}.",
    "preserves.bent": "The gradient is preserved on the whole, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}.",
    "preserves.bent.below": "The gradient is preserved on the whole, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}; "
    "below 1/1000 after {steps}.",
    "grows.below": "The gradient grows slowly: {rate} at first, yet it is below 1/1000 after {steps}.",
    "grows.more": "The gradient grows slowly: {rate}, {times} times as large after {last}.",
    "grows.thousandfold": "The gradient grows slowly: {rate}, more than 1000-fold after {peak}.",
    "grows.bent": "The gradient grows on the whole, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}.",
    "grows.bent.below": "The gradient grows on the whole, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}; "
    "below 1/1000 after {steps}.",
    "explodes.below": "The gradient explodes: {rate} at first, yet it is below 1/1000 after {steps}.",
    "explodes.more": "The gradient explodes: {rate}, {times} times as large after {last}.",
    "explodes.thousandfold": "The gradient explodes: {rate}, more than 1000-fold after {peak}.",
    "explodes.bent": "The gradient explodes, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}.",
    "explodes.bent.below": "The gradient explodes, but not at one rate: "
    "its norm goes from 1 at lag {first} to {size} at lag {bend} and {last_size} at lag {end}; "
    "below 1/1000 after {steps}.",
}
HORIZON = {
    "lag": "Memory horizon: {lag} (median norm at least 1/1000 of that at lag {first}).",
    "all": "Memory horizon: the whole sequence (median norm nowhere below 1/1000 of that at lag {first}).",
    "zero": "Memory horizon: 0 steps (every product is exactly zero).",
}
# What each verdict means, for the help: half-lives in steps.
MEANING = {
    "vanishes": f"it halves within {SHORT:g} steps",
    "decays": f"it halves within {LONG:g} steps",
    "preserves": f"it takes more than {LONG:g} steps to halve or double",
    "grows": f"it doubles within {LONG:g} steps",
    "explodes": f"it doubles within {SHORT:g} steps",
    "zero": "the typical product is exactly zero",
}
LABELS = {"zero": "exactly zero", "none": "one lag"}

# A line that is off by more than so many decades does not describe a curve; beyond a thousandth, or a thousand times,
# nobody asks. Below the other, nothing has changed.
_OFF, _SEEN, _NOTHING = 0.3, -HORIZON_LOG10, 1e-9


def summary_payload(summary: Summary, profile: LagProfile) -> Payload:
    """Give the summary for JSON, with its sentence.

    ``label`` is it in a few words. ``reach`` is empty where a chain has a rate; ``far_share`` is that of the squared
    influence on the last output that the first half of its inputs has, None of a chain. ``reference_lag`` is the lag
    that horizon and rate are measured from: 0, or the first with a path.
    """
    return {
        "verdict": summary.verdict,
        "horizon": summary.horizon,
        "rate": summary.rate,
        "zero_from": summary.zero_from,
        "reference_lag": profile.reference_lag,
        "reach": "" if profile.chained else reach_label(profile),
        "far_share": profile.far_share,
        "label": verdict_label(summary, profile),
        "sentence": verdict_sentence(summary, profile),
    }


def verdict_label(summary: Summary, profile: LagProfile) -> str:
    """Say it in a few words: ``× 0.63 per step``, ``exactly zero`` or ``path length 1``."""
    if not profile.chained:
        return reach_label(profile)
    return LABELS[summary.verdict or "none"] if summary.rate is None else pace(summary.rate)


def verdict_sentence(summary: Summary, profile: LagProfile) -> Message:
    """Say what happens to the gradient on its way back.

    "The gradient vanishes: × 0.63 per step, below 1/1000 after 16 steps."
    """
    if len(profile.lag) == 1:
        return say(MESSAGES["no_path" if profile.is_zero else "one_step"])
    if not profile.chained:
        return direct_sentence(profile)
    if profile.is_zero:
        return say(MESSAGES["no_path"])
    if summary.verdict is None:
        return say(MESSAGES["one_lag"])
    if summary.rate is None:
        return say(MESSAGES["zero"], lag=summary.zero_from)
    below = {} if summary.horizon is None else {"steps": counted(summary.horizon + 1, "step")}
    bend = bend_of(profile, summary.rate)
    if bend is not None:
        return _bent(summary, profile, bend, below)
    last, change = int(profile.lag[profile.half]), float(profile.median[profile.half] - profile.reference)
    kind, peak = ("below", 0) if below else _straight(profile, change)
    return say(
        MESSAGES[f"{summary.verdict}.{kind}"],
        rate=pace(summary.rate),
        left=remainder(change),
        times=factor(change),
        last=counted(last - profile.reference_lag, "step"),
        peak=counted(peak, "step"),
        **below,
    )


def bend_of(profile: LagProfile, rate: float) -> int | None:
    """Find the index of the lag at which the median is farthest from a straight line of this rate; None of a line."""
    until = slice(0, profile.half + 1)
    lag, change = profile.lag[until] - profile.reference_lag, profile.median[until] - profile.reference
    line = rate * lag
    seen = (lag >= 0) & ((np.abs(change) <= _SEEN) | (np.abs(line) <= _SEEN))
    off = np.where(seen, np.abs(change - line), 0.0)
    return int(np.argmax(off)) if off.max() > _OFF else None


def horizon_sentence(summary: Summary, profile: LagProfile) -> Message:
    """Say how far back a thousandth of the gradient is left; without a chain, what far inputs still have."""
    if not profile.chained:
        return far_sentence(profile)
    if profile.is_zero:
        return say(HORIZON["zero"])
    if summary.horizon is None:
        return say(HORIZON["all"], first=profile.reference_lag)
    return say(HORIZON["lag"], lag=counted(summary.horizon, "step"), first=profile.reference_lag)


def verdict_meanings() -> str:
    """Say what each verdict means, for the help."""
    return "; ".join(f"{verdict}: {MEANING[verdict]}" for verdict in VERDICTS)


def _straight(profile: LagProfile, change: float) -> tuple[str, int]:
    """Choose what is told of a change at one rate, with the steps after which it is a thousandfold."""
    if abs(change) < _NOTHING:
        return "same", 0
    large = profile.lag[(profile.median - profile.reference >= _SEEN) & (profile.lag > profile.reference_lag)]
    if large.size and profile.lag[1] == 1:
        return "thousandfold", int(large[0]) - profile.reference_lag
    return ("more" if change > 0 else "left"), 0


def _bent(summary: Summary, profile: LagProfile, bend: int, below: Mapping[str, str]) -> Message:
    """Tell the sizes at three lags, where no one rate describes them."""
    change = profile.median - profile.reference
    return say(
        MESSAGES[f"{summary.verdict}.bent{'.below' if below else ''}"],
        first=profile.reference_lag,
        size=factor(float(change[bend])),
        bend=int(profile.lag[bend]),
        last_size=factor(float(change[profile.half])),
        end=int(profile.lag[profile.half]),
        **below,
    )
