"""Parts that are done at the same time give what they give one after the other."""

import contextlib
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.core.nets import Architecture, Derivative, run
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.norms.triangle import triangle
from unrolled.runtime.parallel import parallel_for, use_threads, yield_threads
from unrolled.runtime.progress import Cancelled, Watch, watched


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.mark.parametrize("architecture", [Architecture("rnn"), Architecture("lstm")], ids=str)
@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_two_threads_give_the_same_numbers(architecture, norm, threads):
    chain, grid = Derivative("h", "h").chain(run(architecture, 300, 24)), square_grid(sample_steps(300, 100))
    alone = triangle(chain, grid, norm)
    with use_threads(threads):
        together = triangle(chain, grid, norm)
    np.testing.assert_array_equal(together, alone)


def test_a_part_that_spreads_its_own_parts_does_not_wait_for_itself(threads):
    done = []
    with use_threads(threads):
        parallel_for(lambda row: parallel_for(lambda part: done.append((row, part)), range(3)), range(4))
    assert sorted(done) == [(row, part) for row in range(4) for part in range(3)]


def test_the_first_failure_is_raised_after_all_have_ended(threads):
    finished = []

    def work(part: int) -> None:
        if part == 1:
            raise ValueError(part)
        finished.append(part)

    with use_threads(threads), pytest.raises(ValueError, match="1"):
        parallel_for(work, range(4))
    assert sorted(finished) == [0, 2, 3]


def test_cancelling_reaches_every_thread(threads):
    chain, watch = Derivative("h", "h").chain(run(Architecture("rnn"), 300, 24)), Watch(1.0)
    watch.cancel()
    with watched(watch), use_threads(threads), pytest.raises(Cancelled):
        triangle(chain, square_grid(sample_steps(300, 100)), "frobenius")


def together(count: int) -> bool:
    """Tell whether parts are done by so many threads at the same time."""
    arrivals, barrier = [], threading.Barrier(count)

    def part(_: int) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            arrivals.append(barrier.wait(0.3))

    parallel_for(part, range(count))
    return len(arrivals) == count


def test_computations_at_the_same_time_divide_the_threads(threads):
    with use_threads(threads):
        assert together(2)
    with use_threads(threads), use_threads(threads):
        assert not together(2), "one thread is left for each"
        with yield_threads():
            assert together(2), "who waits leaves both threads to the other"
    with use_threads(threads, 4), use_threads(threads, 4):
        assert together(2), "of four threads, each may use two"
        assert not together(3)


def test_a_failure_keeps_nothing_alive_of_what_was_computed(threads):
    references = []

    def fail(part: int) -> None:
        large = np.full(9, part)
        references.append(weakref.ref(large))
        raise ValueError(part)

    gc.disable()
    try:
        with use_threads(threads), contextlib.suppress(ValueError):
            parallel_for(fail, range(4))
        assert len(references) == 4
        assert not any(reference() is not None for reference in references)
    finally:
        gc.enable()
