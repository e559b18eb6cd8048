"""The laws that were measured on the picture, in words and numbers; `static/js/picture/checks.js` writes the same."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


def badge(checks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Word the self-check of an answer.

    Parameters
    ----------
    checks : sequence of mapping
        ``name``, ``value``, ``tolerance``, ``passed`` and ``says`` of each law, as the API has them.

    Returns
    -------
    dict
        ``said``: one line; ``failed``: whether a law failed; ``rows``: each law with the mantissa and the exponent of
        what was met and of what is allowed.
    """
    held = sum(check["passed"] and check["value"] is not None for check in checks)
    failed = sum(not check["passed"] for check in checks)
    said = f"Checked: {held} {'law' if held == 1 else 'laws'} held"
    if failed:
        said = f"{failed} of {len(checks)} checks failed: do not trust this picture"
    rows = [
        {
            "name": check["name"],
            "says": check["says"],
            "passed": check["passed"],
            "met": _scientific(check["value"]),
            "allowed": _scientific(check["tolerance"]),
        }
        for check in checks
    ]
    return {"said": said, "failed": failed > 0, "rows": rows}


def _scientific(value: float | None) -> tuple[str, str] | None:
    """Split a number into what stands before the power of ten, and its exponent; empty where there is none."""
    if value is None:
        return None
    if value == 0:
        return "0", ""
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    mantissa = f"{value / 10**exponent:.1f}".removesuffix(".0")
    return ("" if mantissa == "1" else f"{mantissa} · "), f"{exponent}".replace("-", "−")
