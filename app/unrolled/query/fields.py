"""The fields of the query, each with a default, its bounds, and what its control needs: label, step, explanation."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from unrolled.core.networks.registry import DIRECT, MODELS
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
_WHOLE = ("length", "hidden", "layers", "chrono", "seed", "layer", "origin", "t", "k", "resolution", "window", "key")
_SOUND = ("frame",)
_REAL = ("gain", "forget_bias", "amplitude", "tolerance")
_WINDOW = ("from_", "until", "since", "to")
# What is looked at where nothing else is chosen: a model without recurrence has no state.
DIRECT_DEFAULTS = {"of": "o", "wrt": "x"}


def _field(default: Any, label: str, description: str, *, step: float | None = None, **bounds: Any) -> Any:
    """Make a field whose JSON schema also carries the label and the step of its control."""
    extra: dict[str, Any] = {"label": label} | ({"step": step} if step is not None else {})
    return Field(default=default, description=description, json_schema_extra=extra, **bounds)


class Fields(BaseModel):
    """The bare fields and what they say; `unrolled.query.query.Query` adds the rules between them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True)

    v: Version = _field(1, "Version", "Version of the link's meaning; always 1.")
    model: ModelName = _field(
        "rnn", "Model", "The network: it carries a state from step to step, or sees its inputs directly."
    )
    activation: ActivationName = _field(
        "tanh", "Activation", "φ of the vanilla RNN: its slope φ′ multiplies the gradient at every step."
    )
    length: int = _field(32, "Length T", "How many time steps are unrolled.", step=1, ge=1, le=MAX_LENGTH)
    hidden: int = _field(16, "Hidden size H", "How many units carry the state.", step=1, ge=1, le=MAX_HIDDEN)
    layers: int = _field(
        1,
        "Layers",
        "How many layers stand on top of each other; each reads the one below.",
        step=1,
        ge=1,
        le=MAX_LAYERS,
    )
    window: int = _field(
        8,
        "Window K",
        "How many steps back: the inputs that a windowed MLP sees, or what a truncation keeps.",
        step=1,
        ge=1,
        le=MAX_LENGTH,
    )
    truncation: Literal["none", "chunked", "sliding"] = _field(
        "none", "Truncation", "Whether backpropagation through time is cut off, and how."
    )
    loss: Literal["sum", "last"] = _field(
        "sum", "Loss", "What is learned from: how wrong every step foretells the next value, or the last step alone."
    )
    tolerance: float = _field(
        0.1,
        "Tolerated bias",
        "How far a truncated gradient may be from the whole one, as a share of its length.",
        step=0.01,
        gt=0,
        le=1,
    )
    key: int | None = _field(
        None,
        "Key size d_k",
        "Entries of attention's queries and keys; as many as hidden units when left out.",
        step=1,
        ge=1,
        le=MAX_HIDDEN,
    )
    positions: Literal["none", "sinusoidal"] = _field(
        "none", "Positions", "Whether attention is told where in the sequence an input stands."
    )
    init: InitName = _field("pytorch", "Initialisation", "How the recurrent matrix W_hh is drawn, gate by gate.")
    gain: float = _field(1.0, "Gain", "Multiplies the recurrent matrix W_hh, whatever drew it.", step=0.05, ge=0, le=10)
    forget_bias: float | None = _field(
        None,
        "Forget bias",
        "Bias of the gate that keeps the past, an LSTM's f or a GRU's z; as the initialisation has it when left out.",
        step=0.5,
        ge=-20,
        le=20,
    )
    chrono: int | None = _field(
        None,
        "Chrono T_max",
        "Draws the keeping gate's bias as ln U(1, T_max − 1), so that memories last up to T_max steps.",
        step=1,
        ge=3,
        le=MAX_LENGTH,
    )
    reset: Literal["after", "before"] = _field(
        "after", "Reset gate", "Whether a GRU's reset gate stands after the matrix, as in PyTorch, or before it."
    )
    input: InputName = _field("noise", "Input", "The sequence that drives the network.")
    order: Literal["original", "shuffled", "reversed"] = _field(
        "original", "Order", "Whether the sequence is fed as it is, in a random order, or backwards."
    )
    amplitude: float = _field(
        1.0, "Amplitude", "Multiplies the input: loud inputs push units into saturation.", step=0.1, ge=0, le=100
    )
    text: str = _field(
        DEFAULT_TEXT, "Text", "Any sentence in any language, fed one character a step.", max_length=MAX_TEXT
    )
    series: Series = _field((), "Your numbers", "Your own series: numbers separated by commas, spaces or line breaks.")
    frame: int = _field(
        64,
        "Frame",
        "Samples of the sound that make one step: 8 of the bundled one are a millisecond.",
        step=1,
        ge=1,
        le=MAX_FRAME,
    )
    features: Literal["bands", "samples"] = _field(
        "bands", "Heard as", "What enters of a frame of sound: how loud its bands of frequencies are, or its samples."
    )
    norm: Literal["spectral", "frobenius"] = _field(
        "spectral", "Norm", "How the size of ∂h_t/∂h_k is measured: its largest gain, or all its entries together."
    )
    seed: int = _field(
        0, "Seed", "Draws the weights and the noise; the same seed gives the same picture.", step=1, ge=0, le=2**31 - 1
    )
    of: Literal["h", "c", "s", "o"] = _field("h", "Of", "The state, or the output o, whose derivative is taken.")
    wrt: Literal["h", "c", "s", "x"] = _field("h", "With respect to", "What it is taken with respect to.")
    layer: int | None = _field(
        None, "Layer", "The layer of the later state; the last when left out.", step=1, ge=1, le=MAX_LAYERS
    )
    origin: int | None = _field(
        None, "Origin layer", "The layer of the earlier state; the same when left out.", step=1, ge=1, le=MAX_LAYERS
    )
    t: int | None = _field(
        None, "Step t", "The later step of the chosen cell; the last of the window when left out.", step=1, ge=1
    )
    k: int | None = _field(
        None, "Step k", "The earlier step of the chosen cell; the first of the window when left out.", step=1, ge=1
    )
    resolution: int = _field(
        128,
        "Resolution",
        "At most this many rows and columns are sampled from a long sequence.",
        step=1,
        ge=2,
        le=MAX_RESOLUTION,
    )

    from_: int | None = _field(
        None, "From step", "The window begins at this step; the first when left out.", step=1, ge=1, alias="from"
    )
    until: int | None = _field(
        None, "Until step", "The window's columns k end here; where the window ends when left out.", step=1, ge=1
    )
    since: int | None = _field(
        None, "Since step", "The window's rows t begin here; where the window begins when left out.", step=1, ge=1
    )
    to: int | None = _field(None, "To step", "The window ends at this step; the last when left out.", step=1, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _look_at_something(cls, values: Any) -> Any:
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

    @field_validator(*_WHOLE, *_SOUND, *_REAL, *_WINDOW, mode="before")
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
