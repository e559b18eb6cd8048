"""Answers of small queries, each computed once for all tests."""

from functools import cache
from typing import Any

from tests.views.answers import experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

SMALL = {"hidden": 8, "length": 24}
MEMO = Memo(2**27)


@cache
def result(**fields: Any) -> Any:
    """Compute the answer of a small query."""
    return VIEWS["facts"].compute(experiment(**SMALL | fields), MEMO)


@cache
def models(**fields: Any) -> dict[str, Any]:
    """Return the measurements by model."""
    return {model["name"]: model for model in result(**fields).payload()["models"]}
