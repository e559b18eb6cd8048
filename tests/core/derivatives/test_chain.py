"""A chain answers what the functions below it measure; which factors and singular values it looks at."""

import numpy as np

from tests.core.nets import Architecture, random_rnn, run
from unrolled.core.derivatives import chain as module
from unrolled.core.derivatives.chain import ChainDerivative
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.spectra.singular_values import max_sweep_lag


def test_factors_are_all_of_a_short_path_and_some_of_a_long_one():
    derivative = ChainDerivative(random_rnn())
    assert derivative.factors(6, 3, 512).tolist() == [4, 5, 6]
    assert derivative.factors(3, 3, 512).tolist() == []
    long = derivative.factors(20_000, 2, 512)
    assert len(long) <= 512
    assert (long[0] > 2, long[-1]) == (True, 20_000)


def test_sizes_are_the_same_forwards_and_backwards():
    derivative, steps = ChainDerivative(random_rnn(length=9)), np.arange(3, 9)
    grown = derivative.growth(8, 3, steps[1:], "spectral")
    assert grown[0] == 0.0
    np.testing.assert_allclose(derivative.row(8, steps, "spectral")[0], grown[-1], rtol=1e-12)
    np.testing.assert_allclose(derivative.singular_values(8, 3)[0], grown[-1], rtol=1e-12)
    np.testing.assert_allclose(derivative.matrix(8, 3).log10_scale, derivative.growth(8, 3, steps[1:], "frobenius")[-1])


def test_singular_values_of_too_long_a_path_are_not_computed(monkeypatch):
    chain = random_rnn(length=40)
    derivative = ChainDerivative(chain)
    assert np.isnan(derivative.singular_values(3 + max_sweep_lag(chain.state_size), 1)).all()
    # It is the path that is too long, not the sequence before it.
    monkeypatch.setattr(module, "max_sweep_lag", lambda size: 5)
    assert np.isfinite(derivative.singular_values(40, 35)).all()
    assert np.isnan(derivative.singular_values(40, 34)).all()


def test_only_the_whole_state_of_one_layer_is_bounded_by_its_matrix():
    trace = run(Architecture("rnn", 2))
    bounded = {layer: ChainDerivative(jacobian_chain(trace, "h", "h", *layer)).is_bounded for layer in ((2, 2), (2, 1))}
    assert bounded == {(2, 2): True, (2, 1): False}
    assert not ChainDerivative(jacobian_chain(trace, "h", "x", 1)).is_bounded
    assert not ChainDerivative(jacobian_chain(run(Architecture("lstm")), "h", "h")).is_bounded
