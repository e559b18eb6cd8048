"""The forms in which the answer to a question is sent."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.experiment.experiment import Experiment
from unrolled.service.answers import Timed, figure_of
from unrolled.views import VIEWS
from unrolled.views.contract.view import Drawing, Result, View
from unrolled.web.http.json import JSON, to_json


@dataclass(frozen=True)
class Format:
    """One form: its name in ``links``, what follows the name of the view in the path, and what it gives.

    A browser should save a file rather than show it; what is compressed is as small as it gets.
    """

    name: str
    suffix: str
    media_type: str
    summary: str
    encode: Callable[[View, Experiment, Timed[Result]], bytes]
    is_file: bool = False
    is_compressed: bool = False


def path_of(view: str, name: str) -> str:
    """Give the path of a view in one format: ``/api/v1/influence.csv``."""
    return f"/api/v1/{view}{formats_of(view)[name].suffix}"


def formats_of(view: str) -> Mapping[str, "Format"]:
    """Give every form of a view: those of all, and its own drawings."""
    return FORMATS | {drawing.name: _drawing_format(drawing) for drawing in VIEWS[view].drawings}


def _drawing_format(drawing: Drawing) -> "Format":
    def encode(view: View, experiment: Experiment, timed: Timed[Result]) -> bytes:
        del view, experiment
        return drawing.draw(timed.value).encode()

    return Format(drawing.name, f".{drawing.name}", drawing.media_type, drawing.summary, encode, is_file=True)


def links(view: str, experiment: Experiment) -> dict[str, str | None]:
    """Give page and formats of the same answer, relative to the host.

    A network of one's own fits into no link: there the paths take the same body again, and there is no page.
    """
    paths = {name: path_of(view, name) for name in formats_of(view)}
    if experiment.digest:
        return {"page": None} | paths
    return {name: experiment.query.url(path) for name, path in ({"page": "/"} | paths).items()}


def _data(view: View, experiment: Experiment, timed: Timed[Result]) -> bytes:
    frame = {"query": experiment.query.model_dump(), "links": links(view.name, experiment)}
    ms = {"compute": timed.ms, "checks": timed.check_ms}
    return to_json(frame | dict(timed.value.payload()) | {"checks": timed.checks_payload(), "ms": ms})


def _figure(view: View, experiment: Experiment, timed: Timed[Result]) -> bytes:
    return to_json(figure_of(view, experiment, timed))


def _csv(view: View, experiment: Experiment, timed: Timed[Result]) -> bytes:
    del view, experiment
    return to_csv(timed.value.columns())


def to_csv(columns: Mapping[str, Sequence[Any] | npt.NDArray[Any]]) -> bytes:
    """Write columns under their names; a cell without a number is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, column) for column in columns.values()), strict=True))
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    return "" if value is None or value != value else value


def _npz(view: View, experiment: Experiment, timed: Timed[Result]) -> bytes:
    del view
    return to_npz({"query": np.array(experiment.query.model_dump_json()), **timed.value.arrays()})


def to_npz(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Write arrays under their names as NumPy does."""
    file = io.BytesIO()
    np.savez_compressed(file, **dict(arrays))  # type: ignore[arg-type]  # any name but one is an array's
    return file.getvalue()


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("self", "", JSON, "the numbers", _data),
        Format("figure", "/figure", JSON, "a Plotly figure", _figure),
        Format("csv", ".csv", "text/csv", "the numbers as CSV, one row a cell", _csv, is_file=True),
        Format(
            "npz", ".npz", "application/x-npz", "the numbers as NumPy arrays", _npz, is_file=True, is_compressed=True
        ),
    )
}
