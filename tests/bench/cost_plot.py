"""The cost of a picture against the length of the sequence, as an SVG for the README."""

import itertools
import math
from collections.abc import Sequence

Point = tuple[int, float, float, float]

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 400, 64, 24, 168, 52
_LINES = (("grid of 256 × 256", "#3a77ad"), ("plain product, same flops", "#8a8a8a"), ("forward pass", "#b8641f"))


def draw(points: Sequence[Point]) -> str:
    """Draw three lines on logarithmic axes.

    Parameters
    ----------
    points : sequence of (length, ours, plain, forward)
        Lengths and seconds.

    Returns
    -------
    str
        The SVG.
    """
    low = math.floor(math.log10(min(min(point[1:]) for point in points)))
    high = math.ceil(math.log10(max(max(point[1:]) for point in points)))
    first, last = math.log2(points[0][0]), math.log2(points[-1][0])

    def x_of(length: float) -> float:
        return _LEFT + (math.log2(length) - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    def y_of(seconds: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(seconds) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    style = "font:13px system-ui,sans-serif;fill:#222"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">']
    parts.append("<title>Seconds on one core against the length of the sequence, 64 units</title>")
    parts.append(f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/><g style="{style}">')
    for power in range(low, high + 1):
        y, label = y_of(10.0**power), f"{10.0**power:g} s"
        parts.append(f'<path d="M{_LEFT},{y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for length, *_ in points:
        x = x_of(length)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{length:,}</text>')
    parts.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">T, steps</text>'
    )
    ends = _apart([y_of(points[-1][index + 1]) for index in range(len(_LINES))])
    for index, (name, colour) in enumerate(_LINES):
        line = " ".join(f"{x_of(point[0]):.1f},{y_of(point[index + 1]):.1f}" for point in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 8}" y="{ends[index] + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</g></svg>"]) + "\n"


def _apart(places: Sequence[float], distance: float = 17.0) -> list[float]:
    """Move labels apart where lines end close together."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for before, after in itertools.pairwise(order):
        moved[after] = max(moved[after], moved[before] + distance)
    return moved
