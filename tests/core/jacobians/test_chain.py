"""The laws of every derivative through every model: LSTM, both GRUs, stacks, every part with respect to every part."""

from typing import Any

import numpy as np
import pytest

from tests.core.nets import (
    DERIVATIVES,
    KINDS,
    Derivative,
    Kind,
    dense_input_jacobian,
    dense_joint_product,
    dense_product,
    dense_products,
    run,
)
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Norm
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product, running_norms, running_norms_back, step_norms
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values

EVERY = pytest.mark.parametrize(("kind", "way"), DERIVATIVES, ids=str)
ORDERS: list[tuple[Norm, Any]] = [("spectral", 2), ("frobenius", "fro")]
LENGTH, HIDDEN = 9, 3


def logs(matrices, order):
    with np.errstate(divide="ignore"):
        return np.log10(np.linalg.norm(np.array(matrices), order, axis=(1, 2)))


def plain_triangle(chain: JacobianChain, order):
    """Measure the plain product of every cell."""
    found = np.full((chain.length, chain.length), np.nan)
    for k in range(1, chain.length + 1):
        found[k - 1 :, k - 1] = logs(dense_products(chain, k, chain.length), order)
    return found


def assert_same(found, truth, atol: float) -> None:
    """Compare logarithms; two zeros are equal."""
    np.testing.assert_allclose(found, truth, atol=atol, rtol=0)


def whole(chain: JacobianChain, norm: Norm = "spectral"):
    return triangle(chain, square_grid(sample_steps(chain.length, chain.length)), norm)


def unscaled(chain: JacobianChain, t: int, k: int):
    found = product(chain, t, k)
    return found.matrix * 10.0**found.log10_scale if found.matrix.any() else found.matrix


@EVERY
def test_the_triangle_is_the_norm_of_the_multiplied_joint_product_cut_out(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN, gain=1.5))
    for norm, order in ORDERS:
        found = whole(chain, norm)
        assert np.isnan(found[np.triu_indices(LENGTH, 1)]).all()
        assert_same(found, plain_triangle(chain, order), 1e-10)


@EVERY
def test_one_product_and_its_running_norms_are_those_of_plain_matrices(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN, gain=1.5, seed=1))
    first = 1 if way.wrt == "x" else 0
    for t, k in ((8, first), (5, 5)):
        truth = dense_product(chain, t, k)
        np.testing.assert_allclose(unscaled(chain, t, k), truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max())
        for norm, order in ORDERS:
            assert_same(
                running_norms(chain, k, np.arange(k, t + 1), norm), logs(dense_products(chain, k, t), order), 1e-10
            )
            back = logs([dense_product(chain, t, step) for step in range(k, t + 1)], order)
            assert_same(running_norms_back(chain, t, np.arange(k, t + 1), norm), back, 1e-10)


@EVERY
def test_a_product_passes_through_the_whole_state_in_between(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN, gain=1.5, seed=2))
    state = slice(0, chain.state_size)
    onto, after = (
        JacobianChain(chain.inputs, chain.layers, state, chain.columns),
        JacobianChain(chain.inputs, chain.layers, chain.rows, state),
    )
    truth = unscaled(chain, 8, 2)
    for middle in (2, 3, 6, 8):
        np.testing.assert_allclose(
            unscaled(after, 8, middle) @ unscaled(onto, middle, 2), truth, atol=1e-13 * np.abs(truth).max(), rtol=1e-9
        )


@EVERY
def test_backpropagation_without_jacobians_is_their_transpose(kind, way):
    chain, rng = way.chain(run(kind, LENGTH, HIDDEN, gain=1.5, seed=3)), np.random.default_rng(5)
    for t, k in ((8, 2), (4, 4)):
        u = rng.standard_normal(chain.height)
        gradient = np.zeros(chain.state_size)
        gradient[chain.rows] = u
        for step in range(t, k, -1):
            before, entering = chain.vjp(step, gradient)
            np.testing.assert_allclose(before, chain.jacobians(np.array([step]))[0].T @ gradient, rtol=1e-9, atol=1e-14)
            np.testing.assert_allclose(entering, dense_input_jacobian(chain, step).T @ gradient, rtol=1e-9, atol=1e-14)
            gradient = before
        arrived = chain.vjp(k, gradient)[1] if chain.columns is None else gradient[chain.columns]
        truth = dense_product(chain, t, k).T @ u
        np.testing.assert_allclose(arrived, truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max())


