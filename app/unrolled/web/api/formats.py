"""The forms in which the answer to a question is sent."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.contract.view import Drawing, View
from unrolled.web.http.json import JSON, to_json


@dataclass(frozen=True)
class Format:
    """One form.

    Attributes
    ----------
    name : str
        Its name in ``links``.
    suffix : str
        What follows the name of the view in the path.
    media_type : str
        Its media type.
    summary : str
        What it gives, for the description of the API.
    encode : callable
        Makes the bytes; runs in a worker.
    is_file : bool
        Whether a browser should save it rather than show it.
    is_compressed : bool
        Whether it is as small as it gets already.
    """

    name: str
    suffix: str
    media_type: str
    summary: str
    encode: Callable[[Answers, View, Experiment], bytes]
    is_file: bool = False
    is_compressed: bool = False


def path_of(view: str, name: str) -> str:
    """Give the path of a view in one format.

    Parameters
    ----------
    view : str
        Name of the view.
    name : str
        Name of the format.

    Returns
    -------
    str
        For example ``/api/v1/influence.csv``.
    """
    return f"/api/v1/{view}{forms_of(view)[name].suffix}"


def forms_of(view: str) -> Mapping[str, "Format"]:
    """Give every form of a view: those of all, and its own drawings.

    Parameters
    ----------
    view : str
        Name of the view.

    Returns
    -------
    mapping of str to Format
        By name.
    """
    return FORMATS | {drawing.name: _drawn(drawing) for drawing in VIEWS[view].drawings}


def _drawn(drawing: Drawing) -> "Format":
    def encode(answers: Answers, view: View, experiment: Experiment) -> bytes:
        return drawing.draw(answers.result(view, experiment).value).encode()

    return Format(drawing.name, f".{drawing.name}", drawing.media_type, drawing.summary, encode, is_file=True)


def links(view: str, experiment: Experiment) -> dict[str, str | None]:
    """Give where the same answer is found in other forms.

    Parameters
    ----------
    view : str
        Name of the view.
    problem : Experiment
        A network out of a link, or somebody's own.

    Returns
    -------
    dict
        Page and formats, each relative to the host. A network of one's own fits into no link: there the paths
        are those that take the same body again, and there is no page.
    """
    paths = {name: path_of(view, name) for name in forms_of(view)}
    if experiment.digest:
        return {"page": None} | paths
    return {name: experiment.query.url(path) for name, path in ({"page": "/"} | paths).items()}


def _data(answers: Answers, view: View, experiment: Experiment) -> bytes:
    timed = answers.result(view, experiment)
    frame = {"query": experiment.query.model_dump(), "links": links(view.name, experiment)}
    ms = {"compute": timed.ms, "checks": timed.check_ms}
    return to_json(frame | dict(timed.value.payload()) | {"checks": timed.told(), "ms": ms})


def _figure(answers: Answers, view: View, experiment: Experiment) -> bytes:
    return to_json(answers.figure(view, experiment))


def _csv(answers: Answers, view: View, experiment: Experiment) -> bytes:
    columns = answers.result(view, experiment).value.columns()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, column) for column in columns.values()), strict=True))
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    """Leave a cell empty where there is no number."""
    return "" if value is None or value != value else value


def _npz(answers: Answers, view: View, experiment: Experiment) -> bytes:
    arrays: Mapping[str, Any] = answers.result(view, experiment).value.arrays()
    file = io.BytesIO()
    np.savez_compressed(file, **{"query": np.array(experiment.query.model_dump_json())} | dict(arrays))
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
