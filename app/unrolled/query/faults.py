"""From Pydantic's errors to the project's: each names the field, the value met and the way out."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from unrolled.errors import FieldError
from unrolled.query import messages
from unrolled.query.messages import MAX_QUOTED, quoted

Properties = Mapping[str, Mapping[str, Any]]


def faults_of(error: ValidationError, properties: Properties) -> list[FieldError]:
    """Translate a failed validation, one fault a field; bounds and choices are in the ``properties`` of the schema."""
    faults: dict[str, FieldError] = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0]) if detail["loc"] else "query"
        faults.setdefault(name, _fault(name, detail, properties))
    return list(faults.values())


def _fault(name: str, detail: ErrorDetails, properties: Properties) -> FieldError:
    value, kind, context = detail["input"], detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(name, properties)
    if kind in ("string_too_long", "too_long"):
        template = messages.TOO_MANY_CHARACTERS if kind == "string_too_long" else messages.TOO_MANY_NUMBERS
        limit = context["max_length"]
        return FieldError(name, template.format(field=name, length=len(value), limit=limit), (limit,))
    if kind in ("not_a_number", "not_finite"):
        word = quoted(context["word"])
        return FieldError(name, messages.NOT_FINITE.format(position=context["position"], field=name, word=word))
    if kind == "decimal_comma":
        word, number = quoted(context["word"]), context["word"].replace(",", ".", 1)
        message = messages.DECIMAL_COMMA.format(position=context["position"], field=name, word=word, number=number)
        return FieldError(name, message)
    schema = properties.get(name, {})
    if choices := _choices(schema):
        return _no_choice(name, value, choices)
    for option in (schema, *schema.get("anyOf", ())):
        if "minimum" in option or "exclusiveMinimum" in option:
            return _out_of_bounds(name, value, option)
    template = messages.NOT_OF_ITS_KIND
    if kind == "string_unicode":
        template = messages.LONE_SURROGATE
    elif schema.get("type") == "string":
        template = messages.NOT_A_SERIES if "maxItems" in schema else messages.NOT_TEXT
    return FieldError(name, template.format(field=name, value=quoted(value)))


def _unknown_field(name: str, properties: Properties) -> FieldError:
    near, fields = _nearest(name, properties), ", ".join(properties)
    template = messages.UNKNOWN_FIELD_NEAR if near else messages.UNKNOWN_FIELD
    return FieldError(name, template.format(name=quoted(name), near=near, fields=fields), tuple(properties))


def _no_choice(name: str, value: object, choices: tuple[str | int, ...]) -> FieldError:
    names = [str(choice) for choice in choices]
    near = _nearest(str(value), names)
    template = messages.NOT_A_CHOICE_NEAR if near else messages.NOT_A_CHOICE
    return FieldError(
        name, template.format(field=name, value=quoted(value), choices=", ".join(names), near=near), choices
    )


def _out_of_bounds(name: str, value: object, schema: Mapping[str, Any]) -> FieldError:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    number = None
    if schema["type"] == "integer":
        template = messages.WHOLE_NUMBER_FROM if high is None else messages.WHOLE_NUMBER_BETWEEN
    else:
        number = _with_a_point(value)
        if "exclusiveMinimum" in schema:
            template = messages.NUMBER_ABOVE if number is None else messages.NUMBER_ABOVE_WITH_A_POINT
        else:
            template = messages.NUMBER_BETWEEN if number is None else messages.NUMBER_BETWEEN_WITH_A_POINT
    message = template.format(field=name, value=quoted(value), low=low, high=high, number=number)
    return FieldError(name, message, (low,) if high is None else (low, high))


def _with_a_point(value: object) -> str | None:
    """Write a number that has a decimal comma as it is written here, or give None."""
    if not isinstance(value, str) or not re.fullmatch(r"\s*[+-]?\d*,\d+\s*", value):
        return None
    return value.strip().replace(",", ".")[:MAX_QUOTED]


def _nearest(word: str, names: Iterable[str]) -> str | None:
    """Find the name that was probably meant, whatever its case."""
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word.lower(), lowered, 1)
    return lowered[near[0]] if near else None


def _choices(schema: Mapping[str, Any]) -> tuple[str | int, ...]:
    return tuple(schema.get("enum", ())) or ((schema["const"],) if "const" in schema else ())