@EVERY
def test_many_columns_are_carried_as_one(kind, way):
    chain, rng = way.chain(run(kind, LENGTH, HIDDEN, gain=2.0)), np.random.default_rng(6)
    products, steps = rng.standard_normal((4, chain.width, chain.state_size)), np.array([2, 9, 5, 5])
    moved, powers = chain.left_multiply(steps, products.copy())
    truth = products @ chain.jacobians(steps).swapaxes(1, 2)
    np.testing.assert_allclose(np.ldexp(moved, powers[:, None, None]), truth, rtol=1e-9, atol=1e-13)


@EVERY
def test_what_a_product_begins_with(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN))
    begun = chain.initial(np.array([4, 7]))
    assert begun.shape == (2, chain.width, chain.state_size)
    for index, step in enumerate((4, 7)):
        truth = (
            dense_input_jacobian(chain, step) if chain.columns is None else np.eye(chain.state_size)[:, chain.columns]
        )
        np.testing.assert_allclose(begun[index].T, truth, rtol=1e-12, atol=1e-15)


@EVERY
def test_a_flow_replayed_from_its_own_state_is_itself(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN))
    again = chain.rerun(3, chain.state(3), chain.inputs[3:])
    assert again.length == LENGTH - 3
    np.testing.assert_array_equal(again.inputs, chain.inputs[3:])
    np.testing.assert_allclose(again.state(again.length), chain.state(LENGTH), rtol=1e-12)
    truth = unscaled(chain, LENGTH, 5)
    np.testing.assert_allclose(unscaled(again, LENGTH - 3, 2), truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max())


@EVERY
def test_a_window_has_the_cells_of_the_whole_triangle(kind, way):
    chain = way.chain(run(kind, 22, HIDDEN, gain=1.5))
    for norm, _ in ORDERS:
        full = whole(chain, norm)
        for grid in (
            Grid(np.arange(10, 21, 2), np.arange(3, 17, 3)),
            Grid(np.array([22]), np.arange(1, 23)),
            Grid(np.arange(1, 23), np.array([7])),
        ):
            found = triangle(chain, grid, norm)
            assert found.shape == (len(grid.t), len(grid.k))
            np.testing.assert_allclose(found, full[np.ix_(grid.t - 1, grid.k - 1)], atol=1e-9)


UPWARD = [(kind, way) for kind, way in DERIVATIVES if way.origin not in (None, way.layer)]


def parts(*pairs: str) -> list[tuple[Kind, Derivative]]:
    return [(kind, way) for kind, way in DERIVATIVES if f"{way.of}{way.wrt}" in pairs and way.layer == way.origin]


@pytest.mark.parametrize(("kind", "way"), parts("hc", "ch"), ids=str)
def test_a_block_that_begins_as_zero_is_minus_infinity_there_and_nowhere_else(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN))
    for norm, _ in ORDERS:
        found = whole(chain, norm)
        assert np.isneginf(np.diagonal(found)).all()
        assert np.isfinite(found[np.tril_indices(LENGTH, -1)]).all()
    assert product(chain, 4, 4).log10_scale == -np.inf
    assert running_norms(chain, 4, np.array([4, 6]), "spectral")[0] == -np.inf
    assert running_norms_back(chain, 4, np.array([4]), "spectral")[0] == -np.inf
    assert np.isneginf(log10_singular_values(chain, 4, 4)).all()


@pytest.mark.parametrize(
    ("kind", "way"), [each for each in DERIVATIVES if each[1].origin not in (None, each[1].layer)], ids=str
)
def test_a_higher_layer_does_not_feel_a_lower_one_within_the_step(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN))
    for norm, _ in ORDERS:
        found = whole(chain, norm)
        assert np.isneginf(np.diagonal(found)).all()
        assert not np.isnan(found[np.tril_indices(LENGTH)]).any()
        assert np.isfinite(found[np.tril_indices(LENGTH, -2)]).all()
        # The cell is felt by its own layer's output at once, and by the layer above within the same step.
        assert np.isfinite(np.diagonal(found, -1)).all()


