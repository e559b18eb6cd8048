"""The laws that every true triangle obeys: each model, activation and initialisation, each part of each layer."""

from itertools import cycle
from itertools import product as cases

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples, few
from tests.core.jacobians.dense import ORDERS, assert_same, dense_triangle, full_triangle
from tests.core.nets import (
    DERIVATIVES,
    SOME_DERIVATIVES,
    Architecture,
    Derivative,
    dense_initial,
    random_rnn,
    run,
    vanilla,
)
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.behaviour.bounds import weight_bounds
from unrolled.core.jacobians.product import product, running_norms, running_norms_back
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values

EVERY = pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
# Each activation once, with one initialisation after the other.
RNNS = pytest.mark.parametrize(
    ("activation", "init"),
    few(cases(ACTIVATIONS, INITIALISATIONS), list(zip(ACTIVATIONS, cycle(INITIALISATIONS), strict=False))),
)
LENGTH, HIDDEN = 9, 3


@EVERY
def test_the_triangle_is_the_norm_of_the_dense_joint_product_cut_out(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN, gain=1.5))
    for norm, order in ORDERS:
        log10_norms = full_triangle(chain, norm)
        assert np.isnan(log10_norms[np.triu_indices(LENGTH, 1)]).all()
        assert_same(log10_norms, dense_triangle(chain, order), 1e-10)


@RNNS
def test_the_triangle_is_the_norm_of_the_multiplied_jacobians(activation, init):
    chain = random_rnn(14, 5, activation, init)
    for norm, order in ORDERS:
        log10_norms, truth = full_triangle(chain, norm), dense_triangle(chain, order)
        np.testing.assert_allclose(10**log10_norms, 10**truth, rtol=1e-11)


@EVERY
def test_a_window_has_the_cells_of_the_whole_triangle(architecture, derivative):
    chain = derivative.chain(run(architecture, 22, HIDDEN, gain=1.5))
    for norm, _ in ORDERS:
        full = full_triangle(chain, norm)
        for grid in (
            Grid(np.arange(10, 21, 2), np.arange(3, 17, 3)),
            Grid(np.array([22]), np.arange(1, 23)),
            Grid(np.arange(1, 23), np.array([7])),
        ):
            log10_norms = triangle(chain, grid, norm)
            assert log10_norms.shape == (len(grid.t), len(grid.k))
            np.testing.assert_allclose(log10_norms, full[np.ix_(grid.t - 1, grid.k - 1)], atol=1e-9)


def within_a_layer(*pairs: str) -> list[tuple[Architecture, Derivative]]:
    return [
        (architecture, derivative)
        for architecture, derivative in DERIVATIVES
        if f"{derivative.of}{derivative.wrt}" in pairs and derivative.layer == derivative.origin
    ]


CROSSED = [(Architecture("lstm"), Derivative("c", "h", 1, 1)), (Architecture("lstm", 2), Derivative("c", "h", 2, 2))]


@pytest.mark.parametrize(("architecture", "derivative"), few(within_a_layer("ch"), CROSSED), ids=str)
def test_a_cell_that_is_not_computed_from_its_output_is_minus_infinity_there_and_nowhere_else(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN))
    for norm, _ in ORDERS:
        log10_norms = full_triangle(chain, norm)
        assert np.isneginf(np.diagonal(log10_norms)).all()
        assert np.isfinite(log10_norms[np.tril_indices(LENGTH, -1)]).all()
    assert product(chain, 4, 4).log10_scale == -np.inf
    assert running_norms(chain, 4, np.array([4, 6]), "spectral")[0] == -np.inf
    assert running_norms_back(chain, 4, np.array([4]), "spectral")[0] == -np.inf
    assert np.isneginf(log10_singular_values(chain, 4, 4)).all()


UPWARD = [
    (architecture, derivative)
    for architecture, derivative in DERIVATIVES
    if derivative.origin not in (None, derivative.layer)
]
SOME_UPWARD = [
    (Architecture("rnn", 2), Derivative("h", "h", 2, 1)),
    (Architecture("lstm"), Derivative("h", "c", 1, 1)),
    (Architecture("lstm", 2), Derivative("h", "c", 2, 1)),
    (Architecture("lstm", 3), Derivative("c", "s", 3, 1)),
    (Architecture("gru", 2, "before"), Derivative("s", "h", 2, 1)),
]


@pytest.mark.parametrize(("architecture", "derivative"), few([*UPWARD, *within_a_layer("hc")], SOME_UPWARD), ids=str)
def test_what_is_computed_from_a_state_at_the_same_step_depends_on_it_from_lag_0_on(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN))
    for norm, order in ORDERS:
        log10_norms = full_triangle(chain, norm)
        assert np.isfinite(log10_norms[np.tril_indices(LENGTH)]).all()
        assert_same(log10_norms[3, 3], np.log10(np.linalg.norm(dense_initial(chain, 4)[chain.rows], order)), 1e-9)
    assert np.isfinite(log10_singular_values(chain, 4, 4)[0])


