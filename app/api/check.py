"""Pass or fail for a CI job: measured numbers held to what is asserted of them."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.answers import Answers
from app.api.assertions import Assertion, read_assertions
from app.api.own import ASSERT, posted
from app.http.encoding import JSON, to_json
from app.http.reading import pairs
from app.problem import Problem
from app.query import Query
from app.views.gauges import GAUGES_VIEW

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
        in_url = pairs(request)
        asserted: list[Any] = [value for name, value in in_url if name == ASSERT]
        if request.method == "POST":
            sent = await posted(request, answers)
            problem, asserted = sent.problem, asserted + list(sent.asserted)
        else:
            problem = Problem(Query.parse((name, value) for name, value in in_url if name != ASSERT))
        wanted = read_assertions(asserted)
        answers.check(GAUGES_VIEW, problem)
        async with answers.ready(request, GAUGES_VIEW, problem):
            told = judge(answers, problem, wanted)
        return Response(to_json(told), headers={"Cache-Control": "no-store"}, media_type=JSON)

    router.add_api_route(PATH, endpoint, methods=["GET", "POST"], response_model=None)


def judge(answers: Answers, problem: Problem, wanted: list[Assertion]) -> dict[str, Any]:
    """Hold what was measured to what is asserted.

    Parameters
    ----------
    answers : Answers
        Has measured it.
    problem : Problem
        The network and its input.
    wanted : list of Assertion
        What is asserted.

    Returns
    -------
    dict
        ``passed`` of all, ``assertions`` one by one, everything ``measured``, ``summary`` and ``checks``.
    """
    timed = answers.result(GAUGES_VIEW, problem)
    payload = timed.value.payload()
    judged = [each.judged(payload["measured"][each.name]) for each in wanted]
    return {
        "query": problem.query.model_dump(),
        "passed": all(each["passed"] for each in judged),
        "assertions": judged,
        **payload,
        "checks": timed.told(),
        "ms": {"compute": timed.ms, "checks": timed.check_ms},
    }
