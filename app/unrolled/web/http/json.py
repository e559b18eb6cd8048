"""JSON as it is sent: finite numbers or null, text in UTF-8."""

from typing import Any

from pydantic_core import to_json as _to_json

JSON = "application/json"


def to_json(value: Any) -> bytes:
    """Write a value as JSON; a number that is not finite becomes null.

    Parameters
    ----------
    value : object
        Mappings, sequences, text, numbers, booleans and None.

    Returns
    -------
    bytes
        The JSON text.
    """
    return _to_json(value, inf_nan_mode="null")


def to_script(value: Any) -> str:
    """Write a value as JSON that may stand inside ``<script type="application/json">``.

    Parameters
    ----------
    value : object
        As for `to_json`.

    Returns
    -------
    str
        JSON in which nothing can end the element: ``<``, ``>`` and ``&`` are written as escapes.
    """
    text = to_json(value).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
