"""Pass or fail for a CI job: measured numbers held to what is asserted of them."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers, Timed, told, unless_disconnected
from unrolled.views.assertions import Assertion, read_assertions
from unrolled.views.contract.view import Result
from unrolled.views.derivative.metrics import METRICS_VIEW
from unrolled.web.api.body import ASSERT, Posted, read_posted
from unrolled.web.http.requests import query_pairs
from unrolled.web.http.responses import JSON, to_json

PATH = "/api/v1/check"


def add_check(router: APIRouter, answers: Answers) -> None:
    """Add ``/api/v1/check``."""

    async def endpoint(request: Request) -> Response:
        posted = await read_posted(request, answers) if request.method == "POST" else _from_link(request)
        in_url = [value for name, value in query_pairs(request) if name == ASSERT]
        experiment, assertions = require_valid(posted.outcome, [*in_url, *posted.asserted])
        answers.check(METRICS_VIEW, experiment)
        timed = await unless_disconnected(request, answers.compute(METRICS_VIEW, experiment))
        judgement = judge(timed, experiment, assertions)
        return Response(to_json(judgement), headers={"Cache-Control": "no-store"}, media_type=JSON)

    router.add_api_route(PATH, endpoint, methods=["GET", "POST"], response_model=None)


def _from_link(request: Request) -> Posted:
    """Read the query of a link."""
    try:
        return Posted((), Experiment(Query.parse(pair for pair in query_pairs(request) if pair[0] != ASSERT)))
    except InvalidInput as error:
        return Posted((), error)


def require_valid(outcome: Experiment | InvalidInput, asserted: Sequence[Any]) -> tuple[Experiment, list[Assertion]]:
    """Give a network and what is asserted of it; raises `InvalidInput`, which lists what is wrong with either."""
    assertions, faults = read_assertions(asserted)
    known = outcome.errors if isinstance(outcome, InvalidInput) else ()
    if not asserted and any(fault.field in (ASSERT, "body") for fault in known):
        # What is asserted may stand in what could not be read.
        faults = []
    if isinstance(outcome, InvalidInput) or faults:
        raise InvalidInput.of(*known, *faults)
    return outcome, assertions


def judge(timed: Timed[Result], experiment: Experiment, assertions: list[Assertion]) -> dict[str, Any]:
    """Hold what was measured to what is asserted: ``passed`` of all, the assertions one by one, everything measured."""
    payload = told(timed)
    measured, missing = payload["measured"], payload["missing"]
    judged = [assertion.judge(measured[assertion.name], missing.get(assertion.name)) for assertion in assertions]
    return {
        "query": experiment.query.model_dump(),
        "passed": all(row["passed"] for row in judged),
        "assertions": judged,
        **payload,
        "checks": timed.checks_payload(),
        "ms": {"compute": timed.ms, "checks": timed.check_ms},
    }
