"""The estimate of work: it grows with what is asked, and its memory is the memory that is taken."""

import tracemalloc

import pytest

from app.core.cost import measured_cost, triangle_cost
from app.core.triangle import sample_steps, triangle
from tests.core.nets import drawn


def test_the_cost_grows_with_what_is_asked():
    base = triangle_cost(64, 16, 64, "frobenius", 1)
    for dearer in (
        triangle_cost(128, 16, 128, "frobenius", 1),
        triangle_cost(64, 32, 64, "frobenius", 1),
        triangle_cost(64, 16, 64, "spectral", 1),
        triangle_cost(128, 16, 64, "frobenius", 1),
        triangle_cost(64, 16, 64, "frobenius", 40),
    ):
        assert dearer.flops > base.flops
    assert triangle_cost(64, 32, 64, "frobenius", 1).bytes > base.bytes


def test_more_steps_than_samples_cost_what_their_blocks_cost():
    once, thrice = (triangle_cost(length, 16, 64, "spectral", 1).flops for length in (640, 1920))
    assert thrice < 3 * once


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_a_sampled_sequence_also_costs_its_horizon(norm):
    sampled, whole = (640, 16, 64, norm, 1), (64, 16, 64, norm, 1)
    assert measured_cost(*whole) == triangle_cost(*whole)
    assert measured_cost(*sampled).flops > triangle_cost(*sampled).flops
    assert measured_cost(*sampled).bytes == triangle_cost(*sampled).bytes


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize(("length", "hidden", "resolution"), [(128, 64, 128), (32, 128, 32), (1000, 32, 64)])
def test_the_memory_is_the_memory_that_is_taken(length, hidden, resolution, norm):
    tracemalloc.start()
    try:
        triangle(drawn(length, hidden), sample_steps(length, resolution), norm)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    estimate = triangle_cost(length, hidden, resolution, norm, 1).bytes
    assert 0.8 * peak < estimate < 2.0 * peak
