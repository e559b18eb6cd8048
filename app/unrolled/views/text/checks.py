"""The laws that were measured on a figure, in words and numbers, and what was too small to be computed with."""

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.core.arrays.scaling import LOG10_SMALLEST
from unrolled.views.text.message import Message, joined, say
from unrolled.views.text.numbers import power

MESSAGES = {
    "law": "Checked: {held} law held",
    "laws": "Checked: {held} laws held",
    "failed": "{failed} of {checks} checks failed: do not trust this picture",
    "nothing": "Nothing to hold it against here.",
    "limit": (
        "Slopes and gates below {least} count as zero, {count:,} of them here: what is told as zero may be no more "
        "than too small."
    ),
}


def badge(checks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Word the self-check of an answer, whose ``checks`` are those of the API.

    ``said`` is one line, ``failed`` tells whether a law failed; ``rows`` are the laws, ``met`` and ``allowed`` each a
    mantissa with what stands before the power of ten, and an exponent.
    """
    held = sum(check["passed"] and check["value"] is not None for check in checks)
    failed = sum(not check["passed"] for check in checks)
    key = "failed" if failed else "law" if held == 1 else "laws"
    return {
        "said": MESSAGES[key].format(held=held, failed=failed, checks=len(checks)),
        "failed": failed > 0,
        "rows": [_row(check) for check in checks],
    }


def _row(check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": check["name"],
        "says": check["says"],
        "passed": check["passed"],
        "met": _scientific(check["value"]),
        "allowed": _scientific(check["tolerance"]),
        "remark": MESSAGES["nothing"] if check["value"] is None else "",
        "verdict": "" if check["passed"] else "failed",
    }


def _scientific(value: float | None) -> tuple[str, str] | None:
    """Split a number into what stands before the power of ten, and its exponent; empty where there is none."""
    if value is None:
        return None
    if value == 0:
        return "0", ""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    mantissa = mantissa.removesuffix(".0")
    return ("" if mantissa == "1" else f"{mantissa} · "), f"{int(exponent)}".replace("-", "−")


def limit_sentence(count: int) -> Message:
    """Say how many slopes and gates were taken for zero that are not."""
    return say(MESSAGES["limit"], least=power(LOG10_SMALLEST), count=count)


def with_limit(told: Mapping[str, Any], limit: Message) -> dict[str, Any]:
    """Add it to what an answer tells, as ``limit`` and among its notes, without any at the end of its sentence.

    A verdict of zero is never told without it.
    """
    result = {**told, "limit": {"log10": LOG10_SMALLEST, "count": limit.values["count"], "sentence": limit}}
    if "notes" in told:
        result["notes"] = [*told["notes"], limit]
    elif "sentence" in told:
        result["sentence"] = joined(told["sentence"], limit)
    if told.get("summary", {}).get("verdict") == "zero":
        result["summary"] = told["summary"] | {"sentence": joined(told["summary"]["sentence"], limit)}
    return result
