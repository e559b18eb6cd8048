"""Singular values of one k and many t against many digits, and Lyapunov exponents against determinants."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import (
    ARCHITECTURES,
    DERIVATIVES,
    Architecture,
    Derivative,
    dense_product,
    lstm,
    random_rnn,
    rnn_with,
    rotation,
    run,
)
from tests.core.spectra.digits import settled_digits
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.networks.cells.rnn import RNNTrace
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.spectra import lyapunov
from unrolled.core.spectra.lyapunov import log10_spectra, lyapunov_exponents, mean_log_determinant
from unrolled.core.spectra.singular_values import log10_singular_values

LN_10 = np.log(10)


def exponents_and_sum(chain: JacobianChain, k: int, t: int):
    """Take the exponents, and what they must add up to."""
    return lyapunov_exponents(log10_spectra(chain, k, np.array([t]))[0], t - k), mean_log_determinant(chain, k, t)


CASES = [
    (Architecture("lstm"), Derivative("s", "s"), {}),
    (Architecture("lstm"), Derivative("h", "h"), {}),
    (Architecture("lstm"), Derivative("c", "c"), {"memory": MemoryBias(forget_bias=3.0)}),
    (Architecture("lstm"), Derivative("h", "c"), {"gain": 2.0}),
    (Architecture("lstm"), Derivative("c", "x"), {"features": 3}),
    (Architecture("lstm"), Derivative("s", "x"), {"features": 2}),
    (Architecture("lstm", 2), Derivative("h", "h", 2, 1), {}),
    (Architecture("lstm", 2), Derivative("s", "h", 2, 1), {"gain": 1.5}),
    (Architecture("gru"), Derivative("h", "h"), {}),
    (Architecture("gru"), Derivative("h", "h"), {"init": "orthogonal", "gain": 2.0}),
    (Architecture("gru", 1, "before"), Derivative("h", "h"), {"init": "he"}),
    (Architecture("gru", 2), Derivative("h", "h", 2, 1), {}),
    (Architecture("gru", 3, "before"), Derivative("h", "x", 3), {"features": 5}),
    (Architecture("gru", 2), Derivative("h", "x", 2), {"features": 2}),
    (Architecture("rnn", 2), Derivative("h", "h", 2, 1), {}),
    (Architecture("rnn", 2), Derivative("h", "x", 2), {"features": 6}),
    (Architecture("rnn"), Derivative("h", "x"), {"features": 2, "init": "gaussian", "gain": 2.0}),
    (Architecture("rnn", 3), Derivative("h", "h", 3, 2), {"init": "orthogonal"}),
]
CHOSEN = [CASES[index] for index in (0, 3, 4, 7, 10, 12, 17)]


@pytest.mark.parametrize(("architecture", "derivative", "more"), few(CASES, CHOSEN), ids=str)
def test_all_singular_values_are_those_of_many_digits(architecture, derivative, more):
    chain = derivative.chain(run(architecture, 44, 4, **more))
    ends = np.array([3, 4, 8, 43])
    log10_values = log10_spectra(chain, 3, ends)
    for index, t in enumerate(ends):
        truth = settled_digits(chain, int(t), 3, 130)
        np.testing.assert_allclose(log10_values[index], truth, atol=1e-9, rtol=0)
        np.testing.assert_allclose(log10_singular_values(chain, int(t), 3), truth, atol=1e-9, rtol=0)
    # What float64 alone cannot tell apart.
    assert min(chain.height, chain.width) < 3 or truth[0] - truth[-1] > 2


@pytest.mark.parametrize(("architecture", "derivative"), few(DERIVATIVES, 12), ids=str)
def test_one_sweep_and_each_product_by_itself_agree_for_every_derivative(architecture, derivative):
    chain = derivative.chain(run(architecture, 16, 3, gain=1.5))
    ends = np.array([2, 3, 5, 16])
    log10_values = log10_spectra(chain, 2, ends)
    assert log10_values.shape == (4, min(chain.height, chain.width))
    for index, t in enumerate(ends):
        np.testing.assert_allclose(log10_values[index], log10_singular_values(chain, int(t), 2), atol=1e-9, rtol=0)
        plain = np.linalg.svd(dense_product(chain, int(t), 2), compute_uv=False)
        resolved = plain > 1e-7 * plain[0]
        np.testing.assert_allclose(10.0 ** log10_values[index][resolved], plain[resolved], rtol=1e-8)
        assert (np.diff(np.nan_to_num(log10_values[index], neginf=-1e9)) <= 1e-12).all()


SUMS = few(
    product(ARCHITECTURES, [0.5, 2.0]),
    [
        (Architecture("rnn", 2), 2.0),
        (Architecture("lstm"), 0.5),
        (Architecture("lstm", 3), 2.0),
        (Architecture("gru"), 0.5),
        (Architecture("gru", 2, "before"), 2.0),
    ],
)


@pytest.mark.parametrize(("architecture", "gain"), SUMS, ids=str)
def test_lyapunov_exponents_sum_to_the_logarithm_of_the_determinants(architecture, gain):
    trace = run(architecture, 50, 4, gain=gain, init="gaussian")
    for layer in range(1, architecture.layers + 1):
        chain = Derivative("s", "s", layer).chain(trace)
        exponents, total = exponents_and_sum(chain, 1, 50)
        assert exponents.shape == (chain.state_size,)
        assert (np.diff(exponents) <= 0).all()
        assert exponents.sum() == pytest.approx(total, abs=1e-9)
        truth = np.linalg.slogdet(chain.jacobians(np.arange(2, 51)))[1].sum() / 49
        assert total == pytest.approx(truth, abs=1e-9)


def test_the_exponents_of_a_stack_add_up_to_those_of_its_layers():
    trace = run(Architecture("gru", 2), 60, 3)
    size = slice(0, 6)
    below, above = Derivative("h", "h", 1).chain(trace), Derivative("h", "h", 2).chain(trace)
    both, total = exponents_and_sum(JacobianChain(trace.inputs, trace.layers, size, size), 1, 60)
    by_layer = [exponents_and_sum(chain, 1, 60) for chain in (below, above)]
    assert total == pytest.approx(by_layer[0][1] + by_layer[1][1], abs=1e-10)
    assert both.sum() == pytest.approx(total, abs=1e-9)


def test_exponents_that_are_known():
    exponents, total = exponents_and_sum(rnn_with(0.9 * rotation(0.4), 80, "identity"), 1, 80)
    np.testing.assert_allclose(exponents, np.log(0.9), atol=1e-12)
    assert total == pytest.approx(2 * np.log(0.9))
    exponents, total = exponents_and_sum(rnn_with(np.diag([1.1, 0.5, 0.01]), 80, "identity"), 1, 80)
    np.testing.assert_allclose(exponents, np.log([1.1, 0.5, 0.01]), atol=1e-12)
    chain = Derivative("s", "s").chain(run(Architecture("lstm"), 30, 3, gain=0.0, memory=MemoryBias(forget_bias=2.0)))
    exponents, total = exponents_and_sum(chain, 1, 30)
    assert total == -np.inf
    assert np.isneginf(exponents[3:]).all()
    f = 1 / (1 + np.exp(-lstm(chain).a[1:, 3:6]))
    # The largest values are those of the cell, in the derivative of the output as well.
    assert exponents[0] > np.log(f).mean(axis=0).max()


def test_extreme_determinants_are_numbers():
    chain = random_rnn(3000, 2, "sigmoid")
    exponents, total = exponents_and_sum(chain, 1, 3000)
    assert total * 2999 / LN_10 < -4000
    assert exponents.sum() == pytest.approx(total, rel=1e-9)
    closed = rnn_with(np.eye(3), 9, "relu", bias=-1.0)
    exponents, total = exponents_and_sum(closed, 1, 9)
    assert total == -np.inf
    assert np.isneginf(exponents).all()
    saturated = rnn_with(np.eye(3), 9, "tanh", bias=np.array([0.0, 150.0, 300.0]))
    exponents, total = exponents_and_sum(saturated, 1, 9)
    assert exponents.sum() == pytest.approx(total, rel=1e-9)
    assert total < -800


def test_a_product_that_is_zero_in_the_end_tells_nothing_of_those_before():
    architecture, derivative = Architecture("rnn", 2, activation="leaky_relu"), Derivative("h", "s", 2, 1)
    trace = run(architecture, 26, 1, init="orthogonal", gain=3.0, shift=3.0, seed=297787)
    for layer in trace.layers:
        assert isinstance(layer, RNNTrace)
        layer.slope[7] = 0.0
    chain = replace(derivative.chain(trace), is_held=True)
    log10_values = log10_spectra(chain, 4, np.array([5, 6, 8]))[:, 0]
    assert np.isfinite(log10_values[0])
    assert np.isnan(log10_values[1])
    assert np.isneginf(log10_values[2])


def test_only_a_short_product_whose_rows_do_not_point_apart_is_swept_again(monkeypatch):
    swept = []
    monkeypatch.setattr(lyapunov, "rank_limit", lambda chain, t, k: chain.width)

    def again(chain, t, k):
        swept.append(t - k)
        return np.full(chain.width, 7.0)

    monkeypatch.setattr(lyapunov, "log10_singular_values", again)
    monkeypatch.setattr(lyapunov, "_RESWEPT", 5)
    chain = Derivative().chain(run(Architecture("rnn"), 14, 4, gain=0.3, init="gaussian"))
    ends = np.array([4, 6, 7, 12])
    values = log10_spectra(chain, 1, ends)
    assert np.isfinite(values).all()
    assert not swept
    monkeypatch.setattr(lyapunov, "USABLE", 0.0)
    monkeypatch.setattr(lyapunov, "_CLEAR", 2.0)
    values = log10_spectra(chain, 1, ends)
    assert set(swept) == {3, 5}
    assert (values[:2] == 7.0).all()
    # Of the longer ones nothing is told.
    np.testing.assert_array_equal(np.isnan(values).all(axis=1), [False, False, True, True])
