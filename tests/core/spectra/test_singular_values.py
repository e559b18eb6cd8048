"""Singular values far below rounding, against many digits: right, or absent."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples, few
from tests.core.nets import DERIVATIVES, Architecture, Derivative, run
from tests.core.spectra.digits import digits, settled_digits
from unrolled.core.spectra.lyapunov import log10_spectra
from unrolled.core.spectra.singular_values import log10_singular_values


def test_values_far_below_rounding_are_those_of_many_digits():
    for architecture, derivative in (
        (Architecture("gru"), Derivative("h", "h")),
        (Architecture("lstm"), Derivative("s", "s")),
    ):
        chain = derivative.chain(run(architecture, 130, 3, init="gaussian", gain=2.0))
        truth = settled_digits(chain, 128, 2, 280)
        assert truth[0] - truth[-1] > 20
        np.testing.assert_allclose(log10_singular_values(chain, 128, 2), truth, atol=1e-9, rtol=0)
        np.testing.assert_allclose(log10_spectra(chain, 2, np.array([128]))[0], truth, atol=1e-9, rtol=0)


SATURATED = [
    (Architecture("rnn", 2), Derivative("s", "h", 2, 1), 2, {"init": "he", "gain": 0.2, "shift": 60.0, "seed": 359298}),
    (Architecture("lstm"), Derivative("h", "x"), 1, {"init": "identity", "shift": 60.0, "seed": 509499, "features": 5}),
    (Architecture("lstm"), Derivative("h", "h"), 4, {"shift": 20.0}),
    (Architecture("lstm", 3), Derivative("s", "c", 3, 1), 3, {"init": "identity", "gain": 10.0}),
    (Architecture("lstm", 3), Derivative("h", "s", 3, 1), 3, {"gain": 0.2, "shift": 20.0}),
    (Architecture("gru", 3), Derivative("s", "x", 3), 1, {"gain": 0.2, "shift": 60.0, "seed": 972183, "features": 4}),
    (Architecture("gru", 2), Derivative("h", "h", 2, 1), 4, {"shift": 60.0, "amplitude": 8.0}),
    (Architecture("gru", 3, "before"), Derivative("h", "h", 3, 1), 4, {"shift": 20.0, "init": "orthogonal"}),
]


# Every network at one of the lags.
CHOSEN = [(case, (0, 1, 7)[index % 3]) for index, case in enumerate(SATURATED)]


@pytest.mark.parametrize(("case", "lag"), few(product(SATURATED, [0, 1, 7]), CHOSEN), ids=str)
def test_a_block_far_smaller_than_the_joint_product_has_the_values_of_many_digits(case, lag):
    architecture, derivative, hidden, more = case
    chain = derivative.chain(run(architecture, 12, hidden, **{"init": "gaussian", **more}))
    truth = digits(chain, 3 + lag, 3, 400)
    for log10_values in (log10_singular_values(chain, 3 + lag, 3), log10_spectra(chain, 3, np.array([3 + lag]))[0]):
        if truth[0] == -np.inf:
            assert np.isneginf(log10_values).all()
            continue
        # The largest are always given: those down to what an ordinary decomposition of the block would still see.
        assert np.isfinite(log10_values[truth > truth[0] - 8]).all()
        known = np.isfinite(log10_values)
        np.testing.assert_allclose(log10_values[known], truth[known], atol=1e-8, rtol=0)


@settings(max_examples=examples(60))
@given(
    pair=st.sampled_from(DERIVATIVES),
    hidden=st.integers(1, 3),
    lag=st.integers(0, 12),
    init=st.sampled_from(["gaussian", "identity", "orthogonal"]),
    gain=st.sampled_from([0.2, 1.0, 10.0]),
    shift=st.sampled_from([3.0, 20.0, 60.0]),
    seed=st.integers(0, 10**6),
)
def test_any_saturated_product_has_the_values_of_many_digits_or_says_that_it_does_not_know(
    pair, hidden, lag, init, gain, shift, seed
):
    architecture, derivative = pair
    chain = derivative.chain(run(architecture, 13, hidden, init=init, gain=gain, shift=shift, seed=seed))
    both = log10_singular_values(chain, 1 + lag, 1), log10_spectra(chain, 1, np.array([1 + lag]))[0]
    finite = np.concatenate(both)[np.isfinite(np.concatenate(both))]
    # Enough digits for the smallest value beside the largest.
    truth = digits(chain, 1 + lag, 1, max(900, 300 + int(np.ptp(finite) if finite.size else 0)))
    for log10_values in both:
        known = np.isfinite(log10_values)
        np.testing.assert_allclose(log10_values[known], truth[known], atol=1e-7, rtol=0)
        assert not known[np.argmin(known) :].any() or known.all(), "nothing is told below what is not known"


def test_values_that_cancel_are_absent():
    # Two ways from layer to layer that are each other's opposite: what is left of their sum is rounding.
    # The lower state is held apart from what the upper one has read of it.
    trace = run(
        Architecture("rnn", 2, activation="leaky_relu"), 26, 1, init="orthogonal", gain=3.0, shift=3.0, seed=297787
    )
    chain = replace(Derivative("h", "s", 2, 1).chain(trace), is_held=True)
    first, second = chain.jacobians(np.array([5, 6]))
    one, other = second[1, 0] * first[0, 0], second[1, 1] * first[1, 0]
    assert abs(one + other) < 1e-14 * abs(one)
    assert np.isnan(log10_singular_values(chain, 6, 4)).all()
    np.testing.assert_array_equal(np.isnan(log10_spectra(chain, 4, np.array([5, 6]))[:, 0]), [False, True])


@settings(max_examples=examples(25))
@given(
    pair=st.sampled_from([pair for pair in DERIVATIVES if pair[0].layers < 3]),
    hidden=st.integers(1, 4),
    lag=st.integers(1, 25),
    gain=st.sampled_from([0.5, 1.0, 3.0]),
    seed=st.integers(0, 10**6),
)
def test_any_product_has_the_values_of_many_digits_or_says_that_it_does_not_know(pair, hidden, lag, gain, seed):
    architecture, derivative = pair
    chain = derivative.chain(run(architecture, 26, hidden, init="gaussian", gain=gain, seed=seed))
    truth = settled_digits(chain, 1 + lag, 1, 200)
    for log10_values in (log10_singular_values(chain, 1 + lag, 1), log10_spectra(chain, 1, np.array([1 + lag]))[0]):
        known = np.isfinite(log10_values)
        # A value that is zero up to the digits of the oracle is zero here, or absent.
        live = truth > truth[0] - 150
        np.testing.assert_allclose(log10_values[known & live], truth[known & live], atol=1e-8, rtol=0)
        assert known[0]
        assert not np.isfinite(log10_values[~live]).any()
