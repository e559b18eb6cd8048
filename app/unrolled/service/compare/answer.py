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
from unrolled.service.compare.gather import Finished
from unrolled.service.compare.grid import resolution_of
from unrolled.service.compare.request import PATH, Comparison
from unrolled.service.compare.table import written_cells
from unrolled.service.compare.text import (
    caption_of,
    derivative_sentence,
    sentence,
    table_caption,
    tile_sentence,
    title_of,
)
from unrolled.views.contract.payload import Payload, finite_list, finite_rows
from unrolled.views.plots.colour import SCALE, colorscale

# What is said of a tile, in the order of the table; and what of it has a range over the seeds.
_SAID = ("verdict", "horizon", "rate", "path_length", "flops", "parameters")
_RANGED = ("verdict", "horizon", "rate")
FORMATS: Mapping[str, str] = {"self": "", "csv": ".csv", "npz": ".npz", "stream": "/stream"}


@dataclass(frozen=True)
class Answer:
    """A comparison with all of its tiles.

    Attributes
    ----------
    asked : Comparison
        What was asked for.
    met : tuple of Finished
        Its cells, row by row.
    """

    asked: Comparison
    met: tuple[Finished, ...]

    def payload(self) -> Payload:
        """Give everything for JSON: numbers are finite or None."""
        return head(self.asked) | {"tiles": [tile_payload(each) for each in self.met], "sentence": sentence(self.met)}

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Give one row a tile, for CSV: what is said of it, with the range over the seeds, and what it costs."""
        told = [tile_payload(each, short=True) for each in self.met]
        columns: dict[str, Sequence[Any]] = {
            axis.field: [row[f"{axis.name.removesuffix('s')}_value"] for row in told]
            for axis in self.asked.axes
            if axis.field
        }
        for name in _SAID:
            columns[name] = [row.get(name) for row in told]
            if name in _RANGED:
                for end, index in (("low", 0), ("high", 1)):
                    columns[f"{name}_{end}"] = [row["range"][name][index] if "range" in row else None for row in told]
        return columns | {"reason": [row["reason"] for row in told]}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the axes, what is said of every tile, and steps and matrix of each under its row and column."""
        named: dict[str, npt.NDArray[Any]] = {
            axis.name: np.array(axis.values) if axis.field else np.zeros(0) for axis in self.asked.axes
        }
        shape = (max(1, len(self.asked.rows.values)), max(1, len(self.asked.columns.values)))
        told = [tile_payload(each, short=True) for each in self.met]
        for name in _SAID:
            given = [row.get(name) for row in told]
            filled = [value or "" for value in given] if name == "verdict" else [_number(value) for value in given]
            named[name] = np.array(filled).reshape(shape)
        for each in self.met:
            if each.average:
                place = f"{each.cell.row + 1}_{each.cell.column + 1}"
                named |= {f"t_{place}": each.average.steps, f"log10_norm_{place}": each.average.log10_norm}
        return named


def head(asked: Comparison) -> Payload:
    """Give what is known of a comparison before anything is computed.

    Parameters
    ----------
    asked : Comparison
        What is compared.

    Returns
    -------
    dict
        ``query``: what the networks have in common; ``rows`` and ``columns``: their fields, values and labels;
        ``seeds``, ``of``, ``wrt`` and ``norm`` (None where an axis runs through them), ``resolution``, ``scale``,
        ``colorscale``, ``note`` and ``links``.
    """
    common = asked.common()
    return {
        "query": {"v": 1} | common,
        "rows": _axis_payload(asked.rows),
        "columns": _axis_payload(asked.columns),
        "seeds": asked.seeds,
        "of": common.get("of"),
        "wrt": common.get("wrt"),
        "norm": common.get("norm"),
        "resolution": resolution_of(asked),
        "scale": list(SCALE),
        "colorscale": [list(stop) for stop in colorscale()],
        "note": derivative_sentence(asked),
        "title": title_of(asked),
        "setting": caption_of(asked),
        "caption": table_caption(asked),
        "links": {"page": asked.url(PATH)}
        | {name: asked.url(f"/api/v1/compare{suffix}") for name, suffix in FORMATS.items()},
    }


def tile_payload(each: Finished, *, short: bool = False) -> Payload:
    """Give one tile for JSON.

    Parameters
    ----------
    each : Finished
        The tile.
    short : bool
        Whether to leave out what lies above the diagonal, and digits that no picture shows.

    Returns
    -------
    dict
        Place, values and name; where there is a picture its numbers, else ``reason``.
    """
    cell, average = each.cell, each.average
    place = {
        "row": cell.row,
        "column": cell.column,
        "row_value": cell.values[0],
        "column_value": cell.values[1],
        "name": cell.name,
        "link": cell.query.url() if cell.query else None,
        "reason": cell.reason or None,
    }
    if average is None or not cell.problems:
        return place
    ranges: Payload = {
        "verdict": [average.verdicts[0], average.verdicts[2]],
        "horizon": [average.horizons[0], average.horizons[2]],
        "rate": [average.rates[0], average.rates[2]],
    }
    steps = {"t": average.steps.tolist()}
    if not short:
        steps["k"] = steps["t"]
    if not short or len(cell.problems) > 1:
        ends = (average.low, average.high)
        ranges["median"] = [finite_list(np.round(end, 3) if short else end) for end in ends]
    tile = (
        place
        | steps
        | {
            "log10_norm": _lower(average.log10_norm) if short else finite_rows(average.log10_norm),
            "lag": average.lag.tolist(),
            "median": finite_list(np.round(average.median, 3) if short else average.median),
            "verdict": average.verdict,
            "horizon": average.horizon,
            "rate": average.rate,
            "path_length": average.path_length,
            "reach": average.reach,
            "range": ranges,
            "sentence": tile_sentence(average),
        }
        | _costs(cell.problems[0])
    )
    return tile | {"cells": written_cells(tile)}


def _costs(experiment: Experiment) -> Payload:
    """Give what a network costs to train."""
    return {"flops": training_flops(experiment), "parameters": parameter_count(experiment)}


def _axis_payload(axis: Axis) -> Payload:
    return {
        "field": axis.field or None,
        "title": axis.title,
        "values": list(axis.values),
        "labels": list(axis.labels),
        "written": axis.written,
    }


def _lower(log10_norm: Array) -> list[list[float | None]]:
    """Give each row up to the diagonal, with two decimals: a colour shows no more."""
    rounded = finite_rows(np.round(log10_norm, 2))
    return [row[: index + 1] for index, row in enumerate(rounded)]


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
