"""The comparison as a page: its form, and where it is little work its table; scripts fill the grid as tiles come."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from unrolled.errors import InvalidInput
from unrolled.query.choices import properties
from unrolled.query.query import Query
from unrolled.query.types import series_text
from unrolled.service.answers import Answers
from unrolled.service.compare.answer import head, tile_payload
from unrolled.service.compare.axes import LEARNED, MOST, SIGHT, Axis, axis_fields
from unrolled.service.compare.gather import Finished, gathered, work_left
from unrolled.service.compare.grid import cells_of
from unrolled.service.compare.request import MOST_SEEDS, OWN, PATH, VALUES, Comparison, read_comparison
from unrolled.service.compare.text import sentence
from unrolled.service.disconnect import unless_left
from unrolled.views.text.caption import line
from unrolled.web.http.address import base_url
from unrolled.web.http.conditional import REVALIDATE, has, not_modified, weak_etag
from unrolled.web.http.json import to_script
from unrolled.web.http.problems import headers_of, problem
from unrolled.web.http.requests import pairs
from unrolled.web.http.templates import render
from unrolled.web.pages.controls import controls
from unrolled.web.pages.form import faults_by_field, is_foreign
from unrolled.web.pages.messages import MESSAGES
from unrolled.web.pages.relevance import STATES

# Operations that take a third of a second: a page that needs more comes at once, and scripts fill it.
_CHEAP = 20e9
# What moves no cell of any tile has no control here.
_WITHOUT = SIGHT | LEARNED | {"v"}


def add_compare(router: APIRouter, answers: Answers) -> None:
    """Add the page.

    Parameters
    ----------
    router : APIRouter
        Takes the route.
    answers : Answers
        What this process knows and can compute.
    """

    async def compare(request: Request) -> Response:
        return await _compare(request, answers)

    router.add_api_route(PATH, compare, methods=["GET"], response_model=None)


async def _compare(request: Request, answers: Answers) -> Response:
    given = pairs(request)
    own = [(name, value) for name, value in given if not is_foreign(name)]
    try:
        asked = read_comparison(own)
    except InvalidInput as error:
        return _wrong(dict(own), error, base_url(request, answers.settings.public_url))
    if len(own) < len(given) or not {name for name, _ in own} <= asked.params().keys():
        return RedirectResponse(asked.url(), 303, {"Cache-Control": REVALIDATE})
    base = base_url(request, answers.settings.public_url)
    etag = weak_etag(answers.fingerprint, "compare page", base, asked.params())
    if has(request, etag):
        return not_modified(etag, {"Cache-Control": REVALIDATE})
    cells = cells_of(asked, answers.settings)
    if work_left(answers, cells) > _CHEAP:
        return HTMLResponse(_page(asked, (), base), headers={"Cache-Control": "no-store"})
    met = await unless_left(request, gathered(answers, cells))
    return HTMLResponse(_page(asked, met, base), headers={"Cache-Control": REVALIDATE, "ETag": etag})


def _page(asked: Comparison, met: Sequence[Finished], base: str) -> bytes:
    """Write the page, with its table where everything has been met."""
    begun = head(asked)
    axes = {axis.field for axis in asked.axes}
    values = _texts(asked)
    said = sentence(met) if met else ""
    count = len(begun["rows"]["labels"]) * len(begun["columns"]["labels"])
    return _render(
        values,
        {},
        base,
        begun=begun,
        axes=asked.axes,
        fields_that_run=axes,
        said=said,
        rows=[tile_payload(each, short=True) for each in met],
        setting=line(begun["setting"]),
        title=f"{begun['title']}, side by side · Unrolled",
        description=f"{begun['title']}: {count} influence triangles on one scale. {said}".strip(),
        canonical=base + asked.url(),
        links=begun["links"],
        problem=None,
        initial=to_script(_initial(values, None)),
    )


def _wrong(typed: dict[str, str], error: InvalidInput, base: str) -> Response:
    """Write the page with what was typed still in the form, and the fault beside it; nothing is computed."""
    told = problem(error)
    values = {name: Query().text_of(name) for name in Query.names()} | dict.fromkeys(OWN, "") | {"seeds": "1"} | typed
    page = _render(
        values,
        faults_by_field(error),
        base,
        begun=None,
        axes=(Axis("rows", "", ()), Axis("columns", "", ())),
        fields_that_run=frozenset(),
        said="",
        rows=(),
        setting="",
        title=f"{error.title} · Unrolled",
        description=error.detail,
        canonical=base + PATH,
        links={},
        problem=told,
        initial=to_script(_initial(values, told)),
    )
    return HTMLResponse(page, error.status, headers_of(error))


def _texts(asked: Comparison) -> dict[str, str]:
    """Write what stands in every control; the fields of the axes have none of their own."""
    texts = {name: _text(name, value) for name, value in asked.common().items()}
    for axis in asked.axes:
        texts |= {axis.name: axis.field, VALUES[axis.name]: axis.written}
    return texts | {"seeds": str(asked.seeds)}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    return series_text(value) if name == "series" else repr(value).removesuffix(".0").strip("'")


def _initial(values: dict[str, str], told: dict[str, Any] | None) -> dict[str, Any]:
    """Give what the scripts begin with."""
    return {"values": values, "defaults": Query().model_dump(), "states": STATES, "most": MOST, "problem": told}


def _render(values: dict[str, str], faults: dict[str, str], base: str, **context: Any) -> bytes:
    """Fill the template with what a right and a wrong page have in common."""
    drawn = [each for each in controls(values, faults) if each.name not in _WITHOUT]
    return render(
        "compare.html",
        page="compare",
        base=base,
        values=values,
        faults=faults,
        controls=drawn,
        choices_of_axes=[(name, properties()[name]["label"]) for name in axis_fields()],
        messages=to_script(MESSAGES),
        most=MOST,
        most_seeds=MOST_SEEDS,
        **context,
    )
