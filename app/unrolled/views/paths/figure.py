"""The measured gradient against the distance: one curve a model, faint where a truncation cuts it off."""

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.views.contract.view import Payload
from unrolled.views.paths.measure import ModelPath
from unrolled.views.paths.text import MESSAGES
from unrolled.views.plots.colour import FAINT, model_line
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks


def paths_figure(models: tuple[ModelPath, ...], lags: Steps, meta: Payload) -> Payload:
    """Draw every model's row of the triangle, a Plotly figure."""
    length = int(lags[-1]) + 1
    traces = [_curve(model, lags, model.log10_norm) for model in models]
    traces += [
        _curve(model, lags, np.where(model.kept, np.nan, model.log10_norm_full), cut=True)
        for model in models
        if np.isfinite(model.log10_norm_full[~model.kept]).any()
    ]
    plot = layout(
        axis(MESSAGES["distance"], rangemode="tozero", tickformat="d", **whole_ticks(int(lags[-1]), 8)),
        axis(f"log<sub>10</sub> ‖∂o<sub>{length}</sub>/∂x<sub>k</sub>‖", nticks=8, showgrid=True, automargin=True),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.22, "yanchor": "top", "entrywidth": 140},
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
        annotations=[] if models else [empty_note(MESSAGES["no model"])],
    )
    return validated(traces, plot, meta)


def _curve(model: ModelPath, lags: Steps, sizes: Array, cut: bool = False) -> Payload:
    """Draw one model, with a gap where nothing arrives; a few points by themselves would be no line."""
    finite = np.where(np.isfinite(sizes), sizes, np.nan)
    few = np.count_nonzero(np.isfinite(sizes)) < 3
    hover = MESSAGES["hover, cut off" if cut else "hover"]
    return scatter(
        x=short_integers(lags),
        y=float32(finite),
        name=MESSAGES["label, cut off"].format(label=model.label) if cut else model.label,
        mode="lines+markers" if few else "lines",
        line=model_line(model.name),
        opacity=FAINT if cut else 1.0,
        showlegend=not cut,
        customdata=short_integers(model.path_length),
        hovertemplate=hover.format(label=model.label),
    )
