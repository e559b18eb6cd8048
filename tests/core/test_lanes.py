"""Parts that are done at the same time give what they give one after the other."""

import contextlib
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.core.nets import Kind, Way, run
from unrolled.core.arrays.grid import sample_steps, square
from unrolled.core.norms.triangle import triangle
from unrolled.runtime.parallel import each, resting, spread
from unrolled.runtime.progress import Cancelled, Watch, watched


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(2) as made:
        yield made


@pytest.mark.parametrize("kind", [Kind("rnn"), Kind("lstm")], ids=str)
@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_two_threads_give_the_same_numbers(kind, norm, threads):
    flow, grid = Way("h", "h").of_trace(run(kind, 300, 24)), square(sample_steps(300, 100))
    alone = triangle(flow, grid, norm)
    with spread(threads):
        together = triangle(flow, grid, norm)
    np.testing.assert_array_equal(together, alone)


def test_a_part_that_spreads_its_own_parts_does_not_wait_for_itself(threads):
    met = []
    with spread(threads):
        each(lambda row: each(lambda part: met.append((row, part)), range(3)), range(4))
    assert sorted(met) == [(row, part) for row in range(4) for part in range(3)]


def test_the_first_failure_is_raised_after_all_have_ended(threads):
    ended = []

    def work(part: int) -> None:
        if part == 1:
            raise ValueError(part)
        ended.append(part)

    with spread(threads), pytest.raises(ValueError, match="1"):
        each(work, range(4))
    assert sorted(ended) == [0, 2, 3]


def test_cancelling_reaches_every_thread(threads):
    flow, watch = Way("h", "h").of_trace(run(Kind("rnn"), 300, 24)), Watch(1.0)
    watch.cancel()
    with watched(watch), spread(threads), pytest.raises(Cancelled):
        triangle(flow, square(sample_steps(300, 100)), "frobenius")


def together(count: int) -> bool:
    """Tell whether parts are done by so many threads at the same time."""
    met, barrier = [], threading.Barrier(count)

    def part(_: int) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            met.append(barrier.wait(0.3))

    each(part, range(count))
    return len(met) == count


def test_computations_at_the_same_time_divide_the_threads(threads):
    with spread(threads):
        assert together(2)
    with spread(threads), spread(threads):
        assert not together(2), "one thread is left for each"
        with resting():
            assert together(2), "who waits leaves both threads to the other"
    with spread(threads, 4), spread(threads, 4):
        assert together(2), "of four threads, each may use two"
        assert not together(3)


def test_a_failure_keeps_nothing_alive_of_what_was_computed(threads):
    met = []

    def fail(part: int) -> None:
        large = np.full(9, part)
        met.append(weakref.ref(large))
        raise ValueError(part)

    gc.disable()
    try:
        with spread(threads), contextlib.suppress(ValueError):
            each(fail, range(4))
        assert len(met) == 4
        assert not any(reference() is not None for reference in met)
    finally:
        gc.enable()
