"""Largest eigenvalues of tridiagonal matrices, against a dense eigensolver."""

import numpy as np
import pytest

from unrolled.core.norms.tridiagonal import BRACKET_WIDTH, bracket_lambda_max, leading_eigenpairs


def tridiagonal(rows: int, count: int):
    """Draw positive semidefinite tridiagonal matrices: diagonals, squares beside them, and the whole matrices."""
    rng = np.random.default_rng(rows)
    lower = np.tril(np.triu(rng.uniform(0.1, 1.0, (count, rows, rows)), -1))
    matrices = lower @ lower.swapaxes(1, 2)
    alphas = np.diagonal(matrices, axis1=1, axis2=2).T.copy()
    squares = np.zeros((rows, count))
    squares[:-1] = np.square(np.diagonal(matrices, -1, axis1=1, axis2=2)).T
    return alphas, squares, matrices


@pytest.mark.parametrize("rows", [1, 2, 3, 12])
def test_eigenpairs_from_above(rows):
    alphas, squares, matrices = tridiagonal(rows, 30)
    values, weights = leading_eigenpairs(alphas, squares)
    truth = np.linalg.eigvalsh(matrices)[:, -1]
    assert (values <= truth * (1 + 1e-14)).all()
    # Where the two largest values are close a few steps do not reach the vector: the quotient is low, never high.
    assert np.median(values / truth) > 1 - 1e-9
    rayleigh = np.einsum("in,nij,jn->n", weights, matrices, weights) / np.square(weights).sum(axis=0)
    np.testing.assert_allclose(values, rayleigh, rtol=1e-10)


@pytest.mark.parametrize("known", [0, 3])
def test_a_bracket_is_proved_where_the_trace_leaves_no_room(known):
    alphas, squares, matrices = tridiagonal(6, 30)
    low = np.linalg.eigvalsh(matrices[:, :known, :known])[:, -1] if known else np.zeros(30)
    truth, trace = np.linalg.eigvalsh(matrices)[:, -1], np.trace(matrices, axis1=1, axis2=2)
    top, proved = bracket_lambda_max(list(alphas), list(squares), trace, low, known)
    assert proved.mean() > 0.5
    assert (top <= truth * (1 + 1e-13)).all()
    np.testing.assert_allclose(top[proved], truth[proved], rtol=BRACKET_WIDTH)
    # A larger matrix, of whose rest only the trace is known, and that it touches the last row.
    squares[-1] = 1.0
    _, proved = bracket_lambda_max(list(alphas), list(squares), 2.0 * trace, low, known)
    assert not proved.any()
