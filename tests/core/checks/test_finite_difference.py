"""The forward pass against its derivative: what a nudge may and may not say."""

import numpy as np
import pytest

from tests.core.nets import DERIVATIVES, KINDS, Derivative, Kind, random_rnn, rnn_with, run
from unrolled.core.checks.finite_difference import finite_difference_error
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import MemoryBias

CELLS = [(9, 8), (12, 5), (20, 1)]


def distance(chain):
    return finite_difference_error(chain, CELLS, np.random.default_rng(0))


@pytest.mark.parametrize(("kind", "way"), DERIVATIVES, ids=str)
def test_a_true_derivative_is_met_far_below_what_would_be_told(kind, way):
    found = distance(way.chain(run(kind, 20, 3)))
    assert found is not None
    assert found < 1e-7


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_met_on_the_same_side_of_its_kinks(activation):
    found = distance(random_rnn(20, 5, activation, gain=1.5))
    assert found is not None
    assert found < 1e-6


DEAD = [
    rnn_with(np.eye(3), 20, "relu", bias=-1.0),
    rnn_with(np.eye(3), 20, "tanh", bias=40.0),
    rnn_with(np.zeros((2, 2)), 20, "identity"),
    Derivative("h", "h", 2, 1).chain(run(Kind("gru", 2), 20, 3, gain=0.0, memory=MemoryBias(forget_bias=-900.0))),
]


@pytest.mark.parametrize("chain", DEAD)
def test_where_nothing_arrives_a_nudge_must_not_either(monkeypatch, chain):
    found = distance(chain)
    assert found is not None
    assert found < 1e-12


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_derivative_that_is_called_zero_and_is_not_is_seen(monkeypatch, kind):
    chain = Derivative("s", "s").chain(run(kind, 20, 3))
    true = type(chain).left_multiply
    monkeypatch.setattr(
        type(chain),
        "left_multiply",
        lambda *arguments: (np.zeros_like(true(*arguments)[0]), true(*arguments)[1]),
    )
    found = distance(chain)
    assert found is not None
    assert found > 1e-3


def test_what_rounding_hides_says_nothing():
    assert distance(rnn_with(1e7 * np.eye(2), 20, "identity", initial_state=np.full(2, 1e90))) is None


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_derivative_wrong_by_a_hundred_thousandth_is_seen(monkeypatch, kind):
    chain = Derivative("s", "s").chain(run(kind, 20, 3))
    carried = type(chain).left_multiply

    def wrong(self, steps, products):
        moved, powers = carried(self, steps, products)
        return moved * (1 + 1e-5), powers

    monkeypatch.setattr(type(chain), "left_multiply", wrong)
    found = distance(chain)
    assert found is not None
    assert found == pytest.approx(1e-5, rel=12)
    assert found > 5e-6


def test_an_input_is_nudged_where_it_enters():
    for layers in (1, 2):
        chain = Derivative("h", "x", layers).chain(run(Kind("gru", layers), 20, 3))
        found = finite_difference_error(chain, [(1, 1), (2, 1), (7, 7)], np.random.default_rng(1))
        assert found is not None
        assert found < 1e-7
