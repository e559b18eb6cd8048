"""The query: one flat, frozen schema of the page, the API, the URL and the cache key.

Every field has a default; the URL holds what differs from the defaults, plus ``v=1``, and an old link keeps its
meaning for ever. The schema also carries what a control needs: label, step and the one-line explanation.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.errors import FieldError, InvalidInput
from app.query_faults import faults_of, shown
from app.query_types import (
    MAX_HIDDEN,
    MAX_LENGTH,
    MAX_RESOLUTION,
    MAX_TEXT,
    ActivationName,
    InitName,
    InputName,
    Series,
    Version,
    plain,
    series_text,
)

DEFAULT_TEXT = "The cat that the dogs chased was tired."


def _field(default: Any, label: str, description: str, *, step: float | None = None, **bounds: Any) -> Any:
    """Make a field whose JSON schema also carries the label and the step of its control."""
    extra: dict[str, Any] = {"label": label} | ({"step": step} if step is not None else {})
    return Field(default=default, description=description, json_schema_extra=extra, **bounds)


class Query(BaseModel):
    """What a person asked for; equal queries have equal answers on every start.

    Raises
    ------
    pydantic.ValidationError
        When built directly; use `Query.parse` for the project's own error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    v: Version = _field(1, "Version", "Version of the link's meaning; always 1.")
    model: Literal["rnn"] = _field("rnn", "Model", "The network: h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh).")
    activation: ActivationName = _field("tanh", "Activation", "φ: its slope φ′ multiplies the gradient at every step.")
    length: int = _field(32, "Length T", "How many time steps are unrolled.", step=1, ge=1, le=MAX_LENGTH)
    hidden: int = _field(16, "Hidden size H", "How many units carry the state.", step=1, ge=1, le=MAX_HIDDEN)
    init: InitName = _field("pytorch", "Initialisation", "How the recurrent matrix W_hh is drawn.")
    gain: float = _field(1.0, "Gain", "Multiplies the recurrent matrix W_hh, whatever drew it.", step=0.05, ge=0, le=10)
    input: InputName = _field("noise", "Input", "The sequence that drives the network.")
    amplitude: float = _field(
        1.0, "Amplitude", "Multiplies the input: loud inputs push units into saturation.", step=0.1, ge=0, le=100
    )
    text: str = _field(
        DEFAULT_TEXT, "Text", "Any sentence in any language, fed one character a step.", max_length=MAX_TEXT
    )
    series: Series = _field((), "Your numbers", "Your own series: numbers separated by commas, spaces or line breaks.")
    norm: Literal["spectral", "frobenius"] = _field(
        "spectral", "Norm", "How the size of ∂h_t/∂h_k is measured: its largest gain, or all its entries together."
    )
    seed: int = _field(
        0, "Seed", "Draws the weights and the noise; the same seed gives the same picture.", step=1, ge=0, le=2**31 - 1
    )
    of: Literal["h"] = _field("h", "Of", "The state whose derivative is taken.")
    wrt: Literal["h"] = _field("h", "With respect to", "The earlier state it is taken with respect to.")
    t: int | None = _field(
        None, "Step t", "The later step of the chosen cell; the last step when left out.", step=1, ge=1
    )
    k: int | None = _field(
        None, "Step k", "The earlier step of the chosen cell; the first step when left out.", step=1, ge=1
    )
    resolution: int = _field(
        128,
        "Resolution",
        "At most this many rows and columns are sampled from a long sequence.",
        step=1,
        ge=2,
        le=MAX_RESOLUTION,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_values(cls, value: Any) -> Any:
        """Refuse true and false, which Pydantic would take for 1 and 0."""
        if isinstance(value, bool):
            raise PydanticCustomError("boolean", "true and false are no values of a query")
        return value

    @field_validator("length", "hidden", "gain", "amplitude", "seed", "t", "k", "resolution", mode="before")
    @classmethod
    def _plain_number(cls, value: Any) -> Any:
        """Refuse "1_0", which Pydantic would take for 10."""
        return plain(value)

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
        if self.later > self.length:
            message = f"t is {self.t} but the sequence ends at {self.length}: lower t or raise length."
            faults.append(FieldError("t", message, (1, self.length)))
        if self.earlier > self.later:
            message = f"k is {self.earlier} but must not come after t = {self.later}: lower k or raise t."
            faults.append(FieldError("k", message, (1, self.later)))
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
                told = name if name in cls.model_fields else shown(name)
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
        for name, field in type(self).model_fields.items():
            if name != "v" and getattr(self, name) != field.default:
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
        value = getattr(self, name)
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


def _text(value: Any) -> str:
    """Write a value so that reading it gives the same value, floats without a needless ``.0``."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
