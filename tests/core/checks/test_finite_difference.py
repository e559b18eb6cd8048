"""The forward pass against its derivative: what a central difference can and cannot tell."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import ARCHITECTURES, SOME_DERIVATIVES, Architecture, Derivative, random_rnn, rnn_with, run
from tests.models import make_network
from unrolled.core.checks.finite_difference import finite_difference_error
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import MemoryBias

CELLS = [(9, 8), (12, 5), (20, 1)]
PLANTED = pytest.mark.parametrize(
    "architecture",
    few(ARCHITECTURES, [Architecture("rnn"), Architecture("lstm"), Architecture("gru", 2, "before")]),
    ids=str,
)


def error(chain, cells=CELLS):
    result = finite_difference_error(chain, cells, np.random.default_rng(0))
    assert result is not None
    return result


@pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
def test_the_error_of_a_true_derivative_is_far_below_its_tolerance(architecture, derivative):
    assert error(derivative.chain(run(architecture, 20, 3))) < 1e-7


@pytest.mark.parametrize("activation", few(ACTIVATIONS, ["sigmoid", "relu", "hardtanh", "sine"]))
def test_every_activation_is_differenced_on_one_side_of_its_kinks(activation):
    assert error(random_rnn(20, 5, activation, gain=1.5)) < 1e-6


DEAD = {
    "dead units": rnn_with(np.eye(3), 20, "relu", bias=-1.0),
    "saturated": rnn_with(np.eye(3), 20, "tanh", bias=40.0),
    "no weights": rnn_with(np.zeros((2, 2)), 20, "identity"),
    "closed gates": Derivative("h", "h", 2, 1).chain(
        run(Architecture("gru", 2), 20, 3, gain=0.0, memory=MemoryBias(forget_bias=-900.0))
    ),
}


@pytest.mark.parametrize("name", DEAD)
def test_where_the_derivative_is_zero_nothing_arrives(name):
    assert error(DEAD[name]) < 1e-12


@PLANTED
def test_a_derivative_of_zero_that_should_not_be_is_seen(monkeypatch, architecture):
    chain = Derivative("s", "s").chain(run(architecture, 20, 3))
    right = type(chain).left_multiply

    def wrong(self, steps, products):
        moved, powers = right(self, steps, products)
        return np.zeros_like(moved), powers

    monkeypatch.setattr(type(chain), "left_multiply", wrong)
    assert error(chain) > 1e-3


@PLANTED
def test_a_derivative_wrong_by_a_hundred_thousandth_is_seen(monkeypatch, architecture):
    chain = Derivative("s", "s").chain(run(architecture, 20, 3))
    right = type(chain).left_multiply

    def wrong(self, steps, products):
        moved, powers = right(self, steps, products)
        return moved * (1 + 1e-5), powers

    monkeypatch.setattr(type(chain), "left_multiply", wrong)
    assert 5e-6 < error(chain) < 1.3e-4


def test_what_rounding_hides_says_nothing():
    chain = rnn_with(1e7 * np.eye(2), 20, "identity", initial_state=np.full(2, 1e90))
    assert finite_difference_error(chain, CELLS, np.random.default_rng(0)) is None


@pytest.mark.parametrize("layers", [1, 2])
def test_an_input_is_perturbed_where_it_enters(layers):
    chain = Derivative("h", "x", layers).chain(run(Architecture("gru", layers), 20, 3))
    assert error(chain, [(1, 1), (2, 1), (7, 7)]) < 1e-7


@pytest.mark.parametrize(("huge", "is_hidden"), [(11, False), (12, True), (13, False)])
def test_a_large_input_hides_what_is_added_to_it_and_no_other_does(huge, is_hidden):
    inputs = np.ones((20, 1))
    inputs[huge - 1] = 1e13
    zeros, one = np.zeros(1), np.ones((1, 1))
    parameters = {"weight_ih_l0": 1e-13 * one, "weight_hh_l0": 0.5 * one, "bias_ih_l0": zeros, "bias_hh_l0": zeros}
    trace = make_network("rnn", 1, 1, activation="identity").run(parameters, inputs)
    found = finite_difference_error(Derivative("h", "x").chain(trace), [(12, 12)], np.random.default_rng(0))
    assert (found is None) == is_hidden
