"""The memo computes once, and forgets failures."""

import contextlib
import gc
import threading
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Cancelled, Exceeded, Watch, advance, at_most, watched

KIB = 1024


def array(kib: int) -> npt.NDArray[np.float64]:
    return np.zeros(kib * KIB // 8)


def test_value_is_computed_once() -> None:
    memo, values = Memo(100 * KIB), iter(["first", "second"])
    assert [memo.get("key", lambda: next(values)) for _ in range(3)] == ["first"] * 3


def test_equal_keys_at_the_same_time_are_computed_once() -> None:
    memo, calls, together = Memo(100 * KIB), [], threading.Barrier(8)

    def compute() -> int:
        calls.append(1)
        threading.Event().wait(0.05)
        return 7

    def ask(_: int) -> int:
        together.wait()
        return memo.get("key", compute)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [7] * 8
    assert calls == [1]


def test_exception_reaches_everyone_and_is_not_remembered() -> None:
    memo, together = Memo(100 * KIB), threading.Barrier(4)

    def fail() -> int:
        threading.Event().wait(0.05)
        raise ValueError("no")

    def ask(_: int) -> str:
        together.wait()
        try:
            return str(memo.get("key", fail))
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["no"] * 4
    assert memo.get("key", lambda: 3) == 3


class SignallingFuture(Future[Any]):
    """A future that says when somebody waits for it."""

    awaited = threading.Event()

    def result(self, timeout: float | None = None) -> Any:
        self.awaited.set()
        return super().result(timeout)


@pytest.fixture
def awaited(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Give the event that somebody waits for what another computes."""
    monkeypatch.setattr(SignallingFuture, "awaited", threading.Event())
    monkeypatch.setattr("unrolled.runtime.memo.Future", SignallingFuture)
    return SignallingFuture.awaited


def test_who_waits_for_a_cancelled_computation_computes_it(awaited: threading.Event) -> None:
    memo, started = Memo(100 * KIB), threading.Event()

    def cancelled() -> str:
        started.set()
        assert awaited.wait(10)
        raise Cancelled

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(memo.get, "key", cancelled)
        assert started.wait(10)
        second = pool.submit(memo.get, "key", lambda: "computed by who waited")
        assert second.result(10) == "computed by who waited"
        assert isinstance(first.exception(10), Cancelled)
    assert memo.peek("key", "") == "computed by who waited"


def test_who_waits_and_is_cancelled_too_computes_nothing(awaited: threading.Event) -> None:
    memo, started, watch = Memo(100 * KIB), threading.Event(), Watch()

    def cancelled() -> str:
        started.set()
        assert awaited.wait(10)
        watch.cancel()
        raise Cancelled

    def ask() -> str:
        with watched(watch):
            return memo.get("key", lambda: pytest.fail("nobody waits for this"))

    with ThreadPoolExecutor(2) as pool:
        pool.submit(memo.get, "key", cancelled)
        assert started.wait(10)
        assert isinstance(pool.submit(ask).exception(10), Cancelled)
    assert "key" not in memo


def test_who_waits_for_another_ends_as_soon_as_nobody_waits_for_it(awaited: threading.Event) -> None:
    memo, started, end, watch = Memo(100 * KIB), threading.Event(), threading.Event(), Watch()

    def slow() -> str:
        started.set()
        assert end.wait(10)
        return "slow"

    def ask() -> str:
        with watched(watch):
            return memo.get("key", lambda: pytest.fail("another computes this"))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(memo.get, "key", slow)
        assert started.wait(10)
        waiting = pool.submit(ask)
        assert awaited.wait(10)
        watch.cancel()
        # The first still computes.
        assert isinstance(waiting.exception(10), Cancelled)
        end.set()
        assert first.result(10) == "slow"


def test_a_timeout_inside_a_computation_is_its_own_failure(awaited: threading.Event) -> None:
    memo, started = Memo(100 * KIB), threading.Event()

    def late() -> str:
        started.set()
        assert awaited.wait(10)
        raise TimeoutError("too late")

    with ThreadPoolExecutor(2) as pool:
        pool.submit(memo.get, "key", late)
        assert started.wait(10)
        assert str(pool.submit(memo.get, "key", lambda: "").exception(10)) == "too late"


def test_what_is_at_hand_is_no_longer_expected_and_counts_once() -> None:
    memo = Memo(100 * KIB)

    def inner() -> int:
        advance(20.0)
        return 1

    def outer() -> int:
        advance(30.0)
        return memo.get("inner", inner) + memo.get("inner", inner)

    with watched(Watch(100.0)) as first:
        memo.get("outer", outer)
    assert (first.fraction, first.total) == (0.5, 100.0)
    with watched(Watch(100.0)) as second:
        for key in ("inner", "inner", "outer"):
            memo.get(key, lambda: pytest.fail("it is at hand"))
        # Without the parts inside it, the outer one took 30.
        assert (second.fraction, second.total) == (0.0, 50.0)
        advance(25.0)
        assert second.fraction == 0.5


def test_what_another_has_computed_meanwhile_is_no_longer_expected(awaited: threading.Event) -> None:
    memo, started, watch = Memo(0), threading.Event(), Watch(100.0)

    def slow() -> str:
        started.set()
        assert awaited.wait(10)
        advance(40.0)
        return "slow"

    def ask(watch: Watch) -> str:
        with watched(watch):
            return memo.get("key", slow)

    with ThreadPoolExecutor(2) as pool:
        pool.submit(ask, Watch(100.0))
        assert started.wait(10)
        assert pool.submit(ask, watch).result(10) == "slow"
    assert watch.total == 60.0


def test_a_failure_keeps_nothing_alive_of_what_was_computed() -> None:
    memo, references = Memo(100 * KIB), list[weakref.ref[object]]()

    def fail() -> None:
        large = array(1)
        references.append(weakref.ref(large))
        raise ValueError("no")

    gc.disable()
    try:
        with contextlib.suppress(ValueError):
            memo.get("key", fail)
        assert references[0]() is None
    finally:
        gc.enable()


def test_computations_may_ask_for_other_keys() -> None:
    memo = Memo(100 * KIB)
    assert memo.get("outer", lambda: memo.get("inner", lambda: 2) + 1) == 3
    assert memo.get("inner", lambda: 0) == 2


def test_peek_never_computes() -> None:
    memo = Memo(100 * KIB)
    assert memo.peek("key", "default") == "default"
    memo.get("key", lambda: "value")
    assert memo.peek("key", "default") == "value"


def test_who_waits_for_a_part_of_what_took_too_much_computes_it() -> None:
    memo, begun, go_on = Memo(100 * KIB), threading.Event(), threading.Event()

    def too_much() -> str:
        begun.set()
        go_on.wait(10)
        advance(5.0)
        return "never"

    def limited() -> str:
        with at_most(1.0):
            return memo.get("part", too_much)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(limited)
        begun.wait(10)
        waiting = pool.submit(memo.get, "part", lambda: "mine")
        go_on.set()
        assert isinstance(first.exception(10), Exceeded)
        assert waiting.result(10) == "mine"
