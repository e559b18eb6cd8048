"""Two recordings side by side: what differs, and where."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

SHOWN = 12
WIDTH = 200


def differences(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """Tell where two answers differ; a member that only the new one has is reported as added."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() | new.keys():
            where = f"{at}.{name}"
            if name not in new:
                yield f"{where} is gone"
            elif name not in old:
                yield f"{where} was added"
            else:
                yield from differences(old[name], new[name], where)
    elif isinstance(old, list) and isinstance(new, list) and all(isinstance(part, str) for part in (*old, *new)):
        if old != new:
            lines = [
                line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))
            ]
            yield f"{at}: " + "\n      ".join(line[:WIDTH] for line in lines[:SHOWN])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{at}[{index}]")
    elif old != new or type(old) is not type(new):
        yield f"{at}: {str(old)[:WIDTH]} → {str(new)[:WIDTH]}"
