"""Sizes of vectors and derivatives against plain norms, at any magnitude, and where they are exactly zero."""

import numpy as np
import pytest

from tests.core.networks.diagrams.drawn import dense
from unrolled.core.jacobians.local_norms import constant_norms, diagonal_norms, factor_norms, lengths, scaled_row_norms
from unrolled.core.networks.diagrams.cell import (
    Constant,
    Diagonal,
    ScaledRows,
    Stack,
)

RNG = np.random.default_rng(1)
VECTORS, MATRIX = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 5))


def size(matrix, norm):
    return np.linalg.norm(matrix, 2 if norm == "spectral" else "fro")


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_sizes_are_those_of_the_matrices(norm):
    assert 10 ** lengths(VECTORS) == pytest.approx(np.linalg.norm(VECTORS, axis=1))
    assert 10 ** diagonal_norms(VECTORS, norm) == pytest.approx([size(np.diag(v), norm) for v in VECTORS])
    assert 10 ** scaled_row_norms(VECTORS, MATRIX, norm) == pytest.approx(
        [size(v[:, None] * MATRIX, norm) for v in VECTORS]
    )
    assert 10 ** constant_norms(MATRIX, 2, norm) == pytest.approx([size(MATRIX, norm)] * 2)


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_neither_overflow_nor_underflow_changes_a_size(norm):
    huge = scaled_row_norms(1e200 * VECTORS, 1e200 * MATRIX, norm)
    np.testing.assert_allclose(huge, 400 + scaled_row_norms(VECTORS, MATRIX, norm), rtol=1e-12)
    np.testing.assert_allclose(lengths(1e-200 * VECTORS), lengths(VECTORS) - 200, rtol=1e-12)
    assert (scaled_row_norms(0 * VECTORS, MATRIX, norm) == -np.inf).all()
    assert (diagonal_norms(0 * VECTORS, norm) == -np.inf).all()


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize(
    "factor",
    [Constant(MATRIX), Diagonal(VECTORS), ScaledRows(VECTORS, MATRIX), Stack(VECTORS[:, :, None] + MATRIX)],
    ids=lambda factor: type(factor).__name__,
)
def test_every_kind_of_derivative_is_measured_step_by_step(factor, norm):
    expected = [size(dense(factor, place), norm) for place in range(4)]
    assert 10 ** factor_norms(factor, 4, norm) == pytest.approx(expected)
