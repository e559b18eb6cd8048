"""The fields of the query, each with its default, its bounds and the step of its control."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from unrolled.core.networks.registry import DIRECT, MODELS
from unrolled.query.labels import FIELDS
from unrolled.query.types import (
    MAX_FRAME,
    MAX_HIDDEN,
    MAX_LAYERS,
    MAX_LENGTH,
    MAX_RESOLUTION,
    MAX_TEXT,
    ActivationName,
    InitName,
    InputName,
    ModelName,
    Series,
    Version,
    plain_number,
)

DEFAULT_TEXT = "The cat that the dogs chased was tired."
_INTEGERS = ("length", "hidden", "layers", "chrono", "seed", "layer", "origin", "resolution", "window", "key", "frame")
_STEPS = ("t", "k", "from_", "until", "since", "to")
_REALS = ("gain", "forget_bias", "amplitude", "tolerance")
# What is looked at where nothing else is chosen: a model without recurrence has no state.
DIRECT_DEFAULTS = {"of": "o", "wrt": "x"}


def _field(name: str, default: Any, *, step: float | None = None, **bounds: Any) -> Any:
    """Make a field whose JSON schema also carries the label, the step and the explanation of its control."""
    label, description = FIELDS[name]
    extra: dict[str, Any] = {"label": label} | ({"step": step} if step is not None else {})
    return Field(default=default, description=description, json_schema_extra=extra, **bounds)


class Fields(BaseModel):
    """The fields alone; `unrolled.query.query.Query` adds the rules between them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)

    v: Version = _field("v", 1)
    model: ModelName = _field("model", "rnn")
    activation: ActivationName = _field("activation", "tanh")
    length: int = _field("length", 32, step=1, ge=1, le=MAX_LENGTH)
    hidden: int = _field("hidden", 16, step=1, ge=1, le=MAX_HIDDEN)
    layers: int = _field("layers", 1, step=1, ge=1, le=MAX_LAYERS)
    window: int = _field("window", 8, step=1, ge=1, le=MAX_LENGTH)
    truncation: Literal["none", "chunked", "sliding"] = _field("truncation", "none")
    loss: Literal["sum", "last"] = _field("loss", "sum")
    tolerance: float = _field("tolerance", 0.1, step=0.01, gt=0, le=1)
    key: int | None = _field("key", None, step=1, ge=1, le=MAX_HIDDEN)
    positions: Literal["none", "sinusoidal"] = _field("positions", "none")
    init: InitName = _field("init", "pytorch")
    gain: float = _field("gain", 1.0, step=0.05, ge=0, le=10)
    forget_bias: float | None = _field("forget_bias", None, step=0.5, ge=-20, le=20)
    chrono: int | None = _field("chrono", None, step=1, ge=3, le=MAX_LENGTH)
    reset: Literal["after", "before"] = _field("reset", "after")
    input: InputName = _field("input", "noise")
    order: Literal["original", "shuffled", "reversed"] = _field("order", "original")
    amplitude: float = _field("amplitude", 1.0, step=0.1, ge=0, le=100)
    text: str = _field("text", DEFAULT_TEXT, max_length=MAX_TEXT)
    series: Series = _field("series", ())
    frame: int = _field("frame", 64, step=1, ge=1, le=MAX_FRAME)
    features: Literal["bands", "samples"] = _field("features", "bands")
    norm: Literal["spectral", "frobenius"] = _field("norm", "spectral")
    seed: int = _field("seed", 0, step=1, ge=0, le=2**31 - 1)
    of: Literal["h", "c", "s", "o"] = _field("of", "h")
    wrt: Literal["h", "c", "s", "x"] = _field("wrt", "h")
    layer: int | None = _field("layer", None, step=1, ge=1, le=MAX_LAYERS)
    origin: int | None = _field("origin", None, step=1, ge=1, le=MAX_LAYERS)
    t: int | None = _field("t", None, step=1, ge=1)
    k: int | None = _field("k", None, step=1, ge=1)
    resolution: int = _field("resolution", 128, step=1, ge=2, le=MAX_RESOLUTION)
    from_: int | None = _field("from", None, step=1, ge=1, alias="from")
    until: int | None = _field("until", None, step=1, ge=1)
    since: int | None = _field("since", None, step=1, ge=1)
    to: int | None = _field("to", None, step=1, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_the_model(cls, values: Any) -> Any:
        """Look at ∂o/∂x where a model has no state and nothing else is asked for."""
        if isinstance(values, Mapping) and isinstance(model := values.get("model"), str) and model in DIRECT:
            return DIRECT_DEFAULTS | dict(values)
        return values

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_values(cls, value: Any) -> Any:
        """Refuse true and false, which Pydantic would take for 1 and 0."""
        if isinstance(value, bool):
            raise PydanticCustomError("boolean", "true and false are no values of a query")
        return value

    @field_validator(*_INTEGERS, *_STEPS, *_REALS, mode="before")
    @classmethod
    def _plain_number(cls, value: Any) -> Any:
        """Refuse "1_0", which Pydantic would take for 10."""
        return plain_number(value)

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
        return MODELS[self.model].states if self.model in MODELS else ()

    @property
    def is_direct(self) -> bool:
        """Whether the model has no recurrence: its outputs see the inputs directly."""
        return self.model in DIRECT

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Give the names of all fields as they stand in a URL."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def default(cls, name: str) -> Any:
        """Give the default of a field by its name in a URL."""
        return cls.model_fields[_attribute(name)].default

    def model_default(self, name: str) -> Any:
        """Give what a field is for this model where it is not given."""
        return DIRECT_DEFAULTS.get(name, self.default(name)) if self.is_direct else self.default(name)

    def value(self, name: str) -> Any:
        """Give a field by its name in a URL."""
        return getattr(self, _attribute(name))


def _attribute(name: str) -> str:
    """Give the attribute of a field: a word of Python has an underscore behind it."""
    return "from_" if name == "from" else name
