"""The work of a derivative: it grows with what is asked, is what the loops report, and its memory is what is taken."""

import tracemalloc
from dataclasses import replace
from typing import Any

import pytest

from tests.cases import few
from tests.core.cost.sizes import counted, direct_size, size
from tests.core.feedforward.nets import network, random_run
from tests.core.nets import SOME_ARCHITECTURES, Architecture, Derivative, run
from tests.models import RECURRENT
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.checks.feedforward import direct_checks
from unrolled.core.checks.laws import CELLS, REACH, law_checks
from unrolled.core.cost.derivative import (
    Cost,
    Size,
    forward_cost,
    gate_bytes,
    laws_cost,
    measured_cost,
    norm_flops,
    product_step_flops,
    products_flops,
    row_flops,
    sample_counts,
    triangle_cost,
)
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.feedforward.trace import direct_triangle
from unrolled.core.norms.triangle import triangle


def test_what_is_computed_one_after_the_other_adds_its_work_and_not_its_memory():
    assert Cost(3.0, 10.0).then(Cost(4.0, 30.0), Cost(5.0, 20.0)) == Cost(12.0, 30.0)
    assert Cost(3.0, 10.0).then() == Cost(3.0, 10.0)


def test_the_states_of_a_layer_are_counted_in_units_of_its_output():
    assert size(hidden=8, joint=3, state=48).states == 2.0


def size_of(architecture: Architecture, derivative: Derivative, length: int, hidden: int, features: int = 2) -> Size:
    row = RECURRENT[architecture.model]
    gates, states = len(row.gates), len(row.states)
    chain = derivative.chain(run(architecture, 2, hidden, features=features))
    sizes = {"state": chain.state_size, "joint": len(chain.layers), "width": chain.width, "height": chain.height}
    return size(hidden, gates, architecture.layers, states, features, length=length, reach=length, **sizes)


def test_the_cost_grows_with_what_is_asked():
    small = size()
    base = triangle_cost(small, 64, "frobenius")
    for larger in (
        triangle_cost(replace(small, length=128), 128, "frobenius"),
        triangle_cost(size(32), 64, "frobenius"),
        triangle_cost(replace(small, length=128), 64, "frobenius"),
        triangle_cost(size(input_size=40), 64, "frobenius"),
        triangle_cost(size(gates=3), 64, "frobenius"),
        triangle_cost(size(gates=4, states=2), 64, "frobenius"),
        triangle_cost(size(layers=2, state=32, joint=2), 64, "frobenius"),
        triangle_cost(size(layers=2), 64, "frobenius"),
    ):
        assert larger.flops > base.flops
    assert triangle_cost(size(32), 64, "spectral").flops > triangle_cost(size(32), 64, "frobenius").flops
    assert triangle_cost(size(32), 64, "frobenius").bytes > base.bytes
    assert triangle_cost(size(gates=4, states=2), 64, "frobenius").bytes > base.bytes


def test_leading_orders():
    long, gates = 10**5, 4
    # 2T flops an entry of the matrices; 2(d_k + O) flops a pair of steps.
    plain = size(2000, gates, length=long)
    assert forward_cost(plain).flops == pytest.approx(2.0 * long * plain.weights, rel=0.1)
    pairs = direct_size(2000, key=1000, input_size=500, length=10**7)
    assert forward_cost(pairs).flops == pytest.approx(10.0**14 * 1500, rel=0.1)
    # 2S³ a step of a product, half of it where half of the state is carried on unit by unit.
    assert product_step_flops(size(10**5), 10**5) == pytest.approx(2e15, rel=0.01)
    assert product_step_flops(size(10**5, 4, states=2), 2 * 10**5) == pytest.approx(8e15, rel=0.01)
    assert product_step_flops(size(10**5, 4, state=4 * 10**5, joint=2), 4 * 10**5) == pytest.approx(1.28e17, rel=0.01)
    # T² of a long row of weights, S³ of a norm.
    assert row_flops(replace(pairs, length=2 * 10**7)) / row_flops(pairs) == pytest.approx(2.0, rel=0.01)
    assert norm_flops(10**5, 10**5, "spectral") == pytest.approx(1e16, rel=0.1)
    assert norm_flops(100, 100, "frobenius") < norm_flops(100, 100, "spectral")


