"""What is asked of a comparison: the network, two axes, how many seeds; read from a link, and written to one."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from unrolled.core.models import MODELS
from unrolled.errors import FieldError, InvalidInput
from unrolled.query.choices import properties
from unrolled.query.faults import faults_of
from unrolled.query.fields import Fields
from unrolled.query.messages import quoted
from unrolled.query.query import single_values
from unrolled.query.rules import rule_faults
from unrolled.query.types import series_text
from unrolled.service.compare.axes import (
    MAX_VALUES,
    VIEWPORT_FIELDS,
    Axis,
    axis_fields,
    propose_values,
    read_values,
    value_text,
)

_NO_FIELD_FOR_VALUES = "{values} are given, but {axis} names no field that runs through them: name it in {axis}."
_SAME_FIELD = "rows and columns are both {field}: choose another field for one of them, or leave one empty."
_NOT_AN_AXIS = "{axis} is {field}; choose one of {known}, or leave it empty.{hint}"
_CHANGES_NOTHING = (
    "{axis} is {field}, which is no choice and no number that changes the triangle; "
    "choose one of {known}, or leave it empty.{hint}"
)
_NO_VALUES = "{values} is {text}: give up to {most} values of {field}."
_BAD_SEEDS = "seeds is {text}; give a whole number from 1 to {most}."

PATH = "/compare"
MAX_SEEDS = 10
COMPARISON_FIELDS = ("rows", "row_values", "columns", "column_values", "seeds")
VALUES_FIELD_OF: Mapping[str, str] = {"rows": "row_values", "columns": "column_values"}
# Every model can be asked for this: where both kinds stand in one comparison, one scale means one thing.
SHARED_DERIVATIVE: Mapping[str, str] = {"of": "o", "wrt": "x"}


@dataclass(frozen=True)
class Comparison:
    """What is compared: the fields that all networks have in common, and those that the axes run through.

    Each tile shows the median network of so many seeds, from that of the base on.
    """

    base: Fields
    rows: Axis
    columns: Axis
    seeds: int

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Both axes."""
        return self.rows, self.columns

    @property
    def has_stateless(self) -> bool:
        """Whether models without a state take part, so that outputs and inputs are what all can be asked for."""
        return _has_stateless(self.axes, self.base)

    def common(self) -> dict[str, Any]:
        """Give the fields that no axis runs through and that name a network or a derivative, with their values."""
        on_axes = {axis.field for axis in self.axes}
        return {name: self.base.value(name) for name in Fields.names() if name not in on_axes | VIEWPORT_FIELDS}

    def params(self) -> dict[str, str]:
        """Give what the link holds, as text: what differs from the defaults, and the axes with all their values."""
        params = {"v": "1"}
        for name, value in self.common().items():
            shared = self.has_stateless and name in SHARED_DERIVATIVE
            if value != (SHARED_DERIVATIVE[name] if shared else Fields.default(name)):
                params[name] = series_text(value) if name == "series" else value_text(value)
        for axis in self.axes:
            params[axis.name] = axis.field
            if axis.field:
                params[VALUES_FIELD_OF[axis.name]] = axis.values_text
        return params | ({"seeds": str(self.seeds)} if self.seeds > 1 else {})

    def url(self, path: str = PATH) -> str:
        """Give the link to exactly this, percent-encoded; commas stay readable."""
        return f"{path}?{urlencode(self.params(), safe=',')}"


def read_comparison(pairs: Iterable[tuple[str, str]]) -> Comparison:
    """Read a comparison from the pairs of a URL or a form.

    An axis that is not given runs through the activation, or the length; an empty one through nothing. Values that are
    not given are proposed. The chosen cell and the window of the query are left out. Raises `InvalidInput`, which lists
    every field that cannot be used.
    """
    params = list(pairs)
    values, faults = single_values(params)
    own = {name: value.strip() for name, value in params if name in COMPARISON_FIELDS}
    values = {name: value for name, value in values.items() if name not in COMPARISON_FIELDS}
    fields = _read_axis_fields(own, values.get("model", Fields.default("model")), faults)
    current = _valid_fields(values, faults)
    axes = _read_axes(fields, own, current, faults)
    seeds = _read_seeds(own.get("seeds", ""), faults)
    base = _read_base(values, axes, faults)
    if faults:
        raise InvalidInput.of(*faults)
    return Comparison(base, *axes, seeds)


