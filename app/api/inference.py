"""A JSON schema out of an example: the shape of an answer, told by an answer."""

from collections.abc import Mapping
from typing import Any

_NUMBER_OR_NULL = {"type": ["number", "null"]}


def schema_of(example: Any) -> dict[str, Any]:
    """Describe every value of the same shape as an example.

    By the rules of the API a number may always be null, because no JSON number is infinite, and null stands only
    where a number could. Entries of an array share one schema.

    Parameters
    ----------
    example : object
        JSON as Python values.

    Returns
    -------
    dict
        A JSON schema.
    """
    if example is None or (isinstance(example, int | float) and not isinstance(example, bool)):
        return dict(_NUMBER_OR_NULL)
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, str):
        return {"type": "string"}
    if isinstance(example, Mapping):
        members = {name: schema_of(value) for name, value in example.items()}
        return {"type": "object", "properties": members, "required": list(members)}
    return {"type": "array", "items": _common([schema_of(value) for value in example])}


def _common(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Give one schema that holds for every entry of an array."""
    if not schemas:
        return {}
    types = {str(schema.get("type")) for schema in schemas}
    if len(types) > 1:
        distinct: list[dict[str, Any]] = []
        distinct += [schema for schema in schemas if schema not in distinct]
        return {"anyOf": distinct}
    if schemas[0].get("type") == "object":
        names = list(dict.fromkeys(name for schema in schemas for name in schema["properties"]))
        members = {name: _common([s["properties"][name] for s in schemas if name in s["properties"]]) for name in names}
        required = [name for name in names if all(name in schema["required"] for schema in schemas)]
        return {"type": "object", "properties": members, "required": required}
    if schemas[0].get("type") == "array":
        return {"type": "array", "items": _common([schema["items"] for schema in schemas if schema["items"]])}
    return schemas[0]
