"""What a view is: one question, its answer as data, and the answer as a picture."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from unrolled.core.checks.laws import Check
from unrolled.core.cost.derivative import Cost
from unrolled.core.model import Model
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import checks_of
from unrolled.experiment.triangle import checks_cost
from unrolled.query.fields import irrelevant_fields
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PLAIN, PagePanel


def finite(value: float) -> float | None:
    """Give a number for JSON: None for NaN and infinities."""
    return float(value) if math.isfinite(value) else None


def finite_list(values: npt.NDArray[np.float64]) -> list[float | None]:
    """Give a vector for JSON: None for NaN and infinities."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


def finite_rows(values: npt.NDArray[np.float64]) -> list[list[float | None]]:
    """Give the rows of a matrix for JSON: None for NaN and infinities."""
    return [[value if math.isfinite(value) else None for value in row] for row in values.tolist()]


def count_zeros(log10_norm: npt.NDArray[np.float64]) -> int:
    """Count the cells of a triangle whose product is exactly zero: −inf."""
    return int(np.count_nonzero(log10_norm == -np.inf))


Payload = dict[str, Any]
Column = Sequence[int] | Sequence[float] | Sequence[str] | npt.NDArray[Any]


@dataclass(frozen=True)
class LeftOut:
    """A value whose network leaves float64: it has no triangle. ``reason`` says why, as a sentence."""

    value: str | int
    label: str
    reason: str


class Result(Protocol):
    """The answer to one question."""

    def payload(self) -> Payload:
        """Give the answer for JSON: numbers are finite or None."""
        ...

    def columns(self) -> Mapping[str, Column]:
        """Give the numbers in long form, one row a cell, for CSV; an exactly zero size is −inf."""
        ...

    def arrays(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """Give the numbers as arrays, for NPZ; NaN where there is no path, −inf for an exactly zero size."""
        ...


@dataclass(frozen=True)
class Drawing:
    """An answer as a text file of its own, beside JSON, CSV and NPZ.

    ``name`` follows the dot in the path; ``summary`` describes it in the API.
    """

    name: str
    media_type: str
    summary: str
    draw: Callable[[Any], str]


@dataclass(frozen=True)
class View:
    """One question about a network, under its name in a URL and its label for a reader.

    Its answer depends on the query ``fields``, and on nothing else that counts for its model; a model without what it
    ``needs`` is refused before anything is computed. ``formula`` is LaTeX. ``figure`` gives what Plotly draws, ready
    for JSON, and in ``layout.meta`` what the page says beside it. ``cost`` is the work `compute` will do, and allocates
    nothing; ``checks`` are the laws measured on this very answer, ``checks_cost`` is what they take; ``panel`` is how
    the page shows it. ``is_of_one`` tells whether it is about the network of the query, and not about several.
    """

    name: str
    label: str
    question: str
    formula: str
    source: str
    fields: frozenset[str]
    compute: Callable[[Experiment, Memo], Any]
    figure: Callable[[Any], Payload]
    cost: Callable[[Experiment], Cost]
    checks: Callable[[Experiment, Memo], tuple[Check, ...]] = checks_of
    checks_cost: Callable[[Experiment], Cost] = checks_cost
    needs: Callable[[Model], bool] = lambda _: True
    drawings: tuple[Drawing, ...] = ()
    panel: PagePanel = PLAIN
    is_of_one: bool = True

    @property
    def models(self) -> frozenset[str]:
        """The models that have what it ``needs``."""
        return frozenset(name for name, model in MODELS.items() if self.needs(model))

    @property
    def shown_for(self) -> frozenset[str]:
        """The models that its panel means something for."""
        return frozenset(name for name in self.models if self.panel.needs(MODELS[name]))

    def reads(self, model: str) -> frozenset[str]:
        """Give the fields that its answer can read: what does not count for a model stands in notes and in links."""
        return self.fields | irrelevant_fields(model)

    def work(self, experiment: Experiment) -> Cost:
        """Count what it takes to compute the answer and to check it."""
        return self.cost(experiment).then(self.checks_cost(experiment))
