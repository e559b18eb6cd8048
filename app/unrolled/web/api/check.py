"""Pass or fail for a CI job: measured numbers held to what is asserted of them."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.views.assertions import Assertion, read_assertions
from unrolled.views.derivative.metrics import METRICS_VIEW
from unrolled.web.api.body import ASSERT, Posted, posted
from unrolled.web.http.json import JSON, to_json
from unrolled.web.http.requests import pairs

PATH = "/api/v1/check"


def add_check(router: APIRouter, answers: Answers) -> None:
    """Add ``/api/v1/check``.

    Parameters
    ----------
    router : APIRouter
        Takes the route.
    answers : Answers
        What this process knows and can compute.
    """

    async def endpoint(request: Request) -> Response:
        sent = await posted(request, answers) if request.method == "POST" else _linked(request)
        in_url = [value for name, value in pairs(request) if name == ASSERT]
        experiment, wanted = agreed(sent.read, [*in_url, *sent.asserted])
        answers.check(METRICS_VIEW, experiment)
        async with answers.ready(request, METRICS_VIEW, experiment):
            told = judge(answers, experiment, wanted)
        return Response(to_json(told), headers={"Cache-Control": "no-store"}, media_type=JSON)

    router.add_api_route(PATH, endpoint, methods=["GET", "POST"], response_model=None)


def _linked(request: Request) -> Posted:
    """Read the query of a link."""
    try:
        return Posted((), Experiment(Query.parse(pair for pair in pairs(request) if pair[0] != ASSERT)))
    except InvalidInput as error:
        return Posted((), error)


def agreed(read: Experiment | InvalidInput, asserted: Sequence[Any]) -> tuple[Experiment, list[Assertion]]:
    """Give a network and what is asserted of it, where both can be used.

    Parameters
    ----------
    read : Experiment or InvalidInput
        The network, or what is wrong with it.
    asserted : sequence of str
        Assertions as they were given.

    Returns
    -------
    problem : Experiment
        The network.
    wanted : list of Assertion
        What is asserted.

    Raises
    ------
    InvalidInput
        Lists what is wrong with either.
    """
    wanted, faults = read_assertions(asserted)
    known = read.errors if isinstance(read, InvalidInput) else ()
    if not asserted and any(fault.field in (ASSERT, "body") for fault in known):
        # What is asserted may stand in what could not be read.
        faults = []
    if isinstance(read, InvalidInput) or faults:
        raise InvalidInput.of(*known, *faults)
    return read, wanted


def judge(answers: Answers, experiment: Experiment, wanted: list[Assertion]) -> dict[str, Any]:
    """Hold what was measured to what is asserted.

    Parameters
    ----------
    answers : Answers
        Has measured it.
    problem : Experiment
        The network and its input.
    wanted : list of Assertion
        What is asserted.

    Returns
    -------
    dict
        ``passed`` of all, ``assertions`` one by one, everything ``measured``, ``summary`` and ``checks``.
    """
    timed = answers.result(METRICS_VIEW, experiment)
    payload = timed.value.payload()
    judged = [each.judge(payload["measured"][each.name], payload["missing"].get(each.name)) for each in wanted]
    return {
        "query": experiment.query.model_dump(),
        "passed": all(each["passed"] for each in judged),
        "assertions": judged,
        **payload,
        "checks": timed.told(),
        "ms": {"compute": timed.ms, "checks": timed.check_ms},
    }