def test_products_and_decompositions_cost_more_when_wider():
    assert product_step_flops(size(), 16) > product_step_flops(size(), 1)
    costs = [norm_flops(*shape, "spectral") for shape in ((8, 8), (8, 16), (16, 8), (16, 16))]
    assert costs[0] < costs[1] == costs[2] < costs[3]


def test_more_steps_than_samples_cost_what_their_blocks_cost():
    once, thrice = (triangle_cost(size(length=length), 64, "spectral").flops for length in (640, 1920))
    assert thrice < 3 * once


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_a_sampled_sequence_also_costs_its_horizon(norm):
    sampled, every_step = (size(length=640), 64, norm), (size(), 64, norm)
    assert measured_cost(*every_step) == triangle_cost(*every_step)
    # Every sample takes ten steps to the next, and as many to the one after it.
    large = size(128, length=640)
    steps = 20 * 64 * product_step_flops(large, large.width)
    assert steps < measured_cost(large, 64, norm).flops - triangle_cost(large, 64, norm).flops < 2.0 * steps
    assert measured_cost(*sampled).bytes == triangle_cost(*sampled).bytes
    # Without a state by halving, and only where some input is out of reach.
    window, weighed = direct_size(length=640), direct_size(key=16, length=640, reach=640)
    assert measured_cost(window, 64, norm).flops > triangle_cost(window, 64, norm).flops
    assert measured_cost(weighed, 64, norm) == triangle_cost(weighed, 64, norm)


def test_samples_are_spread_evenly():
    assert sample_counts(100, 100) == (100, 1)
    assert sample_counts(1000, 64) == (63, 16)


PICTURES = [
    (architecture, derivative, length, hidden, resolution, norm)
    for architecture, derivative, length, hidden, resolution in (
        (Architecture("rnn"), Derivative(), 100, 64, 100),
        (Architecture("rnn"), Derivative(), 24, 96, 24),
        (Architecture("rnn"), Derivative(), 1000, 32, 64),
        (Architecture("lstm"), Derivative("s", "s"), 64, 32, 64),
        (Architecture("gru", 2), Derivative("h", "h", 2, 1), 200, 32, 64),
        (Architecture("lstm"), Derivative("h", "x"), 600, 32, 128),
        (Architecture("gru"), Derivative("h", "x"), 300, 8, 64),
        (Architecture("rnn"), Derivative(), 200, 5, 200),
        (Architecture("rnn"), Derivative(), 256, 24, 256),
    )
    for norm in ("spectral", "frobenius")
]
SOME_PICTURES = [PICTURES[place] for place in (1, 4, 9, 10, 14, 17)]


@pytest.mark.parametrize(
    ("architecture", "derivative", "length", "hidden", "resolution", "norm"), few(PICTURES, SOME_PICTURES), ids=str
)
def test_memory_and_work_are_what_is_taken(architecture, derivative, length, hidden, resolution, norm):
    cost = triangle_cost(size_of(architecture, derivative, length, hidden), resolution, norm)

    def measure() -> None:
        grid = square_grid(sample_steps(length, resolution))
        triangle(derivative.chain(run(architecture, length, hidden, features=2)), grid, norm)

    tracemalloc.start()
    try:
        share = counted(cost, measure)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.5 < share < 2.0
    # Small pictures may not fill the room for what is moved at a time; what is told of each cell is made later.
    room = (2**23 if norm == "frobenius" else 2**24) + 32 * resolution**2
    assert peak < cost.bytes < 1.6 * peak + room


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_a_forward_pass_reports_what_was_counted(architecture):
    cost = forward_cost(size_of(architecture, Derivative("s", "s"), 2500, 6))
    assert 0.5 < counted(cost, lambda: run(architecture, 2500, 6, features=2)) < 2.0


def test_gates_are_kept_for_every_step():
    assert gate_bytes(size(gates=4)) > gate_bytes(size(gates=3)) > gate_bytes(size())


