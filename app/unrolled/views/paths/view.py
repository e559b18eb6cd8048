"""How long the path is from an input to an output in every model, and what is left of the gradient at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Norm, Steps
from unrolled.core.checks.laws import Check
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, LeftOut, Payload, View, finite, finite_list
from unrolled.views.paths.checks import paths_checks, paths_checks_cost
from unrolled.views.paths.figure import paths_figure
from unrolled.views.paths.measure import ModelPath, lags_of, length_of, measure, paths_cost, table_lags
from unrolled.views.paths.text import paths_notes, paths_sentence
from unrolled.views.text.derivative import shortened_note

_FIELDS = NETWORK_FIELDS | {"norm", "window", "truncation", "key", "positions"}
_COUNTS = ("multiply_adds", "sequential_operations", "reach", "parameters")


@dataclass(frozen=True)
class Paths:
    """Every model's row, at distances ``lags`` (n,) from the last step; ``current`` is the model that is set."""

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
                "name": model.name,
                "path_length": [_length_or_none(length) for length in model.path_length],
                "log10_norm": finite_list(model.log10_norm),
                "log10_norm_full": finite_list(model.log10_norm_full),
            }
            for model in self.models
        ]
        rest = {"norm": self.norm, "sentence": self.sentence, "notes": list(self.notes)}
        return self.table() | {"lag": self.lags.tolist(), "curves": curves} | rest

    def table(self) -> Payload:
        """Give what the table has: a row a model, with some of the distances."""
        lags = self.lags.tolist()
        shown = table_lags(lags[-1] + 1)
        return {
            "t": lags[-1] + 1,
            "told": shown,
            "models": [self._row(model, [lags.index(lag) for lag in shown]) for model in self.models],
            "left_out": [{"name": row.value, "label": row.label, "reason": row.reason} for row in self.left_out],
        }

    def _row(self, model: ModelPath, indices: list[int]) -> Payload:
        counts = {name: getattr(model, name) for name in _COUNTS}
        return {
            "name": model.name,
            "label": model.label,
            "current": model.name == self.current,
            "layers": model.layers,
            "formula": MODELS[model.name].work,
            **counts,
            "max_path_length": model.max_path_length,
            "cells": [self._cell(model, index) for index in indices],
        }

    def _cell(self, model: ModelPath, index: int) -> Payload:
        lag = int(self.lags[index])
        return {
            "lag": lag,
            "k": int(self.lags[-1]) + 1 - lag,
            "path_length": _length_or_none(model.path_length[index]),
            "log10_norm": finite(model.log10_norm[index]),
            "log10_norm_full": finite(model.log10_norm_full[index]),
            "cut": not model.kept[index],
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a distance of a model; no number where no path leads or a truncation cuts it off."""
        count = len(self.lags)
        columns: dict[str, Column] = {
            "model": [model.name for model in self.models for _ in range(count)],
            "lag": np.tile(self.lags, len(self.models)),
            "k": np.tile(self.lags[-1] + 1 - self.lags, len(self.models)),
            "path_length": [_text(length) for model in self.models for length in model.path_length],
            "log10_norm": _concatenated([model.log10_norm for model in self.models]),
            "log10_norm_full": _concatenated([model.log10_norm_full for model in self.models]),
            "max_path_length": [_text(model.max_path_length) for model in self.models for _ in range(count)],
        }
        counts = {name: [getattr(model, name) for model in self.models for _ in range(count)] for name in _COUNTS}
        return columns | counts

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give everything, a row a model, a column a distance; a path is −1 where none leads."""
        shape = (len(self.models), len(self.lags))
        arrays: dict[str, npt.NDArray[Any]] = {
            "model": np.array([model.name for model in self.models], dtype=np.str_),
            "lag": self.lags,
            "path_length": np.array([model.path_length for model in self.models], dtype=np.int64).reshape(shape),
            "log10_norm": np.array([model.log10_norm for model in self.models]).reshape(shape),
            "log10_norm_full": np.array([model.log10_norm_full for model in self.models]).reshape(shape),
        }
        longest = [-1 if model.max_path_length is None else model.max_path_length for model in self.models]
        counts = {name: [getattr(model, name) for model in self.models] for name in _COUNTS}
        return (
            arrays
            | {name: np.array(row, dtype=np.int64) for name, row in counts.items()}
            | {"max_path_length": np.array(longest, dtype=np.int64)}
        )


def compute(experiment: Experiment, memo: Memo) -> Paths:
    """Search every model's graph and measure the last row of its triangle, once."""
    return remembered("paths", _FIELDS, _computed, experiment, memo)


def _computed(experiment: Experiment, memo: Memo) -> Paths:
    lags = lags_of(experiment)
    models, left_out = measure(experiment, memo, lags)
    sentences = paths_sentence(models, left_out, lags), shortened_note(experiment, length_of(experiment))
    query = experiment.query
    sentence = " ".join(filter(None, sentences))
    return Paths(lags, models, left_out, query.model, query.norm, sentence, paths_notes(experiment, models))


def figure(result: Paths) -> Payload:
    """Draw the curves."""
    meta = {"sentence": result.sentence, "notes": list(result.notes), "table": result.table()}
    return paths_figure(result.models, result.lags, meta)


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the answer to its own graph, and some of its cells to another computation."""
    paths = compute(experiment, memo)
    return paths_checks(experiment, memo, paths.models, paths.lags)


def _length_or_none(length: int) -> int | None:
    return None if length < 0 else int(length)


def _text(length: int | None) -> str:
    return "" if length is None or length < 0 else str(length)


def _concatenated(rows: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
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
    checks_cost=paths_checks_cost,
    is_of_one=False,
    panel=PagePanel(
        how="One row a model: what its graph says, and beside it the gradient that was measured. A path counts "
        "the steps that it crosses, its reach the distance that it spans. Sequential operations wait for each"
        " other. The multiply-adds are those of the layer that reads the sequence, T steps long, with D "
        "numbers in each, H units, K inputs of a window and d_k entries of a key. A short path spares the "
        "gradient a long product; it does not make it large.",
        row=10,
        instrument="paths",
        short="paths",
    ),
)
