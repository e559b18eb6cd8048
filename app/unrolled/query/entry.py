"""The entry of a field: all that page, links, API, captions and comparisons know of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field
from pydantic.config import JsonDict

from unrolled.query.spreads import octaves

# From the value that is set and those of all fields to the values that an axis proposes.
Spread = Callable[[float, Mapping[str, Any]], list[float]]
# Whether a field may run along an axis of a comparison; is a setting that all networks have in common; is kept in the
# link alone, as it moves no triangle; or is left out, as it is where somebody looks.
Compared = Literal["axis", "setting", "kept", "left out"]

NETWORK, READS, DERIVATIVE, FAR_BACK = "The network", "What it reads", "The derivative", "How far back"
GATES, LAYERS, WINDOW, SAMPLING = "Gates", "Layers", "A window of the triangle", "Sampling"
MORE = "More"
# The headings in the order of the page; others come behind them.
HEADINGS = (NETWORK, READS, DERIVATIVE, FAR_BACK, GATES, LAYERS, WINDOW, SAMPLING, MORE)


@dataclass(frozen=True)
class Place:
    """Under which heading the control of a field stands, and before which others.

    ``fold`` is the heading that it has on the explorer, folded away; ``compared`` that on the comparison.
    """

    group: str
    order: float = 1000
    fold: str = ""
    compared: str = ""


@dataclass(frozen=True)
class Said:
    """How the line above a figure words a field that is not as it always is, or ``always``.

    Its ``order`` is that of the control unless it says another.
    """

    words: str = "{}"
    always: bool = False
    order: float | None = None


@dataclass(frozen=True)
class Values:
    """How an axis words its values, such as ``T = {}``, and which ones it proposes around the one that is set.

    ``symbol`` is the field's name with the value behind it where it is empty. The names of a choice that is
    ``self_explaining`` say what they are without the field's.
    """

    symbol: str = ""
    spread: Spread = octaves
    self_explaining: bool = False


@dataclass(frozen=True)
class Entry:
    """What a field is called, what it means, and where it stands.

    Without a ``place`` there is no control to see: it is set in the picture. ``step`` is that of a number's control, a
    whole one or a tenth unless it is said. ``table`` has a row with label and note for each of the choices.
    ``left_out`` says what an empty box means. ``stateless`` is the default for a model without a state. ``of_input``
    names the one kind of input that the field counts for. What it ``needs`` a model has, or reads the field by its row;
    a field that some models read and that needs nothing counts for those alone. Text that may be ``blank`` is given
    where it is empty; every other field is then left out. ``stacked`` ones mean nothing for a single layer; a frame may
    leave out those that are ``asked``, to set a question.
    """

    label: str
    help: str
    place: Place | None = None
    step: float | None = None
    said: Said | None = None
    compared: Compared = "axis"
    values: Values = Values()
    table: Mapping[str, Any] | None = None
    left_out: str = ""
    stateless: str | None = None
    of_input: str = ""
    needs: Literal["", "states", "recurrent matrix"] = ""
    blank: bool = False
    stacked: bool = False
    asked: bool = False

    def __call__(self, schema: JsonDict) -> None:
        """Add label and step to the JSON schema of the field."""
        options: Any = schema.get("anyOf", [schema])
        kinds = {option.get("type") for option in options}
        schema["label"] = self.label
        if kinds & _STEPS.keys() and "const" not in schema:
            schema["step"] = self.step or next(step for kind, step in _STEPS.items() if kind in kinds)


# The step of a control for a number that says none.
_STEPS = {"integer": 1, "number": 0.1}


def field(default: Any, entry: Entry, **bounds: Any) -> Any:
    """Make a field out of its entry; ``bounds`` are Pydantic's, and an ``alias`` its name in a URL."""
    return Field(default=default, description=entry.help, json_schema_extra=entry, **bounds)
