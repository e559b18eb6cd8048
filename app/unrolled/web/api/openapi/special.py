"""What is no view in a format, as OpenAPI tells it: assertions, progress, options and health."""

import json
from typing import Any

from unrolled import __version__
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.service.compare.axes import MOST as MOST_VALUES
from unrolled.service.compare.axes import axis_fields
from unrolled.service.compare.request import MOST_SEEDS
from unrolled.views.assertions import MOST, read_assertions
from unrolled.views.contract.view import View
from unrolled.views.derivative.metrics import METRICS
from unrolled.web.api.check import PATH, judge
from unrolled.web.api.compare import PATH as COMPARE
from unrolled.web.api.openapi.bodies import FIELDS_OF_A_FILE, OWN_EXAMPLE, request_body
from unrolled.web.api.openapi.inference import schema_of
from unrolled.web.api.openapi.parameters import problems, references
from unrolled.web.api.options import options
from unrolled.web.api.progress import progress_path
from unrolled.web.http.json import JSON, to_json

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
_ASSERTED = ["horizon>=2", "rate>-1"]
# What else may stand in an answer: an LSTM has no spectral radius, nothing arrives with a gain of 0.
_JUDGED = (Query(length=3, hidden=2), Query(length=3, hidden=2, model="lstm"), Query(length=3, hidden=2, gain=0))


def check_path(answers: Answers) -> dict[str, Any]:
    """Describe ``/api/v1/check``; call it in a worker.

    Parameters
    ----------
    answers : Answers
        Computes the example.

    Returns
    -------
    dict
        The path and what it takes.
    """
    wanted, _ = read_assertions([*_ASSERTED, "verdict==vanishes", "sigma_max<1"])
    example, *others = (json.loads(to_json(judge(answers, Experiment(query), wanted))) for query in _JUDGED)
    schema = schema_of(example, *others)
    schema["properties"]["query"] = {"$ref": "#/components/schemas/Query"}
    answer = {
        "description": "What was measured, and whether all that is asserted holds; failing is an answer, not an error.",
        "content": {JSON: {"schema": schema, "example": example}},
    }
    told: dict[str, Any] = {"tags": ["check"], "summary": "Assertions: passed or failed, with what was measured"}
    get = {"operationId": "check", "parameters": [_asserted(required=True), *references()]}
    post = {
        "operationId": "check_own",
        "description": FIELDS_OF_A_FILE,
        "parameters": [_asserted(required=False), *references()],
        "requestBody": request_body(OWN_EXAMPLE | {"assert": _ASSERTED}, "AssertedNetwork"),
    }
    return {
        PATH: {
            "get": told | get | {"responses": {"200": answer} | problems(422, 503)},
            "post": told | post | {"responses": {"200": answer} | problems(413, 415, 422, 503)},
        }
    }


def _asserted(*, required: bool) -> dict[str, Any]:
    """Describe the parameter ``assert``."""
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": MOST} | ({"minItems": 1} if required else {})
    about = f"A name, a comparison and a value; give it more than once to assert more. Names: {', '.join(METRICS)}."
    told = {"name": "assert", "in": "query", "required": required, "description": about, "schema": schema}
    return told | {"style": "form", "explode": True, "example": _ASSERTED}


def progress_of(view: View) -> dict[str, Any]:
    """Describe the progress of one view.

    Parameters
    ----------
    view : View
        The question.

    Returns
    -------
    dict
        The path and what it takes.
    """
    events = " ".join(f"“{name}” {about}" for name, about in EVENTS.items())
    answer = {
        "description": f"Events until the answer is there; closing the stream gives the work up. {events}",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
    summary = f"{view.label}: how far it is, as server-sent events"
    told: dict[str, Any] = {"tags": [view.name], "summary": summary, "parameters": references()}
    get = {"operationId": f"{view.name}_progress", "responses": {"200": answer} | problems(422)}
    post = {
        "operationId": f"{view.name}_progress_own",
        "description": FIELDS_OF_A_FILE,
        "requestBody": request_body(OWN_EXAMPLE),
        "responses": {"200": answer} | problems(413, 415, 422),
    }
    return {progress_path(view.name): {"get": told | get, "post": told | post}}


def server_paths(answers: Answers) -> dict[str, Any]:
    """Describe the options and the health check.

    Parameters
    ----------
    answers : Answers
        Has the settings.

    Returns
    -------
    dict
        The paths and what they give.
    """
    health = {"status": "ok", "version": __version__}
    tile = {"type": "object", "required": ["row", "column", "name", "link", "reason"]}
    members = {"sentence": {"type": "string"}, "tiles": {"type": "array", "items": tile}}
    compared = {"type": "object", "properties": members, "required": list(members)}
    told = _plain("compare", "A grid of triangles: rows and columns any two fields of the query", compared)
    return {
        COMPARE: {"get": told | {"parameters": [*_axes(), *references()]} | _refused(told)},
        "/api/v1/options": {
            "get": _plain("options", "Every field, choice, view and limit", schema_of(options(answers.settings)))
        },
        "/healthz": {"get": _plain("health", "Whether the server is up", schema_of(health), health)},
    }


def _axes() -> list[dict[str, Any]]:
    """Describe the parameters that only a comparison has."""
    names = ", ".join(axis_fields())
    about = {
        "rows": f"The field that runs down: {names}; empty for none.",
        "row_values": f"Its values, separated by commas, at most {MOST_VALUES}; proposed when left out.",
        "columns": "The field that runs across; as rows.",
        "column_values": "Its values; as row_values.",
        "seeds": f"Over how many seeds, 1 to {MOST_SEEDS}, each tile is averaged.",
    }
    return [
        {"name": name, "in": "query", "required": False, "description": words, "schema": {"type": "string"}}
        for name, words in about.items()
    ]


def _refused(told: dict[str, Any]) -> dict[str, Any]:
    return {"responses": told["responses"] | problems(422, 503)}


def _plain(name: str, summary: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    content = {"schema": schema} | ({} if example is None else {"example": example})
    answer = {"description": summary + ".", "content": {JSON: content}}
    return {"operationId": name, "tags": ["server"], "summary": summary, "responses": {"200": answer}}
