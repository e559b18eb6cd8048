"""The pictures of the triangle: one for a shared link, one for a page without scripts."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers, Timed
from unrolled.views import VIEWS
from unrolled.views.contract.view import Result
from unrolled.web.http.requests import query_pairs
from unrolled.web.http.responses import REVALIDATE, client_has, not_modified, weak_etag


def add_images(router: APIRouter, answers: Answers) -> None:
    """Add the routes of the pictures."""

    async def preview(request: Request) -> Response:
        return await _image(request, answers, "preview")

    async def plain(request: Request) -> Response:
        return await _image(request, answers, "triangle")

    router.add_api_route("/preview.png", preview, methods=["GET"], response_model=None)
    router.add_api_route("/triangle.png", plain, methods=["GET"], response_model=None)


async def _image(request: Request, answers: Answers, kind: str) -> Response:
    """Draw the triangle of a query, or say that the client has it already."""
    experiment = Experiment(Query.parse(query_pairs(request)))
    etag = weak_etag(answers.fingerprint, kind, experiment.query.params())
    headers = {"Cache-Control": REVALIDATE, "ETag": etag}
    if client_has(request, etag):
        return not_modified(etag, headers)
    key = kind, tuple(experiment.query.params().items())
    write = partial(_draw, experiment, kind)
    body = await answers.body(request, key, VIEWS["influence"], experiment, write, compress=False)
    return Response(body.content, headers=headers, media_type="image/png")


def _draw(experiment: Experiment, kind: str, timed: Timed[Result]) -> bytes:
    """Draw in a worker; Pillow is first imported here, because nothing else needs it to start."""
    from unrolled.service.preview import picture, unfurl

    influence: Any = timed.value
    return unfurl(experiment.query, influence.measured) if kind == "preview" else picture(influence)
