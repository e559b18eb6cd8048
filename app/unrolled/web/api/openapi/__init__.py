"""The OpenAPI description: made of the views, the formats and the schema, with answers as examples."""

import json
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled import __version__
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.views import VIEWS
from unrolled.views.contract.view import View
from unrolled.views.derivative.metrics import METRICS_VIEW
from unrolled.web.api.openapi.bodies import ASSERTED_NETWORK, FIELDS_OF_A_FILE, OWN_EXAMPLE, OWN_NETWORK, request_body
from unrolled.web.api.openapi.inference import schema_of
from unrolled.web.api.openapi.parameters import PROBLEM, parameters, problem_responses, query_schema, references
from unrolled.web.api.openapi.special import check_path, progress_paths, server_paths
from unrolled.web.api.views import Format, formats_of, path_of
from unrolled.web.http.responses import JSON, REVALIDATE, client_has, not_modified, to_json, weak_etag

_ABOUT = (
    "How strongly each state of a recurrent network still moves every later one, log10 ‖∂h_t/∂h_k‖ for all k ≤ t, and "
    "what it is made of. Same query, same numbers. A number is finite or null. Every GET of a view has an ETag, and "
    "pages of other sites may read it."
)


# The first is shown. The others show what else may stand in an answer: a single step, a cell on the diagonal, a long
# text at sampled steps, a product that is exactly zero, gates and a cell, layers, a model
# without a state, a truncation, a window; an own network has no link.
_EXAMPLES = (
    Query(length=3, hidden=2),
    Query(length=1, hidden=1),
    Query(length=4, hidden=2, t=2, k=2),
    Query(length=60, hidden=2, input="text", resolution=8),
    Query(length=4, hidden=2, gain=0),
    Query(model="lstm", length=4, hidden=2),
    Query(model="lstm", length=1, hidden=1, of="s", wrt="x", norm="frobenius"),
    Query(model="gru", layers=2, length=4, hidden=2, origin=1),
    Query.build({"model": "attention", "length": 4, "hidden": 2}),
    Query(length=5, hidden=2, truncation="chunked", window=2),
    Query.build({"length": 9, "hidden": 2, "from": 2, "until": 4, "since": 5, "to": 8}),
)
_OWN = Experiment.of_arrays(OWN_EXAMPLE["query"], OWN_EXAMPLE["weights"], OWN_EXAMPLE["inputs"])


def add_description(router: APIRouter, answers: Answers) -> None:
    """Add ``/openapi.json``."""
    etag = weak_etag(answers.fingerprint, "openapi")
    headers = {"Cache-Control": REVALIDATE, "ETag": etag}

    async def get_description(request: Request) -> Response:
        if client_has(request, etag):
            return not_modified(etag, headers)
        body = await answers.other_body(request, "openapi", lambda: to_json(describe(answers)))
        return Response(body.content, headers=headers | body.headers, media_type=JSON)

    router.add_api_route("/openapi.json", get_description, methods=["GET"], response_model=None)


def describe(answers: Answers) -> dict[str, Any]:
    """Describe every path of the API; call it in a worker."""
    paths: dict[str, Any] = {}
    for view in VIEWS.values():
        for form in formats_of(view.name).values():
            paths[path_of(view.name, form.name)] = _path(answers, view, form)
        paths |= progress_paths(view)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Unrolled",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": view.name, "description": view.question} for view in (*VIEWS.values(), METRICS_VIEW)],
        "paths": paths | check_path(answers) | server_paths(answers),
        "components": {
            "parameters": parameters(),
            "schemas": {
                "Query": query_schema(),
                "OwnNetwork": OWN_NETWORK,
                "AssertedNetwork": ASSERTED_NETWORK,
                "Problem": PROBLEM,
            },
        },
    }


def _path(answers: Answers, view: View, form: Format) -> dict[str, Any]:
    """Describe one view in one format, by GET and by POST."""
    answer = {"200": {"description": form.summary.capitalize() + ".", "content": _content(answers, view, form)}}
    operation = {"tags": [view.name], "summary": f"{view.label}: {form.summary}"}
    return {
        "get": operation
        | {
            "operationId": f"{view.name}_{form.name}",
            "parameters": references(),
            "responses": answer | {"304": {"description": "The client has this answer."}} | problem_responses(422, 503),
        },
        "post": operation
        | {
            "operationId": f"{view.name}_{form.name}_own",
            "description": FIELDS_OF_A_FILE,
            "parameters": references(),
            "requestBody": request_body(OWN_EXAMPLE),
            "responses": answer | problem_responses(413, 415, 422, 503),
        },
    }


def _content(answers: Answers, view: View, form: Format) -> dict[str, Any]:
    """Describe the body of an answer; JSON by an example."""
    if form.media_type != JSON:
        return {form.media_type: {"schema": {"type": "string"} | ({"format": "binary"} if form.name == "npz" else {})}}
    if form.name == "figure":
        members = {"data": {"type": "array", "items": {"type": "object"}}, "layout": {"type": "object"}}
        return {JSON: {"schema": {"type": "object", "properties": members, "required": list(members)}}}
    experiments = (*(Experiment(query) for query in _EXAMPLES if query.model in view.models), _OWN)
    example, *others = (
        json.loads(form.encode(view, experiment, answers.result(view, experiment))) for experiment in experiments
    )
    schema = schema_of(example, *others)
    schema["properties"]["query"] = {"$ref": "#/components/schemas/Query"}
    schema["properties"]["links"] = _links(example["links"])
    return {JSON: {"schema": schema, "example": example}}


def _links(example: dict[str, Any]) -> dict[str, Any]:
    """Describe the links: a network of one's own has no page."""
    members = {name: {"type": "string"} for name in example}
    return {"type": "object", "properties": members | {"page": {"type": ["string", "null"]}}, "required": list(members)}
