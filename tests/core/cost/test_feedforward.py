"""The estimate of a model without recurrence: it grows with what is asked, and is about the memory that is taken."""

import tracemalloc
from dataclasses import replace

import pytest

from tests.core.feedforward.nets import network, random_run
from tests.models import DIRECT
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.cost.feedforward import DirectSize, direct_cost
from unrolled.core.feedforward.trace import direct_triangle

SMALL = DirectSize("window", length=64, hidden=16, layers=2, input_size=3, receptive_field=8, key=16)


@pytest.mark.parametrize("model", DIRECT)
def test_the_cost_grows_with_what_is_asked(model):
    size = replace(SMALL, model=model)
    base = direct_cost(size, 32, 32)
    for larger in (replace(size, length=65), replace(size, hidden=17), replace(size, input_size=4)):
        assert direct_cost(larger, 32, 32).flops > base.flops, larger
        assert direct_cost(larger, 32, 32).bytes > base.bytes, larger
    assert direct_cost(size, 33, 32).flops > base.flops
    assert direct_cost(replace(size, receptive_field=9), 32, 32).flops > base.flops
    if model == "attention":
        assert direct_cost(replace(size, key=17), 32, 32).flops > base.flops
    else:
        assert direct_cost(replace(size, layers=3), 32, 32).flops > base.flops


def test_what_lies_beyond_the_receptive_field_costs_nothing():
    assert direct_cost(SMALL, 32, 32).flops == direct_cost(SMALL, 32, 64).flops


@pytest.mark.parametrize("model", DIRECT)
def test_the_memory_is_about_what_is_allocated(model):
    length, net = 2000, network(model, 4, hidden=48, window=8, key_size=48)
    tracemalloc.start()
    try:
        direct_triangle(random_run(net, length)[2], square_grid(sample_steps(length, 64)), "spectral")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    field = {"mlp": 1, "window": 8, "attention": length}[model]
    estimate = direct_cost(DirectSize(model, length, 48, 2, 4, field, 48), 64, 64).bytes
    assert 0.65 * peak < estimate < 1.5 * peak
