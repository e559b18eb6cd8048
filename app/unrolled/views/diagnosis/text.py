"""What ails a network and what would help, in words."""

import math

import numpy as np

from unrolled.core.behaviour.attribution import Attribution
from unrolled.core.behaviour.saturation import Saturation
from unrolled.core.behaviour.step_horizons import StepHorizons
from unrolled.core.behaviour.summary import Summary
from unrolled.query.query import Query
from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import counted, factor, listed, pace, percent

MESSAGES = {
    "dead": "Over {steps} the gradient of the whole state becomes exactly zero: there is nothing to split.",
    "parts": "Per step × {factor} (whole state, lags 0 to {lag}) = {parts}.",
    "part": "{label} × {factor}",
    "memory": "Horizon of single steps: {steps}.",
    "memory, some": "Horizon of single steps: {steps}, for the {told} whose past is long enough to tell it; that of "
    "{untold} is too short.",
    "memory between": "Horizon of single steps: {low} to {steps}.",
    "memory between, some": "Horizon of single steps: {low} to {steps}, for the {told} whose past is long enough to "
    "tell it; that of {untold} is too short.",
    "cut nothing": "99 % of Σ‖∂{of}_t/∂{wrt}_k‖² needs every step: any truncation cuts into it.",
    "cut after": "Truncated BPTT with K = {steps} keeps 99 % of Σ‖∂{of}_t/∂{wrt}_k‖².",
    "cut between": "Truncated BPTT keeps 99 % of Σ‖∂{of}_t/∂{wrt}_k‖² from a K between {low} and {steps} on.",
    "remedy": "{change}: {pace}, horizon {steps}.",
    "remedy, whole": "{change}: {pace}, horizon: the whole sequence.",
    "remedy, zero": "{change}: exactly zero from lag {lag} on.",
    "remedy, first": "{change}, over the first {first}: {pace}, horizon {steps}.",
    "remedy, whole, first": "{change}, over the first {first}: {pace}, horizon: all of these.",
    "remedy, zero, first": "{change}, over the first {first}: exactly zero from lag {lag} on.",
    "no carrier": "No unit carries much more of the gradient over {steps} than another.",
    "carrier": "{share} of the squared gradient over {steps} flows through unit {units}, on average over {starts}.",
    "carriers": "{share} of the squared gradient over {steps} flows through units {units}, on average over {starts}.",
    "no carrier, output": "No output gets much more of the gradient over {steps} than another.",
    "carrier, output": (
        "{share} of the squared gradient over {steps} is that of output {units}, on average over {starts}."
    ),
    "carriers, output": (
        "{share} of the squared gradient over {steps} is that of outputs {units}, on average over {starts}."
    ),
    "none idle": "No dead or saturated units.",
    "idle": (
        "Dead units: {dead} of {count}; saturated, with a slope below a tenth of the largest at nine of ten steps: "
        "{saturated}."
    ),
    "idle, gates": (
        "Dead units: {dead} of {count}; left-saturated, with a gate below 0.1 at nine of ten steps, which keeps "
        "little: {saturated}; right-saturated, above 0.9, which keeps nearly everything: {right_saturated}."
    ),
    "matrices": "Recurrent matrices times {factor}",
    "gain": "Gain {gain}",
    "init": "Initialisation {init}",
    "forget_bias": "Forget bias {bias}",
    "model": "{model} with chrono biases up to {steps:,} steps",
    "axis": "log10 factor per step",
    "hover": "{label}: {rate:+.3f} in log10 per step<extra></extra>",
    "together": "total",
    "empty": "nothing adds up here",
}
# By part of the attribution: its label.
_PARTS = {
    "spectral radius": "spectral radius ρ(W_hh)",
    "non-normal growth": "non-normality",
    "weights": "weights",
    "saturation": "φ′ at zero input",
    "gates": "gates at zero input",
    "input": "effect of the input",
}
# A factor so near 1 is written as 1.00.
_ONE = 0.002
# A unit with less than this part of the gradient is not named.
_WORTH_NAMING = 0.1


def part_label(name: str) -> str:
    """Give the label of a part of an `Attribution`."""
    return _PARTS[name]


def cause_sentence(attribution: Attribution) -> Message:
    """Say which factors the change is the product of; nothing where it has none."""
    if not attribution.parts:
        dead = attribution.total == -math.inf
        return say(MESSAGES["dead"], steps=counted(attribution.lag, "step")) if dead else say("")
    ordered = sorted(attribution.parts, key=lambda part: -abs(part.log10_per_step))
    parts = [part for part in ordered if part is ordered[0] or abs(part.log10_per_step) >= _ONE]
    factors = [MESSAGES["part"].format(label=_PARTS[each.name], factor=factor(each.log10_per_step)) for each in parts]
    return say(MESSAGES["parts"], factor=factor(attribution.total), lag=attribution.lag, parts=" · ".join(factors))


def memory_sentence(horizons: StepHorizons) -> Message:
    """Say how far single steps remember; nothing where no past is long enough to tell."""
    if horizons.low is None or horizons.high is None:
        return say("")
    message = "memory" if horizons.low == horizons.high else "memory between"
    return say(
        MESSAGES[f"{message}, some" if horizons.untold else message],
        low=horizons.low,
        steps=counted(horizons.high, "step"),
        told=counted(horizons.told, "step"),
        untold=horizons.untold,
    )


def truncation_sentence(steps: tuple[int, int], query: Query) -> Message:
    """Say how far truncated backpropagation must reach: to a K between two ends, the same where it is known."""
    low, high = steps
    message = "cut nothing" if low >= query.length > 1 else "cut after" if low == high else "cut between"
    return say(MESSAGES[message], low=low, steps=high, of=query.of, wrt=query.wrt)


def remedy_sentence(change: str, summary: Summary, first: int | None) -> Message:
    """Say what a change gave, over all steps or the first ones."""
    message = "remedy, zero" if summary.rate is None else "remedy" if summary.horizon is not None else "remedy, whole"
    return say(
        MESSAGES[message if first is None else f"{message}, first"],
        change=change,
        pace="" if summary.rate is None else pace(summary.rate),
        steps="" if summary.horizon is None else counted(summary.horizon, "step"),
        lag=summary.zero_from,
        first="" if first is None else counted(first, "step"),
    )


def units_sentence(units: Saturation) -> Message:
    """Say which units of a layer carry the gradient, and how many let little or nothing through."""
    count, largest = len(units.arriving), np.argsort(-units.arriving, kind="stable")
    least = max(_WORTH_NAMING, 1.5 / count)
    named = [int(unit) for unit in largest if units.arriving[unit] >= least]
    key = "no carrier" if not named else "carrier" if len(named) == 1 else "carriers"
    carriers = say(
        MESSAGES[f"{key}, output" if units.is_output else key],
        units=Text(listed(str(unit + 1) for unit in named), [unit + 1 for unit in named]),
        share=percent(min(1.0, float(units.arriving[named].sum()))),
        steps=counted(units.lag, "step"),
        starts=counted(units.starts, "start"),
    )
    right = 0 if units.right_saturated is None else len(units.right_saturated)
    counts = {"dead": len(units.dead), "saturated": len(units.saturated), "right_saturated": right}
    key = "none idle" if not sum(counts.values()) else "idle" if units.right_saturated is None else "idle, gates"
    return joined(carriers, say(MESSAGES[key], count=units.hidden, **counts))
