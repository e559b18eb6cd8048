"""The body of a POST: a query and the caller's own network."""

import difflib

from app.errors import FieldError, InvalidInput
from app.http.reading import parse_object
from app.problem import Problem

MEMBERS = ("query", "weights", "inputs", "initial_state")


def own_problem(body: bytes) -> Problem:
    """Read a body.

    Parameters
    ----------
    body : bytes
        A JSON object with any of ``query``, ``weights``, ``inputs`` and ``initial_state``.

    Returns
    -------
    Problem
        The caller's network; without weights and inputs that of the query.

    Raises
    ------
    InvalidInput
        Lists what cannot be used.
    """
    given = parse_object(body)
    unknown = tuple(_unknown(name) for name in given if name not in MEMBERS)
    if unknown:
        raise InvalidInput.of(*unknown)
    return Problem.own(*(given.get(name) for name in MEMBERS))


def _unknown(name: str) -> FieldError:
    """Say which member was probably meant."""
    near = difflib.get_close_matches(name, MEMBERS, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    message = f"The body has no member “{name[:60]}”.{hint} Its members are {', '.join(MEMBERS)}."
    return FieldError(name[:60], message, MEMBERS)
