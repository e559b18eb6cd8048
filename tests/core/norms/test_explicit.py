"""Matrices that are rescaled in place by powers of two, and cells that are multiplied out in small batches."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.norms.products import assert_spectral, random_chain
from unrolled.core.arrays.grid import Grid, square_grid
from unrolled.core.jacobians.blocks import block_products
from unrolled.core.norms.explicit import SpectralTriangle, rescale_
from unrolled.core.norms.triangle import spectral_triangle


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
    # No cell is decomposed twice.
    assert 0.0 < assert_spectral(random_chain(weight=weight + noise, activation="identity", length=40)) <= 1.0


@pytest.mark.parametrize("turned", [False, True])
def test_guesses_of_cells_far_from_1_go_with_them(turned):
    # Products are rescaled where squares leave single precision or nearly do, and so is what is guessed of them.
    rng, powers = np.random.default_rng(3), np.array([0, 30, -30, 11, -11, 120, -120, 30])
    products = rng.standard_normal((8, 7, 9) if turned else (8, 9, 7))
    truth = np.linalg.norm(products, 2, axis=(1, 2))
    chain, grid = random_chain(hidden=9, length=8), square_grid(np.arange(1, 9))
    chain = replace(chain, columns=slice(0, 7) if turned else slice(0, 9), rows=slice(0, 9) if turned else slice(0, 7))
    triangle = SpectralTriangle(chain, block_products(chain, grid.steps), grid)
    scaled = np.ldexp(products, powers[:, None, None])
    guesses = np.ldexp(np.square(truth), 2 * powers)
    # Of some there is no guess; one is far too low, which is no proof.
    guesses[5:7], guesses[7] = 0.0, 0.5 * guesses[7]
    with triangle.batch() as batch:
        batch.add(np.full(8, 7), np.arange(8), scaled, np.arange(8), guesses)
    triangle.finish()
    np.testing.assert_allclose(triangle.sizes[7], np.log10(truth) + np.log10(2) * (powers + np.arange(8)), atol=1e-9)
    assert sum(triangle.dense) <= 1


def test_corners_in_small_batches_are_the_whole(monkeypatch):
    # A window: some steps are rows alone, some columns alone.
    chain, grid = random_chain(length=100, hidden=12), Grid(np.arange(30, 101, 2), np.arange(1, 80, 3))
    blocks = block_products(chain, grid.steps)
    whole = spectral_triangle(chain, blocks, grid)
    monkeypatch.setattr("unrolled.core.norms.explicit._CORNER_ENTRIES", 2 * 8 * 12**2)
    np.testing.assert_allclose(spectral_triangle(chain, blocks, grid), whole, atol=1e-9, rtol=0)
