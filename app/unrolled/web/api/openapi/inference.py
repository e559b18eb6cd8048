"""A JSON schema out of examples: the shape of an answer, inferred from answers."""

from collections.abc import Mapping
from typing import Any

_NUMBER_OR_NULL = {"type": ["number", "null"]}


def schema_of(*examples: Any) -> dict[str, Any]:
    """Describe every value of the same shape as the examples.

    By the rules of the API a number may always be null, because no JSON number is infinite. Null alone says that a
    number could stand there; beside something else it says that this may be missing. Entries of an array share one
    schema.
    """
    return _common([_schema(example) for example in examples])


def _schema(example: Any) -> dict[str, Any]:
    """Describe one example."""
    if example is None or (isinstance(example, int | float) and not isinstance(example, bool)):
        return dict(_NUMBER_OR_NULL)
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, str):
        return {"type": "string"}
    if isinstance(example, Mapping):
        members = {name: _schema(value) for name, value in example.items()}
        return {"type": "object", "properties": members, "required": list(members)}
    return {"type": "array", "items": _common([_schema(value) for value in example])}


def _common(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Give one schema that holds for all of these."""
    if not schemas:
        return {}
    by_type: dict[str, list[dict[str, Any]]] = {}
    for schema in schemas:
        by_type.setdefault(str(schema.get("type")), []).append(schema)
    if len(by_type) > 1:
        return {"anyOf": [_common(alike) for alike in by_type.values()]}
    if schemas[0].get("type") == "object":
        names = list(dict.fromkeys(name for schema in schemas for name in schema["properties"]))
        members = {name: _common([s["properties"][name] for s in schemas if name in s["properties"]]) for name in names}
        required = [name for name in names if all(name in schema["required"] for schema in schemas)]
        return {"type": "object", "properties": members, "required": required}
    if schemas[0].get("type") == "array":
        return {"type": "array", "items": _common([schema["items"] for schema in schemas if schema["items"]])}
    return schemas[0]
