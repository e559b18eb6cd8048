"""Which steps are named along an axis, and the marks of a logarithmic scale."""

from collections.abc import Sequence

import numpy as np

from unrolled.core.arrays.types import Steps
from unrolled.core.data.sequences import PAD
from unrolled.views.text.numbers import MINUS

_MOST_CHARACTERS = 72
# Of long labels, so many characters stand side by side even on a phone.
_MOST_TOGETHER = 55
_FEWEST = 4
_MOST_NUMBERS = 9


def step_ticks(steps: Steps, labels: Sequence[str]) -> tuple[list[int], list[str]]:
    """Choose the steps (G,) that are named along an axis, and what stands there.

    For numbers, such as years, round ones and both ends, not only sampled steps; every character of a text that is
    short enough; as many longer labels, such as times, as find room.
    """
    places = steps.tolist()
    shift = _shift(places, labels)
    if shift is not None:
        last = max(step for step, label in zip(places, labels, strict=True) if label != PAD)
        numbers = _round(places[0] + shift, last + shift)
        return [number - shift for number in numbers], [str(number) for number in numbers]
    longest = max((len(label) for label in labels if label.isascii()), default=1)
    if longest > 1:
        room = max(3, _MOST_TOGETHER // (longest + 1))
        named = range(len(places)) if len(places) <= room else _spread(len(places) - 1, room)
        return [places[index] for index in named], [labels[index] for index in named]
    if len(places) <= _MOST_CHARACTERS:
        return places, list(labels)
    chosen = np.unique(np.linspace(0, len(places) - 1, _MOST_CHARACTERS // 2).round().astype(int))
    return [places[index] for index in chosen], [labels[index] for index in chosen]


def whole_ticks(last: int, most: int = _MOST_NUMBERS) -> dict[str, int]:
    """Keep the marks of an axis of units or lags at whole numbers, about ``most`` of them up to ``last``."""
    return {"tick0": 0, "dtick": _distance(max(1, last), most)}


def scale_ticks(low: float, high: float, step: int = 2) -> tuple[list[float], list[str]]:
    """Choose the marks of a scale of powers of ten that goes on at both ends: ``≤ 10⁻⁶`` … ``1`` … ``≥ 10⁶``."""
    exponents = range(int(low), int(high) + 1, step)
    texts = ["1" if exponent == 0 else f"10<sup>{str(exponent).replace('-', MINUS)}</sup>" for exponent in exponents]
    texts[0], texts[-1] = f"≤ {texts[0]}", f"≥ {texts[-1]}"
    return [float(exponent) for exponent in exponents], texts


def _shift(places: Sequence[int], labels: Sequence[str]) -> int | None:
    """Give what a label adds to its step where all labels count in steps, as years do; padding has no number."""
    named = [(step, label) for step, label in zip(places, labels, strict=True) if label != PAD]
    if not named or not all(label.isascii() and label.isdecimal() for _, label in named):
        return None
    shifts = {int(label) - step for step, label in named}
    return shifts.pop() if len(shifts) == 1 else None


def _round(first: int, last: int, most: int = _MOST_NUMBERS) -> list[int]:
    """Choose both ends and round numbers between them that do not crowd them."""
    span = last - first
    if span == 0:
        return [first]
    distance = _distance(span, most)
    between = range(distance * (first // distance + 1), last, distance)
    return [first, *(number for number in between if min(number - first, last - number) > distance / 2), last]


def _spread(last: int, most: int) -> list[int]:
    """Choose at most so many places from 0 on, both ends among them: round ones, unless even ones are far more."""
    distance = -(-last // (most - 1))
    even = [*(place for place in range(0, last, distance) if not place or last - place > distance / 2), last]
    chosen = _round(0, last, most - 1)
    return chosen if len(chosen) >= max(_FEWEST, len(even) - 1) else even


def _distance(span: int, most: int) -> int:
    """Choose a round distance, 1 or more, that cuts a span into at most so many parts."""
    magnitude = int(10 ** max(0, int(np.floor(np.log10(span / most)))))
    return next(magnitude * factor for factor in (1, 2, 5, 10) if span / (magnitude * factor) <= most)
