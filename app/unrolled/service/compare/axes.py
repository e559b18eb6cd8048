"""What may run along an axis of a comparison, through which values, and how a value is called."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError

from unrolled.errors import FieldError
from unrolled.query.choices import choices, labels, properties
from unrolled.query.entry import Entry
from unrolled.query.faults import faults_of
from unrolled.query.fields import Fields, fields_where

Value = str | int | float

_TOO_MANY_VALUES = "{name} holds {count} values; a comparison shows at most {most} along an axis: leave some out."
_BAD_VALUE = "Among the {name}, {fault}"
_REPEATED_VALUE = "{name} holds {value} more than once: give it once."

MAX_VALUES = 8
# What of a triangle is looked at makes no other network.
VIEWPORT_FIELDS = frozenset(fields_where(lambda entry: entry.compared == "left out"))


@dataclass(frozen=True)
class Axis:
    """One axis, ``rows`` or ``columns``: a field of the query and at most eight values; empty where nothing runs."""

    name: str
    field: str
    values: tuple[Value, ...]

    @property
    def places(self) -> tuple[Mapping[str, Value], ...]:
        """What each place along the axis sets; one place that sets nothing where nothing runs."""
        return tuple({self.field: value} for value in self.values) if self.field else ({},)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each place is called; one empty name where nothing runs."""
        return tuple(label_of(self.field, value) for value in self.values) if self.field else ("",)

    @property
    def title(self) -> str:
        """The name of the field for a reader."""
        return str(properties()[self.field]["label"]) if self.field else ""

    @property
    def is_choice(self) -> bool:
        """Whether the values are names."""
        return bool(self.field and choices(self.field))

    @property
    def is_named(self) -> bool:
        """Whether these names say what they are without the field's."""
        return bool(self.field) and Fields.entry(self.field).values.self_explaining

    @property
    def values_text(self) -> str:
        """The values as they stand in a link."""
        return ",".join(map(value_text, self.values))


@cache
def axis_fields() -> tuple[str, ...]:
    """Give the fields that may run along an axis, in the order of the schema."""
    return tuple(name for name in fields_where(_may_run) if choices(name) or _is_number(name))


def value_text(value: Value) -> str:
    """Write a value as it stands in a link."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def label_of(field: str, value: Value) -> str:
    """Name a value so that its field is clear: ``LSTM``, ``T = 128``, ``truncation sliding``."""
    text = value_text(value).replace("-", "−") if not isinstance(value, str) else value
    named = Fields.entry(field).values
    if choices(field):
        name = labels(field).get(text, text).partition(",")[0]
        return name if named.self_explaining else f"{field} {name}"
    if field == "layers" and value == 1:
        return "1 layer"
    return (named.symbol or f"{field.replace('_', ' ')} {{}}").format(text)


def read_values(name: str, field: str, text: str) -> tuple[tuple[Value, ...], list[FieldError]]:
    """Read the values of an axis, separated by commas: those that can be used, and what is wrong with the others.

    Faults are of the field ``name``: ``row_values`` or ``column_values``.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    values: list[Value] = []
    faults: list[FieldError] = []
    if len(words) > MAX_VALUES:
        message = _TOO_MANY_VALUES.format(name=name, count=len(words), most=MAX_VALUES)
        faults.append(FieldError(name, message, (MAX_VALUES,)))
        words = words[:MAX_VALUES]
    for word in words:
        try:
            value = Fields.model_validate({field: word}).value(field)
        except ValidationError as error:
            (fault,) = faults_of(error, properties())
            faults.append(FieldError(name, _BAD_VALUE.format(name=name, fault=fault.message), fault.allowed))
            continue
        if value in values:
            faults.append(FieldError(name, _REPEATED_VALUE.format(name=name, value=value_text(value))))
        else:
            values.append(value)
    return tuple(values), faults


def propose_values(field: str, base: Fields) -> tuple[Value, ...]:
    """Propose one to eight values for a field: its choices, the one that is set among them, or numbers around it."""
    if choices(field):
        names = [choice.value for choice in choices(field) if _has_its_data(field, choice.value, base)]
        current = base.value(field)
        return tuple(names[:MAX_VALUES] if current in names[:MAX_VALUES] else [*names[: MAX_VALUES - 1], current])
    schema = properties()[field]
    # What has no smallest value begins at its first step.
    low = schema.get("minimum", schema["step"] if "exclusiveMinimum" in schema else -math.inf)
    high = schema.get("maximum", math.inf)
    is_integer = schema["type"] == "integer"
    values: list[Value] = []
    for number in Fields.entry(field).values.spread(base.value(field) or 0, base.model_dump()):
        bounded = max(low, min(high, number))
        value: Value = round(bounded) if is_integer else float(f"{bounded:.6g}")
        if value not in values:
            values.append(value)
    return tuple(values)


def _may_run(entry: Entry) -> bool:
    return entry.compared == "axis"


def _is_number(name: str) -> bool:
    return properties()[name]["type"] in ("integer", "number")


def _has_its_data(field: str, value: str, base: Fields) -> bool:
    """Tell whether an input has what it is made of: an own series may not be there."""
    return field != "input" or value != "series" or bool(base.series)
