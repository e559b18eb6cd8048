"""The picture of credit: what each loss moves, and beside it what each pair brings, on the scale of every triangle."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array, Flags
from unrolled.core.loss.credit import Credit
from unrolled.views.contract.view import Payload
from unrolled.views.credit.text import MESSAGES
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

_PRECISION = 4096.0


def credit_figure(
    credit: Credit, labels: tuple[tuple[str, ...], tuple[str, ...]], kept: Flags | None, meta: Mapping[str, Any]
) -> Payload:
    """Draw both triangles, the second on ``xaxis2`` and ``yaxis2``.

    ``labels`` stand at the rows and at the columns. What a truncation does not leave in ``kept`` is faint, behind a
    border.
    """
    if not credit.log10_norm.size:
        empty = axis(showticklabels=False, ticks="")
        return validated([], layout(empty, empty, annotations=[empty_note(MESSAGES["empty"])]), meta)
    grid, share = Grid(credit.t, credit.k), np.round(credit.share, 6)
    traces = _map(credit.log10_norm, credit.log10_contribution, share, grid, kept, is_left=True)
    traces += _map(credit.log10_contribution, credit.log10_norm, share, grid, kept, is_left=False)
    x, y = triangle_axes(grid, *labels)
    plot = layout(
        x | {"domain": LEFT, "anchor": "y"},
        y | {"domain": [0.0, 1.0], "anchor": "x", "automargin": True},
        xaxis2=x | {"domain": RIGHT, "anchor": "y2"},
        yaxis2=y | {"domain": [0.0, 1.0], "anchor": "x2", "title": {"text": ""}},
        annotations=[heading(MESSAGES["norm heading"], "x"), heading(MESSAGES["contribution heading"], "x2")],
        margin={"l": 56, "r": 12, "t": 30, "b": 92},
        coloraxis={"showscale": True, "colorbar": _bar()} | _colour_axis(),
    )
    return validated(traces, plot, meta)


def _colour_axis() -> Payload:
    """Give the one scale as the colour axis of both maps."""
    colours = colour_range(SCALE)
    return {"colorscale": colours["colorscale"], "cmin": colours["zmin"], "cmax": colours["zmax"]}


def _map(values: Array, other: Array, share: Array, grid: Grid, kept: Flags | None, *, is_left: bool) -> list[Payload]:
    """Draw one triangle, its exact zeros, and what a truncation cuts off; the hover has both sizes and the share."""
    place: Payload = {} if is_left else {"xaxis": "x2", "yaxis": "y2"}
    size, other_size = "%{z:.2f}", "%{customdata[0]:.2f}"
    sizes = {"norm": size, "contribution": other_size} if is_left else {"norm": other_size, "contribution": size}
    hover_data = {"customdata": float32(_rounded(np.stack([other, share], axis=2)))}
    # Where W_hh multiplies nothing, as at k = 1, a loss may well move the state: there is no power of ten to write.
    idle = np.isfinite(values) & (other == -np.inf)
    kinds: list[tuple[Flags, str, Payload]] = [
        (~idle, MESSAGES["pair"].format(**sizes), hover_data),
        (idle, MESSAGES["idle pair"].format(**sizes), {}),
    ]
    left = np.ones_like(idle) if kept is None else kept
    traces = [
        _cells(values, left & some, grid, hovertemplate=hover, **data, **place)
        for some, hover, data in kinds
        if (left & some).any()
    ]
    traces += exact_zeros(values, grid, hovertemplate=MESSAGES["zero pair"].format(), **place)
    if kept is None:
        return traces
    for some, hover, data in kinds:
        cut = some & ~kept & ~np.isnan(values)
        if cut.any():
            faint = {"opacity": FAINT, "name": "cut", "hovertemplate": MESSAGES["cut pair"].format(pair=hover)}
            traces.append(_cells(values, cut, grid, **data | faint, **place))
    x, y = border(~kept, ~np.isnan(values), grid)
    if x.size:
        line = {"color": ACCENT, "width": 1.5, "dash": "dot"}
        edge = {"mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False, "name": "border"}
        traces.append(scatter(x=x, y=y, **edge, **place))
    return traces


def _cells(values: Array, some: Flags, grid: Grid, **properties: Any) -> Payload:
    """Draw some of the cells on the colour axis of both triangles."""
    return heat_map(np.where(some, values, np.nan), grid.k, grid.t, coloraxis="coloraxis", **properties)


def _rounded(values: Array) -> Array:
    """Round to twelve bits, a digit more than a hover shows, so that less is sent."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.round(mantissa * _PRECISION) / _PRECISION, exponent)


def _bar() -> Payload:
    """Make the colour bar of both: below them, so that neither is narrower than the other."""
    values, texts = scale_ticks(*SCALE)
    ticks = {"tickmode": "array", "tickvals": values, "ticktext": texts}
    where = {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 0, "yref": "container", "yanchor": "bottom"}
    return ticks | where | {"thickness": 10, "outlinewidth": 0, "len": 0.9, "tickangle": 0}
