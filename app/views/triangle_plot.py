"""The drawing of a triangle: the map, the horizon, the exact zeros. One scale for every triangle there is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.core.arrays import Array, Steps
from app.core.summary import HORIZON_LOG10
from app.views.colour import EXACT_ZERO, HORIZON_LINE, SCALE, colorscale
from app.views.contract import Payload
from app.views.furniture import axis, heat_map, scatter, single, small
from app.views.ticks import scale_ticks, step_ticks

_CELL = "∂h<sub>%{y}</sub> / ∂h<sub>%{x}</sub>"
_PLACE = "t = %{y}, k = %{x}, lag %{customdata}<extra></extra>"
_HOVER = f"{_CELL}<br>norm 10<sup>%{{z:.2f}}</sup><br>{_PLACE}"
_ZERO_HOVER = f"{_CELL}<br>exactly zero<br>{_PLACE}"


def triangle_traces(log10_norm: Array, steps: Steps, norm: str) -> list[Payload]:
    """Draw a triangle: rows t, columns k.

    Parameters
    ----------
    log10_norm : array of shape (G, G)
        NaN where there is no path, −inf for an exact zero.
    steps : array of shape (G,)
        The sampled steps.
    norm : {"spectral", "frobenius"}
        Named in the title of the colour bar.

    Returns
    -------
    list of dict
        The map; the exact zeros, if there are any; the line where the norm crosses a thousandth, if it does.
    """
    lag = small(steps[:, None] - steps[None, :])
    traces = [
        heat_map(
            log10_norm, steps, steps, customdata=lag, hovertemplate=_HOVER, colorbar=colour_bar(norm), **coloured()
        )
    ]
    traces += exact_zeros(log10_norm, steps, customdata=lag, hovertemplate=_ZERO_HOVER)
    x, y = horizon_line(log10_norm, steps)
    if x.size:
        line = {"color": HORIZON_LINE, "width": 1.25}
        traces.append(scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False, name="10⁻³"))
    return traces


def exact_zeros(log10_norm: Array, steps: Steps, **properties: Any) -> list[Payload]:
    """Draw the cells whose product is exactly zero in a colour of their own.

    Parameters
    ----------
    log10_norm : array of shape (G, G)
        −inf for an exact zero.
    steps : array of shape (G,)
        The sampled steps.
    **properties
        Further properties of the map.

    Returns
    -------
    list of dict
        One map, or nothing where no cell is zero.
    """
    zeros = np.where(log10_norm == -np.inf, 0.0, np.nan)
    if not np.isfinite(zeros).any():
        return []
    flat = [[0.0, EXACT_ZERO], [1.0, EXACT_ZERO]]
    return [heat_map(zeros, steps, steps, colorscale=flat, showscale=False, **properties)]


def coloured(scale: tuple[float, float] = SCALE) -> Payload:
    """Give the properties that colour a heat map.

    Parameters
    ----------
    scale : tuple of float
        Numbers at the ends of the map.

    Returns
    -------
    dict
        ``colorscale``, ``zmin`` and ``zmax``.
    """
    return {"colorscale": [list(stop) for stop in colorscale()], "zmin": scale[0], "zmax": scale[1]}


def colour_bar(norm: str) -> Payload:
    """Make the colour bar of every triangle; its ends take everything beyond.

    Parameters
    ----------
    norm : {"spectral", "frobenius"}
        Named in the title.

    Returns
    -------
    dict
        The colour bar.
    """
    values, texts = scale_ticks(*SCALE)
    sign = "‖∂h<sub>t</sub>/∂h<sub>k</sub>‖"
    return {
        "title": {"text": f"{sign}{'' if norm == 'spectral' else '<sub>F</sub>'}", "side": "top"},
        "tickmode": "array",
        "tickvals": values,
        "ticktext": texts,
        "thickness": 12,
        "outlinewidth": 0,
    }


def triangle_axes(steps: Steps, labels: Sequence[str]) -> tuple[Payload, Payload]:
    """Make the axes of a triangle: k to the right, t downwards, ending at the edges of the cells.

    Parameters
    ----------
    steps : array of shape (G,)
        The sampled steps.
    labels : sequence of str
        Their labels.

    Returns
    -------
    tuple of dict
        The axes of k and of t.
    """
    values, texts = step_ticks(steps, labels)
    half = stride_of(steps) / 2
    first, last = float(steps[0] - half), float(steps[-1] + half)
    ticks = {"tickmode": "array", "tickvals": values, "ticktext": texts, "constrain": "domain"}
    axes = (
        axis("k, the earlier step", range=[first, last], **ticks),
        axis("t, the later step", range=[last, first], **ticks),
    )
    for each in axes:
        # The margins are fixed, so that nothing moves when the length changes: years and thousands must fit in them.
        each["title"] |= {"font": {"size": 12}, "standoff": 3}
    return axes


def horizon_line(log10_norm: Array, steps: Steps) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Trace the edges between cells of at least a thousandth and cells below: exact, nothing is interpolated.

    Parameters
    ----------
    log10_norm : array of shape (G, G)
        A triangle.
    steps : array of shape (G,)
        The sampled steps.

    Returns
    -------
    x, y : arrays of shape (3n,)
        The ends of n straight pieces, each followed by NaN.
    """
    below, path = log10_norm < HORIZON_LOG10, ~np.isnan(log10_norm)
    half = stride_of(steps) / 2
    upright = (below[:, 1:] != below[:, :-1]) & path[:, 1:] & path[:, :-1]
    level = (below[1:] != below[:-1]) & path[1:] & path[:-1]
    pieces = [
        (steps[k] + half, steps[t0] - half, steps[k] + half, steps[t1] + half) for k, t0, t1 in _stretches(upright.T)
    ]
    pieces += [
        (steps[k0] - half, steps[t] + half, steps[k1] + half, steps[t] + half) for t, k0, k1 in _stretches(level)
    ]
    ends = np.array(pieces, dtype=np.float64).reshape(-1, 4)
    gap = np.full(len(ends), np.nan)
    x, y = np.column_stack([ends[:, 0], ends[:, 2], gap]), np.column_stack([ends[:, 1], ends[:, 3], gap])
    return single(x.ravel()), single(y.ravel())


def stride_of(steps: Steps) -> int:
    """Give the distance of two sampled steps; 1 for a single one."""
    return int(steps[1] - steps[0]) if len(steps) > 1 else 1


def _stretches(marks: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Find the unbroken stretches of True in each row: (row, first, last)."""
    padded = np.pad(marks, ((0, 0), (1, 1))).astype(np.int8)
    row, start = np.nonzero(np.diff(padded, axis=1) == 1)
    _, end = np.nonzero(np.diff(padded, axis=1) == -1)
    return list(zip(row.tolist(), start.tolist(), (end - 1).tolist(), strict=True))