@pytest.mark.parametrize(("kind", "way"), parts("hh", "cc", "ss", "hs", "sh", "cs", "sc"), ids=str)
def test_a_part_is_its_own_derivative_within_the_step(kind, way):
    chain = way.chain(run(kind, LENGTH, HIDDEN))
    rank = min(chain.height, chain.width)
    np.testing.assert_allclose(np.diagonal(whole(chain)), 0, atol=1e-14)
    np.testing.assert_allclose(np.diagonal(whole(chain, "frobenius")), 0.5 * np.log10(rank), atol=1e-14)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_logarithms_of_the_determinants_add_up_over_layers_and_steps(kind):
    trace = run(kind, LENGTH, HIDDEN, gain=1.5)
    chain = Derivative("s", "s", kind.layers, 1).chain(trace)
    states = slice(0, chain.state_size)
    everything = JacobianChain(chain.inputs, chain.layers, states, states)
    assert everything.is_full_state
    steps = np.arange(3, LENGTH + 1)
    single = sum(np.linalg.slogdet(layer.jacobians(steps))[1].sum() for layer in trace.layers) / np.log(10)
    assert log10_singular_values(everything, LENGTH, 2).sum() == pytest.approx(single, abs=1e-9)
    assert np.linalg.slogdet(everything.jacobians(steps))[1].sum() / np.log(10) == pytest.approx(single, abs=1e-9)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.layers > 1], ids=str)
def test_the_joint_jacobian_of_a_stack_is_block_lower_triangular(kind):
    trace = run(kind, LENGTH, HIDDEN)
    chain = Derivative("s", "s", kind.layers, 1).chain(trace)
    size = trace.layers[0].state_size
    made = chain.jacobians(np.array([5]))[0]
    for row, upper in enumerate(trace.layers):
        for column in range(kind.layers):
            block = made[row * size : (row + 1) * size, column * size : (column + 1) * size]
            if column > row:
                np.testing.assert_array_equal(block, 0)
            elif column == row:
                np.testing.assert_array_equal(block, upper.jacobians(np.array([5]))[0])
            else:
                below = made[(row - 1) * size : (row - 1) * size + HIDDEN, column * size : (column + 1) * size]
                truth = upper.input_jacobians(np.array([5]))[0] @ below
                np.testing.assert_allclose(block, truth, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_step_norms_are_those_of_the_joint_factors(kind):
    chain = Derivative("h", "x", kind.layers).chain(run(kind, LENGTH, HIDDEN))
    steps = np.array([2, 5, 9])
    for norm, order in ORDERS:
        truth = [np.log10(np.linalg.norm(dense_joint_product(chain, step, step - 1), order)) for step in steps]
        np.testing.assert_allclose(step_norms(chain, steps, norm), truth, atol=1e-12)


def test_the_blocks_of_an_lstm_do_not_obey_the_chain_rule_by_themselves():
    trace = run(Kind("lstm"), LENGTH, HIDDEN)
    for way in (Derivative("h", "h"), Derivative("c", "c")):
        chain = way.chain(trace)
        apart = np.linalg.norm(unscaled(chain, 6, 4) @ unscaled(chain, 4, 2) - unscaled(chain, 6, 2))
        assert apart > 0.01 * np.linalg.norm(unscaled(chain, 6, 2))


# Larger matrices and longer grids are met in the middle and enclosed rather than multiplied out and decomposed.
@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (Kind("rnn"), Derivative("h", "x")),
        (Kind("rnn", 2), Derivative("h", "h", 2, 1)),
        (Kind("lstm"), Derivative("h", "h")),
        (Kind("lstm"), Derivative("h", "c")),
        (Kind("lstm"), Derivative("s", "x")),
        (Kind("lstm", 2), Derivative("c", "s", 2, 1)),
        (Kind("gru"), Derivative("h", "h")),
        (Kind("gru", 3, "before"), Derivative("h", "h", 3, 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("gain", [1.0, 3.0])
def test_large_states_have_the_norms_of_their_plain_products(kind, way, gain):
    chain = way.chain(run(kind, 40, 20, features=18, gain=gain))
    for norm, order in ORDERS:
        found = triangle(chain, square_grid(sample_steps(40, 40)), norm)
        window = Grid(np.arange(20, 41, 4), np.arange(1, 33, 3))
        np.testing.assert_allclose(
            triangle(chain, window, norm), found[np.ix_(window.t - 1, window.k - 1)], atol=1e-9, rtol=1e-9
        )
        assert_same(found, plain_triangle(chain, order), 1e-8)
