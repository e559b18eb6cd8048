"""The slopes of the units: where the factors of the product come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.grid import sample_steps
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.saturation import Openness, openness
from unrolled.core.cost.derivative import Cost, forward_cost
from unrolled.core.networks.activations import Activation
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.run import layer_of, run
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite_rows
from unrolled.views.derivative.text import SATURATION as MESSAGES
from unrolled.views.plots.figure import axis, float32, heat_map, layout, validated
from unrolled.views.plots.ticks import step_ticks, whole_ticks
from unrolled.views.plots.triangle import colour_range, stride_of
from unrolled.views.text.message import Message, joined, say
from unrolled.views.text.numbers import number, percent

# The slope is a factor: 1 is white as in the triangle, below it fades, above it grows.
SCALE = (0.0, 2.0)
_FEW = 0.02


@dataclass(frozen=True)
class Range:
    """What the shown values are called, and what they may be: ``most`` in size, from ``low`` to ``high``."""

    name: str
    words: Mapping[str, str]
    title: str
    symbol: str
    most: float
    low: float
    high: float

    @property
    def is_gate(self) -> bool:
        """Whether it is a gate, which keeps the past where it is open, and no slope."""
        return self.name != "slope"


@dataclass(frozen=True)
class Saturation:
    """What lets the gradient through: the slopes φ′(a_t) of a vanilla RNN, the keeping gate of a gated network.

    ``slope`` (H, G) has a row a unit and a column a sampled step. ``factors`` are measured over all steps, of every
    gate or of the slope, the shown one first.
    """

    steps: Steps
    slope: Array
    labels: tuple[str, ...]
    range: Range
    factors: Mapping[str, Openness]

    @property
    def shown(self) -> Openness:
        """The slope or gate that is shown, over all steps."""
        return self.factors[self.range.name]

    def payload(self) -> Payload:
        """Give the values for JSON."""
        left, right = self._ends(self.shown)
        return {
            "t": self.steps.tolist(),
            "unit": list(range(1, len(self.slope) + 1)),
            "what": self.range.name,
            "derivative": finite_rows(self.slope),
            "low": self.range.low,
            "high": self.range.high,
            "saturated": self.shown.low,
            "left_saturated": left,
            "right_saturated": right,
            "mean": self.shown.mean,
            "means": [
                {"name": name, "mean": each.mean}
                | dict(zip(("left_saturated", "right_saturated"), self._ends(each), strict=True))
                for name, each in self.factors.items()
            ],
            "labels": list(self.labels),
            "stride": stride_of(self.steps),
            "scale": list(SCALE),
            "sentence": self.sentence(),
        }

    def _ends(self, factor: Openness) -> tuple[float | None, float | None]:
        """Give the shares at both ends of a gate; a slope is saturated at one end alone."""
        return (factor.low, factor.high) if self.range.is_gate else (None, None)

    def sentence(self) -> Message:
        """Say how open the units are over all steps, and which step or unit is the narrowest."""
        shown, words = self.shown, self.range.words
        if shown.least == shown.most:
            return say(MESSAGES["equal"], value=number(shown.mean), **words)
        if self.range.is_gate:
            key = "gates" if shown.low or shown.high else "gates.between"
        else:
            key = "open" if not shown.low else "saturated.closed" if shown.zero else "saturated"
        opened = say(
            MESSAGES[key],
            low=percent(shown.low),
            high=percent(shown.high),
            closed=percent(shown.zero),
            most=number(self.range.most),
            **words,
        )
        return joined(opened, self._narrowest())

    def _narrowest(self) -> Message:
        """Name the step or the unit whose slopes are smallest, whichever stands out more."""
        by_step, by_unit = self.shown.by_step, self.shown.by_unit
        step, unit, mean = int(np.argmin(by_step)), int(np.argmin(by_unit)), float(by_unit.mean())
        if max(mean - by_step[step], mean - by_unit[unit]) < _FEW * mean:
            return say(MESSAGES["alike"], mean=number(mean), **self.range.words)
        key, place, least = "unit", unit + 1, by_unit[unit]
        if by_step[step] < by_unit[unit]:
            key, place, least = "step", step + 1, by_step[step]
        return say(MESSAGES[key], mean=number(mean), narrowest=place, least=number(float(least)), **self.range.words)

    def columns(self) -> Mapping[str, Column]:
        """Give one row a unit and step."""
        units, count = len(self.slope), len(self.steps)
        return {
            "t": np.tile(self.steps, units),
            "unit": np.repeat(np.arange(1, units + 1), count),
            "derivative": self.slope.ravel(),
        }

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the matrix of slopes with its steps and units."""
        return {"t": self.steps, "unit": np.arange(1, len(self.slope) + 1), "derivative": self.slope}


