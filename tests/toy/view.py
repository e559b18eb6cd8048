"""A view of a test's own: how loud is the input at every step?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.core.cost.derivative import Cost
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite_list
from unrolled.views.plots.figure import axis, layout, scatter, validated


@dataclass(frozen=True)
class Loudness:
    """The size of the input of every step."""

    size: Array

    def payload(self) -> Payload:
        return {"size": finite_list(self.size), "sentence": self.sentence()}

    def sentence(self) -> str:
        return f"The loudest step is {int(self.size.argmax()) + 1} of {len(self.size)}: {self.size.max():.3g}."

    def columns(self) -> Mapping[str, Column]:
        return {"step": np.arange(1, len(self.size) + 1), "size": self.size}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        return {"size": self.size}


def compute(experiment: Experiment, memo: Memo) -> Loudness:
    echo = experiment.query.value("echo") if "echo" in Query.names() else 1.0
    return Loudness(echo * np.linalg.norm(sequence_of(experiment, memo).inputs, axis=1))


def figure(result: Loudness) -> Payload:
    columns = result.columns()
    meta = {"sentence": result.sentence(), "notes": ["Measured by a toy."]}
    return validated(
        [scatter(x=columns["step"], y=columns["size"])], layout(axis("step"), axis("size"), showlegend=False), meta
    )


TOY_VIEW = View(
    name="loudness",
    label="Loudness of the input",
    question="How loud is every step?",
    formula=r"\lVert x_t\rVert",
    source="Nobody 2024",
    fields=frozenset({"model", "length", "input", "amplitude", "order", "text", "series", "frame", "features", "seed"}),
    compute=compute,
    figure=figure,
    cost=lambda experiment: Cost(float(experiment.query.length), 8.0 * experiment.query.length),
    checks=lambda _, __: (),
    needs=lambda model: bool(model.keeps),
    panel=PagePanel(how="The length of x_t, step by step."),
)
