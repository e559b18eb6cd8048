"""Every view in every format, by GET with a query and by POST with a network of one's own."""

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.contract.view import View
from unrolled.web.api.body import read_posted
from unrolled.web.api.formats import Format, formats_of, path_of
from unrolled.web.http.conditional import REVALIDATE, client_has, not_modified, weak_etag
from unrolled.web.http.requests import query_pairs


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
