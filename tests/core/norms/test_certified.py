"""Largest eigenvalues of explicit matrices: what is proved is right, and what is not is named."""

import numpy as np
import pytest

from unrolled.core.arrays.types import Array
from unrolled.core.norms.certified import certified_lambda_max, dense_lambda_max, retried_lambda_max


def gram_matrices(spectra: Array) -> Array:
    """Give matrices of trace 1 with spectra (n, C) of these proportions."""
    spectra = spectra / spectra.sum(axis=1, keepdims=True)
    rotations = np.linalg.qr(np.random.default_rng(0).standard_normal((*spectra.shape, spectra.shape[1])))[0]
    return (rotations * spectra[:, None]) @ rotations.swapaxes(1, 2)


@pytest.mark.parametrize("size", [1, 24, 96])
def test_proved_values_are_those_of_a_dense_eigensolver(size):
    singular_values = (
        np.random.default_rng(1).uniform(0.0, 1.0, (20, size)) ** np.array([0.1, 1.0, 4.0, 16.0] * 5)[:, None]
    )
    grams = gram_matrices(singular_values)
    truth = np.linalg.eigvalsh(grams)[:, -1]
    values, unproved = certified_lambda_max(grams.copy(), np.zeros(20))
    proved = np.delete(np.arange(20), unproved)
    assert proved.size >= 5
    np.testing.assert_allclose(values[proved], truth[proved], rtol=2e-9)
    assert (values <= truth * (1 + 1e-12)).all()
    values, _ = retried_lambda_max(grams.copy())
    np.testing.assert_allclose(values, truth, rtol=2e-9)


def test_a_guess_is_proved_or_named():
    grams = gram_matrices(np.random.default_rng(2).uniform(0.0, 1.0, (6, 12)))
    truth = np.linalg.eigvalsh(grams)[:, -1]
    guesses = truth * np.array([1.0, 1.0, 0.99, 1.0, 1.0 - 1e-8, 1.0])
    original = grams.copy()
    values, unproved = certified_lambda_max(grams, guesses)
    np.testing.assert_array_equal(unproved, [2, 4])
    np.testing.assert_array_equal(values, guesses)
    np.testing.assert_allclose(grams[unproved], original[unproved], atol=1e-15)


def test_crowded_values_are_decomposed():
    crowded = 1.0 - 1e-7 * np.arange(64) / 64
    values, dense = retried_lambda_max(gram_matrices(np.stack([crowded, np.exp(-np.arange(64.0))])))
    np.testing.assert_allclose(values, [crowded[0] / crowded.sum(), 1.0 - np.exp(-1.0)], rtol=2e-9)
    assert dense <= 1
    assert dense_lambda_max(np.empty((0, 4, 4))).shape == (0,)


def test_parts_of_many_matrices_are_the_whole(monkeypatch):
    spectra = np.random.default_rng(3).uniform(0.0, 1.0, (23, 12)) ** 3
    spectra[[4, 20]] = 1.0 - 1e-9 * np.arange(12)
    grams = gram_matrices(spectra)
    values, unproved = certified_lambda_max(grams.copy(), np.zeros(23))
    retried, dense = retried_lambda_max(grams.copy())
    monkeypatch.setattr("unrolled.core.norms.certified._CHUNK_ENTRIES", 5 * 12**2)
    monkeypatch.setattr("unrolled.core.norms.certified._BATCH", 3)
    parts, unproved_parts = certified_lambda_max(grams.copy(), np.zeros(23))
    np.testing.assert_allclose(parts, values, rtol=1e-12)
    np.testing.assert_array_equal(unproved_parts, unproved)
    retried_parts, dense_parts = retried_lambda_max(grams.copy())
    np.testing.assert_allclose(retried_parts, retried, rtol=2e-9)
    assert dense_parts == dense
