"""Everything that can be asked, in words and with bounds: what the page's controls are drawn from."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from unrolled import __version__
from unrolled.core.models import MODELS
from unrolled.query.choices import choices, properties, rows
from unrolled.query.query import Query
from unrolled.query.types import MAX_HIDDEN, MAX_LAYERS, MAX_LENGTH, MAX_RESOLUTION, MAX_SERIES, MAX_TEXT
from unrolled.service.answers import Answers
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS
from unrolled.web.api.views import formats_of, path_of
from unrolled.web.http.responses import JSON, REVALIDATE, client_has, not_modified, to_json, weak_etag

# Choices that are also listed by themselves, with all that their tables say; every field has its own.
_TABLES = {
    "models": "model",
    "activations": "activation",
    "inits": "init",
    "resets": "reset",
    "inputs": "input",
    "norms": "norm",
    "of": "of",
    "wrt": "wrt",
    "truncations": "truncation",
    "losses": "loss",
    "orders": "order",
    "positions": "positions",
}


def add_options(router: APIRouter, answers: Answers) -> None:
    """Add the routes that say what there is, and that the server is up."""
    content = to_json(options(answers.settings))
    etag = weak_etag(answers.fingerprint, "options")
    headers = {"Cache-Control": REVALIDATE, "ETag": etag}

    async def get_options(request: Request) -> Response:
        if client_has(request, etag):
            return not_modified(etag, headers)
        body = answers.body_at_once(request, "options", lambda: content)
        return Response(body.content, headers=headers | body.headers, media_type=JSON)

    async def get_health(request: Request) -> Response:
        del request
        return Response(
            to_json({"status": "ok", "version": __version__}), headers={"Cache-Control": "no-store"}, media_type=JSON
        )

    router.add_api_route("/api/v1/options", get_options, methods=["GET"], response_model=None)
    router.add_api_route("/healthz", get_health, methods=["GET"], response_model=None)


def options(settings: Settings) -> dict[str, Any]:
    """List every field, choice, view and limit."""
    tables = {name: rows(choices(field)) for name, field in _TABLES.items()}
    return {
        "version": __version__,
        **tables,
        "views": [_view(name) for name in VIEWS],
        "gauges": [{"name": name, "note": note} for name, note in METRICS.items()],
        "fields": [_field(name) for name in properties()],
        "limits": {
            "length": MAX_LENGTH,
            "hidden": MAX_HIDDEN,
            "layers": MAX_LAYERS,
            "state": MAX_LAYERS * MAX_HIDDEN * max(len(model.states) for model in MODELS.values()),
            "resolution": MAX_RESOLUTION,
            "text": MAX_TEXT,
            "series": MAX_SERIES,
            "gflop": settings.max_gflop,
            "memory_mib": settings.max_memory_mib,
            "body_mib": settings.max_body_mib,
        },
    }


def _view(name: str) -> dict[str, Any]:
    view = VIEWS[name]
    fields = [field for field in properties() if field in view.fields]
    links = {form: path_of(name, form) for form in formats_of(name)}
    described = {
        "name": name,
        "label": view.label,
        "question": view.question,
        "formula": view.formula,
        "source": view.source,
    }
    return described | {"fields": fields, "links": links}


def _field(name: str) -> dict[str, Any]:
    schema = properties()[name]
    default = Query.default(name)
    row: dict[str, Any] = {
        "name": name,
        "label": schema["label"],
        "help": schema["description"],
        "type": schema["type"],
        "default": list(default) if isinstance(default, tuple) else default,
    }
    for key, name_in_row in (
        ("minimum", "minimum"),
        ("exclusiveMinimum", "above"),
        ("maximum", "maximum"),
        ("step", "step"),
        ("maxLength", "max_length"),
        ("maxItems", "max_items"),
    ):
        if key in schema:
            row[name_in_row] = schema[key]
    if choices(name):
        row["choices"] = [
            {"value": choice.value, "label": choice.label, "note": choice.note} for choice in choices(name)
        ]
    return row
