"""Singular values of rows of very different lengths, against many-digit arithmetic and closed forms."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from unrolled.core.spectra.jacobi import log10_jacobi_svdvals


def digits(rows, powers):
    with mpmath.workdps(60 + int(np.ptp(powers))):
        matrix = mpmath.diag([mpmath.mpf(2) ** int(power) for power in powers]) * mpmath.matrix(rows.tolist())
        return np.array([float(mpmath.log10(value)) for value in mpmath.svd_r(matrix, compute_uv=False)])


@settings(max_examples=examples(40))
@given(size=st.integers(1, 7), seed=st.integers(0, 10**6), power_range=st.sampled_from([0, 3, 60, 400]))
def test_every_value_has_its_full_relative_accuracy(size, seed, power_range):
    rng = np.random.default_rng(seed)
    rows, powers = rng.standard_normal((size, size)), rng.integers(-power_range, power_range + 1, size)
    unit = rows / np.linalg.norm(rows, axis=1)[:, None]
    allowed = 1e-14 * np.linalg.cond(unit) * size
    np.testing.assert_allclose(log10_jacobi_svdvals(rows, powers), digits(rows, powers), atol=allowed, rtol=1e-14)


def test_equal_values_and_orthogonal_rows():
    np.testing.assert_allclose(log10_jacobi_svdvals(np.eye(5), np.zeros(5, dtype=np.int64)), 0, atol=1e-15)
    far = log10_jacobi_svdvals(np.eye(3), np.array([-90_000, 0, 90_000]))
    np.testing.assert_allclose(far, np.log10(2) * np.array([90_000, 0, -90_000]), rtol=1e-14)


def test_fewer_rows_than_columns_and_none_at_all():
    rows = np.random.default_rng(3).standard_normal((2, 6))
    truth = np.log10(np.linalg.svd(rows, compute_uv=False))
    np.testing.assert_allclose(log10_jacobi_svdvals(rows, np.zeros(2, dtype=np.int64)), truth, atol=1e-14)
    assert log10_jacobi_svdvals(np.empty((0, 4)), np.empty(0, dtype=np.int64)).shape == (0,)


def test_the_arguments_are_left_as_they_were():
    rows, powers = np.random.default_rng(4).standard_normal((4, 4)), np.arange(4)
    original = rows.copy()
    log10_jacobi_svdvals(rows, powers)
    np.testing.assert_array_equal(rows, original)
    np.testing.assert_array_equal(powers, np.arange(4))


def test_large_matrices_agree_with_an_ordinary_svd():
    rows = np.random.default_rng(5).standard_normal((40, 40))
    truth = np.log10(np.linalg.svd(rows, compute_uv=False))
    assert log10_jacobi_svdvals(rows, np.zeros(40, dtype=np.int64)) == pytest.approx(truth, abs=1e-11)
