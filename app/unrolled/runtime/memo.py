"""A memory of results within a byte budget, that computes each of them once."""

import dataclasses
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Entry:
    """A value, the work it took, and what it keeps alive, as `footprint` says."""

    value: Any
    work: float
    own_bytes: int
    arrays: Mapping[int, int]


class Memo:
    """Remember values up to a number of bytes, as `footprint` measures them; the least recently used go first.

    A value is computed by whoever asks first, while the others wait for it. An exception is raised to everyone who
    waits and is not remembered. Computations may ask the memo themselves, for other keys. An array that several values
    hold counts once, until the last of them goes. A value larger than the whole budget is given and not kept.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self.used_bytes = 0
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._holders: Counter[int] = Counter()
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
            return cast("T", self._entries[key].value)

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Give the value of a key, computing it if it is not there; it is shared, so nobody may change it."""
        while True:
            with self._lock:
                if key in self._entries:
                    self._entries.move_to_end(key)
                    entry = self._entries[key]
                    discount(key, entry.work)
                    return cast("T", entry.value)
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
            own_bytes, arrays = footprint(value)
        except BaseException as error:
            with self._lock:
                promise = self._pending.pop(key)
            promise.set_exception(error)
            # The error holds this frame, and all that was computed with it; it must not hold itself as well.
            del promise
            raise
        with self._lock:
            promise = self._pending.pop(key)
            self._store(key, _Entry(value, work, own_bytes + _ENTRY_BYTES, arrays))
        promise.set_result((value, work))
        return value

    def _store(self, key: Hashable, entry: _Entry) -> None:
        """Keep a value and let go of the oldest ones above the budget; the lock is held."""
        if entry.own_bytes + sum(entry.arrays.values()) > self.budget_bytes:
            return
        self._entries[key] = entry
        self.used_bytes += entry.own_bytes
        for array, array_bytes in entry.arrays.items():
            self.used_bytes += 0 if self._holders[array] else array_bytes
            self._holders[array] += 1
        while self.used_bytes > self.budget_bytes:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, entry = self._entries.popitem(last=False)
        self.used_bytes -= entry.own_bytes
        for array, array_bytes in entry.arrays.items():
            self._holders[array] -= 1
            if not self._holders[array]:
                del self._holders[array]
                self.used_bytes -= array_bytes


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


def footprint(value: object) -> tuple[int, dict[int, int]]:
    """Measure what a value keeps alive: the bytes of its own, and those of every array by its ``id``.

    It looks into what is made of mappings, sequences, sets and dataclasses; text is exact, the rest a fixed part each.
    """
    own_bytes, arrays, parts = 0, dict[int, int](), [value]
    while parts:
        part = parts.pop()
        own_bytes += _VALUE_BYTES
        if isinstance(part, np.ndarray):
            # A view keeps the whole array alive that it looks into.
            whole = part.base if isinstance(part.base, np.ndarray) else part
            arrays[id(whole)] = whole.nbytes
        elif isinstance(part, (bytes, str)):
            own_bytes += len(part)
        elif isinstance(part, Mapping):
            parts += [*part.keys(), *part.values()]
        elif isinstance(part, (tuple, list, set, frozenset)):
            parts += part
        elif dataclasses.is_dataclass(part) and not isinstance(part, type):
            parts += [getattr(part, field.name) for field in dataclasses.fields(part)]
    return own_bytes, arrays
