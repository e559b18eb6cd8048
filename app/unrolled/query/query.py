"""The query: one flat, frozen schema of the page, the API, the URL and the cache key.

The URL holds what differs from the defaults, plus ``v=1``, and an old link keeps its meaning for ever.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import ValidationError, model_validator

from unrolled.core.models import MODELS
from unrolled.errors import FieldError, InvalidInput
from unrolled.query.faults import faults_of
from unrolled.query.fields import Fields, fields_where
from unrolled.query.messages import REPEATED_FIELD, quoted
from unrolled.query.rules import rule_faults
from unrolled.query.types import series_text

# Where an empty value is one.
BLANK = frozenset(fields_where(lambda entry: entry.blank))
# What a model with a state and one without cannot both have.
_STATE_FIELDS = ("of", "wrt", "layer", "origin", "truncation")


class Query(Fields):
    """What a person asked for; equal queries have equal answers on every start.

    Built directly it raises ``pydantic.ValidationError``; `parse` and `build` raise InvalidInput.
    """

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if faults := rule_faults(self):
            raise InvalidInput.of(*faults)
        return self

    @classmethod
    def parse(cls, pairs: Iterable[tuple[str, str]]) -> "Query":
        """Read the pairs of a URL or a form; an empty value of a field that is no text means "not given".

        Raises InvalidInput with every unknown, repeated or unusable field, the value met and what is allowed.
        """
        return cls.build(*single_values(pairs))

    @classmethod
    def build(cls, values: Mapping[str, Any], refused: Iterable[FieldError] = ()) -> "Query":
        """Validate values by name, such as the ``query`` of a POST body; ``refused`` says what is not among them."""
        faults = list(refused)
        if not faults:
            try:
                return cls.model_validate(values)
            except (ValidationError, InvalidInput):
                pass  # They know one kind of fault each: what follows finds both kinds.
        raise InvalidInput.of(*faults, *cls.faults(values, {fault.field for fault in faults}))

    @classmethod
    def faults(cls, values: Mapping[str, Any], unusable: Collection[str] = ()) -> list[FieldError]:
        """Find every unusable field, and every pair that disagrees; no rule judges one that is ``unusable``."""
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
        """Change some fields and validate again; None for ``t`` or ``k`` removes the choice.

        Of a query that shows some of its fields it shows these and the changed ones. Raises `HiddenField` where
        whether they agree depends on one that is hidden.
        """
        values, known = self.shown(), set(fields)
        model = MODELS.get(fields.get("model", ""))
        if model and model.of[0] != self.row.of[0]:
            # The one has no state, the other a state that is looked at first.
            values = {name: value for name, value in values.items() if name not in _STATE_FIELDS}
            known.update(_STATE_FIELDS)
        values |= fields
        if all(map(self.shows, self.names())):
            return Query.build(values)
        try:
            whole = Fields.model_validate(values)
        except ValidationError as error:
            raise InvalidInput.of(*faults_of(error, self.model_json_schema()["properties"])) from None
        part = self._holding(whole.showing(frozenset(known.union(values))).__dict__)
        if faults := rule_faults(part, among=known):
            raise InvalidInput.of(*faults)
        return part

    def params(self) -> dict[str, str]:
        """Give what the URL holds: ``v=1`` and every field that differs from its default, as text."""
        params = {"v": "1"}
        for name in self.names():
            if name != "v" and self.value(name) != self.model_default(name):
                params[name] = self.text_of(name)
        return params

    def text_of(self, name: str) -> str:
        """Write one field as it stands in a URL or a form; empty when it was left out."""
        value = self.value(name)
        if value is None:
            return ""
        return series_text(value) if isinstance(value, tuple) else _text(value)

    def url(self, path: str = "/") -> str:
        """Give the link, percent-encoded, that asks for exactly this."""
        return f"{path}?{urlencode(self.params())}"


def single_values(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[FieldError]]:
    """Give what the pairs of a URL or a form say once, and the faults of what they say more often.

    An empty value of a field that is no text means "not given".
    """
    values: dict[str, str] = {}
    repeated: dict[str, FieldError] = {}
    for name, value in pairs:
        if name in values:
            label = name if name in Fields.names() else quoted(name)
            repeated[name] = FieldError(name, REPEATED_FIELD.format(name=label))
        elif value or name in BLANK:
            values[name] = value
    return {name: value for name, value in values.items() if name not in repeated}, list(repeated.values())


def _text(value: Any) -> str:
    """Write a value so that reading it gives the same value, floats without a needless ``.0``."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
