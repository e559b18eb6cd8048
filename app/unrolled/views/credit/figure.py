"""The picture of credit: what each loss moves, and beside it what each pair brings, on the scale of every triangle."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array, Flags
from unrolled.core.loss.credit import Credit
from unrolled.views.contract.payload import Payload
from unrolled.views.plots.colour import ACCENT, FAINT, SCALE
from unrolled.views.plots.figure import (
    LEFT,
    RIGHT,
    axis,
    empty_note,
    float32,
    heading,
    heat_map,
    layout,
    scatter,
    validated,
)
from unrolled.views.plots.ticks import scale_ticks
from unrolled.views.plots.triangle import border, colour_range, exact_zeros, triangle_axes

_TITLES = ("how strongly L<sub>t</sub> moves h<sub>k</sub>", "what the pair brings to ∂L/∂W<sub>hh</sub>")
_PRECISION = 4096.0
_CUT = "cut off by the truncation; the whole chain has<br>"


def credit_figure(
    found: Credit, labels: tuple[tuple[str, ...], tuple[str, ...]], kept: Flags | None, meta: Mapping[str, Any]
) -> Payload:
    """Draw both triangles."""
    told = dict(meta)
    if not found.log10_norm.size:
        empty = axis(showticklabels=False, ticks="")
        return validated([], layout(empty, empty, annotations=[empty_note("no loss, no credit")]), told)
    grid, share = Grid(found.t, found.k), np.round(found.share, 6)
    traces = _map(found.log10_norm, found.log10_contribution, share, grid, kept, is_left=True)
    traces += _map(found.log10_contribution, found.log10_norm, share, grid, kept, is_left=False)
    x, y = triangle_axes(grid, *labels)
    drawn = layout(
        x | {"domain": LEFT, "anchor": "y"},
        y | {"domain": [0.0, 1.0], "anchor": "x", "automargin": True},
        xaxis2=x | {"domain": RIGHT, "anchor": "y2"},
        yaxis2=y | {"domain": [0.0, 1.0], "anchor": "x2", "title": {"text": ""}},
        annotations=[heading(text, place) for text, place in zip(_TITLES, ("x", "x2"), strict=True)],
        margin={"l": 56, "r": 12, "t": 30, "b": 92},
        coloraxis={"showscale": True, "colorbar": _bar()} | _coloured(),
    )
    return validated(traces, drawn, told)


def _coloured() -> Payload:
    """Give the one scale as the colour axis of both maps."""
    given = colour_range(SCALE)
    return {"colorscale": given["colorscale"], "cmin": given["zmin"], "cmax": given["zmax"]}


def _map(values: Array, other: Array, share: Array, grid: Grid, kept: Flags | None, *, is_left: bool) -> list[Payload]:
    """Draw one triangle, its exact zeros, and what a truncation cuts off; the hover tells both sizes and the share."""
    place: Payload = {} if is_left else {"xaxis": "x2", "yaxis": "y2"}
    mine, beside = ("%{z:.2f}", "%{customdata[0]:.2f}")
    norm, brings = (mine, beside) if is_left else (beside, mine)
    cell = f"t = %{{y}}, k = %{{x}}<br>‖∂L<sub>t</sub>/∂h<sub>k</sub>‖ = 10<sup>{norm}</sup><br>contribution "
    whole = f"{cell}10<sup>{brings}</sup>, share %{{customdata[1]:.2%}}<extra></extra>"
    both = {"customdata": float32(_brief(np.stack([other, share], axis=2)))}
    # Where W_hh multiplies nothing, as at k = 1, a loss may well move the state: there is no power of ten to tell.
    idle = np.isfinite(values) & (other == -np.inf)
    kinds: list[tuple[Flags, Payload]] = [
        (~idle, {"hovertemplate": whole} | both),
        (idle, {"hovertemplate": f"{cell}exactly zero<extra></extra>"}),
    ]
    left = np.ones_like(idle) if kept is None else kept
    traces = [_cells(values, left & some, grid, **told, **place) for some, told in kinds if (left & some).any()]
    zero = "t = %{y}, k = %{x}<br>exactly zero<extra></extra>"
    traces += exact_zeros(values, grid, hovertemplate=zero, **place)
    if kept is None:
        return traces
    for some, told in kinds:
        gone = some & ~kept & ~np.isnan(values)
        if gone.any():
            faint = {"opacity": FAINT, "name": "cut", "hovertemplate": _CUT + told["hovertemplate"]}
            traces.append(_cells(values, gone, grid, **told | faint, **place))
    x, y = border(~kept, ~np.isnan(values), grid)
    if x.size:
        line = {"color": ACCENT, "width": 1.5, "dash": "dot"}
        edge = {"mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False, "name": "border"}
        traces.append(scatter(x=x, y=y, **edge, **place))
    return traces


def _cells(values: Array, some: Flags, grid: Grid, **properties: Any) -> Payload:
    """Draw some of the cells on the colour axis of both triangles."""
    return heat_map(np.where(some, values, np.nan), grid.k, grid.t, coloraxis="coloraxis", **properties)


def _brief(values: Array) -> Array:
    """Round to twelve bits, a digit more than a hover tells, so that less is sent."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.round(mantissa * _PRECISION) / _PRECISION, exponent)


def _bar() -> Payload:
    """Make the colour bar of both: below them, so that neither is narrower than the other."""
    values, texts = scale_ticks(*SCALE)
    ticks = {"tickmode": "array", "tickvals": values, "ticktext": texts}
    where = {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 0, "yref": "container", "yanchor": "bottom"}
    return ticks | where | {"thickness": 10, "outlinewidth": 0, "len": 0.9, "tickangle": 0}
