"""JSON as it is sent: finite numbers or null, text in UTF-8."""

from typing import Any

from fastapi.sse import format_sse_event
from pydantic_core import to_json as _to_json

JSON = "application/json"


def to_json(value: Any) -> bytes:
    """Write a value as JSON; a number that is not finite becomes null."""
    return _to_json(value, inf_nan_mode="null")


def to_script(value: Any) -> str:
    """Write a value as JSON that may stand inside ``<script type="application/json">``: nothing can end the element."""
    text = to_json(value).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def to_event(name: str, data: Any) -> bytes:
    """Write a server-sent event whose data are JSON."""
    return format_sse_event(event=name, data_str=to_json(data).decode())
