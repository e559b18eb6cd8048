"""The query as parameters, and what goes wrong, as OpenAPI describes them."""

from typing import Any

from unrolled.query.choices import properties
from unrolled.query.query import Query
from unrolled.web.http.responses import PROBLEM_JSON

_SCHEMA_KEYS = ("type", "enum", "const", "minimum", "exclusiveMinimum", "maximum", "maxLength", "description")

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What was wrong, the value met and the way out (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "allowed": {"type": "array", "items": {"type": ["string", "number"]}},
                },
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "errors"],
}


def parameters() -> dict[str, dict[str, Any]]:
    """Describe every field of the query as a parameter of the URL."""
    return {name: _parameter(name) for name in properties()}


def references() -> list[dict[str, str]]:
    """Refer to the described parameters."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in properties()]


def query_schema() -> dict[str, Any]:
    """Describe the query as it stands in a body."""
    members = {name: _field_schema(name) for name in properties()}
    members["series"] = {"type": "array", "items": {"type": "number"}, "maxItems": properties()["series"]["maxItems"]}
    for name, member in members.items():
        if Query.default(name) is None:
            members[name] = member | {"type": [member["type"], "null"]}
    return {"type": "object", "additionalProperties": False, "properties": members}


def problem_responses(*statuses: int) -> dict[str, Any]:
    """Describe the answers to what goes wrong."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": _DESCRIPTIONS[status], "content": content} for status in statuses}


_DESCRIPTIONS = {
    404: "There is nothing at this path.",
    405: "The path does not take this method.",
    413: "The body is larger than the limit.",
    415: "The body is neither JSON nor a file of arrays, NPZ or safetensors, nor a WAV.",
    422: "A field, a body or an array cannot be used, or it would be too much work; every fault is listed.",
    503: "Every worker is taken; Retry-After says when to try again.",
}


def _field_schema(name: str) -> dict[str, Any]:
    schema = {key: value for key, value in properties()[name].items() if key in _SCHEMA_KEYS}
    default = Query.default(name)
    return schema | (
        {"default": list(default) if isinstance(default, tuple) else default} if default is not None else {}
    )


def _parameter(name: str) -> dict[str, Any]:
    schema = _field_schema(name)
    description = schema.pop("description")
    if name == "series":
        schema |= {"default": "", "pattern": r"^\s*(-?\d{1,3}(\.\d{1,6})?(\s*,\s*-?\d{1,3}(\.\d{1,6})?)*)?$"}
    parameter = {"name": name, "in": "query", "required": False, "allowEmptyValue": True}
    return parameter | {"description": description, "schema": schema}
