"""What may run along an axis of a comparison, through which values, and how a value is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError

from unrolled.errors import FieldError
from unrolled.query.choices import choices, labels, properties
from unrolled.query.faults import faults_of
from unrolled.query.fields import Fields

Value = str | int | float

_TOO_MANY_VALUES = "{name} holds {count} values; a comparison shows at most {most} along an axis: leave some out."
_BAD_VALUE = "Among the {name}, {fault}"
_REPEATED_VALUE = "{name} holds {value} more than once: give it once."

MAX_VALUES = 8
# What of a triangle is looked at makes no other network.
VIEWPORT_FIELDS = frozenset({"t", "k", "from", "until", "since", "to"})
# The loss moves no triangle.
LOSS_FIELDS = frozenset({"loss", "tolerance"})
_FIXED_FIELDS = VIEWPORT_FIELDS | LOSS_FIELDS | {"v", "resolution"}
# How a number is written where there is little room.
_SYMBOLS = {
    "length": "T = {}",
    "hidden": "H = {}",
    "window": "K = {}",
    "key": "d_k = {}",
    "layers": "{} layers",
    "chrono": "chrono {}",
}
# Choices whose names say what they are; others are called by their field as well.
_SELF_EXPLAINING = frozenset({"model", "activation", "init", "input"})


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
        return self.field in _SELF_EXPLAINING

    @property
    def values_text(self) -> str:
        """The values as they stand in a link."""
        return ",".join(map(value_text, self.values))


@cache
def axis_fields() -> tuple[str, ...]:
    """Give the fields that may run along an axis, in the order of the schema."""
    return tuple(name for name in properties() if name not in _FIXED_FIELDS and (choices(name) or _is_number(name)))


def value_text(value: Value) -> str:
    """Write a value as it stands in a link."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def label_of(field: str, value: Value) -> str:
    """Name a value so that its field is clear: ``LSTM``, ``T = 128``, ``truncation sliding``."""
    text = value_text(value).replace("-", "−") if not isinstance(value, str) else value
    if choices(field):
        name = labels(field).get(text, text).partition(",")[0]
        return name if field in _SELF_EXPLAINING else f"{field} {name}"
    if field == "layers" and value == 1:
        return "1 layer"
    return _SYMBOLS.get(field, f"{field.replace('_', ' ')} {{}}").format(text)


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
    low, high = schema["minimum"], schema.get("maximum")
    is_integer = schema["type"] == "integer"
    values: list[Value] = []
    for number in _SPREADS.get(field, _octaves)(base.value(field) or 0, base):
        bounded = max(low, number if high is None else min(high, number))
        value: Value = round(bounded) if is_integer else float(f"{bounded:.6g}")
        if value not in values:
            values.append(value)
    return tuple(values)


def _is_number(name: str) -> bool:
    return properties()[name]["type"] in ("integer", "number")


def _has_its_data(field: str, value: str, base: Fields) -> bool:
    """Tell whether an input has what it is made of: an own series may not be there."""
    return field != "input" or value != "series" or bool(base.series)


def _octaves(number: float, _: Fields) -> list[float]:
    start = number or 16
    return [start / 2, start, 2 * start, 4 * start]


def _around(number: float, _: Fields) -> list[float]:
    return [number / 2, 0.75 * number, number, 1.25 * number, 1.5 * number] if number else [0.0, 0.5, 1.0, 1.5, 2.0]


def _consecutive(number: float, _: Fields) -> list[float]:
    return [number, number + 1, number + 2, number + 3]


def _layer_numbers(_: float, base: Fields) -> list[float]:
    return [float(layer) for layer in range(1, base.layers + 1)]


def _biases(number: float, _: Fields) -> list[float]:
    return [-1.0, 0.0, 1.0, 2.0, 4.0] if not number else [number - 2, number - 1, number, number + 1, number + 2]


_SPREADS: Mapping[str, Callable[[float, Fields], list[float]]] = {
    "gain": _around,
    "amplitude": lambda number, _: [number / 4, number / 2, number, 2 * number, 4 * number] if number else [0, 0.5, 1],
    "forget_bias": _biases,
    "layers": lambda _, __: [1, 2, 3, 4],
    "seed": _consecutive,
    "layer": _layer_numbers,
    "origin": _layer_numbers,
}
