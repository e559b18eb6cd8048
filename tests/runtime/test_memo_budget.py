"""The memo keeps within its budget, in which an array counts once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from unrolled.runtime.memo import Memo, footprint

KIB = 1024


def array(kib: int) -> npt.NDArray[np.float64]:
    return np.zeros(kib * KIB // 8)


def test_least_recently_used_goes_first_and_the_budget_holds() -> None:
    memo = Memo(100 * KIB)
    for name in "abc":
        memo.get(name, lambda: array(30))
    memo.get("a", lambda: pytest.fail("a is kept"))
    memo.get("d", lambda: array(30))
    assert [name in memo for name in "abcd"] == [True, False, True, True]
    assert 90 * KIB <= memo.used_bytes <= memo.budget_bytes


def test_used_bytes_are_the_sum_of_what_is_kept() -> None:
    memo = Memo(1000 * KIB)
    for kib in range(1, 60):
        memo.get(kib, partial(array, kib))
    cached = [kib for kib in range(1, 60) if kib in memo]
    assert cached == list(range(60 - len(cached), 60))
    assert sum(cached) * KIB < memo.used_bytes <= memo.budget_bytes
    assert memo.used_bytes - sum(cached) * KIB < len(cached) * KIB


def test_value_larger_than_the_budget_is_returned_and_not_stored() -> None:
    memo = Memo(10 * KIB)
    memo.get("small", lambda: "s")
    assert memo.get("large", lambda: array(20)).nbytes == 20 * KIB
    assert ("small" in memo, "large" in memo) == (True, False)


def test_without_a_budget_nothing_is_kept() -> None:
    memo = Memo(0)
    memo.get("key", lambda: 1)
    assert (len(memo), memo.used_bytes) == (0, 0)


@dataclass(frozen=True)
class Record:
    matrix: npt.NDArray[np.float64]
    named: Mapping[str, npt.NDArray[np.float64]]
    parts: tuple[npt.NDArray[np.float64], ...]


def test_footprint_finds_the_arrays_wherever_they_are() -> None:
    record = Record(array(1), {"a": array(2)}, (array(4), array(8)))
    own_bytes, arrays = footprint(record)
    assert (sorted(arrays.values()), own_bytes < 2 * KIB) == ([KIB, 2 * KIB, 4 * KIB, 8 * KIB], True)
    assert KIB <= footprint([b"x" * KIB])[0] < 2 * KIB
    assert KIB <= footprint({"x" * KIB: 1})[0] < 2 * KIB


def test_a_view_keeps_the_whole_array_alive_and_counts_as_that() -> None:
    whole = array(64)
    assert footprint((whole[:1], whole[1:], whole))[1] == {id(whole): 64 * KIB}


def test_an_array_that_several_values_hold_counts_once_until_the_last_of_them_goes() -> None:
    memo, shared = Memo(100 * KIB), array(60)
    memo.get("triangle", lambda: shared)
    memo.get("influence", lambda: Record(shared, {"again": shared}, (shared[1:],)))
    assert 60 * KIB < memo.used_bytes < 62 * KIB
    # The first goes, and frees nothing that the second still holds: the other array would not fit beside it.
    memo.get("other", lambda: array(38))
    assert [name in memo for name in ("triangle", "influence", "other")] == [False, True, True]
    assert 99 * KIB < memo.used_bytes <= 100 * KIB
    memo.get("more", lambda: array(1))
    assert [name in memo for name in ("influence", "other", "more")] == [False, True, True]
    assert 39 * KIB < memo.used_bytes < 41 * KIB


def test_whether_a_value_fits_at_all_does_not_depend_on_what_is_kept() -> None:
    memo, shared = Memo(100 * KIB), array(90)
    memo.get("small", lambda: shared)
    memo.get("large", lambda: (shared, array(20)))
    assert [name in memo for name in ("small", "large")] == [True, False]
