"""The colour map: blue for what has faded, white for what is unchanged, orange-red for what has grown.

Both arms are curves in OKLab (Björn Ottosson 2020, "A perceptual color space for image processing") from white to a
blue and to an orange-red of equal lightness, cut into steps of equal length: equal steps of the logarithm look equal.
Blue against orange stays apart for every common kind of colour blindness. The ends are lighter than a dark page and
darker than a light one.
"""

from functools import cache
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.models import MODELS

SCALE = (-6.0, 6.0)
EXACT_ZERO = "#969696"
HORIZON_LINE = "rgba(20,20,22,0.72)"
ACCENT = "#d6402f"
INK = "#808080"
# How much is seen of what a truncation cuts off.
FAINT = 0.28
COLD, WARM = "#3a77ad", "#b8641f"
_GREEN, _VIOLET, _BROWN = "#2f8f6b", "#8a63b5", "#8c6d46"
# The colours that a model's curve may have, by name.
_COLOURS = {
    "red": ACCENT,
    "blue": COLD,
    "orange": WARM,
    "grey": INK,
    "green": _GREEN,
    "violet": _VIOLET,
    "brown": _BROWN,
}
_STEPS = 16
# Ends and control points of the two curves: lightness, chroma, hue in degrees.
_WHITE = (1.0, 0.0, 0.0)
_COLD = ((0.80, 0.135, 236.0), (0.37, 0.135, 262.0))
_WARM = ((0.86, 0.165, 72.0), (0.42, 0.150, 30.0))
_TO_LMS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def model_line(name: str) -> dict[str, Any]:
    """Give the line of a model's curve, the same in every chart that has one line a model."""
    line = {"color": "grey", "width": 2.5} | dict(MODELS[name].line)
    return line | {"color": _COLOURS[str(line["color"])]}


@cache
def palette() -> Array:
    """Give the colours of the map from cold to warm: sRGB from 0 to 255 (33, 3); the middle row is white."""
    cold, warm = (_arm(*(_lab(*point) for point in (_WHITE, *points))) for points in (_COLD, _WARM))
    return np.rint(255.0 * _srgb(np.vstack([cold[::-1], warm[1:]])))


@cache
def colorscale() -> tuple[tuple[float, str], ...]:
    """Give the map as Plotly has it: positions from 0 to 1 with colours such as ``#ffffff``."""
    rows = palette().astype(int).tolist()
    return tuple((index / (len(rows) - 1), "#{:02x}{:02x}{:02x}".format(*row)) for index, row in enumerate(rows))


def colours(values: Array, scale: tuple[float, float] = SCALE) -> Array:
    """Colour numbers, shape (…, 3), sRGB from 0 to 255; beyond the scale they take the colour of its end.

    Infinities are allowed, NaN is not.
    """
    table = palette()
    low, high = scale
    place = (np.clip(values, low, high) - low) / (high - low) * (len(table) - 1)
    return np.stack([np.interp(place, np.arange(len(table)), channel) for channel in table.T], axis=-1)


def _arm(start: Array, control: Array, end: Array) -> Array:
    """Cut a quadratic Bézier curve into steps of equal length, shape (steps + 1, 3)."""
    time = np.linspace(0.0, 1.0, 2001)[:, None]
    curve = (1 - time) ** 2 * start + 2 * time * (1 - time) * control + time**2 * end
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    places = np.linspace(0.0, arc[-1], _STEPS + 1)
    return np.stack([np.interp(places, arc, channel) for channel in curve.T], axis=1)


def _lab(lightness: float, chroma: float, hue: float) -> Array:
    """Give OKLab coordinates of lightness, chroma and hue."""
    angle = np.radians(hue)
    return np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)])


def _srgb(lab: Array) -> Array:
    """Turn OKLab into sRGB from 0 to 1, clipped to what a screen can show."""
    linear = np.clip((lab @ _TO_LMS.T) ** 3 @ _TO_RGB.T, 0.0, 1.0)
    bright = 1.055 * linear ** (1 / 2.4) - 0.055
    colour: Array = np.clip(np.where(linear <= 0.0031308, 12.92 * linear, bright), 0.0, 1.0)
    return colour