SOME_WITHIN = [
    (Architecture("rnn"), Derivative("h", "h", 1, 1)),
    (Architecture("lstm"), Derivative("s", "s", 1, 1)),
    (Architecture("lstm"), Derivative("h", "s", 1, 1)),
    (Architecture("lstm", 2), Derivative("c", "c", 2, 2)),
    (Architecture("gru", 1, "before"), Derivative("h", "h", 1, 1)),
]


@pytest.mark.parametrize(
    ("architecture", "derivative"), few(within_a_layer("hh", "cc", "ss", "hs", "sh", "cs"), SOME_WITHIN), ids=str
)
def test_a_part_is_its_own_derivative_within_the_step(architecture, derivative):
    chain = derivative.chain(run(architecture, LENGTH, HIDDEN))
    rank = min(chain.height, chain.width)
    np.testing.assert_allclose(np.diagonal(full_triangle(chain)), 0, atol=1e-14)
    np.testing.assert_allclose(np.diagonal(full_triangle(chain, "frobenius")), 0.5 * np.log10(rank), atol=1e-14)


@RNNS
def test_bound_order_of_norms_and_diagonal(activation, init):
    for gain in (0.5, 1.5):
        chain = random_rnn(14, 5, activation, init, gain)
        spectral, frobenius = (full_triangle(chain, norm) for norm, _ in ORDERS)
        bounds = weight_bounds(vanilla(chain).weights.weight_hh, ACTIVATIONS[activation].gamma)
        lag = np.arange(14)[:, None] - np.arange(14)[None, :]
        below = np.tril(np.isfinite(spectral))
        assert (spectral <= lag * np.log10(bounds.per_step) + 1e-9)[below].all()
        assert (spectral <= frobenius + 1e-12)[below].all()
        assert (frobenius <= spectral + 0.5 * np.log10(5) + 1e-12)[below].all()
        np.testing.assert_allclose(np.diagonal(spectral), 0, atol=1e-14)
        np.testing.assert_allclose(np.diagonal(frobenius), 0.5 * np.log10(5), atol=1e-14)


# Larger matrices and longer grids are split in the middle and enclosed rather than multiplied out and decomposed.
LARGE = [
    (Architecture("rnn"), Derivative("h", "x")),
    (Architecture("rnn", 2), Derivative("h", "h", 2, 1)),
    (Architecture("lstm"), Derivative("h", "h")),
    (Architecture("lstm"), Derivative("h", "c")),
    (Architecture("lstm"), Derivative("s", "x")),
    (Architecture("lstm", 2), Derivative("c", "s", 2, 1)),
    (Architecture("gru"), Derivative("h", "h")),
    (Architecture("gru", 3, "before"), Derivative("h", "h", 3, 1)),
]
SOME_LARGE = [
    ((architecture, derivative), gain)
    for (architecture, derivative), gain in zip(LARGE[::2], cycle([1.0, 3.0]), strict=False)
]


@pytest.mark.parametrize(("case", "gain"), few(cases(LARGE, [1.0, 3.0]), SOME_LARGE), ids=str)
def test_large_states_have_the_norms_of_their_plain_products(case, gain):
    architecture, derivative = case
    chain = derivative.chain(run(architecture, 40, 20, features=18, gain=gain))
    for norm, order in ORDERS:
        log10_norms = full_triangle(chain, norm)
        window = Grid(np.arange(20, 41, 4), np.arange(1, 33, 3))
        part = log10_norms[np.ix_(window.t - 1, window.k - 1)]
        np.testing.assert_allclose(triangle(chain, window, norm), part, atol=1e-9, rtol=1e-9)
        assert_same(log10_norms, dense_triangle(chain, order), 1e-8)


@settings(max_examples=examples(60))
@given(
    length=st.integers(1, 40),
    hidden=st.integers(1, 9),
    resolution=st.integers(2, 48),
    activation=st.sampled_from(list(ACTIVATIONS)),
    gain=st.floats(0, 3),
    seed=st.integers(0, 2**31 - 1),
)
def test_sampled_cells_are_those_of_the_whole_triangle(length, hidden, resolution, activation, gain, seed):
    chain = random_rnn(length, hidden, activation, "gaussian", gain, seed)
    steps = sample_steps(length, resolution)
    for norm in ("spectral", "frobenius"):
        sampled = triangle(chain, square_grid(steps), norm)
        part = full_triangle(chain, norm)[np.ix_(steps - 1, steps - 1)]
        np.testing.assert_allclose(sampled, part, atol=1e-8, rtol=1e-9)
