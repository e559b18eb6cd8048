"""One product, its running norms and its factors, against plain matrices."""

from dataclasses import replace
from itertools import cycle
from itertools import product as cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.jacobians.dense import ORDERS, assert_same, log10_norms, unscaled
from tests.core.nets import (
    SOME_DERIVATIVES,
    Architecture,
    Derivative,
    dense_joint_product,
    dense_product,
    dense_products,
    random_rnn,
    rnn_with,
    run,
)
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import (
    directional_derivative,
    jvp,
    product,
    product_back,
    running_norms,
    running_norms_back,
    step_norms,
)
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.spectra.singular_values import log10_singular_values
from unrolled.runtime.progress import Watch, watched

EVERY = pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
# Each activation once, with one initialisation after the other.
RNNS = pytest.mark.parametrize(
    ("activation", "init"),
    few(cases(ACTIVATIONS, INITIALISATIONS), list(zip(ACTIVATIONS, cycle(INITIALISATIONS), strict=False))),
)
LENGTH, HIDDEN = 9, 3


@EVERY
def test_one_product_and_its_running_norms_are_those_of_plain_matrices(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN, gain=1.5, seed=1))
    first = 1 if derivative.wrt == "x" else 0
    for t, k in ((8, first), (5, 5)):
        truth = dense_product(chain, t, k)
        np.testing.assert_allclose(unscaled(chain, t, k), truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max())
        steps = np.arange(k, t + 1)
        for norm, order in ORDERS:
            onward = log10_norms(dense_products(chain, k, t), order)
            assert_same(running_norms(chain, k, steps, norm), onward, 1e-10)
            back = log10_norms([dense_product(chain, t, int(step)) for step in steps], order)
            assert_same(running_norms_back(chain, t, steps, norm), back, 1e-10)


@EVERY
def test_with_the_rest_held_it_is_a_block_of_the_joint_product(architecture, derivative):
    chain = replace(derivative.chain(run(architecture, LENGTH, HIDDEN, gain=1.5, seed=1)), is_held=True)
    if chain.columns is not None:
        for t, k in ((8, 0), (8, 3), (5, 5)):
            block = dense_joint_product(chain, t, k)[chain.rows, chain.columns]
            np.testing.assert_allclose(unscaled(chain, t, k), block, rtol=1e-9, atol=1e-13 * np.abs(block).max())


@EVERY
def test_a_product_passes_through_the_whole_state_in_between(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN, gain=1.5, seed=2))
    state = slice(0, chain.state_size)
    into = JacobianChain(chain.inputs, chain.layers, state, chain.columns)
    after = JacobianChain(chain.inputs, chain.layers, chain.rows, state)
    truth = unscaled(chain, 8, 2)
    for middle in (2, 3, 6, 8):
        composed = unscaled(after, 8, middle) @ unscaled(into, middle, 2)
        np.testing.assert_allclose(composed, truth, atol=1e-13 * np.abs(truth).max(), rtol=1e-9)
        back = product_back(chain, 8, middle)
        composed = back.matrix @ unscaled(into, middle, 2) * 10.0**back.log10_scale
        np.testing.assert_allclose(composed, truth, atol=1e-13 * np.abs(truth).max(), rtol=1e-9)


def test_the_blocks_of_an_lstm_do_not_obey_the_chain_rule_by_themselves():
    trace = run(Architecture("lstm"), LENGTH, HIDDEN, gain=3.0)
    total = Derivative("c", "c").chain(trace)
    for chain in (Derivative("h", "h").chain(trace), total, replace(total, is_held=True)):
        apart = np.linalg.norm(unscaled(chain, 6, 4) @ unscaled(chain, 4, 2) - unscaled(chain, 6, 2))
        assert apart > 0.01 * np.linalg.norm(unscaled(chain, 6, 2))


@RNNS
def test_a_product_of_products_is_the_product(activation, init):
    chain = random_rnn(14, 5, activation, init)
    direct, late, early = (product(chain, t, k) for t, k in ((14, 2), (14, 7), (7, 2)))
    scale = 10.0 ** (late.log10_scale + early.log10_scale)
    composed = late.matrix @ early.matrix * scale
    np.testing.assert_allclose(direct.matrix * 10.0**direct.log10_scale, composed, atol=1e-12 * max(scale, 1e-300))


