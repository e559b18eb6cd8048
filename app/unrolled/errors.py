"""Everything that can go wrong for a person, each with its HTTP status and the way out.

::

    UnrolledError
    ├── Unreadable    400  the request is no HTTP, or its address is too long
    ├── InvalidInput      422  a field, a body or an array that cannot be used; lists every fault at once
    │   ├── Overflow      422  the forward pass left the range of float64
    │   └── TooMuchWork   422  the computation would take too long or too much memory
    ├── TooLarge          413  the body is larger than the limit
    ├── NotFound          404  no such page, view or file
    ├── NotAllowed        405  the path exists, the method does not
    ├── NotSupported      415  the body has a media type that is not read here
    └── Busy              503  every worker is taken; says when to try again

This module imports nothing of the project.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """What was wrong in one field, as a sentence with the value met and the way out.

    The field is that of the query, or a path inside the body such as ``weights.weight_hh_l0``; ``allowed`` are the
    values or the range that would have been accepted.
    """

    field: str
    message: str
    allowed: tuple[str | int | float, ...] | None = None

    def __post_init__(self) -> None:
        """Replace what no answer can be encoded with: a name out of JSON may hold half a character."""
        for name in ("field", "message"):
            object.__setattr__(self, name, _sendable(getattr(self, name)))


class UnrolledError(Exception):
    """Root of the tree.

    ``detail`` is one or two sentences for the person who asked, ``errors`` are the faults where fields can be named.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    kind: ClassVar[str] = "error"

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = _sendable(detail)
        self.errors = errors


class Unreadable(UnrolledError):
    """The request is no HTTP, or its address is longer than the server reads."""

    status = 400
    title = "The request cannot be read"
    kind = "unreadable"


class InvalidInput(UnrolledError):
    """A field, a body or an array that cannot be used."""

    status = 422
    title = "The input cannot be used"
    kind = "invalid-input"

    @classmethod
    def of(cls, *errors: FieldError) -> "InvalidInput":
        """Build the error whose detail is the messages of its faults."""
        return cls(" ".join(error.message for error in errors), errors)


class Overflow(InvalidInput):
    """The forward pass left the range of float64, so that no Jacobian exists."""

    title = "The network's state grows beyond what a number can hold"
    kind = "overflow"


class TooMuchWork(InvalidInput):
    """The computation exceeds the limits of this server, as counted before it began or on its way."""

    title = "That is more work than this server does at once"
    kind = "too-much-work"


class TooLarge(UnrolledError):
    """The request body exceeds the limit."""

    status = 413
    title = "The body is too large"
    kind = "too-large"


class NotFound(UnrolledError):
    """There is nothing at this path."""

    status = 404
    title = "There is nothing here"
    kind = "not-found"


class NotAllowed(UnrolledError):
    """The path exists, but not with this method."""

    status = 405
    title = "This path does not take that method"
    kind = "not-allowed"


class NotSupported(UnrolledError):
    """The body has a media type that is not read here."""

    status = 415
    title = "The body is in a format that is not read here"
    kind = "not-supported"


class Busy(UnrolledError):
    """Every worker is taken and the queue is full.

    ``retry_after`` are the seconds after which to try again.
    """

    status = 503
    title = "The server is busy"
    kind = "busy"

    def __init__(self, detail: str, retry_after: int = 2) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


def _sendable(text: str) -> str:
    """Replace lone surrogates, which are no UTF-8 text."""
    return text.encode("utf-8", "replace").decode()
