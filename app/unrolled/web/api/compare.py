"""The comparison in every form: all of it as JSON, one row a tile as CSV, matrices as NPZ, each tile as it comes."""

from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import UnrolledError
from unrolled.service.answers import Answers, unless_disconnected
from unrolled.service.compare.answer import FORMATS, ComparisonAnswer, header, tile_payload
from unrolled.service.compare.gather import FinishedCell, finished_cells, gather_cells, row_major
from unrolled.service.compare.grid import Cell, build_cells
from unrolled.service.compare.request import Comparison, read_comparison
from unrolled.service.compare.text import grid_sentence
from unrolled.web.api.views import to_csv, to_npz
from unrolled.web.http.requests import query_pairs
from unrolled.web.http.responses import (
    JSON,
    REVALIDATE,
    client_has,
    not_modified,
    problem_of,
    to_event,
    to_json,
    weak_etag,
)

PATH = "/api/v1/compare"


def add_compare(router: APIRouter, answers: Answers) -> None:
    """Add the routes of the comparison."""

    async def stream(request: Request) -> Response:
        comparison = read_comparison(query_pairs(request))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(
            _events(answers, comparison, build_cells(comparison, answers.settings)), headers=headers
        )

    for name, (encode, media_type) in _ENCODED.items():
        router.add_api_route(
            f"{PATH}{FORMATS[name]}", _endpoint(answers, name, encode, media_type), methods=["GET"], response_model=None
        )
    router.add_api_route(f"{PATH}{FORMATS['stream']}", stream, methods=["GET"], response_model=None)


def _endpoint(
    answers: Answers, name: str, encode: Callable[[ComparisonAnswer], bytes], media_type: str
) -> Callable[[Request], Awaitable[Response]]:

    async def endpoint(request: Request) -> Response:
        comparison = read_comparison(query_pairs(request))
        etag = weak_etag(answers.fingerprint, "compare", name, comparison.params())
        headers = {"Cache-Control": REVALIDATE, "ETag": etag}
        if client_has(request, etag):
            return not_modified(etag, headers)
        key, compress = ("compare", name, tuple(comparison.params().items())), name != "npz"
        body = answers.remembered(request, key, compress=compress)
        if body is None:
            cells = build_cells(comparison, answers.settings)
            finished = await unless_disconnected(request, gather_cells(answers, cells))
            answer = ComparisonAnswer(comparison, finished)
            body = await answers.other_body(request, key, lambda: encode(answer), compress=compress, is_admitted=True)
        if name != "self":
            headers["Content-Disposition"] = f'attachment; filename="unrolled-compare.{name}"'
        return Response(body.content, headers=headers | body.headers, media_type=media_type)

    return endpoint


async def _events(answers: Answers, comparison: Comparison, cells: tuple[Cell, ...]) -> AsyncIterator[bytes]:
    """Send the head, each tile as it comes, and what they show; whoever stops listening frees the workers."""
    finished: list[FinishedCell] = []
    try:
        yield to_event("begun", header(comparison) | {"total": len(cells)})
        async for cell in finished_cells(answers, cells):
            finished.append(cell)
            yield to_event("tile", tile_payload(cell, short=True) | {"done": len(finished), "total": len(cells)})
        yield to_event("done", {"sentence": grid_sentence(row_major(finished))})
    except UnrolledError as error:
        yield to_event("failed", problem_of(error))


def _json(answer: ComparisonAnswer) -> bytes:
    return to_json(answer.payload())


def _csv(answer: ComparisonAnswer) -> bytes:
    return to_csv(answer.columns())


def _npz(answer: ComparisonAnswer) -> bytes:
    return to_npz({"link": np.array(answer.comparison.url()), **answer.arrays()})


_ENCODED: dict[str, tuple[Callable[[ComparisonAnswer], bytes], str]] = {
    "self": (_json, JSON),
    "csv": (_csv, "text/csv"),
    "npz": (_npz, "application/x-npz"),
}
