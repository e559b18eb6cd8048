"""The laws of a loss's gradient: a right one passes, a wrong one fails, and nothing is said where nothing shows."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.models import make_network
from unrolled.core.checks.loss import difference_check, losses_check
from unrolled.core.loss.gradient import gradient, loss_graph
from unrolled.core.loss.losses import losses, next_targets
from unrolled.core.networks.weights import draw_readout


def check_of(drawn, layer=1, factor=1.0, powers=0):
    """Check a gradient, multiplied by a factor and by some powers of two, against its loss."""
    network, parameters, inputs = drawn
    readout = draw_readout(network.hidden_size, inputs.shape[1], np.random.default_rng(1))
    targets = next_targets(inputs)

    def rerun(weight):
        trace = network.run({**parameters, f"weight_hh_l{layer - 1}": weight}, inputs)
        return trace, losses(readout.outputs(trace.layers[-1].h[1:]), targets)[0]

    graph = loss_graph(network.run(parameters, inputs), readout, targets, layer)
    true_gradient = gradient(graph)
    arrays = {**true_gradient.arrays, "weight_hh": factor * true_gradient.weight_hh}
    exponents = {**true_gradient.exponents, "weight_hh": true_gradient.exponent + powers}
    told = replace(true_gradient, arrays=arrays, exponents=exponents)
    return difference_check(graph, told, rerun)


def random_run(network, gain=1.0, length=20):
    rng = np.random.default_rng(2)
    shapes = network.parameter_shapes()
    parameters = {name: gain / 2 * rng.standard_normal(shape) for name, shape in shapes.items()}
    return network, parameters, rng.standard_normal((length, network.input_size))


MODELS = [(model, layer) for model in ("rnn", "lstm", "gru") for layer in (1, 2)]


@pytest.mark.parametrize(("model", "layer"), few(MODELS, [("rnn", 1), ("lstm", 2), ("gru", 1)]))
def test_a_true_gradient_is_what_the_loss_does(model, layer):
    check = check_of(random_run(make_network(model, 2, 4, 2)), layer)
    assert check.passed
    assert check.value is not None
    assert check.value < 1e-7


@pytest.mark.parametrize(("factor", "powers"), [(1 + 1e-5, 0), (0.0, 0), (-1.0, 0), (1.0, -5000), (0.0, 5000)])
def test_a_wrong_gradient_is_not(factor, powers):
    assert not check_of(random_run(make_network("gru", 1, 4)), factor=factor, powers=powers).passed


def test_of_a_gradient_beyond_float64_nothing_is_said():
    assert check_of(random_run(make_network("gru", 1, 4)), powers=5000).value is None


@pytest.mark.parametrize("powers", [0, 5000, -5000])
def test_a_gradient_that_is_zero_is_held_to_that(powers):
    network, parameters, inputs = random_run(make_network("rnn", 1, 3, activation="relu"))
    silent = parameters | {"bias_ih_l0": np.full(3, -100.0)}
    assert check_of((network, silent, inputs), powers=powers).value == 0.0


def test_of_a_chaotic_loss_nothing_is_said():
    check = check_of(random_run(make_network("rnn", 1, 16, activation="sine"), gain=6.0, length=150))
    assert (check.value, check.passed) == (None, True)


@pytest.mark.parametrize(("loss", "is_text"), [("sum", False), ("last", False), ("sum", True)])
def test_losses_are_those_of_their_formula_at_every_step_with_a_next_value(loss, is_text):
    network, parameters, inputs = random_run(make_network("rnn", 2, 4))
    if is_text:
        inputs = np.eye(inputs.shape[1])[np.arange(20) ** 2 % inputs.shape[1]] * (np.arange(20) != 7)[:, None]
    readout = draw_readout(network.hidden_size, inputs.shape[1], np.random.default_rng(1))
    trace = network.run(parameters, inputs)
    graph = loss_graph(trace, readout, next_targets(inputs, is_text=is_text).for_loss(loss))
    outputs = readout.outputs(trace.layers[-1].h[1:])

    def check(told):
        return losses_check(told, outputs, inputs, loss=loss, is_text=is_text)

    assert check(graph).value is not None
    assert check(graph).passed
    for wrong in (
        {"values": graph.values * (1 + 1e-6)},
        {"values": graph.values[:-1]},
        {"steps": graph.steps - 1},
        {"steps": graph.steps[1:], "values": graph.values[1:]},
        {"values": graph.values * np.nan},
    ):
        assert not check(replace(graph, **wrong)).passed
