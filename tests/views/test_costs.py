"""The estimate of the work: it grows with what costs, and nothing is allocated to make it."""

import tracemalloc

import pytest

from tests.views.answers import experiment, own
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


def flops(view, **fields):
    return VIEWS[view].cost(experiment(**fields)).flops


@pytest.mark.parametrize("more", [{"length": 64}, {"hidden": 32}])
def test_more_steps_or_units_cost_more(more):
    for view in VIEWS:
        # 64 is among the lengths anyway; one that is not costs more.
        changed = {"length": 70} if view == "lengths" and "length" in more else more
        assert flops(view, **changed) > flops(view), view


def test_the_frobenius_norm_is_cheaper():
    for view in ("influence", "decay", "jacobian", "graph"):
        assert flops(view, hidden=64, norm="frobenius") < flops(view, hidden=64), view


def test_a_near_cell_is_cheaper_than_a_far_one():
    assert all(flops(view, t=32, k=30) < flops(view) for view in ("jacobian", "graph"))


def test_the_largest_query_is_estimated_without_allocating_it():
    largest = experiment(model="lstm", layers=4, length=65536, hidden=256, resolution=256)
    for view in VIEWS:
        tracemalloc.start()
        cost = VIEWS[view].cost(largest)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1e6, view
        # Small multiples are cut to their first steps.
        assert cost.flops > (1e10 if view in ("models", "activations") else 1e11), view


def test_the_memory_of_a_jacobian_holds_its_factors():
    network = experiment(length=80, hidden=48, norm="frobenius")
    tracemalloc.start()
    VIEWS["jacobian"].compute(network, Memo(2**26))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.8 * peak < VIEWS["jacobian"].cost(network).bytes < 2.0 * peak


def test_wide_inputs_count():
    wide = VIEWS["influence"].cost(experiment(input="text", text="".join(map(chr, range(0x4E00, 0x4E00 + 900)))))
    assert wide.flops > VIEWS["influence"].cost(experiment()).flops


def test_own_networks_are_estimated():
    assert all(view.cost(own([[0.5]], length=9)).flops > 0 for view in VIEWS.values())
