"""The comparison in every form: all of it as JSON, one row a tile as CSV, matrices as NPZ, each tile as it comes."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import numpy as np
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import UnrolledError
from unrolled.service.answers import Answers
from unrolled.service.compare.answer import FORMATS, Answer, head, tile_payload
from unrolled.service.compare.gather import finished, gathered, in_order
from unrolled.service.compare.grid import Cell, cells_of
from unrolled.service.compare.request import Comparison, read_comparison
from unrolled.service.compare.text import sentence
from unrolled.service.disconnect import unless_left
from unrolled.web.http.conditional import REVALIDATE, has, not_modified, weak_etag
from unrolled.web.http.json import JSON, to_json
from unrolled.web.http.problems import problem as told
from unrolled.web.http.requests import pairs

PATH = "/api/v1/compare"


def add_compare(router: APIRouter, answers: Answers) -> None:
    """Add the routes of the comparison.

    Parameters
    ----------
    router : APIRouter
        Takes the routes.
    answers : Answers
        What this process knows and can compute.
    """

    async def stream(request: Request) -> Response:
        asked = read_comparison(pairs(request))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_events(answers, asked, cells_of(asked, answers.settings)), headers=headers)

    for name, (encode, media_type) in _ENCODED.items():
        router.add_api_route(
            f"{PATH}{FORMATS[name]}", _whole(answers, name, encode, media_type), methods=["GET"], response_model=None
        )
    router.add_api_route(f"{PATH}{FORMATS['stream']}", stream, methods=["GET"], response_model=None)


def _whole(
    answers: Answers, name: str, encode: Callable[[Answer], bytes], media_type: str
) -> Callable[[Request], Awaitable[Response]]:
    """Answer with everything at once."""

    async def endpoint(request: Request) -> Response:
        asked = read_comparison(pairs(request))
        etag = weak_etag(answers.fingerprint, "compare", name, asked.params())
        headers = {"Cache-Control": REVALIDATE, "ETag": etag}
        if has(request, etag):
            return not_modified(etag, headers)
        met = await unless_left(request, gathered(answers, cells_of(asked, answers.settings)))
        key = "compare", name, tuple(asked.params().items())
        body = await answers.body(request, key, lambda: encode(Answer(asked, met)), compress=name != "npz")
        if name != "self":
            headers["Content-Disposition"] = f'attachment; filename="unrolled-compare.{name}"'
        return Response(body.content, headers=headers | body.headers, media_type=media_type)

    return endpoint


async def _events(answers: Answers, asked: Comparison, cells: tuple[Cell, ...]) -> AsyncIterator[bytes]:
    """Tell the head, each tile as it comes, and what they show together; whoever stops listening frees the workers."""
    met = []
    try:
        yield _event("begun", head(asked) | {"total": len(cells)})
        async for each in finished(answers, cells):
            met.append(each)
            yield _event("tile", tile_payload(each, short=True) | {"done": len(met), "total": len(cells)})
        yield _event("done", {"sentence": sentence(in_order(met))})
    except UnrolledError as error:
        yield _event("failed", told(error))


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=to_json(data).decode())


def _json(answer: Answer) -> bytes:
    return to_json(answer.payload())


def _csv(answer: Answer) -> bytes:
    columns = answer.columns()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _npz(answer: Answer) -> bytes:
    file = io.BytesIO()
    arrays: dict[str, Any] = {"link": np.array(answer.asked.url()), **answer.arrays()}
    np.savez_compressed(file, **arrays)
    return file.getvalue()


_ENCODED: dict[str, tuple[Callable[[Answer], bytes], str]] = {
    "self": (_json, JSON),
    "csv": (_csv, "text/csv"),
    "npz": (_npz, "application/x-npz"),
}
