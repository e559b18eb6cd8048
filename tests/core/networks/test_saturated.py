"""Gates that are almost, or altogether, closed: every number is right in all its digits, or exactly zero."""

import time
from itertools import product as cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import Architecture, Derivative, run
from tests.core.networks.cells.gates import gate_inputs
from tests.models import initial_parameters, make_network
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.behaviour.saturation import saturation
from unrolled.core.jacobians.product import product, running_norms
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.norms.triangle import triangle


@pytest.mark.parametrize(
    "architecture", [Architecture("lstm"), Architecture("gru"), Architecture("gru", 1, "before")], ids=str
)
def test_saturated_gates_keep_their_relative_accuracy(architecture):
    # Gates shut by e⁻³⁰⁰ twice in a row: neither the product nor its square is a float64.
    trace = run(architecture, 3, 2, gain=0.0, memory=MemoryBias(forget_bias=-400.0), amplitude=0.1)
    chain = Derivative("c", "c").chain(trace) if architecture.model == "lstm" else Derivative().chain(trace)
    gate = gate_inputs(trace.layers[0], trace.inputs)[:, 2:4]
    truth = np.log10(np.e) * gate[1:].sum(axis=0).max()
    assert truth < -330
    for norm in ("spectral", "frobenius"):
        assert triangle(chain, square_grid(np.array([1, 2, 3])), norm)[2, 0] == pytest.approx(truth, abs=0.2)
    assert triangle(chain, square_grid(np.array([1, 2, 3])), "spectral")[2, 0] == pytest.approx(truth, rel=1e-13)


@pytest.mark.parametrize(
    "architecture", [Architecture("lstm"), Architecture("gru"), Architecture("gru", 1, "before")], ids=str
)
def test_a_gate_is_right_in_all_its_digits_or_closed(architecture):
    derivative, outcomes = Derivative("c", "c") if architecture.model == "lstm" else Derivative(), set()
    for bias in np.linspace(-670.0, -760.0, 46):
        chain = derivative.chain(run(architecture, 2, 1, gain=0.0, memory=MemoryBias(forget_bias=bias), amplitude=0.0))
        log10_norm = product(chain, 2, 1).log10_scale
        assert log10_norm == -np.inf or log10_norm == pytest.approx(bias * np.log10(np.e), rel=1e-13)
        outcomes.add(log10_norm == -np.inf)
    assert outcomes == {True, False}


def test_an_open_output_beside_a_cell_that_is_almost_shut_is_no_overflow():
    # All that leads into the cell is 10⁻³⁰⁰, what leads past it into the output is not.
    parameters = {
        "weight_ih_l0": np.zeros((8, 1)), "weight_hh_l0": np.random.default_rng(0).standard_normal((8, 2)),
        "bias_ih_l0": np.repeat([690.0, -690.0, 340.0, 0.0], 2), "bias_hh_l0": np.zeros(8),
    }  # fmt: skip
    chain = Derivative("s", "s").chain(Architecture("lstm").network(1, 2).run(parameters, np.zeros((3, 1))))
    large = 2.0**120 * np.eye(4)[None]
    moved, powers = chain.left_multiply(np.array([3]), large.copy())
    truth = chain.jacobians(np.array([3]))[0] @ large[0]
    assert np.abs(truth).max() > 2.0**110
    np.testing.assert_allclose(np.ldexp(moved[0].T, powers[0]), truth, rtol=1e-12, atol=1e-200 * 2.0**120)


SMALL_OUTPUTS = few(
    cases(["h", "c", "x"], [3, 20], [1, 3, 18]), [("h", 3, 3), ("c", 20, 1), ("x", 3, 1), ("x", 20, 18)]
)


@pytest.mark.parametrize(("wrt", "hidden", "features"), SMALL_OUTPUTS)
def test_an_output_far_smaller_than_its_cell_is_a_number(wrt, hidden, features):
    # The output gate lets e⁻⁴⁰⁰ through: beside the cell's, the output's derivative has no square in float64.
    network, rng = make_network("lstm", features, hidden), np.random.default_rng(4)
    parameters = initial_parameters("pytorch", 1.0, network, rng, MemoryBias(forget_bias=2.0))
    parameters["bias_ih_l0"][3 * hidden :] = -400.0
    chain = Derivative("h", wrt).chain(network.run(parameters, rng.standard_normal((40, features))))
    steps = sample_steps(40, 40)
    for norm in ("spectral", "frobenius"):
        log10_norms = triangle(chain, square_grid(steps), norm)
        for k in (1, 7, 25):
            truth = running_norms(chain, k, np.arange(k, 41), norm)
            np.testing.assert_allclose(log10_norms[k - 1 :, k - 1], truth, atol=1e-8, rtol=0)
            assert -400 < truth[1:].min() < truth[1:].max() < -160
    shares = saturation(chain, np.array([2, 9]), 5)
    assert shares.arriving.sum() == pytest.approx(1)
    assert shares.leaving.sum() == pytest.approx(1)


FAR = [
    (Architecture("rnn", activation="sigmoid"), MemoryBias(), 2, -50_000),
    (Architecture("lstm"), MemoryBias(forget_bias=-5.0), 2, -50_000),
]


@pytest.mark.parametrize(("architecture", "memory", "hidden", "below"), few(FAR, FAR[:1]), ids=str)
def test_ten_to_the_minus_fifty_thousand_is_a_number(architecture, memory, hidden, below):
    began = time.process_time()
    chain = Derivative().chain(run(architecture, 65_536, hidden, memory=memory))
    log10_norms = triangle(chain, square_grid(sample_steps(65_536, 8)), "spectral")
    assert time.process_time() - began < 3.0
    assert np.isfinite(log10_norms[np.tril_indices(8)]).all()
    assert 2 * below < log10_norms[-1, 0] < below
    np.testing.assert_allclose(np.diagonal(log10_norms), 0, atol=1e-12)
