"""Which steps are named along an axis, and the marks of a logarithmic scale."""

from collections.abc import Sequence

import numpy as np

from app.core.arrays import Steps
from app.views.words import MINUS

_MOST_CHARACTERS = 72
_MOST_NUMBERS = 9


def step_ticks(steps: Steps, labels: Sequence[str]) -> tuple[list[int], list[str]]:
    """Choose the steps that are named along an axis.

    Parameters
    ----------
    steps : array of shape (G,)
        The sampled steps.
    labels : sequence of str
        Their labels: step numbers, the characters of a text, or years.

    Returns
    -------
    values : list of int
        Steps.
    texts : list of str
        What stands there: every character of a text that is short enough, else round numbers and both ends.
    """
    numbered = all(label == str(step) for step, label in zip(steps.tolist(), labels, strict=True))
    if (
        not numbered
        and len(steps) <= _MOST_CHARACTERS
        and not any(label.isdecimal() and len(label) > 2 for label in labels)
    ):
        return steps.tolist(), list(labels)
    chosen = _round(steps.tolist()) if numbered else _even(len(steps), steps.tolist())
    names = dict(zip(steps.tolist(), labels, strict=True))
    return chosen, [str(step) if numbered else names[step] for step in chosen]


def scale_ticks(low: float, high: float, step: int = 2) -> tuple[list[float], list[str]]:
    """Choose the marks of a scale of powers of ten that goes on at both ends.

    Parameters
    ----------
    low, high : float
        Exponents at the ends; whole numbers.
    step : int
        Distance of the marks.

    Returns
    -------
    values : list of float
        Exponents.
    texts : list of str
        ``≤ 10⁻⁶`` … ``1`` … ``≥ 10⁶``, with the exponent raised.
    """
    exponents = range(int(low), int(high) + 1, step)
    texts = ["1" if exponent == 0 else f"10<sup>{str(exponent).replace('-', MINUS)}</sup>" for exponent in exponents]
    texts[0], texts[-1] = f"≤ {texts[0]}", f"≥ {texts[-1]}"
    return [float(exponent) for exponent in exponents], texts


def _round(steps: list[int]) -> list[int]:
    """Choose the ends and round numbers between them that do not crowd them."""
    first, last = steps[0], steps[-1]
    span = max(1, last - first)
    magnitude = 10 ** int(np.floor(np.log10(span / _MOST_NUMBERS))) if span > _MOST_NUMBERS else 1
    distance = next(magnitude * factor for factor in (1, 2, 5, 10) if span / (magnitude * factor) <= _MOST_NUMBERS)
    inner = range(distance * (first // distance + 1), last, distance)
    return [
        first,
        *(step for step in inner if min(step - first, last - step) > distance / 2),
        *([last] if last > first else []),
    ]


def _even(count: int, steps: list[int]) -> list[int]:
    """Choose evenly spaced samples, both ends among them."""
    places = np.unique(np.linspace(0, count - 1, min(count, _MOST_NUMBERS)).round().astype(int))
    return [steps[place] for place in places]
