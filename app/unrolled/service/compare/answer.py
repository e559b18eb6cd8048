"""The answer to a comparison: every tile with its numbers, for JSON, CSV and NPZ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.flops import parameter_count, training_flops
from unrolled.service.compare.axes import Axis
from unrolled.service.compare.gather import FinishedCell
from unrolled.service.compare.grid import resolution_of
from unrolled.service.compare.request import PATH, Comparison
from unrolled.service.compare.table import row_texts
from unrolled.service.compare.text import (
    caption_of,
    derivative_sentence,
    grid_sentence,
    table_caption,
    tile_sentence,
    title_of,
)
from unrolled.views.contract.view import Payload, finite_list, finite_rows
from unrolled.views.plots.colour import SCALE, colorscale
from unrolled.views.text.verdict import summary_payload

# In the order of the table.
_TABLE_COLUMNS = ("verdict", "horizon", "rate", "path_length", "flops", "parameters")
_COLUMNS_WITH_RANGE = ("verdict", "horizon", "rate")
FORMATS: Mapping[str, str] = {"self": "", "csv": ".csv", "npz": ".npz", "stream": "/stream"}


@dataclass(frozen=True)
class ComparisonAnswer:
    """A comparison with all of its cells, row by row."""

    comparison: Comparison
    cells: tuple[FinishedCell, ...]

    def payload(self) -> Payload:
        """Give everything for JSON: numbers are finite or None."""
        return header(self.comparison) | {
            "tiles": [tile_payload(finished) for finished in self.cells],
            "sentence": grid_sentence(self.cells),
        }

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Give one row a tile, for CSV: its summary, with the range over the seeds, and what it costs."""
        rows = [tile_payload(finished, short=True) for finished in self.cells]
        columns: dict[str, Sequence[Any]] = {
            axis.field: [row[f"{axis.name.removesuffix('s')}_value"] for row in rows]
            for axis in self.comparison.axes
            if axis.field
        }
        for name in _TABLE_COLUMNS:
            columns[name] = [row.get(name) for row in rows]
            if name in _COLUMNS_WITH_RANGE:
                for end, index in (("low", 0), ("high", 1)):
                    columns[f"{name}_{end}"] = [row["range"][name][index] if "range" in row else None for row in rows]
        return columns | {"reason": [row["reason"] for row in rows]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the axes, the summary of every tile, and steps and matrix of each under its row and column."""
        arrays: dict[str, npt.NDArray[Any]] = {
            axis.name: np.array(axis.values) if axis.field else np.zeros(0) for axis in self.comparison.axes
        }
        shape = (max(1, len(self.comparison.rows.values)), max(1, len(self.comparison.columns.values)))
        rows = [tile_payload(finished, short=True) for finished in self.cells]
        for name in _TABLE_COLUMNS:
            column = [row.get(name) for row in rows]
            filled = (
                [value or "" for value in column] if name == "verdict" else [_nan_for_none(value) for value in column]
            )
            arrays[name] = np.array(filled).reshape(shape)
        for finished in self.cells:
            if finished.median:
                place, tile = f"{finished.cell.row + 1}_{finished.cell.column + 1}", finished.median.tile
                arrays |= {f"t_{place}": tile.steps, f"log10_norm_{place}": tile.log10_norm}
        return arrays


def header(comparison: Comparison) -> Payload:
    """Give what is known of a comparison before anything is computed.

    ``of``, ``wrt`` and ``norm`` are None where an axis runs through them.
    """
    common = comparison.common()
    return {
        "query": {"v": 1} | common,
        "rows": _axis_payload(comparison.rows),
        "columns": _axis_payload(comparison.columns),
        "seeds": comparison.seeds,
        "of": common.get("of"),
        "wrt": common.get("wrt"),
        "norm": common.get("norm"),
        "resolution": resolution_of(comparison),
        "scale": list(SCALE),
        "colorscale": [list(stop) for stop in colorscale()],
        "note": derivative_sentence(comparison),
        "title": title_of(comparison),
        "setting": caption_of(comparison),
        "caption": table_caption(comparison),
        "links": {"page": comparison.url(PATH)}
        | {name: comparison.url(f"/api/v1/compare{suffix}") for name, suffix in FORMATS.items()},
    }


def tile_payload(finished: FinishedCell, *, short: bool = False) -> Payload:
    """Give one tile for JSON: its numbers where there is a picture, else ``reason``.

    A short one leaves out what lies above the diagonal, and digits that no picture shows.
    """
    cell, median = finished.cell, finished.median
    place = {
        "row": cell.row,
        "column": cell.column,
        "row_value": cell.values[0],
        "column_value": cell.values[1],
        "name": cell.name,
        "link": cell.query.url() if cell.query else None,
        "reason": cell.reason or None,
    }
    if median is None or cell.query is None:
        return place
    shown, summary = median.tile, median.summary
    # One real network is shown, and linked to.
    place["link"] = cell.query.changed(seed=cell.query.seed + median.place).url()
    ranges: Payload = {
        "verdict": list(median.verdicts),
        "horizon": list(median.horizons),
        "rate": list(median.rates),
    }
    steps = {"t": shown.steps.tolist()}
    if not short:
        steps["k"] = steps["t"]
    if not short or len(cell.experiments) > 1:
        ranges["median"] = [finite_list(np.round(end, 3) if short else end) for end in (median.low, median.high)]
    told = summary_payload(summary, shown.told.profile)
    tile = (
        place
        | steps
        | {
            "seed": cell.query.seed + median.place,
            "log10_norm": _lower_triangle(shown.log10_norm) if short else finite_rows(shown.log10_norm),
            "lag": shown.curve.lag.tolist(),
            "median": finite_list(np.round(shown.curve.median, 3) if short else shown.curve.median),
            "path_length": shown.path_length,
            "range": ranges,
        }
        | told
        | {"sentence": tile_sentence(median)}
        | _costs(cell.experiments[median.place])
    )
    return tile | {"cells": row_texts(tile)}


def _costs(experiment: Experiment) -> Payload:
    """Give what a network costs to train."""
    return {"flops": training_flops(experiment), "parameters": parameter_count(experiment)}


def _axis_payload(axis: Axis) -> Payload:
    return {
        "field": axis.field or None,
        "title": axis.title,
        "values": list(axis.values),
        "labels": list(axis.labels),
        "written": axis.values_text,
    }


def _lower_triangle(log10_norm: Array) -> list[list[float | None]]:
    """Give each row up to the diagonal, with two decimals: a colour shows no more."""
    rounded = finite_rows(np.round(log10_norm, 2))
    return [row[: index + 1] for index, row in enumerate(rounded)]


def _nan_for_none(value: float | None) -> float:
    return np.nan if value is None else float(value)
