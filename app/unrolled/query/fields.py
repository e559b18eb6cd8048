"""The fields of the query as they are read: what they are where nothing is given, and for which models they count."""

import keyword
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import NoneType
from typing import Any, get_args

from pydantic import ConfigDict, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from unrolled.core.model import Model
from unrolled.core.models import MODELS
from unrolled.query.entries import Entries
from unrolled.query.entry import Entry
from unrolled.query.types import plain_number


class Fields(Entries):
    """The fields alone; `unrolled.query.query.Query` adds the rules between them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_the_model(cls, values: Any) -> Any:
        """Look at ∂o/∂x where a model has no state and nothing else is asked for."""
        model = values.get("model") if isinstance(values, Mapping) else None
        if isinstance(model, str) and model in MODELS and not MODELS[model].states:
            return {**STATELESS_DEFAULTS, **values}
        return values

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse true and false, which Pydantic would take for 1 and 0, and "1_0", which it would take for 10."""
        if isinstance(value, bool):
            raise PydanticCustomError("boolean", "true and false are no values of a query")
        return plain_number(value) if info.field_name in _numbers(cls) else value

    @property
    def later(self) -> int:
        """The chosen t, 1-based; when none is chosen the last step of the window, or of all where k lies beyond it."""
        if self.t is not None:
            return self.t
        last = self.zoom_bounds[3]
        return last if self.k is None or self.k <= last else self.length

    @property
    def earlier(self) -> int:
        """The chosen k, 1-based; when none is chosen the first step of the window, or of all where t lies before it."""
        if self.k is not None:
            return self.k
        first = self.zoom_bounds[0]
        return first if self.t is None or first <= self.t else 1

    @property
    def zoom_bounds(self) -> tuple[int, int, int, int]:
        """First and last k, first and last t of the window; the whole sequence when none is chosen."""
        first = 1 if self.from_ is None else self.from_
        last = self.length if self.to is None else self.to
        return first, last if self.until is None else self.until, first if self.since is None else self.since, last

    @property
    def is_zoomed(self) -> bool:
        """Whether a window is chosen that is not the whole sequence."""
        return self.zoom_bounds != (1, self.length, 1, self.length)

    @property
    def state_names(self) -> tuple[str, ...]:
        """What a layer of the model carries from step to step; nothing where it does not."""
        return self.row.states

    @property
    def row(self) -> Model:
        """The row of the model."""
        return MODELS[self.model]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Give the names of all fields as they stand in a URL."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def entry(cls, name: str) -> Entry:
        """Give what is known of a field by its name in a URL."""
        return _entries(cls)[name]

    @classmethod
    def default(cls, name: str) -> Any:
        """Give the default of a field by its name in a URL."""
        return cls.model_fields[_attribute(name)].default

    def model_default(self, name: str) -> Any:
        """Give what a field is for this model where it is not given."""
        return self.default(name) if self.state_names else STATELESS_DEFAULTS.get(name, self.default(name))

    def value(self, name: str) -> Any:
        """Give a field by its name in a URL."""
        return getattr(self, _attribute(name))


def fields_where(holds: Callable[[Entry], bool]) -> tuple[str, ...]:
    """Name the fields whose entry is so, in the order of the table."""
    return tuple(name for name in Fields.names() if holds(Fields.entry(name)))


def under(*headings: str) -> frozenset[str]:
    """Name the fields whose control stands under some headings."""
    return frozenset(fields_where(lambda entry: entry.place is not None and entry.place.group in headings))


def _attribute(name: str) -> str:
    """Give the attribute of a field: a word of Python has an underscore behind it."""
    return f"{name}_" if keyword.iskeyword(name) else name


@cache
def _entries(fields: type[Fields]) -> Mapping[str, Entry]:
    """Give every entry by the name of its field in a URL."""
    rows = ((field.alias or name, field.json_schema_extra) for name, field in fields.model_fields.items())
    return {name: row for name, row in rows if isinstance(row, Entry)}


@cache
def _numbers(fields: type[Fields]) -> frozenset[str]:
    """Name the attributes that are numbers, or None."""
    types = {name: field.annotation for name, field in fields.model_fields.items()}
    return frozenset(name for name, kind in types.items() if {*(get_args(kind) or (kind,))} <= {int, float, NoneType})


# What is looked at where nothing else is chosen: a model without recurrence has no state.
STATELESS_DEFAULTS: Mapping[str, str] = {
    name: value for name in Fields.names() if (value := Fields.entry(name).stateless) is not None
}


def models_of_field(name: str) -> tuple[str, ...]:
    """Name the models that a field means something for, in the order of their table."""
    needs = Fields.entry(name).needs
    models = tuple(model for model, row in MODELS.items() if name in row.reads or (needs and _has(row, needs)))
    # What no model reads by its row counts for every model.
    return models if models or needs else tuple(MODELS)


def irrelevant_fields(model: str) -> frozenset[str]:
    """Name the fields that say nothing about a model."""
    return _irrelevant_fields(model, tuple(MODELS))


@lru_cache(maxsize=64)
def _irrelevant_fields(model: str, models: tuple[str, ...]) -> frozenset[str]:
    """Name them once for every table of models: each question asks for them."""
    del models
    return frozenset(name for name in Fields.names() if model not in models_of_field(name))


def is_irrelevant_field(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field says nothing about the network that a form describes."""
    if Fields.entry(name).stacked and values.get("layers") == "1":
        return True
    model = values.get("model", "")
    return model in MODELS and model not in models_of_field(name)


def _has(model: Model, needs: str) -> bool:
    return model.has_recurrent_matrix if needs == "recurrent matrix" else bool(model.states)
