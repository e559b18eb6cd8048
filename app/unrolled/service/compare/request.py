"""What is asked of a comparison: the network, two axes, how many seeds; read from a link, and written to one."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from unrolled.core.networks.registry import ACTIVATED, DIRECT
from unrolled.errors import FieldError, InvalidInput
from unrolled.query.choices import properties
from unrolled.query.faults import faults_of
from unrolled.query.fields import DIRECT_DEFAULTS, Fields
from unrolled.query.messages import quoted
from unrolled.query.query import single_values
from unrolled.query.rules import rule_faults
from unrolled.query.types import series_text
from unrolled.service.compare.axes import MOST, SIGHT, Axis, axis_fields, proposed, read_values, written

PATH = "/compare"
MOST_SEEDS = 10
OWN = ("rows", "row_values", "columns", "column_values", "seeds")
VALUES: Mapping[str, str] = {"rows": "row_values", "columns": "column_values"}
# Every model can be asked for this: where both kinds stand in one comparison, one scale means one thing.
SHARED: Mapping[str, str] = DIRECT_DEFAULTS


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes
    ----------
    base : Fields
        What all networks have in common; what an axis runs through does not count in it.
    rows, columns : Axis
        The fields that run.
    seeds : int
        Over how many seeds each tile is averaged, from that of the base on.
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
    def shares(self) -> bool:
        """Whether models without a state take part, so that outputs and inputs are what all can be asked for."""
        return any(model in DIRECT for model in _models(self.axes, self.base))

    def common(self) -> dict[str, Any]:
        """Give the fields that no axis runs through and that name a network or a derivative, with their values."""
        running = {axis.field for axis in self.axes}
        return {name: self.base.value(name) for name in Fields.names() if name not in running | SIGHT}

    def params(self) -> dict[str, str]:
        """Give what the link holds, as text: what differs from the defaults, and the axes with all their values."""
        given = {"v": "1"}
        for name, value in self.common().items():
            usual = SHARED[name] if self.shares and name in SHARED else Fields.default(name)
            if value != usual:
                given[name] = series_text(value) if name == "series" else written(value)
        for axis in self.axes:
            given[axis.name] = axis.field
            if axis.field:
                given[VALUES[axis.name]] = axis.written
        return given | ({"seeds": str(self.seeds)} if self.seeds > 1 else {})

    def url(self, path: str = PATH) -> str:
        """Give the link that asks for exactly this.

        Parameters
        ----------
        path : str
            Path of the page or the API.

        Returns
        -------
        str
            Path and query string, percent-encoded; commas stay readable.
        """
        return f"{path}?{urlencode(self.params(), safe=',')}"


def read_comparison(pairs: Iterable[tuple[str, str]]) -> Comparison:
    """Read a comparison from the pairs of a URL or a form.

    Parameters
    ----------
    pairs : iterable of (str, str)
        All fields of the query, and ``rows``, ``row_values``, ``columns``, ``column_values``, ``seeds``. An axis that
        is not given runs through the activation, or the length; an empty one through nothing. Values that are not
        given are proposed. The chosen cell and the window of the query are left out.

    Returns
    -------
    Comparison
        What is asked for.

    Raises
    ------
    InvalidInput
        Lists every field that cannot be used with the value met and the way out.
    """
    met = list(pairs)
    values, faults = single_values(met)
    own = {name: value.strip() for name, value in met if name in OWN}
    values = {name: value for name, value in values.items() if name not in OWN}
    fields = _running(own, values.get("model", Fields.default("model")), faults)
    current = _usable(values, faults)
    axes = _axes(fields, own, current, faults)
    seeds = _seeds(own.get("seeds", ""), faults)
    base = _base(values, axes, faults)
    if faults:
        raise InvalidInput.of(*faults)
    return Comparison(base, *axes, seeds)


def _running(own: Mapping[str, str], model: str, faults: list[FieldError]) -> dict[str, str]:
    """Find the field of each axis; what cannot run is told and left out."""
    first = "activation" if model in ACTIVATED else "model"
    usual = {"rows": (first, "length"), "columns": ("length", first)}
    fields = {}
    for name, other in (("rows", "columns"), ("columns", "rows")):
        wish, alternative = usual[name]
        fields[name] = own.get(name, alternative if own.get(other) == wish else wish)
    for name, field in fields.items():
        if field and field not in axis_fields():
            faults.append(FieldError(name, _no_axis(name, field), axis_fields()))
            fields[name] = ""
        elif not field and own.get(VALUES[name]):
            message = f"{VALUES[name]} are given, but {name} names no field that runs through them: name it in {name}."
            faults.append(FieldError(VALUES[name], message))
    if fields["rows"] and fields["rows"] == fields["columns"]:
        field = fields["columns"]
        message = f"rows and columns are both {field}: choose another field for one of them, or leave one empty."
        faults.append(FieldError("columns", message, tuple(each for each in axis_fields() if each != field)))
    return fields


def _no_axis(name: str, field: str) -> str:
    """Say that a field cannot run along an axis, and which ones can."""
    why = f"{name} is {quoted(field)}"
    if field in properties():
        why += ", which is no choice and no number that changes the triangle"
    near = difflib.get_close_matches(field.lower(), axis_fields(), 1)
    hint = f" Did you mean {near[0]}?" if near and near[0] != field else ""
    return f"{why}; choose one of {', '.join(axis_fields())}, or leave it empty.{hint}"


def _axes(
    fields: Mapping[str, str], own: Mapping[str, str], current: Fields, faults: list[FieldError]
) -> tuple[Axis, Axis]:
    """Give both axes their values: those that are given, else a proposal."""
    made = []
    for name, field in fields.items():
        text = own.get(VALUES[name], "") if field else ""
        values, wrong = read_values(VALUES[name], field, text) if text else ((), [])
        if text and not values and not wrong:
            message = f"{VALUES[name]} is {quoted(text)}: give up to {MOST} values of {field}."
            wrong = [FieldError(VALUES[name], message)]
        faults += wrong
        made.append(Axis(name, field, values if text else proposed(field, current) if field else ()))
    return made[0], made[1]


def _seeds(text: str, faults: list[FieldError]) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_SEEDS:
        return int(text)
    if text:
        message = f"seeds is {quoted(text)}; give a whole number from 1 to {MOST_SEEDS}."
        faults.append(FieldError("seeds", message, (1, MOST_SEEDS)))
    return 1


def _usable(values: Mapping[str, str], faults: list[FieldError]) -> Fields:
    """Read the fields of the network one by one; what cannot be used is told and left out."""
    try:
        return Fields.model_validate(values)
    except ValidationError as error:
        found = faults_of(error, properties() | {name: {} for name in OWN})
        faults += found
        bad = {fault.field for fault in found}
        return Fields.model_validate({name: value for name, value in values.items() if name not in bad})


def _base(values: Mapping[str, str], axes: tuple[Axis, Axis], faults: list[FieldError]) -> Fields:
    """Read what all networks have in common, and hold the rules between fields that no axis runs through."""
    running = {axis.field for axis in axes}
    wrong = {fault.field for fault in faults}
    kept = {name: value for name, value in values.items() if name not in running | wrong}
    base = Fields.model_validate(kept)
    if any(model in DIRECT for model in _models(axes, base)):
        base = Fields.model_validate({**SHARED, **kept})
    faults += rule_faults(base, running | SIGHT | wrong)
    return base


def _models(axes: Iterable[Axis], base: Fields) -> tuple[Any, ...]:
    """Name the models that take part."""
    return next((axis.values for axis in axes if axis.field == "model"), (base.model,))
