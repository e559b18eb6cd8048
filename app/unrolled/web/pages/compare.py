"""The comparison as a page: its form, and where it is little work its table; scripts fill the grid as tiles come."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from unrolled.errors import InvalidInput
from unrolled.query.choices import properties
from unrolled.query.fields import fields_where
from unrolled.query.query import Query
from unrolled.query.types import series_text
from unrolled.service.answers import Answers, unless_disconnected
from unrolled.service.compare.answer import header, tile_payload
from unrolled.service.compare.axes import MAX_VALUES, Axis, axis_fields
from unrolled.service.compare.gather import FinishedCell, gather_cells, remaining_flops
from unrolled.service.compare.grid import build_cells
from unrolled.service.compare.request import (
    COMPARISON_FIELDS,
    MAX_SEEDS,
    PATH,
    VALUES_FIELD_OF,
    Comparison,
    read_comparison,
)
from unrolled.service.compare.text import grid_sentence
from unrolled.views.text.caption import line
from unrolled.web.http.requests import base_url, query_pairs
from unrolled.web.http.responses import (
    REVALIDATE,
    client_has,
    headers_of,
    not_modified,
    problem_of,
    to_script,
    weak_etag,
)
from unrolled.web.http.templates import render
from unrolled.web.pages.controls import controls
from unrolled.web.pages.form import faults_by_field, is_tracking
from unrolled.web.pages.groups import compared_groups
from unrolled.web.pages.messages import MESSAGES
from unrolled.web.pages.schema import script_schema

_TITLE = "{compared}, side by side · Unrolled"
_DESCRIPTION = "{compared}: {count} influence triangles on one scale. {sentence}"
_ERROR_TITLE = "{error} · Unrolled"

# Operations that take a third of a second: a page that needs more comes at once, and scripts fill it.
_CHEAP = 20e9
# What moves no cell of any tile has no control here.
_WITH = frozenset(fields_where(lambda entry: entry.compared in ("axis", "setting")))


def add_compare(router: APIRouter, answers: Answers) -> None:
    """Add the page."""

    async def compare(request: Request) -> Response:
        return await _answer(request, answers)

    router.add_api_route(PATH, compare, methods=["GET"], response_model=None)


async def _answer(request: Request, answers: Answers) -> Response:
    sent = query_pairs(request)
    params = [(name, value) for name, value in sent if not is_tracking(name)]
    base = base_url(request, answers.settings.public_url)
    try:
        comparison = read_comparison(params)
    except InvalidInput as error:
        return _error_page(dict(params), error, base)
    if len(params) < len(sent) or not {name for name, _ in params} <= comparison.params().keys():
        return RedirectResponse(comparison.url(), 303, {"Cache-Control": REVALIDATE})
    etag = weak_etag(answers.fingerprint, "compare page", base, comparison.params())
    if client_has(request, etag):
        return not_modified(etag, {"Cache-Control": REVALIDATE})
    key = "compare page", base, tuple(comparison.params().items())
    page = answers.remembered(request, key)
    if page is None:
        cells = build_cells(comparison, answers.settings)
        if remaining_flops(answers, cells) > _CHEAP:
            return HTMLResponse(_page(comparison, (), base), headers={"Cache-Control": "no-store"})
        finished = await unless_disconnected(request, gather_cells(answers, cells))
        page = answers.body_at_once(request, key, partial(_page, comparison, finished, base))
    return HTMLResponse(page.content, headers={"Cache-Control": REVALIDATE, "ETag": etag} | page.headers)


def _page(comparison: Comparison, cells: Sequence[FinishedCell], base: str) -> bytes:
    """Write the page, with its table where everything has been computed."""
    head = header(comparison)
    fields = {axis.field for axis in comparison.axes}
    values = _control_texts(comparison)
    sentence = grid_sentence(cells) if cells else ""
    count = len(head["rows"]["labels"]) * len(head["columns"]["labels"])
    return _render(
        values,
        {},
        base,
        header=head,
        axes=comparison.axes,
        fields_of_axes=fields,
        sentence=sentence,
        rows=[tile_payload(cell, short=True) for cell in cells],
        setting=line(head["setting"]),
        title=_TITLE.format(compared=head["title"]),
        description=_DESCRIPTION.format(compared=head["title"], count=count, sentence=sentence).strip(),
        canonical=base + comparison.url(),
        links=head["links"],
        problem=None,
        initial=to_script(_initial(values, None)),
    )


def _error_page(raw: dict[str, str], error: InvalidInput, base: str) -> Response:
    """Write the page with what was sent still in the form, and the fault beside it; nothing is computed."""
    problem = problem_of(error)
    values = (
        {name: Query().text_of(name) for name in Query.names()}
        | dict.fromkeys(COMPARISON_FIELDS, "")
        | {"seeds": "1"}
        | raw
    )
    page = _render(
        values,
        faults_by_field(error),
        base,
        header=None,
        axes=(Axis("rows", "", ()), Axis("columns", "", ())),
        fields_of_axes=frozenset(),
        sentence="",
        rows=(),
        setting="",
        title=_ERROR_TITLE.format(error=error.title),
        description=error.detail,
        canonical=base + PATH,
        links={},
        problem=problem,
        initial=to_script(_initial(values, problem)),
    )
    return HTMLResponse(page, error.status, headers_of(error))


def _control_texts(comparison: Comparison) -> dict[str, str]:
    """Write what stands in every control; the fields of the axes have none of their own."""
    texts = {name: _text(value) for name, value in comparison.common().items()}
    for axis in comparison.axes:
        texts |= {axis.name: axis.field, VALUES_FIELD_OF[axis.name]: axis.values_text}
    return texts | {"seeds": str(comparison.seeds)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return series_text(value) if isinstance(value, tuple) else repr(value).removesuffix(".0").strip("'")


def _initial(values: dict[str, str], problem: dict[str, Any] | None) -> dict[str, Any]:
    """Give what the scripts begin with."""
    return {"values": values, "schema": script_schema(), "most": MAX_VALUES, "problem": problem}


def _render(values: dict[str, str], faults: dict[str, str], base: str, **context: Any) -> bytes:
    """Fill the template with what a right and a wrong page have in common."""
    shown = [control for control in controls(values, faults) if control.name in _WITH]
    return render(
        "compare.html",
        page="compare",
        base=base,
        values=values,
        faults=faults,
        groups=compared_groups(shown),
        choices_of_axes=[(name, properties()[name]["label"]) for name in axis_fields()],
        most=MAX_VALUES,
        most_seeds=MAX_SEEDS,
        messages=to_script(MESSAGES),
        **context,
    )
