"""The answer of order and memory as data: JSON, rows and arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.blocks import Split
from unrolled.views.contract.view import Column, Payload, finite, finite_list
from unrolled.views.memory.estimate import Estimates
from unrolled.views.memory.measure import ORDERS, Measured, ModelMemory
from unrolled.views.memory.span import Span

# What is measured by order, with errors; the change of a triangle has none.
_BY_ORDER: Mapping[str, Callable[[ModelMemory], Estimates]] = {
    "unexplained": lambda model: model.unexplained,
    "log_likelihood": lambda model: model.log_likelihood,
    "hits": lambda model: model.hits,
    "hits_over_majority": lambda model: model.lead,
}


@dataclass(frozen=True)
class SequenceMemory:
    """What was measured of every model, none of them where the sequence is too short."""

    span: Span
    measured: Measured
    sentence: str
    notes: tuple[str, ...]
    window: int

    def payload(self) -> Payload:
        """Give the measurements for JSON."""
        span, majority = self.span, self.measured.majority
        return {
            "steps": span.steps,
            **_split(span.order),
            "triangle_steps": span.triangle,
            "orders": list(ORDERS),
            "majority": _by_order(majority.values),
            "majority_error": _by_order(majority.errors),
            "lag": self._lags().tolist(),
            "independent": {"steps": span.driven, **_split(span.memory)},
            "models": [_payload(model) for model in self.measured.models],
            "left_out": list(self.measured.left_out),
            "sentence": self.sentence,
            "notes": list(self.notes),
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a number with its standard error: of an order, of a lag, or of neither."""
        rows: list[tuple[Any, ...]] = []
        if self.measured.models:
            rows += [("", "majority", order, "", *self.measured.majority.at(at)) for at, order in enumerate(ORDERS)]
        for model in self.measured.models:
            for name, pick in _BY_ORDER.items():
                rows += [(model.name, name, order, "", *pick(model).at(place)) for place, order in enumerate(ORDERS)]
            rows += [
                (model.name, "change", order, "", model.change[place], np.nan) for place, order in enumerate(ORDERS)
            ]
            rows += [
                (model.name, "memory", "", str(lag), *model.capacity.by_lag.at(lag)) for lag in self._lags().tolist()
            ]
            rows.append((model.name, "capacity", "", "", model.capacity.total, model.capacity.error))
            rows.append((model.name, "change_between_shuffles", "", "", model.shuffles, np.nan))
        names = ("model", "quantity", "order", "lag", "value", "error")
        return {name: [row[place] for row in rows] for place, name in enumerate(names)}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give everything, a row a model."""
        models = self.measured.models
        arrays: dict[str, npt.NDArray[Any]] = {
            "model": np.array([model.name for model in models], dtype=np.str_),
            "order": np.array(ORDERS, dtype=np.str_),
            "lag": self._lags(),
            "majority": self.measured.majority.values,
            "majority_error": self.measured.majority.errors,
            "capacity": np.array([model.capacity.total for model in models]),
            "capacity_error": np.array([model.capacity.error for model in models]),
            "change_between_shuffles": np.array([model.shuffles for model in models]),
        }
        for name, pick in _BY_ORDER.items():
            arrays |= _arrays(name, [pick(model) for model in models], len(ORDERS))
        arrays["change"] = np.array([model.change for model in models]).reshape(len(models), len(ORDERS))
        return arrays | _arrays("memory", [model.capacity.by_lag for model in models], len(self._lags()))

    def _lags(self) -> npt.NDArray[np.int64]:
        return np.arange(self.span.lags + 1 if self.measured.models else 0)


def _payload(model: ModelMemory) -> Payload:
    """Give the measurements of one model."""
    estimates = {name: pick(model) for name, pick in _BY_ORDER.items()}
    values = {name: _by_order(each.values) for name, each in estimates.items()}
    errors = {f"{name}_error": _by_order(each.errors) for name, each in estimates.items()}
    least, most = model.capacity.reach
    return {
        "name": model.name,
        "label": model.label,
        **values,
        **errors,
        "change": _by_order(model.change),
        "change_between_shuffles": finite(model.shuffles),
        "memory": finite_list(model.capacity.by_lag.values),
        "memory_error": finite_list(model.capacity.by_lag.errors),
        "capacity": finite(model.capacity.total),
        "capacity_error": finite(model.capacity.error),
        "reach": None if model.capacity.missing else {"least": least, "most": most},
    }


def _split(split: Split) -> Payload:
    return {"washout": split.washout, "fitted": split.fitted, "gap": split.gap, "tested": split.tested}


def _arrays(name: str, rows: list[Estimates], width: int) -> dict[str, npt.NDArray[Any]]:
    """Give values and errors, a row a model."""
    values, errors = (np.array([getattr(row, part) for row in rows]) for part in ("values", "errors"))
    return {name: values.reshape(len(rows), width), f"{name}_error": errors.reshape(len(rows), width)}


def _by_order(values: Array) -> dict[str, float | None]:
    return {order: finite(value) for order, value in zip(ORDERS, values.tolist(), strict=True)}
