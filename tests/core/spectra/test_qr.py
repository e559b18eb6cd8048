"""A basis carried through factors: what is kept is the product, in rows of any length."""

import numpy as np
import pytest

from unrolled.core.spectra.qr import apply_factor, condition_number, initial_sweep, multiply_rows


def product_of(factors, generator=None):
    """Carry a basis through factors, and multiply out what stands then."""
    sweep = initial_sweep(np.eye(3))
    for factor in factors:
        sweep = apply_factor(factor, sweep, generator)
    np.testing.assert_allclose(sweep.basis.T @ sweep.basis, np.eye(3), atol=1e-14)
    return sweep.basis @ np.ldexp(sweep.rows, sweep.powers[:, None])


def test_basis_and_rows_are_the_product_and_a_perturbation_changes_its_last_digits():
    rng = np.random.default_rng(0)
    factors = [rng.standard_normal(shape) for shape in ((4, 3), (4, 4), (5, 4))]
    exact, perturbed = product_of(factors), product_of(factors, np.random.default_rng(1))
    np.testing.assert_allclose(exact, factors[2] @ factors[1] @ factors[0], atol=1e-13, rtol=0)
    np.testing.assert_allclose(perturbed, exact, atol=1e-12, rtol=0)
    assert (perturbed != exact).any()


def test_small_directions_are_kept_beside_large_ones():
    factor = np.diag([1.0, 1e-9, 1e-200])
    sweep = initial_sweep(np.eye(3))
    for _ in range(10):
        sweep = apply_factor(factor, sweep)
    lengths = np.log10(np.linalg.norm(sweep.rows, axis=1)) + np.log10(2) * sweep.powers
    np.testing.assert_allclose(np.sort(lengths), [-2000, -90, 0], atol=1e-12)


def test_rows_of_any_length_are_multiplied_without_overflow():
    rows, powers = np.array([[0.75, 0.5], [0.5, -0.75]]), np.array([-5000, 5000])
    moved, lifted = multiply_rows(np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), rows, powers)
    np.testing.assert_array_equal(moved[:2], rows)
    np.testing.assert_array_equal(lifted[:2], [-4999, 5000])
    np.testing.assert_array_equal(moved[2], 0.0)


def test_the_condition_of_directions_whatever_their_lengths():
    assert condition_number(np.array([[1e-9, 0.0], [0.0, 1e9]])) == pytest.approx(1.0)
    assert condition_number(np.array([[1.0, 0.0], [1.0, 1e-6]])) > 1e6
    assert condition_number(np.empty((0, 3))) == 1.0
