"""The joint Jacobians of every model and stack, what products begin with, and backpropagation through them."""

import numpy as np
import pytest

from tests.core.jacobians.dense import ORDERS, unscaled
from tests.core.nets import (
    SOME_ARCHITECTURES,
    SOME_DERIVATIVES,
    Derivative,
    dense_initial,
    dense_input_jacobian,
    dense_joint_product,
    dense_product,
    run,
)
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import step_norms
from unrolled.core.spectra.singular_values import log10_singular_values

EVERY = pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
LENGTH, HIDDEN = 9, 3


@EVERY
def test_backpropagation_without_jacobians_is_their_transpose(architecture, derivative):
    chain, rng = derivative.chain(run(architecture, LENGTH, HIDDEN, gain=1.5, seed=3)), np.random.default_rng(5)
    for t, k in ((8, 2), (4, 4)):
        u = rng.standard_normal(chain.height)
        gradient = np.zeros(chain.state_size)
        gradient[chain.rows] = u
        for step in range(t, k, -1):
            before, entering = chain.vjp(step, gradient)
            np.testing.assert_allclose(before, chain.jacobians(np.array([step]))[0].T @ gradient, rtol=1e-9, atol=1e-14)
            truth = dense_input_jacobian(chain, step).T @ gradient
            np.testing.assert_allclose(entering, truth, rtol=1e-9, atol=1e-14)
            gradient = before
        arrived = chain.initial_vjp(k, gradient)
        truth = dense_product(chain, t, k).T @ u
        np.testing.assert_allclose(arrived, truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max())


@EVERY
def test_many_columns_are_multiplied_as_one(architecture, derivative):
    chain, rng = derivative.chain(run(architecture, LENGTH, HIDDEN, gain=2.0)), np.random.default_rng(6)
    products, steps = rng.standard_normal((4, chain.width, chain.state_size)), np.array([2, 9, 5, 5])
    moved, powers = chain.left_multiply(steps, products.copy())
    truth = products @ chain.jacobians(steps).swapaxes(1, 2)
    np.testing.assert_allclose(np.ldexp(moved, powers[:, None, None]), truth, rtol=1e-9, atol=1e-13)


@EVERY
def test_what_a_product_begins_with(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN))
    initial = chain.initial(np.array([4, 7]))
    assert initial.shape == (2, chain.width, chain.state_size)
    for index, step in enumerate((4, 7)):
        truth = dense_initial(chain, step)
        np.testing.assert_allclose(initial[index].T, truth, rtol=1e-12, atol=1e-15)
        factors = chain.initial_factors(step)
        multiplied = factors[0]
        for factor in factors[1:]:
            multiplied = factor @ multiplied
        np.testing.assert_allclose(multiplied, truth, rtol=1e-12, atol=1e-15)


@EVERY
def test_a_chain_run_again_from_its_own_state_is_itself(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN))
    again = chain.rerun(3, chain.state(3), chain.inputs[3:])
    assert again.length == LENGTH - 3
    np.testing.assert_array_equal(again.inputs, chain.inputs[3:])
    np.testing.assert_allclose(again.state(again.length), chain.state(LENGTH), rtol=1e-12)
    truth = unscaled(chain, LENGTH, 5)
    np.testing.assert_allclose(unscaled(again, LENGTH - 3, 2), truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max())


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_the_logarithms_of_the_determinants_add_up_over_layers_and_steps(architecture):
    trace = run(architecture, LENGTH, HIDDEN, gain=1.5)
    chain = Derivative("s", "s", architecture.layers, 1).chain(trace)
    states = slice(0, chain.state_size)
    everything = JacobianChain(chain.inputs, chain.layers, states, states)
    assert everything.is_full_state
    steps = np.arange(3, LENGTH + 1)
    single = sum(np.linalg.slogdet(layer.jacobians(steps))[1].sum() for layer in trace.layers) / np.log(10)
    assert log10_singular_values(everything, LENGTH, 2).sum() == pytest.approx(single, abs=1e-9)
    assert np.linalg.slogdet(everything.jacobians(steps))[1].sum() / np.log(10) == pytest.approx(single, abs=1e-9)


@pytest.mark.parametrize(
    "architecture", [architecture for architecture in SOME_ARCHITECTURES if architecture.layers > 1], ids=str
)
def test_the_joint_jacobian_of_a_stack_is_block_lower_triangular(architecture):
    trace = run(architecture, LENGTH, HIDDEN)
    chain = Derivative("s", "s", architecture.layers, 1).chain(trace)
    size = trace.layers[0].state_size
    joint = chain.jacobians(np.array([5]))[0]
    factors = chain.factors(5)
    np.testing.assert_allclose(np.linalg.multi_dot(factors[::-1]), joint, rtol=1e-12, atol=1e-15)
    for row, upper in enumerate(trace.layers):
        for column in range(architecture.layers):
            block = joint[row * size : (row + 1) * size, column * size : (column + 1) * size]
            if column > row:
                np.testing.assert_array_equal(block, 0)
            elif column == row:
                np.testing.assert_array_equal(block, upper.jacobians(np.array([5]))[0])
            else:
                below = joint[(row - 1) * size : (row - 1) * size + HIDDEN, column * size : (column + 1) * size]
                truth = upper.input_jacobians(np.array([5]))[0] @ below
                np.testing.assert_allclose(block, truth, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_step_norms_are_those_of_the_joint_factors(architecture):
    chain = Derivative("h", "x", architecture.layers).chain(run(architecture, LENGTH, HIDDEN))
    steps = np.array([2, 5, 9])
    for norm, order in ORDERS:
        truth = [np.log10(np.linalg.norm(dense_joint_product(chain, step, step - 1), order)) for step in steps]
        np.testing.assert_allclose(step_norms(chain, steps, norm), truth, atol=1e-12)
