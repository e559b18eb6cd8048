"""Squares whose rows and columns lie unevenly, and products that are multiples of orthogonal matrices."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.norms.products import assert_spectral, cancelling_blocks, random_chain
from unrolled.core.arrays.grid import Grid, square_grid
from unrolled.core.jacobians.blocks import Blocks, block_products
from unrolled.core.norms import squares
from unrolled.core.norms.triangle import spectral_triangle


@pytest.mark.parametrize("rows", few([1, 3, 16], [3]))
def test_a_window_whose_rows_and_columns_lie_unevenly(rows, monkeypatch):
    # Where they overlap every step is a column and every second one a row; beyond, all steps of the grid are rows.
    monkeypatch.setattr("unrolled.core.norms.squares._ROWS", rows)
    assert_spectral(random_chain(length=100, hidden=12), Grid(np.arange(40, 101, 2), np.arange(20, 61)))
    assert_spectral(random_chain(length=100, hidden=12), Grid(np.arange(40, 101), np.arange(20, 61, 3)))


def test_multiples_of_orthogonal_matrices():
    weight = 0.7 * np.linalg.qr(np.random.default_rng(1).standard_normal((24, 24)))[0]
    assert assert_spectral(random_chain(weight=weight, activation="identity")) == 0.0
    # Not quite: these must not be taken for one.
    for perturbation in (1e-6, 1e-9):
        noise = perturbation * np.random.default_rng(2).standard_normal((24, 24))
        assert_spectral(random_chain(weight=weight + noise, activation="identity"))


def test_directions_that_cancel():
    # Each block keeps what the one before it has all but closed: traces and brackets alone would lose every digit.
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((8, 8)))[0]
    values = np.array([1.0, 0.9, 0.8, 0.7, 7e-8, 8e-8, 9e-8, 1e-7])
    one, other = (turn * values) @ turn.T, (turn * values[::-1]) @ turn.T
    # The products meet in the middle of the largest square.
    blocks = Blocks(np.stack([one] * 32 + [other] * 31), np.zeros(63, dtype=np.int64))
    sizes = spectral_triangle(random_chain(hidden=8, length=64), blocks, square_grid(np.arange(1, 65)))
    for row, column in ((33, 31), (34, 31), (33, 30)):
        truth = (values ** (32 - column) * values[::-1] ** (row - 32)).max()
        assert sizes[row, column] == pytest.approx(np.log10(truth), abs=1e-8)


@pytest.mark.parametrize("others", [1, 2, 7])
def test_cells_far_smaller_than_their_factors(others):
    # Down to 1e-9 of them, whose squares Gram matrices hold no digit of.
    blocks, before, after = cancelling_blocks(8, others)
    sizes = spectral_triangle(random_chain(hidden=8, length=64), blocks, square_grid(np.arange(1, 65)))
    for row in range(33, 64):
        for column in (29, 30, 31):
            truth = (before ** (32 - column) * after ** (row - 32)).max()
            assert sizes[row, column] == pytest.approx(np.log10(truth), abs=3e-8)


def test_pieces_of_the_squares_are_the_whole(monkeypatch):
    chain, grid = random_chain(length=70, hidden=12), square_grid(np.arange(1, 71))
    blocks = block_products(chain, grid.steps)
    whole = spectral_triangle(chain, blocks, grid)
    for name, few_entries in (("_COLUMNS", 3), ("_VECTOR_ENTRIES", 5 * 12), ("_GRAM_ENTRIES", 2 * 12**2)):
        with monkeypatch.context() as patch:
            patch.setattr(squares, name, few_entries)
            np.testing.assert_allclose(spectral_triangle(chain, blocks, grid), whole, atol=1e-9, rtol=0)
