"""The causes of a change, in words."""

import math
from collections.abc import Sequence

from unrolled.core.behaviour.attribution import Attribution, Part
from unrolled.views.contract.payload import Payload
from unrolled.views.text.numbers import counted, listed, pace, power

_LABELS = {
    "spectral radius": "weights: ρ",
    "non-normal growth": "weights: not normal",
    "weights": "weights",
    "saturation": "saturation at rest",
    "gates": "gates at rest",
    "input": "what the input adds",
}
_BLAME = {
    "spectral radius": "the spectral radius of the recurrent matrix",
    "non-normal growth": "a recurrent matrix that is not normal",
    "weights": "what the matrices do",
    "saturation": "the slope of the activation",
    "gates": "the gate that keeps the past",
    "input": "what the input does to it",
}
_LITTLE = 0.005
# A unit with less than this part of the gradient is not named.
_WORTH_NAMING = 0.1


def labelled(name: str) -> str:
    """Give the label of a part."""
    return _LABELS[name]


def explained(causes: Attribution) -> str:
    """Say which parts make the change."""
    over = f"over {counted(causes.lag, 'step')}"
    if not causes.parts:
        return f"The product dies exactly {over}: nothing is left to split."
    told = f"The whole state changes by {pace(causes.total)} {over}"
    sorted_parts = sorted(causes.parts, key=lambda part: -abs(part.log10_per_step))
    main = [part for part in sorted_parts if abs(part.log10_per_step) >= _LITTLE]
    if not main:
        return f"{told}: no part of it counts for more than a hundredth."
    return f"{told}: {listed(_share(part) for part in main)}."


def _share(part: Part) -> str:
    return f"{_BLAME[part.name]} {'takes' if part.log10_per_step < 0 else 'gives'} {power(part.log10_per_step)}"


def units_sentence(count: int, arriving: Sequence[Payload], dead: int, saturated: int) -> str:
    """Say which units of a layer carry the gradient, and how many let little or nothing through."""
    named = [each for each in arriving if each["share"] >= _WORTH_NAMING and each["share"] > 1.5 / count]
    carried = math.floor(100 * sum(each["share"] for each in named) + 0.5)
    carriers = "No unit carries much more than another."
    if named:
        units = listed(str(each["unit"]) for each in named)
        carriers = f"{'Unit' if len(named) == 1 else 'Units'} {units} {'carries' if len(named) == 1 else 'carry'} "
        carriers += f"{carried} % of what arrives."
    rest = f"{_few(dead, count, 'dead')}, {_few(saturated, count, 'saturated')}."
    return f"{carriers} {rest[0].upper()}{rest[1:]}"


def _few(some: int, count: int, word: str) -> str:
    return f"{counted(some, 'unit')} of {count} {'is' if some == 1 else 'are'} {word}" if some else f"none is {word}"
