"""How far a computation is, as server-sent events: percent and time left, then that it is there or has failed."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.contract.view import View
from unrolled.web.api.body import read_posted
from unrolled.web.api.views import links
from unrolled.web.http.requests import query_pairs
from unrolled.web.http.responses import problem_of, to_event

_INTERVAL = 0.25  # seconds


def progress_path(view: str) -> str:
    """Give the path of the progress of a view, for example ``/api/v1/influence/progress``."""
    return f"/api/v1/{view}/progress"


def add_progress(router: APIRouter, answers: Answers) -> None:
    """Add one stream of events for every view."""
    for view in VIEWS.values():
        _add(router, answers, view)


def _add(router: APIRouter, answers: Answers, view: View) -> None:
    async def endpoint(request: Request) -> Response:
        is_post = request.method == "POST"
        experiment = (
            (await read_posted(request, answers)).experiment
            if is_post
            else Experiment(Query.parse(query_pairs(request)))
        )
        answers.check(view, experiment)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_events(answers, view, experiment), headers=headers)

    router.add_api_route(progress_path(view.name), endpoint, methods=["GET", "POST"], response_model=None)


async def _events(answers: Answers, view: View, experiment: Experiment) -> AsyncIterator[bytes]:
    """Join the computation, or begin it, and send how far it is until it ends; whoever stops listening leaves it."""
    computing = asyncio.ensure_future(answers.compute(view, experiment))
    share, left = 0.0, None
    try:
        while not computing.done():
            watch = answers.watch(view, experiment)
            if watch is not None:
                share, left = watch.fraction, watch.seconds_left
            yield to_event("progress", {"done": round(share, 4), "seconds_left": left and round(left, 1)})
            await asyncio.wait((computing,), timeout=_INTERVAL)
        computing.result()
        yield to_event("done", {"links": links(view.name, experiment)})
    except UnrolledError as error:
        yield to_event("failed", problem_of(error))
    finally:
        computing.cancel()
