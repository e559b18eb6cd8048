"""What the order of a sequence is worth to model model, and how much of the past model one still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.checks.laws import Check
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import checks_of
from unrolled.experiment.triangle import whole_checks_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Payload, View, finite, finite_list
from unrolled.views.memory.figure import memory_figure
from unrolled.views.memory.measure import ORDERS, ModelMemory, Span, measure, memory_cost, needed_steps, span_of
from unrolled.views.memory.text import MESSAGES, memory_sentences, too_short

_FIELDS = (NETWORK_FIELDS - {"order"}) | {"norm", "window", "key", "positions"}


@dataclass(frozen=True)
class SequenceMemory:
    """What was measured of every model, none of them where the sequence is too short."""

    span: Span
    models: tuple[ModelMemory, ...]
    left_out: tuple[str, ...]
    sentence: str
    notes: tuple[str, ...]
    window: int

    def payload(self) -> Payload:
        """Give the measurements for JSON."""
        return {
            "steps": self.span.steps,
            "fitted": self.span.fitted,
            "triangle_steps": self.span.triangle,
            "orders": list(ORDERS),
            "lag": self._lags().tolist(),
            "models": [
                {
                    "name": model.name,
                    "label": model.label,
                    "unexplained": _by_order(model.unexplained),
                    "log_likelihood": _by_order(model.log_likelihood),
                    "hits": _by_order(model.hits),
                    "change": _by_order(model.change),
                    "memory": finite_list(model.memory),
                }
                for model in self.models
            ],
            "left_out": list(self.left_out),
            "sentence": self.sentence,
            "notes": list(self.notes),
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a number: of an order, or of a lag."""
        rows = [
            (model.name, quantity, order, "", float(values[index]))
            for model in self.models
            for quantity, values in _values_by_order(model).items()
            for index, order in enumerate(ORDERS)
        ]
        rows += [
            (model.name, "memory", "original", str(lag), float(model.memory[lag]))
            for model in self.models
            for lag in self._lags().tolist()
        ]
        names = ("model", "quantity", "order", "lag", "value")
        texts: dict[str, Column] = {name: [str(row[index]) for row in rows] for index, name in enumerate(names[:-1])}
        return texts | {"value": [row[-1] for row in rows]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give everything, a row a model."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "model": np.array([model.name for model in self.models], dtype=np.str_),
            "order": np.array(ORDERS, dtype=np.str_),
            "lag": self._lags(),
            "memory": np.array([model.memory for model in self.models]).reshape(len(self.models), len(self._lags())),
        }
        for name in ("unexplained", "log_likelihood", "hits", "change"):
            rows = [_values_by_order(model)[name] for model in self.models]
            arrays[name] = np.array(rows, dtype=np.float64).reshape(len(rows), len(ORDERS))
        return arrays

    def _lags(self) -> npt.NDArray[np.int64]:
        return np.arange(self.span.lags + 1 if self.models else 0)


def compute(experiment: Experiment, memo: Memo) -> SequenceMemory:
    """Measure every model in every order, once."""
    return remembered("sequence memory", _FIELDS, _computed, experiment, memo)


def _computed(experiment: Experiment, memo: Memo) -> SequenceMemory:
    span, least = span_of(experiment, memo), needed_steps(experiment)
    window = experiment.query.window
    if span.steps < least:
        return SequenceMemory(span, (), (), too_short(experiment, span.steps, least), (), window)
    models, left_out = measure(experiment, memo, span)
    sentence, *notes = memory_sentences(experiment, models, left_out, span)
    return SequenceMemory(span, models, left_out, sentence, tuple(notes), window)


def figure(result: SequenceMemory) -> Payload:
    """Draw the error by order and model, and the memory by lag."""
    return memory_figure(result.models, {"sentence": result.sentence, "notes": list(result.notes)})


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the answer to what must be so: a window has its inputs, and an MLP does not care about order."""
    result = compute(experiment, memo)
    named = {model.name: model for model in result.models}
    inside = named["window"].memory[: result.window] if "window" in named else np.array([])
    change = float(named["mlp"].change.max()) if "mlp" in named else None
    missing = None if inside.size == 0 or np.isnan(inside).any() else float(np.abs(1.0 - inside).max())
    # What is measured here is ∂o_t/∂x_k in every order, whatever is looked at elsewhere.
    measured = experiment.changed(of="o", wrt="x", layer=None, origin=None, truncation="none", order="original")
    return (
        *checks_of(measured, memo),
        _check("held inputs", missing, 1e-6, MESSAGES["window check"]),
        _check("order of an MLP", change, 1e-9, MESSAGES["order check"]),
    )


def _check(name: str, value: float | None, tolerance: float, law: str) -> Check:
    return Check(name, value, tolerance, value is None or value <= tolerance, law)


def _values_by_order(model: ModelMemory) -> dict[str, npt.NDArray[np.float64]]:
    names = ("unexplained", "log_likelihood", "hits", "change")
    return {name: getattr(model, name) for name in names}


def _by_order(values: npt.NDArray[np.float64]) -> dict[str, float | None]:
    return {order: finite(value) for order, value in zip(ORDERS, values.tolist(), strict=True)}


VIEW = View(
    name="facts",
    label="What the order tells",
    question="What does the order tell?",
    formula=r"\frac{\sum_{t}\lVert x_{t+1}-\hat x_{t+1}\rVert^2}{\sum_{t}\lVert x_{t+1}-\bar x\rVert^2},\quad"
    r"\hat x_{t+1}=Wr_t+b;\qquad R^2_n=1-\frac{\sum_{t}\lVert x_{t-n}-\hat x_{t-n}\rVert^2}"
    r"{\sum_{t}\lVert x_{t-n}-\bar x\rVert^2}",
    source="Jaeger 2001, “Short term memory in echo state networks”; Allen 1974 for the choice of the ridge",
    fields=_FIELDS,
    compute=compute,
    figure=figure,
    cost=memory_cost,
    checks_cost=whole_checks_cost,
    checks=checks,
    is_of_one=False,
    panel=PagePanel(
        how="Above: how wrong the next value is foretold, in the sequence’s own order, shuffled and backwards. "
        "What each model makes of the sequence, untrained, is read out by the best linear fit to the first "
        "two thirds of the steps, and tested on the rest; were the steps independent and alike, the order "
        "would not matter. Below: how much of what entered n steps ago the same kind of fit reads back, out "
        "of the hidden state, out of the K inputs that a window has before it, or out of what attention "
        "mixes.",
        row=9,
        frame="facts",
        short="order",
    ),
)
