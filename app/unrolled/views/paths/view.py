"""How long the way is from an input to an output in every model, and what is left of the gradient at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Norm, Steps
from unrolled.core.checks.laws import Check
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, LeftOut, Payload, finite, finite_list
from unrolled.views.contract.view import View
from unrolled.views.paths.checks import paths_checks
from unrolled.views.paths.figure import paths_figure
from unrolled.views.paths.measure import ModelPath, lags_of, measure, paths_cost, told_lags
from unrolled.views.paths.text import notes_of, sentence_of, work_formula
from unrolled.views.text.truncation import shortened_note

_FIELDS = NETWORK_FIELDS | {"norm", "window", "truncation", "key", "positions"}
_COUNTS = ("multiply_adds", "sequential_operations", "reach", "parameters")


@dataclass(frozen=True)
class Paths:
    """Every model's row.

    Attributes
    ----------
    lags : array of shape (n,)
        Distances from the last step, from 0 to that of the first.
    models : tuple of ModelPath
        What was counted and measured.
    left_out : tuple of LeftOut
        Models whose state leaves float64, with the reason.
    current : str
        The model that is set.
    norm : str
        How sizes were measured.
    sentence : str
        What they say.
    notes : tuple of str
        What was counted and cut.
    """

    lags: Steps
    models: tuple[ModelPath, ...]
    left_out: tuple[LeftOut, ...]
    current: str
    norm: Norm
    sentence: str
    notes: tuple[str, ...]

    def payload(self) -> Payload:
        """Give rows and curves for JSON: a size is None where exactly zero or cut off, a path where none leads."""
        curves = [
            {
                "name": each.name,
                "path_length": [_path(length) for length in each.path_length],
                "log10_norm": finite_list(each.log10_norm),
                "log10_norm_full": finite_list(each.log10_norm_full),
            }
            for each in self.models
        ]
        said = {"norm": self.norm, "sentence": self.sentence, "notes": list(self.notes)}
        return self.table() | {"lag": self.lags.tolist(), "curves": curves} | said

    def table(self) -> Payload:
        """Give what the table has: a row a model, with some of the distances."""
        lags = self.lags.tolist()
        told = told_lags(lags[-1] + 1)
        return {
            "t": lags[-1] + 1,
            "told": told,
            "models": [self._row(each, [lags.index(lag) for lag in told]) for each in self.models],
            "left_out": [{"name": row.value, "label": row.label, "reason": row.reason} for row in self.left_out],
        }

    def _row(self, each: ModelPath, places: list[int]) -> Payload:
        counts = {name: getattr(each, name) for name in _COUNTS}
        return {
            "name": each.name,
            "label": each.label,
            "current": each.name == self.current,
            "layers": each.layers,
            "formula": work_formula(each.name),
            **counts,
            "max_path_length": each.max_path_length,
            "cells": [self._cell(each, place) for place in places],
        }

    def _cell(self, each: ModelPath, place: int) -> Payload:
        lag = int(self.lags[place])
        return {
            "lag": lag,
            "k": int(self.lags[-1]) + 1 - lag,
            "path_length": _path(each.path_length[place]),
            "log10_norm": finite(each.log10_norm[place]),
            "log10_norm_full": finite(each.log10_norm_full[place]),
            "cut": not each.kept[place],
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a distance of a model; no number where no path leads or a truncation cuts it off."""
        count = len(self.lags)
        told: dict[str, Column] = {
            "model": [each.name for each in self.models for _ in range(count)],
            "lag": np.tile(self.lags, len(self.models)),
            "k": np.tile(self.lags[-1] + 1 - self.lags, len(self.models)),
            "path_length": [_written(length) for each in self.models for length in each.path_length],
            "log10_norm": _joined([each.log10_norm for each in self.models]),
            "log10_norm_full": _joined([each.log10_norm_full for each in self.models]),
            "max_path_length": [_written(each.max_path_length) for each in self.models for _ in range(count)],
        }
        counts = {name: [getattr(each, name) for each in self.models for _ in range(count)] for name in _COUNTS}
        return told | counts

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give everything, a row a model, a column a distance; a path is −1 where none leads."""
        shape = (len(self.models), len(self.lags))
        found: dict[str, npt.NDArray[Any]] = {
            "model": np.array([each.name for each in self.models], dtype=np.str_),
            "lag": self.lags,
            "path_length": np.array([each.path_length for each in self.models], dtype=np.int64).reshape(shape),
            "log10_norm": np.array([each.log10_norm for each in self.models]).reshape(shape),
            "log10_norm_full": np.array([each.log10_norm_full for each in self.models]).reshape(shape),
        }
        longest = [-1 if each.max_path_length is None else each.max_path_length for each in self.models]
        counts = {name: [getattr(each, name) for each in self.models] for name in _COUNTS}
        return (
            found
            | {name: np.array(row, dtype=np.int64) for name, row in counts.items()}
            | {"max_path_length": np.array(longest, dtype=np.int64)}
        )


def compute(experiment: Experiment, memo: Memo) -> Paths:
    """Search every model's graph and measure the last row of its triangle, once.

    Parameters
    ----------
    problem : Experiment
        The sequence and the sizes.
    memo : Memo
        Remembers runs and the answer.

    Returns
    -------
    Paths
        The answer.
    """
    return memo.get(("paths", experiment.key(_FIELDS)), lambda: _computed(experiment, memo))


def _computed(experiment: Experiment, memo: Memo) -> Paths:
    lags = lags_of(experiment)
    models, left_out = measure(experiment, memo, lags)
    told = sentence_of(models, left_out, lags) + shortened_note(experiment, "model")
    query = experiment.query
    return Paths(lags, models, left_out, query.model, query.norm, told, notes_of(experiment, models))


def figure(result: Paths) -> Payload:
    """Draw the curves.

    Parameters
    ----------
    result : Paths
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``sentence``, ``notes`` and the ``table``.
    """
    meta = {"sentence": result.sentence, "notes": list(result.notes), "table": result.table()}
    return paths_figure(result.models, result.lags, meta)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the answer to its own graph, and some of its cells to another computation.

    Parameters
    ----------
    problem : Experiment
        The sequence and the sizes.
    memo : Memo
        Remembers the answer.

    Returns
    -------
    tuple of Check
        The laws of the derivative, ``paths`` and ``cells``.
    """
    found = compute(experiment, memo)
    return paths_checks(experiment, memo, found.models, found.lags)


def _path(length: int) -> int | None:
    return None if length < 0 else int(length)


def _written(length: int | None) -> str:
    return "" if length is None or length < 0 else str(length)


def _joined(rows: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    return np.concatenate([np.empty(0), *rows])


VIEW = View(
    name="paths",
    label="Paths and gradients",
    question="How long is the way, and what arrives at its end?",
    formula=r"n_{\max}=\max_{k<t}\;\min_{x_k\to\cdots\to o_t}\;\#\{\text{edges between two steps}\},\qquad"
    r"\log_{10}\left\lVert\frac{\partial o_T}{\partial x_k}\right\rVert",
    source="Vaswani et al. 2017, “Attention is all you need”, arXiv 1706.03762, table 1",
    fields=_FIELDS,
    compute=compute,
    figure=figure,
    cost=paths_cost,
    checks=checks,
)
