"""What a field of the query may be, with words for a reader: the schema and the tables, put together once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from unrolled.query.query import Query

# What pages and pictures are made with, and no answer has.
_INTERNAL = frozenset({"words", "line", "work", "factors", "factor_words", "has_recurrent_matrix"})


@dataclass(frozen=True)
class Choice:
    """One value of a field: as it stands in a URL, its label, one sentence, and what else its table says."""

    value: str
    label: str
    note: str
    more: Mapping[str, Any]

    def row(self) -> dict[str, Any]:
        """Write the choice as one flat object."""
        return {"name": self.value, "label": self.label, "note": self.note, **self.more}


@cache
def properties() -> dict[str, dict[str, Any]]:
    """Give the JSON schema of every field; one that may be left out has the schema of its values, without null."""
    schemas = {}
    for name, schema in Query.model_json_schema()["properties"].items():
        flat = dict(schema)
        for option in flat.pop("anyOf", ()):
            if option.get("type") != "null":
                flat |= option
        schemas[name] = flat
    return schemas


@cache
def choices(field: str) -> tuple[Choice, ...]:
    """Give the values that a field may have, in the order of their table; nothing if it is no choice."""
    schema = properties()[field]
    names = schema.get("enum", [schema["const"]] if "const" in schema else [])
    rows = Query.entry(field).table or {}
    return tuple(_choice(str(name), rows.get(name, {})) for name in names)


def labels(field: str) -> dict[str, str]:
    """Give the words for the values of a field."""
    return {choice.value: choice.label for choice in choices(field)}


def rows(names: Iterable[Choice]) -> list[dict[str, Any]]:
    """Write choices as a list of flat objects."""
    return [choice.row() for choice in names]


def _choice(value: str, row: Any) -> Choice:
    """Make a choice of a row of a table, leaving out what only a program can use."""
    if is_dataclass(row):
        columns = [
            column.name
            for column in fields(row)
            if column.name not in _INTERNAL and not callable(getattr(row, column.name))
        ]
        row = {name: getattr(row, name) for name in columns}
    # A set has another order in every process.
    row = {name: sorted(part) if isinstance(part, frozenset) else part for name, part in row.items()}
    more = {name: part for name, part in row.items() if name not in ("name", "label", "note")}
    return Choice(value, row.get("label", value), row.get("note", ""), more)
