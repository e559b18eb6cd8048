"""The laws that every true triangle obeys, for every activation and every initialisation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given as example
from hypothesis import settings
from hypothesis import strategies as st

from tests.core.nets import dense_product, random_rnn, vanilla
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.arrays.types import Norm
from unrolled.core.behaviour.bounds import weight_bounds
from unrolled.core.jacobians.product import product
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values

EVERY = pytest.mark.parametrize("init", INITIALISATIONS)
LENGTH, HIDDEN = 14, 5


@pytest.fixture(params=list(ACTIVATIONS))
def activation(request):
    return request.param


@EVERY
def test_the_triangle_is_the_norm_of_the_multiplied_jacobians(activation, init):
    chain, steps = random_rnn(LENGTH, HIDDEN, activation, init), sample_steps(LENGTH, 256)
    cases: list[tuple[Norm, Any]] = [("spectral", 2), ("frobenius", "fro")]
    for norm, order in cases:
        found = triangle(chain, square_grid(steps), norm)
        for t in range(1, LENGTH + 1):
            for k in range(1, t + 1):
                truth = np.linalg.norm(dense_product(chain, t, k), order)
                assert 10 ** found[t - 1, k - 1] == pytest.approx(truth, rel=1e-11), (t, k, norm)
        assert np.isnan(found[np.triu_indices(LENGTH, 1)]).all()


@EVERY
def test_a_product_of_products_is_the_product(activation, init):
    chain = random_rnn(LENGTH, HIDDEN, activation, init)
    whole, late, early = (product(chain, t, k) for t, k in ((14, 2), (14, 7), (7, 2)))
    scale = 10.0 ** (late.log10_scale + early.log10_scale)
    np.testing.assert_allclose(
        whole.matrix * 10.0**whole.log10_scale, late.matrix @ early.matrix * scale, atol=1e-12 * max(scale, 1e-300)
    )


@EVERY
def test_the_adjoint_identity_holds(activation, init):
    chain, rng = random_rnn(LENGTH, HIDDEN, activation, init), np.random.default_rng(5)
    u, v = rng.standard_normal((2, HIDDEN))
    forward, backward = v.copy(), u.copy()
    for step in range(3, LENGTH + 1):
        forward = chain.jacobians(np.array([step]))[0] @ forward
    for step in range(LENGTH, 2, -1):
        backward = chain.jacobians(np.array([step]))[0].T @ backward
    p = product(chain, LENGTH, 2)
    through = float(u @ p.matrix @ v) * 10.0**p.log10_scale
    assert float(u @ forward) == pytest.approx(through, rel=1e-9, abs=1e-12 * 10.0**p.log10_scale)
    assert float(backward @ v) == pytest.approx(through, rel=1e-9, abs=1e-12 * 10.0**p.log10_scale)


@EVERY
@pytest.mark.parametrize("gain", [0.5, 1.5])
def test_bound_order_of_norms_and_diagonal(activation, init, gain):
    chain, steps = random_rnn(LENGTH, HIDDEN, activation, init, gain), sample_steps(LENGTH, 256)
    spectral, frobenius = (triangle(chain, square_grid(steps), norm) for norm in ("spectral", "frobenius"))
    facts = weight_bounds(vanilla(chain).weights.weight_hh, ACTIVATIONS[activation].gamma)
    lag = steps[:, None] - steps[None, :]
    below = np.tril(np.isfinite(spectral))
    assert (spectral <= lag * np.log10(facts.per_step) + 1e-9)[below].all()
    assert (spectral <= frobenius + 1e-12)[below].all()
    assert (frobenius <= spectral + 0.5 * np.log10(HIDDEN) + 1e-12)[below].all()
    np.testing.assert_allclose(np.diagonal(spectral), 0, atol=1e-14)
    np.testing.assert_allclose(np.diagonal(frobenius), 0.5 * np.log10(HIDDEN), atol=1e-14)


@EVERY
def test_the_logarithms_of_the_determinants_add_up(activation, init):
    chain = random_rnn(LENGTH, HIDDEN, activation, init)
    with np.errstate(divide="ignore"):
        single = np.log10(np.abs(np.linalg.det(chain.jacobians(np.arange(2, LENGTH + 1))))).sum()
    values = log10_singular_values(chain, LENGTH, 1)
    if np.isfinite(single):
        assert values.sum() == pytest.approx(single, rel=1e-9, abs=1e-9)
    else:
        assert values[-1] == -np.inf


@settings(max_examples=60, deadline=None)
@example(
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
        whole = triangle(chain, square_grid(sample_steps(length, length)), norm)
        sampled = triangle(chain, square_grid(steps), norm)
        np.testing.assert_allclose(sampled, whole[np.ix_(steps - 1, steps - 1)], atol=1e-8, rtol=1e-9)