def _read_axis_fields(own: Mapping[str, str], model: str, faults: list[FieldError]) -> dict[str, str]:
    """Choose the field of each axis; one that cannot run is a fault, and left out."""
    first = "activation" if model in MODELS and "activation" in MODELS[model].reads else "model"
    defaults = {"rows": (first, "length"), "columns": ("length", first)}
    fields = {}
    for name, other in (("rows", "columns"), ("columns", "rows")):
        preferred, alternative = defaults[name]
        fields[name] = own.get(name, alternative if own.get(other) == preferred else preferred)
    for name, field in fields.items():
        if field and field not in axis_fields():
            faults.append(FieldError(name, _not_an_axis(name, field), axis_fields()))
            fields[name] = ""
        elif not field and own.get(VALUES_FIELD_OF[name]):
            message = _NO_FIELD_FOR_VALUES.format(values=VALUES_FIELD_OF[name], axis=name)
            faults.append(FieldError(VALUES_FIELD_OF[name], message))
    if fields["rows"] and fields["rows"] == fields["columns"]:
        field = fields["columns"]
        others = tuple(name for name in axis_fields() if name != field)
        faults.append(FieldError("columns", _SAME_FIELD.format(field=field), others))
    return fields


def _not_an_axis(name: str, field: str) -> str:
    """Say that a field cannot run along an axis, and which ones can."""
    message = _CHANGES_NOTHING if field in properties() else _NOT_AN_AXIS
    near = difflib.get_close_matches(field.lower(), axis_fields(), 1)
    hint = f" Did you mean {near[0]}?" if near and near[0] != field else ""
    return message.format(axis=name, field=quoted(field), known=", ".join(axis_fields()), hint=hint)


def _read_axes(
    fields: Mapping[str, str], own: Mapping[str, str], current: Fields, faults: list[FieldError]
) -> tuple[Axis, Axis]:
    """Give both axes their values: those that are given, else a proposal."""
    axes = []
    for name, field in fields.items():
        values_field = VALUES_FIELD_OF[name]
        text = own.get(values_field, "") if field else ""
        values, wrong = read_values(values_field, field, text) if text else ((), [])
        if text and not values and not wrong:
            message = _NO_VALUES.format(values=values_field, text=quoted(text), most=MAX_VALUES, field=field)
            wrong = [FieldError(values_field, message)]
        faults += wrong
        axes.append(Axis(name, field, values if text else propose_values(field, current) if field else ()))
    return axes[0], axes[1]


def _read_seeds(text: str, faults: list[FieldError]) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_SEEDS:
        return int(text)
    if text:
        message = _BAD_SEEDS.format(text=quoted(text), most=MAX_SEEDS)
        faults.append(FieldError("seeds", message, (1, MAX_SEEDS)))
    return 1


def _valid_fields(values: Mapping[str, str], faults: list[FieldError]) -> Fields:
    """Read the fields of the network one by one; one that cannot be used is a fault, and left out."""
    try:
        return Fields.model_validate(values)
    except ValidationError as error:
        wrong = faults_of(error, properties() | {name: {} for name in COMPARISON_FIELDS})
        faults += wrong
        names = {fault.field for fault in wrong}
        return Fields.model_validate({name: value for name, value in values.items() if name not in names})


def _read_base(values: Mapping[str, str], axes: tuple[Axis, Axis], faults: list[FieldError]) -> Fields:
    """Read what all networks have in common, and hold the rules between fields that no axis runs through."""
    on_axes = {axis.field for axis in axes}
    wrong = {fault.field for fault in faults}
    usable = {name: value for name, value in values.items() if name not in on_axes | wrong}
    base = Fields.model_validate(usable)
    if _has_stateless(axes, base):
        base = Fields.model_validate({**SHARED_DERIVATIVE, **usable})
    faults += rule_faults(base, on_axes | VIEWPORT_FIELDS | wrong)
    return base


def _has_stateless(axes: Iterable[Axis], base: Fields) -> bool:
    """Tell whether a model without a state takes part."""
    models = next((axis.values for axis in axes if axis.field == "model"), (base.model,))
    return any(str(model) in MODELS and not MODELS[str(model)].states for model in models)
