"""Every view in every form, by GET with a query and by POST with a network of one's own."""

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers, Timed, figure_of, told
from unrolled.views import VIEWS
from unrolled.views.contract.view import Drawing, Result, View
from unrolled.web.api.body import read_posted
from unrolled.web.http.requests import query_pairs
from unrolled.web.http.responses import JSON, REVALIDATE, client_has, not_modified, to_json, weak_etag


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
    return to_json(frame | told(timed) | {"checks": timed.checks_payload(), "ms": ms})


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


def add_views(router: APIRouter, answers: Answers) -> None:
    """Add one route for every view and format."""
    for view in VIEWS.values():
        for form in formats_of(view.name).values():
            path = path_of(view.name, form.name)
            router.add_api_route(path, _endpoint(answers, view, form), methods=["GET", "POST"], response_model=None)


def _endpoint(answers: Answers, view: View, form: Format) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            experiment = (await read_posted(request, answers)).experiment
            headers = {"Cache-Control": "no-store"}
        else:
            experiment = Experiment(Query.parse(query_pairs(request)))
            etag = weak_etag(answers.fingerprint, view.name, form.name, experiment.query.params())
            headers = {"Cache-Control": REVALIDATE, "ETag": etag}
            if client_has(request, etag):
                return not_modified(etag, headers)
        key, write = _key(view, form, experiment), partial(form.encode, view, experiment)
        body = await answers.body(request, key, view, experiment, write, compress=not form.is_compressed)
        if form.is_file:
            headers["Content-Disposition"] = f'attachment; filename="unrolled-{view.name}{form.suffix}"'
        return Response(body.content, headers=headers | body.headers, media_type=form.media_type)

    return endpoint


def _key(view: View, form: Format, experiment: Experiment) -> tuple[str, str, tuple[tuple[str, str], ...], str]:
    """Give the key of the bytes of an answer: unlike a result, they hold the whole query."""
    return view.name, form.name, tuple(experiment.query.params().items()), experiment.digest
