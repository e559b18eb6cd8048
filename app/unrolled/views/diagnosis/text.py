"""What ails a network and what would help, in words."""

import math

import numpy as np

from unrolled.core.behaviour.attribution import Attribution, Part
from unrolled.core.behaviour.saturation import Saturation
from unrolled.core.behaviour.summary import Summary
from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import counted, listed, pace, percent, power

MESSAGES = {
    "dead": "The product dies exactly over {steps}: nothing is left to split.",
    "little": "The whole state changes by {pace} over {steps}: no part of it counts for more than a hundredth.",
    "parts": "The whole state changes by {pace} over {steps}: {parts}.",
    "no memory": "No step remembers even the one before it.",
    "memory": "Every step remembers {steps}.",
    "memory between": "Single steps remember between {low:,} and {steps}.",
    "memory of all": "Single steps remember between {low:,} and all of its past.",
    "cut nothing": "Truncation would cut into what counts: 99 % of the squared influence needs every step.",
    "cut after": "Backpropagation cut after {steps} keeps 99 % of the squared influence ‖∂h_t/∂h_k‖².",
    "remedy": "{change}: {pace}, a memory of {steps}.",
    "remedy, all steps": "{change}: {pace}, a memory of all steps.",
    "remedy, dead": "{change}: exactly nothing arrives, a memory of {steps}.",
    "remedy, dead, all steps": "{change}: exactly nothing arrives, a memory of all steps.",
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
    "axis": "decades a step",
    "hover": "{label}: {rate:+.3f} decades a step<extra></extra>",
    "together": "together",
    "empty": "nothing adds up here",
}
# By part of the attribution: its label, and what takes from the change, or gives to it.
_PARTS = {
    "spectral radius": (
        "weights: ρ",
        "the spectral radius of the recurrent matrix takes {factor}",
        "the spectral radius of the recurrent matrix gives {factor}",
    ),
    "non-normal growth": (
        "weights: not normal",
        "a recurrent matrix that is not normal takes {factor}",
        "a recurrent matrix that is not normal gives {factor}",
    ),
    "weights": ("weights", "what the matrices do takes {factor}", "what the matrices do gives {factor}"),
    "saturation": (
        "saturation at rest",
        "the slope of the activation takes {factor}",
        "the slope of the activation gives {factor}",
    ),
    "gates": (
        "gates at rest",
        "the gate that keeps the past takes {factor}",
        "the gate that keeps the past gives {factor}",
    ),
    "input": (
        "what the input adds",
        "what the input does to it takes {factor}",
        "what the input does to it gives {factor}",
    ),
}
_LITTLE = 0.005
# A unit with less than this part of the gradient is not named.
_WORTH_NAMING = 0.1


def part_label(name: str) -> str:
    """Give the label of a part of an `Attribution`."""
    return _PARTS[name][0]


def cause_sentence(attribution: Attribution) -> str:
    """Say which parts make the change; nothing where it has none."""
    steps = counted(attribution.lag, "step")
    if not attribution.parts:
        return MESSAGES["dead"].format(steps=steps) if attribution.total == -math.inf else ""
    parts = sorted(attribution.parts, key=lambda part: -abs(part.log10_per_step))
    main = [_part(part) for part in parts if abs(part.log10_per_step) >= _LITTLE]
    message = MESSAGES["parts" if main else "little"]
    return message.format(pace=pace(attribution.total), steps=steps, parts=listed(main))


def _part(part: Part) -> str:
    _, takes, gives = _PARTS[part.name]
    return (takes if part.log10_per_step < 0 else gives).format(factor=power(part.log10_per_step))


def memory_sentence(low: int, high: int | None) -> str:
    """Say how far single steps remember, from the shortest to the longest horizon; None is all of the past."""
    if high == 0:
        return MESSAGES["no memory"]
    if high is None:
        return MESSAGES["memory of all"].format(low=low)
    return MESSAGES["memory" if low == high else "memory between"].format(low=low, steps=counted(high, "step"))


def truncation_sentence(steps: int, length: int) -> str:
    """Say how far truncated backpropagation would have to reach."""
    return MESSAGES["cut nothing" if steps >= length else "cut after"].format(steps=counted(steps, "step"))


def remedy_sentence(change: str, summary: Summary) -> str:
    """Say what a change gave."""
    message = "remedy" if summary.rate is not None else "remedy, dead"
    return MESSAGES[message if summary.horizon is not None else f"{message}, all steps"].format(
        change=change,
        pace="" if summary.rate is None else pace(summary.rate),
        steps="" if summary.horizon is None else counted(summary.horizon, "step"),
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