@RNNS
def test_the_adjoint_identity_holds(activation, init):
    chain, rng = random_rnn(14, 5, activation, init), np.random.default_rng(5)
    u, v = rng.standard_normal((2, 5))
    forward, backward = v.copy(), u.copy()
    for step in range(3, 15):
        forward = chain.jacobians(np.array([step]))[0] @ forward
    for step in range(14, 2, -1):
        backward = chain.jacobians(np.array([step]))[0].T @ backward
    result = product(chain, 14, 2)
    between = float(u @ result.matrix @ v) * 10.0**result.log10_scale
    assert float(u @ forward) == pytest.approx(between, rel=1e-9, abs=1e-12 * 10.0**result.log10_scale)
    assert float(backward @ v) == pytest.approx(between, rel=1e-9, abs=1e-12 * 10.0**result.log10_scale)


@RNNS
def test_the_logarithms_of_the_determinants_add_up(activation, init):
    chain = random_rnn(14, 5, activation, init)
    with np.errstate(divide="ignore"):
        single = np.log10(np.abs(np.linalg.det(chain.jacobians(np.arange(2, 15))))).sum()
    values = log10_singular_values(chain, 14, 1)
    if np.isfinite(single):
        assert values.sum() == pytest.approx(single, rel=1e-9, abs=1e-9)
    else:
        assert values[-1] == -np.inf


def test_at_t_equal_k_the_product_is_the_identity():
    chain = random_rnn(5, 3)
    np.testing.assert_array_equal(log10_singular_values(chain, 4, 4), 0)
    same = product(chain, 4, 4)
    np.testing.assert_allclose(same.matrix * 10**same.log10_scale, np.eye(3), atol=1e-15)
    np.testing.assert_allclose(running_norms(chain, 4, np.array([4]), "spectral"), [0], atol=1e-15)


def test_the_matrix_has_unit_norm_and_its_scale_makes_it_true():
    chain = random_rnn(9, 4, "mish", "he")
    result = product(chain, 9, 3)
    assert np.linalg.norm(result.matrix) == pytest.approx(1)
    np.testing.assert_allclose(result.matrix * 10**result.log10_scale, dense_product(chain, 9, 3), rtol=1e-12)
    zero = product(rnn_with(np.eye(3), 5, "relu", bias=-1.0), 5, 1)
    assert zero.log10_scale == -np.inf
    assert not zero.matrix.any()


@pytest.mark.parametrize(("norm", "order"), [("spectral", 2), ("frobenius", "fro")])
def test_factors_and_running_product(norm, order):
    chain = random_rnn(9, 4, "tanh", "gaussian")
    steps = np.arange(4, 10)
    factors = [np.log10(np.linalg.norm(chain.jacobians(np.array([step]))[0], order)) for step in steps]
    np.testing.assert_allclose(step_norms(chain, steps, norm), factors, atol=1e-12)
    running = [np.log10(np.linalg.norm(dense_product(chain, step, 3), order)) for step in range(3, 10)]
    np.testing.assert_allclose(running_norms(chain, 3, np.arange(3, 10), norm), running, atol=1e-12)
    np.testing.assert_allclose(running_norms(chain, 3, np.array([4, 8]), norm), [running[1], running[5]], atol=1e-12)
    backward = [np.log10(np.linalg.norm(dense_product(chain, 9, step), order)) for step in range(3, 10)]
    np.testing.assert_allclose(running_norms_back(chain, 9, np.arange(3, 10), norm), backward, atol=1e-12)
    np.testing.assert_allclose(
        running_norms_back(chain, 9, np.array([4, 8]), norm), [backward[1], backward[5]], atol=1e-12
    )


@pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
def test_a_direction_is_multiplied_as_by_the_product(architecture, derivative):
    chain = derivative.chain(run(architecture, 12, 3))
    v = np.random.default_rng(0).standard_normal(chain.width)
    for t, k in ((9, 9), (9, 8), (12, 3)):
        expected = dense_product(chain, t, k) @ v
        for carry in (jvp, directional_derivative):
            vector, scale = carry(chain, t, k, v)
            tangent = vector * 10.0**scale if scale > -np.inf else vector
            np.testing.assert_allclose(tangent, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max(initial=0.0))


def test_a_direction_counts_two_operations_an_entry_and_step():
    chain = rnn_with(np.eye(2), 400, "identity")
    with watched(Watch()) as watch:
        jvp(chain, 400, 1, np.ones(2))
    assert watch.done == 399 * 2 * 2**2


def test_a_direction_has_a_scale_of_its_own():
    chain = rnn_with(1e-3 * np.eye(2), 400, "identity")
    vector, scale = jvp(chain, 400, 1, np.array([3.0, 4.0]))
    np.testing.assert_allclose(vector, [0.6, 0.8])
    assert scale == pytest.approx(np.log10(5) - 3 * 399)
    dead, nothing = jvp(rnn_with(np.zeros((2, 2)), 9, "tanh"), 9, 1, np.ones(2))
    assert nothing == -np.inf
    assert not dead.any()
