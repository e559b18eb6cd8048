"""How far a computation is, as server-sent events: percent and time left, then that it is there or has failed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.contract.view import View
from unrolled.web.api.body import posted
from unrolled.web.api.formats import links
from unrolled.web.http.json import to_json
from unrolled.web.http.problems import problem as told
from unrolled.web.http.requests import pairs

_EVERY = 0.25


def progress_path(view: str) -> str:
    """Give the path of the progress of a view, for example ``/api/v1/influence/progress``."""
    return f"/api/v1/{view}/progress"


def add_progress(router: APIRouter, answers: Answers) -> None:
    """Add one stream of events for every view.

    Parameters
    ----------
    router : APIRouter
        Takes the routes.
    answers : Answers
        What this process knows and can compute.
    """
    for view in VIEWS.values():
        _add(router, answers, view)


def _add(router: APIRouter, answers: Answers, view: View) -> None:
    async def endpoint(request: Request) -> Response:
        own = request.method == "POST"
        experiment = (await posted(request, answers)).experiment if own else Experiment(Query.parse(pairs(request)))
        answers.check(view, experiment)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_events(answers, view, experiment), headers=headers)

    router.add_api_route(progress_path(view.name), endpoint, methods=["GET", "POST"], response_model=None)


async def _events(answers: Answers, view: View, experiment: Experiment) -> AsyncIterator[bytes]:
    """Join the computation, or begin it, and tell how far it is until it ends; whoever stops listening leaves it."""
    computing = asyncio.ensure_future(answers.computed(view, experiment))
    share, left = 0.0, None
    try:
        while not computing.done():
            watch = answers.watch(view, experiment)
            if watch is not None:
                share, left = watch.fraction, watch.seconds_left
            yield _event("progress", {"done": round(share, 4), "seconds_left": left and round(left, 1)})
            await asyncio.wait((computing,), timeout=_EVERY)
        computing.result()
        yield _event("done", {"links": links(view.name, experiment)})
    except UnrolledError as error:
        yield _event("failed", told(error))
    finally:
        computing.cancel()


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=to_json(data).decode())
