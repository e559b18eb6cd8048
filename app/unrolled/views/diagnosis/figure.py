"""The picture of the causes: steps of a staircase that ends at the whole change."""

import numpy as np

from unrolled.core.behaviour.attribution import Part
from unrolled.views.contract.view import Payload
from unrolled.views.diagnosis.text import MESSAGES, part_label
from unrolled.views.plots.figure import axis, empty_note, layout, scatter, validated

_TAKES, _GIVES, _TOGETHER = "#3a77ad", "#b8641f", "#6b6b6b"


def diagnosis_figure(parts: tuple[Part, ...], meta: Payload) -> Payload:
    """Draw a step for each part, and below them the whole."""
    ends = np.cumsum([part.log10_per_step for part in parts])
    traces = []
    for index, (part, end) in enumerate(zip(parts, ends, strict=True)):
        rate = part.log10_per_step
        traces.append(_stair(end - rate, end, index, part_label(part.name), rate, _TAKES if rate < 0 else _GIVES))
    if parts:
        whole = float(ends[-1])
        traces.append(_stair(0.0, whole, len(parts), MESSAGES["together"], whole, _TOGETHER))
    names = [part_label(part.name) for part in parts] + [MESSAGES["together"]]
    plot = layout(
        axis(MESSAGES["axis"], nticks=7, zeroline=True),
        axis(
            "",
            range=[len(names) - 0.4, -0.6],
            tickmode="array",
            tickvals=list(range(len(names))),
            ticktext=names,
            automargin=True,
            showgrid=False,
            zeroline=False,
        ),
        margin={"l": 140, "r": 16, "t": 12, "b": 44},
        annotations=[] if parts else [empty_note(MESSAGES["empty"])],
    )
    return validated(traces, plot, meta)


def _stair(begin: float, end: float, row: int, label: str, rate: float, colour: str) -> Payload:
    return scatter(
        x=[begin, end],
        y=[row, row],
        mode="lines",
        line={"color": colour, "width": 18},
        hovertemplate=MESSAGES["hover"].format(label=label, rate=rate),
        showlegend=False,
    )
