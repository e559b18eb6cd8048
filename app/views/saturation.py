"""The slopes of the units: where the factors of the product come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.cache import Memo
from app.core.activations import Activation
from app.core.arrays import Array, Steps
from app.core.cost import Cost, triangle_cost
from app.core.triangle import sample_steps
from app.problem import NETWORK_FIELDS, Problem
from app.runs import run
from app.views.contract import Column, Payload, View
from app.views.furniture import axis, heat_map, layout, sealed, single
from app.views.numbers import finite_rows
from app.views.ticks import step_ticks, whole_ticks
from app.views.triangle_plot import coloured, stride_of
from app.views.words import number, percent

# The slope is a factor: 1 is white as in the triangle, below it fades, above it grows.
SCALE = (0.0, 2.0)
_FEW = 0.02


@dataclass(frozen=True)
class Saturation:
    """The slopes φ′(a_t).

    Attributes
    ----------
    steps : array of shape (G,)
        The sampled steps.
    slope : array of shape (H, G)
        Rows units, columns steps.
    labels : tuple of str
        What stands at each sampled step.
    activation : Activation
        φ.
    """

    steps: Steps
    slope: Array
    labels: tuple[str, ...]
    activation: Activation

    @property
    def saturated(self) -> float:
        """The share of slopes below half of the largest that φ can give, γ/2."""
        return float(np.mean(np.abs(self.slope) < self.activation.gamma / 2))

    def payload(self) -> Payload:
        """Give the slopes for JSON."""
        return {
            "t": self.steps.tolist(),
            "unit": list(range(1, len(self.slope) + 1)),
            "derivative": finite_rows(self.slope),
            "low": self.activation.low,
            "high": self.activation.high,
            "saturated": self.saturated,
            "mean": float(self.slope.mean()),
            "labels": list(self.labels),
            "stride": stride_of(self.steps),
            "scale": list(SCALE),
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """Say how open the units are, and which step or unit is the narrowest."""
        slope = np.abs(self.slope)
        if slope.min() == slope.max():
            return f"Every slope is {number(float(self.slope.flat[0]))}: all units and steps are treated alike here."
        most = number(self.activation.gamma)
        how_many = f"{percent(self.saturated)} of the slopes are" if self.saturated else "no slope is"
        share = f"{how_many} below half of what this activation can give ({most})"
        closed = float(np.mean(slope == 0.0))
        if closed:
            share += f"; {percent(closed)} are exactly 0 and let nothing through"
        return f"{share[0].upper()}{share[1:]}. {self._narrowest(slope)}"

    def _narrowest(self, slope: Array) -> str:
        """Name the step or the unit whose slopes are smallest, whichever stands out more."""
        by_step, by_unit = slope.mean(axis=0), slope.mean(axis=1)
        step, unit = int(np.argmin(by_step)), int(np.argmin(by_unit))
        whole = float(slope.mean())
        if max(whole - by_step[step], whole - by_unit[unit]) < _FEW * whole:
            return f"Units and steps hardly differ: the mean slope is {number(whole)}."
        if by_step[step] < by_unit[unit]:
            where, least = f"step {self.steps[step]}", by_step[step]
        else:
            where, least = f"unit {unit + 1}", by_unit[unit]
        return f"The mean slope is {number(whole)}; {where} is the narrowest with {number(float(least))}."

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


def compute(problem: Problem, memo: Memo) -> Saturation:
    """Take the slopes of the forward pass at the sampled steps.

    Parameters
    ----------
    problem : Problem
        What to run.
    memo : Memo
        Remembers the run.

    Returns
    -------
    Saturation
        The answer.
    """
    made = run(problem, memo)
    steps = sample_steps(problem.query.length, problem.query.resolution)
    labels = tuple(made.sequence.labels[step - 1] for step in steps)
    return Saturation(steps, np.ascontiguousarray(made.trace.slope[steps - 1].T), labels, made.activation)


def figure(result: Saturation) -> Payload:
    """Draw the slopes: one row a unit, one column a step; the size of the slope is coloured, its sign is in the hover.

    Parameters
    ----------
    result : Saturation
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``sentence``.
    """
    signed = bool((result.slope < 0).any())
    value = "%{customdata:.4f}" if signed else "%{z:.4f}"
    hover = f"unit %{{y}}, step %{{x}}<br>slope φ′ = {value}<extra></extra>"
    bar = {
        "title": {"text": "|φ′|" if signed else "φ′", "side": "top"},
        "tickmode": "array",
        "tickvals": [0, 0.5, 1, 1.5, 2],
        "thickness": 12,
        "outlinewidth": 0,
    }
    more = {"customdata": single(result.slope)} if signed else {}
    units = np.arange(1, len(result.slope) + 1)
    trace = heat_map(
        np.abs(result.slope), result.steps, units, hovertemplate=hover, colorbar=bar, **coloured(SCALE), **more
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
    return sealed([trace], layout(*axes), {"sentence": result.sentence()})


def cost(problem: Problem) -> Cost:
    """Estimate the work: one forward pass.

    Parameters
    ----------
    problem : Problem
        What would be run.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query = problem.query
    return triangle_cost(query.length, query.hidden, 1, "frobenius", problem.input_size)


VIEW = View(
    name="saturation",
    label="Slopes of the units",
    question="Which units let the gradient through, and when?",
    formula=r"\varphi'(a_t),\qquad a_t=W_{ih}x_t+b_{ih}+W_{hh}h_{t-1}+b_{hh}",
    source="Glorot and Bengio 2010, “Understanding the difficulty of training deep feedforward neural networks”",
    fields=NETWORK_FIELDS | {"resolution"},
    compute=compute,
    figure=figure,
    cost=cost,
)
