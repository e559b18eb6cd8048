"""Products that are all diagonal, and those that are decomposed one by one."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import random_rnn
from tests.core.norms.products import CLOSE, assert_spectral, random_chain, svd_triangle
from unrolled.core.arrays.grid import Grid
from unrolled.core.jacobians.blocks import block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.triangle import dense_triangle, diagonal_triangle, is_diagonal

DIAGONAL = few(product(["tanh", "relu", "identity"], ["h", "x"]), [("tanh", "h"), ("relu", "h"), ("identity", "x")])


@pytest.mark.parametrize(("activation", "wrt"), DIAGONAL)
def test_diagonal_products(activation, wrt):
    weight = np.diag(np.random.default_rng(1).uniform(-1.5, 1.5, 24))
    assert_spectral(random_chain(weight=weight, activation=activation, wrt=wrt, length=25))


def test_of_diagonal_products_only_the_entries_of_the_block_count():
    # The largest entry of the whole state lies outside of the block.
    chain = random_chain(weight=np.diag(np.linspace(1.0, 0.1, 24)), activation="identity", length=9)
    block = JacobianChain(chain.inputs, chain.layers, slice(5, 20), slice(8, 24))
    grid = Grid(np.array([3, 9]), np.array([1, 3]))
    sizes = diagonal_triangle(block, block_products(block, grid.steps), grid)
    np.testing.assert_allclose(sizes, svd_triangle(block, grid), atol=CLOSE, rtol=0)


def test_one_entry_off_the_diagonal_is_seen():
    weight = np.diag(np.linspace(0.5, 1.0, 8))
    grid = Grid(np.arange(1, 10), np.arange(1, 10))
    for off, expected in ((0.0, True), (1e-9, False)):
        weight[7, 0] = off
        chain = random_chain(weight=weight, hidden=8, length=9)
        assert is_diagonal(chain, block_products(chain, grid.steps)) is expected


def test_every_product_is_decomposed():
    chain = random_rnn(20, 5)
    grid = Grid(np.array([4, 9, 20]), np.array([1, 5, 9, 12]))
    sizes = dense_triangle(chain, block_products(chain, grid.steps), grid)
    np.testing.assert_allclose(sizes, svd_triangle(chain, grid), atol=CLOSE, rtol=0)
