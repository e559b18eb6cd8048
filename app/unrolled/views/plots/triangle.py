"""The drawing of a triangle: the map, the horizon, the exact zeros. One scale for every triangle there is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.behaviour.summary import HORIZON_LOG10
from unrolled.views.contract.view import Payload
from unrolled.views.plots.colour import ACCENT, EXACT_ZERO, FAINT, HORIZON_LINE, SCALE, colorscale
from unrolled.views.plots.figure import axis, float32, heat_map, scatter, short_integers
from unrolled.views.plots.ticks import scale_ticks, step_ticks
from unrolled.views.text.derivative import Derivative

_PLACE = "t = %{y}, k = %{x}, lag %{customdata}<extra></extra>"


def triangle_traces(
    log10_norm: Array,
    grid: Grid,
    norm: str,
    derivative: Derivative,
    kept: Flags | None = None,
    reference: float = 0.0,
) -> list[Payload]:
    """Draw a triangle, rows t, columns k: NaN where there is no path, −inf for an exact zero.

    The map; the exact zeros, if there are any; the line where the norm crosses a thousandth of the ``reference``, if it
    does; what is not ``kept`` by a truncation, faint, under the name "cut", and its border.
    """
    lag, cell = short_integers(grid.t[:, None] - grid.k[None, :]), derivative.symbols("%{y}", "%{x}")
    hover = f"{cell}<br>norm 10<sup>%{{z:.2f}}</sup><br>{_PLACE}"
    bar = colour_bar(norm, derivative.symbols("t", "k"))
    visible = log10_norm if kept is None else np.where(kept, log10_norm, np.nan)
    traces = [heat_map(visible, grid.k, grid.t, customdata=lag, hovertemplate=hover, colorbar=bar, **colour_range())]
    traces += exact_zeros(log10_norm, grid, customdata=lag, hovertemplate=f"{cell}<br>exactly zero<br>{_PLACE}")
    x, y = horizon_line(log10_norm - reference, grid)
    if x.size:
        line = {"color": HORIZON_LINE, "width": 1.25}
        traces.append(scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False, name="10⁻³"))
    return traces if kept is None else traces + _cut_off(log10_norm, grid, kept, hover, lag)


def _cut_off(log10_norm: Array, grid: Grid, kept: Flags, hover: str, lag: Any) -> list[Payload]:
    """Draw what a truncation cuts off: faint, with the true size on hover, and a border."""
    faint = np.where(kept, np.nan, log10_norm)
    hover = hover.replace("<br>", "<br>cut off by the truncation; the whole chain has<br>", 1)
    shade = {"customdata": lag, "hovertemplate": hover, "showscale": False, "opacity": FAINT, "name": "cut"}
    x, y = border(~kept, ~np.isnan(log10_norm), grid)
    line = {"color": ACCENT, "width": 1.5, "dash": "dot"}
    edge = scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False, name="border")
    return [heat_map(faint, grid.k, grid.t, **shade, **colour_range()), *([edge] if x.size else [])]


def exact_zeros(log10_norm: Array, grid: Grid, **properties: Any) -> list[Payload]:
    """Draw the cells whose product is exactly zero, −inf, in a colour of their own: one map or nothing."""
    zeros = np.where(log10_norm == -np.inf, 0.0, np.nan)
    if not np.isfinite(zeros).any():
        return []
    flat = [[0.0, EXACT_ZERO], [1.0, EXACT_ZERO]]
    return [heat_map(zeros, grid.k, grid.t, colorscale=flat, showscale=False, **properties)]


def colour_range(scale: tuple[float, float] = SCALE) -> Payload:
    """Give the properties that colour a heat map between two numbers."""
    return {"colorscale": [list(stop) for stop in colorscale()], "zmin": scale[0], "zmax": scale[1]}


def colour_bar(norm: str, symbols: str) -> Payload:
    """Make the colour bar of every triangle; its ends take everything beyond."""
    values, texts = scale_ticks(*SCALE)
    sign = f"‖{symbols.replace(' ', '')}‖"
    return {
        "title": {"text": f"{sign}{'' if norm == 'spectral' else '<sub>F</sub>'}", "side": "top"},
        "tickmode": "array",
        "tickvals": values,
        "ticktext": texts,
        "thickness": 12,
        "outlinewidth": 0,
    }


def triangle_axes(grid: Grid, rows: Sequence[str], columns: Sequence[str]) -> tuple[Payload, Payload]:
    """Make the axes of a triangle: k to the right, t downwards, ending at the edges of the cells."""
    x = axis("k, the earlier step", **_ends(grid.k, columns, downwards=False))
    y = axis("t, the later step", **_ends(grid.t, rows, downwards=True))
    for axis_ in (x, y):
        # The margins are fixed, so that nothing moves when the length changes: years and thousands must fit in them.
        axis_["title"] |= {"font": {"size": 12}, "standoff": 3}
    return x, y


def _ends(steps: Steps, labels: Sequence[str], *, downwards: bool) -> Payload:
    """Give the ticks of one axis and its ends."""
    values, texts = step_ticks(steps, labels)
    half = stride_of(steps) / 2
    ends = [float(steps[0] - half), float(steps[-1] + half)]
    ticks = {"tickmode": "array", "tickvals": values, "ticktext": texts, "constrain": "domain"}
    return {"range": ends[::-1] if downwards else ends, **ticks}


def horizon_line(log10_norm: Array, grid: Grid) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Trace the edges between cells of at least a thousandth and cells below: exact, nothing is interpolated.

    Gives x and y (3n,): the ends of n straight pieces, each followed by NaN.
    """
    return border(log10_norm < HORIZON_LOG10, ~np.isnan(log10_norm), grid)


def border(below: Flags, path: Flags, grid: Grid) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Trace the edges between cells that are ``below`` and those that are not, on a ``path``: see `horizon_line`."""
    k_half, t_half = stride_of(grid.k) / 2, stride_of(grid.t) / 2
    upright = (below[:, 1:] != below[:, :-1]) & path[:, 1:] & path[:, :-1]
    level = (below[1:] != below[:-1]) & path[1:] & path[:-1]
    pieces = [
        (grid.k[k] + k_half, grid.t[t0] - t_half, grid.k[k] + k_half, grid.t[t1] + t_half)
        for k, t0, t1 in _runs(upright.T)
    ]
    pieces += [
        (grid.k[k0] - k_half, grid.t[t] + t_half, grid.k[k1] + k_half, grid.t[t] + t_half) for t, k0, k1 in _runs(level)
    ]
    ends = np.array(pieces, dtype=np.float64).reshape(-1, 4)
    gap = np.full(len(ends), np.nan)
    x, y = np.column_stack([ends[:, 0], ends[:, 2], gap]), np.column_stack([ends[:, 1], ends[:, 3], gap])
    return float32(x.ravel()), float32(y.ravel())


def stride_of(steps: Steps) -> int:
    """Give the distance of two sampled steps; 1 for a single one."""
    return int(steps[1] - steps[0]) if len(steps) > 1 else 1


def _runs(marks: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Find the unbroken runs of True in each row: (row, first, last)."""
    padded = np.pad(marks, ((0, 0), (1, 1))).astype(np.int8)
    row, start = np.nonzero(np.diff(padded, axis=1) == 1)
    _, end = np.nonzero(np.diff(padded, axis=1) == -1)
    return list(zip(row.tolist(), start.tolist(), (end - 1).tolist(), strict=True))
