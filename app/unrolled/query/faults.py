"""From Pydantic's errors to the project's: each names the field, the value met and the way out."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from unrolled.errors import FieldError
from unrolled.query.messages import quoted

Properties = Mapping[str, Mapping[str, Any]]


_NOUNS = {"text": "text", "series": "numbers separated by commas, or a list of numbers"}


_WANTED = {"string_unicode": "it holds half a character, a lone surrogate: send whole ones"}


def faults_of(error: ValidationError, properties: Properties) -> list[FieldError]:
    """Translate every fault of a failed validation.

    Parameters
    ----------
    error : pydantic.ValidationError
        The failed validation of a query.
    properties : mapping
        The ``properties`` of the query's JSON schema: bounds and choices.

    Returns
    -------
    list of FieldError
        One fault a field, in the order met.
    """
    found: dict[str, FieldError] = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0]) if detail["loc"] else "query"
        found.setdefault(name, _fault(name, detail, properties))
    return list(found.values())


def _fault(name: str, detail: ErrorDetails, properties: Properties) -> FieldError:
    """Translate one fault by its kind."""
    met, kind, context = quoted(detail["input"]), detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(name, properties)
    field = properties.get(name, {})
    if kind == "string_too_long" or (kind == "too_long" and name == "series"):
        unit = "characters" if kind == "string_too_long" else "numbers"
        limit, length = context["max_length"], len(detail["input"])
        return FieldError(name, f"{name} has {length} {unit}; at most {limit} are taken: shorten it.", (limit,))
    if kind in ("not_a_number", "not_finite"):
        where = f"Entry {context['position']} of {name} is {quoted(context['word'])}"
        return FieldError(name, f"{where}, not a finite number: give numbers like 1.5, separated by commas.")
    if kind == "decimal_comma":
        return FieldError(name, _decimal_comma(name, context["position"], context["word"]))
    choices = _choices(field)
    if choices:
        hint = _meant(str(detail["input"]), map(str, choices))
        return FieldError(name, f"{name} is {met}; choose one of {', '.join(map(str, choices))}.{hint}", choices)
    bounds = _bounds(field)
    if bounds:
        low, high, noun = bounds
        span = f"from {low} to {high}" if high is not None else f"of {low} or more"
        span = f"above {low}, up to {high}" if "exclusiveMinimum" in field else span
        hint = _with_a_point(detail["input"]) if noun == "a number" else ""
        return FieldError(name, f"{name} is {met}; give {noun} {span}.{hint}", (low,) if high is None else (low, high))
    return FieldError(name, f"{name} is {met}; {_WANTED.get(kind, 'give ' + _NOUNS.get(name, 'a value of its kind'))}.")


def _decimal_comma(name: str, position: int, word: str) -> str:
    """Say what an entry such as "1,5" beside other separators may mean, and how to write either."""
    return (
        f"Entry {position} of {name} is {quoted(word)}: the comma may be a decimal comma or stand between two numbers. "
        f"Write decimals with a point, such as {word.replace(',', '.', 1)}, or use one kind of separator only."
    )


def _with_a_point(value: object) -> str:
    """Say how a number with a decimal comma is written here."""
    if not isinstance(value, str) or not re.fullmatch(r"\s*[+-]?\d*,\d+\s*", value):
        return ""
    return f" Decimals have a point: {value.strip().replace(',', '.')[:60]}."


def _unknown_field(name: str, properties: Properties) -> FieldError:
    """Say which field was probably meant."""
    hint = _meant(name, properties)
    known = ", ".join(properties)
    return FieldError(name, f"There is no field {quoted(name)}.{hint} The fields are {known}.", tuple(properties))


def _meant(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest known word was meant, whatever the case; or say nothing."""
    lowered = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), lowered, 1)
    return f" Did you mean {lowered[near[0]]}?" if near else ""


def _choices(field: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Give the values a field is limited to, or nothing."""
    return tuple(field.get("enum", ())) or ((field["const"],) if "const" in field else ())


def _bounds(field: Mapping[str, Any]) -> tuple[float, float | None, str] | None:
    """Give lowest and highest value of a numeric field and the noun for it, or None for text."""
    for schema in (field, *field.get("anyOf", ())):
        if "minimum" in schema:
            noun = "a whole number" if schema["type"] == "integer" else "a number"
            return schema["minimum"], schema.get("maximum"), noun
        if "exclusiveMinimum" in schema:
            return schema["exclusiveMinimum"], schema.get("maximum"), "a number"
    return None
