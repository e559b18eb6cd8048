"""The query: one flat, frozen schema of the page, the API, the URL and the cache key.

Every field has a default; the URL holds what differs from the defaults, plus ``v=1``, and an old link keeps its
meaning for ever. The schema also carries what a control needs: label, step and the one-line explanation.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import ValidationError, model_validator

from unrolled.core.networks.registry import DIRECT
from unrolled.errors import FieldError, InvalidInput
from unrolled.query.faults import faults_of
from unrolled.query.fields import Fields
from unrolled.query.messages import quoted
from unrolled.query.rules import rule_faults
from unrolled.query.types import series_text

# What a model with a state and one without cannot both have.
_LOOKED_AT = ("of", "wrt", "layer", "origin", "truncation")


class Query(Fields):
    """What a person asked for; equal queries have equal answers on every start.

    Raises
    ------
    pydantic.ValidationError
        When built directly; use `Query.parse` for the project's own error.
    """

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        """Hold the rules between fields; every fault is told at once."""
        if faults := rule_faults(self):
            raise InvalidInput.of(*faults)
        return self

    @classmethod
    def parse(cls, pairs: Iterable[tuple[str, str]]) -> "Query":
        """Read the query from the pairs of a URL or a form.

        Parameters
        ----------
        pairs : iterable of (str, str)
            Names and values as they stand in the URL; an empty value of a field that is no text means "not given".

        Returns
        -------
        Query
            The validated query.

        Raises
        ------
        InvalidInput
            Lists every unknown, repeated or unusable field with the value met and what is allowed.
        """
        return cls.build(*single_values(pairs))

    @classmethod
    def build(cls, values: Mapping[str, Any], refused: Iterable[FieldError] = ()) -> "Query":
        """Validate values that are already apart, such as the ``query`` object of a POST body.

        Parameters
        ----------
        values : mapping
            Field names to values.
        refused : iterable of FieldError
            What is wrong with fields that are not among the values for that.

        Returns
        -------
        Query
            The validated query.

        Raises
        ------
        InvalidInput
            As `parse`.
        """
        told = list(refused)
        if not told:
            try:
                return cls.model_validate(values)
            except (ValidationError, InvalidInput):
                pass  # They know one kind of fault each: what follows finds both kinds.
        raise InvalidInput.of(*told, *cls.faults(values, {fault.field for fault in told}))

    @classmethod
    def faults(cls, values: Mapping[str, Any], unusable: Collection[str] = ()) -> list[FieldError]:
        """Find everything that is wrong with values, in one round.

        Parameters
        ----------
        values : mapping
            Field names to values.
        unusable : collection of str
            Fields that are not among the values because theirs cannot be used: no rule is applied that needs them.

        Returns
        -------
        list of FieldError
            Each unusable field, and each pair of usable ones that do not agree.
        """
        faults: list[FieldError] = []
        try:
            usable = Fields.model_validate(values)
        except ValidationError as error:
            faults = faults_of(error, cls.model_json_schema()["properties"])
            bad = {fault.field for fault in faults}
            try:
                usable = Fields.model_validate({name: value for name, value in values.items() if name not in bad})
            except ValidationError:  # a name that is no text belongs to no field
                return faults
        return faults + rule_faults(usable, {*unusable, *(fault.field for fault in faults)})

    def changed(self, **fields: Any) -> "Query":
        """Return this query with some fields changed, validated again.

        Parameters
        ----------
        **fields
            New values; None for ``t`` or ``k`` removes the choice.

        Returns
        -------
        Query
            The changed query.

        Raises
        ------
        InvalidInput
            As `parse`.
        """
        kept = self.model_dump()
        if "model" in fields and (fields["model"] in DIRECT) != self.is_direct:
            # The one kind has no state, the other a state that is looked at first.
            kept = {name: value for name, value in kept.items() if name not in _LOOKED_AT}
        return Query.build(kept | fields)

    def params(self) -> dict[str, str]:
        """Give what the URL holds: ``v=1`` and every field that differs from its default, as text."""
        given = {"v": "1"}
        for name in self.names():
            if name != "v" and self.value(name) != self.model_default(name):
                given[name] = self.text_of(name)
        return given

    def text_of(self, name: str) -> str:
        """Write one field as it stands in a URL or a form.

        Parameters
        ----------
        name : str
            Name of the field.

        Returns
        -------
        str
            Its value as text; empty when it was left out.
        """
        value = self.value(name)
        if value is None:
            return ""
        return series_text(value) if name == "series" else _text(value)

    def url(self, path: str = "/") -> str:
        """Give the link that asks for exactly this.

        Parameters
        ----------
        path : str
            Path of the page or the API.

        Returns
        -------
        str
            Path and query string, percent-encoded.
        """
        return f"{path}?{urlencode(self.params())}"


def single_values(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[FieldError]]:
    """Make a mapping of the pairs of a URL or a form.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Names and values; an empty value of a field that is no text means "not given".

    Returns
    -------
    values : dict of str to str
        What is given once.
    faults : list of FieldError
        What is given more than once.
    """
    values: dict[str, str] = {}
    repeated: dict[str, FieldError] = {}
    for name, value in pairs:
        if name in values:
            told = name if name in Fields.names() else quoted(name)
            repeated[name] = FieldError(name, f"{told} is given more than once: give it once.")
        elif value or name == "text":
            values[name] = value
    return {name: value for name, value in values.items() if name not in repeated}, list(repeated.values())


def _text(value: Any) -> str:
    """Write a value so that reading it gives the same value, floats without a needless ``.0``."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
