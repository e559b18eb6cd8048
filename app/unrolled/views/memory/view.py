"""What the order of a sequence is worth to each model, and how much of the past each one still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.checks.laws import Check
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.run import checks_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload, finite, finite_list
from unrolled.views.contract.view import View
from unrolled.views.memory.figure import facts_figure
from unrolled.views.memory.measure import ORDERS, ModelFacts, Span, facts_cost, measure, needed, span_of
from unrolled.views.memory.text import sentences_of, too_short

_FIELDS = (NETWORK_FIELDS - {"order"}) | {"norm", "window", "key", "positions"}


@dataclass(frozen=True)
class Facts:
    """What was measured of every model."""

    span: Span
    models: tuple[ModelFacts, ...]
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
                    "name": each.name,
                    "label": each.label,
                    "unexplained": _by_order(each.unexplained),
                    "log_likelihood": _by_order(each.log_likelihood),
                    "hits": _by_order(each.hits),
                    "change": _by_order(each.change),
                    "memory": finite_list(each.memory),
                }
                for each in self.models
            ],
            "left_out": list(self.left_out),
            "sentence": self.sentence,
            "notes": list(self.notes),
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a number: of an order, or of a lag."""
        rows = [
            (each.name, quantity, order, "", float(values[place]))
            for each in self.models
            for quantity, values in _ordered(each).items()
            for place, order in enumerate(ORDERS)
        ]
        rows += [
            (each.name, "memory", "original", str(lag), float(each.memory[lag]))
            for each in self.models
            for lag in self._lags().tolist()
        ]
        names = ("model", "quantity", "order", "lag", "value")
        told: dict[str, Column] = {name: [str(row[place]) for row in rows] for place, name in enumerate(names[:-1])}
        return told | {"value": [row[-1] for row in rows]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give everything, a row a model."""
        found: dict[str, npt.NDArray[Any]] = {
            "model": np.array([each.name for each in self.models], dtype=np.str_),
            "order": np.array(ORDERS, dtype=np.str_),
            "lag": self._lags(),
            "memory": np.array([each.memory for each in self.models]).reshape(len(self.models), len(self._lags())),
        }
        for name in ("unexplained", "log_likelihood", "hits", "change"):
            rows = [_ordered(each)[name] for each in self.models]
            found[name] = np.array(rows, dtype=np.float64).reshape(len(rows), len(ORDERS))
        return found

    def _lags(self) -> npt.NDArray[np.int64]:
        return np.arange(self.span.lags + 1 if self.models else 0)


def compute(experiment: Experiment, memo: Memo) -> Facts:
    """Measure every model in every order, once."""
    return memo.get(("sequence facts", experiment.key(_FIELDS)), lambda: _computed(experiment, memo))


def _computed(experiment: Experiment, memo: Memo) -> Facts:
    span, need = span_of(experiment, memo), needed(experiment)
    window = experiment.query.window
    if span.steps < need:
        return Facts(span, (), (), too_short(experiment, span.steps, need), (), window)
    models, left_out = measure(experiment, memo, span)
    sentence, *notes = sentences_of(experiment, models, left_out, span)
    return Facts(span, models, left_out, sentence, tuple(notes), window)


def figure(result: Facts) -> Payload:
    """Draw the error by order and model, and the memory by lag."""
    return facts_figure(result.models, {"sentence": result.sentence, "notes": list(result.notes)})


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the answer to what must be so: a window has its inputs, and an MLP does not care about order."""
    found = compute(experiment, memo)
    named = {each.name: each for each in found.models}
    held = named["window"].memory[: found.window] if "window" in named else np.array([])
    change = float(named["mlp"].change.max()) if "mlp" in named else None
    missing = None if held.size == 0 or np.isnan(held).any() else float(np.abs(1.0 - held).max())
    window = "every input inside the window is read back whole"
    order = "the derivatives of an MLP are the same in every order, each with its input"
    mine = (_law("held inputs", missing, 1e-6, window), _law("order of an MLP", change, 1e-9, order))
    # What is measured of a triangle here is ∂o_t/∂x_k, whatever is looked at elsewhere.
    looked = experiment.changed(of="o", wrt="x", layer=None, origin=None, truncation="none")
    return (*checks_of(looked, memo), *mine)


def _law(name: str, value: float | None, tolerance: float, says: str) -> Check:
    return Check(name, value, tolerance, value is None or value <= tolerance, says)


def _ordered(each: ModelFacts) -> dict[str, npt.NDArray[np.float64]]:
    names = ("unexplained", "log_likelihood", "hits", "change")
    return {name: getattr(each, name) for name in names}


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
    cost=facts_cost,
    checks=checks,
)
