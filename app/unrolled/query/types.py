"""The types of the query's fields: names out of the core's tables, a series of numbers; and limits of every server.

A `PydanticCustomError` says only its kind: `unrolled.query.faults` words it.
"""

import json
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.models import MODELS
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS

MAX_LENGTH = 65536
MAX_HIDDEN = 256
MAX_LAYERS = 4
MAX_TEXT = 1000
MAX_SERIES = 1000
MAX_FRAME = 512
MAX_RESOLUTION = 256

MINUS = "\N{MINUS SIGN}"

_MAX_WORD = 20


@dataclass(frozen=True)
class _OneOf:
    """The JSON schema of a name out of a table, as long as the table is then."""

    names: Collection[str]

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "enum": list(self.names)}


def _one_of(names: Collection[str]) -> tuple[AfterValidator, _OneOf]:
    """Give the validator and the JSON schema of a name out of a table."""

    def check(value: str) -> str:
        if value not in names:
            raise PydanticCustomError("unknown_name", "unknown name", {"allowed": tuple(names)})
        return value

    return AfterValidator(check), _OneOf(names)


def _numbers(value: Any) -> Any:
    """Read numbers out of pasted text or a list, and name the first place of something else."""
    if isinstance(value, str):
        return [_number(word, word, position) for position, word in enumerate(_words(value.strip()), start=1)]
    if isinstance(value, list | tuple):
        return [_number(entry, json.dumps(entry, default=str), place) for place, entry in enumerate(value, start=1)]
    return value


def _words(text: str) -> list[str]:
    """Split pasted text at commas, semicolons and white space; refuse "1,5 2,5", which has two meanings."""
    if re.search(r"[;\s]", text):
        for position, entry in enumerate(re.split(r"[;\s]+", text), start=1):
            if re.search(r"\d,\d", entry):
                place = {"position": position, "word": _shortened(entry.strip(","))}
                raise PydanticCustomError("decimal_comma", "entry {position} may be one number or two", place)
    return [word for word in re.split(r"[,;\s]+", text) if word]


def _number(entry: Any, word: str, position: int) -> float:
    """Read one entry; true is no number, and NaN and infinities are none that can be used."""
    place = {"position": position, "word": _shortened(word)}
    try:
        number = math.nan if isinstance(entry, bool) else float(plain_number(entry))
    except (TypeError, ValueError, OverflowError):
        raise PydanticCustomError("not_a_number", "entry {position} is not a number", place) from None
    if not math.isfinite(number):
        raise PydanticCustomError("not_finite", "entry {position} is not finite", place)
    return number


def plain_number(value: Any) -> Any:
    """Take a typographic minus sign in text for a minus; raise ValueError for an underscore, which Python allows."""
    if not isinstance(value, str):
        return value
    if "_" in value:
        raise ValueError("a number holds no underscore")
    return value.replace(MINUS, "-")


def _shortened(word: str) -> str:
    return word if len(word) <= _MAX_WORD else word[:_MAX_WORD] + "…"


def series_text(value: tuple[float, ...]) -> str:
    """Write a series as it stands in a URL, such as ``1,2.5,-3``: no needless ``.0``, every digit that counts."""
    return ",".join(repr(number).removesuffix(".0") for number in value)


def _version(value: Any) -> Any:
    """Read the version out of a URL, where it is text."""
    return 1 if value == "1" else value


Version = Annotated[Literal[1], BeforeValidator(_version)]
ModelName = Annotated[str, *_one_of(MODELS)]
ActivationName = Annotated[str, *_one_of(ACTIVATIONS)]
InitName = Annotated[str, *_one_of(INITIALISATIONS)]
InputName = Annotated[str, *_one_of(SEQUENCES)]
Series = Annotated[
    tuple[float, ...],
    Field(max_length=MAX_SERIES),
    BeforeValidator(_numbers),
    WithJsonSchema({"type": "string", "maxItems": MAX_SERIES, "description": "Numbers separated by commas."}),
]