def compute(experiment: Experiment, memo: Memo) -> Saturation:
    """Take the slopes of the forward pass at the sampled steps."""
    forward = run(experiment, memo)
    steps = sample_steps(experiment.query.length, experiment.query.resolution)
    labels = tuple(forward.sequence.labels[step - 1] for step in steps)
    layer = layer_of(experiment, memo)
    name, slope = next(iter(layer.unit_factors(steps).items()))
    range_ = _range(name, experiment.query.row.factor_words, forward.activation)
    return Saturation(steps, np.ascontiguousarray(slope.T), labels, range_, openness(layer, range_.most))


def _range(name: str, called: tuple[str, str], activation: Activation) -> Range:
    """Say what the decisive values may be."""
    one, many = called
    words = {"one": one, "many": many}
    if name == "slope":
        return Range(name, words, "slope φ′", "φ′", activation.gamma, activation.low, activation.high)
    return Range(name, words, f"{one} {name}", name, 1.0, 0.0, 1.0)


def figure(result: Saturation) -> Payload:
    """Draw the slopes: one row a unit, one column a step; the size of the slope is coloured, its sign is in the hover.

    ``layout.meta`` has ``sentence``.
    """
    signed = bool((result.slope < 0).any())
    value = "%{customdata:.4f}" if signed else "%{z:.4f}"
    hover = f"unit %{{y}}, step %{{x}}<br>{result.range.title} = {value}<extra></extra>"
    bar = {
        "title": {"text": f"|{result.range.symbol}|" if signed else result.range.symbol, "side": "top"},
        "tickmode": "array",
        "tickvals": [0, 0.5, 1, 1.5, 2],
        "thickness": 12,
        "outlinewidth": 0,
    }
    more = {"customdata": float32(result.slope)} if signed else {}
    units = np.arange(1, len(result.slope) + 1)
    trace = heat_map(
        np.abs(result.slope), result.steps, units, hovertemplate=hover, colorbar=bar, **colour_range(SCALE), **more
    )
    values, texts = step_ticks(result.steps, result.labels)
    half = stride_of(result.steps) / 2
    axes = (
        axis(
            "step t",
            range=[result.steps[0] - half, result.steps[-1] + half],
            tickmode="array",
            tickvals=values,
            ticktext=texts,
        ),
        axis("unit", range=[len(units) + 0.5, 0.5], tickformat="d", automargin=True, **whole_ticks(len(units), 8)),
    )
    return validated([trace], layout(*axes), {"sentence": result.sentence()})


def cost(experiment: Experiment) -> Cost:
    """Count the work: one forward pass."""
    return forward_cost(size_of(experiment))


VIEW = View(
    name="saturation",
    label="Slopes and gates of the units",
    question="Which units let the gradient through, and when?",
    formula=r"\text{RNN: }\varphi'(a_t),\qquad\text{LSTM: }f_t=\sigma(\cdot),\qquad\text{GRU: }z_t=\sigma(\cdot)",
    source="Glorot and Bengio 2010, “Understanding the difficulty of training deep feedforward neural networks”; "
    "saturated gates from Karpathy, Johnson and Fei-Fei 2015, arXiv 1506.02078",
    fields=NETWORK_FIELDS | {"of", "wrt", "layer", "origin", "norm", "resolution"},
    compute=compute,
    figure=figure,
    cost=cost,
    needs=lambda model: bool(model.factors),
    panel=PagePanel(
        how="One row a unit, one column a step. Where the slope, or the gate that keeps the past, is near zero, "
        "the unit lets little gradient through.",
        row=5,
        column=1,
        short="saturation",
    ),
)
