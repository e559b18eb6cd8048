"""The estimate of work: it grows with what is asked, and its memory is the memory that is taken."""

import tracemalloc
from dataclasses import replace

import pytest

from tests.cases import few
from tests.core.nets import SOME_ARCHITECTURES, Architecture, Derivative, run
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.cost.recurrent import Size, forward_cost, measured_cost, product_step_flops, svd_flops, triangle_cost
from unrolled.core.norms.triangle import triangle

SMALL = Size("rnn", length=64, hidden=16, layers=1, input_size=1, state=16, width=16, height=16)


def size_of(architecture: Architecture, derivative: Derivative, length: int, hidden: int, features: int = 2) -> Size:
    chain = derivative.chain(run(architecture, 2, hidden, features=features))
    return Size(
        architecture.model, length, hidden, architecture.layers, features, chain.state_size, chain.width, chain.height
    )


def test_the_cost_grows_with_what_is_asked():
    base = triangle_cost(SMALL, 64, "frobenius")
    for larger in (
        triangle_cost(replace(SMALL, length=128), 128, "frobenius"),
        triangle_cost(replace(SMALL, hidden=32, state=32, width=32, height=32), 64, "frobenius"),
        triangle_cost(SMALL, 64, "spectral"),
        triangle_cost(replace(SMALL, length=128), 64, "frobenius"),
        triangle_cost(replace(SMALL, input_size=40), 64, "frobenius"),
        triangle_cost(replace(SMALL, model="gru"), 64, "frobenius"),
        triangle_cost(replace(SMALL, model="lstm", state=32, width=32, height=32), 64, "frobenius"),
        triangle_cost(replace(SMALL, layers=2, state=32), 64, "frobenius"),
        triangle_cost(replace(SMALL, layers=2), 64, "frobenius"),
    ):
        assert larger.flops > base.flops
    wider = replace(SMALL, hidden=32, state=32, width=32, height=32)
    assert triangle_cost(wider, 64, "frobenius").bytes > base.bytes
    assert triangle_cost(replace(SMALL, model="lstm", state=32), 64, "frobenius").bytes > base.bytes


def test_the_forward_pass_costs_more_with_gates_layers_and_steps():
    base = forward_cost(SMALL)
    for larger in (
        replace(SMALL, length=65),
        replace(SMALL, hidden=17),
        replace(SMALL, layers=2),
        replace(SMALL, input_size=2),
        replace(SMALL, model="gru"),
        replace(SMALL, model="lstm"),
    ):
        assert forward_cost(larger).flops > base.flops
        assert forward_cost(larger).bytes > base.bytes
    assert forward_cost(replace(SMALL, model="lstm")).flops > forward_cost(replace(SMALL, model="gru")).flops


def test_products_and_decompositions_cost_more_when_wider():
    assert product_step_flops(SMALL, 16) > product_step_flops(SMALL, 1)
    assert svd_flops(8, 8) < svd_flops(8, 16) == svd_flops(16, 8) < svd_flops(16, 16)


def test_more_steps_than_samples_cost_what_their_blocks_cost():
    once, thrice = (triangle_cost(replace(SMALL, length=length), 64, "spectral").flops for length in (640, 1920))
    assert thrice < 3 * once


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_a_sampled_sequence_also_costs_its_horizon(norm):
    sampled, every_step = (replace(SMALL, length=640), 64, norm), (SMALL, 64, norm)
    assert measured_cost(*every_step) == triangle_cost(*every_step)
    assert measured_cost(*sampled).flops > triangle_cost(*sampled).flops
    assert measured_cost(*sampled).bytes == triangle_cost(*sampled).bytes


PICTURES = [
    (architecture, derivative, length, hidden, resolution, norm)
    for architecture, derivative, length, hidden, resolution in (
        (Architecture("rnn"), Derivative(), 100, 64, 100),
        (Architecture("rnn"), Derivative(), 24, 96, 24),
        (Architecture("rnn"), Derivative(), 1000, 32, 64),
        (Architecture("lstm"), Derivative("s", "s"), 64, 32, 64),
        (Architecture("gru", 2), Derivative("h", "h", 2, 1), 200, 32, 64),
        (Architecture("lstm"), Derivative("h", "x"), 600, 32, 128),
    )
    for norm in ("spectral", "frobenius")
]
SOME_PICTURES = [PICTURES[place] for place in (1, 4, 9, 10)]


@pytest.mark.parametrize(
    ("architecture", "derivative", "length", "hidden", "resolution", "norm"), few(PICTURES, SOME_PICTURES), ids=str
)
def test_the_memory_is_the_memory_that_is_taken(architecture, derivative, length, hidden, resolution, norm):
    tracemalloc.start()
    try:
        triangle(
            derivative.chain(run(architecture, length, hidden)), square_grid(sample_steps(length, resolution)), norm
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    estimate = triangle_cost(size_of(architecture, derivative, length, hidden), resolution, norm).bytes
    # Small pictures may not fill the room set aside for what is moved at a time, and for cells that wait.
    assert peak < estimate < 1.6 * peak + (2**23 if norm == "frobenius" else 2**24)


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_every_model_has_its_price(architecture):
    size = size_of(architecture, Derivative(), 32, 4)
    picture, total = triangle_cost(size, 32, "frobenius"), measured_cost(size, 32, "frobenius")
    assert forward_cost(size).flops < picture.flops <= total.flops
