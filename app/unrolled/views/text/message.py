"""Sentences that keep the values they print, so that what is said can be held to its definition."""

from collections.abc import Mapping
from string import Formatter
from typing import Any


class Text(str):
    """A value as it is written, ``10^−0.62`` or ``5 steps``, with the value itself."""

    value: Any

    def __new__(cls, text: str, value: Any) -> "Text":
        """Write a value."""
        written = super().__new__(cls, text)
        written.value = value
        return written

    def __reduce__(self) -> tuple[type["Text"], tuple[str, Any]]:
        """Give what copies are made of."""
        return Text, (str(self), self.value)


class Message(str):
    """A sentence, or several, with the values that it prints, by their names in the template."""

    values: Mapping[str, Any]

    def __new__(cls, text: str, values: Mapping[str, Any]) -> "Message":
        """Keep a sentence with its values."""
        message = super().__new__(cls, text)
        message.values = values
        return message

    def __reduce__(self) -> tuple[type["Message"], tuple[str, Mapping[str, Any]]]:
        """Give what copies are made of."""
        return Message, (str(self), self.values)


def say(template: str, **named: Any) -> Message:
    """Fill in a template; what it does not print is not among the values."""
    values = {name: _value(named[name]) for _, name, _, _ in Formatter().parse(template) if name}
    return Message(template.format(**named), values)


def joined(*sentences: str) -> Message:
    """Put sentences after each other, with all of their values; of one name the first counts. Empty ones fall away."""
    values: dict[str, Any] = {}
    for sentence in sentences:
        values = {**_values(sentence), **values}
    return Message(" ".join(filter(None, sentences)), values)


def _value(written: Any) -> Any:
    return written.value if isinstance(written, Text) else written


def _values(sentence: str) -> Mapping[str, Any]:
    return sentence.values if isinstance(sentence, Message) else {}
