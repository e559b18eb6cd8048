"""Progress, remaining time, and the end of what nobody waits for."""

import threading

import numpy as np
import pytest

from tests.core.nets import SOME_ARCHITECTURES, Architecture, Derivative, lstm, random_rnn, run
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.behaviour.attribution import attribute
from unrolled.core.behaviour.lstm_shortcuts import shortcuts
from unrolled.core.jacobians.product import product, running_norms_back
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.lyapunov import log10_spectra
from unrolled.runtime.progress import Cancelled, Exceeded, Watch, advance, at_most, count_work, discount, watched


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("unrolled.runtime.progress.time.monotonic", lambda: now[0])
    return now


def test_without_a_watch_nothing_happens():
    advance(1e9)


def test_the_share_is_what_is_done_of_the_total_and_never_all_of_it():
    watch = Watch(200.0)
    assert watch.fraction == 0.0
    with watched(watch):
        advance(50.0)
        assert watch.fraction == 0.25
        advance(1e6)
        assert watch.fraction == 0.99
    assert Watch().fraction == 0.0


def test_the_seconds_left_are_those_of_the_speed_so_far(clock):
    watch = Watch(100.0)
    assert watch.seconds_left is None
    with watched(watch):
        clock[0] += 3.0
        assert watch.seconds_left is None
        advance(25.0)
        assert watch.seconds_left == pytest.approx(9.0)
        clock[0] += 1.0
        advance(25.0)
        assert watch.seconds_left == pytest.approx(4.0)


def test_a_watch_counts_for_its_own_thread_and_only_inside():
    watch = Watch(100.0)
    with watched(watch):
        thread = threading.Thread(target=advance, args=(50.0,))
        thread.start()
        thread.join()
        assert watch.fraction == 0.0
        inner = Watch(10.0)
        with watched(inner):
            advance(5.0)
        advance(20.0)
    advance(50.0)
    assert (watch.fraction, inner.fraction) == (0.2, 0.5)


def computations():
    """Give everything that may take long."""
    for architecture in SOME_ARCHITECTURES:
        chain = Derivative("s", "s").chain(run(architecture, 40, 4))
        yield lambda architecture=architecture: run(architecture, 40, 4)
        yield lambda chain=chain: triangle(chain, square_grid(sample_steps(40, 10)), "spectral")
        yield lambda chain=chain: triangle(chain, square_grid(sample_steps(40, 40)), "frobenius")
        yield lambda chain=chain: product(chain, 30, 2)
        yield lambda chain=chain: running_norms_back(chain, 30, np.array([2]), "spectral")
        yield lambda chain=chain: log10_spectra(chain, 2, np.array([30]))
    large = random_rnn(40, 20)
    yield lambda: triangle(large, square_grid(sample_steps(40, 40)), "spectral")
    yield lambda: triangle(large, square_grid(sample_steps(40, 40)), "frobenius")
    yield lambda: attribute(large, np.array([2]), 20, None)
    trace = run(Architecture("lstm"), 40, 4)
    layer = lstm(Derivative().chain(trace))
    yield lambda: shortcuts(layer, trace.inputs, "spectral", np.array([2]), np.array([0, 20]))


def test_everything_that_may_take_long_ends_when_it_is_cancelled():
    for compute in computations():
        watch = Watch(1.0)
        watch.cancel()
        with watched(watch), pytest.raises(Cancelled):
            compute()
        compute()


def test_what_takes_more_than_it_may_ends():
    with watched(Watch(50.0)) as watch:
        advance(30.0)
        with at_most(20.0):
            advance(20.0)
            with pytest.raises(Exceeded) as caught, at_most(1e9):
                advance(0.5)
        # What it took, counted from where its own limit began.
        assert caught.value.done == pytest.approx(0.5)
        advance(1e6)
    assert watch.done == pytest.approx(1000050.5)


def test_without_a_watch_a_limit_holds_as_well():
    with pytest.raises(Exceeded), at_most(10.0):
        advance(11.0)
    advance(11.0)


class RecordedWatch(Watch):
    """A watch that keeps what was done after every report."""

    def __init__(self, total: float = 0.0) -> None:
        super().__init__(total)
        self.history = [0.0]

    def advance(self, work: float) -> None:
        super().advance(work)
        self.history.append(self.history[-1] + work)


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_progress_is_reported_in_many_steps(norm):
    chain = random_rnn(300, 32)
    with watched(RecordedWatch()) as watch:
        triangle(chain, square_grid(sample_steps(300, 100)), norm)
    assert len(watch.history) > 10
    assert np.diff(watch.history).max() < 0.5 * watch.history[-1]


def test_a_part_is_weighed_without_the_parts_inside_it():
    def inner():
        advance(20.0)
        return "inner"

    def outer():
        advance(3.0)
        inside.append(count_work("inner", inner))
        advance(4.0)
        return "outer"

    inside: list[tuple[str, float]] = []
    with watched(Watch(100.0)):
        assert count_work("outer", outer) == ("outer", 7.0)
    assert inside == [("inner", 20.0)]
    assert count_work("outer", lambda: "alone") == ("alone", 0.0)


def test_what_is_spared_counts_once_and_never_more_than_is_left(clock):
    discount("key", 1.0)
    with watched(Watch(100.0)) as watch:
        advance(10.0)
        discount("key", 50.0)
        discount("key", 50.0)
        assert (watch.total, watch.fraction) == (50.0, 0.2)
        clock[0] += 2.0
        assert watch.seconds_left == pytest.approx(8.0)
        discount("other", 1e9)
        assert (watch.total, watch.fraction) == (10.0, 0.99)
