"""The query: one flat, frozen schema of the page, the API, the URL and the cache key.

Every field has a default; the URL holds what differs from the defaults, plus ``v=1``, and an old link keeps its
meaning for ever. The schema also carries what a control needs: label, step and the one-line explanation.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import ValidationError, model_validator

from app.core.models import MODELS
from app.errors import FieldError, InvalidInput
from app.query_faults import faults_of, shown
from app.query_fields import Fields
from app.query_rules import cell_faults, model_faults, window_faults
from app.query_types import series_text


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
        faults = []
        if self.input == "text" and not self.text:
            faults.append(FieldError("text", "The input is text but no text is given: type at least one character."))
        if self.input == "series" and not self.series:
            faults.append(
                FieldError("series", "The input is your own series but it is empty: give at least one number.")
            )
        faults += [*cell_faults(self), *window_faults(self), *model_faults(self)]
        if faults:
            raise InvalidInput.of(*faults)
        return self

    @property
    def later(self) -> int:
        """The chosen t, 1-based; the last step when none is chosen."""
        return self.length if self.t is None else self.t

    @property
    def earlier(self) -> int:
        """The chosen k, 1-based; the first step when none is chosen."""
        return 1 if self.k is None else self.k

    @property
    def window(self) -> tuple[int, int, int, int]:
        """First and last k, first and last t of the window; the whole sequence when none is chosen."""
        first = 1 if self.from_ is None else self.from_
        last = self.length if self.to is None else self.to
        return first, last if self.until is None else self.until, first if self.since is None else self.since, last

    @property
    def is_zoomed(self) -> bool:
        """Whether a window is chosen that is not the whole sequence."""
        return self.window != (1, self.length, 1, self.length)

    @property
    def state_names(self) -> tuple[str, ...]:
        """What a layer of the model carries from step to step."""
        return MODELS[self.model].states

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Give the names of all fields as they stand in a URL."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def default(cls, name: str) -> Any:
        """Give the default of a field by its name in a URL."""
        return cls.model_fields[_attribute(name)].default

    def value(self, name: str) -> Any:
        """Give a field by its name in a URL."""
        return getattr(self, _attribute(name))

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
        values: dict[str, str] = {}
        repeated = []
        for name, value in pairs:
            if name in values:
                told = name if name in cls.names() else shown(name)
                repeated.append(FieldError(name, f"{told} is given more than once: give it once."))
            elif value or name == "text":
                values[name] = value
        if repeated:
            raise InvalidInput.of(*repeated)
        return cls.build(values)

    @classmethod
    def build(cls, values: Mapping[str, Any]) -> "Query":
        """Validate values that are already apart, such as the ``query`` object of a POST body.

        Parameters
        ----------
        values : mapping
            Field names to values.

        Returns
        -------
        Query
            The validated query.

        Raises
        ------
        InvalidInput
            As `parse`.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InvalidInput.of(*faults_of(error, cls.model_json_schema()["properties"])) from None

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
        return Query.build(self.model_dump() | fields)

    def params(self) -> dict[str, str]:
        """Give what the URL holds: ``v=1`` and every field that differs from its default, as text."""
        given = {"v": "1"}
        for name in self.names():
            if name != "v" and self.value(name) != self.default(name):
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


def _attribute(name: str) -> str:
    """Give the attribute of a field: a word of Python has an underscore behind it."""
    return "from_" if name == "from" else name


def _text(value: Any) -> str:
    """Write a value so that reading it gives the same value, floats without a needless ``.0``."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
