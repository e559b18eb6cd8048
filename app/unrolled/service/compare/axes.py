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

MOST = 8
# What is looked at inside of a triangle, or how finely, is no other network.
SIGHT = frozenset({"t", "k", "from", "until", "since", "to"})
# What is asked of the gradient moves no triangle.
LEARNED = frozenset({"loss", "tolerance"})
_STILL = SIGHT | LEARNED | {"v", "resolution"}
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
_NAMED = frozenset({"model", "activation", "init", "input"})


@dataclass(frozen=True)
class Axis:
    """One axis: a field and the values that it runs through.

    Attributes
    ----------
    name : str
        ``rows`` or ``columns``.
    field : str
        The field of the query; empty where nothing runs.
    values : tuple
        At most eight; none where nothing runs.
    """

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
        return self.field in _NAMED

    @property
    def written(self) -> str:
        """The values as they stand in a link."""
        return ",".join(map(written, self.values))


@cache
def axis_fields() -> tuple[str, ...]:
    """Give the fields that may run along an axis, in the order of the schema.

    Returns
    -------
    tuple of str
        Every choice and every number that the triangle depends on.
    """
    return tuple(name for name in properties() if name not in _STILL and (choices(name) or _is_number(name)))


def written(value: Value) -> str:
    """Write a value as it stands in a link."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def label_of(field: str, value: Value) -> str:
    """Call a value of a field by a name that tells it from a value of any other.

    Parameters
    ----------
    field : str
        The field.
    value : str, int or float
        Its value.

    Returns
    -------
    str
        For example ``LSTM``, ``T = 128`` or ``truncation sliding``.
    """
    text = written(value).replace("-", "−") if not isinstance(value, str) else value
    if choices(field):
        name = labels(field).get(text, text).partition(",")[0]
        return name if field in _NAMED else f"{field} {name}"
    if field == "layers" and value == 1:
        return "1 layer"
    return _SYMBOLS.get(field, f"{field.replace('_', ' ')} {{}}").format(text)


def read_values(name: str, field: str, text: str) -> tuple[tuple[Value, ...], list[FieldError]]:
    """Read the values of an axis.

    Parameters
    ----------
    name : str
        ``row_values`` or ``column_values``: what an error is told of.
    field : str
        The field that runs.
    text : str
        Values separated by commas.

    Returns
    -------
    values : tuple
        Those that can be used.
    faults : list of FieldError
        What is wrong, each with the way out.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    values: list[Value] = []
    faults: list[FieldError] = []
    if len(words) > MOST:
        message = f"{name} holds {len(words)} values; a comparison shows at most {MOST} along an axis: leave some out."
        faults.append(FieldError(name, message, (MOST,)))
        words = words[:MOST]
    for word in words:
        try:
            value = Fields.model_validate({field: word}).value(field)
        except ValidationError as error:
            (fault,) = faults_of(error, properties())
            faults.append(FieldError(name, f"Among the {name}, {fault.message}", fault.allowed))
            continue
        if value in values:
            faults.append(FieldError(name, f"{name} holds {written(value)} more than once: give it once."))
        else:
            values.append(value)
    return tuple(values), faults


def proposed(field: str, base: Fields) -> tuple[Value, ...]:
    """Propose values for a field: all its choices, or a spread around the number that is set.

    Parameters
    ----------
    field : str
        The field.
    base : Fields
        What is set.

    Returns
    -------
    tuple
        One to eight values; of a longer list of choices the first, and the one that is set.
    """
    if choices(field):
        names = [each.value for each in choices(field) if _has_what_it_reads(field, each.value, base)]
        current = base.value(field)
        return tuple(names[:MOST] if current in names[:MOST] else [*names[: MOST - 1], current])
    schema = properties()[field]
    low, high = schema["minimum"], schema.get("maximum")
    whole = schema["type"] == "integer"
    found: list[Value] = []
    for number in _SPREADS.get(field, _octaves)(base.value(field) or 0, base):
        inside = max(low, number if high is None else min(high, number))
        value: Value = round(inside) if whole else float(f"{inside:.6g}")
        if value not in found:
            found.append(value)
    return tuple(found)


def _is_number(name: str) -> bool:
    return properties()[name]["type"] in ("integer", "number")


def _has_what_it_reads(field: str, value: str, base: Fields) -> bool:
    """Tell whether an input has what it is made of: an own series may not be there."""
    return field != "input" or value != "series" or bool(base.series)


def _octaves(number: float, _: Fields) -> list[float]:
    start = number or 16
    return [start / 2, start, 2 * start, 4 * start]


def _around(number: float, _: Fields) -> list[float]:
    return [number / 2, 0.75 * number, number, 1.25 * number, 1.5 * number] if number else [0.0, 0.5, 1.0, 1.5, 2.0]


def _counted(number: float, _: Fields) -> list[float]:
    return [number, number + 1, number + 2, number + 3]


def _stacked(_: float, base: Fields) -> list[float]:
    return [float(layer) for layer in range(1, base.layers + 1)]


def _biases(number: float, _: Fields) -> list[float]:
    return [-1.0, 0.0, 1.0, 2.0, 4.0] if not number else [number - 2, number - 1, number, number + 1, number + 2]


_SPREADS: Mapping[str, Callable[[float, Fields], list[float]]] = {
    "gain": _around,
    "amplitude": lambda number, _: [number / 4, number / 2, number, 2 * number, 4 * number] if number else [0, 0.5, 1],
    "forget_bias": _biases,
    "layers": lambda _, __: [1, 2, 3, 4],
    "seed": _counted,
    "layer": _stacked,
    "origin": _stacked,
}
