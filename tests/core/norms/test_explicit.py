"""Matrices that are rescaled in place by powers of two, and cells that are multiplied out in small batches."""

import numpy as np

from tests.core.norms.products import assert_spectral, random_chain
from unrolled.core.norms.explicit import rescale_


def test_rescaling_keeps_every_digit():
    rng = np.random.default_rng(0)
    powers = np.array([0, 500, -1000, 3, 0])
    original = rng.standard_normal((5, 3, 4))
    original[4] = 0.0
    matrices, exponents = np.ldexp(original, powers[:, None, None]), np.zeros(5, dtype=np.int64)
    rescale_(matrices, exponents)
    sizes = np.linalg.norm(matrices, axis=(1, 2))
    assert ((sizes[:4] >= 0.5) & (sizes[:4] < 1.0)).all()
    np.testing.assert_array_equal(np.ldexp(matrices, (exponents - powers)[:, None, None]), original)


def test_batches_that_overflow_and_are_mostly_unproved(monkeypatch):
    # Few cells at a time, of nearly equal values: no attempt succeeds, so the next batches are decomposed.
    monkeypatch.setattr("unrolled.core.norms.explicit._BATCH_ENTRIES", 5 * 24**2)
    weight = np.linalg.qr(np.random.default_rng(1).standard_normal((24, 24)))[0]
    noise = 1e-7 * np.random.default_rng(2).standard_normal((24, 24))
    assert assert_spectral(random_chain(weight=weight + noise, activation="identity", length=40)) > 0.0
