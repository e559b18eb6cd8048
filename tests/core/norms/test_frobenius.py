"""Frobenius norms that meet in the middle, against products that are multiplied out."""

from itertools import product as product_of_cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import random_rnn, rotation
from tests.core.norms.products import cancelling_blocks
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.jacobians.blocks import Blocks
from unrolled.core.jacobians.product import product
from unrolled.core.norms.frobenius import frobenius_triangle
from unrolled.core.norms.triangle import triangle

CASES = few(
    product_of_cases(["tanh", "relu", "selu", "hardtanh", "sine"], [0.5, 1.0, 3.0]), [("tanh", 1.0), ("relu", 3.0)]
)


@pytest.mark.parametrize(("activation", "gain"), CASES)
def test_frobenius_norms_of_split_products_are_those_of_the_products(activation, gain):
    chain = random_rnn(70, 7, activation, "gaussian", gain, seed=4)
    log10_norms = triangle(chain, square_grid(sample_steps(70, 256)), "frobenius")
    for t in range(1, 71, 3):
        for k in range(1, t + 1, 2):
            truth = product(chain, t, k).log10_scale
            assert log10_norms[t - 1, k - 1] == truth or abs(log10_norms[t - 1, k - 1] - truth) < 1e-10, (t, k)


def test_frobenius_norms_survive_directions_that_cancel():
    # Each block keeps what the one before it has all but closed: Gram products alone would lose every digit.
    turn, values = rotation(0.5), np.array([1.0, 1e-7])
    one, other = turn.T @ np.diag(values) @ turn, turn.T @ np.diag(values[::-1]) @ turn
    # The products meet at the first step of a group.
    blocks = Blocks(np.stack([one] * 32 + [other] * 8), np.zeros(40, dtype=np.int64))
    sizes = frobenius_triangle(random_rnn(41, 2), blocks, square_grid(np.arange(1, 42)))
    for row, column in ((33, 31), (34, 31), (33, 30), (33, 10)):
        truth = np.linalg.norm(values ** (32 - column) * values[::-1] ** (row - 32))
        assert sizes[row, column] == pytest.approx(np.log10(truth), abs=1e-8)


@pytest.mark.parametrize("others", [1, 7])
def test_cells_far_smaller_than_their_factors(others):
    blocks, before, after = cancelling_blocks(8, others)
    sizes = frobenius_triangle(random_rnn(64, 8), blocks, square_grid(np.arange(1, 65)))
    for row in range(33, 64):
        for column in (29, 30, 31):
            truth = np.linalg.norm(before ** (32 - column) * after ** (row - 32))
            assert sizes[row, column] == pytest.approx(np.log10(truth), abs=3e-8)


def test_parts_of_the_far_columns_are_the_whole(monkeypatch):
    chain, grid = random_rnn(70, 7, init="gaussian", gain=1.5), square_grid(np.arange(1, 71))
    whole = triangle(chain, grid, "frobenius")
    monkeypatch.setattr("unrolled.core.norms.frobenius._CHUNK_ENTRIES", 3 * 7**2)
    np.testing.assert_allclose(triangle(chain, grid, "frobenius"), whole, atol=1e-12, rtol=0)
