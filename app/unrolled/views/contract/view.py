"""What a view is: one question, its answer as data, and the answer as a picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from unrolled.core.checks.laws import Check
from unrolled.core.cost.recurrent import Cost
from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import checks_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload


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

    Attributes
    ----------
    name, media_type : str
        What follows the dot in the path, and its media type.
    summary : str
        What it gives, for the description of the API.
    draw : callable
        Result to text.
    """

    name: str
    media_type: str
    summary: str
    draw: Callable[[Any], str]


@dataclass(frozen=True)
class View:
    """One question about a network.

    Attributes
    ----------
    name, label : str
        Name in a URL, and name for a reader.
    question : str
        What it answers, as one question.
    formula, source : str
        The formula in LaTeX, and where it comes from.
    fields : frozenset of str
        The query fields its answer depends on.
    compute : callable
        Experiment and memo to result.
    figure : callable
        Result to a Plotly figure, ready for JSON: ``{"data": [...], "layout": {...}}``, typed arrays in base64, and in
        ``layout.meta`` what the page says beside it.
    cost : callable
        Experiment to the work `compute` will do; allocates nothing.
    checks : callable
        Experiment and memo to the laws that were measured on this very answer.
    models : frozenset of str
        The models that it means something for: others are refused before anything is computed.
    drawings : tuple of Drawing
        Further forms of its answer.
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
    models: frozenset[str] = frozenset(EVERY_MODEL)
    drawings: tuple[Drawing, ...] = ()
