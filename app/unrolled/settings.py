"""The settings of a server: read once from the environment, frozen, refused at the start when they cannot be used."""

import difflib
import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

PREFIX = "UNROLLED_"
UNKNOWN = "There is no setting {variable}. The settings are {names}."
UNKNOWN_NEAR = "There is no setting {variable}. Did you mean {near}? The settings are {names}."
UNUSABLE = "{name} is “{value}”; give {wanted}."


class BadSetting(ValueError):
    """A variable of the environment that cannot be used; the message says what was met and the way out."""


def _cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _public_url(value: str) -> str:
    """Hold an address to scheme and host: the pages link to each other from the root."""
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+/?", value):
        raise PydanticCustomError("public_url", "an address such as https://unrolled.example.org, or nothing")
    return value.rstrip("/")


def _ancestors(value: str) -> str:
    """Hold a list of frame ancestors to what may stand in one directive of a policy."""
    source = r"('none'|'self'|\*|https?:|(https?://)?[A-Za-z0-9.*-]+(:(\d+|\*))?)"
    if not re.fullmatch(rf"{source}( {source})*", value):
        raise PydanticCustomError("ancestors", "'none', 'self', * or origins such as https://school.example.org")
    return value


class Settings(BaseModel):
    """What depends on the machine and the operator, never on the person who asks.

    Built directly it raises ``pydantic.ValidationError``; `from_environment` raises `BadSetting`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for everyone.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="Processes that serve; each has its own memory of results.")
    threads: int = Field(
        default_factory=_cores,
        ge=1,
        le=256,
        description="Computations at a time in one process; by default one a core.",
    )
    queue: int = Field(
        64, ge=0, le=10_000, description="Computations that may wait; one more is told to come back later."
    )
    cache_mib: int = Field(
        256, ge=0, le=1_048_576, description="Memory for remembered results, in MiB for each process."
    )
    max_gflop: float = Field(
        600.0, gt=0, le=1e9, allow_inf_nan=False, description="Work of one answer, in 10⁹ floating-point operations."
    )
    max_memory_mib: int = Field(
        512, ge=1, le=1_048_576, description="Memory of one answer while it is computed, in MiB."
    )
    max_body_mib: float = Field(
        32.0,
        gt=0,
        le=1024,
        allow_inf_nan=False,
        description="Largest body of a POST with a network or recording of one's own, in MiB.",
    )
    frame_ancestors: Annotated[str, AfterValidator(_ancestors)] = Field(
        "*", description="Who may show embed=1 in a frame, as in a content security policy."
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        "", description="Address under which the outside sees the site; by default the one a request names."
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **options: Any) -> Self:
        """Read the variables that begin with ``UNROLLED_``, and options, as of the command line, which win over them.

        An empty variable and None mean the default. Raises BadSetting for an unknown variable or an unusable value.
        """
        variables = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for variable, value in variables.items():
            if variable.startswith(PREFIX):
                name = variable.removeprefix(PREFIX).lower()
                if name not in cls.model_fields:
                    raise BadSetting(_unknown(variable, [PREFIX + field.upper() for field in cls.model_fields]))
                if value:
                    values[name] = value
        values |= {name: value for name, value in options.items() if value is not None}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadSetting(" ".join(_unusable(detail) for detail in error.errors(include_url=False))) from None

    @property
    def max_body_bytes(self) -> int:
        """The largest body of a POST, in bytes."""
        return int(self.max_body_mib * 2**20)


def _unknown(variable: str, names: list[str]) -> str:
    """Say which variable was probably meant."""
    near = difflib.get_close_matches(variable, names, 1)
    template = UNKNOWN_NEAR if near else UNKNOWN
    return template.format(variable=variable, near="".join(near), names=", ".join(names))


def _unusable(detail: ErrorDetails) -> str:
    """Say what one setting was and what it may be."""
    name = PREFIX + str(detail["loc"][0]).upper()
    wanted = detail["msg"].removeprefix("Input should be ").removesuffix(", unable to parse string as an integer")
    wanted = wanted.removesuffix(", unable to parse string as a number")
    return UNUSABLE.format(name=name, value=str(detail["input"])[:60], wanted=wanted)
