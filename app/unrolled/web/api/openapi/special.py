"""What is no view in a format, as OpenAPI describes it: assertions, progress, options and health."""

import json
from typing import Any

from unrolled import __version__
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.service.compare.axes import MAX_VALUES, axis_fields
from unrolled.service.compare.request import MAX_SEEDS
from unrolled.views.assertions import MOST, read_assertions
from unrolled.views.contract.view import View
from unrolled.views.derivative.metrics import METRICS, METRICS_VIEW
from unrolled.web.api.check import PATH, judge
from unrolled.web.api.compare import PATH as COMPARE
from unrolled.web.api.openapi.bodies import FIELDS_OF_A_FILE, OWN_EXAMPLE, request_body
from unrolled.web.api.openapi.inference import schema_of
from unrolled.web.api.openapi.parameters import problem_responses, references
from unrolled.web.api.options import options
from unrolled.web.api.progress import progress_path
from unrolled.web.http.responses import JSON, to_json

EVENTS = {
    "progress": "{done, seconds_left}: the share that is done, from 0 to 1, and how long the rest will take; "
    "null while that cannot be told.",
    "done": "{links}: the answer is there, and where.",
    "failed": "The problem object that the answer would have been.",
}
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": list(EVENTS)},
        "data": {"type": "string", "contentMediaType": JSON},
    },
    "required": ["event", "data"],
}
_EXAMPLE_ASSERTIONS = ["horizon>=2", "rate>-1"]
# What else may stand in an answer: an LSTM has no spectral radius, nothing arrives with a gain of 0.
_EXAMPLE_QUERIES = (
    Query(length=3, hidden=2),
    Query(length=3, hidden=2, model="lstm"),
    Query(length=3, hidden=2, gain=0),
)


def check_path(answers: Answers) -> dict[str, Any]:
    """Describe ``/api/v1/check``; call it in a worker."""
    assertions, _ = read_assertions([*_EXAMPLE_ASSERTIONS, "verdict==vanishes", "sigma_max<1"])
    example, *others = (
        json.loads(to_json(judge(answers.result(METRICS_VIEW, experiment), experiment, assertions)))
        for experiment in map(Experiment, _EXAMPLE_QUERIES)
    )
    schema = schema_of(example, *others)
    schema["properties"]["query"] = {"$ref": "#/components/schemas/Query"}
    answer = {
        "description": "What was measured, and whether all that is asserted holds; failing is an answer, not an error.",
        "content": {JSON: {"schema": schema, "example": example}},
    }
    operation: dict[str, Any] = {"tags": ["check"], "summary": "Assertions: passed or failed, with what was measured"}
    get = {"operationId": "check", "parameters": [_assert_parameter(required=True), *references()]}
    post = {
        "operationId": "check_own",
        "description": FIELDS_OF_A_FILE,
        "parameters": [_assert_parameter(required=False), *references()],
        "requestBody": request_body(OWN_EXAMPLE | {"assert": _EXAMPLE_ASSERTIONS}, "AssertedNetwork"),
    }
    return {
        PATH: {
            "get": operation | get | {"responses": {"200": answer} | problem_responses(422, 503)},
            "post": operation | post | {"responses": {"200": answer} | problem_responses(413, 415, 422, 503)},
        }
    }


def _assert_parameter(*, required: bool) -> dict[str, Any]:
    """Describe the parameter ``assert``."""
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": MOST} | ({"minItems": 1} if required else {})
    about = f"A name, a comparison and a value; give it more than once to assert more. Names: {', '.join(METRICS)}."
    parameter = {"name": "assert", "in": "query", "required": required, "description": about, "schema": schema}
    return parameter | {"style": "form", "explode": True, "example": _EXAMPLE_ASSERTIONS}


def progress_paths(view: View) -> dict[str, Any]:
    """Describe the progress of one view."""
    events = " ".join(f"“{name}” {about}" for name, about in EVENTS.items())
    answer = {
        "description": f"Events until the answer is there; closing the stream gives the work up. {events}",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
    summary = f"{view.label}: how far it is, as server-sent events"
    operation: dict[str, Any] = {"tags": [view.name], "summary": summary, "parameters": references()}
    get = {"operationId": f"{view.name}_progress", "responses": {"200": answer} | problem_responses(422)}
    post = {
        "operationId": f"{view.name}_progress_own",
        "description": FIELDS_OF_A_FILE,
        "requestBody": request_body(OWN_EXAMPLE),
        "responses": {"200": answer} | problem_responses(413, 415, 422),
    }
    return {progress_path(view.name): {"get": operation | get, "post": operation | post}}


def server_paths(answers: Answers) -> dict[str, Any]:
    """Describe the options and the health check."""
    health = {"status": "ok", "version": __version__}
    tile = {"type": "object", "required": ["row", "column", "name", "link", "reason"]}
    members = {"sentence": {"type": "string"}, "tiles": {"type": "array", "items": tile}}
    compared = {"type": "object", "properties": members, "required": list(members)}
    operation = _operation("compare", "A grid of triangles: rows and columns any two fields of the query", compared)
    return {
        COMPARE: {"get": operation | {"parameters": [*_axis_parameters(), *references()]} | _with_refusals(operation)},
        "/api/v1/options": {
            "get": _operation("options", "Every field, choice, view and limit", schema_of(options(answers.settings)))
        },
        "/healthz": {"get": _operation("health", "Whether the server is up", schema_of(health), health)},
    }


def _axis_parameters() -> list[dict[str, Any]]:
    """Describe the parameters that only a comparison has."""
    names = ", ".join(axis_fields())
    about = {
        "rows": f"The field that runs down: {names}; empty for none.",
        "row_values": f"Its values, separated by commas, at most {MAX_VALUES}; proposed when left out.",
        "columns": "The field that runs across; as rows.",
        "column_values": "Its values; as row_values.",
        "seeds": f"Of how many seeds, 1 to {MAX_SEEDS}, each tile shows the median network.",
    }
    return [
        {"name": name, "in": "query", "required": False, "description": words, "schema": {"type": "string"}}
        for name, words in about.items()
    ]


def _with_refusals(operation: dict[str, Any]) -> dict[str, Any]:
    return {"responses": operation["responses"] | problem_responses(422, 503)}


def _operation(name: str, summary: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    content = {"schema": schema} | ({} if example is None else {"example": example})
    answer = {"description": summary + ".", "content": {JSON: content}}
    return {"operationId": name, "tags": ["server"], "summary": summary, "responses": {"200": answer}}
