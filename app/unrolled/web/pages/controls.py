"""The controls of the form, drawn from the query's schema and the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from unrolled.query.choices import choices, properties
from unrolled.query.entry import Place
from unrolled.query.query import Query
from unrolled.web.pages.relevance import is_irrelevant, models_of

Kind = Literal["select", "number", "range", "text", "hidden"]

# A slider with more stops than this cannot be aimed; a box for the number does better.
_MAX_SLIDER_STOPS = 100_000


@dataclass(frozen=True)
class Control:
    """One control, with its value as it was typed.

    Without a ``place`` it is not to be seen. ``above`` is what a number must be larger than, where it has no smallest
    value; ``choices`` are value, label and note; ``max_length`` counts characters of a text, numbers of a list.
    ``left_out`` says what an empty box means; None where it must not be empty. ``models`` are those it means something
    for, empty for all, ``of_input`` the one kind of input; it is stacked where it needs several layers, irrelevant
    where it means nothing for what stands in the form now.
    """

    name: str
    label: str
    help: str
    kind: Kind
    place: Place | None
    value: str
    minimum: float | None
    above: float | None
    maximum: float | None
    step: float | None
    choices: tuple[tuple[str, str, str], ...]
    max_length: int | None
    is_list: bool
    error: str | None
    left_out: str | None
    models: tuple[str, ...]
    of_input: str
    is_stacked: bool
    is_irrelevant: bool


def controls(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Control]:
    """Draw every control but the version."""
    return [_control(name, values, errors.get(name)) for name in properties() if name != "v"]


def _control(name: str, values: Mapping[str, str], error: str | None) -> Control:
    schema, entry = properties()[name], Query.entry(name)
    return Control(
        name,
        entry.label,
        entry.help,
        _kind(name),
        entry.place,
        values.get(name, ""),
        schema.get("minimum"),
        schema.get("exclusiveMinimum"),
        schema.get("maximum"),
        schema.get("step"),
        tuple((choice.value, choice.label, choice.note) for choice in choices(name)),
        schema.get("maxLength", schema.get("maxItems")),
        "maxItems" in schema,
        error,
        entry.left_out if Query.default(name) is None else None,
        models_of(name),
        entry.of_input,
        entry.stacked,
        is_irrelevant(name, values) and not error,
    )


def _kind(name: str) -> Kind:
    """Choose how a field is drawn from what its values are."""
    schema = properties()[name]
    if choices(name):
        return "select"
    if schema["type"] == "string":
        return "text"
    if "maximum" not in schema or Query.default(name) is None:
        return "number"
    # Where there is no smallest value a slider begins at its first step.
    stops = (schema["maximum"] - schema.get("minimum", schema["step"])) / schema["step"]
    return "range" if stops <= _MAX_SLIDER_STOPS else "number"