@pytest.mark.parametrize("key", [0, 16])
def test_without_a_state_the_cost_grows_with_what_is_asked(key):
    small = direct_size(key=key)
    base = triangle_cost(small, 32, "spectral")
    for larger in (direct_size(key=key, length=65), direct_size(17, key=key), direct_size(key=key, input_size=4)):
        cost = triangle_cost(larger, 32, "spectral")
        assert cost.flops > base.flops, larger
        assert cost.bytes > base.bytes, larger
    assert triangle_cost(small, 32, "spectral", rows=33).flops > base.flops
    assert triangle_cost(replace(small, reach=9), 32, "spectral").flops > base.flops or key
    more = direct_size(key=key + 1) if key else direct_size(layers=3)
    assert triangle_cost(more, 32, "spectral").flops > base.flops


def test_what_lies_beyond_the_reach_costs_nothing():
    small = direct_size()
    assert triangle_cost(small, 32, "frobenius", 8).flops == triangle_cost(small, 64, "frobenius", 8).flops


def direct_size_of(net: FeedforwardNetwork, length: int, reach: int) -> Size:
    weights = float(sum(rows * columns for rows, *rest in net.parameter_shapes().values() for columns in rest))
    features, key = net.input_size, net.architecture.key_size if reach == length else 0
    sizes: dict[str, Any] = {
        "length": length,
        "weights": weights,
        "reach": reach,
        "width": features,
        "height": features,
    }
    sizes |= {"input_size": features, "width": features, "height": features}
    return direct_size(net.hidden_size, key=key or 0, **sizes)


@pytest.mark.parametrize("model", ["mlp", "window", "attention"])
def test_without_a_state_memory_and_work_are_what_is_taken(model):
    length, net = 2000, network(model, 4, hidden=48, window=8, key_size=48)
    cost = triangle_cost(direct_size_of(net, length, {"mlp": 1, "window": 8}.get(model, length)), 64, "spectral")
    tracemalloc.start()
    try:
        grid = square_grid(sample_steps(length, 64))
        share = counted(cost, lambda: direct_triangle(random_run(net, length)[2], grid, "spectral"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.5 < share < 2.0
    assert 0.65 * peak < cost.bytes < 1.5 * peak


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("model", ["mlp", "window", "attention"])
def test_the_norms_of_wide_inputs_are_counted(model, norm):
    length, net = 60, network(model, 80, hidden=4, window=8, key_size=4)
    cost = triangle_cost(direct_size_of(net, length, {"mlp": 1, "window": 8}.get(model, length)), length, norm)
    grid = square_grid(sample_steps(length, length))
    assert 0.5 < counted(cost, lambda: direct_triangle(random_run(net, length)[2], grid, norm)) < 2.0


def test_a_long_sequence_is_checked_on_short_paths():
    longest = products_flops(size(), 3 * CELLS * REACH, size().width)
    assert all(laws_cost(size(length=length)).flops < longest for length in (2, 100, 2000, 60_000))


@pytest.mark.parametrize("small", [direct_size(), direct_size(key=16)])
def test_a_long_sequence_without_recurrence_is_checked_on_a_part_of_it(small):
    long, longer = (laws_cost(replace(small, length=length)).flops for length in (2000, 4000))
    assert laws_cost(small).flops <= long == longer


@pytest.mark.parametrize(("model", "per_step"), [("rnn", 1.0), ("gru", None)])
def test_they_report_what_was_counted(model, per_step):
    architecture = Architecture(model)
    chain = Derivative().chain(run(architecture, 200, 24, features=2))
    cost = laws_cost(size_of(architecture, Derivative(), 200, 24))
    assert 0.5 < counted(cost, lambda: law_checks(chain, per_step)) < 2.0


def test_forward_passes_of_pairs_are_counted():
    trace = random_run(network("attention", 3, hidden=16, key_size=16), 600)[2]
    cost = laws_cost(direct_size(key=16, length=600, reach=600))
    assert 0.5 < counted(cost, lambda: direct_checks(trace)) < 2.0


def test_what_a_forward_pass_leaves_holds_its_inputs():
    # Of a model without a state what is made of the inputs is as wide as they are.
    wide = 8.0 * 100 * 5000
    assert forward_cost(size(2, input_size=5000, length=100)).bytes == pytest.approx(wide, rel=0.05)
    assert forward_cost(direct_size(2, input_size=5000, length=100)).bytes == pytest.approx(2.0 * wide, rel=0.05)
