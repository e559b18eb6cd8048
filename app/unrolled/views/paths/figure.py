"""The measured gradient against the distance: one curve a model, faint where a truncation cuts it off."""

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.views.contract.payload import Payload
from unrolled.views.paths.measure import ModelPath
from unrolled.views.plots.colour import FAINT, MODEL_LINES
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks


def paths_figure(models: tuple[ModelPath, ...], lags: Steps, meta: Payload) -> Payload:
    """Draw every model's row of the triangle.

    Parameters
    ----------
    models : tuple of ModelPath
        What was measured.
    lags : array of shape (n,)
        The distances.
    meta : dict
        What the page says beside it.

    Returns
    -------
    dict
        A Plotly figure.
    """
    length = int(lags[-1]) + 1
    traces = [_curve(each, lags, each.log10_norm) for each in models]
    traces += [
        _curve(each, lags, np.where(each.kept, np.nan, each.log10_norm_full), cut=True)
        for each in models
        if np.isfinite(each.log10_norm_full[~each.kept]).any()
    ]
    drawn = layout(
        axis("distance t − k", rangemode="tozero", tickformat="d", **whole_ticks(int(lags[-1]), 8)),
        axis(f"log<sub>10</sub> ‖∂o<sub>{length}</sub>/∂x<sub>k</sub>‖", nticks=8, showgrid=True, automargin=True),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.22, "yanchor": "top", "entrywidth": 140},
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
        annotations=[] if models else [empty_note("no model stays within float64")],
    )
    return validated(traces, drawn, meta)


def _curve(each: ModelPath, lags: Steps, sizes: Array, cut: bool = False) -> Payload:
    """Draw one model, with a gap where nothing arrives; a few points by themselves would be no line."""
    drawn = np.where(np.isfinite(sizes), sizes, np.nan)
    few = np.count_nonzero(np.isfinite(sizes)) < 3
    told = "cut off by the truncation" if cut else "path of %{customdata} steps"
    return scatter(
        x=short_integers(lags),
        y=float32(drawn),
        name=f"{each.label}, cut off" if cut else each.label,
        mode="lines+markers" if few else "lines",
        line=dict(MODEL_LINES[each.name]),
        opacity=FAINT if cut else 1.0,
        showlegend=not cut,
        customdata=short_integers(each.path_length),
        hovertemplate=f"{each.label}, distance %{{x}}: 10<sup>%{{y:.2f}}</sup>, {told}<extra></extra>",
    )
