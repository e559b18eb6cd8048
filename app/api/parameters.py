"""The query as parameters, and the bodies, as OpenAPI tells them."""

from typing import Any

from app.choices import properties
from app.http.problems import MEDIA_TYPE
from app.query import Query

_TOLD = ("type", "enum", "const", "minimum", "maximum", "maxLength", "description")

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

# Null says the same as leaving a member out.
_MATRIX = {
    "type": ["array", "null"],
    "minItems": 1,
    "items": {"type": "array", "minItems": 1, "items": {"type": "number"}},
}
_VECTOR = {"type": ["array", "null"], "minItems": 1, "items": {"type": "number"}}

OWN_NETWORK: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "description": "A query and a network of one's own; sizes come from the arrays.",
    "properties": {
        "query": {"anyOf": [{"$ref": "#/components/schemas/Query"}, {"type": "null"}]},
        "weights": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "description": "Parameters with PyTorch's names; biases may be left out together.",
            "properties": {
                "weight_ih_l0": _MATRIX | {"description": "W_ih, H rows of D numbers."},
                "weight_hh_l0": _MATRIX | {"description": "W_hh, H rows of H numbers."},
                "bias_ih_l0": _VECTOR | {"description": "b_ih, H numbers."},
                "bias_hh_l0": _VECTOR | {"description": "b_hh, H numbers."},
            },
        },
        "inputs": _MATRIX | {"description": "The sequence, T rows of D numbers."},
        "initial_state": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {"h": _VECTOR | {"description": "h_0, H numbers."}},
        },
    },
}

OWN_EXAMPLE: dict[str, Any] = {
    "query": {"activation": "identity", "norm": "spectral"},
    "weights": {"weight_ih_l0": [[1.0], [0.0]], "weight_hh_l0": [[0.0, 0.1], [0.1, 0.0]]},
    "inputs": [[1.0], [0.0], [0.0], [0.0]],
}


def parameters() -> dict[str, dict[str, Any]]:
    """Describe every field of the query as a parameter of the URL.

    Returns
    -------
    dict
        Names to OpenAPI parameters; none is required.
    """
    return {name: _parameter(name) for name in properties()}


def references() -> list[dict[str, str]]:
    """Refer to the described parameters.

    Returns
    -------
    list of dict
        JSON references in the order of the schema.
    """
    return [{"$ref": f"#/components/parameters/{name}"} for name in properties()]


def query_schema() -> dict[str, Any]:
    """Describe the query as it stands in a body.

    Returns
    -------
    dict
        The JSON schema of an object whose members may all be left out.
    """
    members = {name: _told(name) for name in properties()}
    members["series"] = {"type": "array", "items": {"type": "number"}, "maxItems": properties()["series"]["maxItems"]}
    for name in ("t", "k"):
        members[name] = members[name] | {"type": ["integer", "null"]}
    return {"type": "object", "additionalProperties": False, "properties": members}


def problems(*statuses: int) -> dict[str, Any]:
    """Describe the answers to what goes wrong.

    Parameters
    ----------
    *statuses : int
        The statuses that may occur.

    Returns
    -------
    dict
        OpenAPI responses by status.
    """
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": _MEANINGS[status], "content": content} for status in statuses}


_MEANINGS = {
    404: "There is nothing at this path.",
    405: "The path does not take this method.",
    413: "The body is larger than the limit.",
    415: "The body is no JSON.",
    422: "A field, a body or an array cannot be used, or it would be too much work; every fault is listed.",
    503: "Every worker is taken; Retry-After says when to try again.",
}


def _told(name: str) -> dict[str, Any]:
    schema = {key: value for key, value in properties()[name].items() if key in _TOLD}
    default = Query.model_fields[name].default
    return schema | (
        {"default": list(default) if isinstance(default, tuple) else default} if default is not None else {}
    )


def _parameter(name: str) -> dict[str, Any]:
    schema = _told(name)
    description = schema.pop("description")
    if name == "series":
        schema |= {"default": "", "pattern": r"^\s*(-?\d{1,3}(\.\d{1,6})?(\s*,\s*-?\d{1,3}(\.\d{1,6})?)*)?$"}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
