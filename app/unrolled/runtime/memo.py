"""A memory of results within a byte budget, that computes each of them once."""

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np

from unrolled.runtime.parallel import yield_threads
from unrolled.runtime.progress import Cancelled, advance, count_work, discount

T = TypeVar("T")

_ENTRY_BYTES = 512
_VALUE_BYTES = 64
# Seconds after which whoever waits for another's computation looks whether anybody still waits for its own.
_POLL_SECONDS = 0.1


class Memo:
    """Remember values up to a number of bytes, as `nbytes` measures them; the least recently used go first.

    A value is computed by whoever asks first, while the others wait for it. An exception is raised to everyone who
    waits and is not remembered. Computations may ask the memo themselves, for other keys. A value larger than the
    whole budget is given and not kept.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self.used_bytes = 0
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, tuple[Any, int, float]] = OrderedDict()
        self._pending: dict[Hashable, Future[Any]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._entries

    def peek(self, key: Hashable, default: T) -> T:
        """Give the value of a key if it is kept, else the default; never compute or wait."""
        with self._lock:
            if key not in self._entries:
                return default
            self._entries.move_to_end(key)
            return cast("T", self._entries[key][0])

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Give the value of a key, computing it if it is not there; it is shared, so nobody may change it."""
        while True:
            with self._lock:
                if key in self._entries:
                    self._entries.move_to_end(key)
                    value, _, work = self._entries[key]
                    discount(key, work)
                    return cast("T", value)
                pending = self._pending.get(key)
                if pending is None:
                    self._pending[key] = Future()
            if pending is None:
                return self._compute(key, compute)
            try:
                value, work = _wait_for(pending)
            except Cancelled:
                # Whoever computed it left; whoever waits for it here does so still, unless that was cancelled too.
                advance(0.0)
            else:
                discount(key, work)
                return cast("T", value)
            finally:
                del pending

    def _compute(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Compute a value, keep it and give it to those who wait."""
        try:
            value, work = count_work(key, compute)
            entry_bytes = nbytes(value) + _ENTRY_BYTES
        except BaseException as error:
            with self._lock:
                promise = self._pending.pop(key)
            promise.set_exception(error)
            # The error holds this frame, and all that was computed with it; it must not hold itself as well.
            del promise
            raise
        with self._lock:
            promise = self._pending.pop(key)
            self._store(key, value, entry_bytes, work)
        promise.set_result((value, work))
        return value

    def _store(self, key: Hashable, value: object, entry_bytes: int, work: float) -> None:
        """Keep a value and let go of the oldest ones above the budget; the lock is held."""
        if entry_bytes > self.budget_bytes:
            return
        self._entries[key] = value, entry_bytes, work
        self.used_bytes += entry_bytes
        while self.used_bytes > self.budget_bytes:
            _, (_, freed_bytes, _) = self._entries.popitem(last=False)
            self.used_bytes -= freed_bytes


def _wait_for(pending: "Future[tuple[T, float]]") -> tuple[T, float]:
    """Wait for what another thread computes, until nobody waits for the own computation any more."""
    try:
        with yield_threads():
            while True:
                try:
                    return pending.result(_POLL_SECONDS)
                except TimeoutError:
                    # Its own failure may be one too, and it may have ended just now.
                    if pending.done():
                        return pending.result()
                    advance(0.0)
    finally:
        # Its error would hold this frame, and so itself.
        del pending


def nbytes(value: object) -> int:
    """Measure the bytes of arrays, text and what is made of these: exact for arrays, a fixed part for the rest."""
    if isinstance(value, np.ndarray):
        # A view keeps the whole array alive that it looks into.
        return (value.base.nbytes if isinstance(value.base, np.ndarray) else value.nbytes) + _VALUE_BYTES
    if isinstance(value, (bytes, str)):
        return len(value) + _VALUE_BYTES
    if isinstance(value, Mapping):
        return _VALUE_BYTES + sum(nbytes(key) + nbytes(part) for key, part in value.items())
    if isinstance(value, (tuple, list, set, frozenset)):
        return _VALUE_BYTES + sum(map(nbytes, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _VALUE_BYTES + sum(nbytes(getattr(value, field.name)) for field in dataclasses.fields(value))
    return _VALUE_BYTES
