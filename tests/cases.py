"""Which cases of a large product run: a few well-chosen ones, or every one with ``--all`` (``make test-all``)."""

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
EVERY = "--all" in sys.argv


def few(cases: Iterable[T], chosen: Sequence[T] | int) -> list[T]:
    """Give the chosen cases, or with ``--all`` every one; a number chooses so many, evenly spread."""
    every = list(cases)
    if EVERY:
        return every
    if isinstance(chosen, int):
        count = min(chosen, len(every))
        return [every[index * len(every) // count] for index in range(count)]
    return list(chosen)


def examples(count: int) -> int:
    """Give how many examples Hypothesis draws: a third by default, all with ``--all``."""
    return count if EVERY else -(-count // 3)
