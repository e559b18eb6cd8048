"""A part of the fields: what can be read of a query by a computation whose answer is kept by these fields alone."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel


class HiddenField(Exception):
    """A computation reads a field of the query that it is not shown, because its answer is not kept by that field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is read, and the answer is not kept by it")
        self.field = field


class Part(BaseModel):
    """Fields of which some can be hidden; they are named as in a URL."""

    def showing(self, names: frozenset[str], **chosen: Any) -> Self:
        """Give what has these fields alone, some of them with other values; reading any other raises `HiddenField`."""
        values = {attribute: getattr(self, attribute) for attribute in _attributes(type(self), names)}
        return self._holding(values | chosen)

    def shown(self) -> dict[str, Any]:
        """Give the fields that can be read, with their values."""
        named = _names(type(self))
        return {named[attribute]: value for attribute, value in vars(self).items()}

    def shows(self, name: str) -> bool:
        """Tell whether a field can be read."""
        return name in self.shown()

    @classmethod
    def _holding(cls, values: dict[str, Any]) -> Self:
        """Make a part out of values by attribute that are valid already, without the defaults of the others."""
        part = cls.__new__(cls)
        object.__setattr__(part, "__dict__", values)
        for slot, content in (("fields_set", set(values)), ("extra", None), ("private", None)):
            object.__setattr__(part, f"__pydantic_{slot}__", content)
        return part

    if not TYPE_CHECKING:  # else every misspelt attribute would be one

        def __getattr__(self, attribute: str) -> Any:
            """Refuse to read a field that is not shown: this is called for what is not there."""
            if attribute in _names(type(self)):
                raise HiddenField(_names(type(self))[attribute])
            return super().__getattr__(attribute)


@cache
def _names(fields: type[Part]) -> dict[str, str]:
    """Give the name of every attribute: a word of Python has an underscore behind it."""
    return {attribute: field.alias or attribute for attribute, field in fields.model_fields.items()}


@lru_cache(maxsize=256)
def _attributes(fields: type[Part], names: frozenset[str]) -> tuple[str, ...]:
    """Give the attributes of named fields in the order of the schema."""
    return tuple(attribute for attribute, name in _names(fields).items() if name in names)
