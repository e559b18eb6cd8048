"""The gradient of a loss: the same step by step and many steps at a time, at any size."""

import numpy as np
import pytest

from tests.core.loss.graphs import graph_of
from tests.core.nets import Architecture
from unrolled.core.loss.gradient import LossGraph, gradient, loss_graph
from unrolled.core.loss.losses import next_targets
from unrolled.core.networks.weights import Readout

SIZES = [{}, {"loss": "last", "gain": 0.01}, {"gain": 30.0}, {"shift": 60.0}]


def step_by_step(graph: LossGraph) -> LossGraph:
    """Let a graph of one layer go through its gates step by step, as a stack does."""
    graph.__dict__["elementwise"] = None
    return graph


@pytest.mark.parametrize("drawn", SIZES, ids=str)
@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
def test_many_steps_at_a_time_are_single_steps(model, drawn):
    graph = graph_of(Architecture(model), init="gaussian", length=150, **drawn)
    fused, single = gradient(graph), gradient(step_by_step(graph.only(graph.steps)))
    assert fused.weight_hh.any()
    for name, array in single.arrays.items():
        expected = np.ldexp(array, single.exponents[name] - fused.exponents[name])
        np.testing.assert_allclose(fused.arrays[name], expected, rtol=1e-9, atol=1e-11 * np.abs(expected).max())


def test_a_gradient_whose_square_is_no_float64_has_a_power_of_two():
    # The most open unit of this network has a slope of about 10⁻²⁰⁴.
    graph = graph_of(Architecture("rnn"), shift=2000.0, seed=3)
    result = gradient(graph)
    assert 1.0 <= np.linalg.norm(result.weight_hh) < 10.0
    assert result.exponent < -600
    rows = graph.seeds[-1] * graph.trace.layers[0].slope[graph.last_step - 1]  # type: ignore[attr-defined]
    last = gradient(graph.only(graph.steps[-1:]))
    assert np.ldexp(last.arrays["bias_hh"], last.exponents["bias_hh"]) == pytest.approx(rows, rel=1e-12)


def test_what_multiplies_nothing_does_not_hide_what_does():
    # δ explodes back through steps whose state is still zero: they bring nothing to W_hh, and all there is comes later.
    weights = {
        "weight_ih_l0": np.array([[1.0]]), "weight_hh_l0": np.array([[1e30]]),
        "bias_ih_l0": np.zeros(1), "bias_hh_l0": np.zeros(1),
    }  # fmt: skip
    inputs = np.zeros((60, 1))
    inputs[57] = 1e-40
    network = Architecture("rnn", activation="identity").network(1, 1)
    readout = Readout(np.array([[1.0]]), np.zeros(1))
    graph = loss_graph(network.run(weights, inputs), readout, next_targets(inputs).for_loss("last"))
    for each in (graph, step_by_step(loss_graph(graph.trace, readout, next_targets(inputs).for_loss("last")))):
        result = gradient(each)
        # L is of step 59, h_59 = W x_58: its error is h_59 − x_60 = 10⁻¹⁰, and the state before it x_58 = 10⁻⁴⁰.
        assert np.ldexp(result.weight_hh, result.exponent) == pytest.approx(2.0 * 1e-10 * 1e-40, rel=1e-6)


def test_losses_are_selected_with_their_seeds():
    graph = graph_of(Architecture("lstm", 2), layer=1)
    some = graph.only(np.array([3, 7]))
    assert (some.steps.tolist(), some.last_step) == ([3, 7], 7)
    np.testing.assert_array_equal(some.seeds, graph.seeds[[2, 6]])
    assert graph.top_h == slice(8, 12)
    assert graph.only(np.array([], dtype=np.int64)).last_step == 0
    parts = [gradient(graph.only(np.array([step]))) for step in graph.steps]
    total = sum(np.ldexp(part.weight_hh, part.exponent) for part in parts)
    at_once = gradient(graph)
    np.testing.assert_allclose(total, np.ldexp(at_once.weight_hh, at_once.exponent), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(
    "architecture", [Architecture("rnn"), Architecture("lstm"), Architecture("gru"), Architecture("gru", 1, "before")],
    ids=str,
)  # fmt: skip
def test_every_array_is_the_slope_of_the_loss(architecture):
    rng, network = np.random.default_rng(3), architecture.network(2, 3)
    parameters = {name: 0.6 * rng.standard_normal(shape) for name, shape in network.parameter_shapes().items()}
    inputs, readout = rng.standard_normal((9, 2)), Readout(rng.standard_normal((2, 3)), rng.standard_normal(2))

    def graph(changed):
        return loss_graph(network.run(changed, inputs), readout, next_targets(inputs).for_loss("sum"))

    result = gradient(graph(parameters))
    assert set(result.arrays) == {"weight_ih", "weight_hh", "bias_ih", "bias_hh"}
    for name, array in result.arrays.items():
        assert array.shape == parameters[f"{name}_l0"].shape
        direction, step = rng.standard_normal(array.shape), 1e-6
        ends = [
            graph(parameters | {f"{name}_l0": parameters[f"{name}_l0"] + sign * step * direction}).values.sum()
            for sign in (1.0, -1.0)
        ]
        slope = np.ldexp((array * direction).sum(), result.exponents[name])
        assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-8), name
