"""Which units carry the gradient, which are dead and which are saturated."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import ARCHITECTURES, DERIVATIVES, Architecture, Derivative, dense_product, rnn_with, run
from tests.models import make_network
from unrolled.core.behaviour import saturation as module
from unrolled.core.behaviour.saturation import openness, saturation
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.networks.initialisations import MemoryBias

SHALLOW = [pair for pair in DERIVATIVES if pair[0].layers < 3]


@pytest.mark.parametrize(("architecture", "derivative"), few(SHALLOW, 8), ids=str)
def test_shares_are_those_of_the_multiplied_products(architecture, derivative):
    chain, starts = derivative.chain(run(architecture, 20, 3, gain=1.5)), np.array([2, 5, 11])
    units = saturation(chain, starts, 6)
    squares = [np.square(dense_product(chain, k + 6, k)) for k in starts]
    truth = np.mean([square / square.sum() for square in squares], axis=0)
    arriving, leaving = truth.sum(axis=1), truth.sum(axis=0)
    # A unit of an LSTM has h and c.
    arriving = arriving[:3] + arriving[3:] if len(arriving) == 6 else arriving
    leaving = leaving[:3] + leaving[3:] if len(leaving) == 6 else leaving
    np.testing.assert_allclose(units.arriving, arriving, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(units.leaving, leaving, rtol=1e-9, atol=1e-15)
    assert units.arriving.sum() == pytest.approx(1)
    assert units.leaving.sum() == pytest.approx(1)
    assert (units.lag, units.starts, units.hidden) == (6, 3, 3)


def test_dead_relu_units_are_found_and_nothing_arrives_there():
    rng = np.random.default_rng(0)
    bias = np.array([0.5, -60.0, 0.5, 0.5, -60.0, 0.5])
    parameters = {
        "weight_ih_l0": rng.standard_normal((6, 2)) / 9,
        "weight_hh_l0": np.abs(rng.standard_normal((6, 6))) / 9,
        "bias_ih_l0": bias,
        "bias_hh_l0": np.zeros(6),
    }
    trace = make_network("rnn", 2, 6, activation="relu").run(parameters, rng.standard_normal((30, 2)))
    units = saturation(jacobian_chain(trace), np.array([3, 9]), 5)
    np.testing.assert_array_equal(units.dead, [1, 4])
    assert units.saturated.size == 0
    np.testing.assert_array_equal(units.arriving[[1, 4]], 0)
    # A small change of a dead unit's state is still felt by the others, one step later.
    assert (units.leaving[[1, 4]] > 0).all()
    assert units.arriving.sum() == pytest.approx(1)


def test_saturated_units_are_those_with_a_slope_below_a_tenth_of_the_largest():
    # tanh′ is 0.1 at 1.818, σ′ is a tenth of its ¼ at 3.6.
    bias = np.array([0.0, 1.7, 1.9, -3.0, 3.9])
    tanh = saturation(rnn_with(np.zeros((5, 5)), 10, "tanh", bias=bias), np.array([2]), 3)
    np.testing.assert_array_equal(tanh.saturated, [2, 3, 4])
    sigmoid = saturation(rnn_with(np.zeros((5, 5)), 10, "sigmoid", bias=bias), np.array([2]), 3)
    np.testing.assert_array_equal(sigmoid.saturated, [4])
    assert tanh.dead.size == sigmoid.dead.size == 0
    np.testing.assert_array_equal(tanh.arriving, 0)


def test_a_unit_that_opens_at_one_step_of_five_is_not_saturated():
    inputs = np.full((20, 1), 5.0)
    for opens, expected in ((5, []), (20, [0])):
        pulsed = inputs.copy()
        pulsed[opens - 1 :: opens] = 0.0
        parameters = {
            "weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.ones((1, 1)) / 9,
            "bias_ih_l0": np.zeros(1), "bias_hh_l0": np.zeros(1),
        }  # fmt: skip
        trace = make_network("rnn", 1, 1).run(parameters, pulsed)
        assert saturation(jacobian_chain(trace), np.array([1]), 2).saturated.tolist() == expected


GATED = few(
    [architecture for architecture in ARCHITECTURES if architecture.model != "rnn"],
    [Architecture("lstm", 2), Architecture("gru"), Architecture("gru", 1, "before")],
)


@pytest.mark.parametrize("architecture", GATED, ids=str)
def test_the_memory_gate_counts_in_gated_networks(architecture):
    shut = Derivative(layer=architecture.layers).chain(run(architecture, 12, 3, memory=MemoryBias(forget_bias=-8.0)))
    units = saturation(shut, np.array([2]), 3)
    np.testing.assert_array_equal(units.saturated, [0, 1, 2])
    open_gates = Derivative(layer=architecture.layers).chain(
        run(architecture, 12, 3, memory=MemoryBias(forget_bias=4.0))
    )
    assert saturation(open_gates, np.array([2]), 3).saturated.size == 0
    dead = Derivative(layer=architecture.layers).chain(run(architecture, 12, 3, memory=MemoryBias(forget_bias=-1e4)))
    np.testing.assert_array_equal(saturation(dead, np.array([2]), 3).dead, [0, 1, 2])


def test_where_nothing_passes_all_shares_are_zero():
    units = saturation(rnn_with(np.eye(3), 12, "relu", bias=-1.0), np.array([2, 5]), 4)
    np.testing.assert_array_equal(units.arriving, 0)
    np.testing.assert_array_equal(units.leaving, 0)
    np.testing.assert_array_equal(units.dead, [0, 1, 2])


def test_a_gate_that_keeps_everything_is_open():
    kept = Derivative(layer=1).chain(run(Architecture("gru"), 12, 3, memory=MemoryBias(forget_bias=6.0)))
    units = saturation(kept, np.array([2]), 3)
    np.testing.assert_array_equal(units.right_saturated, [0, 1, 2])
    assert units.saturated.size == 0
    assert saturation(rnn_with(np.eye(3), 12, "identity"), np.array([2]), 3).right_saturated is None


def test_the_openness_is_that_of_all_steps_together(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 15)
    layer = run(Architecture("lstm"), 12, 3, gain=6.0).layers[0]
    for name, values in layer.unit_factors(np.arange(1, 13)).items():
        one = openness(layer, 1.0)[name]
        assert one.mean == pytest.approx(values.mean())
        assert (one.least, one.most) == (values.min(), values.max())
        assert [one.low, one.high] == [float(np.mean(values < 0.1)), float(np.mean(values > 0.9))]
        np.testing.assert_allclose(one.by_step, values.mean(axis=1))
        np.testing.assert_allclose(one.by_unit, values.mean(axis=0))
    relu = run(Architecture("rnn", activation="relu"), 12, 3).layers[0]
    assert openness(relu, 1.0)["slope"].zero == np.mean(relu.unit_factors(np.arange(1, 13))["slope"] == 0.0)
